"""A world with an open tender, and bids of any size on it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

import tenders.services
from indicators.selectors import protocol_of
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.receipts import Receipt
from mvi_dashboard.ground.vault import Purpose
from tenders.exchange import layout_of
from tenders.models import BidVersion, Lot, Tender
from tenders.views.workbooks import workbook_of
from tests import corpus, standing, worlds
from tests.worlds import World, _make_tender, _name_tender, _publish, bid_document

from .filled import filled_in, saved, whole_bid

furnish = standing.states("reference", "open-tender")


@pytest.fixture
def submit(world: World) -> Callable[..., BidVersion]:
    """Submits a bid of a supplier: `submit("leverancier-a", lines=[...])`."""

    def make(supplier: str = "leverancier-a", **changes: Any) -> BidVersion:
        document = bid_document(world.names["lot"], **changes)
        actor = world.supplier_actor(supplier)
        return tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)

    return make


@pytest.fixture
def opened(world: World) -> Callable[[], Tender]:
    """Opens the tender by two persons, after its deadline."""

    def make() -> Tender:
        moment = world.now + timedelta(days=32)
        with clock.set_to(moment):
            for officer in (world.officer, world.second_officer):
                tender = tenders.services.open_tender(officer, tender_id=world.names["tender"])
        return tender

    return make


@pytest.fixture
def browser(world: World, client: Client) -> Callable[[str], Client]:
    """A browser in which somebody is signed in: `browser("inkoper-1")`, `browser("leverancier-a-1")`."""

    def sign_in(username: str) -> Client:
        user = next(user for (_role, name), user in world.people.items() if name == username)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def stage(world: World, submit: Callable[..., BidVersion]) -> Iterator[Callable[[str], Tender]]:
    """Brings the tender, with two bids, into a state and stays at that moment: `stage("opened")`."""
    with ExitStack() as stack:

        def bring(state: str) -> Tender:
            if state == "draft":
                world.build(["draft-tender"])
                return Tender.objects.get(public_id=world.names["tender"])
            world.names["bid"] = str(submit().bid.public_id)
            submit("leverancier-b", lines=lines(1, massKg="9"))
            stack.enter_context(clock.set_to(world.now + MOMENTS[state]))
            return _acted(world, state)

        yield bring


# When each state is looked at: the deadline is after 30 days, opening after 31, the standstill 20 days later.
MOMENTS = {
    "published": timedelta(days=1),
    "closed": timedelta(days=30, hours=12),
    "ready": timedelta(days=32),
    "first": timedelta(days=32),
    "opened": timedelta(days=32),
    "decided": timedelta(days=33),
    "final": timedelta(days=60),
    "cancelled": timedelta(days=1),
}
AFTER_OPENING = ("opened", "decided", "final")
STATES = ("draft", *MOMENTS)


def _acted(world: World, state: str) -> Tender:
    """The tender after what its people did before this state."""
    tender = Tender.objects.get(public_id=world.names["tender"])
    opening = world.now + MOMENTS["opened"]
    if state == "cancelled":
        document = {"reason": "De vraag is vervallen."}
        tenders.services.cancel_tender(
            world.officer, tender_id=tender.public_id, document=document, expected_version=tender.version
        )
    elif state == "first":
        tenders.services.open_tender(world.officer, tender_id=tender.public_id)
    elif state in AFTER_OPENING:
        worlds._open(world, tender, opening)
    if state in ("decided", "final"):
        worlds._decide(world, tender, opening)
    if state == "final":
        worlds._finalise(world, tender, world.now + MOMENTS["final"], "C-2026-001")
    tender.refresh_from_db()
    return tender


def receipt(version: BidVersion) -> Receipt:
    """The receipt of this version, as it was sealed."""
    return tenders.services.receipt_of(version, purpose=Purpose.VERIFY, actor=None)


def lines(number: int, **changes: Any) -> list[dict[str, Any]]:
    """So many lines that together answer the demand."""
    base = bid_document("")["lines"][0]
    return [{**base, "reference": f"stoel {n}", "count": 100, **changes} for n in range(number)]


@pytest.fixture
def lot(world: World) -> Lot:
    """The lot of the open tender."""
    found = Lot.objects.select_related("group", "protocol", "tender")
    return found.get(public_id=world.names["lot"])


@pytest.fixture
def book(world: World, lot: Lot) -> Any:
    """The workbook of the lot, filled in as it should be."""
    actor = world.supplier_actor("leverancier-a")
    layout = layout_of(lot.group, protocol_of(lot.protocol), lot.request_level)
    content = filled_in(workbook_of(actor, lot), layout, whole_bid(str(lot.public_id)))
    return load_workbook(io.BytesIO(content))


@pytest.fixture
def send(world: World) -> Callable[..., Any]:
    """Sends a workbook as a bid."""
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}"}

    def post(content: bytes | Any, *, confirm: bool = True, name: str = "bod.xlsx", **fields: str) -> Any:
        whole = content if isinstance(content, bytes) else saved(content)
        query = "?confirm=true" if confirm else ""
        sent = {"file": SimpleUploadedFile(name, whole), **fields}
        key = {"Idempotency-Key": corpus.fresh_key()}
        return Client().post(f"/api/v1/imports/bids{query}", sent, headers=headers | key)

    return post


@pytest.fixture
def ask_for(world: World) -> Callable[..., None]:
    """An open tender of a group, for 1,000 units a year: `ask_for("catering")`."""

    def make(group: str, count: int = 1000) -> None:
        items = [{"number": 1, "description": "Vraag", "neededCount": count, "neededYears": "4"}]
        tender = _make_tender(world, world.now, productGroup=group, items=items)
        _name_tender(world, _publish(world, tender, world.now))

    return make
