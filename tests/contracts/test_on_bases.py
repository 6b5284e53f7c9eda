"""One contract by every method and on earlier factors; and what new factors alone do to the totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import contracts.services
from contracts.models import Contract, ContractEffect, FactorChange
from contracts.services.beside import beside, verdict_depends
from indicators.factors import bases
from indicators.models import Factor, FactorSetVersion
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, clock, jobs
from mvi_dashboard.ground.models import Job
from reporting import services as reporting
from reporting.selectors import Question, scope_of
from tests import standing
from tests.indicators.test_pages import text_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
CONTRACT_MANAGER = "contractmanager-1"


furnish = standing.states("contract", "delivered")


def with_other_steel(value: float = 5.78, version: str = "eigen-2") -> Job:
    """A next version of the factors in which only steel differs, and the job that recalculates on it."""
    old = current_basis().layers.get(rank=1).version
    new = FactorSetVersion.objects.create(factor_set=old.factor_set, version=version, created_at=clock.now())
    for factor in old.factors.all():
        factor.pk, factor.version = None, new
        if factor.material.code == "steel" and factor.indicator.code == "climate":
            factor.value = value
        factor.save(force_insert=True)
    for row in old.processing.all():
        row.pk, row.version = None, new
        row.save(force_insert=True)
    new.state, new.published_at, new.content_hash = "published", clock.now(), f"sha256:{version}"
    new.save()
    basis = bases.build_beside()
    assert basis is not None
    return bases.start_build(access.NOBODY, basis)


def test_a_contract_stands_by_every_method_on_the_same_records(world: World) -> None:
    contract = Contract.objects.get()
    found = beside(contract, "climate")
    assert [(each.basis.method_version.method.code, each.kind) for each in found] == [
        ("metabolic-2019", "current"),
        ("cutoff", "method"),
        ("pef-cff", "method"),
    ]
    own = contracts.services.assess(contract, current_basis())
    assert found[0].function_forecast == float(own.whole.function_forecast[own.core.arrays.position("climate")])
    assert len({each.function_forecast for each in found}) == 3


def test_the_sign_comes_when_methods_contradict_each_other() -> None:
    class Says:
        def __init__(self, verdict: int | None, kind: str = "method") -> None:
            self.verdict, self.kind = verdict, kind

    assert verdict_depends([Says(-1), Says(1)]) is True  # type: ignore[list-item]
    assert verdict_depends([Says(-1), Says(0), Says(None)]) is False  # type: ignore[list-item]
    assert verdict_depends([Says(-1), Says(1, "earlier")]) is False  # type: ignore[list-item]


def test_what_new_factors_do_is_kept_apart_from_what_happens_later(world: World) -> None:
    contract = Contract.objects.get()
    before = ContractEffect.objects.get(contract=contract, indicator__code="climate")
    job = with_other_steel()
    assert jobs.run(job.pk)
    after = ContractEffect.objects.get(contract=contract, indicator__code="climate", basis=current_basis())
    [change] = FactorChange.objects.filter(contract=contract, indicator__code="climate")
    assert (change.before_id, change.after_id) == (before.basis_id, after.basis_id)
    assert (change.forecast_before, change.forecast_after) == (before.forecast, after.forecast)
    assert change.forecast_after != change.forecast_before
    found = beside(contract, "climate")
    earlier = [each for each in found if each.kind == "earlier"]
    assert [each.function_forecast for each in earlier] == [before.function_forecast]
    world.build(["half-retired"])
    again = FactorChange.objects.get(contract=contract, indicator__code="climate")
    assert (again.forecast_before, again.forecast_after) == (change.forecast_before, change.forecast_after)
    now = ContractEffect.objects.get(contract=contract, indicator__code="climate", basis=current_basis())
    assert now.forecast != after.forecast


def test_the_dashboard_shows_the_change_of_factors_per_year_as_a_bar_of_its_own(
    world: World, client: Client
) -> None:
    client.force_login(world.person("contract-manager", world.city, CONTRACT_MANAGER))
    assert "Factorwijziging" not in text_of(client.get("/dashboard/?jaren=purchase"))
    assert jobs.run(with_other_steel().pk)
    response = client.get("/dashboard/?jaren=purchase")
    assert "Zoveel scheelt het alleen door nieuwe factoren" in text_of(response)
    chart = response.context["changes"]
    assert [mark.said for mark in chart.marks] == ["Eerdere factoren", "Factorwijziging", "Nieuwe factoren"]
    first, step, last = (mark.values[0] for mark in chart.marks)
    assert first + step == pytest.approx(last)


def test_the_change_of_factors_follows_the_filters_and_costs_one_query(world: World) -> None:
    assert jobs.run(with_other_steel().pk)
    actor = world.actor("contract-manager", world.city, CONTRACT_MANAGER)
    report = reporting.read_effects(scope_of(actor), Question(indicator="climate"))
    with CaptureQueriesContext(connection) as counted:
        [row] = reporting.read_factor_changes(report)
    assert len(counted) == 1
    assert row.contracts == 1
    elsewhere = reporting.read_effects(scope_of(actor), Question(indicator="climate", group="catering"))
    assert reporting.read_factor_changes(elsewhere) == []


def test_the_page_names_the_change_and_the_methods(world: World, client: Client) -> None:
    contract = Contract.objects.get()
    assert jobs.run(with_other_steel().pk)
    client.force_login(world.person("contract-manager", world.city, CONTRACT_MANAGER))
    page = f"/contracten/{contract.public_id}/andere-methodes/"
    text = text_of(client.get(page))
    for words in ("PEF: circulaire voetafdrukformule", "Cut-off", "Factorwijziging", "geldig"):
        assert words in text
    assert client.get(page + "?indicator=water").status_code == 200
    assert client.get(page + "?indicator=bestaat-niet").status_code == 404
    assert "andere-methodes" in client.get(f"/contracten/{contract.public_id}/").content.decode()


def test_who_may_not_see_a_contract_does_not_see_it_by_another_method(
    world: World, client: Client, new_person: Callable[..., Any], new_organisation: Callable[..., Any]
) -> None:
    client.force_login(new_person("contract-manager", new_organisation()))
    contract = Contract.objects.get()
    assert client.get(f"/contracten/{contract.public_id}/andere-methodes/").status_code == 404


def test_a_factor_of_the_old_version_is_still_there(world: World) -> None:
    assert jobs.run(with_other_steel().pk)
    steel = Factor.objects.filter(material__code="steel", indicator__code="climate")
    values = steel.filter(version__factor_set__code="nl-open-2026")
    assert set(values.values_list("value", flat=True)) == {2.89, 5.78}


def test_a_step_that_changes_nothing_does_not_hide_the_one_before(world: World) -> None:
    actor = world.actor("contract-manager", world.city, CONTRACT_MANAGER)
    assert jobs.run(with_other_steel().pk)
    before = reporting.read_factor_changes(reporting.read_effects(scope_of(actor), Question(indicator="climate")))
    assert jobs.run(with_other_steel(5.78, "eigen-3").pk)
    report = reporting.read_effects(scope_of(actor), Question(indicator="climate"))
    assert report.basis.replaces is not None
    assert reporting.read_factor_changes(report) == before
