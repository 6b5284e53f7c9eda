"""Promise, to date and forecast of a contract line: hand-worked cases and what always holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indicators.calculation.actual import assess_line, join_actuals
from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.calculation.comparison import bought_reference
from indicators.calculation.errors import (
    ConsumedWithStrategy,
    RecordOutOfOrder,
    ShapeMismatch,
    TooManyRetired,
)
from indicators.calculation.impact import unit_products
from indicators.calculation.records import flow_intensity, product_of
from indicators.calculation.use import divide_use

from .contract_of import CASES, LINE, MEALS, PROMISE, STARTED, day, delivered, retired, served, used
from .lines_of import KWH, METAL, a_line, small_factors, worked_example


def assessed(case):
    line, as_of = CASES[case]
    return assess_line(line, day(as_of))


@pytest.mark.parametrize("row", worked_example("actual.csv"), ids=lambda row: f"{row['case']}-{row['quantity']}")
def test_a_contract_worked_out_by_hand_is_what_the_core_calculates(row):
    actual = assessed(row["case"])
    basis, _, part = row["quantity"].partition(":")
    if part:
        value = (actual.parts if basis == "part" else actual.function_parts)[part][0]
    else:
        value = np.ravel(getattr(actual, basis))[0]
    assert value == pytest.approx(float(row["expected"]), rel=1e-9, abs=1e-9), row["derivation"]


@pytest.mark.parametrize("case", CASES)
def test_the_parts_sum_to_the_deviation_on_both_bases(case):
    actual = assessed(case)
    assert tuple(actual.parts) == tuple(actual.function_parts) == DEVIATION_PARTS
    np.testing.assert_allclose(sum(actual.parts.values()), actual.forecast - actual.estimated, atol=1e-9)
    function = actual.function_forecast - actual.estimated
    np.testing.assert_allclose(sum(actual.function_parts.values()), function, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_the_years_of_each_view_sum_to_the_total(case):
    actual = assessed(case)
    totals = {
        "estimated": actual.estimated,
        "forecast": actual.forecast,
        "realised": actual.realised_to_date,
    }
    assert len(actual.years.values) == 9
    for (_view, measure), table in actual.years.values.items():
        np.testing.assert_allclose(table.sum(axis=0), totals[measure], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_the_reference_by_year_sums_to_the_bought_reference(case):
    actual = assessed(case)
    for measure, count, years in (
        ("estimated", actual.count_promised, actual.years_promised),
        ("forecast", actual.count_forecast, actual.years_forecast),
    ):
        whole = bought_reference([12.0], 10, 10, count, years)
        assert actual.years.item_years[measure].sum() * 12 == pytest.approx(whole[0])


def test_nothing_recorded_is_said_and_coverage_is_not_applicable():
    actual = assess_line(LINE, day("2023-12-31"))
    assert not actual.recorded
    assert (actual.coverage.delivered, actual.coverage.use, actual.coverage.retired) == (None, None, None)
    np.testing.assert_allclose(actual.forecast, actual.estimated)


def test_coverage_counts_what_is_recorded_of_what_should_be():
    line = replace(
        STARTED,
        deliveries=(delivered(8),),
        use_records=(used(50, last="2024-06-30"),),
        retirements=(retired(2, "2025-01-01", 0.95), retired(2, "2025-01-01", None)),
    )
    coverage = assess_line(line, day("2024-12-31")).coverage
    assert coverage.delivered == 0.8
    assert coverage.use == pytest.approx(182 / 366)
    assert coverage.retired is None
    assert assess_line(line, day("2025-01-31")).coverage.retired == 0.5


def test_the_mass_indicator_is_not_multiplied_by_the_end_of_life():
    actual = assessed("better-destination")
    assert actual.estimated[1] == actual.forecast[1] == actual.realised_to_date[1] == 80
    assert actual.parts["end-of-life"][1] == 0


def test_what_was_recorded_after_the_as_of_date_does_not_count():
    line = replace(
        STARTED,
        deliveries=(delivered(), delivered(5, "2025-06-01")),
        use_records=(used(400, last="2025-12-31"),),
        retirements=(retired(3, "2025-01-01", 1.0),),
    )
    actual = assess_line(line, day("2024-12-31"))
    np.testing.assert_allclose(actual.realised_to_date, assessed("as-promised").realised_to_date)
    assert actual.count_forecast == 10


def test_items_that_serve_longer_than_promised_keep_their_real_age():
    actual = assess_line(STARTED, day("2035-12-31"))
    assert actual.years_forecast == 12
    assert actual.parts["lifetime"][0] == 200
    assert actual.function_parts["lifetime"][0] == pytest.approx(-900 * (1 - 10 / 12))


def test_an_unnamed_retirement_takes_the_oldest_items():
    line = replace(
        LINE,
        deliveries=(delivered(4, "2025-01-01"), delivered(6, "2024-01-01")),
        retirements=(retired(8, "2026-01-01", 1.0),),
    )
    actual = assess_line(line, day("2026-06-30"))
    assert actual.years_forecast == (6 * 2 + 2 * 1 + 2 * 10) / 10


def test_a_named_retirement_takes_from_its_own_delivery():
    newer = delivered(4, "2025-01-01")
    line = replace(
        LINE,
        deliveries=(delivered(6), newer),
        retirements=(retired(4, "2026-01-01", 1.0, newer.key),),
    )
    assert assess_line(line, day("2026-06-30")).years_forecast == (4 * 1 + 6 * 10) / 10


def test_a_flow_without_a_factor_makes_the_contract_incomplete_without_a_bridge():
    line = replace(STARTED, use_records=(used(5, flow="mystery"),))
    actual = assess_line(line, day("2024-12-31"))
    assert actual.complete.tolist() == [False, True]
    assert np.isnan(actual.parts["use"][0])
    assert actual.forecast[0] == 1900


def test_metered_records_are_the_measured_part():
    line = replace(STARTED, use_records=(used(100, meter="m1"), used(20, flow="water")))
    assert assess_line(line, day("2024-12-31")).measured.tolist() == [50, 0]


def test_meters_that_do_not_name_their_items_share_what_is_in_service():
    line = replace(STARTED, use_records=(used(100, meter="east"), used(100, meter="west")))
    actual = assess_line(line, day("2024-12-31"))
    assert actual.coverage.use == 1
    assert actual.parts["use"][0] == pytest.approx(0)


def test_use_of_a_consumed_contract_covers_the_units_of_its_period():
    line = replace(
        MEALS,
        deliveries=(served("2024-01-01", "2024-12-31", 100),),
        use_records=(used(20),),
    )
    actual = assess_line(line, day("2024-12-31"))
    assert actual.coverage.use == 1
    assert actual.parts["use"][0] == pytest.approx(0.1 * 200 * 0.5)


def test_a_record_of_the_whole_contract_is_divided_by_promised_use():
    small, large = PROMISE, replace(PROMISE, count=30)
    parts = divide_use(used(400, items=40), [small, large, replace(PROMISE, flows=())])
    assert [part and (part.quantity, part.items) for part in parts] == [(100, 10), (300, 30), None]
    unpromised = divide_use(used(40, flow="water"), [small, large])
    assert [part.quantity for part in unpromised] == [10, 30]


def test_a_contract_is_the_sum_of_its_lines():
    lines = [assessed("early-retirement"), assessed("over-delivery"), assessed("meals-full-year")]
    whole = join_actuals(lines)
    np.testing.assert_allclose(whole.forecast, sum(each.forecast for each in lines))
    np.testing.assert_allclose(sum(whole.parts.values()), whole.forecast - whole.estimated, atol=1e-9)
    np.testing.assert_allclose(whole.years.values["spread", "forecast"].sum(axis=0), whole.forecast)
    assert join_actuals(lines[:1]) is lines[0]
    with pytest.raises(ShapeMismatch):
        join_actuals([])


def test_closed_years_are_not_restated_by_a_later_retirement():
    before = assess_line(STARTED, day("2025-12-31")).years
    after = assessed("early-retirement").years
    for view in ("spread", "realised"):
        for measure in ("forecast", "realised"):
            closed = slice(0, 2026 - before.first_year)
            np.testing.assert_allclose(
                after.values[view, measure][closed], before.values[view, measure][closed], rtol=1e-9
            )


def test_what_is_left_at_an_early_retirement_falls_in_that_year():
    years = assessed("early-retirement").years
    spread = years.values["spread", "realised"][:, 0]
    # 10 items written off at 10 per year each; in 2026 five of them for the 80 left, and their destination
    np.testing.assert_allclose(spread[:3], [100, 100, 50 + 5 * 80 + 5 * 100 * (0.95 - 1)])


def test_a_line_of_the_engine_is_the_promise_of_a_contract():
    factors = small_factors()
    line = a_line([(METAL, 1, 0)], [(KWH, 10)], mass=2, count=3, years=5, e=0.9)
    promise = replace(
        PROMISE, product=product_of(unit_products(factors, line), 0), count=3, lifetime_years=5,
    )  # fmt: skip
    contract = replace(
        LINE,
        promise=replace(promise, flows=(replace(promise.flows[0], quantity=10),)),
        intensity={"kwh": flow_intensity(factors, KWH)},
        e_applies=~(factors.is_mass | factors.is_apart),
    )
    np.testing.assert_allclose(
        assess_line(contract, day("2024-12-31")).estimated, [3 * (20 * 0.9 + 5 * 10 * 0.4), 6, 0]
    )


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (replace(STARTED, retirements=(retired(11, "2024-06-01", 1.0),)), TooManyRetired),
        (replace(STARTED, retirements=(retired(1, "2023-06-01", 1.0),)), TooManyRetired),
        (replace(STARTED, retirements=(retired(1, "2024-06-01", 1.0, "x"),)), RecordOutOfOrder),
        (replace(STARTED, use_records=(used(1, "2024-03-01", "2024-02-01"),)), RecordOutOfOrder),
        (replace(MEALS, deliveries=(served("2024-01-01", "2024-02-29", 1), served("2024-02-01", "2024-03-31", 1))),
         RecordOutOfOrder),
        (replace(MEALS, retirements=(retired(1, "2024-06-01", 1.0),)), ConsumedWithStrategy),
    ],
)  # fmt: skip
def test_records_that_contradict_each_other_are_refused(line, error):
    with pytest.raises(error):
        assess_line(line, day("2024-12-31"))
