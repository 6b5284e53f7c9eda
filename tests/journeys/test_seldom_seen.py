"""Pages that few people meet, each checked with axe and at 320 px: what is used up, what waits, what failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

import tenders.services
from contracts.kinds import kind_named
from mvi_dashboard.ground.models import Role
from tenders.models import Bid, BidVersion, Tender
from tests import worlds
from tests.tenders.test_energy_of_the_buyer import WIND, tender_for, wind_contract
from tests.tenders.test_set_aside import broken_seal
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Sit = Callable[..., Person]
NO_STANDSTILL = {
    "standstillDays": 0,
    "standstillGround": "framework-call-off",
    "standstillReason": "Opdracht onder onze raamovereenkomst.",
}


@pytest.fixture
def sit(chromium: Any, live_server: Any, world: World) -> Sit:
    """Somebody of the cast at a browser: `sit("inkoper-1")`."""

    def down(username: str) -> Person:
        user = next(user for (_role, name), user in world.people.items() if name == username)
        return Person(chromium, live_server.url, user)

    return down


def test_what_is_used_up(sit: Sit, world: World) -> None:
    world.build(["consumed-contract"])
    contract = world.names["contract"]
    manager = sit("contractmanager-1")
    manager.go(reverse("contracts:deliver", args=[contract]))
    manager.reads("Hoeveel er in de periode is verbruikt")
    manager.check()
    manager.fill(count="24500,5", periodStart="1-1-2024", periodEnd="1-2-2023")
    manager.press("Opslaan")
    manager.reads("De laatste dag moet na de eerste dag liggen")
    manager.check()
    manager.fill(periodEnd="31-3-2024")
    manager.press("Opslaan")
    manager.reads("De levering is vastgelegd")
    for page in ("contracts:contract", "contracts:close", "contracts:use"):
        manager.go(reverse(page, args=[contract]))
        manager.check()
    assert not manager.errors


@pytest.mark.parametrize(
    ("group", "name", "amount"),
    [
        ("gas-en-warmte", "warmte uit warmtenet, gemiddeld", "1"),
        ("reiniging-openbare-ruimte", "diesel (B7)", "0,4"),
        ("catering", "gehakt", "0,4"),
    ],
)
def test_a_bid_of_a_service(sit: Sit, world: World, group: str, name: str, amount: str) -> None:
    items = [{"number": 1, "description": "Vraag", "neededCount": 1000, "neededYears": "4"}]
    tender = worlds._make_tender(world, world.now, productGroup=group, items=items)
    worlds._publish(world, tender, world.now)
    world.supplier_actor("leverancier-a")
    bidder = sit("leverancier-a-1")
    bidder.go(reverse("tenders:request", args=[tender.public_id]))
    bidder.check()
    bidder.go(reverse("tenders:bid_form", args=[tender.public_id]))
    bidder.check()
    bidder.fill({"price": "1000", "lines.0.reference": "a", "lines.0.massKg": amount})
    row = {"material": name, "share": "100", "recycled": "0"}
    bidder.fill({f"lines.0.billOfMaterials.0.{field}": value for field, value in row.items()})
    bidder.fill({"lines.0.circularStrategy": "new", "lines.0.endOfLifePlan": "none"})
    bidder.press("Bereken eerst")
    bidder.check()
    assert not bidder.errors


def test_the_energy_of_the_buyer(sit: Sit, world: World) -> None:
    contract = wind_contract(world)
    use = {"line": world.names["line"], "flow": WIND, "quantity": "1200", "unit": "kWh"}
    use |= {"periodStart": "2025-01-01", "periodEnd": "2025-12-31"}
    kind_named("use").log(world.manager, contract_id=contract.public_id, document=use)
    draft = tender_for(world, {"electricity": WIND}, publish=False)
    officer = sit("inkoper-1")
    officer.go(reverse("tenders:edit", args=[draft.public_id]))
    officer.reads("Energie in het gebruik")
    officer.check()
    for page in ("tenders:tender", "tenders:compare"):
        officer.go(reverse(page, args=[contract.award.lot.tender.public_id]))
        officer.reads("elektriciteit, groen (wind)")
        officer.check()
    manager = sit("contractmanager-1")
    manager.go(reverse("contracts:contract", args=[contract.public_id]))
    manager.reads("Gebruik, op twee manieren geteld")
    manager.check()
    manager.go(reverse("contracts:use", args=[contract.public_id]))
    manager.check()
    assert not manager.errors


def test_a_second_person_decides(sit: Sit, world: World) -> None:
    world.build(["opened-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    document = {"bid": world.names["bid"], "reason": "Beste effect."} | NO_STANDSTILL
    decide = {"tender_id": tender.public_id, "document": document, "expected_version": tender.version}
    tenders.services.decide_award(world.officer, **decide)
    second = sit("inkoper-2")
    second.reads("Beslis als tweede over")
    second.check()
    second.go(reverse("tenders:decide", args=[tender.public_id]))
    second.check()
    second.press("Leg de beslissing vast")
    second.reads("geen: na de beslissing kan de gunning meteen definitief worden")
    second.check()
    second.go(reverse("contracts:finalise", args=[tender.public_id]))
    second.check()
    assert not second.errors


def test_a_bid_that_was_set_aside(sit: Sit, world: World) -> None:
    start = world.now - timedelta(days=35)
    tender = worlds._past_tender(world, start, ("leverancier-a", "leverancier-b"))
    broken_seal(BidVersion.objects.get(bid__supplier__code="leverancier-a"))
    worlds._open(world, tender, start + timedelta(days=32))
    aside = Bid.objects.get(supplier__code="leverancier-a")
    assert aside.set_aside_at is not None
    officer, bidder = sit("inkoper-1"), sit("leverancier-a-1")
    for page in ("tenders:tender", "tenders:compare", "tenders:decide"):
        officer.go(reverse(page, args=[tender.public_id]))
        officer.reads("opzij")
        officer.check()
    bidder.reads("ging niet open")
    bidder.check()
    for path in (reverse("tenders:bids"), reverse("tenders:bid", args=[aside.public_id])):
        bidder.go(path)
        bidder.reads("Staat opzij")
        bidder.check()
    assert not bidder.errors


def test_opening_for_another_organisation(sit: Sit, world: World) -> None:
    world.agree_to_cosign()
    world.build(["closed-tender"])
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    tender = world.names["tender"]
    first, neighbour = sit("inkoper-1"), sit("inkoper-4")
    first.go(reverse("tenders:open", args=[tender]))
    first.check()
    first.press("Bevestig")
    first.check()
    neighbour.go("/")
    neighbour.reads("als tweede")
    neighbour.check()
    neighbour.go(reverse("tenders:open", args=[tender]))
    neighbour.check()
    neighbour.press("Open de inschrijvingen")
    neighbour.check()
    assert not neighbour.errors


def test_another_password(sit: Sit, world: World) -> None:
    person = sit("inkoper-1")
    person.go("/wachtwoord/")
    person.check()
    person.fill(old_password="dat is het niet", new_password1="kort", new_password2="anders")
    person.press("Wijzig")
    person.reads("Dit is niet uw wachtwoord van nu", "gebruik minstens 12 tekens", "twee keer gelijk")
    person.check()
    person.fill(
        old_password=worlds.PASSWORD, new_password1="een nieuw lang wachtwoord 2",
        new_password2="een nieuw lang wachtwoord 2",
    )  # fmt: skip
    person.press("Wijzig")
    person.check()
    assert not person.errors
