"""A world with an open tender, and bids of any size on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import tenders.services
from mvi_dashboard.ground import clock
from tenders.models import BidVersion, Tender
from tests import corpus
from tests.worlds import World, bid_document


@pytest.fixture
def world(reference: None) -> World:
    """The cast, with an open tender for 100 office chairs."""
    made = World(corpus.this_moment())
    made.build(["reference", "open-tender"])
    return made


@pytest.fixture
def submit(world: World) -> Callable[..., BidVersion]:
    """Submits a bid of a supplier: `submit("leverancier-a", lines=[...])`."""

    def make(supplier: str = "leverancier-a", **changes: Any) -> BidVersion:
        document = bid_document(world.names["lot"], **changes)
        actor = world.supplier_actor(supplier)
        return tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)

    return make


@pytest.fixture
def opened(world: World) -> Callable[[], Tender]:
    """Opens the tender by two persons, after its deadline."""

    def make() -> Tender:
        moment = world.now + timedelta(days=32)
        with clock.set_to(moment):
            for officer in (world.officer, world.second_officer):
                tender = tenders.services.open_tender(officer, tender_id=world.names["tender"])
        return tender

    return make


def lines(number: int, **changes: Any) -> list[dict[str, Any]]:
    """So many lines that together answer the demand."""
    base = bid_document("")["lines"][0]
    return [{**base, "reference": f"stoel {n}", "count": 100, **changes} for n in range(number)]
