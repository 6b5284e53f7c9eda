"""The product type of a demand: suggested by its words, chosen by a person, named wherever the demand is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from indicators.models import Theme
from mvi_dashboard.ground.problems import Refused
from tenders.models import LotItem, Tender
from tests.pages import Page
from tests.product_types import GROUP, INVERTER, PANEL
from tests.worlds import World, _make_tender

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("product_types"), pytest.mark.any_database]
Browser = Callable[[str], Client]
OFFICER, NEW = "inkoper-1", "/aanbestedingen/nieuw/"
ITEM = "lots.0.items.0"
INVERTERS = {
    "title": "Stroom van het dak",
    "reference": "2027-16",
    "deadline": "2090-07-01T12:00",
    "lots.0.title": "Dak van het stadskantoor",
    "lots.0.productGroup": GROUP,
    "lots.0.contractStart": "1-1-2091",
    "lots.0.contractEnd": "31-12-2094",
    f"{ITEM}.description": "Omvormers",
    f"{ITEM}.neededCount": "12",
    f"{ITEM}.neededYears": "10",
    "ambitions.0.level": "2",
    "ambitions.0.main": "true",
}


@pytest.fixture
def inverters(world: World) -> dict[str, str]:
    """A tender for inverters as somebody types it, without the type."""
    theme = Theme.objects.order_by("position", "id").first()
    assert theme is not None
    return INVERTERS | {"ambitions.0.theme": theme.code}


def press(client: Client, typed: dict[str, str], **button: str) -> Page:
    """The form after a button that stores nothing."""
    page = Page(client.post(NEW, typed | button))
    assert page.status == 200
    return page


def offered(page: Page) -> str:
    """The reference products to choose from, in words."""
    return page.ids[f"veld-{ITEM.replace('.', '-')}-referenceProduct"]


def asked(**item: Any) -> dict[str, Any]:
    """The changes that make the tender of the world one for this type."""
    row = {"number": 1, "description": "Omvormers", "neededCount": 12, "neededYears": "10", **item}
    return {"productGroup": GROUP, "items": [row]}


def refused(world: World, **item: Any) -> list[tuple[str | None, str, str]]:
    """What is wrong with a tender for this item."""
    with pytest.raises(Refused) as found:
        _make_tender(world, world.now, **asked(**item))
    return [(each.attr, each.code, each.detail) for each in found.value.problems]


def test_the_words_of_a_demand_suggest_its_type_and_never_fill_it_in(
    inverters: dict[str, str], browser: Browser
) -> None:
    client = browser(OFFICER)
    page = press(client, Page(client.get(NEW)).sent | inverters, refresh="lots.0")
    assert page.sent[f"{ITEM}.productType"] == ""
    assert "Bedoelt u: omvormer ?" in page.text
    assert page.sent[f"{ITEM}.referenceProduct"] == ""
    page = press(client, page.sent, choose=f"{ITEM}.productType={INVERTER}")
    assert page.sent[f"{ITEM}.productType"] == INVERTER
    assert page.sent[f"{ITEM}.referenceProduct"] == "proef-omvormer-referentie"
    assert "Bedoelt u" not in page.text


def test_the_cpv_code_goes_before_the_words(inverters: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    typed = inverters | {f"{ITEM}.description": "Zonnepaneel of zoiets", f"{ITEM}.cpv": "31155000-7"}
    page = press(client, Page(client.get(NEW)).sent | typed, refresh="lots.0")
    assert "Bedoelt u: omvormer of paneel ?" in page.text


def test_the_words_suggest_the_group_too(inverters: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    typed = inverters | {"lots.0.productGroup": "", f"{ITEM}.description": "Inverter"}
    page = Page(client.post(NEW, Page(client.get(NEW)).sent | typed))
    assert page.status == 400
    assert "Bedoelt u: zonnepanelen" in page.text
    page = press(client, page.sent, choose=f"lots.0.productGroup={GROUP}")
    assert page.sent["lots.0.productGroup"] == GROUP
    assert page.sent[f"{ITEM}.productType"] == ""


def test_a_group_without_types_asks_for_none(inverters: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    page = press(
        client, Page(client.get(NEW)).sent | inverters | {"lots.0.productGroup": "papier"}, refresh="lots.0"
    )
    assert f"{ITEM}.productType" not in page.sent


def test_only_products_of_the_type_are_offered_and_those_of_no_type(
    inverters: dict[str, str], browser: Browser
) -> None:
    client = browser(OFFICER)
    page = press(client, Page(client.get(NEW)).sent | inverters, refresh="lots.0")
    assert "Paneel, marktstandaard" in offered(page)
    assert "Omvormer, marktstandaard" in offered(page)
    page = press(client, page.sent, choose=f"{ITEM}.productType={PANEL}")
    assert "Paneel, marktstandaard" in offered(page)
    assert "Omvormer, marktstandaard" not in offered(page)


def test_what_was_chosen_of_another_type_stays_and_is_refused_at_its_field(
    inverters: dict[str, str], browser: Browser
) -> None:
    client = browser(OFFICER)
    page = press(client, Page(client.get(NEW)).sent | inverters, refresh="lots.0")
    page = press(client, page.sent, choose=f"{ITEM}.productType={INVERTER}")
    page = Page(client.post(NEW, page.sent | {f"{ITEM}.productType": PANEL}))
    assert page.status == 400
    assert "Omvormer, marktstandaard (andere soort)" in page.text
    assert "van een andere soort dan u vraagt" in page.message_at(f"{ITEM}.referenceProduct")
    page = Page(client.post(NEW, page.sent | {"lots.0.productGroup": "kantoormeubilair"}))
    assert f"{PANEL} (andere productgroep)" in page.text
    assert "is geen soort van" in page.message_at(f"{ITEM}.productType") or (
        "heeft geen soorten" in page.message_at(f"{ITEM}.productType")
    )


def test_who_publishes_without_the_type_is_asked_for_a_reason(inverters: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    assert client.post(NEW, Page(client.get(NEW)).sent | inverters).status_code == 302
    tender = Tender.objects.get(reference="2027-16")
    item = LotItem.objects.get(lot__tender=tender)
    assert (item.product_type, item.reference_product) == (None, None)
    address = reverse("tenders:publish", args=[tender.public_id])
    page = Page(client.get(address))
    assert "U noemt geen soort product, en deze productgroep heeft ze wel." in page.text
    assert page.links["Kies de soort product"].endswith("#veld-lots-0-items-0-productType")
    page = Page(client.post(address, page.sent))
    assert page.status == 409
    assert "veld-lots-0-items-0-productType" in page.mistakes
    assert set(page.mistakes) <= set(page.ids)
    edit = reverse("tenders:edit", args=[tender.public_id])
    assert "Bedoelt u: omvormer ?" in Page(client.get(edit)).text
    sent = Page(client.get(edit)).sent | {f"{ITEM}.productType": INVERTER}
    done = client.post(edit, sent, follow=True)
    assert "Wij vulden de referentie in: Omvormer, marktstandaard." in Page(done).text
    item = LotItem.objects.select_related("product_type", "reference_product").get(lot__tender=tender)
    assert [str(item.product_type), str(item.reference_product)] == ["Omvormer", "Omvormer, marktstandaard"]
    assert "U noemt geen soort" not in Page(client.get(address)).text


def test_every_page_about_the_demand_names_the_type_in_dutch(world: World, browser: Browser) -> None:
    tender = _make_tender(world, world.now, **asked(description="Kastjes", productType=INVERTER))
    client = browser(OFFICER)

    def told(name: str) -> str:
        return Page(client.get(reverse(f"tenders:{name}", args=[tender.public_id]))).text

    assert "1. Kastjes Omvormer" in told("tender")
    assert "Omvormer, perceel 1" in told("publish")
    assert "10 jaar" in told("publish")
    assert "1. Kastjes Omvormer" in told("request")
    content = client.get(reverse("tenders:workbook", args=[tender.public_id])).content
    book = load_workbook(io.BytesIO(content))
    assert "Omvormer" in [cell.value for cell in book["De vraag"][2]]
    headings = [cell.value for cell in book["Producten"][1]]
    assert book["Producten"].cell(row=2, column=headings.index("Soort product") + 1).value == "Omvormer"
    assert [cell.value for cell in book["Keuzelijsten"]["A"]].count("Omvormer") <= 1


def test_rest_takes_and_gives_the_type_of_a_demand(world: World, client: Client) -> None:
    tender = _make_tender(world, world.now, **asked(productType=INVERTER))
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    answer = client.get(f"/api/v1/tenders/{tender.public_id}", headers=headers).json()
    assert answer["lots"][0]["items"][0]["productType"] == INVERTER


def test_a_type_of_another_group_is_refused_at_its_field(world: World) -> None:
    ((attr, code, detail),) = refused(world, productType="laptop")
    assert (attr, code) == ("lots.0.items.0.productType", "invalid_choice")
    assert "'laptop' is geen soort van" in detail


def test_a_type_in_a_group_without_types_is_refused(world: World) -> None:
    row = {"number": 1, "description": "Papier", "neededCount": 12, "neededYears": "4", "productType": INVERTER}
    with pytest.raises(Refused) as found:
        _make_tender(world, world.now, productGroup="papier", items=[row])
    (problem,) = found.value.problems
    assert (problem.attr, problem.code) == ("lots.0.items.0.productType", "not_applicable")
