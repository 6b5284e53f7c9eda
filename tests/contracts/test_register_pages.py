"""The pages on which a contract that was there already is entered and made better, as a browser sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts import services
from contracts.models import Contract, ContractLine
from indicators.models import BaselineProduct
from mvi_dashboard.ground.models import Role
from tests.pages import Page
from tests.queries import queries_of
from tests.worlds import World

from .test_register import GROUP, bill, document, state

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MANAGER, OFFICER = "contractmanager-1", "inkoper-1"
Browser = Callable[[str], Client]
QUERIES = 28


@pytest.fixture
def contract(world: World) -> Contract:
    """A contract of which only an amount is known."""
    world.build(["reference"])
    return services.register_contract(world.manager, document=document(world))


@pytest.fixture
def average() -> BaselineProduct:
    """The average product of the group."""
    return BaselineProduct.objects.filter(group__code=GROUP, kind="baseline", successor=None).order_by("pk")[0]


def open_page(client: Client, name: str, contract: Contract, query: str = "", **more: Any) -> Page:
    keys = {"public_id": contract.public_id, **more}
    return Page(client.get(reverse(f"contracts:{name}", kwargs=keys) + query))


def test_a_person_finds_the_form_and_enters_a_contract(world: World, browser: Browser) -> None:
    world.build(["reference"])
    client = browser(OFFICER)
    listed = Page(client.get("/contracten/"))
    assert "/contracten/toevoegen/" in listed.html
    form = Page(client.get("/contracten/toevoegen/"))
    assert {"reference", "supplier", "productGroup", "theme", "amountPerYear", "manager"} <= form.inputs.keys()
    typed = document(world, start="1-7-2023", end="30-6-2027", amountPerYear="20000,50")
    answer = client.post("/contracten/toevoegen/", form.sent | typed)
    made = Contract.objects.get()
    assert answer["Location"] == reverse("contracts:contract", args=[made.public_id])
    page = Page(client.get(answer["Location"]))
    assert "Van dit contract is alleen een bedrag bekend" in page.text
    assert "geen getal" in page.text
    again = client.post("/contracten/toevoegen/", form.sent | typed)
    assert (again.status_code, Contract.objects.count()) == (302, 1)


def test_what_is_wrong_is_said_beside_its_input_and_nothing_is_lost(world: World, browser: Browser) -> None:
    world.build(["reference"])
    client = browser(MANAGER)
    form = Page(client.get("/contracten/toevoegen/"))
    typed = document(world, start="1-7-2023", end="30-6-2020", supplier="Bestaat niet")
    page = Page(client.post("/contracten/toevoegen/", form.sent | typed))
    assert page.status == 400
    assert "voeg deze leverancier eerst toe" in page.text
    assert "De einddatum moet na de begindatum liggen" in page.text
    assert page.sent["title"] == "Bureaus stadhuis"
    assert not Contract.objects.exists()


def test_money_becomes_an_average_and_then_what_the_supplier_says(
    contract: Contract, average: BaselineProduct, browser: Browser
) -> None:
    client, money = browser(MANAGER), contract.lines.get()
    query = f"?vervangt={money.public_id}"
    form = open_page(client, "state_average", contract, query)
    assert "Nu staat er" in form.text
    address = reverse("contracts:state_average", args=[contract.public_id]) + query
    assert client.post(address, form.sent | {"product": average.code, "count": "100"}).status_code == 302
    page = open_page(client, "contract", contract)
    assert "Schatting (gemiddelde van de groep)" in page.text
    assert "20.000" in page.text  # what stood there stays readable
    line = contract.lines.get()
    query = f"?vervangt={line.public_id}"
    form = open_page(client, "state_bill", contract, query)
    assert form.sent["lines.0.count"] == "100"
    typed = {
        "lines.0.reference": "bureau", "lines.0.massKg": "40", "lines.0.lifetimeYears": "10",
        "lines.0.circularStrategy": "new", "lines.0.endOfLifePlan": "none",
        "lines.0.billOfMaterials.0.material": "staal", "lines.0.billOfMaterials.0.share": "60",
        "lines.0.billOfMaterials.0.recycled": "30", "lines.0.billOfMaterials.1.material": "hout",
        "lines.0.billOfMaterials.1.share": "40", "lines.0.billOfMaterials.1.recycled": "0",
    }  # fmt: skip
    address = reverse("contracts:state_bill", args=[contract.public_id]) + query
    longer = Page(client.post(address, form.sent | typed | {"add-row": "lines.0.billOfMaterials"}))
    assert (longer.status, longer.sent["lines.0.massKg"]) == (200, "40")
    answer = client.post(address, form.sent | typed)
    assert answer.status_code == 302, Page(answer).text
    page = open_page(client, "contract", contract)
    assert "Volgens leverancier" in page.text
    assert contract.lines.get().basis_kind == "bill"


def test_a_page_without_award_never_speaks_of_a_promise_that_was_made(
    world: World, contract: Contract, average: BaselineProduct, browser: Browser
) -> None:
    state(world, contract, "average", product=average.code, count="5")
    state(world, contract, "bill", lines=[bill()])
    page = open_page(browser(MANAGER), "contract", contract)
    assert "Beloofd" not in page.text
    assert "deels volgens leverancier" in page.text
    assert "niets beloofd" in Page(browser(MANAGER).get("/contracten/")).text


def test_own_data_are_changed_on_their_page(contract: Contract, browser: Browser) -> None:
    client = browser(MANAGER)
    form = open_page(client, "edit", contract)
    assert form.sent["title"] == "Bureaus stadhuis"
    typed = {"department": "Facilitair", "value": "80000,50", "manager": MANAGER, "noticeMonths": "3"}
    address = reverse("contracts:edit", args=[contract.public_id])
    answer = client.post(address, form.sent | typed)
    assert answer.status_code == 302, Page(answer).text
    page = open_page(client, "contract", contract)
    assert "Facilitair" in page.text
    contract.refresh_from_db()
    assert (str(contract.value), contract.notice_months) == ("80000.50", 3)


def test_a_line_is_taken_out_with_a_reason(contract: Contract, browser: Browser) -> None:
    client, line = browser(MANAGER), contract.lines.get()
    form = open_page(client, "withdraw_line", contract, line=line.public_id)
    assert "20.000" in form.text
    address = reverse("contracts:withdraw_line", args=[contract.public_id, line.public_id])
    assert client.post(address, form.sent).status_code == 400
    assert client.post(address, form.sent | {"reason": "Hoort hier niet."}).status_code == 302
    assert ContractLine.objects.get().withdrawn_at is not None
    assert "weten wij nog niets" in open_page(client, "contract", contract).text


@pytest.mark.parametrize("name", ["contract", "edit", "state_money", "state_average", "state_bill"])
def test_another_organisation_finds_no_page(world: World, contract: Contract, browser: Browser, name: str) -> None:
    world.person(Role.CONTRACT_MANAGER, world.water, "contractmanager-9")
    address = reverse(f"contracts:{name}", args=[contract.public_id])
    assert browser("contractmanager-9").get(address).status_code == 404


def test_an_officer_reads_but_does_not_change(contract: Contract, browser: Browser) -> None:
    client = browser(OFFICER)
    page = open_page(client, "contract", contract)
    assert "Contract wijzigen" not in page.text
    assert client.get(reverse("contracts:state_money", args=[contract.public_id])).status_code == 403


def test_the_page_costs_a_fixed_number_of_queries(
    world: World, contract: Contract, average: BaselineProduct, browser: Browser
) -> None:
    client, address = browser(MANAGER), reverse("contracts:contract", args=[contract.public_id])
    counts = []
    for _ in range(2):
        state(world, contract, "average", product=average.code, count="5")
        state(world, contract, "bill", lines=[bill(), bill(reference="kast", name="Kast")])
        counts.append(len(queries_of(client, address)))
    assert counts == [QUERIES, QUERIES]
