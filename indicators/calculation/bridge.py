"""Deviation taken apart: why the forecast differs from the promise, on two bases.

*account* (totals): forecast against estimated. *function* (headline): per year of the forecast * T promised
against estimated, so that longer use of the same goods is not called more impact. Parts by sequential
substitution; each sums to its deviation exactly. Positive = more impact. Source: method, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .factors import Floats
from .service import Standing

DEVIATION_PARTS = ("quantity", "composition", "end-of-life", "lifetime", "use", "repairs")


@dataclass(frozen=True)
class Sides:
    """What promise and forecast consist of, (I,) each."""

    production_promised: Floats
    """per item, with the end of life of the plan"""
    yearly_promised: Floats
    """use per item-year"""
    once_promised: Floats
    """use once per item"""
    repairs_promised: Floats
    """per item-year"""
    production_planned: Floats
    """of all items of the forecast together, with the end of life of the plan"""
    production_with_e: Floats
    """of the same items, with the end of life that they had"""
    use: Floats
    repairs: Floats


def account_parts(sides: Sides, at: Standing) -> dict[str, Floats]:
    """(I,) per part; they sum to forecast - estimated."""
    return _parts(sides, at, at.units_forecast, at.years_forecast, 1.0)


def function_parts(sides: Sides, at: Standing) -> dict[str, Floats]:
    """(I,) per part; they sum to per year of the forecast * T promised - estimated."""
    if at.term_now == at.term_promised:
        return _parts(sides, at, at.units_forecast, at.years_promised, function_scale(at))
    # The units of a longer or shorter contract are brought to the term that was promised.
    term = at.term_promised / at.term_now
    units = replace(
        sides,
        production_planned=sides.production_planned * term,
        production_with_e=sides.production_with_e * term,
        use=sides.use * term,
        repairs=sides.repairs * term,
    )
    return _parts(units, at, at.units_forecast * term, at.years_promised, 1.0)


def function_scale(at: Standing) -> float:
    """What makes a forecast over its own lifetime (or contract time) one over the promised one."""
    term = at.term_promised / at.term_now
    return term * at.years_promised / at.years_forecast if at.years_forecast > 0 else term


def _parts(sides: Sides, at: Standing, after: float, years: float, scale: float) -> dict[str, Floats]:
    """The steps from promise to forecast; ``scale`` brings impacts per item (not per year) to the function."""
    one, before = sides, at.units_promised
    rates = one.yearly_promised + one.repairs_promised
    per_item = one.production_promised + one.once_promised
    once = after * one.once_promised
    yearly = after * years * one.yearly_promised
    return {
        "quantity": (after - before) * (per_item + at.years_promised * rates),
        "composition": one.production_planned - after * one.production_promised,
        "end-of-life": one.production_with_e - one.production_planned,
        "lifetime": (one.production_with_e + once) * (scale - 1) + after * (years - at.years_promised) * rates,
        "use": one.use * scale - yearly - once * scale,
        "repairs": one.repairs * scale - after * years * one.repairs_promised,
    }
