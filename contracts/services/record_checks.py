"""What can be wrong with a record of any kind: its days and its period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import camel

from .writing import Writing

CONFLICTS = frozenset({"duplicate", "exceeds_delivered", "after_retirement"})


def in_order(writing: Writing) -> list[Problem]:
    """A problem when a period ends before it starts."""
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first and last and last < first:
        return [Problem(("periodEnd",), "before_start", "De laatste dag moet na de eerste dag liggen.")]
    return []


def in_past(writing: Writing, name: str) -> list[Problem]:
    """A problem when this day still has to come."""
    day = writing.data.get(name)
    if day is None or day <= clock.local_date(writing.now):
        return []
    text = "Dit ligt in de toekomst: gemeten kan het dan nog niet zijn."
    return [Problem((camel(name),), "future", text)]


def after_start(writing: Writing, name: str) -> list[Problem]:
    """A problem when this day lies before the contract."""
    day = writing.data.get(name)
    if day is None or day >= writing.contract.start:
        return []
    text = f"Dit ligt voor de start van het contract ({formats.day(writing.contract.start)})."
    return [Problem((camel(name),), "before_contract", text)]


def after_delivery(writing: Writing, name: str) -> list[Problem]:
    """A problem when nothing of the line was there yet on this day."""
    day, line = writing.data.get(name), writing.line
    if day is None or line is None:
        return []
    first = first_delivery(writing, line.pk)
    if first is not None and day >= first:
        return []
    said = f" (eerste levering {formats.day(first)})" if first else ""
    return [Problem((camel(name),), "before_delivery", f"Dit ligt voor de levering{said}.")]


def first_delivery(writing: Writing, line_id: int | None) -> date | None:
    """The first day on which something came in of a line, or of the whole contract; None when nothing did."""
    days = [each.date for each in writing.found.deliveries if line_id is None or each.line_id == line_id]
    return min(days, default=None)


def overlapping(writing: Writing, rows: Sequence[Any], of: str = "") -> list[Problem]:
    """A problem when one of these records is about a part of the same period; the replaced one is not.

    `of`: what they are about, where that is something else than this record.
    """
    found = first_overlapping(writing, rows)
    if found is None:
        return []
    said = f"{formats.day(found.period_start)} tot en met {formats.day(found.period_end)}"
    whose = of and f" voor {of}"
    text = f"Voor deze periode staat er al iets{whose} ({said}): corrigeer die regel."
    return [Problem(("periodStart",), "duplicate", text)]


def first_overlapping(writing: Writing, rows: Sequence[Any]) -> Any | None:
    """The first of these records about a part of the same period, other than the one that is replaced."""
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first is None or last is None:
        return None
    replaced = writing.replaced.pk if writing.replaced is not None else None
    meets = (
        each for each in rows if each.pk != replaced and each.period_start <= last and first <= each.period_end
    )
    return next(meets, None)
