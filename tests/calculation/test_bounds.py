"""Between what a result lies when some of its factors are known between bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.bounds import (
    VALUES,
    Bounded,
    assess_between,
    bounded_of,
    bounds_of,
    lines_with_slopes,
    new_production_between,
    with_slopes,
    with_used_ranges,
)
from indicators.calculation.errors import ShapeMismatch, UnknownItem
from indicators.calculation.explain import trace, use_trace
from indicators.calculation.factors import Formula
from indicators.calculation.impact import assess, totals, unit_products

from .lines_of import FOOD, ICT, KWH, METAL, MYSTERY, NAN, PLASTIC, a_line, joined, small_factors, worked_example
from .ranged import random_case, with_ranges
from .test_circular_footprint import cff, ending

few = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)
formulas = st.sampled_from(list(Formula))

MAKING = (True, ICT, False, 0)
PLASTIC_RANGE = (False, PLASTIC, False, 0)
POWER = (False, KWH, False, 0)
LAPTOP = a_line([(METAL, 0.5, 0.2), (PLASTIC, 0.5, 0)], [(KWH, 50)], group=ICT, mass=2, count=2, years=5, e=0.9)
DESK = a_line([(METAL, 1, 0)], mass=10, count=3)


def laptops():
    """Making a kg lies between 120 and 200, plastic between 2 and 6, a kWh between 0.3 and 0.5."""
    return with_ranges(small_factors(), (MAKING, 120, 200), (PLASTIC_RANGE, 2, 6), (POWER, 0.3, 0.5))


@pytest.mark.parametrize("row", worked_example("bounds.csv"), ids=lambda row: "-".join(list(row.values())[:2]))
def test_bounds_worked_out_by_hand_are_what_the_core_calculates(row):
    found = assess_between(laptops(), LAPTOP)
    if row["end"].startswith("slope"):
        value = getattr(found.slopes, row["quantity"])[0, int(row["end"].removeprefix("slope "))]
    else:
        results = {"low": found.low, "central": found.results, "high": found.high}[row["end"]]
        value = getattr(results, row["quantity"])[0, 0]
    assert value == pytest.approx(float(row["expected"]), rel=1e-12), row["derivation"]


@few
@given(seeds, formulas)
def test_at_any_point_of_the_box_a_result_is_its_value_with_its_slopes(seed, formula):
    factors, lines = random_case(seed, 5, formula)
    found = assess_between(factors, lines)
    u = np.random.default_rng(seed).random(len(factors.ranges))
    values = factors.ranges.low + u * (factors.ranges.high - factors.ranges.low)
    there = assess(factors.at_values(values), lines)
    used = with_used_ranges(factors, lines)
    whole = bounds_of(factors, assess(with_slopes(factors), lines))
    np.testing.assert_array_equal(found.ranges.row, used.ranges.row)
    for name in VALUES:
        expected = getattr(there, name)
        scale = 1e-9 * (1 + np.nanmax(np.abs(expected), initial=0.0))
        np.testing.assert_allclose(whole.bounded_values(name).at(values), expected, rtol=1e-9, atol=scale)
        low, high = getattr(found.low, name), getattr(found.high, name)
        assert (np.isnan(low) == np.isnan(expected)).all()
        inside = (expected >= low - scale) & (expected <= high + scale)
        assert inside[~np.isnan(expected)].all()


@few
@given(seeds, formulas)
def test_central_results_are_those_of_the_same_factors_without_ranges(seed, formula):
    factors, lines = random_case(seed, 5, formula)
    found, expected = assess_between(factors, lines), assess(replace(factors, ranges=None), lines)
    for name in (*VALUES, "complete"):
        np.testing.assert_array_equal(getattr(found.results, name), getattr(expected, name))
    assert (found.low.lifetime <= found.results.lifetime)[~np.isnan(expected.lifetime)].all()
    assert (found.high.lifetime >= found.results.lifetime)[~np.isnan(expected.lifetime)].all()


@few
@given(seeds, st.sampled_from([Formula.METABOLIC, Formula.CUTOFF]))
def test_without_credits_the_bounds_are_all_ranges_low_and_all_ranges_high(seed, formula):
    factors, lines = random_case(seed, 5, formula)
    found = assess_between(factors, lines)
    assert np.nanmin(found.slopes.lifetime, initial=0.0) >= 0
    for end, at_end in ((found.low, factors.at_low()), (found.high, factors.at_high())):
        expected = assess(at_end, lines)
        for name in VALUES:
            np.testing.assert_allclose(getattr(end, name), getattr(expected, name), rtol=1e-9, atol=1e-9)
    low, high = totals(found.low), totals(found.high)
    np.testing.assert_allclose(low.lifetime, totals(assess(factors.at_low(), lines)).lifetime, rtol=1e-9)
    assert (low.lifetime <= high.lifetime)[~np.isnan(low.lifetime)].all()


def test_a_credit_that_grows_with_a_range_turns_low_and_high_round():
    # r = 1, so primary metal counts 0.8 * r * k, and recycling all of it at the end takes 0.8 k * Qsout/Qp off.
    # With Qsout/Qp 1.5 that is 0.8 k - 1.2 k: 0.4 less for every unit that the factor is higher.
    factors = with_ranges(cff(quality_out=[1.5, 0.8, *[np.nan] * 5]), ((False, METAL, False, 0), 5, 20))
    line = ending(a_line([(METAL, 1, 1)]), 1, 0)
    found = assess_between(factors, line)
    assert found.slopes.lifetime[0, 0] == pytest.approx(0.8 - 0.8 * 1.5)
    assert found.low.lifetime[0, 0] == pytest.approx(assess(factors.at_high(), line).lifetime[0, 0])
    assert found.high.lifetime[0, 0] == pytest.approx(assess(factors.at_low(), line).lifetime[0, 0])
    assert found.low.lifetime[0, 0] < found.high.lifetime[0, 0]


def test_only_what_rests_on_a_range_is_bounded_and_an_unused_range_costs_no_column():
    found = assess_between(laptops(), joined(LAPTOP, DESK))
    assert found.bounded.tolist() == [[True, False, False], [False, False, False]]
    assert found.counts.tolist() == [[True, True, True], [False, False, False]]
    alone = assess_between(laptops(), DESK)
    assert len(alone.ranges) == 0
    assert alone.low is alone.high is alone.results


def test_a_bounded_result_may_be_incomplete_all_the_same():
    found = assess_between(laptops(), a_line([(METAL, 0.5, 0), (MYSTERY, 0.5, 0)], group=ICT))
    assert found.bounded[0, 0]
    assert not found.results.complete[0, 0]
    assert found.low.lifetime[0, 0] == 0.5 * 10 + 120


def test_what_the_maker_declares_does_not_move_with_the_range_of_making():
    declared = replace(LAPTOP, declared_production=[[300, np.nan, np.nan]])
    found = assess_between(laptops(), declared)
    assert found.slopes.lifetime[0].tolist() == [0, 0, 2 * 5 * 50]
    whole = assess(with_slopes(laptops()), lines_with_slopes(laptops(), declared))
    np.testing.assert_array_equal(bounds_of(laptops(), whole).low.lifetime, found.low.lifetime)


def test_the_difference_of_two_values_shares_what_they_have_in_common():
    factors = laptops()
    unit = unit_products(with_slopes(factors), joined(LAPTOP, replace(LAPTOP, mass_kg=[1.9])))
    whole = bounded_of(factors, unit.per_year)
    one, other = (replace(whole, value=whole.value[n], slopes=whole.slopes[n]) for n in (0, 1))
    assert one.minus(one).high.tolist() == [0, 0, 0]
    apart = one.minus(other)
    assert apart.low[0] == pytest.approx(0.1 * (120 + 4 + 1) * 0.9 / 5)
    assert apart.low[0] > one.low[0] - other.high[0]
    assert apart.times(-1).high[0] == pytest.approx(-apart.low[0])
    with pytest.raises(ShapeMismatch):
        one.minus(replace(one, ranges=factors.ranges.chosen([0])))


def test_a_line_that_names_nothing_of_the_tables_is_refused_with_ranges_too():
    with pytest.raises(UnknownItem):
        assess_between(laptops(), replace(LAPTOP, material=[0, 99]))


def test_the_figure_of_the_maker_is_held_against_materials_and_making_of_one_new_item():
    declared = replace(LAPTOP, declared_production=[[300, NAN, NAN]], strategy_factor=[0.8])
    low, high = new_production_between(laptops(), joined(declared, declared))
    # metal 0.5 * 0.8 * 10 = 4, plastic 1 to 3, making 120 to 200; 2 kg
    assert low[:, 0].tolist() == [250, 250]
    assert high[:, 0].tolist() == [414, 414]
    unknown, _high = new_production_between(laptops(), a_line([(MYSTERY, 1, 0)], group=ICT))
    assert np.isnan(unknown[0, 0])
    meal = a_line([(FOOD, 1, 0)], mass=0.5, count=100, years=2, consumed=True)
    assert new_production_between(laptops(), meal)[0][0, 0] == 0.5 * 4


def test_a_trace_says_between_what_each_intensity_lies():
    factors = laptops()
    rows = {row.item: row.between for row in trace(factors, LAPTOP, 0) if row.indicator == "climate"}
    assert rows == {"metal": None, "plastic": (2, 6), "processing": (120, 200)}
    assert [row.between for row in use_trace(factors, LAPTOP, 0) if row.indicator == "climate"] == [(0.3, 0.5)]
    assert {row.between for row in trace(small_factors(), LAPTOP, 0)} == {None}
    ended = with_ranges(cff(), ((False, METAL, True, 0), 1, 3))
    line = ending(a_line([(METAL, 1, 0.5)]), 1, 0)
    found = {row.term: row.between for row in trace(ended, line, 0) if row.indicator == "climate"}
    terms = ("primary", "recycled", "recycled-primary", "end-recycling", "credit-material")
    assert found == dict.fromkeys(terms) | {"recycled": (1, 3)}


def test_values_on_different_ranges_do_not_stand_in_one_table():
    one = assess_between(laptops(), LAPTOP).bounded_values("lifetime")
    both = Bounded.together([one, one])
    assert both.low.shape == (2, 1, 3)
    assert [each.low.tolist() for each in both.apart()] == [one.low.tolist()] * 2
    with pytest.raises(ShapeMismatch):
        Bounded.together([one, assess_between(laptops(), DESK).bounded_values("lifetime")])
