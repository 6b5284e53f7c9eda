"""The product type in a bid: that of the demand for what answers it, a choice for accessories; in every door."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import tenders.services
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.problems import Refused
from tenders import checks
from tenders.models import BidLine, Lot
from tests.pages import Page
from tests.product_types import GROUP, INVERTER, PANEL
from tests.worlds import World, _make_tender, _name_tender, _publish, bid_document

from .filled import saved
from .typed import typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("product_types"), pytest.mark.any_database]
Browser = Callable[[str], Client]
BIDDER, SUPPLIER = "leverancier-a-1", "leverancier-a"
ITEM = {"number": 1, "description": "Kastjes", "neededCount": 12, "neededYears": "10"}
TYPE = "lines.0.productType"


@pytest.fixture
def demand(world: World) -> Lot:
    """The lot of an open tender for twelve inverters."""
    return publish(world, productGroup=GROUP, items=[{**ITEM, "productType": INVERTER}])


def publish(world: World, **changes: Any) -> Lot:
    """The lot of an open tender."""
    world.supplier_actor(SUPPLIER)
    tender = _publish(world, _make_tender(world, world.now, **changes), world.now)
    _name_tender(world, tender)
    return Lot.objects.get(public_id=world.names["lot"])


def bid(world: World, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A bid of twelve inverters, and of what else is named."""
    base = bid_document("")["lines"][0] | {"reference": "kast", "count": 12, "massKg": "12", "lifetimeYears": "10"}
    return bid_document(world.names["lot"], lines=[{**base, **changes}, *({**base, **each} for each in lines)])


def submit(world: World, document: dict[str, Any]) -> Any:
    actor = world.supplier_actor(SUPPLIER)
    return tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)


def refused(world: World, document: dict[str, Any]) -> list[tuple[str | None, str]]:
    """What is wrong with this bid."""
    with pytest.raises(Refused) as found:
        submit(world, document)
    return [(each.attr, each.code) for each in found.value.problems]


def opened(world: World) -> list[BidLine]:
    """The lines of the bids, after the opening."""
    with clock.set_to(world.now + timedelta(days=32)):
        for officer in (world.officer, world.second_officer):
            tenders.services.open_tender(officer, tender_id=world.names["tender"])
    return list(BidLine.objects.select_related("product_type").order_by("number"))


def test_a_main_line_is_of_the_type_of_the_demand_and_an_accessory_of_its_own(world: World, demand: Lot) -> None:
    more = {"reference": "paneel", "role": "accessory", "massKg": "20", "lifetimeYears": "20"}
    more["productType"] = PANEL
    submit(world, bid(world, more))
    found = [(line.role, str(line.product_type)) for line in opened(world)]
    assert found == [("main", "Omvormer"), ("accessory", "Paneel")]
    assert list(checks.line_differences()) == []


@pytest.mark.parametrize(
    ("given", "code"), [(PANEL, "other_type"), ("bureaustoel", "invalid_choice"), (INVERTER, "")]
)
def test_a_main_line_of_another_type_is_refused_at_its_field(
    world: World, demand: Lot, given: str, code: str
) -> None:
    document = bid(world, productType=given)
    if not code:
        assert submit(world, document).bid.lot == demand
        return
    assert (TYPE, code) in refused(world, document)


def test_a_type_in_a_group_without_types_is_refused(world: World) -> None:
    publish(world, productGroup="papier", items=[ITEM])
    assert (TYPE, "not_applicable") in refused(world, bid(world, productType=INVERTER))


def test_the_ranges_of_the_type_hold(world: World, demand: Lot) -> None:
    """An inverter of 6 kg is light, a panel of 6 kg is not: the group as a whole weighs 5 to 40 kg."""
    assert ("lines.0.massKg", "plausibility") in refused(world, bid(world, massKg="6"))


def test_the_form_says_the_type_and_lets_accessories_choose(world: World, demand: Lot, browser: Browser) -> None:
    client = browser(BIDDER)
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    page = Page(client.get(address))
    assert "1. Kastjes Omvormer" in page.text
    assert "Soort product: Omvormer , zoals gevraagd." in page.text
    assert "Alleen bij toebehoren" in page.text
    assert page.sent[TYPE] == ""
    page = Page(client.post(address, page.sent | typed(bid(world)) | {TYPE: PANEL, "submit": "1"}))
    assert page.status == 400
    assert "Gevraagd is de soort Omvormer" in page.message_at(TYPE)
    page = Page(client.post(address, page.sent | {"lines.0.role": "accessory", "compute": "1"}))
    assert "zoals gevraagd" not in page.text
    assert page.sent[TYPE] == PANEL


