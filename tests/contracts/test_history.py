"""What happened before this system comes in as a whole, by the same rules, and is known as such."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import contracts.services
from contracts.models import Contract, ContractEffect
from mvi_dashboard.ground import verification
from mvi_dashboard.ground.problems import Refused
from tenders.models import Bid, Tender
from tests import standing
from tests.worlds import World, bid_document, tender_document

pytestmark = pytest.mark.django_db


furnish = standing.states("reference")


def history(world: World, **award: Any) -> dict[str, Any]:
    """A tender of three years ago with one bid (a direct award), decided two months after its opening."""
    start = world.now - timedelta(days=1000)
    bid = bid_document("")
    bid.pop("lot")
    return {
        "tender": tender_document(world, start),
        "publishedAt": start.isoformat(),
        "openedAt": (start + timedelta(days=40)).isoformat(),
        "bids": [bid | {"supplier": "leverancier-a"}],
        "award": {
            "supplier": "leverancier-a",
            "reason": "Rechtstreeks definitief gegund.",
            "decidedAt": (start + timedelta(days=60)).isoformat(),
            **award,
        },
    }


def test_a_direct_award_of_the_past_becomes_a_contract_with_its_effect(world: World) -> None:
    made = contracts.services.record_history(world.officer, document=history(world), reference="OUD-1")
    tender = Tender.objects.get()
    assert (tender.status, tender.recorded_afterwards) == ("final", True)
    assert Bid.objects.get().channel == "officer"
    assert ContractEffect.objects.filter(contract=made, indicator__code="climate").get().estimated
    assert list(verification.differences()) == []


def test_every_problem_is_named_with_its_place_and_nothing_is_stored(world: World) -> None:
    document = history(world, supplier="onbekend")
    document["bids"][0]["lines"][0]["massKg"] = "-1"
    document["bids"].append({**document["bids"][0], "supplier": "niemand"})
    with pytest.raises(Refused) as refused:
        contracts.services.record_history(world.officer, document=document, reference="OUD-1")
    assert {problem.attr for problem in refused.value.problems} == {
        "bids.0.lines.0.massKg",
        "bids.1.lines.0.massKg",
        "bids.1.supplier",
    }
    assert not Tender.objects.exists()
    assert not Contract.objects.exists()


def test_moments_must_follow_each_other_and_lie_in_the_past(world: World) -> None:
    document = history(world, decidedAt=(world.now + timedelta(days=5)).isoformat())
    document["openedAt"] = (world.now - timedelta(days=2000)).isoformat()
    with pytest.raises(Refused) as refused:
        contracts.services.record_history(world.officer, document=document, reference="OUD-1")
    assert {(problem.attr, problem.code) for problem in refused.value.problems} == {
        ("openedAt", "before_start"),
        ("award.decidedAt", "future"),
    }


def test_suppliers_do_not_see_a_tender_that_was_recorded_afterwards(world: World) -> None:
    contracts.services.record_history(world.officer, document=history(world), reference="OUD-1")
    assert not Tender.objects.visible_to(world.supplier_actor("leverancier-b")).exists()
    assert Contract.objects.visible_to(world.supplier_actor("leverancier-a")).count() == 1
