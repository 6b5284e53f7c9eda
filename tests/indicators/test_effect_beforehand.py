"""Before a concept is published: what it does to contracts and to running tenders, without doing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from indicators.factors import row_changes
from indicators.methods import trials
from indicators.models import FactorSetVersion, Processing
from indicators.selectors import current_basis
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role, User
from tenders.models import LotItem, Tender
from tests import corpus
from tests.worlds import World

from .test_making import SET
from .test_pages import text_of

pytestmark = pytest.mark.django_db


def world_with(*states: str) -> World:
    made = World(corpus.this_moment())
    made.build(list(states))
    return made


@pytest.fixture
def contracts(both_releases: None) -> World:
    return world_with("contract", "delivered")


@pytest.fixture
def tenders(both_releases: None) -> World:
    """One that was opened, and a concept."""
    return world_with("opened-tender", "draft-tender")


@pytest.fixture
def manager(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


def making_of(item: LotItem) -> dict[str, str]:
    """The row of making that this demand rests on, three times as large."""
    held = FactorSetVersion.objects.filter(factor_set__code=SET, state="published").latest("pk")
    rows = held.processing.filter(group=item.lot.group, product_type=None, indicator__code="climate")
    row: Processing = rows.get()
    value = 3 * (row.value or 1.0)
    source = row.source.code if row.source else "izt"
    return {
        "productGroup": item.lot.group.code, "indicator": "climate", "state": "value", "value": f"{value:.6f}",
        "source": source,
    }  # fmt: skip


def test_a_running_tender_keeps_its_basis_and_is_named_when_its_reference_would_differ(
    tenders: World, manager: Actor
) -> None:
    tender = Tender.objects.get(status=Tender.Status.OPENED)
    item = LotItem.objects.select_related("lot__group").get(lot__tender=tender)
    pinned = tender.basis_id
    concept = row_changes.change_making(manager, owner=SET, document=making_of(item))
    found = trials.tenders_beside(concept)
    assert found is not None
    assert found.running == 1
    [change] = found.differing
    assert (change.reference, change.indicator) == (tender.reference, "climate")
    assert change.making
    assert (change.pinned, change.after) == (None, None)  # no reference was chosen: unknown, not 0
    tender.refresh_from_db()
    assert tender.basis_id == pinned
    assert current_basis().pk == pinned


def test_concepts_of_organisations_are_counted_and_never_named(
    tenders: World, manager: Actor, client: Client, new_person: Callable[..., User]
) -> None:
    draft = Tender.objects.get(status=Tender.Status.DRAFT)
    item = LotItem.objects.select_related("lot__group").filter(lot__tender__status=Tender.Status.OPENED).get()
    concept = row_changes.change_making(manager, owner=SET, document=making_of(item))
    found = trials.tenders_beside(concept)
    assert found is not None
    assert found.drafts == 1
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    page = text_of(client.get(f"/factorsets/{SET}/{concept.version}/vaststellen/"))
    assert "Wat gebeurt er met lopende aanbestedingen?" in page
    assert "1 concept gaat rekenen met de nieuwe rekenbasis" in page
    assert draft.reference not in page


def test_the_totals_count_making_that_changes(contracts: World, manager: Actor) -> None:
    item = LotItem.objects.select_related("lot__group", "lot__tender").first()
    assert item is not None
    concept = row_changes.change_making(manager, owner=SET, document=making_of(item))
    effect = trials.effect_of(concept)
    assert effect is not None
    assert effect.counted == 1
    climate = next(each for each in effect.totals if each.indicator == "climate")
    before, after = climate.estimated
    assert effect.completed == 1 or (before is not None and after is not None and after > before)
