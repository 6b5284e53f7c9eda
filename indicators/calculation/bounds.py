"""Bounds: between what a result lies when some of its factors are known between two values only.

Every result is linear in every factor, in all three formulas:

    value(u) = value(central) + sum over ranges k of slope[k] (u[k] - central[k])

A slope is what one more unit of that factor does: the same calculation on tables that are 1 at the range and 0
elsewhere, all ranges at once as if they were indicators (:func:`with_slopes`). Slopes are above zero where
everything counts as an impact, so that the lowest value is that of all ranges low. In ``pef-cff`` a range that is
also what recycling replaces may have a slope below zero; low and high then follow from the sign of each slope, and
the bounds of parts do not add up to those of their sum. Source: method, section 2b.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .end_of_life import CircularFootprint
from .errors import ShapeMismatch
from .factors import Bools, Factors, Floats
from .impact import Results, assess
from .lines import Lines, check_named
from .ranges import Ranges

VALUES = ("weighted", "production", "production_before_e", "use", "lifetime", "per_year", "credits")
"""The values of a result that hang on factors."""
_NONE = np.zeros(0)
NO_RANGES = Ranges(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE)  # type: ignore[arg-type]
_ROUNDING = 1e-12
"""of the value: a bound so close to zero is zero"""


@dataclass(frozen=True)
class Bounds:
    """L lines by I indicators, between what they lie, and what each of the K ranges that they use does."""

    results: Results
    """with every range at its central value: what counts; complete or not as without ranges"""
    slopes: Results
    """(L, K) what one more unit of a range does, in each of :data:`VALUES`"""
    ranges: Ranges
    """the K ranges that these lines use"""

    @cached_property
    def low(self) -> Results:
        """The lowest each value can be."""
        return self._ends[0]

    @cached_property
    def high(self) -> Results:
        """The highest each value can be."""
        return self._ends[1]

    @cached_property
    def counts(self) -> Bools:
        """(L, K) the ranges that count in a line: they move production or use, also where credits take it back."""
        moving = (self.slopes.production, self.slopes.production_before_e, self.slopes.use)
        return np.asarray(np.any([_known(each) != 0 for each in moving], axis=0))

    @cached_property
    def bounded(self) -> Bools:
        """(L, I) a range counts in the result."""
        return np.asarray(self.counts @ self.ranges.by_indicator(self.results.lifetime.shape[-1]) > 0)

    def bounded_values(self, name: str) -> Bounded:
        """One of :data:`VALUES` with its slopes, to subtract and add before bounds are taken."""
        return Bounded(getattr(self.results, name), getattr(self.slopes, name), self.ranges)

    @cached_property
    def _ends(self) -> tuple[Results, Results]:
        if not len(self.ranges):
            return self.results, self.results
        # All values at once: the steps of many small tables would cost more than what they calculate.
        value, slopes = (np.stack([getattr(each, n) for n in VALUES]) for each in (self.results, self.slopes))
        ends = between(value, slopes, self.ranges)
        low, high = (_with_values(self.results, dict(zip(VALUES, end, strict=True))) for end in ends)
        return low, high


@dataclass(frozen=True)
class Bounded:
    """Any linear outcome of factors: its value (..., I), and what one more unit of each range does (..., K).

    Two of them on the same ranges are subtracted before their bounds are taken: what they share falls out.
    """

    value: Floats
    slopes: Floats
    ranges: Ranges

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """(..., I) twice: the lowest and the highest value over all ranges; NaN where nothing is known."""
        return between(self.value, self.slopes, self.ranges)

    @property
    def low(self) -> Floats:
        """(..., I) the lowest value."""
        return self.ends[0]

    @property
    def high(self) -> Floats:
        """(..., I) the highest value."""
        return self.ends[1]

    @staticmethod
    def together(rows: Sequence[Bounded]) -> Bounded:
        """(n, ..., I) several values on the same ranges as one table, as for the order of bids.

        Raises:
            ShapeMismatch: none, or on other ranges.
        """
        if not rows or any(len(each.ranges) != len(rows[0].ranges) for each in rows):
            raise ShapeMismatch("Values on different ranges do not stand in one table.")
        value, slopes = np.stack([each.value for each in rows]), np.stack([each.slopes for each in rows])
        return Bounded(value, slopes, rows[0].ranges)

    def apart(self) -> list[Bounded]:
        """Its rows (along the first axis) each by itself, with bounds that were taken together."""
        low, high = self.ends
        rows = [Bounded(value, slopes, self.ranges) for value, slopes in zip(self.value, self.slopes, strict=True)]
        for each, *ends in zip(rows, low, high, strict=True):
            each.__dict__["ends"] = tuple(ends)
        return rows

    def at(self, values: Floats) -> Floats:
        """(..., I) the value with each range at one of its values (K,)."""
        moved = _known(self.slopes) * (values - self.ranges.central)
        return np.asarray(self.value + moved @ self.ranges.by_indicator(self.value.shape[-1]))

    def minus(self, other: Bounded) -> Bounded:
        """The difference, in which what moves together stays together.

        Raises:
            ShapeMismatch: on other ranges.
        """
        if len(self.ranges) != len(other.ranges):
            raise ShapeMismatch("Two values on different ranges have no difference that shares them.")
        return Bounded(self.value - other.value, _known(self.slopes) - _known(other.slopes), self.ranges)

    def times(self, factor: float | Floats) -> Bounded:
        """The same so many times; a negative number turns low and high round."""
        return Bounded(self.value * factor, self.slopes * factor, self.ranges)


def between(value: Floats, slopes: Floats, ranges: Ranges) -> tuple[Floats, Floats]:
    """(..., I) twice: the lowest and the highest value, by the sign of each slope.

    Args:
        value: (..., I) with every range at its central value; NaN stays NaN.
        slopes: (..., K) see :func:`with_slopes`; NaN (nothing of this is known) counts as 0.
    """
    known = _known(slopes)
    down, up = ranges.steps
    lower, higher = known @ down, known @ up
    against = np.minimum(known, 0.0)
    if against.any():
        turned = against @ (up - down)
        lower, higher = lower + turned, higher - turned
    low, high = value.copy(), value.copy()
    own = value[..., ranges.touched]
    nothing = _ROUNDING * np.abs(own)
    for bound, shift in ((low, lower), (high, higher)):
        moved = own + shift
        bound[..., ranges.touched] = np.where(np.abs(moved) <= nothing, 0.0, moved)
    return low, high


def assess_between(factors: Factors, lines: Lines) -> Bounds:
    """The impact of each line with its bounds. Without ranges that count, low and high are the result itself.

    >>> from indicators.calculation.golden import golden_case
    >>> factors, lines = golden_case()
    >>> range_of_steel = Ranges([False], [0], [False], [0], [5.0], [6.88], [10.0])
    >>> found = assess_between(replace(factors, ranges=range_of_steel), lines)
    >>> [round(float(each.weighted[0, 0]), 4) for each in (found.low, found.results, found.high)]
    [4.5821, 5.2836, 6.4478]
    >>> found.bounded.tolist()      # climate of both sofas, not their materials
    [[True, False], [True, False]]

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    ranges = used_ranges(factors, lines)
    return _split(assess(_widened(factors, ranges), _lines_widened(ranges, lines)), factors, ranges)


