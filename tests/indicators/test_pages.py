"""The pages of the framework: each answers to everybody, with few queries and with the numbers of the method."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Material
from mvi_dashboard.ground.models import Supplier
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

PAGES = (
    *("/productgroepen/", "/productgroepen/kantoormeubilair/", "/productgroepen/catering/", "/materialen/"),
    *("/materialen/?zoek=staal&soort=material", "/materialen/steel/", "/materialen/electricity/", "/factoren/"),
    *("/factoren/?versie=metabolic-bankstel:1&indicator=climate", "/grondslagen/", "/uitleg/", "/reken-zelf/"),
    *("/factorsets/", "/ontbreekt/", "/cpv/", "/cpv/?zoek=45233"),
    "/reken-zelf/?voorbeeld=bank",
)


def text_of(answer: Any) -> str:
    """What a reader sees: no tags, single spaces."""
    without = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(without))


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_open_to_everybody_with_few_queries(path: str, client: Client) -> None:
    # A group with product types reads those, and what making them costs.
    assert len(queries_of(client, path)) <= (14 if path == "/productgroepen/kantoormeubilair/" else 12)
    assert "<h1>" in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/productgroepen/niets/", "/materialen/niets/"])
def test_what_does_not_exist_is_a_page_of_our_own(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()


def test_the_names_of_the_addresses() -> None:
    found = [reverse(f"indicators:{name}") for name in ("groups", "materials", "factors", "bases", "explanation")]
    assert found == ["/productgroepen/", "/materialen/", "/factoren/", "/grondslagen/", "/uitleg/"]
    assert reverse("indicators:assess") == "/reken-zelf/"


def test_a_material_is_found_by_a_synonym_and_pages_follow_each_other(client: Client) -> None:
    assert "elektriciteit" in text_of(client.get("/materialen/?zoek=stroom"))
    assert "Niets gevonden" in text_of(client.get("/materialen/?zoek=xyzzy%00"))
    seen: set[str] = set()
    path = "/materialen/"
    while path:
        page = client.get(path).content.decode()
        codes = set(re.findall(r'href="/materialen/([^"?]+)/"', page))
        assert not codes & seen
        seen |= codes
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = html.unescape(following[1]) if following else ""
    assert seen == set(Material.objects.values_list("code", flat=True))


def test_a_cursor_of_somebody_else_is_refused(client: Client) -> None:
    assert client.get("/materialen/?cursor=iets").status_code == 400


def test_a_private_material_is_not_on_the_public_pages(client: Client, supplier: Supplier) -> None:
    Material.objects.create(
        code="eigen", kind="material", unit="kg", name_nl="eigen mengsel", owner_supplier=supplier
    )
    assert "eigen mengsel" not in text_of(client.get("/materialen/?zoek=eigen"))
    assert client.get("/materialen/eigen/").status_code == 404


def test_a_material_shows_every_factor_with_its_source(client: Client) -> None:
    answer = client.get("/materialen/steel/")
    text = text_of(answer)
    for part in ("6,88", "Op weg naar klimaatneutraal en circulair inkopen", "2019", "NL", "redelijk", "licence"):
        assert part in text
    assert "http://people.bath.ac.uk/cj219/" in answer.content.decode()


def test_assumed_factors_are_marked(client: Client) -> None:
    text = text_of(client.get("/grondslagen/"))
    assert "Opgeknapt (R5) 0,80 aanname" in text
    assert "Terugname 0,90 aanname" in text
    assert "volgt het plan" in text
    assert "geen aankoop" in text


def test_the_explanation_calculates_the_worked_example(client: Client) -> None:
    text = text_of(client.get("/uitleg/"))
    for part in ("5,28 kilo CO2 per kilo", "1,89 kilo CO2 per kilo", "1,8945", "2,9200", "0,1238", "12,7 kilo"):
        assert part in text
    assert "schrijft 2,8 voor klimaat en 4,3 voor grondstoffen" in text
    assert "deelt door 67 kg" in text
