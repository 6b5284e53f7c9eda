"""Every way in which the calculation says no, once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from indicators.calculation import errors
from indicators.calculation.comparison import BidItem, compare
from indicators.calculation.impact import assess, unit_products
from indicators.calculation.quality import class_split
from indicators.calculation.storage import canonical_json, unpack_result

from .lines_of import KWH, METAL, a_line, small_factors

LINE = a_line([(METAL, 1, 0)], [(KWH, 1)])

REFUSED_LINES = [
    ("bills and lines of other lengths", {"bill_start": [0, 2]}, errors.ShapeMismatch),
    ("use rows of other lengths", {"quantity": []}, errors.ShapeMismatch),
    ("an unknown material", {"material": [99]}, errors.UnknownItem),
    ("an unknown flow", {"flow": [-1]}, errors.UnknownItem),
    ("an unknown group", {"group": [9]}, errors.UnknownItem),
    ("a mass of zero", {"mass_kg": [0]}, errors.NotPositive),
    ("an infinite count", {"count": [np.inf]}, errors.NotPositive),
    ("an unknown lifetime", {"lifetime_years": [np.nan]}, errors.NotPositive),
    ("a recycled fraction above one", {"recycled": [1.1]}, errors.FractionOutOfRange),
    ("an unknown recycled fraction", {"recycled": [np.nan]}, errors.FractionOutOfRange),
    ("a strategy factor above one", {"strategy_factor": [1.2]}, errors.FractionOutOfRange),
    ("a negative end of life", {"end_of_life_factor": [-0.1]}, errors.FractionOutOfRange),
    ("a negative share", {"share": [-1]}, errors.NegativeQuantity),
    ("an unknown quantity", {"quantity": [np.nan]}, errors.NegativeQuantity),
    ("shares that add to nothing", {"share": [0]}, errors.EmptyBill),
    ("no bill of materials",
     {"bill_start": [0, 0], "material": [], "share": [], "recycled": [], "added": []}, errors.EmptyBill),
    ("a consumed group with a strategy",
     {"consumed": [True], "strategy_factor": [0.8]}, errors.ConsumedWithStrategy),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error"), [row[1:] for row in REFUSED_LINES], ids=[r[0] for r in REFUSED_LINES]
)
def test_a_line_that_cannot_be_calculated_is_refused(change, error):
    with pytest.raises(error):
        assess(small_factors(), replace(LINE, **change))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"items": ("metal",)}, errors.ShapeMismatch),
        ({"primary": -small_factors().primary}, errors.NegativeFactor),
        ({"processing": np.full((5, 3), np.inf)}, errors.NegativeFactor),
    ],
)
def test_a_factor_table_that_cannot_be_right_is_refused(change, error):
    with pytest.raises(error):
        replace(small_factors(), **change)


def test_biogenic_uptake_may_be_negative():
    primary = small_factors().primary.copy()
    primary[0, 2] = -1.5
    assert assess(replace(small_factors(), primary=primary), LINE).weighted[0, 2] == -1.5


def test_a_demand_for_nothing_is_refused():
    unit = unit_products(small_factors(), LINE)
    with pytest.raises(errors.NotPositive):
        compare(BidItem(unit, np.ones(1)), unit, 0, 4)


def test_a_comparison_with_two_references_is_refused():
    unit = unit_products(small_factors(), LINE)
    two = unit.rows([0, 0])
    with pytest.raises(errors.DifferentDemand):
        compare(BidItem(unit, np.ones(1)), two, 1, 4)


def test_stored_bytes_of_another_basis_are_refused():
    with pytest.raises(errors.WrongPack):
        unpack_result(b"\0" * 40, b"\0", 2)


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), object()])
def test_a_value_without_one_spelling_has_no_hash(value):
    with pytest.raises(errors.NotCanonical):
        canonical_json({"value": value})


def test_a_class_of_data_that_does_not_exist_is_refused():
    with pytest.raises(errors.ShapeMismatch):
        class_split([[1.0]], ["guessed"])


def test_every_refusal_says_its_reason_in_one_sentence():
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    assert len(classes) > 10
    assert all(each.__doc__.count(".") == 1 and "\n" not in each.__doc__ for each in classes)
