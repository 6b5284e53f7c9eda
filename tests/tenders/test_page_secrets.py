"""What the pages of tenders never tell: bids before the opening, bids of others, and what others own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground.models import Role
from tenders.models import Bid, BidVersion, Tender
from tests import corpus
from tests.pages import Page
from tests.worlds import World

from .conftest import AFTER_OPENING, STATES, lines

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
PAGES = ("tender", "edit", "publish", "open", "cancel", "decide", "withdraw", "compare", "bid_form")
ORGANISATION = {
    "inkoper-1": Role.PROCUREMENT_OFFICER,
    "auditor-1": Role.AUDITOR,
    "toetser-1": Role.REVIEWER,
    "beheerder-1": Role.ORGANISATION_ADMINISTRATOR,
    "contractmanager-1": Role.CONTRACT_MANAGER,
}
SEALED = [state for state in STATES if state not in ("draft", *AFTER_OPENING)]
# The price, the words, the numbers, the material and the supplier of a bid that is searched for everywhere.
CANARY = {"clientReference": "kanarie-offerte", "price": "87654.32"}
LINE = {"name": "kanarie-stoel", "reference": "kanarie-regel", "massKg": "13.7531"}
TELLTALE = (
    *("kanarie", "87654", "87.654", "13,75", "13.75", "Staal", "staal", "steel", "Plastic", "plastic"),
    *("Leverancier-a", "leverancier-a", "Leverancier-b", "leverancier-b"),
)


def addresses(tender: Tender) -> Iterator[str]:
    """Every page about this tender and its bids, and the lists."""
    yield from ("/", "/aanbestedingen/", "/aanbestedingen/?status=closed", "/inschrijvingen/", "/contracten/")
    for name in PAGES:
        yield reverse(f"tenders:{name}", args=[tender.public_id])
    for bid in Bid.objects.filter(lot__tender=tender):
        for name in ("bid", "bid_withdraw"):
            yield reverse(f"tenders:{name}", args=[bid.public_id])


def said_to(client: Client, tender: Tender) -> str:
    """Everything that these pages show somebody, refusals too."""
    pages = [client.get(address, follow=True) for address in addresses(tender)]
    return "\n".join(page.content.decode() for page in pages)


@pytest.mark.parametrize("state", SEALED)
def test_before_the_opening_nobody_of_the_organisation_learns_anything_of_a_bid(
    state: str, stage: Stage, submit: Callable[..., BidVersion], browser: Browser, world: World
) -> None:
    for username, role in ORGANISATION.items():
        world.actor(role, world.city, username)
    submit("leverancier-c", **CANARY, lines=lines(1, **LINE))
    tender = stage(state)
    bids = list(Bid.objects.all())
    assert len(bids) == 3
    for username in ORGANISATION:
        text = said_to(browser(username), tender)
        for word in (*TELLTALE, "Leverancier-c", "leverancier-c", *(str(bid.public_id) for bid in bids)):
            assert word not in _without_own_address(text), (username, word)


def test_after_the_opening_the_same_search_finds_the_bid(
    stage: Stage, submit: Callable[..., BidVersion], browser: Browser
) -> None:
    submit("leverancier-c", **CANARY, lines=lines(1, **LINE))
    text = said_to(browser("inkoper-1"), stage("opened"))
    for word in ("kanarie-offerte", "kanarie-stoel", "87.654", "Staal", "Leverancier-c"):
        assert word in text


def _without_own_address(text: str) -> str:
    """Signing in and the other language repeat the address that was asked: what the asker typed is no news."""
    return re.sub(r'(next|terug)=[^"&]*', "", text)


@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_a_bidder_never_learns_of_another_bid(
    state: str, stage: Stage, submit: Callable[..., BidVersion], browser: Browser, world: World
) -> None:
    other = submit("leverancier-c", **CANARY, lines=lines(1, **LINE)).bid
    tender = stage(state)
    text = _without_own_address(said_to(browser("leverancier-a-1"), tender))
    assert "Bureaustoel" in text
    for word in ("kanarie", "87.654", "13,7531", "Leverancier-b", "Leverancier-c", str(other.public_id)):
        assert word not in text, word


@pytest.mark.parametrize("state", STATES)
def test_somebody_elses_tender_answers_like_one_that_is_not_there(
    state: str, stage: Stage, browser: Browser, world: World
) -> None:
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    world.actor(Role.SUPPLIER, world.suppliers["leverancier-c"], "leverancier-c-1")
    tender = stage(state)
    client = browser("inkoper-4")
    # Also with a first person waiting: nobody agreed that an officer elsewhere opens as the second one.
    for name in [name for name in PAGES if name != "bid_form"]:
        check_same_as_absent(client, f"tenders:{name}", tender.public_id)
    if "bid" in world.names:
        check_same_as_absent(client, "tenders:bid", uuid.UUID(world.names["bid"]))
        bidder = browser("leverancier-c-1")
        check_same_as_absent(bidder, "tenders:bid", uuid.UUID(world.names["bid"]))
        check_same_as_absent(bidder, "tenders:bid_withdraw", uuid.UUID(world.names["bid"]))
    else:
        check_same_as_absent(browser("leverancier-c-1"), "tenders:tender", tender.public_id)
        check_same_as_absent(browser("leverancier-c-1"), "tenders:bid_form", tender.public_id)


def check_same_as_absent(client: Client, name: str, public_id: uuid.UUID) -> None:
    """GET and POST answer 404 (405 where nothing can be sent), with the page that an unknown id gets."""
    nothing = uuid.UUID("3f2f1d1e-0000-4000-8000-000000000000")
    for method, refusals in ((client.get, (404,)), (client.post, (404, 405))):
        found, absent = (method(reverse(name, args=[each])) for each in (public_id, nothing))
        assert found.status_code == absent.status_code, name
        assert found.status_code in refusals, (name, found.status_code)
        assert _comparable(found, public_id) == _comparable(absent, nothing)


def _comparable(answer: object, own: uuid.UUID) -> str:
    text = answer.content.decode().replace(str(own), "")  # type: ignore[attr-defined]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


@pytest.mark.parametrize("state", STATES)
def test_looking_changes_nothing(state: str, stage: Stage, browser: Browser, world: World) -> None:
    world.supplier_actor("leverancier-a")
    world.actor(Role.AUDITOR, world.city, "auditor-1")
    tender = stage(state)
    before = corpus.digest()
    for username in ("inkoper-1", "inkoper-2", "auditor-1", "leverancier-a-1"):
        client = browser(username)
        for address in addresses(tender):
            for method in (client.get, client.head):
                assert method(address).status_code < 500, address
    assert corpus.digest() == before


@pytest.mark.parametrize("state", ["draft", "published", "first", "opened", "decided"])
def test_every_page_works_without_javascript_and_with_a_strict_content_policy(
    state: str, stage: Stage, browser: Browser, world: World
) -> None:
    world.supplier_actor("leverancier-a")
    tender = stage(state)
    seen = 0
    for username in ("inkoper-1", "leverancier-a-1"):
        client = browser(username)
        for address in addresses(tender):
            answer = client.get(address)
            if answer.status_code == 200:
                seen += 1
                check_without_javascript(Page(answer), address)
    assert seen >= 8


def check_without_javascript(page: Page, address: str) -> None:
    """No code in the page; what htmx would send, an ordinary press of the button sends too."""
    for tag, given in page.tags:
        assert not any(name.startswith("on") for name in given), (address, given)
        assert "style" not in given, (address, given)
        assert not given.get("href", "").startswith("javascript:"), address
        if tag == "script":
            assert given.get("src"), (address, "a script in the page")
        if "hx-post" in given:
            assert tag == "button", (address, given)
            assert given.get("type") == "submit", (address, given)
            assert given.get("name"), (address, given)


def test_who_is_not_signed_in_signs_in_first(world: World, client: Client) -> None:
    tender = Tender.objects.get()
    for address in addresses(tender):
        if address != "/":
            assert client.get(address)["Location"].startswith("/inloggen/"), address
