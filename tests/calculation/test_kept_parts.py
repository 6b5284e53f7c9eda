"""Kept and added parts, and the maker's own figure for production."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.errors import (
    FractionOutOfRange,
    NegativeQuantity,
    ShapeMismatch,
    WrongDeclaration,
)
from indicators.calculation.explain import DECLARED, missing_factors, trace
from indicators.calculation.factors import Formula
from indicators.calculation.impact import assess
from indicators.calculation.kept import counted_recycled, highest_recycled, recycled_capped
from indicators.calculation.lines import Lines, join_lines
from indicators.calculation.plain import plain_assess

from .lines_of import (
    ICT,
    KWH,
    METAL,
    MYSTERY,
    NAN,
    PLASTIC,
    UNKNOWN,
    UNKNOWN_FLOW,
    a_line,
    joined,
    random_lines,
    small_factors,
    worked_example,
)  # fmt: skip
from .ranged import random_case
from .test_circular_footprint import cff, ending

few = settings(max_examples=20, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)
formulas = st.sampled_from(list(Formula))

REFERENCE = a_line([(METAL, 0.6, 0.3), (PLASTIC, 0.4, 0.2)], mass=10)
REFURBISHED = a_line([(METAL, 0.6, 0.5), (PLASTIC, 0.3, 0.2), (PLASTIC, 0.1, 0.5, 1)], mass=10, r=0.8)
LAPTOP = a_line(
    [(METAL, 0.5, 0.2), (PLASTIC, 0.5, 0)], [(KWH, 50)], group=ICT, mass=2, count=2, years=5, r=0.8, e=0.9
)
MYSTERIOUS = a_line([(MYSTERY, 1, 0)], group=UNKNOWN, e=0.9)


def capped(lines: Lines, reference: Lines = REFERENCE) -> Lines:
    """Kept parts as version 2 of the method counts them."""
    return replace(lines, kept_recycled_max=highest_recycled(lines.material, reference))


def declaring(lines: Lines, climate: float) -> Lines:
    """The maker's own figure for climate, of each line."""
    return replace(lines, declared_production=[[climate, NAN, NAN]] * len(lines))


CASES = {
    "version-2": capped(REFURBISHED),
    "version-1": REFURBISHED,
    "reference": REFERENCE,
    "laptop": declaring(LAPTOP, 300),
    "unknown-material": declaring(MYSTERIOUS, 100),
}


@pytest.mark.parametrize(
    "row",
    [*worked_example("kept.csv"), *worked_example("declared.csv")],
    ids=lambda row: "-".join(list(row.values())[:3]),
)
def test_kept_parts_and_figures_of_the_maker_are_what_hand_work_gives(row):
    factors = small_factors()
    value = getattr(assess(factors, CASES[row["case"]]), row["quantity"])
    found = value[0, factors.indicators.index(row["indicator"])]
    assert found == pytest.approx(float(row["expected"]), rel=1e-12), row["derivation"]


@few
@given(seeds, formulas, st.floats(0, 1))
def test_a_refurbished_product_like_its_reference_is_never_worse_than_it(seed, formula, factor):
    factors, lines = random_case(seed, 5, formula)
    new = replace(lines, strategy_factor=np.ones(5))
    for number in range(5):
        reference = new.part(number, number + 1)
        if reference.consumed[0]:
            continue
        again = capped(replace(reference, strategy_factor=[factor]), reference)
        one, other = assess(factors, again), assess(factors, reference)
        known = ~np.isnan(other.lifetime)
        assert (one.lifetime <= other.lifetime + 1e-9 * np.abs(other.lifetime))[known].all()
        assert one.complete.tolist() == other.complete.tolist()
        assert not recycled_capped(again).any()


@few
@given(seeds, formulas)
def test_a_bound_of_zero_is_version_1_to_the_last_digit(seed, formula):
    factors, lines = random_case(seed, 6, formula)
    bounded = replace(lines, kept_recycled_max=np.zeros(len(lines.material)))
    for name in ("weighted", "production", "lifetime", "per_year", "complete"):
        np.testing.assert_array_equal(
            getattr(assess(factors, bounded), name), getattr(assess(factors, lines), name)
        )


@few
@given(seeds, formulas)
def test_the_plain_loop_agrees_on_kept_parts_and_figures_of_the_maker(seed, formula):
    factors, lines = random_case(seed, 8, formula)
    draw = np.random.default_rng(seed)
    figures = np.where(draw.random((8, 5)) < 0.4, draw.random((8, 5)) * 100, NAN)
    figures[:, factors.is_mass | factors.is_apart] = NAN
    lines = replace(lines, kept_recycled_max=draw.random(len(lines.material)), declared_production=figures)
    results, plain = assess(factors, lines), plain_assess(factors, lines)
    for place, name in enumerate(("weighted", "production", "use", "lifetime", "per_year")):
        expected = np.array([[row[place] for row in line] for line in plain])
        np.testing.assert_allclose(getattr(results, name), expected, rtol=1e-9, atol=1e-9)
    assert results.complete.tolist() == [[row[5] for row in line] for line in plain]
    parts = [assess(factors, lines.part(n, n + 1)).lifetime for n in range(8)]
    np.testing.assert_allclose(np.concatenate(parts), results.lifetime)


