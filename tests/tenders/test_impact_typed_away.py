"""No bid makes impact vanish by what it types: recycled energy, 0.001 kWh per kWh, a contract of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import tenders.services
from mvi_dashboard.ground.problems import Refused
from tenders.models import Bid, BidVersion
from tests import corpus
from tests.worlds import World, _make_tender, _name_tender, _publish, bid_document

from .test_set_aside import other_content

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
REASON = "Zo is het."


def line(rows: list[tuple[str, str, str]], mass: str = "1", count: int = 1000, **changes: Any) -> dict[str, Any]:
    bill = [{"material": code, "share": share, "recycled": recycled} for code, share, recycled in rows]
    base = {"reference": "a", "name": "a", "item": 1, "massKg": mass, "count": count, "lifetimeYears": "4"}
    return base | {"circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": bill} | changes


def send(world: World, *lines: dict[str, Any], **changes: Any) -> list[tuple[str, str, bool]]:
    """What is said of a bid with these lines: place, code and whether it can be confirmed."""
    document = bid_document(world.names["lot"], lines=list(lines), **changes)
    actor = world.supplier_actor("leverancier-a")
    try:
        tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)
    except Refused as refused:
        return [(each.attr or "", each.code, each.confirmable) for each in refused.problems]
    return []


RECYCLED = ("lines.0.billOfMaterials.0.recycled", "not_applicable", False)


@pytest.mark.parametrize(
    ("group", "row", "mass"),
    [
        ("elektriciteit", "electricity-grey", "1"),
        ("catering", "food-gehakt-half-om-half", "0.59"),
        ("buitenlandse-dienstreizen", "plane-regional", "1"),
        ("afval-en-grondstoffen", "waste-residual", "1"),
    ],
)
def test_energy_food_and_services_are_never_recycled(
    world: World, ask_for: Any, group: str, row: str, mass: str
) -> None:
    ask_for(group)
    assert send(world, line([(row, "1", "1")], mass)) == [RECYCLED]
    assert send(world, line([(row, "1", "0")], mass)) == []


@pytest.mark.parametrize(
    ("group", "rows", "mass"),
    [
        ("catering", [("steel", "1", "1")], "0.59"),
        ("catering", [("food-gehakt-half-om-half", "0.05", "0"), ("wood", "0.95", "1")], "0.59"),
        ("catering", [("waste-organic", "1", "0")], "0.59"),
        ("catering", [("paint", "1", "0")], "0.59"),
        ("kantoormeubilair", [("waste-wood", "1", "0")], "10"),
        ("kantoormeubilair", [("wood-pellets", "1", "0")], "10"),
        ("ict-hardware", [("waste-plastic", "1", "0")], "2"),
        ("papier", [("waste-paper", "1", "0")], "1"),
    ],
)
def test_goods_are_made_of_materials_and_a_meal_of_foods(
    world: World, ask_for: Any, group: str, rows: list[tuple[str, str, str]], mass: str
) -> None:
    ask_for(group)
    wrong = {place for place, code, confirmable in send(world, line(rows, mass)) if code == "not_applicable"}
    place = len(rows) - 1
    assert f"lines.0.billOfMaterials.{place}.material" in wrong


def test_a_reason_does_not_make_energy_recycled(world: World, ask_for: Any) -> None:
    ask_for("elektriciteit")
    said = [{"attr": RECYCLED[0], "code": RECYCLED[1], "reason": REASON}]
    assert send(world, line([("electricity-grey", "1", "1")]), confirmations=said) == [RECYCLED]


@pytest.mark.parametrize("mass", ["0.001", "0.999999", "1.1", "1000"])
@pytest.mark.parametrize(
    ("group", "row"),
    [
        ("elektriciteit", "electricity"),
        ("binnenlandse-dienstreizen", "train"),
        ("papier", "paper"),
        ("contractvervoer", "minibus-diesel"),
        ("gas-en-warmte", "district-heat"),
    ],
)
def test_a_unit_of_what_is_bought_is_one_in_its_own_unit(
    world: World, ask_for: Any, group: str, row: str, mass: str
) -> None:
    ask_for(group)
    assert send(world, line([(row, "1", "0")], mass)) == [("lines.0.massKg", "range", False)]


@pytest.mark.parametrize(
    ("group", "row", "mass"),
    [
        ("catering", "food-gehakt-half-om-half", "0.01"),
        ("catering", "food-gehakt-half-om-half", "5"),
        ("gas-en-warmte", "natural-gas", "0.0001"),
        ("schoonmaak", "plastic", "0.0001"),
    ],
)
def test_an_unlikely_amount_per_unit_is_asked(world: World, ask_for: Any, group: str, row: str, mass: str) -> None:
    ask_for(group)
    asked = ("lines.0.massKg", "plausibility", True)
    assert send(world, line([(row, "1", "0")], mass)) == [asked]
    said = [{"attr": asked[0], "code": asked[1], "reason": REASON}]
    assert send(world, line([(row, "1", "0")], mass), confirmations=said) == []


def test_an_amount_of_which_nobody_knows_what_is_usual_is_asked(world: World, ask_for: Any) -> None:
    ask_for("gas-en-warmte")
    assert send(world, line([("train", "1", "0")], "1")) == [("lines.0.massKg", "plausibility", True)]


def test_a_bill_of_energy_has_one_unit(world: World, ask_for: Any) -> None:
    ask_for("gas-en-warmte")
    rows = [("district-heat", "0.5", "0"), ("natural-gas", "0.5", "0")]
    assert ("lines.0.billOfMaterials.1.material", "unit_mismatch", False) in send(world, line(rows))


def used(flow: str, unit: str = "kWh", role: str = "use") -> dict[str, Any]:
    return {"flow": flow, "quantity": "50", "unit": unit, "basis": "item-year", "role": role}


def chair(*use: dict[str, Any]) -> dict[str, Any]:
    return line([("steel", "1", "0")], "10", 100, lifetimeYears="10", use=list(use))


@pytest.mark.parametrize(
    ("flow", "unit", "counts"),
    [
        ("electricity-green-wind", "kWh", "elektriciteit (Nederlandse mix)"),
        ("electricity-grey", "kWh", "elektriciteit (Nederlandse mix)"),
        ("hvo100", "l", "diesel (B7)"),
        ("green-gas", "m3", "aardgas"),
        ("residual-heat", "MJ", "warmte uit warmtenet, gemiddeld"),
        ("car-electric-green", "km", "elektrische auto (stroommix)"),
    ],
)
def test_the_contract_for_energy_in_use_is_the_buyers(world: World, flow: str, unit: str, counts: str) -> None:
    document = bid_document(world.names["lot"], lines=[chair(used(flow, unit))])
    with pytest.raises(Refused) as refused:
        tenders.services.submit_bid(
            world.supplier_actor("leverancier-a"), tender_id=world.names["tender"], document=document
        )
    (problem,) = refused.value.problems
    assert (problem.attr, problem.code, problem.confirmable) == ("lines.0.use.0.flow", "energy_of_buyer", False)
    assert f"Kies '{counts}'" in problem.detail


def test_energy_is_the_buyers_under_the_name_of_a_repair_too(world: World) -> None:
    found = send(world, chair(used("electricity-green-wind", role="repair")))
    assert found == [("lines.0.use.0.flow", "energy_of_buyer", False)]


@pytest.mark.parametrize("flow", ["electricity", "petrol", "wood-pellets", "car-petrol"])
def test_what_a_product_needs_is_its_own(world: World, flow: str) -> None:
    unit = {"petrol": "l", "wood-pellets": "kg", "car-petrol": "km"}.get(flow, "kWh")
    assert send(world, chair(used(flow, unit))) == []


def test_rest_says_so_at_the_field(world: World, client: Client) -> None:
    document = bid_document(world.names["lot"], lines=[chair(used("electricity-green-wind"))])
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    answer = client.post(
        f"/api/v1/tenders/{world.names['tender']}/bids",
        json.dumps(document),
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "lines.0.use.0.flow"


def test_forms_offer_only_the_energy_that_counts(world: World, browser: Callable[[str], Client]) -> None:
    world.supplier_actor("leverancier-a")
    page = browser("leverancier-a-1").get(f"/aanbestedingen/{world.names['tender']}/inschrijven/").content.decode()
    assert "elektriciteit (Nederlandse mix)" in page
    assert "groen (wind)" not in page


@pytest.fixture
def monitors(world: World) -> None:
    """An open tender for monitors, whose reference uses 40 kWh a year."""
    item = {"number": 1, "description": "Monitor", "neededCount": 100, "neededYears": "5"}
    items = [item | {"referenceProduct": "monitor-referentie"}]
    made = _make_tender(world, world.now, productGroup="ict-hardware", items=items)
    _name_tender(world, _publish(world, made, world.now))


ASKED_USE = ("lines.0.use", "plausibility", True)


@pytest.mark.usefixtures("monitors")
@pytest.mark.parametrize("quantity", [None, "0", "3.9"])
def test_energy_that_the_reference_uses_and_the_bid_leaves_out_is_asked(
    world: World, quantity: str | None
) -> None:
    use = [] if quantity is None else [used("electricity") | {"quantity": quantity}]
    monitor = line([("steel", "1", "0")], "5", 100, lifetimeYears="5", use=use)
    assert send(world, monitor) == [ASKED_USE]
    said = [{"attr": ASKED_USE[0], "code": ASKED_USE[1], "reason": REASON}]
    assert send(world, monitor, confirmations=said) == []


@pytest.mark.usefixtures("monitors")
@pytest.mark.parametrize(
    ("flow", "unit", "quantity", "asked"),
    [
        ("hydrogen-grey", "kg", "0.000001", [ASKED_USE]),
        ("natural-gas", "m3", "0.0001", [ASKED_USE]),
        ("natural-gas", "m3", "1", []),
    ],
)
def test_a_crumb_of_other_energy_does_not_take_the_place_of_what_is_left_out(
    world: World, flow: str, unit: str, quantity: str, asked: list[tuple[str, str, bool]]
) -> None:
    use = [used(flow, unit) | {"quantity": quantity}]
    assert send(world, line([("steel", "1", "0")], "5", 100, lifetimeYears="5", use=use)) == asked


@pytest.mark.usefixtures("monitors")
def test_a_thrifty_product_is_not_asked(world: World) -> None:
    use = [used("electricity") | {"quantity": "10"}]
    assert send(world, line([("steel", "1", "0")], "5", 100, lifetimeYears="5", use=use)) == []


def test_a_bid_from_before_the_rule_is_opened_counts_as_sent_and_says_so(
    world: World, submit: Callable[..., BidVersion], opened: Callable[[], Any]
) -> None:
    version = submit(lines=[chair(used("electricity"))])
    other_content(lines=[chair(used("electricity-green-wind"))])(version)
    assert opened().status == "opened"
    bid = Bid.objects.get()
    assert bid.opened
    answer = tenders.services.bid_answer(world.officer, bid)
    (said,) = [each.detail for each in answer.notices if each.code == "energy_of_buyer"]
    assert said.startswith("Deze inschrijving is van vóór een nieuwe regel")
