"""Between what a contract lies, where some of its factors are known between bounds only.

Everything that is told of a contract is linear in the factors, so it is calculated once, with a column more for
each range that it uses (`CoreContract.ranged`). Differences (avoided, deviation) are taken on those columns,
before their bounds: what counts on both sides falls out. Source: method, sections 2b, 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from contracts.models import BOUNDED, MEASURES
from indicators.calculation.actual import Actual, join_actuals
from indicators.calculation.actual_bounds import BoundedActual
from indicators.calculation.bounds import bounded_of
from indicators.calculation.factors import Factors, Floats
from indicators.calculation.quality import resting_on_ranges

from .references import Moments, Part, function_reference_of, joined

Ends = tuple[Floats, Floats]
"""The lowest and the highest value, (I,) each; NaN = between no bounds, or unknown"""
DEVIATION, FUNCTION_DEVIATION = "deviation", "function_deviation"
FUNCTION_REFERENCE, FUNCTION_AVOIDED = "function_reference", "function_avoided"
"""What pages tell beside the measures, with bounds as well"""
_ROUNDING = 1e-12
"""of the largest amount on the same indicator: what is left where ranges of two sides fall out"""


def amounts_of(found: Actual, reference: Part) -> dict[str, Floats]:
    """(I,) per measure, of a contract or one of its lines; NaN = unknown.

    What is avoided is the reference less the impact, and unknown where that is incomplete or no market standard is
    known. A measure that the calculation knows by its code needs nothing here.
    """
    hole = np.where(found.complete, 0.0, np.nan)
    made_here = {
        "function_quantity": found.function_parts["quantity"],
        "reference_estimated": reference[0],
        "reference_forecast": reference[1],
        "avoided_estimated": reference[0] - found.estimated + hole,
        "avoided_forecast": reference[1] - found.forecast + hole,
        "elimination": np.full(len(hole), np.nan),
    }
    return {code: made_here[code] if code in made_here else getattr(found, code) for code in MEASURES}


@dataclass(frozen=True)
class Wide:
    """A contract, or one of its lines, with a column more for each range of the contract."""

    factors: Factors
    """with those ranges"""
    lines: Sequence[Actual]
    references: Sequence[Part]
    moments: Sequence[Moments] = field(repr=False)

    @cached_property
    def whole(self) -> Actual:
        """All lines together."""
        return join_actuals(self.lines)

    @cached_property
    def reference(self) -> Part:
        """Of all lines together."""
        return joined(self.references)

    @property
    def has_ranges(self) -> bool:
        """Whether it uses any range."""
        return self.factors.ranges is not None and len(self.factors.ranges) > 0

    def line(self, number: int) -> Wide:
        """One line by itself."""
        at = slice(number, number + 1)
        return Wide(self.factors, self.lines[at], self.references[at], self.moments[at])

    def central(self, found: Actual) -> Actual:
        """With every range at its central value: what counts."""
        return BoundedActual(self.factors, found).central if self.has_ranges else found

    def cut(self, part: Part) -> Part:
        """A reference with every range at its central value."""
        width = len(self.factors.indicators)
        return part[0][:width], part[1][:width]

    @cached_property
    def function_reference(self) -> Floats:
        """What is bought now over the promised time, by the market."""
        rows = [function_reference_of(*each) for each in zip(self.lines, self.references, strict=True)]
        return np.asarray(np.sum(rows, axis=0))

    @cached_property
    def ends(self) -> Mapping[str, Ends]:
        """Between what each measure lies that has bounds, and what pages tell beside it."""
        if not self.has_ranges:
            nothing = np.full(len(self.factors.indicators), np.nan)
            return dict.fromkeys((*BOUNDED, *_BESIDE), (nothing, nothing))
        amounts = amounts_of(self.whole, self.reference)
        found = {code: amounts[code] for code in BOUNDED} | {
            DEVIATION: _sum_of(self.whole.parts),
            FUNCTION_DEVIATION: _sum_of(self.whole.function_parts),
            FUNCTION_REFERENCE: self.function_reference,
            FUNCTION_AVOIDED: self.function_reference
            - self.whole.function_forecast
            + np.where(self.whole.complete, 0.0, np.nan),
        }
        low, high = ends_of(self.factors, np.stack(list(found.values())))
        return {code: (low[n], high[n]) for n, code in enumerate(found)}

    def between(self, name: str, place: int) -> tuple[float, float] | None:
        """The bounds of one of these on one indicator; None where it lies between none."""
        low, high = (float(each[place]) for each in self.ends[name])
        return None if np.isnan(low) else (low, high)

    @cached_property
    def resting(self) -> tuple[Floats, Floats]:
        """(I,) how much of |what is realised|, and of what of it was metered, rests on ranges."""
        pair = np.stack([self.whole.realised_to_date, self.whole.measured])
        realised, metered = resting_on_ranges(bounded_of(self.factors, pair))
        return realised, metered


_BESIDE = (DEVIATION, FUNCTION_DEVIATION, FUNCTION_REFERENCE, FUNCTION_AVOIDED)


def ends_of(factors: Factors, tables: Floats) -> Ends:
    """(..., I) twice: between what these amounts (..., I + K) lie; NaN where that is one value, or unknown."""
    bounded = bounded_of(factors, tables)
    low, high = bounded.ends
    table = np.abs(np.nan_to_num(np.stack([low, high])))
    size = table.max(axis=tuple(range(table.ndim - 1)), initial=0.0)
    one = ~(high - low > _ROUNDING * size)
    least, most = np.minimum(low, bounded.value), np.maximum(high, bounded.value)
    return np.where(one, np.nan, least), np.where(one, np.nan, most)


def _sum_of(parts: Mapping[str, Floats]) -> Floats:
    return np.asarray(np.sum(list(parts.values()), axis=0))
