"""Two suppliers that turn out to be one firm are merged with a reason: nothing sealed changes hands by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

import tenders.services
from contracts.models import Contract
from mvi_dashboard.ground import access, accounts, audit, verification
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.keys import making as keys
from mvi_dashboard.ground.models import ApiToken, AuditEntry, Role, Supplier
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.suppliers import duplicates, listing, making, merging
from tenders.models import Bid, Tender
from tests.worlds import PASSWORD, World, bid_document

pytestmark = pytest.mark.django_db
WHY = "Dezelfde firma, die twee keer is gemaakt."


@pytest.fixture
def chief(world: World) -> Actor:
    """Who administers the installation."""
    user = accounts.create_user(audit.SYSTEM, username="baas", password=PASSWORD)
    user.is_superuser = True
    user.save()
    return access.actor_of_user(user)


def merge(actor: Actor, one: str, into: str, reason: str = WHY) -> Supplier:
    return merging.merge(actor, code=one, document={"into": into, "reason": reason})


def split(actor: Actor, one: str) -> Supplier:
    return merging.split(actor, code=one, document={"reason": "Toch een ander bedrijf, blijkt uit het nummer."})


def refused(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def again(actor: Actor) -> Actor:
    assert actor.user is not None
    return access.actor_of_user(actor.user)


def test_its_people_work_for_the_other_and_both_see_what_stands_under_both(world: World, chief: Actor) -> None:
    world.build(["contract"])
    contract = Contract.objects.get()
    gone, other = (
        contract.supplier,
        "leverancier-b" if contract.supplier.code != "leverancier-b" else "leverancier-c",
    )
    old, new = world.supplier_actor(gone.code), world.supplier_actor(other)
    assert not Contract.objects.visible_to(new).exists()
    merge(chief, gone.code, other, WHY)
    stays = world.suppliers[other]
    for actor in (again(old), again(new)):
        assert actor.supplier_id == stays.pk
        assert list(Contract.objects.visible_to(actor)) == [contract]
        assert list(Bid.objects.visible_to(actor).values_list("supplier", flat=True)) == [gone.pk]
    contract.refresh_from_db()
    assert contract.supplier == gone
    found = access.people_of_suppliers(gone.pk, stays.pk)
    assert {each.pk for each in found[gone.pk]} == {each.pk for each in found[stays.pk]}
    assert {old.user.pk, new.user.pk} <= {each.pk for each in found[gone.pk]}  # type: ignore[union-attr]
    # Tokens go along too.
    row, _ = accounts.create_api_token(audit.SYSTEM, role=Role.SUPPLIER, supplier=gone)
    assert list(Contract.objects.visible_to(access.actor_of_token(row))) == [contract]
    split(chief, gone.code)
    assert list(Contract.objects.visible_to(again(old))) == [contract]
    assert not Contract.objects.visible_to(again(new)).exists()
    assert list(verification.differences(["imprints", "audit"])) == []
    entry = AuditEntry.objects.get(verb="supplier.merge")
    assert (entry.reason, entry.changes) == (WHY, {"from": gone.code, "into": other})


def test_a_key_made_for_the_other_ends_when_they_are_taken_apart(world: World, chief: Actor) -> None:
    old, new = world.supplier_actor("leverancier-a"), world.supplier_actor("leverancier-b")
    merge(chief, "leverancier-a", "leverancier-b")
    document = {"whose": "system", "role": "supplier", "name": "Koppeling"}
    theirs, own = (keys.make_key(again(actor), document=document) for actor in (old, new))
    assert {theirs.supplier, own.supplier} == {new_firm := world.suppliers["leverancier-b"]}
    split(chief, "leverancier-a")
    assert list(ApiToken.objects.filter(supplier=new_firm, revoked_at=None)) == [own]
    assert AuditEntry.objects.get(verb="supplier.split").changes["keys"] == 1


def test_who_was_bidding_while_the_firm_was_merged_begins_again(world: World, chief: Actor) -> None:
    world.build(["open-tender"])
    before = world.supplier_actor("leverancier-a")
    merge(chief, "leverancier-a", "leverancier-b")
    tender = Tender.objects.get(public_id=world.names["tender"])
    sent = bid_document(world.names["lot"]) | {"lot": world.names["lot"]}
    no = refused(lambda: tenders.services.submit_bid(before, tender_id=tender.public_id, document=sent))
    assert (no.kind, no.problems[0].code) == (Kind.CONFLICT, "merged")
    assert not Bid.objects.exists(), "nothing sealed stands under a firm that others are now"
    tenders.services.submit_bid(again(before), tender_id=tender.public_id, document=sent)
    assert Bid.objects.get().supplier == world.suppliers["leverancier-b"]


def test_lists_choices_and_reports_show_only_who_stays(world: World, chief: Actor, client: Client) -> None:
    world.build(["contract"])
    contract = Contract.objects.get()
    gone = contract.supplier
    other = next(row for code, row in world.suppliers.items() if code != gone.code)
    merge(chief, gone.code, other.code)
    assert gone not in set(listing.found_by(""))
    # Who looks for the old name finds the firm that it is now.
    assert list(listing.found_by(gone.code)) == [other]
    assert duplicates.alike_by_name(gone.name) == [other]
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    for asked in ("", f"&supplier={other.code}", f"&supplier={gone.code}"):
        told = client.get(f"/api/v1/reports/effects?groupBy=supplier{asked}").json()
        assert {row["supplier"] for row in told["results"]} == {other.code}, told
    client.force_login(world.manager.user)  # type: ignore[arg-type]
    told = {row["code"]: row["mergedInto"] for row in client.get("/api/v1/suppliers").json()["results"]}
    assert told[gone.code] == other.code
    assert told[other.code] is None
    page = client.get(f"/contracten/?leverancier={other.code}").content.decode()
    assert contract.reference in page
    assert f'value="{gone.code}"' not in page


def test_as_long_as_something_is_sealed_it_waits_and_says_nothing_of_it(world: World, chief: Actor) -> None:
    world.build(["own-bid"])
    sealed = refused(lambda: merge(chief, "leverancier-a", "leverancier-b"))
    other_way = refused(lambda: merge(chief, "leverancier-c", "leverancier-a"))
    bid = Bid.objects.get()
    tenders.services.withdraw_bid(
        world.supplier_actor("leverancier-a"), bid_id=bid.public_id, expected_version=bid.version
    )
    taken_back = refused(lambda: merge(chief, "leverancier-a", "leverancier-b"))
    # Somebody who is let in to a firm gives the very same answer: nobody learns who bids.
    world.suppliers["leverancier-b"].registrations.create(
        name="B", email="nieuw@b.example", created_at=world.now, expires_at=world.now + timedelta(days=3)
    )
    asking = refused(lambda: merge(chief, "leverancier-b", "leverancier-c"))
    for each in (sealed, other_way, taken_back, asking):
        assert (each.kind, [(p.code, p.detail) for p in each.problems]) == (
            Kind.CONFLICT,
            [("waits", merging.WAITS)],
        )
    assert not Supplier.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.any_database
def test_only_who_administers_the_installation_merges(world: World, chief: Actor, client: Client) -> None:
    for actor in (world.officer, world.manager, world.supplier_actor("leverancier-a")):
        assert refused(lambda actor=actor: merge(actor, "leverancier-a", "leverancier-b")).kind is Kind.FORBIDDEN
    client.force_login(world.officer.user)  # type: ignore[arg-type]
    assert client.get("/organisatie/leveranciers/leverancier-a/samenvoegen/").status_code == 403
    client.force_login(chief.user)  # type: ignore[arg-type]
    assert "Samenvoegen met een andere" in client.get("/organisatie/leveranciers/leverancier-a/").content.decode()
    page_of = "/organisatie/leveranciers/leverancier-a/samenvoegen/"
    for typed, said in (
        ("", "vul de code in"),
        ("niets", "geen leverancier met deze code"),
        ("leverancier-a", "dezelfde"),
    ):
        assert said in client.get(f"{page_of}?met={typed}").content.decode()
    page = client.get(f"{page_of}?met=leverancier-b").content.decode()
    assert "Gaat op in de andere" in page
    assert "Geopende inschrijvingen" in page
    answer = client.post("/organisatie/leveranciers/leverancier-a/samenvoegen/?met=leverancier-b", {"reason": ""})
    assert answer.status_code == 400
    answer = client.post("/organisatie/leveranciers/leverancier-a/samenvoegen/?met=leverancier-b", {"reason": WHY})
    assert answer.status_code == 302
    shown = client.get("/organisatie/leveranciers/leverancier-a/").content.decode()
    assert "Weer losmaken" in shown
    client.post("/organisatie/leveranciers/leverancier-a/losmaken/", {"reason": WHY})
    assert not Supplier.objects.filter(merged_into__isnull=False).exists()


def test_there_are_no_chains_and_no_number_is_lost(world: World, chief: Actor) -> None:
    merge(chief, "leverancier-a", "leverancier-b")
    for one, into, code in (
        ("leverancier-b", "leverancier-c", "has_merged"),
        ("leverancier-c", "leverancier-a", "merged"),
        ("leverancier-c", "leverancier-c", "same"),
        ("leverancier-c", "bestaat-niet", "does_not_exist"),
    ):
        found = refused(lambda one=one, into=into: merge(chief, one, into)).problems
        assert [(each.attr, each.code) for each in found] == [("into", code)]
    assert refused(lambda: merge(chief, "leverancier-a", "leverancier-c")).kind is Kind.CONFLICT
    # Around the service the database says so too.
    with pytest.raises(IntegrityError), transaction.atomic():
        Supplier.objects.filter(code="leverancier-c").update(merged_into=world.suppliers["leverancier-a"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Supplier.objects.filter(code="leverancier-b").update(merged_into=world.suppliers["leverancier-c"])
    numbered = accounts.create_supplier(audit.SYSTEM, code="met-nummer", registration_number="12345678")
    found = refused(lambda: merge(chief, "met-nummer", "leverancier-c")).problems
    assert [each.code for each in found] == ["number"]
    merge(chief, "leverancier-c", "met-nummer")
    # What is another firm now is changed by nobody, and its number leads to that other one.
    document = {"name": "X", "country": "NL", "email": "x@x.example", "language": "nl"}
    named: dict[str, Any] = {"code": "leverancier-c", "document": document}
    assert refused(lambda: making.change(world.officer, **named)).kind is Kind.CONFLICT
    assert refused(lambda: making.invite(world.officer, **named)).kind is Kind.CONFLICT
    assert duplicates.known_by_number("NL", "12345678") == numbered
