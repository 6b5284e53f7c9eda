"""How much of what is avoided one contract makes: a total that rests on one contract misleads.

Only contracts that may be seen one by one are looked at, so that a share never tells what is not shared; of a
total with other contracts in it the share is therefore at least this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max

from indicators.models import Basis

from .adding import YEARLY_FIELDS, yearly_values
from .asking import Question
from .frames import effects_of, filtered, names_of_keys
from .scopes import Scope
from .summing import Row

Key = tuple[Any, ...]
_INDICATOR = "indicator__code"


def largest_shares(basis: Basis, scope: Scope, question: Question, rows: Sequence[Row]) -> list[float | None]:
    """Per row the part of what is avoided (forecast) that the largest single contract makes, in one statement.

    None when nothing is avoided or no contract may be seen apart; above 1 when the others together add impact.
    """
    most = _most_avoided(basis, scope, question)
    found: list[float | None] = []
    for row in rows:
        avoided = row.values["avoided_forecast"] or 0.0
        largest = most.get((*(row.keys[key][0] for key in question.group_by), row.indicator))
        found.append(largest / avoided if largest is not None and largest > 0 and avoided > 0 else None)
    return found


def _most_avoided(basis: Basis, scope: Scope, question: Question) -> dict[Key, float]:
    own = effects_of(basis, question).filter(organisation_id__in=list(scope.per_contract))
    names = [names_of_keys([key])[0] for key in question.group_by]
    per_year = "year" in question.group_by or question.year is not None
    if question.by_award_year or not per_year:
        found = filtered(own, question).values(*names, _INDICATOR).annotate(most=Max("avoided_forecast"))
        keys = (*names, _INDICATOR)
        return _largest((tuple(row[name] for name in keys), row["most"]) for row in found.order_by())
    rows = filtered(own, question, years=False).values(*dict.fromkeys([*names, _INDICATOR, *YEARLY_FIELDS]))
    return _largest(
        (tuple((row | {"year": year})[name] for name in (*names, _INDICATOR)), values.get("avoided_forecast"))
        for row in rows
        for year, values in yearly_values(row, question.year_view)
        if question.year in (None, year)
    )


def _largest(found: Iterable[tuple[Key, float | None]]) -> dict[Key, float]:
    most: dict[Key, float] = {}
    for key, value in found:
        if value is not None:
            most[key] = max(value, most.get(key, value))
    return most