def test_what_is_declared_above_the_bound_is_named():
    lines = joined(capped(REFURBISHED), capped(REFERENCE))
    assert recycled_capped(lines).tolist() == [True, False, False, False, False]
    assert counted_recycled(lines).tolist() == [0.3, 0.2, 0.5, 0.3, 0.2]
    assert not recycled_capped(REFURBISHED).any()
    assert highest_recycled(REFERENCE.material, REFERENCE.part(0, 0)).tolist() == [0, 0]


def test_a_figure_of_the_maker_leaves_a_use_flow_without_a_factor_missing():
    factors = small_factors()
    line = declaring(a_line([(MYSTERY, 1, 0)], [(UNKNOWN_FLOW, 1)], group=UNKNOWN), 100)
    assert not assess(factors, line).complete[0, 0]
    assert [each.item for each in missing_factors(factors, line, 0)["climate"]] == ["unknown-flow"]
    assert assess(factors, declaring(MYSTERIOUS, 100)).complete[0].tolist() == [True, True, False]


def test_the_trace_holds_the_figure_and_without_it_the_materials():
    factors, line = small_factors(), declaring(LAPTOP, 300)
    rows = [row for row in trace(factors, line, 0) if row.indicator == "climate"]
    assert [(row.item, row.term, row.per_kg) for row in rows] == [(DECLARED, DECLARED, 150)]
    beside = trace(factors, replace(line, declared_production=None), 0)
    assert sum(row.per_kg for row in beside if row.indicator == "climate") == pytest.approx(163)


def test_with_end_of_life_terms_the_figure_stands_beside_them():
    line = ending(declaring(a_line([(METAL, 1, 0)], mass=2, r=0.8), 30), 1, 0)
    found = assess(cff(), line)
    # recycled at the end: 0.8 * (2 - 10) = -6.4 per kg
    assert found.production[0, 0] == pytest.approx(30 * 0.8 - 6.4 * 2)
    assert found.weighted[0, 0] == pytest.approx(15 - 6.4)
    terms = [row for row in trace(cff(), line, 0) if row.indicator == "climate"]
    assert sum(row.per_kg for row in terms) == pytest.approx(found.weighted[0, 0])


@pytest.mark.parametrize(
    ("figures", "error"),
    [
        ([[NAN, 1, NAN]], WrongDeclaration),
        ([[NAN, NAN, 1]], WrongDeclaration),
        ([[-1, NAN, NAN]], NegativeQuantity),
        ([[np.inf, NAN, NAN]], NegativeQuantity),
        ([[1, NAN]], ShapeMismatch),
    ],
)
def test_a_figure_that_cannot_be_is_refused(figures, error):
    with pytest.raises(error):
        assess(small_factors(), replace(LAPTOP, declared_production=figures))


@pytest.mark.parametrize(("most", "error"), [([0.5], ShapeMismatch), ([1.5, 0], FractionOutOfRange)])
def test_a_bound_of_kept_parts_that_cannot_be_is_refused(most, error):
    with pytest.raises(error):
        assess(small_factors(), replace(LAPTOP, kept_recycled_max=most))


def test_joined_lines_give_what_they_give_alone():
    factors = small_factors()
    parts = [LAPTOP, declaring(LAPTOP, 300), capped(REFURBISHED), REFURBISHED]
    whole = assess(factors, join_lines(parts))
    alone = np.concatenate([assess(factors, each).lifetime for each in parts])
    np.testing.assert_array_equal(whole.lifetime, alone)
    assert join_lines([LAPTOP, LAPTOP]).declared_production is None
    with pytest.raises(ShapeMismatch):
        join_lines([])


@few
@given(seeds)
def test_a_figure_of_the_maker_is_all_that_counts_for_production(seed):
    factors, lines = random_lines(seed, 4)
    figures = np.where(factors.is_mass | factors.is_apart, NAN, 10.0) * np.ones((4, 1))
    made = np.where(lines.consumed, lines.count * lines.lifetime_years, lines.count)
    found = assess(factors, replace(lines, declared_production=figures))
    expected = 10 * made * lines.strategy_factor * lines.end_of_life_factor
    np.testing.assert_allclose(found.production[:, 0], expected, rtol=1e-12)
