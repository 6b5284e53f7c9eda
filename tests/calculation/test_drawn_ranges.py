"""What ranges do to draws, and to the classes of data that a result rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indicators.calculation.bounds import assess_between
from indicators.calculation.errors import ShapeMismatch
from indicators.calculation.factors import Factors
from indicators.calculation.impact import assess
from indicators.calculation.lines import Lines
from indicators.calculation.quality import (
    CLASSES,
    class_split_on_ranges,
    per_year_by_factor,
    per_year_by_figure,
    resting_on_ranges,
    worst_class,
)
from indicators.calculation.uncertainty import (
    Question,
    Spread,
    draw_demand_impacts,
    not_drawn,
    probability_lower,
)

from .lines_of import FOOD, ICT, KWH, METAL, NAN, a_line, joined, small_factors
from .ranged import random_case, with_ranges
from .test_circular_footprint import cff

MAKING = (True, ICT, False, 0)
METAL_RANGE = (False, METAL, False, 0)
ONE_KG = a_line([(METAL, 1, 1)], group=ICT, years=1)
"""All recycled, so that it is made and nothing else"""


def drawn(factors: Factors, lines: Lines, amount: float = 0.0, gsd: float = 1.0):
    """(bids, draws) of climate, each line a bid."""
    spread = Spread(
        np.full(factors.primary.shape, gsd), np.full(factors.processing.shape, gsd), np.full(len(lines), amount)
    )
    question = Question(
        lines, [f"line {n}" for n in range(len(lines))], np.arange(len(lines)), np.ones(len(lines))
    )
    return draw_demand_impacts(factors, question, spread, basis="b")[:, 0]


def test_ninety_five_of_a_hundred_draws_lie_between_the_bounds_and_half_above_the_central_value():
    values = drawn(with_ranges(small_factors(), (MAKING, 78, 624)), ONE_KG)[0]
    assert np.percentile(values, [2.5, 50, 97.5]) == pytest.approx([78, 156, 624], rel=0.04)
    assert (values < 78).mean() == pytest.approx(0.025, abs=0.005)
    assert (values > 624).mean() == pytest.approx(0.025, abs=0.005)


def test_a_range_from_zero_is_triangular_with_its_peak_at_the_central_value():
    values = drawn(with_ranges(small_factors(), (MAKING, 0, 312)), ONE_KG)[0]
    assert 0 < values.min() < values.max() < 312
    assert values.mean() == pytest.approx((0 + 156 + 312) / 3, rel=0.02)
    assert (values < 78).mean() == pytest.approx(78 * 78 / (312 * 156), abs=0.01)


def test_a_range_without_width_and_a_spread_beside_a_range_count_for_nothing():
    factors = with_ranges(small_factors(), (MAKING, 156, 156))
    assert drawn(factors, ONE_KG, gsd=2.0)[0].tolist() == [156] * 10_000
    wide = with_ranges(small_factors(), (MAKING, 78, 312))
    np.testing.assert_array_equal(drawn(wide, ONE_KG, gsd=2.0), drawn(wide, ONE_KG))


def test_all_bids_share_one_draw_of_a_range_so_that_it_cannot_part_them():
    factors = with_ranges(small_factors(), (MAKING, 78, 312), (METAL_RANGE, 5, 20))
    heavy = a_line([(METAL, 1, 0)], group=ICT, years=1)
    one, other = drawn(factors, joined(heavy, replace(heavy, mass_kg=[1.01])))
    assert probability_lower(one, other) == 1
    np.testing.assert_array_equal(drawn(factors, heavy)[0], one)
    # Alone it says nothing: one of them at any draw, the other at any other.
    assert probability_lower(one, np.roll(other, 1)) == pytest.approx(0.5, abs=0.03)


def test_an_indicator_that_counts_material_has_no_making_to_draw():
    factors = small_factors()
    factors = replace(factors, processing=np.where(factors.processing == 0, 1.0, factors.processing))
    ranged = with_ranges(factors, ((True, ICT, False, 1), 0.5, 2))
    question = Question(
        a_line([(METAL, 1, 0)], group=ICT, years=1), ["a"], np.zeros(1, dtype=np.int64), np.ones(1)
    )
    spread = Spread(np.ones((7, 3)), np.ones((5, 3)), np.zeros(1))
    assert set(draw_demand_impacts(ranged, question, spread, basis="b")[0, 1].tolist()) == {1.0}


def test_the_figure_of_the_maker_is_spread_as_a_mass_and_without_spread_it_is_itself():
    line = replace(
        a_line([(METAL, 1, 0)], [(KWH, 5)], group=ICT, mass=2, years=4, r=0.8, e=0.9),
        declared_production=[[300, NAN, NAN]],
    )
    factors = with_ranges(small_factors(), (MAKING, 78, 312))
    sure = drawn(factors, line)[0]
    assert set(sure.tolist()) == {assess(factors, line).per_year[0, 0]}
    spread = drawn(factors, line, amount=0.1)[0]
    assert spread.mean() == pytest.approx(300 * 0.8 * 0.9 / 4 + 2, rel=0.01)
    assert spread.std() == pytest.approx(0.1 * 54, rel=0.03)


def test_what_was_not_drawn_is_named():
    meal = a_line([(FOOD, 1, 0)], consumed=True)
    assert not_drawn(a_line([(METAL, 1, 0)], r=0.8, e=0.9)) == ("R", "E", "T")
    assert not_drawn(joined(meal, a_line([(METAL, 1, 0)], e=0.9))) == ("E", "T")
    assert not_drawn(meal) == ()


@pytest.mark.parametrize("seed", range(3))
def test_one_indicator_alone_gives_what_it_gives_among_the_others(seed: int) -> None:
    factors, lines = random_case(seed, 6)
    lines = replace(lines, declared_production=np.where(np.arange(5) == 3, 7.0, NAN) * np.ones((6, 1)))
    whole = assess_between(factors, lines)
    for place in range(5):
        alone = assess_between(factors.of_indicator(place), lines.of_indicator(place))
        np.testing.assert_array_equal(alone.results.lifetime[:, 0], whole.results.lifetime[:, place])
        np.testing.assert_allclose(alone.low.lifetime[:, 0], whole.low.lifetime[:, place], rtol=1e-12)
    assert cff().of_indicator(1).footprint.disposal.shape == (7, 1)


def test_what_rests_on_a_range_is_a_class_between_averages_and_spend():
    # per year: making 156 / 1 on a range, use 44 kWh * 0.5 = 17.6 is not
    line = a_line([(METAL, 1, 1)], [(KWH, 44)], group=ICT, years=1)
    found = assess_between(with_ranges(small_factors(), (MAKING, 78, 312)), line).bounded_values("per_year")
    resting = resting_on_ranges(found)
    assert resting.tolist() == [[156, 0, 0]]
    split = class_split_on_ranges(found.value[:, :1], ["supplier"], resting[:, :1])[0]
    assert split == pytest.approx([0, 0, 17.6 / 173.6, 0, 156 / 173.6, 0])
    assert CLASSES.index("average") < CLASSES.index("range") < CLASSES.index("spend")
    assert worst_class(split, CLASSES) == "range"


def test_no_more_than_all_of_an_impact_rests_on_ranges():
    assert class_split_on_ranges([[10.0], [-5.0]], ["average", "spend"], [[99.0], [0.0]]).tolist() == [
        [0, 0, 0, 0, 10 / 15, 5 / 15]
    ]
    with pytest.raises(ShapeMismatch):
        class_split_on_ranges([[10.0]], ["average"], [[1.0, 2.0]])


@pytest.mark.parametrize("seed", range(3))
def test_classes_of_factors_and_the_figure_of_the_maker_together_are_the_whole_result(seed: int) -> None:
    factors, lines = random_case(seed, 20)
    draw = np.random.default_rng(seed)
    figures = np.where(draw.random((20, 5)) < 0.4, draw.random((20, 5)) * 50, NAN)
    figures[:, factors.is_mass | factors.is_apart] = NAN
    lines = replace(lines, declared_production=figures)
    labels, processing = draw.integers(0, 2, factors.primary.shape), draw.integers(0, 2, factors.processing.shape)
    found = per_year_by_factor(factors, lines, labels, processing, 2).sum(axis=0) + per_year_by_figure(
        factors, lines
    )
    assert found == pytest.approx(np.nan_to_num(assess(factors, lines).per_year), rel=1e-10, abs=1e-12)
    assert not per_year_by_figure(factors, replace(lines, declared_production=None)).any()
