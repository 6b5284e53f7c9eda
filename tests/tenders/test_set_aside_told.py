"""Who is told that a bid could not be opened: its supplier and the officers, on start page and bid page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tenders.models import Bid, BidVersion, Tender
from tenders.selectors import due_for
from tests.pages import Page
from tests.worlds import World

from .test_set_aside import broken_seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def aside(submit: Callable[..., BidVersion], opened: Callable[[], Tender]) -> Bid:
    """The bid of leverancier-a that could not be opened, beside one that could."""
    broken_seal(submit())
    submit("leverancier-b")
    opened()
    return Bid.objects.get(supplier__code="leverancier-a")


def test_its_supplier_is_told_what_to_do_and_no_other(aside: Bid, world: World) -> None:
    (due,) = due_for(world.supplier_actor("leverancier-a"))
    assert due.title == f"Uw inschrijving op {aside.lot.tender.title} ging niet open"
    assert aside.lot.tender.organisation.name in due.detail
    assert due.url == reverse("tenders:bid", args=[aside.public_id])
    assert due_for(world.supplier_actor("leverancier-b")) == []


def test_officers_do_not_read_that_everything_was_opened(aside: Bid, world: World) -> None:
    (due,) = due_for(world.officer)
    assert due.detail == "Niet elke inschrijving ging open."


def test_the_pages_of_the_bid_do_not_say_that_it_is_still_sealed(
    aside: Bid, world: World, browser: Callable[[str], Client]
) -> None:
    client = browser("leverancier-a-1")
    page = Page(client.get(reverse("tenders:bid", args=[aside.public_id]))).text
    assert "De inschrijvingen zijn geopend, deze niet." in page
    assert "Zij is verzegeld" not in page
    for text in (page, Page(client.get(reverse("tenders:bids"))).text):
        assert "Staat opzij" in text
