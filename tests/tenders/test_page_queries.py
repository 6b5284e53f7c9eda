"""How many queries the pages of tenders cost: few, and as many for few rows as for many."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground import accounts, audit, triggers
from tenders.models import Bid, BidVersion, LotItem, Tender
from tests.queries import queries_of
from tests.worlds import World, bid_document

from .conftest import lines

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Submit = Callable[..., BidVersion]
OFFICER, BIDDER = "inkoper-1", "leverancier-a-1"
LIST, OWN = "/aanbestedingen/", "/inschrijvingen/"
MOST = 12
TRAIL = 3  # reading somebody else's bid is written in the audit trail
# Opened and withdrawn together with the test itself: the marks of a transaction inside one are no reading.
_MARKS = ("SAVEPOINT", "RELEASE")


def cost(client: Client, address: str) -> int:
    """The number of statements that read or write tables."""
    return sum(1 for sql in queries_of(client, address) if not sql.startswith(_MARKS))


def page_of(name: str, tender: Tender) -> str:
    """The page of a tender."""
    return reverse(f"tenders:{name}", args=[tender.public_id])


def another(row: Any, **changes: Any) -> Any:
    """A second row like this one."""
    made = copy.copy(row)
    made.pk, made._state = None, copy.copy(row._state)
    made._state.adding = True
    for name, value in changes.items():
        setattr(made, name, value)
    made.save()
    return made


@triggers.suspended()
def more_tenders(total: int) -> None:
    """As many tenders like the first one, each with its lot and a bid on it."""
    first = Tender.objects.order_by("pk").first()
    assert first is not None
    lot, bid = first.lots.get(), Bid.objects.order_by("pk").first()
    for number in range(Tender.objects.count(), total):
        tender = another(first, public_id=uuid.uuid4(), reference=f"K-{number}")
        own_lot = another(lot, public_id=uuid.uuid4(), tender=tender)
        made = another(bid, public_id=uuid.uuid4(), lot=own_lot)
        another(BidVersion.objects.order_by("pk").first(), bid=made)


@pytest.mark.parametrize(("username", "address"), [(OFFICER, LIST), (BIDDER, LIST), (BIDDER, OWN)])
def test_a_list_costs_the_same_for_3_and_30_rows(
    username: str, address: str, submit: Submit, browser: Browser
) -> None:
    submit()
    client = browser(username)
    counts = []
    for total in (3, 30):
        more_tenders(total)
        counts.append(cost(client, address))
        assert client.get(address).content.decode().count('<th scope="row">') == total
    assert counts == [6, 6]


def test_a_list_goes_on_on_the_next_page(submit: Submit, browser: Browser) -> None:
    submit()
    more_tenders(52)
    for username, address in ((OFFICER, LIST), (BIDDER, LIST), (BIDDER, OWN)):
        client = browser(username)
        first = client.get(address)
        assert first.content.decode().count('<th scope="row">') == 50
        second = client.get(first.context["next_url"]).content.decode()
        assert second.count('<th scope="row">') == 2
        assert "Terug naar het begin" in second


@triggers.suspended()
def more_demand(tender: Tender, total: int) -> None:
    """As many lots in this tender, each with as many items."""
    lot = tender.lots.order_by("number").first()
    for number in range(2, total + 1):
        if not tender.lots.filter(number=number).exists():
            another(lot, public_id=uuid.uuid4(), number=number)
    item = LotItem.objects.order_by("pk").first()
    for each in tender.lots.all():
        for number in range(each.items.count() + 1, total + 1):
            another(item, lot=each, number=number)


@pytest.mark.parametrize(("state", "username", "queries"), [
    ("published", OFFICER, 12), ("published", BIDDER, 11),
    ("first", OFFICER, 13), ("decided", OFFICER, 15), ("decided", BIDDER, 12), ("final", OFFICER, 15),
])  # fmt: skip
def test_a_tender_costs_the_same_for_1_and_8_lots(
    state: str, username: str, queries: int, stage: Callable[[str], Tender], browser: Browser
) -> None:
    tender = stage(state)
    client = browser(username)
    counts = []
    for total in (1, 8):
        more_demand(tender, total)
        counts.append(cost(client, page_of("tender", tender)))
    assert counts == [queries, queries]


@pytest.mark.parametrize(("number", "versions"), [(1, 1), (30, 4)])
def test_a_bid_costs_the_same_for_any_number_of_lines_and_versions(
    number: int, versions: int, submit: Submit, opened: Callable[[], Tender], browser: Browser, world: World
) -> None:
    bid = submit(lines=lines(number)).bid
    for _ in range(versions - 1):
        bid.refresh_from_db()
        document = bid_document(world.names["lot"], lines=lines(number))
        actor = world.supplier_actor("leverancier-a")
        tenders.services.replace_bid(actor, bid_id=bid.public_id, document=document, expected_version=bid.version)
    address = reverse("tenders:bid", args=[bid.public_id])
    own = cost(browser(BIDDER), address)
    opened()
    assert (own, cost(browser(OFFICER), address)) == (11, 12 + TRAIL)


def bids(world: World, submit: Submit, total: int) -> None:
    """Bids of as many suppliers."""
    for number in range(total):
        code = f"firma-{number}"
        world.suppliers[code] = accounts.create_supplier(audit.SYSTEM, code=code, name=code)
        submit(code, lines=lines(1 + number % 2))


@pytest.mark.parametrize("total", [2, 8])
def test_a_comparison_costs_the_same_for_2_and_8_bids(
    total: int, world: World, submit: Submit, opened: Callable[[], Tender], browser: Browser
) -> None:
    bids(world, submit, total)
    tender = opened()
    client = browser(OFFICER)
    assert cost(client, page_of("compare", tender)) == MOST + TRAIL
    page = client.get(page_of("compare", tender)).content.decode()
    assert page.count('<details class="trace" id="bod-') == total


@pytest.mark.parametrize("number", [1, 30])
def test_the_bid_form_costs_the_same_for_1_and_30_lines(
    number: int, world: World, submit: Submit, browser: Browser
) -> None:
    submit(lines=lines(number))
    address = page_of("bid_form", Tender.objects.get())
    assert cost(browser("leverancier-a-1"), address) == 17
