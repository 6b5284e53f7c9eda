"""The search box: what it finds, for whom, and that nothing that is typed breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse

from contracts.models import Contract
from indicators.models import Material, MaterialName
from mvi_dashboard.ground import kept
from mvi_dashboard.ground.models import Role, SearchText, User
from mvi_dashboard.ground.searching import Question, Sources, itself
from tenders.models import Tender
from tests import standing
from tests.queries import queries_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
SEARCH = "/zoeken/"
MOST = 12


furnish = standing.states("delivered")


@pytest.fixture
def browser(world: World) -> Callable[[str], Client]:
    """A browser in which this person is signed in."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return signed_in


def links(client: Client, **asked: str) -> list[str]:
    """The addresses of what was found."""
    answer = client.get(SEARCH, asked)
    assert answer.status_code == 200
    lists = re.findall(r'<ul class="hits">(.*?)</ul>', answer.content.decode(), re.S)
    return re.findall(r'<a href="([^"]+)"', "".join(lists))


def page_of(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.public_id])


def test_a_tender_a_contract_and_its_supplier_are_found_by_their_words(browser: Callable[[str], Client]) -> None:
    contract, tender = Contract.objects.get(), Tender.objects.get()
    manager = browser("contractmanager-1")
    assert page_of(contract) in links(manager, q=contract.reference)
    assert page_of(contract) in links(manager, q=f"leverancier {contract.reference}"), "each word in its own table"
    assert "/contracten/?leverancier=leverancier-a" in links(manager, q="leverancier-a")
    found = links(browser("inkoper-1"), q=tender.title[:7].lower())
    assert reverse("tenders:tender", args=[tender.public_id]) in found


@pytest.mark.parametrize(
    "typed", ["staal", "STAAL", "sta", "steel", "  staal  !!", '"staal"', "staal*", "de staal"]
)
def test_a_material_is_found_by_name_synonym_code_or_a_beginning(
    reference: None, client: Client, typed: str
) -> None:
    assert reverse("indicators:material", args=["steel"]) in links(client, q=typed, soort="materialen")


def test_words_of_the_field_and_groups_lead_deeper(reference: None, client: Client) -> None:
    assert f"{reverse('indicators:terms')}#prognose" in links(client, q="prognose")
    assert reverse("indicators:group", args=["kantoormeubilair"]) in links(client, q="kantoormeub")


def test_a_visitor_finds_only_what_is_public(world: World, client: Client) -> None:
    contract, tender = Contract.objects.get(), Tender.objects.get()
    for typed in (contract.reference, tender.title, "leverancier-a", ""):
        found = links(client, q=typed)
        assert not [url for url in found if url.startswith(("/aanbestedingen/", "/contracten/"))]


def test_another_organisation_and_another_supplier_find_nothing_and_no_count(
    world: World, browser: Callable[[str], Client]
) -> None:
    contract = Contract.objects.get()
    world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-water")
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-water")
    world.supplier_actor("leverancier-b")
    for username in ("contractmanager-water", "inkoper-water", "leverancier-b-1"):
        for typed in (contract.reference, "leverancier", "leverancier-a", ""):
            text = browser(username).get(SEARCH, {"q": typed}).content.decode()
            assert page_of(contract) not in text
            assert "1 contract" not in text
            assert "leverancier=leverancier-a" not in text
    own = links(browser("leverancier-a-1"), q=contract.reference)
    assert page_of(contract) in own


def test_whatever_is_found_can_be_opened(world: World, browser: Callable[[str], Client]) -> None:
    world.supplier_actor("leverancier-b")
    for username in ("contractmanager-1", "inkoper-1", "leverancier-a-1", "leverancier-b-1"):
        client = browser(username)
        for url in links(client) + links(client, q="kantoor") + links(client, q="leverancier"):
            assert client.get(url.partition("#")[0].replace("&amp;", "&")).status_code == 200, (username, url)