def test_the_form_shows_a_type_where_the_group_has_none(world: World, browser: Browser) -> None:
    publish(world, productGroup="papier", items=[ITEM])
    client = browser(BIDDER)
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    page = Page(client.get(address))
    assert TYPE not in page.sent
    page = Page(client.post(address, page.sent | typed(bid(world)) | {TYPE: INVERTER, "submit": "1"}))
    assert "heeft geen soorten: laat dit veld leeg" in page.message_at(TYPE)


def workbook(client: Client, world: World) -> Any:
    """The workbook of the lot, filled in with one inverter."""
    book = load_workbook(io.BytesIO(client.get(reverse("tenders:workbook", args=[world.names["tender"]])).content))
    book["Inschrijving"]["B4"] = 1000
    sheet = book["Producten"]
    row = {
        "Kenmerk": "kast", "Massa per stuk (kg)": 12, "Levensduur (jaar)": 10,
        "Circulaire strategie": "nieuw", "Einde levensduur": "geen",
    }  # fmt: skip
    headings = [str(cell.value) for cell in sheet[1]]
    for number, heading in enumerate(headings, start=1):
        value = next((value for name, value in row.items() if heading.startswith(name.split(" (")[0])), None)
        if value is not None and sheet.cell(row=2, column=number).value is None:
            sheet.cell(row=2, column=number).value = value
    for number, value in enumerate(("kast", "", "staal", 100, "", 0), start=1):
        if value != "":
            book["Materialen"].cell(row=2, column=number).value = value
    return book


def test_the_workbook_names_the_types_and_its_cells_are_held_to_the_same_rules(
    world: World, demand: Lot, browser: Browser, send: Callable[..., Any]
) -> None:
    book = workbook(browser(BIDDER), world)
    sheet = book["Producten"]
    column = [cell.value for cell in sheet[1]].index("Soort product") + 1
    lists = {cell[0].value: [each.value for each in cell[1:]] for cell in book["Keuzelijsten"].columns}
    assert [each for each in lists["Producten: Soort product"] if each] == ["Omvormer", "Paneel"]
    at = sheet.cell(row=2, column=column)
    assert at.value == "Omvormer"
    codes = {}
    for given in ("Omvormer", INVERTER, "", "Paneel", "Stoel"):
        at.value = given or None
        answer = send(saved(book), confirm=False).json()
        codes[given] = [
            each["code"] for each in answer["errors"] if each["attr"] == f"cells.{at.coordinate}.Producten"
        ]
    assert codes == {"Omvormer": [], INVERTER: [], "": [], "Paneel": ["other_type"], "Stoel": ["invalid_choice"]}


def test_a_workbook_of_a_group_without_types_has_no_column_and_answers_who_makes_one(
    world: World, browser: Browser, send: Callable[..., Any]
) -> None:
    publish(world, productGroup="papier", items=[ITEM])
    book = workbook(browser(BIDDER), world)
    sheet = book["Producten"]
    assert "Soort product" not in [cell.value for cell in sheet[1]]
    column = sheet.max_column + 1
    sheet.cell(row=1, column=column).value = "Soort product"
    sheet.cell(row=2, column=column).value = INVERTER
    answer = send(saved(book), confirm=False).json()
    found = {each["attr"]: each["code"] for each in answer["errors"]}
    assert found[f"cells.{sheet.cell(row=2, column=column).coordinate}.Producten"] == "not_applicable"


def test_who_compares_sees_the_type_beside_a_description_that_does_not_name_it(
    world: World, demand: Lot, browser: Browser
) -> None:
    submit(world, bid(world))
    opened(world)
    with clock.set_to(world.now + timedelta(days=32)):
        client = browser("inkoper-1")
        page = Page(client.get(reverse("tenders:compare", args=[world.names["tender"]])))
    assert "12 × Kastjes (Omvormer), 10 jaar" in page.text
