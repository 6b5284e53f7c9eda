"""Who is told of a contract, of what was wrong in it, and of a new basis."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

import contracts.services
from contracts.models import Contract
from indicators.factors import bases
from mvi_dashboard.demo import files
from mvi_dashboard.ground import accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Membership, Message, Role
from tests import worlds
from tests.worlds import World

pytestmark = pytest.mark.django_db
RELEASED = "nl-open-2026-2"


def told(kind: str) -> set[str]:
    """The usernames of who was told this."""
    return set(Message.objects.filter(kind=kind).values_list("reader__username", flat=True))


@pytest.fixture
def colleague(world: World) -> Actor:
    """Another contract manager of the city."""
    return world.actor(Role.CONTRACT_MANAGER, world.city, "contractmanager-2")


def corrected(world: World, by: Actor) -> None:
    own, world.manager = world.manager, by
    changes = {"replaces": world.names["delivery"], "reason": "Telfout.", "count": 99}
    worlds._log(world, "delivery", changes | {"sourceReference": f"hertelling door {by.label}"})
    world.manager = own


def test_a_contract_that_was_made_is_told_to_who_keeps_it_and_to_its_supplier(
    world: World, client: Client
) -> None:
    world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-4")
    world.supplier_actor("leverancier-b")
    world.build(["contract"])
    assert told("contract-made") == {"contractmanager-1"}
    assert told("contract-won") == {"leverancier-a-1"}
    for message in Message.objects.filter(kind__startswith="contract-m") | Message.objects.filter(
        kind="contract-won"
    ):
        client.force_login(message.reader)
        assert client.get(message.url).status_code == 200


def test_who_wrote_down_what_another_corrects_is_told_and_who_corrects_itself_is_not(
    delivered: Contract, world: World, colleague: Actor
) -> None:
    corrected(world, world.manager)
    assert told("record-questioned") == set()
    corrected(world, colleague)
    assert told("record-questioned") == {"contractmanager-1"}
    message = Message.objects.get(kind="record-questioned")
    assert message.facts == {"contract": delivered.reference, "who": "contractmanager-2"}
    assert message.url == f"/contracten/{delivered.public_id}/"


def test_who_may_no_longer_read_the_contract_is_not_told_what_became_of_its_records(
    delivered: Contract, world: World, colleague: Actor
) -> None:
    Membership.objects.filter(user=world.manager.user).update(ended_at=clock.now())
    corrected(world, colleague)
    assert told("record-questioned") == set()


def test_what_is_recorded_afterwards_is_told_to_nobody(world: World) -> None:
    for code in world.suppliers:
        world.supplier_actor(code)
    row = files.history()[0]
    for code in {bid["supplier"] for bid in row["bids"]} - set(world.suppliers):
        supplier = accounts.create_supplier(audit.SYSTEM, code=code)
        accounts.add_membership(
            audit.SYSTEM,
            user=accounts.create_user(audit.SYSTEM, username=code),
            role=Role.SUPPLIER,
            supplier=supplier,
        )
    document = files.history_document(row)
    contracts.services.record_history(world.officer, document=document, reference="C-1")
    assert not Message.objects.exists()


def test_a_new_basis_is_told_to_contract_managers_and_policy_officers_everywhere(
    world: World, both_releases: None, actor_as: Callable[..., Actor]
) -> None:
    world.actor(Role.POLICY_OFFICER, world.water, "beleid-4")
    actor_as(Role.AUDITOR, world.city)
    basis = bases.build_towards(RELEASED)
    bases.make_current(basis)
    bases.make_current(basis)
    assert told("basis-changed") == {"contractmanager-1", "beleid-4"}
    assert Message.objects.filter(kind="basis-changed").count() == 2
