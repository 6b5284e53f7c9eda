"""Two invented products whose making is known between bounds only, with the numbers of the reader: the same core.

Source: method, section 2b.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from indicators.calculation import explain
from indicators.calculation.bounds import Bounds
from indicators.calculation.factors import Factors
from indicators.calculation.lines import Lines
from indicators.calculation.order import Orders, orders
from indicators.calculation.ranges import Ranges

from .named_ranges import NamedRange
from .ranged import RangedFactors

MATERIAL, ELECTRICITY = 3.0, 0.25
"""kg CO2-eq per kg of material and per kWh: invented, and said so where they are shown"""
UNIT = "kg CO2-eq"


@dataclass(frozen=True)
class Product:
    """One product: kg, years that it lasts, kWh a year."""

    mass_kg: Decimal
    lifetime_years: Decimal
    kwh_per_year: Decimal


@dataclass(frozen=True)
class Example:
    """What making one kg costs (kg CO2-eq), between what it lies, and two products that are made so."""

    low: Decimal
    central: Decimal
    high: Decimal
    products: Sequence[Product]


@dataclass(frozen=True)
class Shown:
    """What came out, per product: between what a year lies, and the order."""

    bounds: Bounds
    orders: Orders
    making: NamedRange


def source_example() -> Example:
    """A heavy product without use beside a light one that uses electricity: equal where making costs 2."""
    first, second = (
        Product(Decimal(10), Decimal(10), Decimal(0)), Product(Decimal(5), Decimal(10), Decimal(10)),
    )  # fmt: skip
    return Example(Decimal("1.2"), Decimal("2.2"), Decimal(4), (first, second))


def calculate(example: Example) -> Shown:
    """The effect per year of both, with its bounds. Raises CalculationError, RangeOutOfOrder or RangeTooWide.

    >>> shown = calculate(source_example())
    >>> found = shown.bounds
    >>> [round(float(each.per_year[0, 0]), 2) for each in (found.low, found.results, found.high)]
    [4.2, 5.2, 7.0]
    >>> round(shown.orders.order(0, 1).decides.break_even, 6)
    2.0
    """
    low, central, high = (float(each) for each in (example.low, example.central, example.high))
    made = Ranges(*(np.array([each]) for each in (True, 0, False, 0, low, central, high)))
    factors = Factors(
        indicators=("climate",),
        items=("material", "electricity"),
        primary=np.array([[MATERIAL], [ELECTRICITY]]),
        is_material=np.array([True, False]),
        groups=("product",),
        processing=np.array([[central]]),
        materials_only=np.array([False]),
        ranges=made,
    )
    lines = _lines(example.products)
    bounds = RangedFactors.of(factors, lines).assess(lines)
    named = NamedRange(explain.PROCESSING, "het maken", "product", f"{UNIT} per kg", low, central, high, None)
    return Shown(bounds, orders(bounds.bounded_values("per_year"), 0), named)


def _lines(products: Sequence[Product]) -> Lines:
    count, one = len(products), np.ones(len(products))
    starts, none = np.arange(count + 1), np.zeros(count)
    return Lines(
        group=np.zeros(count, dtype=np.int64),
        mass_kg=np.array([float(each.mass_kg) for each in products]),
        count=one,
        lifetime_years=np.array([float(each.lifetime_years) for each in products]),
        strategy_factor=one,
        end_of_life_factor=one,
        consumed=np.zeros(count, dtype=bool),
        bill_start=starts,
        material=np.zeros(count, dtype=np.int64),
        share=one,
        recycled=none,
        added=np.zeros(count, dtype=bool),
        use_start=starts,
        flow=np.ones(count, dtype=np.int64),
        quantity=np.array([float(each.kwh_per_year) for each in products]),
        once=np.zeros(count, dtype=bool),
        repair=np.zeros(count, dtype=bool),
    )
