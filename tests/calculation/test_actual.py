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

from .contract_of import (
    CASES,
    FORTY,
    LINE,
    MEALS,
    PROMISE,
    STARTED,
    day,
    delivered,
    product,
    promising,
    retired,
    served,
    used,
)
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
    for (view, measure), table in actual.years.values.items():
        if (view, measure) != ("spread", "realised"):
            np.testing.assert_allclose(table.sum(axis=0), totals[measure], rtol=1e-9, atol=1e-9)


def test_what_is_written_off_to_date_ends_at_the_as_of_date():
    line = promising(STARTED, flows=())
    years = assess_line(line, day("2026-07-01")).years
    # 10 items of 100 over ten years, with the end of life of the plan (0.9): 90 a year, of 2026 up to 1 July
    by_year = [90, 90, 90 * 182 / 365, *[0] * 7]
    np.testing.assert_allclose(years.values["spread", "realised"][:10, 0], by_year)
    np.testing.assert_allclose(years.values["spread", "forecast"][:10, 0], 90)


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


def test_retirements_of_one_day_share_what_they_take_whatever_their_order():
    deliveries = (delivered(5, "2024-01-01", product=product(200.0)), delivered(5, "2024-06-01"))
    gone = [retired(4, "2026-01-01", 1.0), retired(4, "2026-01-01", 0.8)]
    forecasts = [
        assess_line(replace(LINE, deliveries=some, retirements=order), day("2026-06-30")).forecast[0]
        for some in (deliveries, deliveries[::-1])
        for order in (gone, gone[::-1])
    ]
    # eight items gone: the five heavy ones and three others, each half to either destination; two stay
    made = (5 * 200 + 3 * 100) * 0.9 + 2 * 100 * 0.9
    use = 20 * 0.5 * (5 * 2 + 3 * (2 - 152 / 366) + 2 * 10)
    np.testing.assert_allclose(forecasts, made + use)


def test_a_known_receiver_leaves_the_giver_with_the_part_of_the_life_that_was_used():
    gone = replace(retired(10, "2026-01-01", 0.8), passed_on=True)
    line = promising(replace(STARTED, retirements=(gone,)), flows=())
    assert assess_line(line, day("2026-06-30")).forecast[0] == pytest.approx(10 * 100 * 2 / 10)
    late = replace(gone, day=day("2036-01-01"))
    assert assess_line(replace(line, retirements=(late,)), day("2036-06-30")).forecast[0] == 10 * 100
    assert product(100.0, 8.0).taken_over(0.8, LINE.e_applies).production.tolist() == [80, 0]


@pytest.mark.parametrize(
    ("meters", "speaks"),
    [
        # 1 item for eleven months and 30 in December are not 30 items, but fewer than 10 % of 40 on average
        ([(1, "2024-01-01", "2024-11-30"), (30, "2024-12-01", "2024-12-31")], False),
        ([(4, "2024-01-01", "2024-11-30"), (4, "2024-12-01", "2024-12-31")], True),
        ([(3, "2024-01-01", "2024-12-31")], False),
        # as long as they like: three of forty stay too few
        ([(3, "2024-01-01", "2025-12-31")], False),
        ([(3, "2024-01-01", "2024-12-31"), (3, "2025-01-01", "2025-12-31")], False),
    ],
)
def test_a_sample_speaks_for_the_rest_by_the_items_that_were_metered(meters, speaks):
    records = [used(5.0 * items, first, last, items=items) for items, first, last in meters]
    actual = assess_line(replace(FORTY, use_records=records), day(meters[-1][-1]))
    assert bool(actual.parts["use"][0] < -1000) is speaks


def test_few_items_in_service_at_the_time_do_not_speak_for_the_many_that_came_later():
    line = replace(promising(LINE, count=100), deliveries=(delivered(5), delivered(95, "2025-01-01")))
    line = replace(line, use_records=(used(50),))
    # half the use of 5 of 100 items: only their own year counts, (10 - 20) * 5 * 0.5
    assert assess_line(line, day("2025-06-30")).parts["use"][0] == pytest.approx(-25)


