"""Who reads (a part of) somebody else's opened bid leaves a trace, at every door that shows one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

import tenders.services
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import AuditEntry, Role, User
from tenders.models import Bid, BidVersion, Tender
from tests import standing, worlds
from tests.routes import all_routes
from tests.tenders.conftest import MOMENTS, lines
from tests.worlds import World, bid_document

pytestmark = pytest.mark.django_db
READERS = {
    "inkoper-1": Role.PROCUREMENT_OFFICER,
    "auditor-1": Role.AUDITOR,
    "toetser-1": Role.REVIEWER,
    "beheerder-1": Role.ORGANISATION_ADMINISTRATOR,
    "contractmanager-1": Role.CONTRACT_MANAGER,
    "facilitair-1": Role.FACILITY_MANAGER,
    "beleid-1": Role.POLICY_OFFICER,
}
# What only the bid says: its price, its own reference, a mass and a product of it.
CANARY = {"clientReference": "kanarie-offerte", "price": "87654.32"}
LINE = {"name": "Bureaustoel", "reference": "kanarie-regel", "massKg": "13.7531"}
TOLD = re.compile(r"kanarie|87[.]?654|13[.,]7531")
TRACES = ("bid.read", "bids.read", "bids.list", "contract.read")
# Every door that shows some of it, with its trace.
DOORS = {
    "aanbestedingen/<uuid:public_id>/vergelijken/": "bids.read",
    "aanbestedingen/<uuid:public_id>/vergelijken/vergelijking.csv": "bids.read",
    "aanbestedingen/<uuid:public_id>/gunnen/": "bids.read",
    "inschrijvingen/<uuid:public_id>/": "bid.read",
    "contracten/<uuid:public_id>/": "contract.read",
    "api/v1/tenders/<uuid:public_id>/comparison": "bids.read",
    "api/v1/tenders/<uuid:public_id>/bids": "bids.list",
    "api/v1/bids/<uuid:public_id>": "bid.read",
    "api/v1/contracts/<uuid:public_id>": "contract.read",
}


@standing.furnished
def furnish(made: World) -> None:
    """The cast with every role, and a tender with a bid that can be recognised."""
    made.build(["reference", "open-tender"])
    for username, role in READERS.items():
        made.actor(role, made.city, username)
    document = bid_document(made.names["lot"], **CANARY, lines=lines(1, **LINE))
    version = tenders.services.submit_bid(
        made.supplier_actor("leverancier-a"), tender_id=made.names["tender"], document=document
    )
    made.names["bid"] = str(version.bid.public_id)
    made.supplier_actor("leverancier-b")


def _names(world: World) -> dict[str, str]:
    """What stands at the place of an id, by how the address begins."""
    tender, bid, contract = (world.names.get(name, "") for name in ("tender", "bid", "contract"))
    return {
        "aanbestedingen/": tender,
        "api/v1/tenders/": tender,
        "inschrijvingen/": bid,
        "api/v1/bids/": bid,
        "contracten/": contract,
        "api/v1/contracts/": contract,
    }


def addresses(world: World, *, about_these: bool) -> Iterator[tuple[str, str]]:
    """(route, address) of every page and answer, with the tender, the bid and the contract of this world.

    `about_these`: without the reference, which is the same for everybody.
    """
    for route, view in all_routes():
        if about_these and view.__module__.startswith("indicators."):
            continue
        own = next((value for start, value in _names(world).items() if route.startswith(start)), "")
        if "<uuid:public_id>" in route and not own:
            continue
        address = "/" + route.replace("<uuid:public_id>", own).replace("<str:code>", "kantoormeubilair")
        if "<" not in address:
            yield route, address


def _to_the_end(world: World, state: str) -> None:
    tender = Tender.objects.get(public_id=world.names["tender"])
    opening = world.now + MOMENTS["opened"]
    worlds._open(world, tender, opening)
    if state == "final":
        worlds._decide(world, tender, opening)
        contract = worlds._finalise(world, tender, world.now + MOMENTS["final"], "C-2026-001")
        world.names["contract"] = str(contract.public_id)


def _seen(client: Client, address: str) -> tuple[bool, list[str]]:
    """(whether it tells of the bid, the traces that it left)."""
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    answer = client.get(address)
    told = (
        answer.status_code == 200
        and not answer.streaming
        and TOLD.search(answer.content.decode("utf-8", "replace"))
    )
    left = AuditEntry.objects.exclude(pk__in=before).filter(verb__in=TRACES)
    return bool(told), [str(verb) for verb in left.values_list("verb", flat=True)]


@pytest.mark.parametrize("state", ["opened", "final"])
def test_every_door_that_tells_of_an_opened_bid_leaves_a_trace(state: str, world: World, client: Client) -> None:
    _to_the_end(world, state)
    found: dict[str, str] = {}
    with clock.set_to(world.now + MOMENTS[state]):
        for number, username in enumerate(READERS):
            client.force_login(User.objects.get(username=username))
            for route, address in addresses(world, about_these=number > 0):
                told, left = _seen(client, address)
                if told:
                    assert left, f"{username} reads {route} without a trace"
                    found[route] = left[0]
    wanted = DOORS if state == "final" else {name: verb for name, verb in DOORS.items() if "contract" not in name}
    if state == "final":
        # There is no decision to take any more.
        wanted = {name: verb for name, verb in wanted.items() if not name.endswith("gunnen/")}
    assert found == wanted


def test_the_list_of_doors_names_those_that_exist() -> None:
    assert set(DOORS) <= {route for route, _view in all_routes()}


@pytest.mark.parametrize("state", ["opened", "final"])
def test_a_supplier_reads_its_own_without_a_trace_and_another_one_reads_nothing(
    state: str, world: World, client: Client
) -> None:
    _to_the_end(world, state)
    with clock.set_to(world.now + MOMENTS[state]):
        for username in ("leverancier-a-1", "leverancier-b-1"):
            client.force_login(User.objects.get(username=username))
            doors = [_seen(client, address) for _route, address in addresses(world, about_these=True)]
            assert any(told for told, _left in doors) == (username == "leverancier-a-1")
            assert [left for _told, left in doors if left] == []


def test_before_the_opening_no_door_tells_of_a_bid(world: World, client: Client) -> None:
    with clock.set_to(world.now + MOMENTS["ready"]):
        for username in ("inkoper-1", "auditor-1"):
            client.force_login(User.objects.get(username=username))
            for route, address in addresses(world, about_these=True):
                assert _seen(client, address) == (False, []), (username, route)


def test_the_effects_of_a_contract_per_product_leave_a_trace(world: World, client: Client) -> None:
    _to_the_end(world, "final")
    client.force_login(User.objects.get(username="contractmanager-1"))
    with clock.set_to(world.now + MOMENTS["final"]):
        _told, left = _seen(client, f"/api/v1/contracts/{world.names['contract']}/effects")
    assert left == ["contract.read"]


def test_a_trace_says_who_read_what_of_whom(world: World, client: Client) -> None:
    _to_the_end(world, "opened")
    client.force_login(User.objects.get(username="toetser-1"))
    with clock.set_to(world.now + MOMENTS["opened"]):
        answer = client.get(f"/api/v1/tenders/{world.names['tender']}/bids")
    assert json.loads(answer.content)["results"][0]["clientReference"] == "kanarie-offerte"
    entry = AuditEntry.objects.get(verb="bids.list")
    assert entry.actor_key == str(User.objects.get(username="toetser-1").actor_key)
    assert (entry.organisation, entry.object_id) == (world.city, world.names["tender"])
    assert entry.changes == {"bids": 1}


def test_a_list_without_bids_of_others_leaves_no_trace(world: World, client: Client) -> None:
    client.force_login(User.objects.get(username="inkoper-1"))
    assert _seen(client, f"/api/v1/tenders/{world.names['tender']}/bids") == (False, [])


@pytest.mark.parametrize("state", ["sealed", "final"])
def test_the_admin_tells_nothing_of_a_bid(state: str, world: World, client: Client) -> None:
    if state != "sealed":
        _to_the_end(world, state)
    version = BidVersion.objects.get()
    sealed = (version.receipt_hmac, str(version.bid.public_id), bytes(version.sealed).hex()[:24])
    client.force_login(
        User.objects.create_superuser("beheer", "beheer@voorbeeld.invalid", "een lang wachtwoord 1")
    )
    for model, shown in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        # Of the reference nobody who bids writes a row: two of each kind tell how they are shown.
        most = 2 if model._meta.app_label == "indicators" else 30
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()[:most]]
        for page in pages:
            text = client.get(page).content.decode()
            assert not TOLD.search(text), (shown, page)
            if model is not AuditEntry:
                assert not any(part in text for part in sealed), (shown, page)


def test_what_a_bid_is_made_of_has_no_page_in_the_admin() -> None:
    for table in (
        "bid",
        "bidversion",
        "bidline",
        "bomrow",
        "userow",
        "lineresult",
        "declaredresult",
        "confirmation",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:tenders_{table}_changelist")
    assert Bid not in admin.site._registry
