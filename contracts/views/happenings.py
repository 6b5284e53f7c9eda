"""Everything that was ever recorded of a contract, newest day first; what was corrected stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.models import Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.selectors import ActiveRecords, root_of
from mvi_dashboard.ground import formats

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
    """One thing that happened, as it is known now."""

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
    earlier: Sequence[Earlier] = field(default_factory=list)


def happenings_of(rows: Rows, items: str, as_of: date, *, name_lines: bool) -> list[Happening]:
    """The newest record of each chain of corrections, with what it replaced."""
    found = []
    for kind, records in rows.items():
        by_id = {record.pk: record for record in records}
        heads = [record for record in records if not _is_replaced(record)]
        found += [_happening(kind, head, by_id, items, as_of, name_lines=name_lines) for head in heads]
    return sorted(found, key=lambda each: (each.day, each.recorded_at), reverse=True)


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
    kind: str, head: Any, by_id: Mapping[int, Any], items: str, as_of: date, *, name_lines: bool
) -> Happening:
    day, when = _when(head)
    details = _details(head, name_lines=name_lines)
    return Happening(
        id=head.public_id,
        form=FORMS[kind],
        day=day,
        when=when,
        title=_title(head, items),
        details=details,
        recorded_at=head.recorded_at,
        void=head.void,
        reason=head.reason if head.void else "",
        later=day > as_of,
        earlier=_earlier(head, by_id, items),
    )


def _earlier(head: Any, by_id: Mapping[int, Any], items: str) -> list[Earlier]:
    """From new to old; what a void record withdrew is its own figure, so that is not said twice."""
    found = []
    record = head
    while record.replaces_id is not None:
        before = by_id[record.replaces_id]
        if not record.void:
            title = f"{_title(before, items)}, {_when(before)[1]}"
            found.append(Earlier(title, record.recorded_at, record.reason))
        record = before
    return found


def _when(record: Any) -> tuple[date, str]:
    first, last = getattr(record, "period_start", None), getattr(record, "period_end", None)
    if first is not None and last is not None:
        return last, f"{formats.day(first)} tot en met {formats.day(last)}"
    return record.date, formats.day(record.date)


def _title(record: Any, items: str) -> str:
    if isinstance(record, Delivery):
        return f"{formats.number(record.count)} {items} geleverd"
    if isinstance(record, UseRecord):
        flow = record.flow
        return f"{formats.number(record.quantity)} {flow.unit} {flow.name_nl.lower()} gebruikt"
    if isinstance(record, Repair):
        return f"Reparatie met {formats.number(record.mass_kg)} kg {record.material.name_nl.lower()}"
    if isinstance(record, RepairPeriod):
        return "Alle reparaties van deze periode liggen vast"
    assert isinstance(record, Retirement)
    return f"{formats.number(record.count)} {items} afgevoerd: {record.destination.name_nl.lower()}"


def _details(record: Any, *, name_lines: bool) -> list[str]:
    line = record.delivery.line if isinstance(record, Retirement) else record.line
    details = []
    if name_lines:
        details.append(str(line.bid_line) if line is not None else "Hele contract")
    details += _own_details(record)
    if record.source_reference:
        details.append(f"Bron: {record.source_reference}")
    details += [f"Bevestigd: {each['reason']}" for each in record.confirmations if each.get("reason")]
    return details


def _own_details(record: Any) -> list[str]:
    found: list[str] = []
    if isinstance(record, Delivery):
        found += [f"{formats.number(record.mass_kg)} kg per stuk"] if record.mass_kg is not None else []
        found += [record.strategy.name_nl] if record.strategy else []
        found += ["Andere materialen dan beloofd"] if record.bill else []
        found += [record.location] if record.location else []
    elif isinstance(record, UseRecord):
        found += [f"{formats.number(record.items)} stuks gemeten"] if record.items else []
        found += [f"Meter {record.meter}"] if record.meter else []
    elif isinstance(record, Retirement):
        found += [f"Naar {record.receiver}"] if record.receiver else []
        found.append(f"Uit de levering van {formats.day(record.delivery.date)}")
    return found
