"""An installation in use moves to the basis of a later release: shown before, done at once, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

import contracts.services
from contracts.models import Contract, ContractEffect, FactorChange
from indicators.factors import bases
from indicators.methods import trials
from indicators.models import Basis
from indicators.selectors import current_basis, get_basis
from mvi_dashboard.ground import jobs, verification
from mvi_dashboard.ground.models import Job, Role
from mvi_dashboard.ground.problems import Refused
from reporting.services import put_right
from tests import corpus
from tests.indicators.test_pages import text_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
RELEASED = "nl-open-2026-2"


@pytest.fixture
def upgraded(world: World, both_releases: None) -> World:
    """Contracts made on release 2026.1, with release 2026.2 beside it."""
    world.build(["contract", "delivered"])
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
