"""Who bids heat, street cleaning or travel bids what the group is made of, in every door and in its own words."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]

import tenders.services
from indicators import releases
from indicators.models import ProductGroup
from indicators.selectors import get_group, materials_visible_to
from indicators.services import data_request
from mvi_dashboard.ground.problems import Refused
from tenders.exchange import bid_workbook, layout_of
from tenders.models import BidVersion
from tests.pages import Page
from tests.worlds import World, bid_document

from .test_impact_typed_away import line, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
BIDDER = "leverancier-a-1"
BILL = "lines.0.billOfMaterials.0"
CASES = [
    ("elektriciteit", "electricity-green-wind", "1"),
    ("gas-en-warmte", "district-heat", "1"),
    ("gas-en-warmte", "natural-gas", "0.035"),
    ("reiniging-openbare-ruimte", "sand", "0.4"),
    ("contractvervoer", "minibus-diesel", "1"),
    ("binnenlandse-dienstreizen", "train", "1"),
    ("afval-en-grondstoffen", "waste-residual", "1"),
    ("onderhoud-transportmiddelen", "steel", "0.5"),
    ("catering", "food-gehakt-half-om-half", "0.4"),
]


def offered_by(group: ProductGroup, client: Client, world: World) -> dict[str, set[str]]:
    """The names from which each door lets somebody choose what a bill consists of."""
    known = materials_visible_to(world.supplier_actor("leverancier-a"))
    form = client.get(reverse("tenders:bid_form", args=[world.names["tender"]]))
    book = load_workbook(
        io.BytesIO(bid_workbook(layout_of(group, None, "light"), world.supplier_actor("leverancier-a")))
    )
    (column,) = (each for each in book["Keuzelijsten"].iter_cols(values_only=True) if each[0] == "Materialen")
    schema = data_request(group)["properties"]["billOfMaterials"]["items"]["properties"]
    return {
        "form": {name for name, _unit in form.context["line_form"]["materials"]},
        "workbook": {str(name) for name in column[1:] if name},
        "rest": {known[code].name for code in schema["material"]["x-codes"]},
    }


@pytest.mark.parametrize(("group", "code", "amount"), CASES)
def test_every_door_offers_what_the_service_accepts(
    world: World,
    ask_for: Any,
    browser: Callable[[str], Client],
    group: str,
    code: str,
    amount: str,
) -> None:
    ask_for(group)
    world.supplier_actor("leverancier-a")
    offered = offered_by(get_group(group), browser(BIDDER), world)
    assert offered["form"] == offered["workbook"] == offered["rest"]
    name = materials_visible_to(world.supplier_actor("leverancier-a"))[code].name
    assert name in offered["form"]
    client = browser(BIDDER)
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    typed = Page(client.get(address)).sent | {
        "price": "1000",
        "lines.0.reference": "a",
        "lines.0.massKg": amount.replace(".", ","),
        "lines.0.circularStrategy": "new",
        "lines.0.endOfLifePlan": "none",
        f"{BILL}.material": name,
        f"{BILL}.share": "100",
        f"{BILL}.recycled": "0",
        "confirmations.0.attr": "lines.0.massKg",
        "confirmations.0.code": "plausibility",
        "confirmations.0.reason": "Zo is het.",
        "submit": "1",
    }
    answer = client.post(address, typed)
    assert answer.status_code == 302, Page(answer).text
    assert BidVersion.objects.count() == 1


@pytest.mark.parametrize(("group", "code", "amount"), CASES)
def test_the_form_speaks_of_units_and_not_of_pieces(
    world: World,
    ask_for: Any,
    browser: Callable[[str], Client],
    group: str,
    code: str,
    amount: str,
) -> None:
    ask_for(group)
    world.supplier_actor("leverancier-a")
    page = Page(browser(BIDDER).get(reverse("tenders:bid_form", args=[world.names["tender"]])))
    said = data_request(get_group(group))["properties"]
    for text in (page.text, str(said["massKg"]), str(said["billOfMaterials"])):
        for wrong in ("Massa per stuk", "de massa per stuk", "kilo van dit materiaal", "deel van de massa"):
            assert wrong not in text
    assert said["massKg"].get("x-unit", "") == ("kg" if group == "catering" else "")


def test_what_is_missing_is_asked_in_words_of_the_group(world: World, ask_for: Any) -> None:
    ask_for("gas-en-warmte")
    row = {"material": "district-heat", "massKg": "1", "recycled": "0"}
    document = bid_document(world.names["lot"], lines=[line([]) | {"billOfMaterials": [row], "massKg": None}])
    with pytest.raises(Refused) as refused:
        tenders.services.submit_bid(
            world.supplier_actor("leverancier-a"), tender_id=world.names["tender"], document=document
        )
    (problem,) = refused.value.problems
    assert problem.attr == "lines.0.massKg"
    assert problem.detail.startswith("Geef ook de hoeveelheid per eenheid")


def test_use_of_what_is_consumed_is_per_unit(world: World, ask_for: Any, browser: Callable[[str], Client]) -> None:
    ask_for("catering")
    world.supplier_actor("leverancier-a")
    form = browser(BIDDER).get(reverse("tenders:bid_form", args=[world.names["tender"]]))
    assert form.context["line_form"]["per"] == [("item-year", "per eenheid")]


def test_a_workbook_of_before_still_says_per_piece() -> None:
    sheet = layout_of(get_group("catering"), None, "light").by_name["verbruik"]
    (column,) = (each for each in sheet.columns if each.code == "basis")
    assert column.code_of("per stuk per jaar") == column.code_of("Per eenheid") == "item-year"
    assert column.code_of("iets anders") == "iets anders"


def test_a_release_changes_what_a_bill_counts_in_for_new_tenders_alone(world: World, ask_for: Any) -> None:
    """Release 2026.2 counts the sweeping of streets in kilograms of materials; this tender came before that."""
    ask_for("reiniging-openbare-ruimte")
    releases.load(settings.BASE_DIR / "fixtures" / "reference-2026.2")
    assert get_group("reiniging-openbare-ruimte").bill_unit == "kg"
    of_diesel = line([("diesel", "1", "0")], "0.4")
    assert send(world, of_diesel) == []
    ask_for("reiniging-openbare-ruimte")
    assert send(world, of_diesel) == [("lines.0.billOfMaterials.0.material", "unit_mismatch", False)]