def new_production_between(factors: Factors, lines: Lines) -> tuple[Floats, Floats]:
    """(L, I) twice: between what producing one item new lies by materials and making; NaN where incomplete.

    What the maker's own figure is held against: a figure outside may be about another boundary or unit.

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    one = np.ones(len(lines))
    years = np.where(lines.consumed, 1.0, lines.lifetime_years)
    no_use = {name: getattr(lines, name)[:0] for name in ("flow", "quantity", "once", "repair")}
    new = replace(
        lines, count=one, lifetime_years=years, strategy_factor=one, end_of_life_factor=one,
        declared_production=None, use_start=np.zeros(len(lines) + 1, dtype=np.int64), **no_use,
    )  # fmt: skip
    found = assess_between(factors, new)
    low, high = found.bounded_values("production_before_e").ends
    return np.where(found.results.complete, low, np.nan), np.where(found.results.complete, high, np.nan)


def used_ranges(factors: Factors, *lines: Lines, beside: Sequence[int] = ()) -> Ranges:
    """The ranges of the factors that stand on something these lines name, or on one of these rows of ``items``."""
    ranges = factors.ranges
    if ranges is None:
        return NO_RANGES
    items, groups = np.zeros(len(factors.items), dtype=bool), np.zeros(len(factors.groups), dtype=bool)
    items[list(beside)] = True
    for each in lines:
        check_named(factors, each)
        items[each.material] = items[each.flow] = groups[each.group] = True
    used = np.zeros(len(ranges), dtype=bool)
    for mask, named in ((ranges.is_processing, groups), (~ranges.is_processing, items)):
        used[mask] = named[ranges.row[mask]]
    return ranges.chosen(np.flatnonzero(used))


def with_used_ranges(factors: Factors, *lines: Lines, beside: Sequence[int] = ()) -> Factors:
    """The factors with :func:`used_ranges` alone, so that slopes are few.

    What is put side by side (all bids with their reference) is asked together, so that its ranges are the same.
    ``beside`` holds rows of ``items`` that count beside lines, as a record of a contract.
    """
    return (
        factors if factors.ranges is None else replace(factors, ranges=used_ranges(factors, *lines, beside=beside))
    )


def with_slopes(factors: Factors) -> Factors:
    """The factors with a column more for each of their K ranges: 1 at the range and 0 elsewhere.

    Whatever is linear in the factors (results, comparisons with their parts, actuals with their years) is
    calculated on these as on any other, once; its last K columns are then what one more unit of each range does:
    see :func:`bounded_of`. With no ranges they are the factors themselves.
    """
    return _widened(factors, factors.ranges or NO_RANGES)


def lines_with_slopes(factors: Factors, lines: Lines) -> Lines:
    """The lines as :func:`with_slopes` takes them: where the maker's own figure counts, no range does."""
    return _lines_widened(factors.ranges or NO_RANGES, lines)


