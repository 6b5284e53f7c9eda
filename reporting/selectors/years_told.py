"""Which calendar years of a part may be told: each from enough contracts, and no two of them from nearly the same.

An amount that is the same every year, or the same in both year views, is gone from the difference of two of them:
what is left of it is of the contracts that begin, end or change there. See docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from indicators.calculation.factors import Bools, Floats

from .few import differ_in_few, few_differ, is_few, too_few
from .scopes import FEWEST_CONTRACTS

ALIKE = (
    (
        *("estimated", "forecast", "realised_to_date", "estimated_to_date", "measured", "not_measured_to_date"),
        *("function_forecast", "function_promise"),
    ),
    ("reference_estimated", "reference_forecast"),
    ("avoided_estimated", "avoided_forecast"),
)
"""Measures of which one may be equal to another, in a year or over a whole life"""
_DEVIATIONS = (
    *combinations(("estimated", "forecast", "realised_to_date"), 2),
    ("reference_estimated", "reference_forecast"),
    ("avoided_estimated", "avoided_forecast"),
)
"""How far the one is from the other may be the same in two years as well, or the opposite where it is only late"""
_WHOLE = "whole"
_Years = tuple[str, list[int], int]
"""A year view, places of years in its tables that are added up, and by how many the sum is divided"""


@dataclass(frozen=True)
class View:
    """One year view of a part."""

    there: Bools
    """(n, Y) who has anything in which year"""
    series: Mapping[str, Floats]
    """(n, Y) per measure that may be told"""

    def has_enough(self, years: Sequence[int]) -> bool:
        """Whether nothing in these years together is of too few contracts."""
        tables = (self.there, *(table != 0 for table in self.series.values()))
        return not any(too_few(table[:, years].any(axis=1).sum()) for table in tables)


def hidden_in_view(series: Mapping[str, Floats], whole: Mapping[str, Floats]) -> set[str]:
    """The measures (n, Y) that may not be told in a year view: what is written off is not all that happened,
    so few contracts may have it, or differ in it from something that is told (n,) over their whole life."""
    totals = {name: table.sum(axis=1) for name, table in series.items()}
    return {
        name
        for name, total in totals.items()
        for family in ALIKE
        if name in family
        if is_few(total) or any(differ_in_few(total, whole[other]) for other in family if other in whole)
    }


def years_told(views: Mapping[str, View], whole: Mapping[str, Floats]) -> dict[str, Bools]:
    """(Y,) per year view which years are told; the others stay together.

    Args:
        whole: (n,) what is told over the whole life of the contracts, per measure.

    A year is told when it gives nobody away beside the years that more contracts have. What is not told of a view
    is its total less the years that are: while that gives few contracts away, the year with the fewest goes too.
    """
    table = {name: column[:, None] for name, column in whole.items()}
    every = {**views, _WHOLE: View(np.ones((len(next(iter(views.values())).there), 1), dtype=bool), table)}
    kept = _beside_each_other(every)
    while len(kept) > 1:
        at_fault = _views_at_fault(every, kept)
        if not at_fault:
            break
        # The years of a view that has none left clash with those of the other.
        last = next((each for each in reversed(kept[1:]) if each[0] in at_fault), kept[-1])
        kept.remove(last)
    return {view: _places([each for each in kept if each[0] == view], found) for view, found in views.items()}


def _places(kept: Sequence[_Years], found: View) -> Bools:
    apart = np.zeros(found.there.shape[1], dtype=bool)
    for _view, years, _many in kept:
        apart[years] = True
    return apart


def _beside_each_other(views: Mapping[str, View]) -> list[_Years]:
    """The whole life, which is always told, and the years of both views that may be told beside it and each other;
    those that most contracts have first, and of these the newest."""
    numbers = {view: found.there.sum(axis=0) for view, found in views.items()}
    places = [
        (view, year)
        for view, found in views.items()
        for year in map(int, np.flatnonzero(numbers[view] >= FEWEST_CONTRACTS))
        if view != _WHOLE and found.has_enough([year])
    ]
    places.sort(key=lambda place: (-numbers[place[0]][place[1]], -place[1], place[0]))
    every: list[_Years] = [(_WHOLE, [0], 1), *((view, [year], 1) for view, year in places)]
    clashes = _clashes(views, every, every)
    kept = [0]
    for place in range(1, len(every)):
        if not clashes[place, [*kept, place]].any():
            kept.append(place)
    return [every[place] for place in kept]


def _views_at_fault(views: Mapping[str, View], kept: Sequence[_Years]) -> set[str]:
    """The views of which what is not told, together, gives few contracts away."""
    rests = {
        view: [year for year in map(int, np.flatnonzero(found.there.any(axis=0))) if (view, [year], 1) not in kept]
        for view, found in views.items()
    }
    found = {view for view, years in rests.items() if years and not views[view].has_enough(years)}
    # Divided by how many there are: what is the same every year is gone when a year is taken from it as often.
    others = [(view, years, many) for view, years in rests.items() if years for many in {1, len(years)}]
    clashes = _clashes(views, others, [*kept, *others])
    return found | {other[0] for other, row in zip(others, clashes, strict=True) if row.any()}


def _clashes(views: Mapping[str, View], some: Sequence[_Years], others: Sequence[_Years]) -> Bools:
    """(some, others) where an amount of the one differs from one of the other in too few contracts."""
    found = np.zeros((len(some), len(others)), dtype=bool)
    for names in ALIKE:
        one, other = (_columns(views, each, [(name,) for name in names]) for each in (some, others))
        found |= _where(one, other, found.shape)
    for names in _DEVIATIONS:
        (tables, of), (against, of_other) = (_columns(views, each, [names]) for each in (some, others))
        for sign in (1, -1):
            found |= _where((tables, of), (sign * against, of_other), found.shape)
    return found


_Columns = tuple[Floats, list[int]]
"""(n, m) amounts, and of which set of years each is"""


def _columns(views: Mapping[str, View], sets: Sequence[_Years], wanted: Sequence[tuple[str, ...]]) -> _Columns:
    """Of these sets of years a measure, or how far the first of two is from the second, where they are told."""
    found, places = [], []
    for place, (view, years, many) in enumerate(sets):
        series = views[view].series
        for names in wanted:
            if all(name in series for name in names):
                first, *second = (series[name][:, years].sum(axis=1) / many for name in names)
                found.append(first - second[0] if second else first)
                places.append(place)
    contracts = len(next(iter(views.values())).there)
    return np.array(found, dtype=float).reshape(len(found), contracts).T, places


def _where(one: _Columns, other: _Columns, shape: tuple[int, ...]) -> Bools:
    """The sets of years of which some amounts differ in few contracts."""
    found = np.zeros(shape, dtype=bool)
    clashing = few_differ(one[0], other[0])
    for row, column in zip(*np.nonzero(clashing), strict=True):
        found[one[1][row], other[1][column]] = True
    return found
