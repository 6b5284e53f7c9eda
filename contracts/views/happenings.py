"""Everything that was ever recorded of a contract, newest day first; what was corrected stays readable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.kinds import RecordKind
from contracts.models.records import Record
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded

Rows = Mapping[RecordKind, Sequence[Any]]


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
    code: str = ""
    """what files hang on it by"""
    files: Sequence[Any] = ()


def happenings_of(rows: Rows, items: str, as_of: date, *, name_lines: bool) -> list[Happening]:
    """The newest record of each chain of corrections, with what it replaced, in no order."""
    found = []
    for kind, records in rows.items():
        by_id = {record.pk: record for record in records}
        heads = _together([record for record in records if not _is_replaced(record)])
        found += [_happening(kind, each, by_id, items, as_of, name_lines=name_lines) for each in heads]
    return found


def as_table(found: Sequence[Happening], about: Sequence[Any]) -> tuple[list[str], Iterator[list[Any]]]:
    """What happened as heads and rows of a file: what holds now, and what stood there before."""
    heads = ["Contract", "Organisatie", "Dag", "Wanneer", "Wat", "Erbij", "Vastgelegd op", "Door", "Vervallen"]
    heads += ["Reden", "Eerst stond hier"]
    return heads, ([*about, *_cells(each)] for each in found)


def _cells(each: Happening) -> list[Any]:
    before = "; ".join(f"{old.title} (vervangen op {formats.day(old.replaced_at)})" for old in each.earlier)
    said = [each.day, each.when, each.title, ". ".join(each.details), each.recorded_at, each.by]
    return [*said, each.void, each.reason, before]


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


def _is_replaced(record: Record) -> bool:
    return getattr(record, "replaced_by", None) is not None


def _happening(
    kind: RecordKind, group: Sequence[Any], by_id: Mapping[int, Any], items: str, as_of: date, *, name_lines: bool
) -> Happening:
    counting = _counting(group)
    head = counting[0]
    day, when = _when(head)
    return Happening(
        id=head.public_id,
        form=f"contracts:{kind.form.page}",
        code=kind.name,
        day=day,
        when=when,
        title=kind.sentence(counting, items),
        details=_details(kind, counting, name_lines=name_lines),
        recorded_at=head.recorded_at,
        void=head.void,
        reason=head.reason if head.void else "",
        later=day > as_of,
        earlier=_earlier(kind, group, by_id, items),
    )


def _earlier(kind: RecordKind, group: Sequence[Any], by_id: Mapping[int, Any], items: str) -> list[Earlier]:
    """From new to old; what a void record withdrew is its own figure, so that is not said twice."""
    found = []
    while before := [by_id[each.replaces_id] for each in group if each.replaces_id is not None]:
        head, counted = _counting(group)[0], _counting(before)
        if not head.void:
            title = f"{kind.sentence(counted, items)}, {_when(counted[0])[1]}"
            reason = next(each.reason for each in group if each.reason)
            found.append(Earlier(title, head.recorded_at, reason))
        group = before
    return found


def _when(record: Any) -> tuple[date, str]:
    first, last = getattr(record, "period_start", None), getattr(record, "period_end", None)
    if first is not None and last is not None:
        said = worded("{start} tot en met {end}", start=formats.day(first), end=formats.day(last))
        return last, said
    return record.date, formats.day(record.date)


def _details(kind: RecordKind, group: Sequence[Any], *, name_lines: bool) -> list[str]:
    record = group[0]
    line = record.line
    details = []
    if name_lines:
        details.append(str(line.offered) if line is not None else worded("Hele contract"))
    details += kind.details(group)
    if record.source_reference:
        details.append(worded("Bron: {source}", source=record.source_reference))
    return details + [
        worded("Bevestigd: {reason}", reason=each["reason"]) for each in record.confirmations if each.get("reason")
    ]
