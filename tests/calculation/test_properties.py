"""Properties of the method that hold for every line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation import impact
from indicators.calculation.impact import assess, totals
from indicators.calculation.plain import plain_assess

from .lines_of import random_lines

few = settings(max_examples=20, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)
scales = st.floats(0.01, 1000)


@few
@given(seeds, scales)
def test_production_is_linear_in_mass_and_use_does_not_depend_on_it(seed, scale):
    factors, lines = random_lines(seed, 4)
    before, after = assess(factors, lines), assess(factors, replace(lines, mass_kg=lines.mass_kg * scale))
    np.testing.assert_allclose(after.production, before.production * scale, rtol=1e-12)
    np.testing.assert_array_equal(after.use, before.use)


@few
@given(seeds, scales)
def test_the_lifetime_impact_is_linear_in_count(seed, scale):
    factors, lines = random_lines(seed, 4)
    before, after = assess(factors, lines), assess(factors, replace(lines, count=lines.count * scale))
    np.testing.assert_allclose(after.lifetime, before.lifetime * scale, rtol=1e-12)


@few
@given(seeds)
def test_totals_are_additive_over_lines(seed):
    factors, lines = random_lines(seed, 6)
    whole = totals(assess(factors, lines))
    halves = [totals(assess(factors, lines.part(a, b))) for a, b in ((0, 2), (2, 6))]
    sums = np.nansum([half.lifetime for half in halves], axis=0)
    np.testing.assert_allclose(np.nan_to_num(whole.lifetime), sums, rtol=1e-12)
    assert (whole.complete == halves[0].complete & halves[1].complete).all()


@few
@given(seeds)
def test_the_order_of_the_rows_does_not_matter(seed):
    factors, lines = random_lines(seed, 1)
    turned = {name: getattr(lines, name)[::-1] for name in ("material", "share", "recycled", "added")}
    turned |= {name: getattr(lines, name)[::-1] for name in ("flow", "quantity", "once", "repair")}
    before, after = assess(factors, lines), assess(factors, replace(lines, **turned))
    np.testing.assert_allclose(after.lifetime, before.lifetime, rtol=1e-12)
    np.testing.assert_array_equal(after.complete, before.complete)


@few
@given(seeds, scales)
def test_shares_and_kilograms_per_item_give_the_same_result(seed, scale):
    factors, lines = random_lines(seed, 3)
    as_kg = replace(lines, share=lines.share * scale)
    np.testing.assert_allclose(assess(factors, as_kg).weighted, assess(factors, lines).weighted, rtol=1e-12)


@few
@given(seeds)
def test_fully_recycled_material_has_no_impact_of_its_own(seed):
    factors, lines = random_lines(seed, 3)
    recycled = np.ones_like(lines.recycled)
    results = assess(factors, replace(lines, recycled=recycled, strategy_factor=np.ones(3)))
    processing = factors.counted_processing[lines.group]
    ordinary = ~factors.is_apart
    np.testing.assert_array_equal(np.nan_to_num(results.weighted)[:, ordinary], processing[:, ordinary])


@few
@given(seeds)
def test_a_batch_gives_what_the_plain_loop_gives(seed):
    factors, lines = random_lines(seed, 9)
    _assert_agrees(assess(factors, lines), plain_assess(factors, lines))


def test_lines_in_several_blocks_give_what_the_plain_loop_gives(monkeypatch):
    monkeypatch.setattr(impact, "BLOCK", 7)
    factors, lines = random_lines(5, 40)
    _assert_agrees(assess(factors, lines), plain_assess(factors, lines))


def test_no_lines_give_no_results():
    factors, lines = random_lines(1, 3)
    nothing = assess(factors, lines.part(0, 0))
    assert nothing.lifetime.shape == (0, 5)
    assert totals(nothing).lifetime.tolist() == [0.0] * 5


def test_more_indicators_than_fit_in_one_word_are_calculated_alike():
    factors, lines = random_lines(2, 5)
    wide = replace(
        factors,
        indicators=[f"i{n}" for n in range(75)],
        primary=np.tile(factors.primary, 15),
        processing=np.tile(factors.processing, 15),
        kinds=np.tile(factors.kinds, 15),
    )
    narrow, results = assess(factors, lines), assess(wide, lines)
    np.testing.assert_array_equal(results.complete, np.tile(narrow.complete, 15))
    np.testing.assert_allclose(results.lifetime, np.tile(narrow.lifetime, 15))


def _assert_agrees(results, plain):
    names = ("weighted", "production", "use", "lifetime", "per_year")
    values = np.stack([getattr(results, name) for name in names], axis=-1)
    expected = np.array([[row[:5] for row in line] for line in plain])
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)
    assert results.complete.tolist() == [[row[5] for row in line] for line in plain]


@pytest.mark.parametrize("name", ["kept", "added", "once", "yearly"])
def test_unit_products_add_up_to_the_results_of_their_lines(name):
    factors, lines = random_lines(8, 6)
    lines = replace(lines, consumed=np.zeros(6, dtype=bool))
    unit, results = impact.unit_products(factors, lines), assess(factors, lines)
    known = ~np.isnan(results.per_year)
    np.testing.assert_allclose((unit.per_year * lines.count[:, None])[known], results.per_year[known])
    assert getattr(unit, name).shape == results.per_year.shape
