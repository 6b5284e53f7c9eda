"""Every list is described once: its table sorts and pages by the address, and all of it comes as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from contracts.models import Contract
from indicators.models import Factor, Material
from mvi_dashboard.ground import table_files
from mvi_dashboard.ground.models import Role, User
from mvi_dashboard.ground.ordering import Order, Orders
from mvi_dashboard.ground.problems import Refused
from tests import standing
from tests.worlds import World

pytestmark = pytest.mark.django_db
MATERIALS, FACTORS, TENDERS, CONTRACTS = "/materialen/", "/factoren/", "/aanbestedingen/", "/contracten/"


furnish = standing.states("delivered")


@pytest.fixture
def browser(world: World) -> Callable[[str], Client]:
    """A browser in which this person is signed in."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return signed_in


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of the CSV at this address."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def walked(client: Client, address: str) -> list[str]:
    """The codes of every page of the list of materials, in the order in which somebody meets them."""
    met: list[str] = []
    while address:
        text = client.get(address).content.decode()
        met += re.findall(r"<code>\s*([a-z0-9-]+)\s*</code>", text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    return met


@pytest.mark.parametrize(("asked", "backwards"), [("code", False), ("-code", True)])
def test_a_list_keeps_its_order_from_page_to_page(
    reference: None, client: Client, asked: str, backwards: bool
) -> None:
    codes = Material.objects.filter(owner_organisation=None, owner_supplier=None).order_by("code")
    every = list(codes.values_list("code", flat=True))
    met = walked(client, f"{MATERIALS}?sorteer={asked}")
    assert len(met) > 50
    assert met == (every[::-1] if backwards else every)


def test_the_head_says_how_it_is_sorted_and_sorts_the_other_way(reference: None, client: Client) -> None:
    text = client.get(f"{MATERIALS}?sorteer=code&zoek=hout").content.decode()
    heads = re.findall(r"<th\s[^>]*aria-sort=\"(\w+)\"[^>]*>\s*<a class=\"sort\" href=\"([^\"]+)\">(\w+)", text)
    said = {label: (way, url.replace("&amp;", "&")) for way, url, label in heads}
    assert said["Code"] == ("ascending", f"{MATERIALS}?zoek=hout&sorteer=-code")
    assert said["Naam"] == ("none", f"{MATERIALS}?zoek=hout&sorteer=naam")
    assert '<input type="hidden" name="sorteer" value="code">' in text, "looking for something keeps the order"


@pytest.mark.parametrize("query", ["sorteer=prijs", "sorteer=--code", "sorteer=%00", "als=exe", "sorteer=id"])
def test_what_a_list_does_not_have_is_said(reference: None, client: Client, query: str) -> None:
    answer = client.get(f"{MATERIALS}?{query}")
    assert answer.status_code == 400
    assert ("Sorteren: " if "sorteer" in query else "csv of xlsx") in answer.content.decode()


def test_a_cursor_of_another_order_is_refused(reference: None, client: Client) -> None:
    text = client.get(f"{MATERIALS}?sorteer=code").content.decode()
    cursor = re.search(r"cursor=([\w-]+)", text)
    assert cursor
    assert client.get(f"{MATERIALS}?sorteer=-code&cursor={cursor[1]}").status_code == 400


@pytest.mark.parametrize("asked", ["gerecycled", "-gerecycled"])
def test_what_is_not_known_comes_last_both_ways(reference: None, client: Client, asked: str) -> None:
    found = [row["Gerecycled"] for row in rows_of(client, f"{FACTORS}?sorteer={asked}&indicator=&als=csv")]
    known = [each for each in found if each]
    assert known
    assert found == known + [""] * (len(found) - len(known))
    numbers = [float(each.replace(",", ".")) for each in known]
    assert numbers == sorted(numbers, reverse=asked.startswith("-"))


def test_a_file_has_every_row_that_the_page_would_show_in_pages(reference: None, client: Client) -> None:
    rows = rows_of(client, f"{FACTORS}?indicator=&als=csv")
    assert {row["Factorset"] for row in rows} == {rows[0]["Factorset"]}
    assert len(rows) == Factor.objects.filter(version__factor_set__name_nl=rows[0]["Factorset"]).count()
    assert all(row["Gemaakt op"] and row["Versie"] and row["Bron"] for row in rows)


def test_a_file_of_contracts_says_organisation_basis_unit_and_moment(browser: Callable[[str], Client]) -> None:
    contract = Contract.objects.get()
    row = rows_of(browser("contractmanager-1"), f"{CONTRACTS}?als=csv")[0]
    assert row["Contract"] == contract.reference
    assert row["Organisatie"] == contract.organisation.name
    assert row["Rekenbasis"].strip()
    assert row["Gemaakt op"].strip()
    assert float(row["Prognose (kg CO2-eq)"].replace(",", ".")) > 0


def test_a_workbook_holds_numbers_and_days_as_such(browser: Callable[[str], Client]) -> None:
    answer = browser("contractmanager-1").get(f"{CONTRACTS}?als=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    heads, row = ([cell.value for cell in line] for line in sheet.iter_rows(max_row=2))
    said = dict(zip(heads, row, strict=True))
    assert said["Begin"].date() == Contract.objects.get().start
    assert isinstance(said["Prognose (kg CO2-eq)"], float | int)


def test_a_supplier_gets_no_column_that_its_page_does_not_have(browser: Callable[[str], Client]) -> None:
    row = rows_of(browser("leverancier-a-1"), f"{TENDERS}?als=csv")[0]
    assert "Inschrijvingen" not in row, "how many others bid is nothing for a supplier"
    assert row["Uw inschrijving"] == "Ingediend"
    officers = rows_of(browser("inkoper-1"), f"{TENDERS}?als=csv")[0]
    assert officers["Inschrijvingen"] == "1"
    assert "Uw inschrijving" not in officers


def test_somebody_else_gets_an_empty_file(world: World, browser: Callable[[str], Client]) -> None:
    world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-water")
    assert rows_of(browser("contractmanager-water"), f"{CONTRACTS}?als=csv") == []


def test_nothing_that_was_typed_becomes_a_formula() -> None:
    typed = ['=HYPERLINK("http://voorbeeld.example")', "+1", "-1", "@SUM(A1)", "\t=1", "\x01\x0bgewoon"]
    lines = list(table_files.csv_lines(["Naam"], [[text] for text in typed]))
    assert all(line.startswith(("'", "\"'", "\x01")) for line in lines[1:])
    with table_files.workbook("Lijst: [een]/twee", ["Naam"], [[text] for text in typed]) as book:
        cells = [row[0] for row in load_workbook(book).active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(typed)
    assert cells[-1].value == "gewoon"


def test_an_order_that_is_not_declared_has_no_name() -> None:
    orders = Orders("naam", name=Order("naam", "Naam", "name"))
    with pytest.raises(Refused) as refused:
        orders.asked("-code")
    assert refused.value.problems[0].path == ("sorteer",)


@pytest.mark.parametrize("asked", ["sort=code", "sort=-code"])
def test_a_list_of_rest_is_sorted_and_comes_as_a_file(reference: None, client: Client, asked: str) -> None:
    page = client.get(f"/api/v1/materials?{asked}&limit=5").json()["results"]
    headers: Any = {"Accept": "text/csv"}
    answer = client.get(f"/api/v1/materials?{asked}", headers=headers)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["code"] for row in rows[:5]] == [row["code"] for row in page]
    assert rows[0]["asOf"].endswith("Z")
    book = client.get(f"/api/v1/materials?{asked}", headers={"Accept": table_files.XLSX})
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet.max_row == len(rows) + 1


def test_a_sort_of_rest_comes_from_a_closed_list(reference: None, client: Client) -> None:
    answer = client.get("/api/v1/materials?sort=price")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "sort"


@pytest.mark.parametrize(
    ("role", "address", "order", "head"),
    [
        (Role.PROCUREMENT_OFFICER, "/organisatie/leveranciers/", "code", "Code"),
        (Role.ORGANISATION_ADMINISTRATOR, "/organisatie/mensen/", "email", "E-mail"),
        (None, "/productgroepen/", "code", "Code"),
        ("installation", "/organisaties/", "naam", "Naam"),
    ],
)
def test_lists_of_firms_people_groups_and_organisations_sort_and_come_as_a_file(
    world: World, client: Client, role: Any, address: str, order: str, head: str
) -> None:
    people = {Role.PROCUREMENT_OFFICER: "inkoper-1", Role.ORGANISATION_ADMINISTRATOR: "beheer-1"}
    for name in ("beheer-1", "beheer-2"):
        world.actor(Role.ORGANISATION_ADMINISTRATOR, world.city, name)
        User.objects.filter(username=name).update(email=f"{name}@voorbeeld.example")
    if role == "installation":
        world.actor(Role.PROCUREMENT_OFFICER, world.city, "installatie-1")
        User.objects.filter(username="installatie-1").update(is_superuser=True)
        client.force_login(User.objects.get(username="installatie-1"))
    elif role is not None:
        client.force_login(User.objects.get(username=people[role]))
    found = [row[head] for row in rows_of(client, f"{address}?sorteer={order}&als=csv") if row[head]]
    turned = [row[head] for row in rows_of(client, f"{address}?sorteer=-{order}&als=csv") if row[head]]
    assert len(found) > 1
    assert found == turned[::-1]
    assert found == sorted(found)
    page = client.get(f"{address}?sorteer={order}").content.decode()
    assert 'aria-sort="ascending"' in page or head == "E-mail", "the order stands in the head"
    assert f"sorteer={order}&amp;als=xlsx" in page
    assert client.get(f"{address}?sorteer=bestaat-niet").status_code == 400
