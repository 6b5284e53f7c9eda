"""What tests of contracts share: the world of the corpus, and a contract with two products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from contracts.kinds import kind_named
from contracts.models import Contract
from tests import worlds
from tests.worlds import World

MATERIALS = [
    {"material": "steel", "share": "0.6", "recycled": "0.25"},
    {"material": "plastic", "share": "0.4", "recycled": "0"},
]
CHAIR = {
    "reference": "stoel",
    "name": "Bureaustoel",
    "item": 1,
    "massKg": "12.5",
    "count": 100,
    "lifetimeYears": "7.5",
    "circularStrategy": "new",
    "endOfLifePlan": "none",
    "billOfMaterials": MATERIALS,
    "use": [{"flow": "electricity", "quantity": "5", "unit": "kWh", "basis": "item-year"}],
}
ARM_REST = CHAIR | {"reference": "leuning", "name": "Armleuning", "role": "accessory", "massKg": "1.5", "use": []}
ITEM = {
    "number": 1,
    "description": "Bureaustoel",
    "neededCount": 100,
    "neededYears": "10",
    "referenceProduct": "bureaustoel-referentie",
}


@pytest.fixture
def delivered(world: World) -> Contract:
    """A contract for 100 chairs, all delivered on 1 February 2024."""
    if "contract" not in world.names:
        world.build(["delivered"])
    return Contract.objects.get(public_id=world.names["contract"])


@pytest.fixture
def two_products(world: World) -> Contract:
    """A contract for chairs with arm rests, with a reference product; nothing delivered."""
    world.names["bidDocument"] = worlds.bid_document("", lines=[CHAIR, ARM_REST])
    contract = worlds._contract_from(world, "C-2024-002", items=[ITEM])
    world.names |= {"contract": str(contract.public_id)}
    for row in contract.lines.select_related("bid_line"):
        world.names[row.bid_line.reference] = str(row.public_id)
    world.names["line"] = world.names["stoel"]
    return contract


@pytest.fixture
def log(world: World) -> Callable[..., Any]:
    """Logs for the contract manager: `log("delivery", date="2024-02-01", count=100)`."""

    def make(kind: str, **document: Any) -> Any:
        act = kind_named(kind).log
        if act.shape.fields["line"].required:
            document = {"line": world.names["line"]} | document
        return act(world.manager, contract_id=world.names["contract"], document=document)

    return make


@pytest.fixture
def browser(world: World, client: Client) -> Callable[..., Client]:
    """A browser in which somebody is signed in: `browser("contractmanager-1")`."""

    def sign_in(username: str) -> Client:
        user = next(user for (_role, name), user in world.people.items() if name == username)
        client.force_login(user)
        return client

    return sign_in