def test_nothing_of_a_bid_stands_in_the_words(world: World) -> None:
    assert {each.table for each in kept.tables() if each.columns} == {
        "tenders_tender", "tenders_lot", "contracts_contract", "ground_supplier", "indicators_material",
        "indicators_materialname", "indicators_productgroup", "indicators_producttype",
    }  # fmt: skip
    assert not SearchText.objects.filter(table_name__startswith="tenders_bid").exists()


HOSTILE = ["%", "_", "'", '"', "\\", "a' OR '1'='1", "AND OR NOT", "NEAR(a b)", "words:x", "a:*", "!",
           "(", "a & b | c", "x" * 10_000, "woord " * 2_000, "\x00", "a\x00b", "\ud7ff\uffff", "😀", "العربية",
           "de het een", "*", "-a", "^a", "{a}", "a\tb\nc", "1e999", "ﬀ", "İ"]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_looked_for(world: World, browser: Callable[[str], Client], typed: str) -> None:
    client = browser("contractmanager-1")
    for soort in ("", "contracten", "begrippen"):
        assert client.get(SEARCH, {"q": typed, "soort": soort}).status_code == 200


def test_a_question_has_few_words_of_few_letters() -> None:
    assert len(Question.of(" ".join(f"woord{number}" for number in range(100))).words) == 8
    assert Question.of("x" * 10_000).words == ("x" * 40,)
    assert Question.of("?!").words == ()


def test_an_unknown_kind_or_cursor_is_refused(reference: None, client: Client) -> None:
    assert client.get(SEARCH, {"soort": "prijzen"}).status_code == 400
    assert client.get(SEARCH, {"soort": "materialen", "cursor": "kapot"}).status_code == 400


def test_one_kind_comes_in_pages(reference: None, client: Client) -> None:
    first = client.get(SEARCH, {"soort": "materialen"}).content.decode()
    assert 'rel="next"' in first
    assert "Zoek in alles" in first


def test_words_follow_the_row(world: World) -> None:
    row = Material.objects.get(code="steel")
    Material.objects.filter(pk=row.pk).update(name_nl="Wonderspul")
    assert SearchText.objects.get(table_name="indicators_material", row_id=row.pk).words.lower().startswith("wond")
    assert Question.of("wonder").among(
        Material.objects.all(), {Material: itself}
    ).get() == row, "found by its new name"  # fmt: skip
    old = Question.of("staal").among(Material.objects.filter(pk=row.pk), {Material: itself})
    assert not old.exists(), "and no longer by its old one"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("levering zeppelins", True),
        ("zeppelins lev", True),
        ("zeppelins steel", True),
        ("zeppelins kampioen", True),
        ("indicators zeppelins", False),
        ("zeppelins onzin", False),
        ("indicators_material", False),
        ("indicators", False),
        ("de het een", False),
    ],
)
def test_every_word_counts_wherever_it_stands(reference: None, typed: str, found: bool) -> None:
    row = Material.objects.get(code="steel")
    Material.objects.filter(pk=row.pk).update(name_nl="Levering zeppelins")
    MaterialName.objects.create(material=row, language="nl", name="Kampioen")
    names = MaterialName.objects.filter(material=OuterRef("pk"))
    sources: Sources = {Material: itself, MaterialName: lambda hits: Exists(names.filter(itself(hits)))}
    assert (row in Question.of(typed).among(Material.objects.all(), sources)) == found


@pytest.mark.parametrize("typed", ["", "contract", "stoel leverancier"])
def test_a_page_costs_few_queries(world: World, browser: Callable[[str], Client], typed: str) -> None:
    for username in ("contractmanager-1", "leverancier-a-1"):
        statements = queries_of(browser(username), f"{SEARCH}?q={typed}")
        assert len(statements) <= MOST, statements


def test_the_box_stands_on_every_page_and_works_without_script(reference: None, client: Client) -> None:
    text = client.get("/").content.decode()
    assert '<form method="get" action="/zoeken/" role="search"' in text
