"""Factors with the ranges that some lines use, and what they make of those lines: values with their bounds.

What is put side by side asks for them together, so that one unknown is one number in all of it, and the tables
with a column per range are made once. Source: method, section 2b.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from indicators.calculation.bounds import Bounds, bounds_of, lines_with_slopes, with_slopes, with_used_ranges
from indicators.calculation.factors import Factors
from indicators.calculation.impact import UnitProducts, assess, unit_products
from indicators.calculation.lines import Lines


@dataclass(frozen=True)
class RangedFactors:
    """The factors of a basis for some lines."""

    factors: Factors
    """with the ranges that these lines use, and no others"""
    wide: Factors
    """with a column more per range"""

    @classmethod
    def of(cls, factors: Factors, *lines: Lines) -> Self:
        """For these lines together. Raises UnknownItem: a line that names what has no row."""
        used = with_used_ranges(factors, *lines)
        return cls(used, with_slopes(used))

    def assess(self, lines: Lines) -> Bounds:
        """The impact of each line, with its bounds. Raises CalculationError: see `check_lines` of the core."""
        return bounds_of(self.factors, assess(self.wide, lines_with_slopes(self.factors, lines)))

    def units(self, lines: Lines) -> UnitProducts:
        """What one item of each line consists of, with a column more per range. Raises CalculationError."""
        return unit_products(self.wide, lines_with_slopes(self.factors, lines))
