"""What a contract does: estimated, to date and forecast, with parts, references and years that add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import contracts.services
from contracts.models import Contract, ContractEffect, StaleScope
from contracts.selectors import SERIES, VIEWS, effects_of, unpack_years
from indicators.selectors import current_basis
from mvi_dashboard.ground import clock
from tests import worlds
from tests.worlds import World

from .reading import assessed, climate, history

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]


def test_nothing_recorded_is_nothing_measured(two_products: Contract) -> None:
    found, effect = assessed(two_products), climate(two_products)
    assert not found.whole.recorded
    assert effect.realised_to_date == 0
    assert effect.forecast == pytest.approx(effect.estimated, rel=1e-9)


def test_estimated_is_the_sum_of_the_lines(two_products: Contract, log: Log) -> None:
    history(log)
    found = assessed(two_products)
    effects = effects_of(two_products, current_basis())
    assert effects.count() == len(found.core.arrays.indicators)
    for effect in effects:
        place = found.core.arrays.position(effect.indicator.code)
        known = [line.estimated[place] for line in found.lines if not np.isnan(line.estimated[place])]
        if effect.estimated is None:
            assert known == []
        else:
            assert effect.estimated == pytest.approx(sum(known), rel=1e-12)
            assert effect.lines == 2


def test_parts_sum_to_both_deviations(two_products: Contract, log: Log) -> None:
    history(log)
    complete = ContractEffect.objects.filter(contract=two_products, complete=True)
    assert complete.exists()
    for effect in complete:
        assert sum(effect.deviation.values()) == pytest.approx(effect.forecast - effect.estimated, abs=1e-9)
        promised = effect.function_forecast - effect.estimated
        assert sum(effect.function_deviation.values()) == pytest.approx(promised, abs=1e-9)


def test_reference_minus_impact_is_avoided_in_each_column(two_products: Contract, log: Log) -> None:
    history(log)
    effect = climate(two_products)
    assert effect.reference_estimated > 0
    assert effect.avoided_estimated == pytest.approx(effect.reference_estimated - effect.estimated, rel=1e-12)
    assert effect.avoided_forecast == pytest.approx(effect.reference_forecast - effect.forecast, rel=1e-12)


def test_without_a_market_standard_there_is_no_avoided(delivered: Contract) -> None:
    effect = climate(delivered)
    assert effect.reference_estimated is None
    assert effect.avoided_forecast is None


def test_the_years_sum_to_the_totals(two_products: Contract, log: Log) -> None:
    history(log)
    found, effect = assessed(two_products), climate(two_products)
    place = found.core.arrays.position("climate")
    table = contracts.services.year_table(found, place)
    stored = unpack_years(effect.spread_first_year, effect.spread)
    totals = (
        effect.estimated,
        effect.forecast,
        effect.realised_to_date,
        effect.reference_estimated,
        effect.reference_forecast,
    )
    for view in VIEWS:
        for series, total in zip(SERIES, totals, strict=True):
            if (view, series) == ("spread", "realised"):
                total = found.whole.years.values[view, series][:, place].sum()
                assert total < effect.realised_to_date
            assert table.values[view, series].sum() == pytest.approx(total, abs=1e-9)
            assert stored.values[view, series].tolist() == table.values[view, series].tolist()


def test_records_after_the_as_of_date_are_ignored(delivered: Contract, log: Log) -> None:
    before = assessed(delivered, date(2024, 12, 31))
    log("retirement", date="2025-06-30", count=50, destination="landfill")
    after = assessed(delivered, date(2024, 12, 31))
    assert after.whole.forecast.tolist() == pytest.approx(before.whole.forecast.tolist(), nan_ok=True)
    later = assessed(delivered, date(2025, 12, 31))
    place = later.core.arrays.position("climate")
    assert later.whole.function_forecast[place] > before.whole.function_forecast[place]


def test_nothing_is_measured_before_the_first_delivery(delivered: Contract) -> None:
    assert not assessed(delivered, date(2024, 1, 31)).whole.recorded
    assert assessed(delivered, date(2024, 2, 1)).whole.recorded


def test_every_record_makes_its_totals_stale(delivered: Contract, log: Log) -> None:
    StaleScope.objects.all().delete()
    log("repair", date="2025-03-01", material="steel", massKg="1")
    scope = StaleScope.objects.get()
    assert scope.organisation_id == delivered.organisation_id
    assert (scope.group.code, scope.year) == ("kantoormeubilair", delivered.award.decided_at.year)


def test_closing_deliveries_makes_what_came_count(world: World, log: Log) -> None:
    world.build(["contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    log("delivery", date="2024-02-01", count=40)
    still_open = climate(contract)
    document = {"line": world.names["line"], "date": "2025-01-01"}
    contracts.services.close_deliveries(world.manager, contract_id=contract.public_id, document=document)
    closed = climate(contract)
    assert still_open.forecast == pytest.approx(still_open.estimated, rel=1e-9)
    assert closed.forecast == pytest.approx(0.4 * closed.estimated, rel=1e-9)
    assert closed.deviation["quantity"] == pytest.approx(-0.6 * closed.estimated, rel=1e-9)


def test_units_that_are_used_up_come_per_period(world: World, log: Log) -> None:
    world.build(["consumed-contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    # A year of half of what was promised: from then on that rate holds.
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="50000")
    effect = climate(contract)
    assert effect.forecast == pytest.approx(0.5 * effect.estimated, rel=1e-9)
    assert effect.realised_to_date == pytest.approx(effect.estimated / 8, rel=1e-9)
    assert sum(effect.function_deviation.values()) == pytest.approx(
        effect.function_forecast - effect.estimated, abs=1e-6
    )
    assert contract.lines.get().delivered_count == Decimal(50000)


def test_a_promise_that_was_never_delivered_lapses_after_the_last_day(world: World) -> None:
    contract = worlds._contract_from(world, "EINDE-1", contractStart="2024-01-01", contractEnd="2024-12-31")
    with clock.set_to(datetime(2024, 12, 20, 12, tzinfo=UTC)):
        contracts.services.reassess(contract.pk)
    assert climate(contract).as_of == date(2024, 12, 31)
    assert climate(contract).forecast > 0
    with clock.set_to(datetime(2025, 1, 15, 12, tzinfo=UTC)):
        assert contracts.services.reassess_behind() == 1
        assert climate(contract).forecast == 0
    with clock.set_to(datetime(2025, 2, 15, 12, tzinfo=UTC)):
        assert not contracts.services.contracts_behind().exists()
