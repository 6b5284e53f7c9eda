"""Between what a contract lies: worked from its records, shared with its reference, kept in rows and years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

import contracts.services
from contracts.checks import effect_differences
from contracts.models import BOUNDED, BOUNDS, Contract, ContractEffect, bound_of
from contracts.selectors import unpack_bounds, unpack_years
from indicators.factors import bases
from indicators.models import BaselineProduct, FactorSetVersion, Indicator, Processing, ProductGroup
from indicators.selectors import basis_arrays, current_basis
from mvi_dashboard.ground import access, clock, formats, jobs, wording
from mvi_dashboard.ground.models import Job, Role
from tests.indicators.test_pages import text_of

pytestmark = pytest.mark.django_db
LOW, CENTRAL, HIGH = 1.0, 2.5, 6.0
"""Making, in kg CO2-eq per kg"""


def with_making_between(low: float = LOW, central: float = CENTRAL, high: float = HIGH) -> Job:
    """A next version of the factors in which the making of office furniture is known between bounds only."""
    old = current_basis().layers.get(rank=1).version
    new = FactorSetVersion.objects.create(factor_set=old.factor_set, version="grenzen", created_at=clock.now())
    for factor in old.factors.all():
        factor.pk, factor.version = None, new
        factor.save(force_insert=True)
    for row in old.processing.all():
        row.pk, row.version = None, new
        row.save(force_insert=True)
    Processing.objects.create(
        version=new,
        group=ProductGroup.objects.get(code="kantoormeubilair"),
        indicator=Indicator.objects.get(code="climate"),
        state=Processing.State.RANGE,
        low=low,
        value=central,
        high=high,
        derivation="proef",
    )
    new.state, new.published_at, new.content_hash = "published", clock.now(), "sha256:grenzen"
    new.save()
    basis = bases.build_beside()
    assert basis is not None
    job = bases.start_build(access.NOBODY, basis)
    assert jobs.run(job.pk)
    return job


def climate(contract: Any) -> ContractEffect:
    return ContractEffect.objects.get(contract=contract, indicator__code="climate", basis=current_basis())


def line_mass(line: Any) -> float:
    return float(line.bid_line.mass_kg) * float(line.bid_line.count)


def test_bounds_of_a_promise_follow_from_mass_and_range(two_products: Any) -> None:
    with_making_between()
    row = climate(two_products)
    mass = sum(line_mass(line) for line in two_products.lines.select_related("bid_line"))
    assert mass == 12.5 * 100 + 1.5 * 100
    assert row.estimated is not None
    assert row.estimated_low is not None
    assert row.estimated_high is not None
    assert row.estimated - row.estimated_low == pytest.approx(mass * (CENTRAL - LOW), rel=1e-12)
    assert row.estimated_high - row.estimated == pytest.approx(mass * (HIGH - CENTRAL), rel=1e-12)
    assert (row.forecast_low, row.forecast_high) == (row.estimated_low, row.estimated_high), "nothing is recorded"


def test_what_is_avoided_shares_the_range_of_its_reference(two_products: Any) -> None:
    with_making_between()
    row = climate(two_products)
    product = BaselineProduct.objects.get(code=row.contract.award.lot.items.get().reference_product.code)
    chair = two_products.lines.get(bid_line__reference="stoel").bid_line
    # The reference of an accessory is nothing; that of the chairs is made as often as they last longer or shorter.
    times = float(chair.count) * float(chair.lifetime_years) / float(product.lifetime_years)
    assert product.strategy.code == "new"
    own = 12.5 * 100 + 1.5 * 100
    by_range = float(product.mass_kg) * times * end_of_life(product) - own
    assert row.avoided_estimated is not None
    ends = sorted(row.avoided_estimated + by_range * (at - CENTRAL) for at in (LOW, HIGH))
    assert [row.avoided_estimated_low, row.avoided_estimated_high] == pytest.approx(ends, rel=1e-9)
    apart = (row.reference_estimated_high - row.reference_estimated_low) + (row.estimated_high - row.estimated_low)
    assert row.avoided_estimated_high - row.avoided_estimated_low < apart


def end_of_life(product: BaselineProduct) -> float:
    factor = current_basis().method_version.plan_factors.get(plan=product.plan)
    return float(factor.factor)


def test_bounds_stand_on_what_was_recorded(two_products: Any, log: Callable[..., Any]) -> None:
    with_making_between()
    log("delivery", date="2024-02-01", count=40)
    row = climate(two_products)
    assert row.realised_to_date is not None
    assert row.realised_to_date_high is not None
    assert row.realised_to_date_high - row.realised_to_date == pytest.approx(
        40 * 12.5 * (HIGH - CENTRAL), rel=1e-9
    )
    assert row.quality["range"] == pytest.approx(40 * 12.5 * CENTRAL / row.realised_to_date, rel=1e-9)
    assert sum(row.quality.values()) == pytest.approx(1)


def test_years_have_bounds_that_add_up_to_those_of_the_whole(two_products: Any, log: Callable[..., Any]) -> None:
    with_making_between()
    log("delivery", date="2024-02-01", count=40)
    row = climate(two_products)
    assert row.spread is not None
    assert row.spread_bounds is not None
    assert row.spread_first_year is not None
    values = unpack_years(row.spread_first_year, bytes(row.spread)).values
    bounds = unpack_bounds(bytes(row.spread_bounds))
    for view in ("spread", "realised"):
        for series, code in (("estimated", "estimated"), ("forecast", "forecast")):
            low, high = (np.where(np.isnan(end), values[view, series], end) for end in bounds[view, series])
            assert (low <= values[view, series]).all()
            assert (values[view, series] <= high).all()
            whole = getattr(row, bound_of(code, "low")), getattr(row, bound_of(code, "high"))
            assert (low.sum(), high.sum()) == pytest.approx(whole, rel=1e-9)


def test_a_contract_without_ranges_has_no_bounds_and_costs_no_more(delivered: Any) -> None:
    row = climate(delivered)
    assert [getattr(row, name) for name in BOUNDS] == [None] * len(BOUNDS)
    assert row.spread_bounds is None
    assert "range" not in row.quality
    without = statements_of_assessing(delivered)
    with_making_between()
    assert statements_of_assessing(delivered) == without
    assert without <= 19


def statements_of_assessing(contract: Contract) -> int:
    fresh = Contract.objects.get(pk=contract.pk)
    basis_arrays(current_basis())
    with CaptureQueriesContext(connection) as found:
        contracts.services.assess_contract(fresh)
    return len(found)


def test_the_same_effects_come_out_again_and_a_changed_bound_is_found(two_products: Any) -> None:
    with_making_between()
    assert not list(effect_differences())
    row = climate(two_products)
    ContractEffect.objects.filter(pk=row.pk).update(estimated_low=row.estimated_low - 1)
    assert any("estimated_low" in line for line in effect_differences())


def test_a_value_outside_its_bounds_is_never_stored(two_products: Any) -> None:
    with_making_between()
    row = climate(two_products)
    wrong: list[dict[str, Any]] = [
        {"estimated_low": None},
        {"estimated_high": None},
        {"estimated_low": 1e12},
        {"estimated_high": -1e12},
        {"estimated": None},
        {"estimated_high": 1e31},
    ]
    for each in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            ContractEffect.objects.filter(pk=row.pk).update(**each)


def test_what_was_told_on_the_basis_before_stays(two_products: Any) -> None:
    contracts.services.reassess(two_products.pk)
    before = climate(two_products)
    kept = {field.name: getattr(before, field.name) for field in ContractEffect._meta.concrete_fields}
    with_making_between()
    before.refresh_from_db()
    assert {field.name: getattr(before, field.name) for field in ContractEffect._meta.concrete_fields} == kept
    assert set(BOUNDED) >= {"estimated", "forecast", "avoided_forecast"}


def test_pages_say_between_what_a_contract_lies(
    two_products: Contract, log: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    with_making_between()
    log("delivery", date="2024-02-01", count=100)
    row = climate(two_products)
    client = browser("contractmanager-1")
    page = text_of(client.get(f"/contracten/{two_products.public_id}/"))
    assert "Dit getal ligt tussen grenzen" in page
    ends = (row.function_forecast_low, row.function_forecast_high)
    said = wording.between(*ends, formats.decimals_of([row.estimated, row.function_forecast, row.forecast]))
    assert f"De prognose ligt {said} kg CO2-eq" in page
    assert page.count(said) >= 3, "in the lead, at the key figure and in the table beside the reference"
    assert "Bandbreedte" in page, "the split over classes of data names it"
    listed = text_of(client.get("/contracten/"))
    assert wording.between(*ends, formats.decimals_of([row.estimated, row.function_forecast])) in listed


def test_rest_answers_bounds_beside_each_value(
    two_products: Contract, client: Any, bearer: Callable[..., dict[str, str]], world: Any
) -> None:
    plain = effects_over_rest(client, bearer, two_products, world)
    assert plain["bounded"] is False
    assert plain["estimatedBounds"] is None
    with_making_between()
    row = climate(two_products)
    found = effects_over_rest(client, bearer, two_products, world)
    assert found["bounded"] is True
    assert found["estimatedBounds"] == {"low": row.estimated_low, "high": row.estimated_high}
    assert found["avoidedBounds"]["forecast"] == {
        "low": row.avoided_forecast_low,
        "high": row.avoided_forecast_high,
    }
    assert found["functionDeviationBounds"] is None, "what nothing happened to deviates by nothing"


def effects_over_rest(client: Any, bearer: Any, contract: Contract, world: Any) -> Any:
    headers = bearer(Role.CONTRACT_MANAGER, world.city)
    answer = client.get(f"/api/v1/contracts/{contract.public_id}/effects", headers=headers)
    assert answer.status_code == 200, answer.content
    return next(each for each in answer.json()["impacts"] if each["indicator"] == "climate")
