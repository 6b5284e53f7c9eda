"""Before a concept is published: what it does to contracts and to running tenders, without doing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contracts.services.trial import may_be_told
from indicators.factors import row_changes
from indicators.groups import proposals
from indicators.groups.proposal_effects import totals_of
from indicators.methods import trials
from indicators.methods.trials import Between
from indicators.models import FactorSetVersion, Processing
from indicators.selectors import current_basis
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation, Role, User
from tenders.models import LotItem, Tender
from tests import corpus
from tests.sharing import share_contracts
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
    made = world_with("contract", "delivered")
    share_contracts()
    return made


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
    unseen = trials.tenders_beside(manager, concept)
    assert unseen is not None
    assert (unseen.running, unseen.would_differ, unseen.differing) == (1, 1, []), "a number, and no name"
    reader = tenders.actor(Role.AUDITOR, tender.organisation, "auditor-9")
    found = trials.tenders_beside(reader, concept)
    assert found is not None
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
    found = trials.tenders_beside(manager, concept)
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
    before, after = (each.value for each in climate.estimated)
    assert effect.completed == 1 or (before is not None and after is not None and after > before)


def test_a_total_lies_between_bounds_where_its_factors_do(contracts: World, manager: Actor) -> None:
    steel = {"material": "steel", "indicator": "climate", "value": "2.5", "low": "2", "high": "4"}
    wide = row_changes.change_factor(
        manager, owner=SET, document=steel | {"unit": "kg CO2-eq/kg", "source": "metabolic-2019"}
    )
    effect = trials.effect_of(wide)
    assert effect is not None
    [climate] = [each for each in effect.totals if each.indicator == "climate"]
    after = climate.estimated[1]
    assert (climate.contracts, climate.bounds_hidden) == (1, False)
    assert after.low is not None
    assert after.value is not None
    assert after.high is not None
    assert after.low < after.value < after.high


def test_who_shares_totals_only_and_has_too_few_contracts_counts_in_no_total(
    contracts: World, manager: Actor, client: Client, new_person: Callable[..., User]
) -> None:
    Organisation.objects.update(national_share=Organisation.NationalShare.TOTALS)
    item = LotItem.objects.select_related("lot__group", "lot__tender").first()
    assert item is not None
    concept = row_changes.change_making(manager, owner=SET, document=making_of(item))
    effect = trials.effect_of(concept)
    assert effect is not None
    assert (effect.contracts, effect.counted, effect.untold) == (1, 0, 1)
    assert all(each.contracts == each.forecast_contracts == 0 for each in effect.totals)
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    page = text_of(client.get(f"/factorsets/{SET}/{concept.version}/vaststellen/"))
    assert "1 contract telt in geen totaal" in page
    assert "Er is geen totaal dat wij kunnen tonen" in page


@pytest.mark.parametrize(("changing", "told"), [(0, True), (1, False), (4, False), (5, True), (6, True)], ids=str)
def test_a_part_counts_only_when_what_changes_does_so_in_none_or_in_enough_of_its_contracts(
    changing: int, told: bool
) -> None:
    same, other = (Between(1.0), Between(1.0)), (Between(1.0), Between(2.0))
    pairs = [other] * changing + [same] * (6 - changing)
    assert may_be_told(pairs) is told


def test_a_type_that_comes_is_told_for_the_contracts_that_rest_on_it(contracts: World, manager: Actor) -> None:
    item = LotItem.objects.select_related("lot__group").first()
    assert item is not None
    kind = proposals.get_row(manager, "product-groups", item.lot.group.code)
    proposal = proposals.change_row(
        manager,
        kind="product-groups",
        code=item.lot.group.code,
        expected_version=kind.stamp,
        document={"values": {"note": "Nagekeken."}},
    )
    found = totals_of(proposal)
    assert (found.count, found.untold) == (1, 0)
    [climate] = [each for each in found.totals if each.indicator == "climate"]
    assert climate.estimated[0].value == pytest.approx(climate.estimated[1].value)