def test_items_that_left_do_not_make_a_sample_too_small():
    line = replace(FORTY, use_records=(used(30, items=2),), retirements=(retired(25, "2025-01-01", 1.0),))
    assert assess_line(line, day("2024-12-31")).parts["use"][0] == pytest.approx((15 - 20) * 2 * 0.5)
    # two of the fifteen that are left
    assert assess_line(line, day("2025-01-31")).parts["use"][0] < -100


def test_a_longer_contract_adds_promised_units_and_never_spreads_the_promise():
    longer = promising(MEALS, contract_end=day("2026-12-31"))
    year = replace(longer, deliveries=(served("2024-01-01", "2024-12-31", 100),))
    for line in (longer, year):
        actual = assess_line(line, day("2024-12-31"))
        assert actual.estimated[0] == pytest.approx(810)
        assert actual.forecast[0] == pytest.approx(810 * 1.5)
        assert actual.function_forecast[0] == pytest.approx(810)
        assert actual.parts["quantity"][0] == pytest.approx(405)
        assert max(abs(part[0]) for part in actual.function_parts.values()) < 1e-9
        for view in ("spread", "realised"):
            np.testing.assert_allclose(actual.years.values[view, "estimated"][:3, 0], 405)
            np.testing.assert_allclose(actual.years.values[view, "forecast"][:3, 0], 405)
        np.testing.assert_allclose(actual.years.item_years["estimated"], actual.years.item_years["forecast"])
        counts = actual.count_promised, actual.years_promised, actual.count_forecast, actual.years_forecast
        assert counts == pytest.approx((100, 2, 100, 3))
    assert actual.realised_to_date[0] == pytest.approx(400)
    assert actual.estimated_to_date[0] == pytest.approx(400)
    assert actual.coverage.delivered == pytest.approx(1)


def test_a_shorter_contract_takes_promised_units_away():
    shorter = promising(MEALS, contract_end=day("2024-12-31"))
    actual = assess_line(shorter, day("2024-06-30"))
    assert actual.forecast[0] == pytest.approx(405)
    assert actual.function_forecast[0] == pytest.approx(actual.estimated[0])
    np.testing.assert_allclose(actual.years.values["realised", "estimated"][:2, 0], [405, 0])


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


@pytest.mark.parametrize("second", ["b", None])
def test_a_meter_that_is_replaced_goes_on_where_the_other_stopped(second):
    years = [used(200, meter="a"), used(200, "2025-01-01", "2025-12-31", meter=second)]
    actual = assess_line(replace(STARTED, use_records=years), day("2025-12-31"))
    assert actual.forecast[0] == pytest.approx(actual.estimated[0])
    assert actual.coverage.use_of == pytest.approx((20, 20))
    # within a year, of a sample: every month is measured
    halves = [used(30, last="2024-06-30", items=4, meter="a"), used(30, "2024-07-01", items=4, meter=second)]
    assert assess_line(replace(FORTY, use_records=halves), day("2024-12-31")).parts["use"][0] == pytest.approx(
        -1000
    )
    # and of what is used up
    served_all = replace(MEALS, deliveries=(served("2024-01-01", "2024-12-31", 100),))
    halves = [used(10, last="2024-06-30", meter="a"), used(10, "2024-07-01", meter=second)]
    actual = assess_line(replace(served_all, use_records=halves), day("2024-12-31"))
    assert actual.parts["use"][0] == pytest.approx(0.1 * 200 * 0.5)


def test_meters_share_only_while_they_run_together():
    records = [used(150, meter="east"), used(50, "2024-07-01", meter="west")]
    actual = assess_line(replace(STARTED, use_records=records), day("2024-12-31"))
    assert actual.coverage.use_of == pytest.approx((10, 10))
    assert actual.forecast[0] == pytest.approx(actual.estimated[0])


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
    # 10 items written off at 9 per year each; in 2026 five of them for the 72 left, and their destination
    np.testing.assert_allclose(spread[:3], [90, 90, 45 + 5 * 72 + 5 * 100 * (0.95 - 0.9)])


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
