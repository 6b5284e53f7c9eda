"""The method pef-cff: recycled material shared between maker and user, and an end of life with credits apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation.actual import assess_line
from indicators.calculation.comparison import BidItem, compare
from indicators.calculation.end_of_life import TREATMENTS, CircularFootprint
from indicators.calculation.errors import FractionOutOfRange, NotDrawn, ShapeMismatch
from indicators.calculation.explain import missing_factors, trace
from indicators.calculation.factors import Factors, Formula
from indicators.calculation.impact import assess, unit_products
from indicators.calculation.lines import Lines
from indicators.calculation.plain import plain_assess
from indicators.calculation.records import ContractLine, Promise, Retirement, e_applies, product_of
from indicators.calculation.uncertainty import Question, Spread, draw_demand_impacts

from .contract_of import day, delivered
from .lines_of import FOOD, ICT, METAL, MYSTERY, NAN, PLASTIC, a_line, random_lines, small_factors

seeds = st.integers(0, 10_000)
SECONDARY = np.array([[2.0] * 3, [1.5] * 3, *[[NAN] * 3] * 5])


def footprint(**changes: object) -> CircularFootprint:
    """A of 0.2 for metal and 0.5 for plastic, nothing known of the rest."""
    unknown = np.full((7, 3), NAN)
    tables: dict[str, object] = {
        "allocation": [0.2, 0.5, *[NAN] * 5],
        "energy_allocation": [0.0, 0.0, *[NAN] * 5],
        "quality_in": [1.0, 0.9, *[NAN] * 5],
        "quality_out": [1.0, 0.8, *[NAN] * 5],
        "recycling": SECONDARY,
        "substituted": small_factors().primary,
        "recovery": np.where(np.arange(7)[:, None] < 2, [[0.05], [2.7], *[[NAN]] * 5], unknown),
        "energy_credit": np.where(np.arange(7)[:, None] < 2, [[0.0], [0.5], *[[NAN]] * 5], unknown),
        "disposal": np.where(np.arange(7)[:, None] < 2, 0.01, unknown),
    }
    return CircularFootprint(**(tables | changes))  # type: ignore[arg-type]


def cff(factors: Factors | None = None, **changes: object) -> Factors:
    """The small factors by this method."""
    base = factors or small_factors()
    return replace(base, recycled=SECONDARY, formula=Formula.PEF_CFF, footprint=footprint(**changes))


def ending(line: Lines, recycled: float, recovered: float) -> Lines:
    """The same lines with R2 and R3 for every row."""
    rows = len(line.material)
    return replace(line, recycled_at_end=np.full(rows, recycled), recovered_at_end=np.full(rows, recovered))


def test_the_worked_example() -> None:
    # Metal 0.6, r 0.5: 0.5 x 10 + 0.5 x (0.2 x 2 + 0.8 x 10 x 1) = 5 + 4.2 = 9.2 per kg, x 0.6 = 5.52.
    # Plastic 0.4, r 0: 4 per kg, x 0.4 = 1.6. Material terms: 7.12.
    # End, R2 0.7 and R3 0.2, so 0.1 is landfilled:
    #   metal    0.8 x 0.7 x (2 - 10) + 0.2 x (0.05 - 0) + 0.1 x 0.01 = -4.469, x 0.6 = -2.6814
    #   plastic  0.5 x 0.7 x (1.5 - 4 x 0.8) + 0.2 x (2.7 - 0.5) + 0.001 = -0.595 + 0.44 + 0.001 = -0.154,
    #            x 0.4 = -0.0616
    # Weighted 7.12 - 2.743 = 4.377; 3 kg, 2 pieces: 26.262. Credits per kg: metal 0.8 x 0.7 x 10 = 5.6,
    # x 0.6 = 3.36; plastic 0.5 x 0.7 x 3.2 + 0.2 x 0.5 = 1.22, x 0.4 = 0.488; together 3.848 x 6 = 23.088.
    line = ending(a_line([(METAL, 0.6, 0.5), (PLASTIC, 0.4, 0)], mass=3, count=2), 0.7, 0.2)
    found = assess(cff(), line)
    assert found.weighted[0, 0] == pytest.approx(4.377, abs=1e-12)
    assert found.production_before_e[0, 0] == pytest.approx(7.12 * 6, abs=1e-12)
    assert found.production[0, 0] == pytest.approx(26.262, abs=1e-12)
    assert found.credits[0, 0] == pytest.approx(23.088, abs=1e-12)
    assert found.complete[0].all()


def test_the_strategy_counts_for_the_making_and_not_for_the_end() -> None:
    # R 0.5 on metal of r 0 (kept): 10 x 0.5 = 5; landfill 0.01 stays whole.
    found = assess(cff(), a_line([(METAL, 1, 0)], r=0.5))
    assert found.production[0, 0] == pytest.approx(5.01, abs=1e-12)


def test_primary_material_and_what_stands_apart_are_the_same_in_every_method() -> None:
    line = ending(a_line([(METAL, 0.5, 0.5), (PLASTIC, 0.5, 0.5)]), 0.6, 0.4)
    found, plain = assess(cff(), line), assess(small_factors(), line)
    assert found.weighted[0, 1:].tolist() == plain.weighted[0, 1:].tolist()
    assert found.credits[0, 1:].tolist() == [0, 0]


def test_what_is_consumed_has_no_end_of_life() -> None:
    found = assess(cff(), ending(a_line([(METAL, 1, 0)], consumed=True), 0.5, 0.5))
    assert (found.weighted[0, 0], found.credits[0, 0]) == (10.0, 0.0)


@pytest.mark.parametrize(
    ("bill", "changes", "term"),
    [
        ((METAL, 1, 0.5), {"allocation": [NAN] * 7}, "recycled"),
        ((METAL, 1, 0.5), {"quality_in": [NAN] * 7}, "recycled-primary"),
        ((METAL, 1, 0), {"quality_out": [NAN] * 7}, "credit-material"),
        ((METAL, 1, 0), {"recovery": np.full((7, 3), NAN)}, "end-recovery"),
        ((METAL, 1, 0), {"energy_credit": np.full((7, 3), NAN)}, "credit-energy"),
        ((METAL, 1, 0), {"disposal": np.full((7, 3), NAN)}, "end-disposal"),
    ],
)
def test_a_parameter_that_is_not_known_is_missing(bill: tuple, changes: dict, term: str) -> None:  # type: ignore[type-arg]
    factors, line = cff(**changes), ending(a_line([bill]), 0.5, 0.3)
    found = assess(factors, line)
    assert not found.complete[0, 0]
    assert term in {missing.term for missing in missing_factors(factors, line, 0)["climate"]}


def test_a_way_that_nothing_goes_needs_no_factor() -> None:
    holes = np.full((7, 3), NAN)
    factors = cff(recovery=holes, energy_credit=holes, disposal=holes)
    assert assess(factors, ending(a_line([(METAL, 1, 0)]), 1, 0)).complete[0].all()


def test_an_allocation_of_one_needs_neither_quality_nor_credit() -> None:
    factors = cff(allocation=[1.0] * 7, quality_in=[NAN] * 7, quality_out=[NAN] * 7)
    found = assess(factors, ending(a_line([(METAL, 1, 0.5)]), 1, 0))
    # 0.5 x 10 + 0.5 x 2, and nothing at the end: all of recycling is for who takes the material in.
    assert (found.weighted[0, 0], bool(found.complete[0, 0])) == (6.0, True)


def _random(seed: int) -> tuple[Factors, Lines]:
    factors, lines = random_lines(seed, 6)
    draw = np.random.default_rng(seed + 1)
    length, width = factors.primary.shape

    def table(*shape: int) -> np.ndarray:
        found = draw.random(shape)
        found[draw.random(shape) < 0.15] = NAN
        return found

    one = CircularFootprint(
        np.where(draw.random(length) < 0.2, 1.0, table(length)), table(length), table(length), table(length),
        *(table(length, width) for _ in range(5)),
    )  # fmt: skip
    changed = replace(factors, recycled=table(length, width), formula=Formula.PEF_CFF, footprint=one)
    rows = len(lines.material)
    recycled = draw.choice([0.0, 0.4, 1.0], rows)
    recovered = np.where(recycled == 1, 0.0, draw.choice([0.0, 0.6, 0.3], rows))
    return changed, replace(lines, recycled_at_end=recycled, recovered_at_end=recovered)


@given(seeds)
def test_the_batch_equals_the_readable_loop(seed: int) -> None:
    factors, lines = _random(seed)
    found, plain = assess(factors, lines), plain_assess(factors, lines)
    expected = np.array([[row[:5] for row in line] for line in plain])
    names = ("weighted", "production", "use", "lifetime", "per_year")
    values = np.stack([getattr(found, name) for name in names], axis=-1)
    np.testing.assert_allclose(values, expected, rtol=1e-11, atol=1e-11)
    assert found.complete.tolist() == [[row[5] for row in line] for line in plain]


@given(seeds)
def test_a_batch_is_its_lines_one_by_one(seed: int) -> None:
    factors, lines = _random(seed)
    whole = assess(factors, lines)
    for n in range(len(lines)):
        one = assess(factors, lines.part(n, n + 1))
        np.testing.assert_allclose(one.lifetime[0], whole.lifetime[n], rtol=1e-12, atol=1e-12)


@given(seeds)
def test_without_allocation_recycling_and_end_it_is_metabolic_2019(seed: int) -> None:
    # A = 1, Erec = 0, R2 = R3 = 0, Ed = 0 and E = 1
    factors, lines = random_lines(seed, 6)
    lines = replace(lines, end_of_life_factor=np.ones(len(lines)))
    nothing, one = np.zeros_like(factors.primary), np.ones(len(factors.primary))
    unknown, holes = np.full(len(one), NAN), np.full_like(nothing, NAN)
    parameters = CircularFootprint(one, unknown, unknown, unknown, nothing, holes, holes, holes, nothing)
    found = assess(replace(factors, recycled=nothing, formula=Formula.PEF_CFF, footprint=parameters), lines)
    plain = assess(factors, lines)
    for name in ("production", "use", "lifetime", "per_year"):
        np.testing.assert_allclose(
            np.nan_to_num(getattr(found, name)), np.nan_to_num(getattr(plain, name)), rtol=1e-12, err_msg=name
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
            if found.complete[line, i]:
                assert sum(terms) == pytest.approx(found.weighted[line, i], rel=1e-10, abs=1e-10)
            assert bool(missing[indicator]) is not bool(found.complete[line, i])


def test_a_comparison_puts_the_end_of_life_in_its_own_part() -> None:
    factors = cff()
    bid = unit_products(factors, ending(a_line([(METAL, 1, 0)]), 1, 0))
    reference = unit_products(factors, ending(a_line([(METAL, 1, 0)]), 0, 0))
    found = compare(BidItem(bid, np.ones(1)), reference, 1, 4)
    # per item: landfill 0.01 against recycling 0.8 x (2 - 10) = -6.4
    assert found.parts["end-of-life"][0] == pytest.approx(6.41, abs=1e-12)
    assert sum(part[0] for part in found.parts.values()) == pytest.approx(found.avoided[0], abs=1e-12)


def _contract(*retirements: Retirement) -> ContractLine:
    factors = cff()
    line = ending(a_line([(PLASTIC, 1, 0)], years=10), 0.5, 0.5)
    promise = Promise(
        product_of(unit_products(factors, line), 0), 10, 10, 1.0, day("2024-01-01"), day("2033-12-31")
    )
    return ContractLine(promise, {}, e_applies(factors), deliveries=[delivered()], retirements=retirements)


@pytest.mark.parametrize(
    ("treatment", "per_item"),
    [
        ("recycle", 4 + 0.5 * (1.5 - 3.2)),
        ("incinerate", 4 + 2.7 - 0.5),
        ("landfill", 4.01),
        ("out", 4.0),
        (None, 4 + 0.5 * 0.5 * (1.5 - 3.2) + 0.5 * 2.2),
    ],
)
def test_a_retired_item_ends_where_it_really_went(treatment: str | None, per_item: float) -> None:
    gone = Retirement(day("2033-12-31"), 10, None if treatment is None else 1.0, treatment=treatment)
    found = assess_line(_contract(gone), day("2033-12-31"))
    assert found.realised_to_date[0] == pytest.approx(10 * per_item, abs=1e-9)
    assert found.forecast[0] == pytest.approx(10 * per_item, abs=1e-9)
    deviation = found.forecast[0] - found.estimated[0]
    assert sum(part[0] for part in found.parts.values()) == pytest.approx(deviation, abs=1e-9)
    for view in ("purchase", "spread", "realised"):
        assert found.years.values[view, "forecast"][:, 0].sum() == pytest.approx(found.forecast[0], abs=1e-9)
        assert found.years.values[view, "estimated"][:, 0].sum() == pytest.approx(found.estimated[0], abs=1e-9)


def test_delivered_goods_count_whole_until_they_end() -> None:
    found = assess_line(_contract(), day("2025-12-31"))
    assert found.realised_to_date[0] == pytest.approx(40.0, abs=1e-12)


def test_parameters_that_cannot_be_are_refused() -> None:
    with pytest.raises(FractionOutOfRange):
        footprint(allocation=[1.2] * 7)
    with pytest.raises(ShapeMismatch):
        footprint(disposal=np.zeros((6, 3)))
    with pytest.raises(ShapeMismatch):
        replace(small_factors(), recycled=SECONDARY, formula=Formula.PEF_CFF)
    with pytest.raises(ShapeMismatch):
        replace(small_factors(), footprint=footprint())
    with pytest.raises(FractionOutOfRange):
        assess(cff(), ending(a_line([(METAL, 1, 0)]), 0.7, 0.4))


def test_it_is_not_drawn() -> None:
    question = Question(a_line([(METAL, 1, 0)], group=ICT), ["a"], np.zeros(1, dtype=int), np.ones(1))
    spread = Spread(np.full((7, 3), NAN), np.full((5, 3), NAN), np.zeros(1))
    with pytest.raises(NotDrawn):
        draw_demand_impacts(cff(), question, spread, basis="x", draws=2)


def test_every_treatment_has_its_terms() -> None:
    rows = trace(cff(), ending(a_line([(PLASTIC, 1, 0), (FOOD, 1e-9, 0), (MYSTERY, 1e-9, 0)]), 0.5, 0.3), 0)
    terms = {row.term for row in rows if row.indicator == "climate" and row.item == "plastic"}
    assert terms == {
        "primary", "end-recycling", "credit-material", "end-recovery", "credit-energy", "end-disposal",
    }  # fmt: skip
    assert len(TREATMENTS) == 3


def torn(seed: int) -> Factors:
    """The factors of this method with holes anywhere: each cell of each table is unknown one time in four."""
    random = np.random.default_rng(seed)

    def some(table: np.ndarray) -> np.ndarray:
        filled = np.where(np.isnan(table), 1.0, table)
        return np.where(random.random(filled.shape) < 0.25, NAN, filled)

    whole = footprint()
    tables = {name: some(getattr(whole, name)) for name in whole.__dataclass_fields__}
    base = small_factors()
    return replace(
        base,
        primary=some(base.primary),
        recycled=some(SECONDARY),
        formula=Formula.PEF_CFF,
        footprint=CircularFootprint(**tables),
    )


@given(seeds)
def test_the_known_terms_of_a_trace_sum_to_weighted_whatever_is_missing(seed: int) -> None:
    factors, random = torn(seed), np.random.default_rng(seed)
    rows = [(int(item), 0.2 + float(random.random()), float(random.random())) for item in (METAL, PLASTIC)]
    line = ending(a_line(rows, mass=3, count=2), 0.5, 0.25)
    found, terms = assess(factors, line), trace(factors, line, 0)
    missing = missing_factors(factors, line, 0)
    for place, indicator in enumerate(factors.indicators):
        known = [each.per_kg for each in terms if each.indicator == indicator and not np.isnan(each.per_kg)]
        weighted = found.weighted[0, place]
        assert sum(known) == pytest.approx(0.0 if np.isnan(weighted) else weighted, abs=1e-9)
        assert bool(missing[indicator]) is not bool(found.complete[0, place])
