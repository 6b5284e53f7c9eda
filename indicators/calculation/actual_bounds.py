"""Between what a contract lies when some factors are known between bounds only: every measure, part and year.

Estimated, to date, forecast and realised are linear in the factors, as quantities and moments do not depend on
them. So a contract line is assessed once, on factors with a column more for each range
(:func:`indicators.calculation.bounds.with_slopes`), and all that it is taken from there. Differences (deviation,
avoided) are taken before their bounds: what moves on both sides falls out. Source: method, sections 2b, 4 and 5.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .actual import Actual, assess_line
from .bounds import Bounded, bounded_of, with_slopes
from .factors import Factors, Floats
from .records import ContractLine

MEASURES = (
    "estimated", "estimated_to_date", "realised_to_date", "not_measured_to_date", "forecast", "function_forecast",
    "measured",
)  # fmt: skip


@dataclass(frozen=True)
class BoundedActual:
    """A contract line, or the sum of lines, with the bounds of all that is said of it.

    Each number of ``low`` and ``high`` is the lowest and highest that it can be by itself: where a range counts on
    both sides of a difference, the low of a part does not belong to the low of its sum.
    """

    factors: Factors
    """with the ranges"""
    whole: Actual
    """as assessed, with a column more for each range"""

    @cached_property
    def central(self) -> Actual:
        """With every range at its central value: what counts."""
        return self._with(lambda bounded: bounded.value)

    @cached_property
    def low(self) -> Actual:
        """The lowest each number can be."""
        return self._with(lambda bounded: bounded.low)

    @cached_property
    def high(self) -> Actual:
        """The highest each number can be."""
        return self._with(lambda bounded: bounded.high)

    def measure(self, name: str) -> Bounded:
        """One of :data:`MEASURES` (I,), to subtract before its bounds are taken."""
        return bounded_of(self.factors, getattr(self.whole, name))

    def in_years(self, view: str, measure: str) -> Bounded:
        """(Y, I) one of the year series, alike."""
        return bounded_of(self.factors, self.whole.years.values[view, measure])

    def deviation(self, *, function: bool) -> Bounded:
        """Actual - estimated on the function or the account basis; NaN where something is missing."""
        parts = self.whole.function_parts if function else self.whole.parts
        return bounded_of(self.factors, np.asarray(np.sum(list(parts.values()), axis=0)))

    def avoided(self, reference: Bounded, measure: str = "forecast") -> Bounded:
        """Reference - impact, in which ranges of both are one: negative = extra impact.

        Args:
            reference: of the same column, on the same ranges: ``bounded_of`` of what
                :func:`indicators.calculation.comparison.bought_reference` gives on the same wide factors.

        Raises:
            ShapeMismatch: a reference on other ranges.
        """
        return reference.minus(self.measure(measure))

    def _with(self, end: Callable[[Bounded], Floats]) -> Actual:
        def of(table: Floats) -> Floats:
            return end(bounded_of(self.factors, table))

        whole = self.whole
        if self.factors.ranges is None:
            return whole
        changes: dict[str, Any] = {name: of(getattr(whole, name)) for name in MEASURES}
        for name in ("parts", "function_parts"):
            changes[name] = _each(getattr(whole, name), of)
        return replace(
            whole,
            **changes,
            complete=whole.complete[: len(self.factors.indicators)],
            years=replace(whole.years, values=_each(whole.years.values, of)),
        )


def assess_line_between(
    build: Callable[[Factors], ContractLine], factors: Factors, as_of: datetime.date
) -> BoundedActual:
    """One contract line at an as-of date, with bounds; one run, however many ranges there are.

    Args:
        build: makes the line on these factors (products, intensities), with
            :func:`indicators.calculation.bounds.lines_with_slopes` where a maker's own figure may count.
        factors: best with the ranges alone that the contract and its reference use (``with_used_ranges``).

    Raises:
        RecordOutOfOrder, TooManyRetired, ConsumedWithStrategy: records that contradict each other.
    """
    return BoundedActual(factors, assess_line(build(with_slopes(factors)), as_of))


def _each(tables: Mapping[Any, Floats], of: Callable[[Floats], Floats]) -> dict[Any, Floats]:
    return {key: of(table) for key, table in tables.items()}
