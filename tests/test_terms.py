"""Every word of the field has one definition, one click away from where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from indicators import glossary
from indicators.models import Indicator
from mvi_dashboard.ground.models import Role
from tests import corpus
from tests.pages import Page
from tests.queries import queries_of
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
LIST = "/uitleg/begrippen/"
_LONGEST = 210
_LINK = re.compile(r'<a class="term" href="([^"]+)" data-term="([^"]+)" data-definition="([^"]+)">')
_CALLED = re.compile(r'(?:\{% term |"term": )"([^"]+)"')
_ROOMS = ("indicators", "tenders", "contracts", "reporting", "mvi_dashboard")
SUM = {"levensduurimpact", "per-jaar", "onvolledig", "indicator", "rekenbasis", "r-strategie", "e-plan"}
MEASURES = {"beloofd", "prognose", "tot-nu", "volume", "onvolledig"}


def said_on(page: Page) -> set[str]:
    """The codes of the terms that a page offers; each with the definition of the list."""
    found = set()
    for address, name, definition in _LINK.findall(page.html):
        path, _, code = html.unescape(address).partition("#")
        assert path == LIST
        assert name
        if code in glossary.terms():
            assert html.unescape(definition) == glossary.terms()[code].definition
        found.add(code)
    return found


@pytest.fixture
def see() -> Callable[..., Page]:
    """The page as an officer, a contract manager, a policy officer or a supplier sees it."""
    world = World(corpus.this_moment())
    world.build(["opened-tender"])
    opened, bid = world.names.pop("tender"), world.names.pop("bid")
    world.build(["contract", "delivered"])
    people = {
        "inkoper-1": world.person(Role.PROCUREMENT_OFFICER, world.city, "inkoper-1"),
        "contractmanager-1": world.person(Role.CONTRACT_MANAGER, world.city, "contractmanager-1"),
        "beleid-1": world.person(Role.POLICY_OFFICER, world.city, "beleid-1"),
    }

    def get(path: str, who: str = "") -> Page:
        client = Client()
        if who:
            client.force_login(people[who])
        names = {"opened": opened, "bid": bid, "contract": world.names["contract"]}
        return Page(client.get(path.format(**names)))

    return get


PAGES: tuple[tuple[str, str, set[str]], ...] = (
    ("/aanbestedingen/{opened}/", "inkoper-1", {"referentieproduct", "rekenbasis"}),
    (
        "/aanbestedingen/{opened}/vergelijken/",
        "inkoper-1",
        {"plaats", "indicator-climate", "referentieproduct", "vermeden-effect", "hele-aankopen", "onvolledig"}
        | {"levensduur", "r-strategie", "e-plan", "per-jaar", "levensduurimpact", "methode"}
        | {"datakwaliteit", "slechtste-klasse", "aanname"},
    ),
    (
        "/aanbestedingen/{opened}/vergelijken/?onzekerheid=ja",
        "inkoper-1",
        {"kans", "onzekerheid", "pedigree", "gevoeligheid"},
    ),
    ("/inschrijvingen/{bid}/", "inkoper-1", SUM | {"massa", "levensduur"}),
    ("/contracten/", "contractmanager-1", {"beloofd", "prognose", "ingevuld"}),
    (
        "/contracten/{contract}/",
        "contractmanager-1",
        {
            "beloofd",
            "beloofd-tot-nu",
            "tot-nu",
            "niet-gemeten",
            "prognose",
            "ingevuld",
            "prognose-min-beloofd",
            "rekenbasis",
        }
        | {
            "levensduurimpact",
            "per-jaar",
            "vraag",
            "referentieproduct",
            "vermeden-effect",
            "prognose-min-beloofd-in-totalen",
        },
    ),
    (
        "/dashboard/?jaren=purchase",
        "beleid-1",
        MEASURES | {"beloofd-tot-nu", "vermeden-effect", "ingevuld", "datakwaliteit"},
    ),
    ("/productgroepen/", "", {"levensduur"}),
    ("/productgroepen/kantoormeubilair/", "", {"basisproduct", "referentieproduct", "massa", "levensduur"}),
    ("/factoren/", "", {"factor", "indicator", "gerecycled-deel", "pedigree"}),
    ("/materialen/steel/", "", {"indicator", "gerecycled-deel", "pedigree"}),
    ("/factorsets/", "", {"factorset"}),
    ("/grondslagen/", "", {"rekenbasis", "methode", "r-strategie", "e-plan", "aanname", "milieukosten-indicatie"}),
    ("/reken-zelf/", "", {"aandeel", "gerecycled-deel", "massa", "levensduur", "r-strategie", "e-plan"}),
    ("/uitleg/", "", {"factor", "gewogen-impact", "ingevuld", "datakwaliteit", "aanname", "gevoeligheid"}),
    ("/uitleg/rekenvoorbeeld/", "", {"aandeel", "gerecycled-deel", "factor", "r-strategie", "e-plan", "aanname"}),
    ("/ontbreekt/", "", {"onbekend", "terugvaloptie"}),
    ("/methodes/", "", {"methode"}),
    ("/methodes/pef-cff/1/", "", {"r-strategie", "e-plan", "cff-a", "cff-b", "cff-q"}),
    (
        "/contracten/{contract}/andere-methodes/",
        "contractmanager-1",
        {"methode", "beloofd", "tot-nu", "prognose", "vermeden-effect"},
    ),
)


@pytest.mark.parametrize(("path", "who", "offered"), PAGES)
def test_a_page_offers_the_terms_that_its_headings_use(
    path: str, who: str, offered: set[str], see: Callable[..., Page]
) -> None:
    page = see(path, who)
    assert page.status == 200
    assert offered <= said_on(page)


def test_a_result_of_reken_zelf_offers_its_terms() -> None:
    client = Client()
    example = Page(client.get("/reken-zelf/?voorbeeld=bank"))
    result = Page(client.post("/reken-zelf/", example.sent))
    offered = {"gewogen-impact", "maken", "gebruik", "aandeel", "gerecycled-deel", "factor", "datakwaliteit"}
    assert result.status == 200
    assert SUM | offered <= said_on(result)


def test_every_term_that_is_used_somewhere_exists() -> None:
    files = [
        path
        for room in _ROOMS
        for pattern in ("*.html", "*.py")
        for path in (Path(settings.BASE_DIR) / room).rglob(pattern)
    ]
    used = {code for path in files for code in _CALLED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 25
    assert used <= set(glossary.terms())


@pytest.mark.parametrize("code", list(glossary.terms()))
def test_a_definition_is_short_and_leads_on(code: str) -> None:
    term = glossary.terms()[code]
    assert 10 < len(term.definition) <= _LONGEST
    assert term.definition.endswith(".")
    assert len(re.findall(r"\.(?: |$)", term.definition)) <= 2
    headings = re.findall(r"^#+ (?:\d+\. )?(.+)$", (settings.BASE_DIR / "docs" / "method.md").read_text(), re.M)
    assert any(heading.startswith(term.section) for heading in headings), term.section
    if term.more_url:
        path, _, anchor = term.more_url.partition("#")
        page = Page(Client().get(path))
        assert page.status == 200
        assert not anchor or anchor in page.ids, term.more_url


def test_every_term_and_every_indicator_stands_in_the_list_with_its_definition() -> None:
    client = Client()
    page = Page(client.get(LIST))
    indicators = {f"indicator-{row.code}": row.definition_nl for row in Indicator.objects.all()}
    expected = {code: term.definition for code, term in glossary.terms().items()} | indicators
    assert indicators
    assert set(expected) <= set(page.ids)
    for code, definition in expected.items():
        assert definition, code
        assert re.sub(r"\s+", " ", definition.strip()) in page.text, code
    assert len(queries_of(client, LIST)) <= 3


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("marktstandaard", "referentieproduct"),
        ("CFF", "pef-cff"),
        ("KLIMAAT", "indicator-climate"),
        ("T", "levensduur"),
    ],
)
def test_a_term_is_found_by_its_other_names(asked: str, code: str) -> None:
    page = Page(Client().get(LIST, {"zoek": asked}))
    assert code in page.ids
    assert f'value="{asked}"' in page.html


@pytest.mark.parametrize("asked", ["xyzzy", "xyzzy\x00", "<script>xyzzy"])
def test_what_is_not_in_the_list_is_said(asked: str) -> None:
    page = Page(Client().get(LIST, {"zoek": asked}))
    assert page.status == 200
    assert "Niets gevonden" in page.text
    assert "<script>xyzzy" not in page.html


def test_without_script_a_term_is_a_plain_link(see: Callable[..., Page]) -> None:
    page = see("/contracten/", "contractmanager-1")
    attributes: list[dict[str, Any]] = [given for tag, given in page.tags if given.get("class") == "term"]
    assert attributes
    assert {given["href"].partition("#")[0] for given in attributes} == {reverse("indicators:terms")}
    inside = re.findall(
        r'<(?:a|button|summary)\b[^>]*>(?:(?!</(?:a|button|summary)>).)*<a class="term"', page.html, re.S
    )
    assert inside == []
