"""Everything that was ever recorded of a contract, newest day first; what was corrected stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.models import Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.selectors import ActiveRecords, root_of
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.wording import in_sentence

FORMS = {
    "deliveries": "contracts:deliver",
    "use-records": "contracts:use",
    "repairs": "contracts:repair",
    "repair-periods": "contracts:repair_period",
    "retirements": "contracts:retire",
}
Rows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Earlier:
    """What stood there before a correction."""

    title: str
    replaced_at: datetime
    reason: str


@dataclass(frozen=True)
class Happening:
    """One thing that happened, as it is known now; `form` is empty where there is nothing to correct."""

    id: UUID
    form: str
    day: date
    when: str
    title: str
    details: Sequence[str]
    recorded_at: datetime
    void: bool = False
    reason: str = ""
    later: bool = False
    by: str = ""
    earlier: Sequence[Earlier] = field(default_factory=list)


def happenings_of(rows: Rows, items: str, as_of: date, *, name_lines: bool) -> list[Happening]:
    """The newest record of each chain of corrections, with what it replaced, in no order."""
    found = []
    for kind, records in rows.items():
        by_id = {record.pk: record for record in records}
        heads = _together([record for record in records if not _is_replaced(record)])
        found += [_happening(kind, each, by_id, items, as_of, name_lines=name_lines) for each in heads]
    return found


def newest_first(found: Sequence[Happening]) -> list[Happening]:
    """In the order of the page."""
    return sorted(found, key=lambda each: (each.day, each.recorded_at), reverse=True)


def _together(records: Sequence[Any]) -> list[list[Any]]:
    """Records by what happened: the rows of one retirement out of several deliveries are one thing."""
    found: dict[Any, list[Any]] = {}
    for each in sorted(records, key=lambda each: each.pk):
        found.setdefault(getattr(each, "batch", None) or each.pk, []).append(each)
    return list(found.values())


def _counting(group: Sequence[Any]) -> Sequence[Any]:
    """The rows that count; all of them when the whole is withdrawn."""
    return [each for each in group if not each.void] or group


def active_in(rows: Rows) -> ActiveRecords:
    """The records that count, out of all that were read: saves reading them again."""
    chain = {each.pk: each.replaces_id for each in rows["deliveries"]}
    return ActiveRecords(
        deliveries=_active(rows["deliveries"], "date"),
        use_records=_active(rows["use-records"], "period_start"),
        repairs=_active(rows["repairs"], "date"),
        repair_periods=_active(rows["repair-periods"], "period_start"),
        retirements=_active(rows["retirements"], "date"),
        roots={pk: root_of(pk, chain) for pk in chain},
    )


def _active(records: Sequence[Any], order: str) -> list[Any]:
    active = [each for each in records if not each.void and not _is_replaced(each)]
    return sorted(active, key=lambda each: (getattr(each, order), each.pk))


def _is_replaced(record: Record) -> bool:
    return getattr(record, "replaced_by", None) is not None


def _happening(
    kind: str, group: Sequence[Any], by_id: Mapping[int, Any], items: str, as_of: date, *, name_lines: bool
) -> Happening:
    counting = _counting(group)
    head = counting[0]
    day, when = _when(head)
    return Happening(
        id=head.public_id,
        form=FORMS[kind],
        day=day,
        when=when,
        title=_title(counting, items),
        details=_details(counting, name_lines=name_lines),
        recorded_at=head.recorded_at,
        void=head.void,
        reason=head.reason if head.void else "",
        later=day > as_of,
        earlier=_earlier(group, by_id, items),
    )


def _earlier(group: Sequence[Any], by_id: Mapping[int, Any], items: str) -> list[Earlier]:
    """From new to old; what a void record withdrew is its own figure, so that is not said twice."""
    found = []
    while before := [by_id[each.replaces_id] for each in group if each.replaces_id is not None]:
        head, counted = _counting(group)[0], _counting(before)
        if not head.void:
            title = f"{_title(counted, items)}, {_when(counted[0])[1]}"
            reason = next(each.reason for each in group if each.reason)
            found.append(Earlier(title, head.recorded_at, reason))
        group = before
    return found


def _when(record: Any) -> tuple[date, str]:
    first, last = getattr(record, "period_start", None), getattr(record, "period_end", None)
    if first is not None and last is not None:
        return last, f"{formats.day(first)} tot en met {formats.day(last)}"
    return record.date, formats.day(record.date)


def _title(group: Sequence[Any], items: str) -> str:
    record = group[0]
    if isinstance(record, Delivery):
        return f"{formats.number(record.count)} {items} geleverd"
    if isinstance(record, UseRecord):
        flow = record.flow
        return f"{formats.number(record.quantity)} {flow.unit} {in_sentence(flow.name_nl)} gebruikt"
    if isinstance(record, Repair):
        return f"Reparatie met {formats.number(record.mass_kg)} kg {in_sentence(record.material.name_nl)}"
    if isinstance(record, RepairPeriod):
        return "Alle reparaties van deze periode liggen vast"
    assert isinstance(record, Retirement)
    count = sum((each.count for each in group), Decimal(0))
    return f"{formats.number(count)} {items} afgevoerd: {in_sentence(record.destination.name_nl)}"


def _details(group: Sequence[Any], *, name_lines: bool) -> list[str]:
    record = group[0]
    line = record.line
    details = []
    if name_lines:
        details.append(str(line.bid_line) if line is not None else "Hele contract")
    details += _own_details(record)
    if isinstance(record, Retirement):
        details.append(_origin(group))
    if record.source_reference:
        details.append(f"Bron: {record.source_reference}")
    details += [f"Bevestigd: {each['reason']}" for each in record.confirmations if each.get("reason")]
    return details


def _own_details(record: Any) -> list[str]:
    found: list[str] = []
    if isinstance(record, Delivery):
        per = "kg per stuk" if record.period_start is None else "per eenheid"
        found += [f"{formats.number(record.mass_kg)} {per}"] if record.mass_kg is not None else []
        found += [record.strategy.name_nl] if record.strategy else []
        found += ["Andere materialen dan beloofd"] if record.bill else []
        found += [record.location] if record.location else []
    elif isinstance(record, UseRecord):
        found += [f"{formats.counted(record.items, 'stuk', 'stuks')} gemeten"] if record.items else []
        found += [f"Meter {record.meter}"] if record.meter else []
    elif isinstance(record, Retirement):
        found += [f"Naar {record.receiver}"] if record.receiver else []
    return found


def _origin(group: Sequence[Retirement]) -> str:
    named = group[0].delivery if len(group) == 1 else None
    if named is None:
        return "Levering niet genoemd: de oudste eerst"
    return f"Uit de levering van {formats.day(named.date)}"
