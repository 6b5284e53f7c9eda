"""The environmental cost of a result: prices per category of a weighting set times what we know of them.

A weighting set has categories of its own; a table says which of our indicators is the same quantity:

    amount[c] = sum over mapped indicators of factor * total        only rows with the same quantity count
    value     = sum over the k categories that are known of price[c] * amount[c]

The other n - k categories are missing and named, never zero. This is an indication, not a verified value from
a validated tool. Source: method, section 7.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import NegativeFactor


@dataclass(frozen=True)
class MappedIndicator:
    """One row of the mapping table of a category."""

    indicator: str
    factor: float
    """units of the category per unit of the indicator; NaN = no conversion is known"""
    same_quantity: bool


@dataclass(frozen=True)
class Category:
    """One category of a weighting set; `eur` per unit of the category."""

    code: str
    name: str
    eur: float
    mapped: Sequence[MappedIndicator] = ()


@dataclass(frozen=True)
class EnvironmentalCost:
    """EUR over the categories that are known; `value` is NaN when none is."""

    value: float
    of: int
    """n, all categories of the set"""
    amounts: Mapping[str, float]
    """amount per known category, by its code in the unit of the category; k = its length"""
    missing: Sequence[str]
    """names of the categories that did not count"""


def environmental_cost(categories: Sequence[Category], totals: Mapping[str, float]) -> EnvironmentalCost:
    """The cost of a result, in EUR.

    >>> set_a2 = [Category("GWP", "Klimaat", 0.116, [MappedIndicator("climate", 1.0, True)]),
    ...           Category("ODP", "Ozonlaag", 32.0)]
    >>> found = environmental_cost(set_a2, {"climate": 100.0})
    >>> round(found.value, 10), len(found.amounts), found.of, found.missing
    (11.6, 1, 2, ['Ozonlaag'])

    Args:
        totals: the total of each indicator whose result is complete; an incomplete one is not in it (or NaN).

    Raises:
        NegativeFactor: a price or factor below zero, or not finite where it counts.
    """
    amounts: dict[str, float] = {}
    missing: list[str] = []
    for each in categories:
        if not 0 <= each.eur < math.inf:
            raise NegativeFactor("A price is negative or not a finite number.")
        amount = _amount(each, totals)
        if math.isnan(amount):
            missing.append(each.name)
        else:
            amounts[each.code] = amount
    value = math.fsum(each.eur * amounts[each.code] for each in categories if each.code in amounts)
    return EnvironmentalCost(value if amounts else math.nan, len(categories), amounts, missing)


def _amount(category: Category, totals: Mapping[str, float]) -> float:
    """What is known of a category; NaN as soon as one of the indicators that it is made of is not."""
    same = [row for row in category.mapped if row.same_quantity]
    if not all(0 < row.factor < math.inf for row in same):
        raise NegativeFactor("A factor of the same quantity is not a finite number above zero.")
    terms = [row.factor * totals.get(row.indicator, math.nan) for row in same]
    return sum(terms) if terms else math.nan
