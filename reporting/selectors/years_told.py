"""Which calendar years of a part may be told: each from enough contracts, and no two of them from nearly the same.

An amount that is the same every year, or the same in both year views, is gone from the difference of two of them:
what is left of it is of the contracts that begin, end or change there. See docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from indicators.calculation.factors import Bools, Floats

from .few import few_differ, too_few
from .scopes import FEWEST_CONTRACTS

_ALIKE = (
    ("estimated", "forecast", "realised_to_date"),
    ("reference_estimated", "reference_forecast"),
    ("avoided_estimated", "avoided_forecast"),
)
"""Measures of which one may be equal to another"""
_DEVIATIONS = tuple(pair for family in _ALIKE for pair in combinations(family, 2))
"""How far the one is from the other may be the same in two years as well, or the opposite where it is only late"""
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


def years_told(views: Mapping[str, View]) -> dict[str, Bools]:
    """(Y,) per year view which years are told; the others stay together.

    A year is told when it gives nobody away beside the years that more contracts have. What is not told of a view
    is its total less the years that are: while that gives few contracts away, the year with the fewest goes too.
    """
    kept = _beside_each_other(views)
    while kept:
        at_fault = _views_at_fault(views, kept)
        if not at_fault:
            break
        # The years of a view that has none left clash with those of the other.
        last = next((each for each in reversed(kept) if each[0] in at_fault), kept[-1])
        kept.remove(last)
    apart = {view: np.zeros(found.there.shape[1], dtype=bool) for view, found in views.items()}
    for view, years, _many in kept:
        apart[view][years] = True
    return apart


def _beside_each_other(views: Mapping[str, View]) -> list[_Years]:
    """The years of both views that may be told beside each other, those that most contracts have first."""
    numbers = {view: found.there.sum(axis=0) for view, found in views.items()}
    places = [
        (view, year)
        for view, found in views.items()
        for year in map(int, np.flatnonzero(numbers[view] >= FEWEST_CONTRACTS))
        if found.has_enough([year])
    ]
    places.sort(key=lambda place: (-numbers[place[0]][place[1]], place))
    every: list[_Years] = [(view, [year], 1) for view, year in places]
    clashes = _clashes(views, every, every)
    kept: list[int] = []
    for place in range(len(every)):
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
    """(some, others) where a measure of the one differs from one of the other in too few contracts."""
    found = np.zeros((len(some), len(others)), dtype=bool)
    if not some or not others:
        return found
    one, other = (_Amounts(views, each) for each in (some, others))
    for names in _ALIKE:
        told = [name for name in names if name in one.of]
        for first, second in product(told, told):
            found |= few_differ(one.of[first], other.of[second])
    for first, second in _DEVIATIONS:
        if first in one.of and second in one.of:
            deviation, against = (each.of[first] - each.of[second] for each in (one, other))
            found |= few_differ(deviation, against) | few_differ(deviation, -against)
    return found


class _Amounts:
    """(n, k) per measure that is told in both views, of k sets of years."""

    def __init__(self, views: Mapping[str, View], sets: Sequence[_Years]) -> None:
        names = set.intersection(*(set(view.series) for view in views.values()))
        self.of = {
            name: np.stack([views[view].series[name][:, at].sum(axis=1) / many for view, at, many in sets], axis=1)
            for name in names
        }
