"""A bid beside its reference: avoided, and the parts that sum to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.comparison import (
    PARTS,
    BidItem,
    bought_reference,
    compare,
    join_comparisons,
)
from indicators.calculation.impact import assess, unit_products

from .lines_of import (
    KWH,
    METAL,
    MYSTERY,
    PLASTIC,
    a_line,
    joined,
    random_lines,
    small_factors,
    worked_example,
)

REFERENCE = a_line([(METAL, 1, 0)], [(KWH, 10)], mass=10, years=5)
BID = a_line([(METAL, 1, 0.5)], [(KWH, 8)], mass=9, count=90, years=8, r=1, e=0.9)
ACCESSORY = a_line([(PLASTIC, 1, 0)], mass=1, count=90, years=4)


def test_each_part_of_avoided_is_what_hand_work_gives():
    factors = small_factors()
    item = BidItem(unit_products(factors, BID), BID.count, unit_products(factors, ACCESSORY), ACCESSORY.count)
    comparison = compare(item, unit_products(factors, REFERENCE), 100, 10)
    for row in worked_example("comparison.csv"):
        found = comparison.parts.get(row["part"], getattr(comparison, row["part"].replace("-", "_"), None))
        assert found[0] == pytest.approx(float(row["expected"]), rel=1e-12), row["derivation"]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_parts_sum_to_avoided_and_the_reference_minus_avoided_is_the_bid(seed):
    factors, lines = random_lines(seed, 6)
    lines = replace(lines, consumed=np.zeros(6, dtype=bool))
    unit = lambda a, b: unit_products(factors, lines.part(a, b))  # noqa: E731
    item = BidItem(unit(0, 3), lines.count[:3], unit(3, 5), lines.count[3:5])
    comparison = compare(item, unit(5, 6), 40, 7)
    assert tuple(comparison.parts) == PARTS
    sums = np.sum(list(comparison.parts.values()), axis=0)
    np.testing.assert_allclose(sums, comparison.avoided, rtol=1e-9, atol=1e-6)
    known = ~np.isnan(comparison.avoided)
    per_year = assess(factors, lines.part(0, 5)).per_year.sum(axis=0)
    np.testing.assert_allclose(comparison.demand_impact[known], (per_year * 7)[known], rtol=1e-9)


def test_the_reference_itself_avoids_nothing():
    unit = unit_products(small_factors(), REFERENCE)
    comparison = compare(BidItem(unit, np.array([100.0])), unit, 100, 10)
    assert comparison.avoided.tolist() == [0, 0, 0]


def test_alternatives_for_one_item_add_their_counts():
    factors = small_factors()
    half = replace(REFERENCE, count=[50])
    comparison = compare(
        BidItem(unit_products(factors, joined(half, half)), np.array([50.0, 50.0])),
        unit_products(factors, REFERENCE), 100, 10,
    )  # fmt: skip
    assert comparison.avoided.tolist() == [0, 0, 0]


def test_an_incomplete_bid_has_an_impact_of_what_is_known_and_no_avoided():
    factors = small_factors()
    bid = a_line([(METAL, 0.5, 0), (MYSTERY, 0.5, 0)], count=100, years=5)
    item = BidItem(unit_products(factors, bid), bid.count)
    comparison = compare(item, unit_products(factors, REFERENCE), 100, 10)
    assert comparison.demand_impact[0] == 0.5 * 10 * 100 / 5 * 10
    assert np.isnan(comparison.avoided[0])
    assert np.isnan(comparison.parts["use"][0])
    assert comparison.complete.tolist() == [False, True, False]


def test_without_a_reference_product_avoided_is_unknown():
    unit = unit_products(small_factors(), BID)
    comparison = compare(BidItem(unit, BID.count), None, 100, 10)
    assert np.isnan(comparison.avoided).all()
    assert comparison.complete.all()


def test_a_whole_bid_is_the_sum_over_its_demand_items():
    unit = unit_products(small_factors(), BID)
    one = compare(BidItem(unit, BID.count), unit_products(small_factors(), REFERENCE), 100, 10)
    both = join_comparisons([one, one])
    np.testing.assert_allclose(both.avoided, 2 * one.avoided)
    np.testing.assert_allclose(both.parts["lifetime"], 2 * one.parts["lifetime"])


def test_the_reference_for_what_was_bought_follows_its_own_count_and_lifetime():
    assert bought_reference([24.0], 100, 50, 40, 10).tolist() == [24 * 2 * 40 * 10]


def test_a_consumed_bid_is_compared_per_unit():
    factors = small_factors()
    meal = a_line([(METAL, 1, 0)], mass=0.5, count=200, years=2, consumed=True)
    better = replace(meal, mass_kg=[0.4])
    comparison = compare(
        BidItem(unit_products(factors, better), better.count), unit_products(factors, meal), 200, 2
    )
    assert comparison.reference[0] == 200 * 2 * 0.5 * 10
    assert comparison.parts["composition"][0] == pytest.approx(400)
    assert comparison.parts["lifetime"][0] == 0
