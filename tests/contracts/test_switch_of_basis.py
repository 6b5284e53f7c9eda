"""An installation in use moves to the basis of a later release: shown before, done at once, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

import contracts.services
from contracts.models import Contract, ContractEffect, FactorChange
from indicators.factors import bases, factor_drafts, row_changes
from indicators.methods import trials
from indicators.models import Basis, FactorSetVersion
from indicators.selectors import bases_beside, basis_arrays, current_basis, get_basis
from mvi_dashboard.ground import jobs, verification
from mvi_dashboard.ground.models import Job, Role
from mvi_dashboard.ground.problems import Refused
from reporting.services import put_right
from tests import corpus
from tests.indicators.test_pages import text_of
from tests.sharing import share_contracts
from tests.worlds import World

pytestmark = pytest.mark.django_db
RELEASED = "nl-open-2026-2"


@pytest.fixture
def upgraded(world: World, both_releases: None) -> World:
    """Contracts made on release 2026.1, with release 2026.2 beside it."""
    world.build(["contract", "delivered"])
    share_contracts()
    put_right()
    return world


def rows_on(basis: Basis) -> dict[int, dict[str, Any]]:
    found = ContractEffect.objects.filter(basis=basis)
    return {row["id"]: row for row in found.values()}


def test_a_later_release_takes_over_and_leaves_what_was_told(
    upgraded: World, client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    old, new = current_basis(), get_basis(RELEASED)
    assert old.code == "nl-open-2026"
    assert [each.code for each in bases.released_bases()] == [RELEASED], "no other method, no worked example"
    headers = bearer(Role.REFERENCE_MANAGER)
    seen = client.get(f"/api/v1/bases/{RELEASED}/consequences", headers=headers).json()
    answer = client.post(
        "/api/v1/recalculations",
        json.dumps({"basis": RELEASED}),
        content_type="application/json",
        headers={**headers, "Idempotency-Key": corpus.fresh_key()},
    )
    assert answer.status_code == 202, answer.content
    assert current_basis() == old, "everything is recalculated first"
    job = Job.objects.get(kind=bases.JOB)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problems
    put_right()
    now = current_basis()
    assert (now, now.replaces) == (new, old)
    contract = Contract.objects.get()
    assert contract.effects.filter(basis=new).count() == len(new.indicators) == 17
    assert contract.effects.filter(basis=old).count() == len(old.indicators) == 11
    changes = FactorChange.objects.filter(contract=contract, after=new)
    assert {row.indicator.code for row in changes} == set(old.indicators)
    effect = contract.effects.get(basis=new, indicator__code="climate")
    [shown] = [each for each in seen["effect"]["totals"] if each["indicator"] == "climate"]
    if effect.complete and contract.effects.get(basis=old, indicator__code="climate").complete:
        assert shown["forecast"]["after"] == pytest.approx(effect.forecast, rel=1e-9)
    assert effect.estimated_low is not None
    assert effect.estimated_low < effect.estimated < effect.estimated_high
    assert not list(verification.differences())


def test_old_results_stay_to_the_last_digit(upgraded: World) -> None:
    old = current_basis()
    contracts.services.reassess(Contract.objects.get().pk)
    before = rows_on(old)
    call_command("recalculate", basis=RELEASED)
    assert current_basis().code == RELEASED
    assert rows_on(old) == before


def test_a_basis_that_was_in_use_is_not_built_again(upgraded: World) -> None:
    old = current_basis()
    bases.make_current(bases.build_towards(RELEASED))
    assert old.code not in [each.code for each in bases.released_bases()]
    with pytest.raises(DatabaseError), transaction.atomic():
        Basis.objects.filter(pk=old.pk).update(state=Basis.State.BUILDING)


@pytest.mark.parametrize("code", ["nl-open-2026", "metabolic-bankstel", "nl-open-2026-2-cutoff", "bestaat-niet"])
def test_only_a_basis_that_stands_ready_can_take_over(
    upgraded: World, actor_as: Callable[..., Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        bases.recalculate(actor_as(Role.REFERENCE_MANAGER), document={"basis": code})
    assert [(each.attr, each.code) for each in refused.value.problems] == [("basis", "does_not_exist")]
    with pytest.raises(CommandError, match="nl-open-2026-2"):
        call_command("recalculate", basis=code)
    assert not Basis.objects.filter(state=Basis.State.BUILDING).exists()


def test_the_page_says_what_changes_before_it_is_done(
    upgraded: World, client: Client, new_person: Callable[..., Any]
) -> None:
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    assert "Bekijk wat er verandert" in text_of(client.get("/grondslagen/"))
    page = text_of(client.get(f"/grondslagen/{RELEASED}/geldig-maken/"))
    assert "Wat verandert er in de totalen?" in page
    assert "grondstoffenketens" in page.lower() or "versie 2" in page
    answer = client.post(f"/grondslagen/{RELEASED}/geldig-maken/")
    assert answer.status_code == 302
    assert Job.objects.filter(kind=bases.JOB).exists()
    again = client.post(f"/grondslagen/{RELEASED}/geldig-maken/")
    assert again.status_code == 404, "it stands ready no more: it is being built"


def test_the_estimate_stores_nothing(upgraded: World) -> None:
    before = rows_on(current_basis())
    found = trials.effect_of_basis(get_basis(RELEASED))
    assert found is not None
    assert found.failed == 0
    assert rows_on(current_basis()) == before
    assert not ContractEffect.objects.filter(basis__code=RELEASED).exists()


def test_recalculating_takes_the_basis_of_the_release_rather_than_half_of_it(upgraded: World) -> None:
    """The sets and indicators that came with it would be missing from a basis like the one before."""
    job = bases.recalculate(upgraded.actor(Role.REFERENCE_MANAGER, None, "referentie-9"))
    assert get_basis(RELEASED).state == Basis.State.BUILDING
    assert job.params == {"basis": get_basis(RELEASED).pk}


def steel_of(basis: Basis) -> float:
    arrays = basis_arrays(basis)
    assert arrays.factors.primary is not None
    return float(arrays.factors.primary[arrays.item_index["steel"], arrays.position("climate")])


@pytest.fixture
def published_first(upgraded: World) -> FactorSetVersion:
    """A version of the set that is newer than that of the release, of an installation that did not switch yet."""
    steel = {"material": "steel", "indicator": "climate", "value": "2.5", "low": "2", "high": "3"}
    maker, other = (upgraded.actor(Role.REFERENCE_MANAGER, None, f"referentie-{n}") for n in (7, 8))
    concept = row_changes.change_factor(
        maker, owner="nl-open-2026", document=steel | {"unit": "kg CO2-eq/kg", "source": "metabolic-2019"}
    )
    seen = trials.effect_of(concept)
    assert seen is not None
    assert "grondstoffenketens" in " ".join(seen.published_ahead).lower() or len(seen.published_ahead) >= 2
    factor_drafts.publish_draft(other, owner="nl-open-2026", version=concept.version, expected_version=1)
    return concept


def require_whole(basis: Basis) -> None:
    """That it has the newer version, beside all sets and indicators that came with the release."""
    released = get_basis(RELEASED)
    sets = [layer.version.factor_set.code for layer in basis.layers.order_by("rank")]
    assert sets == [layer.version.factor_set.code for layer in released.layers.order_by("rank")]
    assert basis.layers.get(rank=1).version.version == "3"
    assert (basis.indicators, basis.without_making) == (released.indicators, released.without_making)
    assert basis.method_version == released.method_version
    assert steel_of(basis) == 2.5
    arrays = basis_arrays(basis)
    assert {info.code for info in arrays.indicators} == set(released.indicators)
    place = arrays.position("materials")
    assert not np.isnan(arrays.factors.primary[arrays.item_index["steel"], place])  # type: ignore[index]


def test_a_version_published_before_the_switch_keeps_what_the_release_added(
    published_first: FactorSetVersion, upgraded: World
) -> None:
    old = current_basis()
    building = Basis.objects.get(state=Basis.State.BUILDING)
    assert building.replaces == old
    require_whole(building)
    assert jobs.run(Job.objects.get(kind=bases.JOB).pk)
    assert current_basis() == building
    assert RELEASED not in [each.code for each in bases.released_bases()], "it has nothing that is newer"
    contract = Contract.objects.get()
    assert contract.effects.filter(basis=building).count() == len(building.indicators)
    others = {each.method_version.method.code: each for each in bases_beside(building)}
    assert set(others) == {"cutoff", "pef-cff"}
    assert all(each.indicators == building.indicators for each in others.values())
    with pytest.raises(Refused, match="nothing_new"):
        bases.recalculate(upgraded.actor(Role.REFERENCE_MANAGER, None, "referentie-9"))


def test_so_does_recalculating_afterwards(published_first: FactorSetVersion) -> None:
    """The other road: the job was lost, and the basis that it would have built with it."""
    Job.objects.all().delete()
    Basis.objects.filter(state=Basis.State.BUILDING).update(state=Basis.State.SUPERSEDED)
    call_command("recalculate")
    assert not Basis.objects.filter(state=Basis.State.BUILDING).exists()
    require_whole(current_basis())