def bounds_of(factors: Factors, whole: Results) -> Bounds:
    """What was assessed with :func:`with_slopes`: for many bids the wide tables are made once."""
    return _split(whole, factors, factors.ranges or NO_RANGES)


def bounded_of(factors: Factors, table: Floats) -> Bounded:
    """What was calculated with :func:`with_slopes`, (..., I + K), as value and slopes."""
    width = len(factors.indicators)
    return Bounded(table[..., :width], table[..., width:], factors.ranges or NO_RANGES)


def _widened(factors: Factors, ranges: Ranges) -> Factors:
    if not len(ranges):
        return factors
    column, width = np.arange(len(ranges)), len(ranges)
    primary, recycled = np.zeros((2, len(factors.items), width))
    processing = np.zeros((len(factors.groups), width))
    for mask, table in (
        (ranges.of_primary, primary),
        (ranges.recycled, recycled),
        (ranges.is_processing, processing),
    ):
        table[ranges.row[mask], column[mask]] = 1.0
    return replace(
        factors,
        indicators=[*factors.indicators, *(f"range {number}" for number in range(width))],
        primary=np.hstack([factors.primary, primary]),
        processing=np.hstack([factors.processing, processing]),
        recycled=None if factors.recycled is None else np.hstack([factors.recycled, recycled]),
        kinds=np.concatenate([factors.kinds, factors.kinds[ranges.indicator]]),
        footprint=_footprint_widened(factors, ranges),
        ranges=None,
    )


def _lines_widened(ranges: Ranges, lines: Lines) -> Lines:
    figures = lines.declared_production
    if figures is None or not len(ranges):
        return lines
    none = np.where(np.isnan(figures[:, ranges.indicator]), np.nan, 0.0)
    return replace(lines, declared_production=np.hstack([figures, none]))


def _footprint_widened(factors: Factors, ranges: Ranges) -> CircularFootprint | None:
    """The end of life of slopes: where the loop is closed and the way that it goes is known as a whole."""
    end = factors.footprint
    if end is None:
        return None
    replaced, costs = ranges.closed_loop(end)
    at = np.where(ranges.is_processing, 0, ranges.row)
    counts = ~np.isnan(factors.treated[0][at, ranges.indicator])
    column, shape = np.arange(len(ranges)), (len(factors.items), len(ranges))
    substituted, recycling, none = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for mask, table in ((replaced & counts, substituted), (costs & counts, recycling)):
        table[at[mask], column[mask]] = 1.0
    return replace(
        end,
        recycling=np.hstack([end.recycling, recycling]),
        substituted=np.hstack([end.substituted, substituted]),
        recovery=np.hstack([end.recovery, none]),
        energy_credit=np.hstack([end.energy_credit, none]),
        disposal=np.hstack([end.disposal, none]),
    )


def _split(whole: Results, factors: Factors, ranges: Ranges) -> Bounds:
    width = len(factors.indicators)
    return Bounds(_columns(whole, slice(width)), _columns(whole, slice(width, None)), ranges)


def _columns(results: Results, columns: slice) -> Results:
    return _with_values(results, {name: getattr(results, name)[:, columns] for name in (*VALUES, "complete")})


def _with_values(results: Results, values: Mapping[str, Any]) -> Results:
    return replace(results, **values)


def _known(slopes: Floats) -> Floats:
    return np.where(np.isnan(slopes), 0.0, slopes)
