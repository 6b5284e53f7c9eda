"""The order of bids that rest on the same ranges: certain, a tie, or what it depends on.

    D(u) = A - B = D(central) + sum over ranges k of d[k] (u[k] - central[k])        low[k] <= u[k] <= high[k]

The least and most of D follow from the signs of d. Both of one sign: *certain*, whatever the ranges are. Both
zero: a *tie*. Else it *depends*, also when D only touches zero at one end. For each range that moves D stands
where D is zero with the other ranges at their central value, when that lies inside the range: its break-even

    u[k]* = central[k] - D(central) / d[k]

Source: method, section 2b.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from .bounds import Bounded
from .factors import Bools, Floats
from .lines import Integers
from .ranges import Ranges
from .ties import tied


class State(StrEnum):
    """What is known of the order of two bids."""

    CERTAIN = "certain"
    TIE = "tie"
    DEPENDS = "depends"


@dataclass(frozen=True)
class Dependence:
    """One range on which the order of two bids depends."""

    place: int
    """number of the range"""
    swing: float
    """how much the difference of the bids changes from the low to the high end; above zero: more for the first"""
    break_even: float | None
    """where the two are equal, with the other ranges at their central value; None where that is outside"""
    open_from: float
    open_to: float
    """below and above this part of the range the order no longer depends on the others: the same number where no
    other range counts"""

    @property
    def first_is_lower_below(self) -> bool:
        """The first bid is the lower one below the break-even, the second above it; else the other way round."""
        return self.swing > 0


@dataclass(frozen=True)
class Order:
    """Two bids beside each other, in the unit of the indicator."""

    state: State
    difference: float
    """first - second with every range at its central value: what counts"""
    low: float
    high: float
    """between what that difference lies"""
    reverses: bool
    """each of the two can be the lower one; false for an order that depends when they can at most be equal"""
    depends_on: tuple[Dependence, ...] = ()
    """the ranges that move the difference when the order depends, the largest swing first"""

    @property
    def decides(self) -> Dependence | None:
        """The one range on which the order depends, None when there are more."""
        return self.depends_on[0] if len(self.depends_on) == 1 else None

    @property
    def turning(self) -> tuple[Dependence, ...]:
        """The ranges that can turn the order alone: their break-even lies inside them."""
        return tuple(each for each in self.depends_on if each.break_even is not None)


@dataclass(frozen=True)
class Orders:
    """All pairs of n bids on one indicator; NaN for a bid that has no place, in whichever pair."""

    values: Floats
    """(n,) at central values"""
    low: Floats
    """(n, n) the least that the row can be above the column"""
    high: Floats
    """(n, n) the most"""
    low_sign: Floats
    """(n, n) of ``low``: -1, 0 (a tie) or 1"""
    high_sign: Floats
    slopes: Floats
    """(n, K) of the ranges of this indicator"""
    ranges: Ranges
    places: Integers
    """(K,) their numbers among all ranges"""

    def state(self, first: int, second: int) -> State | None:
        """What is known of two bids; None where one of them has no place."""
        low, high = self.low_sign[first, second], self.high_sign[first, second]
        if np.isnan(low):
            return None
        if low == high:
            return State.CERTAIN if low else State.TIE
        return State.DEPENDS

    def order(self, first: int, second: int) -> Order | None:
        """Two bids with what their order depends on; None where one of them has no place."""
        state = self.state(first, second)
        if state is None:
            return None
        return Order(
            state=state,
            difference=float(self.values[first] - self.values[second]),
            low=float(self.low[first, second]),
            high=float(self.high[first, second]),
            reverses=bool(self.low_sign[first, second] < 0 < self.high_sign[first, second]),
            depends_on=self._dependences(first, second) if state is State.DEPENDS else (),
        )

    def ranking(self) -> list[int]:
        """The bids that have a place, the lowest first, by what counts."""
        known = np.flatnonzero(~np.isnan(self.values))
        return [int(bid) for bid in known[np.argsort(self.values[known], kind="stable")]]

    def neighbours(self, ranking: Sequence[int] | None = None) -> list[tuple[int, int, Order]]:
        """Each bid beside the next one of the ranking. Where all of them are certain, so is the whole order."""
        found = []
        for first, second in pairwise(self.ranking() if ranking is None else ranking):
            order = self.order(first, second)
            if order is not None:
                found.append((first, second, order))
        return found

    def _dependences(self, first: int, second: int) -> tuple[Dependence, ...]:
        one, other = self.slopes[first], self.slopes[second]
        change = np.where(tied(one, other), 0.0, one - other)
        ranges = self.ranges
        difference = self.values[first] - self.values[second]
        steps = np.sort([change * (ranges.low - ranges.central), change * (ranges.high - ranges.central)], axis=0)
        found = []
        for k in np.flatnonzero(change * (ranges.high - ranges.low)).tolist():
            # What the others can make of the difference while this range is at its central value.
            rest = self.low[first, second] - steps[0, k], self.high[first, second] - steps[1, k]
            equal = float(ranges.central[k] - difference / change[k])
            edges = sorted(
                float(np.clip(ranges.central[k] - each / change[k], ranges.low[k], ranges.high[k]))
                for each in rest
            )
            within = float(np.clip(equal, ranges.low[k], ranges.high[k]))
            inside = bool(tied(equal, within))
            swing = float(change[k] * (ranges.high[k] - ranges.low[k]))
            found.append(Dependence(int(self.places[k]), swing, within if inside else None, edges[0], edges[1]))
        return tuple(sorted(found, key=lambda each: -abs(each.swing)))


def orders(bids: Bounded, indicator: int, complete: Bools | None = None) -> Orders:
    """All pairs of n bids on one indicator.

    >>> ranges = Ranges([True], [0], [False], [0], [120.0], [156.0], [200.0])
    >>> two = Bounded(np.array([[66.4], [65.333333]]), np.array([[0.4], [0.333333]]), ranges)
    >>> found = orders(two, 0).order(0, 1)
    >>> str(found.state), round(found.low, 3), round(found.high, 3), round(found.decides.break_even, 2)
    ('depends', -1.333, 4.0, 140.0)

    Args:
        bids: (n, I) the impact for the demand, with slopes on the same ranges.
        indicator: number of the indicator.
        complete: (n,) the bids that can have a place; by default all of which something is known.
    """
    places = np.flatnonzero(bids.ranges.indicator == indicator)
    ranges = bids.ranges.chosen(places)
    values = bids.value[:, indicator]
    if complete is not None:
        values = np.where(complete, values, np.nan)
    slopes = np.nan_to_num(bids.slopes[:, places])
    change = np.where(tied(slopes[:, None], slopes[None, :]), 0.0, slopes[:, None] - slopes[None, :])
    down, up = ranges.low - ranges.central, ranges.high - ranges.central
    ends = []
    for least, most in ((down, up), (up, down)):
        steps = np.where(change >= 0, least, most)
        first = values[:, None] + (slopes[:, None] * steps).sum(axis=-1)
        second = values[None, :] + (slopes[None, :] * steps).sum(axis=-1)
        apart = first - second
        ends.append((apart, np.where(tied(first, second), 0.0, np.sign(apart))))
    (low, low_sign), (high, high_sign) = ends
    return Orders(values, low, high, low_sign, high_sign, slopes, ranges, places)
