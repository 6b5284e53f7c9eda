"""The method cut-off: recycled material has an impact of its own, and E is 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation.errors import NotDrawn, ShapeMismatch
from indicators.calculation.explain import RECYCLED, missing_factors, trace
from indicators.calculation.factors import Factors, Formula
from indicators.calculation.impact import assess
from indicators.calculation.plain import plain_assess
from indicators.calculation.uncertainty import Question, Spread, draw_demand_impacts

from .lines_of import FOOD, ICT, METAL, MYSTERY, NAN, PLASTIC, a_line, random_lines, small_factors

RECYCLED_VALUES = np.array(
    [[2, 0, 0], [NAN, 0, 0], [4, 0, 0], [1, 0, 0], [NAN, NAN, NAN], [NAN, NAN, NAN], [NAN, NAN, NAN]]
)
seeds = st.integers(0, 10_000)


def cutoff(factors: Factors, recycled: np.ndarray) -> Factors:
    """The same factors by this method."""
    return replace(factors, recycled=recycled, formula=Formula.CUTOFF)


def test_the_worked_example() -> None:
    # 0.6 metal with r = 0.5: 0.6 x (0.5 x 10 + 0.5 x 2) = 3.6; 0.4 plastic with r = 0: 0.4 x 4 = 1.6; sum 5.2.
    # 3 kg, 2 pieces, R = 1, E = 1: 5.2 x 6 = 31.2. By metabolic-2019: 0.6 x 0.5 x 10 + 1.6 = 4.6.
    factors, line = small_factors(), a_line([(METAL, 0.6, 0.5), (PLASTIC, 0.4, 0)], mass=3, count=2)
    found = assess(cutoff(factors, RECYCLED_VALUES), line)
    assert found.weighted[0, 0] == pytest.approx(5.2, abs=1e-12)
    assert found.production[0, 0] == pytest.approx(31.2, abs=1e-12)
    assert found.complete[0, 0]
    assert assess(factors, line).weighted[0, 0] == pytest.approx(4.6, abs=1e-12)


def test_primary_material_and_what_stands_apart_are_the_same_in_every_method() -> None:
    factors, line = small_factors(), a_line([(METAL, 0.5, 0.5), (PLASTIC, 0.5, 0.5)])
    found, plain = assess(cutoff(factors, RECYCLED_VALUES), line), assess(factors, line)
    assert found.weighted[0, 1:].tolist() == plain.weighted[0, 1:].tolist()
    assert found.complete[0, 1:].all()


def test_a_missing_recycled_intensity_is_missing_and_never_the_primary_one() -> None:
    factors, line = cutoff(small_factors(), RECYCLED_VALUES), a_line([(METAL, 0.6, 0.5), (PLASTIC, 0.4, 0.25)])
    found = assess(factors, line)
    # 0.6 x (5 + 1) + 0.4 x 0.75 x 4 = 4.8 is the sum of what is known.
    assert found.weighted[0, 0] == pytest.approx(4.8, abs=1e-12)
    assert not found.complete[0, 0]
    [missing] = missing_factors(factors, line, 0)["climate"]
    assert (missing.item, missing.share_of_mass, missing.term) == ("plastic", 0.4, RECYCLED)


def test_only_recycled_material_needs_no_primary_factor() -> None:
    found = assess(cutoff(small_factors(), RECYCLED_VALUES), a_line([(MYSTERY, 1, 1)]))
    assert (found.weighted[0, 0], bool(found.complete[0, 0])) == (1.0, True)


def test_nothing_known_is_null() -> None:
    found = assess(cutoff(small_factors(), RECYCLED_VALUES), a_line([(PLASTIC, 1, 1)]))
    assert np.isnan(found.weighted[0, 0])


def test_with_a_discount_for_the_strategy_the_recycled_part_counts_only_on_added_rows() -> None:
    # Kept food: 0.5 x 4 x R 0.5 = 1; added metal: 0.5 x (0.5 x 10 + 0.5 x 2) = 3, without R.
    line = a_line([(FOOD, 0.5, 0.5), (METAL, 0.5, 0.5, 1)], r=0.5)
    found = assess(cutoff(small_factors(), RECYCLED_VALUES), line)
    assert found.production[0, 0] == pytest.approx(4.0, abs=1e-12)


def _random(seed: int) -> tuple[Factors, object]:
    factors, lines = random_lines(seed, 6)
    draw = np.random.default_rng(seed)
    recycled = draw.lognormal(size=factors.primary.shape)
    recycled[draw.random(recycled.shape) < 0.2] = NAN
    return cutoff(factors, recycled), lines


@given(seeds)
def test_the_batch_equals_the_readable_loop(seed: int) -> None:
    factors, lines = _random(seed)
    found, plain = assess(factors, lines), plain_assess(factors, lines)
    expected = np.array([[row[:5] for row in line] for line in plain])
    names = ("weighted", "production", "use", "lifetime", "per_year")
    values = np.stack([getattr(found, name) for name in names], axis=-1)
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)
    assert found.complete.tolist() == [[row[5] for row in line] for line in plain]


@given(seeds)
def test_with_recycled_intensity_zero_it_is_metabolic_2019(seed: int) -> None:
    factors, lines = random_lines(seed, 6)
    found = assess(cutoff(factors, np.zeros_like(factors.primary)), lines)
    np.testing.assert_allclose(
        np.nan_to_num(found.lifetime), np.nan_to_num(assess(factors, lines).lifetime), rtol=1e-12
    )


@given(seeds)
def test_the_known_trace_rows_sum_to_weighted_and_the_unknown_ones_are_what_is_missing(seed: int) -> None:
    factors, lines = _random(seed)
    found = assess(factors, lines)
    for line in range(len(lines)):
        rows = trace(factors, lines, line)
        missing = missing_factors(factors, lines, line)
        for i, indicator in enumerate(factors.indicators):
            terms = [row.per_kg for row in rows if row.indicator == indicator]
            if not np.isnan(found.weighted[line, i]):
                assert np.nansum(terms) == pytest.approx(found.weighted[line, i], rel=1e-12, abs=1e-12)
            assert bool(missing[indicator]) is not bool(found.complete[line, i])


def test_it_is_refused_where_recycled_factors_are_needed_and_not_there() -> None:
    with pytest.raises(ShapeMismatch):
        replace(small_factors(), formula=Formula.CUTOFF)
    factors, line = cutoff(small_factors(), RECYCLED_VALUES), a_line([(METAL, 1, 0)], group=ICT)
    question = Question(line, ["a"], np.zeros(1, dtype=int), np.ones(1))
    spread = Spread(np.full((7, 3), NAN), np.full((5, 3), NAN), np.zeros(1))
    with pytest.raises(NotDrawn):
        draw_demand_impacts(factors, question, spread, basis="x", draws=2)
