"""Between what a contract lies: every measure, part and year, with what both sides of a difference share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from indicators.calculation.actual import Actual, assess_line, join_actuals
from indicators.calculation.actual_bounds import MEASURES, BoundedActual, assess_line_between
from indicators.calculation.bounds import bounded_of, with_slopes
from indicators.calculation.comparison import bought_reference
from indicators.calculation.errors import ShapeMismatch
from indicators.calculation.factors import Factors
from indicators.calculation.impact import unit_products
from indicators.calculation.lines import Lines
from indicators.calculation.records import ContractLine, e_applies, flow_intensity, product_of, repair_key

from .contract_of import CASES, STARTED, day, promising, used
from .lines_of import ICT, KWH, METAL, PACKAGING, UNKNOWN_FLOW, a_line, small_factors, worked_example
from .ranged import with_ranges
from .test_circular_footprint import cff, ending

ITEM = a_line([(METAL, 1, 0)], group=ICT, mass=2)
HEAVIER = replace(ITEM, mass_kg=[2.4])
ROWS = {"kwh": KWH, "packaging": PACKAGING, "water": PACKAGING, "mystery": UNKNOWN_FLOW}


def ranged(factors: Factors | None = None) -> Factors:
    """Making between 120 and 200 per kg, metal between 8 and 14, a kWh between 0.3 and 0.5, packaging 2 to 4."""
    return with_ranges(
        factors or small_factors(), ((True, ICT, False, 0), 120, 200), ((False, METAL, False, 0), 8, 14),
        ((False, KWH, False, 0), 0.3, 0.5), ((False, PACKAGING, False, 0), 2, 4),
    )  # fmt: skip


def built(line: ContractLine, item: Lines = ITEM, heavier: Lines = HEAVIER) -> Callable[[Factors], ContractLine]:
    """The line of a case with its products and flows from these factors."""

    def build(factors: Factors) -> ContractLine:
        products = [product_of(unit_products(factors, each), 0) for each in (item, heavier)]
        intensity = {code: flow_intensity(factors, row) for code, row in ROWS.items()}
        intensity[repair_key("metal")] = flow_intensity(factors, METAL, repair=True)
        deliveries = [replace(d, product=None if d.product is None else products[1]) for d in line.deliveries]
        return replace(
            promising(line, product=products[0]), intensity=intensity, e_applies=e_applies(factors),
            deliveries=deliveries,
        )  # fmt: skip

    return build


def numbers(actual: Actual) -> dict[object, np.ndarray]:
    """Everything that is told of a line or a contract, by name."""
    told: dict[object, np.ndarray] = {name: getattr(actual, name) for name in MEASURES}
    told |= {("part", name): table for name, table in actual.parts.items()}
    told |= {("function", name): table for name, table in actual.function_parts.items()}
    return told | dict(actual.years.values)


@pytest.mark.parametrize(
    "row", worked_example("actual_bounds.csv"), ids=lambda row: "-".join(list(row.values())[:2])
)
def test_bounds_of_a_contract_worked_out_by_hand_are_what_the_core_calculates(row):
    line = replace(STARTED, use_records=(used(150),))
    factors = with_ranges(small_factors(), ((True, ICT, False, 0), 120, 200), ((False, KWH, False, 0), 0.3, 0.5))
    found = assess_line_between(built(line), factors, day("2024-12-31"))
    if row["measure"] == "deviation":
        bounded = found.deviation(function=True)
    elif row["measure"] == "avoided":
        reference = unit_products(with_slopes(factors), replace(ITEM, mass_kg=[2.5], lifetime_years=[10])).per_year
        bounded = found.avoided(bounded_of(factors, bought_reference(reference[0], 1, 1, 10, 10)), "estimated")
    else:
        bounded = found.measure(row["measure"])
    value = {"low": bounded.low, "central": bounded.value, "high": bounded.high}[row["end"]][0]
    assert value == pytest.approx(float(row["expected"]), rel=1e-12), row["derivation"]


@pytest.mark.parametrize("case", CASES)
def test_at_any_value_of_the_ranges_every_number_lies_between_its_bounds(case):
    line, as_of = CASES[case]
    factors, build = ranged(), built(line)
    found = assess_line_between(build, factors, day(as_of))
    alone = numbers(assess_line(build(replace(factors, ranges=None)), day(as_of)))
    for name, table in numbers(found.central).items():
        np.testing.assert_allclose(table, alone[name], rtol=1e-12, atol=1e-12)
    draw = np.random.default_rng(1)
    low, high = numbers(found.low), numbers(found.high)
    for _ in range(5):
        u = np.where(draw.random(4) < 0.5, draw.random(4), draw.integers(0, 2, 4))
        values = factors.ranges.low + u * (factors.ranges.high - factors.ranges.low)
        for name, table in numbers(assess_line(build(factors.at_values(values)), day(as_of))).items():
            np.testing.assert_array_less(low[name] - 1e-6, np.where(np.isnan(table), np.inf, table))
            np.testing.assert_array_less(np.where(np.isnan(table), -np.inf, table), high[name] + 1e-6)


@pytest.mark.parametrize("case", ["as-promised", "early-retirement", "more-repairs", "meals-full-year"])
def test_measures_are_those_of_all_ranges_low_and_all_ranges_high(case):
    line, as_of = CASES[case]
    factors, build = ranged(), built(line)
    found = assess_line_between(build, factors, day(as_of))
    for end, at_end in ((found.low, factors.at_low()), (found.high, factors.at_high())):
        expected = assess_line(build(at_end), day(as_of))
        for name in MEASURES:
            np.testing.assert_allclose(getattr(end, name), getattr(expected, name), rtol=1e-9)
        assert end.complete.tolist() == expected.complete.tolist()
        assert end.coverage == expected.coverage


def test_a_contract_with_end_of_life_terms_has_bounds_by_the_sign_of_each_range():
    # Recycling all metal at a quality of 1.5 takes 0.8 * 1.5 of its factor off, more than it costs.
    factors, item = ranged(cff(quality_out=[1.5, 0.8, *[np.nan] * 5])), ending(ITEM, 1, 0)
    build, as_of = built(STARTED, item, item), day("2024-12-31")
    found = assess_line_between(build, factors, as_of)
    ends = zip(factors.ranges.low, factors.ranges.high, strict=True)
    corners = [assess_line(build(factors.at_values(each)), as_of).forecast[0] for each in product(*ends)]
    assert (found.low.forecast[0], found.high.forecast[0]) == pytest.approx((min(corners), max(corners)))
    assert found.low.forecast[0] < assess_line(build(factors.at_low()), as_of).forecast[0]


def test_what_moves_on_both_sides_is_no_deviation():
    found = assess_line_between(built(replace(STARTED, use_records=(used(200),))), ranged(), day("2024-12-31"))
    bounded = found.deviation(function=False)
    assert (bounded.low[0], bounded.high[0]) == pytest.approx((0, 0), abs=1e-9)
    assert found.high.forecast[0] > found.low.estimated[0]


def test_a_year_with_the_effect_of_take_back_is_lowest_when_making_costs_most():
    found = assess_line_between(built(STARTED), ranged(), day("2024-12-31"))
    years = found.in_years("realised", "forecast")
    # 2034: 10 % of the production of 20 kg comes off, at most 0.1 * 20 * (14 + 200).
    assert years.low[10, 0] == pytest.approx(-0.1 * 20 * 214)
    assert years.high[10, 0] == pytest.approx(-0.1 * 20 * 128)
    assert years.value.sum(axis=0)[0] == pytest.approx(found.central.forecast[0])
    # So bounds of years apart are wider than those of their sum, never narrower.
    assert years.high.sum(axis=0)[0] > found.high.forecast[0]
    spread = found.in_years("spread", "forecast")
    assert spread.high.sum(axis=0)[0] == pytest.approx(found.high.forecast[0])


def test_lines_of_a_contract_are_joined_before_their_bounds_are_taken():
    factors, as_of = ranged(), day("2024-12-31")
    cases = [built(CASES[case][0]) for case in ("as-promised", "over-delivery")]
    whole = [assess_line_between(build, factors, as_of) for build in cases]
    both = BoundedActual(factors, join_actuals([each.whole for each in whole]))
    np.testing.assert_allclose(both.low.forecast, sum(each.low.forecast for each in whole))
    np.testing.assert_allclose(both.high.estimated, sum(each.high.estimated for each in whole))


def test_without_ranges_low_and_high_are_the_contract_itself():
    found = assess_line_between(built(STARTED), small_factors(), day("2024-12-31"))
    assert found.low is found.high is found.central is found.whole


def test_a_reference_on_other_ranges_shares_nothing():
    factors = ranged()
    found = assess_line_between(built(STARTED), factors, day("2024-12-31"))
    other = bounded_of(small_factors(), np.zeros(3))
    with pytest.raises(ShapeMismatch):
        found.avoided(other)
