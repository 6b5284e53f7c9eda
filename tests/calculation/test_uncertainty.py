"""Drawing: hand-worked probabilities, streams that do not depend on the others, the middle as calculated."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.comparison import BidItem, compare
from indicators.calculation.errors import CalculationError, FractionOutOfRange, ShapeMismatch
from indicators.calculation.factors import Factors
from indicators.calculation.golden import golden_case
from indicators.calculation.impact import unit_products
from indicators.calculation.lines import Lines
from indicators.calculation.pedigree import CRITERIA, geometric_sd
from indicators.calculation.uncertainty import (
    Question,
    Spread,
    bounds,
    draw_demand_impacts,
    probability_best,
    probability_lower,
)

YEARS = 10.0


def spread_of(factors: Factors, lines: Lines, gsd: float = 1.2, amount: float = 0.1) -> Spread:
    return Spread(
        np.full(factors.primary.shape, gsd), np.full(factors.processing.shape, gsd), np.full(len(lines), amount)
    )


def question_of(lines: Lines, names: tuple[str, ...] = ("a", "b")) -> Question:
    return Question(lines, names, np.arange(len(lines)), lines.count * YEARS)


def one_material(masses: tuple[float, float]) -> tuple[Factors, Lines]:
    """Two products of steel alone."""
    factors, lines = golden_case()
    return factors, replace(
        lines,
        mass_kg=np.array(masses),
        bill_start=np.array([0, 1, 2]),
        material=np.zeros(2, dtype=np.int64),
        share=np.ones(2),
        recycled=np.zeros(2),
        added=np.zeros(2, dtype=bool),
    )


def test_without_spread_every_draw_is_the_calculated_number() -> None:
    factors, lines = golden_case()
    certain = spread_of(factors, lines, 1.0, 0.0)
    drawn = draw_demand_impacts(factors, question_of(lines), certain, basis="b", draws=5)
    for number in range(2):
        unit = unit_products(factors, lines.part(number, number + 1))
        expected = compare(BidItem(unit, lines.count[:1]), None, 1.0, YEARS).demand_impact
        assert drawn[number] == pytest.approx(np.repeat(expected[:, None], 5, axis=1), rel=1e-12)


def test_one_material_at_one_and_a_half_times_the_mass_is_surely_worse() -> None:
    # The factor is shared and falls out: only two masses with s = 0.1 remain. Lower when
    # 1 + 0.1 z1 < 1.5 + 0.15 z2, and sqrt(0.1^2 + 0.15^2) = 0.18028, so P = Phi(0.5 / 0.18028) = 0.99723.
    factors, lines = one_material((10.0, 15.0))
    drawn = draw_demand_impacts(factors, question_of(lines), spread_of(factors, lines, 2.0), basis="b")
    lower = probability_lower(drawn[0, 0], drawn[1, 0])
    expected = 0.5 * (1 + math.erf(0.5 / math.hypot(0.1, 0.15) / math.sqrt(2)))
    assert lower > 0.99
    assert lower == pytest.approx(expected, abs=0.002)
    assert probability_best(drawn)[0, 0] == pytest.approx(float(lower))


def test_a_bill_at_one_and_a_half_times_the_mass_is_surely_worse() -> None:
    factors, lines = golden_case()
    same = lines.part(1, 2)
    both = replace(
        lines,
        mass_kg=np.array([67.0, 100.5]),
        share=np.tile(same.share, 2),
        recycled=np.tile(same.recycled, 2),
    )
    drawn = draw_demand_impacts(factors, question_of(both), spread_of(factors, both), basis="b")
    assert (probability_lower(drawn[0], drawn[1]) > 0.98).all()


def test_equal_bids_are_a_toss() -> None:
    factors, lines = one_material((10.0, 10.0))
    certain = spread_of(factors, lines, 1.5, 0.0)
    drawn = draw_demand_impacts(factors, question_of(lines), certain, basis="b")
    assert probability_lower(drawn[0], drawn[1]).tolist() == [0.5, 0.5]
    assert probability_best(drawn).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    unsure = draw_demand_impacts(factors, question_of(lines), spread_of(factors, lines), basis="b")
    assert probability_best(unsure)[0] == pytest.approx(0.5, abs=0.02)


def test_two_calls_are_equal_and_other_bids_change_nothing() -> None:
    factors, lines = golden_case()
    spread = spread_of(factors, lines)
    first = draw_demand_impacts(factors, question_of(lines), spread, basis="b")
    assert (first == draw_demand_impacts(factors, question_of(lines), spread, basis="b")).all()
    alone = Question(lines.part(1, 2), ("b",), np.zeros(1, dtype=np.int64), np.array([YEARS]))
    narrow = replace(spread, amount=spread.amount[1:])
    assert (draw_demand_impacts(factors, alone, narrow, basis="b")[0] == first[1]).all()
    for other in ({"seed": 2}, {"basis": "c"}):
        assert (
            draw_demand_impacts(factors, question_of(lines), spread, **({"basis": "b"} | other)) != first
        ).any()


def test_the_middle_of_the_draws_is_the_value_and_the_range_follows_the_spread() -> None:
    # Only the factor of steel moves: impact = value * gsd^z, so the bounds are value * gsd^(+-1.645).
    factors, lines = one_material((10.0, 10.0))
    drawn = draw_demand_impacts(factors, question_of(lines), spread_of(factors, lines, 1.3, 0.0), basis="b")
    value = 6.88 * 10 / 10 * YEARS
    low, high = bounds(drawn)[0, 0]
    assert np.median(drawn[0, 0]) == pytest.approx(value, rel=0.02)
    assert low == pytest.approx(value / 1.3**1.6449, rel=0.02)
    assert high == pytest.approx(value * 1.3**1.6449, rel=0.02)


def test_an_unknown_spread_is_drawn_as_certain() -> None:
    factors, lines = one_material((10.0, 10.0))
    unknown = spread_of(factors, lines, np.nan, 0.0)
    drawn = draw_demand_impacts(factors, question_of(lines), unknown, basis="b", draws=50)
    assert np.ptp(drawn) == 0 or (np.ptp(drawn, axis=-1) == 0).all()


def test_a_mass_that_is_one_by_definition_is_not_drawn() -> None:
    # A kWh is one kWh: two bids on one factor without spread differ by their promise alone, in every draw.
    factors, lines = one_material((1.0, 1.0))
    spread = replace(spread_of(factors, lines, 1.0, 0.1), by_definition=np.array([True, False]))
    drawn = draw_demand_impacts(factors, question_of(lines), spread, basis="b", draws=50)
    assert np.ptp(drawn[0, 0]) == 0
    assert np.ptp(drawn[1, 0]) > 0
    with pytest.raises(ShapeMismatch):
        draw_demand_impacts(
            factors, question_of(lines), replace(spread, by_definition=np.array([True])), basis="b", draws=5
        )


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 3.0), st.floats(0.0, 0.9), st.floats(1.0, 2.0))
def test_draws_are_never_negative_and_probabilities_add_to_one(mass: float, amount: float, gsd: float) -> None:
    factors, lines = golden_case()
    both = replace(lines, mass_kg=np.array([67.0, 67.0 * mass]))
    drawn = draw_demand_impacts(
        factors, question_of(both), spread_of(factors, both, gsd, amount), basis="b", draws=200
    )
    assert (drawn >= 0).all()
    assert np.isfinite(drawn).all()
    assert probability_best(drawn).sum(axis=0) == pytest.approx(np.ones(2))


def test_spreads_that_cannot_be_are_refused() -> None:
    factors, lines = golden_case()
    for wrong, error in (
        (spread_of(factors, lines, 0.9), FractionOutOfRange),
        (spread_of(factors, lines, 1.2, -0.1), FractionOutOfRange),
        (replace(spread_of(factors, lines), amount=np.ones(3)), ShapeMismatch),
    ):
        with pytest.raises(error):
            draw_demand_impacts(factors, question_of(lines), wrong, basis="b", draws=5)


def test_a_pedigree_by_hand() -> None:
    # sqrt(ln(1.69)^2 + ln(1.08)^2 + ln(1.29)^2 + ln(1.11)^2 + ln(2.8)^2) / 2 = 0.59521, so gsd = 1.8134.
    worst = geometric_sd(dict.fromkeys(CRITERIA, 5))
    by_hand = math.exp(math.sqrt(sum(math.log(u) ** 2 for u in (1.69, 1.08, 1.29, 1.11, 2.8))) / 2)
    assert worst == pytest.approx(by_hand, rel=1e-12)
    assert worst == pytest.approx(1.8134, abs=1e-4)
    for scores in ({}, dict.fromkeys(CRITERIA, 0), {**dict.fromkeys(CRITERIA, 1), "time": 6}):
        with pytest.raises(CalculationError):
            geometric_sd(scores)
