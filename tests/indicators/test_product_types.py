"""Product types below the groups: found by words and codes, told on pages and over REST, chosen to calculate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.lines.gaps import find_gaps
from indicators.models import BaselineProduct, GroupCpv, Processing, ProductType
from indicators.protocols.data_request import data_request
from indicators.selectors import (
    basis_arrays,
    cpv_prefixes,
    current_basis,
    get_group,
    offered_types,
    types_meant,
)
from indicators.views.group_types import made_of
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Role
from tests.pages import Page
from tests.product_types import GROUP, INVERTER, PANEL, make_product

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("product_types"), pytest.mark.any_database]
Bearer = Callable[..., dict[str, str]]
PAGE = f"/productgroepen/{GROUP}/"


@pytest.fixture
def ask(client: Client, bearer: Bearer) -> Callable[[str], Any]:
    """Asks something of the API: `ask("product-types?group=zonnepanelen")`."""
    headers = bearer(Role.NATIONAL_VIEWER)
    return lambda path: client.get(f"/api/v1/{path}", headers=headers).json()


def meant(code: str, *texts: str) -> list[str]:
    """The codes of the types that a code and these texts suggest."""
    return [each.code for each in types_meant(code, texts, cpv_prefixes())]


def test_the_longest_prefix_of_a_cpv_code_names_the_type() -> None:
    assert meant("31155000-7") == [INVERTER]
    assert meant("31155") == []
    longer = ProductType.objects.get(code=PANEL)
    GroupCpv.objects.create(group=longer.group, prefix="0933100", product_type=longer)
    assert meant("09331000-8") == [PANEL]
    # A longer prefix that names only its group says that the type is not known there.
    GroupCpv.objects.create(group=longer.group, prefix="09331000")
    assert meant("09331000-8") == []


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Omvormers voor het dak",), [INVERTER]),
        (("Inverter 5 kW",), [INVERTER]),
        (("zonnepanelen",), [PANEL]),
        (("Iets anders", "Omvormers"), [INVERTER]),
        (("Stoelen",), []),
        (("",), []),
    ],
)
def test_words_in_dutch_and_english_suggest_the_type(texts: tuple[str, ...], expected: list[str]) -> None:
    among = list(ProductType.objects.filter(code__in=(PANEL, INVERTER)))
    assert [each.code for each in types_meant("", texts, cpv_prefixes(), among)] == expected


def test_a_type_that_ended_or_was_replaced_is_not_offered() -> None:
    panel, inverter = (ProductType.objects.get(code=code) for code in (PANEL, INVERTER))
    assert offered_types([panel, inverter]) == [panel, inverter]
    inverter.valid_to = clock.today() - timedelta(days=1)
    panel.successor = inverter
    assert offered_types([panel, inverter]) == []
    inverter.valid_to, inverter.valid_from = None, clock.today() + timedelta(days=1)
    assert offered_types([inverter]) == []


def test_rest_lists_the_types_of_a_group(ask: Callable[[str], Any]) -> None:
    rows = {row["code"]: row for row in ask(f"product-types?group={GROUP}")["results"]}
    inverter = rows[INVERTER]
    assert (inverter["name"], inverter["nameEn"], inverter["productGroup"]) == ("Omvormer", "Inverter", GROUP)
    assert (inverter["functionalUnit"], inverter["massMinKg"], inverter["lifetimeCapYears"]) == (
        "1 omvormer",
        8,
        10,
    )
    assert (inverter["validFrom"], inverter["validTo"], inverter["successor"]) == ("2026-01-01", None, None)
    assert rows[PANEL]["massMinKg"] is None
    assert set(ask(f"product-groups/{GROUP}")["productTypes"]) == set(rows)
    assert ask("product-groups/papier")["productTypes"] == []
    assert ask("product-types?group=papier")["results"] == []


def test_rest_suggests_types_and_fills_nothing_in(ask: Callable[[str], Any]) -> None:
    found = ask(f"product-types/suggestions?name=Omvormers&group={GROUP}")["suggestions"]
    assert [row["code"] for row in found] == [INVERTER]
    assert ask("product-types/suggestions?name=Omvormers&group=papier")["suggestions"] == []
    found = ask("product-types/suggestions?name=kast&cpv=31155000-7")["suggestions"]
    assert found[0]["code"] == INVERTER
    (row,) = [row for row in ask("cpv-codes?search=31155000")["results"] if row["code"] == "31155000"]
    assert (row["productGroup"], row["productType"], row["prefix"]) == (GROUP, INVERTER, "31155000")


def test_rest_tells_of_a_product_its_type_and_what_came_in_its_place(
    ask: Callable[[str], Any], client: Client
) -> None:
    make_product(
        ProductType.objects.get(code=PANEL),
        **{"code": "oud-paneel", "name_nl": "Oud paneel", "kind": "reference", "mass_kg": Decimal(20)},
        successor=BaselineProduct.objects.get(code="proef-paneel-referentie"),
    )
    rows = {row["code"]: row for row in ask(f"product-groups/{GROUP}/products?limit=100")["results"]}
    assert rows["oud-paneel"]["successor"] == "proef-paneel-referentie"
    assert rows["zonnepaneel-referentie"]["productType"] is None
    panel = rows["proef-paneel-referentie"]
    assert (panel["productType"], panel["successor"], panel["line"]["productType"]) == (PANEL, None, PANEL)
    text = text_of(client.get(PAGE))
    before, _, after = text.partition("Eerdere versies (")
    assert "Oud paneel" not in before
    assert "Oud paneel Paneel daarna: Paneel, marktstandaard" in after


def test_the_page_of_a_group_tells_its_types_each_at_an_address(client: Client) -> None:
    page = Page(client.get(PAGE))
    said = page.ids[f"soort-{INVERTER}"]
    assert said.startswith("Omvormer per 1 omvormer 8 tot 60 8 tot 12 10")
    assert "Omvormer, marktstandaard" in said
    # What a type does not say itself, its group says.
    assert "5 tot 40" in page.ids[f"soort-{PANEL}"]
    # On this basis nobody says what making panels costs, and primary material has no term for it.
    assert said.endswith("10 onbekend onbekend Omvormer; Omvormer, marktstandaard")
    assert "Maken: Klimaat (CO2)" in page.text
    assert "Maken: Primair materiaal" not in page.text
    assert "Soorten product" not in text_of(client.get("/productgroepen/papier/"))


def test_the_page_of_cpv_codes_names_the_type(client: Client) -> None:
    text = text_of(client.get(reverse("indicators:cpv"), {"zoek": "31155000"}))
    assert "Omvormer" in text.split("31155000")[1]


def test_gaps_are_told_per_type(client: Client) -> None:
    group = next(each for each in find_gaps().groups if each.group.code == GROUP)
    types = {each.product_type.code: each for each in group.types}
    assert types[INVERTER].lacks == []
    assert types[PANEL].lacks == ["Basisproduct"]
    assert {each.product.code for each in types[PANEL].products} == {"proef-paneel-referentie"}
    assert types[INVERTER].state("primary_abiotic") == "complete"
    assert types[INVERTER].state("materials") == "partly"
    assert group.group.name_nl + ", Paneel geen Basisproduct" in text_of(client.get("/ontbreekt/"))


def test_the_request_asks_for_the_type_where_the_group_has_types(client: Client) -> None:
    schema = data_request(get_group(GROUP))["properties"]["productType"]
    assert [(each["const"], each["title"]) for each in schema["oneOf"]] == [
        (INVERTER, "Omvormer"),
        (PANEL, "Paneel"),
    ]
    assert (schema["title"], schema["x-asked-from"]) == ("Soort product", "light")
    assert "productType" not in data_request(get_group("papier"))["properties"]
    page = text_of(client.get(f"{PAGE}uitvraag/?niveau=light"))
    assert "Soort product nee niet gevraagd" in page
    assert "Kies uit: Omvormer, Paneel." in page
    assert "Soort product" not in text_of(client.get("/productgroepen/papier/uitvraag/?niveau=light"))


SUM = {
    "productGroup": GROUP,
    "lines.0.reference": "kast",
    "lines.0.massKg": "12",
    "lines.0.count": "1",
    "lines.0.lifetimeYears": "10",
    "lines.0.circularStrategy": "new",
    "lines.0.endOfLifePlan": "none",
    "lines.0.billOfMaterials.0.material": "staal",
    "lines.0.billOfMaterials.0.share": "100",
    "lines.0.billOfMaterials.0.recycled": "0",
}
TYPE = "lines.0.productType"


def test_in_reken_zelf_somebody_chooses_the_type(client: Client) -> None:
    # 10 years is short for a panel and usual for an inverter, and a group without a type holds for both.
    page = Page(client.post("/reken-zelf/", SUM))
    assert "ongewoon voor deze productgroep" in page.text
    assert page.sent[TYPE] == ""
    page = Page(client.post("/reken-zelf/", page.sent | {TYPE: INVERTER}))
    assert page.status == 200
    assert page.sent[TYPE] == INVERTER
    assert "Noem de soort product" not in page.text
    page = Page(client.post("/reken-zelf/", page.sent | {"productGroup": "papier"}))
    assert page.status == 400
    assert "heeft geen soorten: laat dit veld leeg" in page.message_at(TYPE)
    page = Page(client.post("/reken-zelf/", page.sent | {"productGroup": GROUP, TYPE: "laptop"}))
    assert "'laptop' is geen soort van Zonnepanelen" in page.message_at(TYPE).replace("’", "'")


def test_making_is_told_as_a_value_as_bounds_or_as_unknown() -> None:
    info = next(each for each in basis_arrays(current_basis()).indicators if each.code == "climate")

    def told(code: str = PANEL, **fields: Any) -> str:
        shown = made_of({("", "climate"): Processing(**fields)}, code, info)
        return " ".join(text for text in shown.values() if text)

    assert told(state="range", low=1.2, value=2.2, high=4.0) == "2,2 tussen 1,2 en 4"
    assert told(state="value", value=2.2) == "2,2"
    assert told(state="included") == "in de materialen"
    assert told(state="unknown") == "onbekend"
    of_type = {
        ("", "climate"): Processing(state="unknown"),
        (PANEL, "climate"): Processing(state="value", value=3.0),
    }
    assert made_of(of_type, PANEL, info)["value"] == "3"
    assert made_of(of_type, INVERTER, info)["value"] == "onbekend"
