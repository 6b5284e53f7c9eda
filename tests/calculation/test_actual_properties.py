"""Properties of promise against actual that hold for every contract line."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.actual import assess_line
from indicators.calculation.calendar_time import moment, year_weights
from indicators.calculation.records import Delivery, Repair, RepairPeriod, Retirement, UseRecord

from .contract_of import LINE, MEALS, REPAIRED, product

few = settings(max_examples=40, deadline=None, derandomize=True)
days = st.dates(datetime.date(2023, 6, 1), datetime.date(2036, 12, 31))
amounts = st.floats(0.1, 50)


@st.composite
def contracts(draw):
    """A line with deliveries, retirements that they allow, use and repairs, as of any day."""
    dates = draw(st.lists(days, min_size=0, max_size=3, unique=True))
    deliveries = [
        Delivery(str(on), on, draw(st.integers(1, 9)), product(draw(amounts)) if draw(st.booleans()) else None)
        for on in dates
    ]
    retirements = [
        Retirement(draw(st.dates(each.day, datetime.date(2037, 1, 1))), draw(st.integers(1, int(each.count))),
                   draw(st.sampled_from([None, 0.8, 1.0])), each.key)
        for each in deliveries if draw(st.booleans())
    ]  # fmt: skip
    first = draw(days)
    period = first, first + datetime.timedelta(days=draw(st.integers(0, 800)))
    items = draw(st.sampled_from([None, 1.0, 30.0]))
    use = [UseRecord(draw(st.sampled_from(["kwh", "water"])), draw(amounts), *period, items)]
    closed = draw(st.sampled_from([None, datetime.date(2025, 1, 1)]))
    line = replace(
        REPAIRED,
        deliveries=deliveries,
        retirements=retirements,
        use_records=use if draw(st.booleans()) else (),
        repairs=[Repair("metal", draw(amounts), draw(days))] if draw(st.booleans()) else (),
        repair_periods=[RepairPeriod(*period)] if draw(st.booleans()) else (),
        deliveries_closed_on=closed,
    )
    return line, draw(days)


@st.composite
def meal_contracts(draw):
    """A consumed line with periods that follow each other, as of any day."""
    on, deliveries = draw(st.dates(datetime.date(2023, 12, 1), datetime.date(2024, 6, 1))), []
    for _ in range(draw(st.integers(0, 3))):
        on += datetime.timedelta(days=draw(st.integers(0, 60)))
        last = on + datetime.timedelta(days=draw(st.integers(0, 400)))
        deliveries.append(Delivery(str(on), last, draw(amounts), None, on, last))
        on = last + datetime.timedelta(days=1)
    return replace(MEALS, deliveries=deliveries), draw(days)


def _sums_hold(line, as_of):
    actual = assess_line(line, as_of)
    np.testing.assert_allclose(
        sum(actual.parts.values()), actual.forecast - actual.estimated, rtol=1e-9, atol=1e-6
    )
    function = actual.function_forecast - actual.estimated
    np.testing.assert_allclose(sum(actual.function_parts.values()), function, rtol=1e-6, atol=1e-6)
    totals = {"estimated": actual.estimated, "forecast": actual.forecast, "realised": actual.realised_to_date}
    # Per year the promise of what is used up is for the contract's time as it is now.
    promised = actual.years_forecast / actual.years_promised if actual.consumed else 1.0
    for (view, measure), table in actual.years.values.items():
        if (view, measure) != ("spread", "realised"):
            longer = promised if measure == "estimated" and view != "purchase" else 1.0
            np.testing.assert_allclose(table.sum(axis=0), totals[measure] * longer, rtol=1e-9, atol=1e-6)
    _to_date_ends(actual, as_of)
    for ratio in (actual.coverage.delivered, actual.coverage.use, actual.coverage.retired):
        assert ratio is None or 0 <= ratio <= 1


def _to_date_ends(actual, as_of):
    """No amount to date in a year that has not begun, and in closed years none above the forecast."""
    open_from = max(0, as_of.year - actual.years.first_year)
    for view in ("spread", "realised"):
        realised, forecast = actual.years.values[view, "realised"], actual.years.values[view, "forecast"]
        assert not realised[open_from + 1 :].any()
        assert (realised[:open_from] <= forecast[:open_from] + 1e-6).all()


@few
@given(contracts())
def test_parts_and_years_sum_to_the_totals_of_any_contract(drawn):
    _sums_hold(*drawn)
    assert drawn[0].promise.count == 10


@few
@given(meal_contracts())
def test_parts_and_years_sum_to_the_totals_of_any_consumed_contract(drawn):
    _sums_hold(*drawn)
    assert drawn[0].promise.consumed


@few
@given(st.sampled_from([LINE, REPAIRED, MEALS]), st.dates(datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)))
def test_before_anything_is_recorded_the_forecast_is_the_promise(line, as_of):
    bare = replace(line, deliveries=())
    actual = assess_line(bare, as_of)
    np.testing.assert_allclose(actual.forecast, actual.estimated, rtol=1e-12)
    for view in ("purchase", "spread", "realised"):
        values = actual.years.values
        np.testing.assert_allclose(values[view, "forecast"], values[view, "estimated"], atol=1e-9)


@few
@given(st.dates(datetime.date(2024, 1, 1), datetime.date(2049, 12, 31)), st.integers(0, 3), days)
def test_a_consumed_contract_of_any_length_keeps_its_promise_per_year(end, months, as_of):
    promise = replace(MEALS.promise, contract_end=end)
    first, last = datetime.date(2024, 1, 1), min(end, datetime.date(2024, 1 + months, 28))
    per_year = promise.count * (moment(last + datetime.timedelta(days=1)) - moment(first))
    deliveries = [Delivery("a", last, per_year, None, first, last)] if months else []
    line = replace(MEALS, promise=promise, deliveries=deliveries)
    years = moment(end + datetime.timedelta(days=1)) - 2024
    actual = assess_line(line, min(as_of, end))
    np.testing.assert_allclose(actual.forecast, actual.estimated / promise.lifetime_years * years, rtol=1e-9)
    np.testing.assert_allclose(actual.function_forecast, actual.estimated, rtol=1e-9)
    for view in ("spread", "realised"):
        values = actual.years.values
        np.testing.assert_allclose(values[view, "forecast"], values[view, "estimated"], rtol=1e-9, atol=1e-6)
    whole = actual.estimated * years / promise.lifetime_years
    assert (actual.estimated_to_date <= whole * (1 + 1e-9) + 1e-9).all()
    _sums_hold(line, as_of)


@few
@given(st.data(), st.sampled_from([LINE, MEALS]), st.sampled_from([None, 1.0, 5.0]))
def test_another_name_for_a_meter_from_some_day_changes_no_number(data, line, items):
    on, periods = data.draw(st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 9, 1))), []
    for _ in range(data.draw(st.integers(1, 5))):
        last = on + datetime.timedelta(days=data.draw(st.integers(20, 400)))
        periods.append((data.draw(amounts), on, last))
        on = last + datetime.timedelta(days=data.draw(st.sampled_from([1, 1, 1, 40])))
    names = data.draw(st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=5, max_size=5))
    as_of = data.draw(st.dates(periods[0][1], datetime.date(2027, 12, 31)))
    if line is LINE:
        deliveries = [Delivery("1", datetime.date(2024, 1, 1), 6), Delivery("2", datetime.date(2024, 8, 1), 4)]
        line = replace(line, deliveries=deliveries, retirements=[Retirement(datetime.date(2025, 3, 1), 2, None)])
    else:
        served = [
            Delivery(
                str(year),
                datetime.date(year, 12, 31),
                90,
                None,
                datetime.date(year, 1, 1),
                datetime.date(year, 12, 31),
            )
            for year in (2024, 2025)
        ]
        line = replace(line, deliveries=served)
    # With a gap nobody knows whether another name is another meter, so there the name stays.
    for place, ((_q, _first, before), (_r, after, _last)) in enumerate(pairwise(periods), start=1):
        if after > before + datetime.timedelta(days=1):
            names[place] = names[place - 1]
    one, other = (
        assess_line(
            replace(line, use_records=[
                UseRecord("kwh", *period, items, called) for period, called in zip(periods, meters, strict=False)
            ]),
            as_of,
        )
        for meters in (["a"] * 5, names)
    )  # fmt: skip
    for name in ("estimated_to_date", "realised_to_date", "not_measured_to_date", "forecast", "function_forecast"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-9)
    assert one.coverage == other.coverage
    for view, table in one.years.values.items():
        np.testing.assert_allclose(table, other.years.values[view], rtol=1e-12, atol=1e-9)


@few
@given(st.lists(st.tuples(days, st.integers(0, 500)), min_size=1, max_size=6), days)
def test_meters_that_name_no_items_never_cover_more_than_there_was(drawn, as_of):
    line = replace(LINE, deliveries=[Delivery("1", datetime.date(2024, 1, 1), 10)])
    use = [
        UseRecord("kwh", 5.0, first, first + datetime.timedelta(days=more), None, f"meter {place}")
        for place, (first, more) in enumerate(drawn)
    ]
    covered, elapsed = assess_line(replace(line, use_records=use), as_of).coverage.use_of
    assert covered <= elapsed * (1 + 1e-12)


@few
@given(days, days)
def test_a_period_falls_in_its_calendar_years_and_nowhere_else(a, b):
    first, last = sorted([moment(a), moment(b)])
    weights = year_weights((first, last), 2020, 20)
    assert abs(weights.sum() - 1) < 1e-12
    assert weights[: int(first) - 2020].sum() == 0
    assert weights[int(np.floor(last)) - 2020 + 1 :].sum() == 0
