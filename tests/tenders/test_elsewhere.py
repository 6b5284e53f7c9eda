"""A tender on another platform: its bids come in by the officer, and count when two persons opened them here."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

import contracts.services
import tenders.services
from indicators.selectors import protocol_of
from mvi_dashboard.ground import clock, verification
from mvi_dashboard.ground.files.keeping import content_of
from mvi_dashboard.ground.files.seen import visible_files
from mvi_dashboard.ground.models import Attachment, AuditEntry, Message, Role
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.vault import Purpose
from tenders.exchange import layout_of
from tenders.models import Award, Bid, BidLoad, Lot, Tender
from tenders.views.workbooks import workbook_of
from tests import corpus
from tests.worlds import World, bid_document, tender_document

from .filled import filled_in, whole_bid

pytestmark = pytest.mark.django_db
PLATFORM = {"platform": "TenderNed", "platformReference": "TN123456"}


@pytest.fixture
def world(reference: None) -> World:
    made = World(corpus.this_moment())
    made.build(["reference"])
    return made


@pytest.fixture
def tender(world: World) -> Iterator[Tender]:
    """Held on TenderNed, with a deadline that is over; the clock stands after the opening there."""
    start = world.now - timedelta(days=60)
    with clock.set_to(start):
        made = tenders.services.create_tender(world.officer, document=tender_document(world, start))
        held = tenders.services.hold_elsewhere(
            world.officer, tender_id=made.public_id, document=PLATFORM, expected_version=made.version
        )
    with clock.set_to(world.now):
        yield held


def document(world: World, *suppliers: str, **changes: Any) -> dict[str, Any]:
    """Bids of these suppliers as JSON, opened yesterday."""
    bids = []
    for supplier in suppliers:
        bid = bid_document("")
        bid.pop("lot")
        digest = hashlib.sha256(supplier.encode()).hexdigest()
        bids.append(bid | {"supplier": supplier, "fileSha256": digest, "platformReference": f"I-{supplier[-1]}"})
    opening = {"firstOpener": "Noor Voorbeeld", "secondOpener": "Sam Voorbeeld"}
    return {"openedAt": (world.now - timedelta(days=1)).isoformat(), **opening, "bids": bids, **changes}


def load(world: World, tender: Tender, *suppliers: str, **changes: Any) -> Tender:
    return tenders.services.load_bids(
        world.officer, tender_id=tender.public_id, document=document(world, *suppliers, **changes)
    )


def opened(world: World, tender: Tender) -> Tender:
    for officer in (world.officer, world.second_officer):
        tender = tenders.services.open_tender(officer, tender_id=tender.public_id)
    return tender


def refused_by(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def book(world: World, tender: Tender) -> bytes:
    """The workbook of the lot as a supplier filled it in."""
    lot = Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)
    layout = layout_of(lot.group, protocol_of(lot.protocol), lot.request_level)
    return filled_in(workbook_of(world.officer, lot), layout, whole_bid(str(lot.public_id)))


def key_of(world: World) -> dict[str, str]:
    token = world.token("procurement-officer")
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": corpus.fresh_key()}


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


def test_from_the_platform_to_a_contract_as_always(world: World, tender: Tender) -> None:
    load(world, tender, "leverancier-a", "leverancier-b")
    bid = Bid.objects.get(supplier__code="leverancier-a")
    assert (bid.channel, bid.platform, bid.platform_reference, bid.opened) == (
        "officer",
        "TenderNed",
        "I-a",
        False,
    )
    assert bid.platform_openers == "Noor Voorbeeld, Sam Voorbeeld"
    tender = opened(world, tender)
    assert tender.status == Tender.Status.OPENED
    assert len(tenders.services.compare_tender(world.officer, tender_id=tender.public_id).bids) == 2
    moment = world.now - timedelta(hours=1)
    decided = {"bid": str(bid.public_id), "reason": "De beste.", "decidedAt": moment.isoformat()}
    award = tenders.services.decide_award(
        world.officer, tender_id=tender.public_id, document=decided, expected_version=tender.version
    )
    assert isinstance(award, Award)
    assert award.decided_at == moment
    with clock.set_to(award.standstill_until):
        tender.refresh_from_db()
        contracts.services.finalise(
            world.officer,
            tender_id=tender.public_id,
            document={"reference": "C-9"},
            expected_version=tender.version,
        )
    assert list(verification.differences()) == []
    assert not Message.objects.filter(reader__in=[world.supplier_actor("leverancier-a").user]).exists()


def test_what_was_published_here_cannot_be_held_elsewhere(world: World) -> None:
    world.build(["open-tender"])
    found = Tender.objects.get()
    refused = refused_by(
        lambda: tenders.services.hold_elsewhere(
            world.officer, tender_id=found.public_id, document=PLATFORM, expected_version=found.version
        )
    )
    assert (refused.kind, refused.problems[0].code) == (Kind.CONFLICT, "wrong_state")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.update(platform="TenderNed")
    refused = refused_by(lambda: load(world, found, "leverancier-a"))
    assert refused.problems[0].code == "not_elsewhere"


def test_suppliers_neither_see_it_nor_bid_on_it(world: World, tender: Tender) -> None:
    supplier = world.supplier_actor("leverancier-a")
    assert not Tender.objects.visible_to(supplier).exists()
    lot = str(tender.lots.get().public_id)
    refused = refused_by(
        lambda: tenders.services.submit_bid(supplier, tender_id=tender.public_id, document=bid_document(lot))
    )
    assert refused.kind is Kind.NOT_FOUND


def test_a_deadline_that_is_over_asks_when_it_was_published(world: World) -> None:
    start = world.now - timedelta(days=60)
    made = tenders.services.create_tender(world.officer, document=tender_document(world, start))

    def held(**more: Any) -> Tender:
        return tenders.services.hold_elsewhere(
            world.officer, tender_id=made.public_id, document=PLATFORM | more, expected_version=made.version
        )

    assert [(each.attr, each.code) for each in refused_by(held).problems] == [("publishedAt", "required")]
    late = refused_by(lambda: held(publishedAt=world.now.isoformat()))
    assert [each.code for each in late.problems] == ["after_deadline"]
    assert held(publishedAt=start.isoformat()).published_at == start


def test_every_problem_is_named_and_nothing_is_stored(world: World, tender: Tender) -> None:
    sent = document(world, "leverancier-a", "leverancier-a", "niemand")
    sent["bids"][1]["fileSha256"] = sent["bids"][0]["fileSha256"]
    sent["bids"][2]["fileSha256"] = "ABC"
    sent["bids"][2]["lines"][0]["massKg"] = "-1"
    sent |= {"secondOpener": "noor voorbeeld", "openedAt": (world.now - timedelta(days=59)).isoformat()}
    refused = refused_by(
        lambda: tenders.services.load_bids(world.officer, tender_id=tender.public_id, document=sent)
    )
    assert {(each.attr, each.code) for each in refused.problems} == {
        ("openedAt", "before_deadline"),
        ("secondOpener", "same_person"),
        ("bids.1.supplier", "duplicate_bid"),
        ("bids.1.fileSha256", "duplicate_file"),
        ("bids.2.supplier", "does_not_exist"),
        ("bids.2.fileSha256", "invalid"),
        ("bids.2.lines.0.massKg", "range"),
    }
    assert not Bid.objects.exists()


def test_nothing_comes_in_before_the_opening_there_nor_after_it_here(world: World, tender: Tender) -> None:
    assert tender.deadline is not None
    with clock.set_to(tender.deadline - timedelta(hours=1)):
        assert refused_by(lambda: load(world, tender, "leverancier-a")).problems[0].code == "too_early"
    assert refused_by(lambda: opened(world, tender)).problems[0].code == "nothing_loaded"
    load(world, tender, "leverancier-a")
    opened(world, tender)
    assert refused_by(lambda: load(world, tender, "leverancier-b")).problems[0].code == "wrong_state"
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.create(
            organisation=world.city, lot=tender.lots.get(), supplier=world.suppliers["leverancier-b"],
            state="submitted", channel="officer", created_at=world.now,
        )  # fmt: skip


def test_a_supplier_sees_it_only_when_two_persons_confirmed_whose_it_is(world: World, tender: Tender) -> None:
    load(world, tender, "leverancier-a")
    supplier, bid = world.supplier_actor("leverancier-a"), Bid.objects.get()
    assert not Bid.objects.visible_to(supplier).exists()
    assert not Bid.objects.visible_to(world.officer).exists()
    opened(world, tender)
    assert Bid.objects.visible_to(supplier).get() == bid
    assert tenders.services.bid_answer(supplier, bid).receipt is None


def test_one_that_was_brought_in_by_mistake_goes_away_and_comes_again(world: World, tender: Tender) -> None:
    load(world, tender, "leverancier-a")
    again = refused_by(lambda: load(world, tender, "leverancier-a"))
    assert {each.code for each in again.problems} == {"duplicate_bid", "duplicate_file"}
    bid = Bid.objects.get()
    tenders.services.unload_bid(world.officer, bid_id=bid.public_id, document={"reason": "Verkeerd bestand."})
    assert AuditEntry.objects.filter(verb="bid.unload", reason="Verkeerd bestand.").exists()
    load(world, tender, "leverancier-a")
    opened(world, tender)
    kept = Bid.objects.get(state="submitted")
    late = refused_by(
        lambda: tenders.services.unload_bid(
            world.officer, bid_id=kept.public_id, document={"reason": "Te laat weg."}
        )
    )
    assert late.problems[0].code == "wrong_state"


def test_of_another_organisation_it_is_not_there(world: World, tender: Tender) -> None:
    load(world, tender, "leverancier-a")
    neighbour = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    act, reason = tenders.services, {"reason": "Zomaar een poging."}
    bid, sent = Bid.objects.get().public_id, document(world, "leverancier-b")
    for attempt in (
        lambda: act.load_bids(neighbour, tender_id=tender.public_id, document=sent),
        lambda: act.unload_bid(neighbour, bid_id=bid, document=reason),
    ):
        assert refused_by(attempt).kind is Kind.NOT_FOUND
    manager = refused_by(lambda: act.load_bids(world.manager, tender_id=tender.public_id, document=sent))
    assert manager.kind is Kind.NOT_FOUND
    assert Bid.objects.count() == 1


def test_a_zip_of_workbooks_is_looked_at_and_then_taken_in(world: World, tender: Tender, client: Client) -> None:
    assert world.officer.user is not None
    client.force_login(world.officer.user)
    content = book(world, tender)
    sent = zipped(
        **{"Leverancier-a.xlsx": content, "map/onbekend.xlsx": content[:90] + b"x", "brief.pdf": b"%PDF-1.4"}
    )
    page = f"/aanbestedingen/{tender.public_id}/inlezen/"
    answer = client.post(page, {"file": SimpleUploadedFile("alles.zip", sent)})
    assert answer.status_code == 302, answer.content.decode()
    preview = client.get(answer.url).content.decode()
    assert hashlib.sha256(content).hexdigest() in preview
    assert 'value="leverancier-a"' in preview
    assert "brief.pdf: Geen .xlsx" in preview
    assert not Bid.objects.exists()
    moment = timezone.localtime(world.now - timedelta(days=1))
    filled = {"openedAt": f"{moment:%Y-%m-%dT%H:%M}", "firstOpener": "Noor", "secondOpener": "Sam"}
    filled["bids.0.supplier"] = "Leverancier-a"
    wrong = client.post(answer.url, filled)
    assert wrong.status_code == 400
    assert "Zo kan dit bestand er niet in" in wrong.content.decode()
    done = client.post(answer.url, filled | {"bids.1.skip": "on"})
    assert done.status_code == 302, done.content.decode()
    bid = Bid.objects.get()
    assert bid.platform_file_sha256 == hashlib.sha256(content).hexdigest()
    assert not BidLoad.objects.exists()
    assert not visible_files(world.officer).exists()
    opened(world, tender)
    file = Attachment.objects.get()
    assert visible_files(world.officer).get() == file
    size = file.detail.size
    assert content_of(file.file, size, purpose=Purpose.OPENING, actor=world.officer) == content
    assert hashlib.sha256(content).hexdigest() in client.get(f"/inschrijvingen/{bid.public_id}/").content.decode()


def test_a_cell_that_is_wrong_is_named_with_its_file(world: World, tender: Tender, client: Client) -> None:
    assert world.officer.user is not None
    client.force_login(world.officer.user)
    lot = Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)
    layout = layout_of(lot.group, protocol_of(lot.protocol), lot.request_level)
    wrong = whole_bid(str(lot.public_id))
    wrong["lines"][0]["lifetimeYears"] = "-2"
    content = filled_in(workbook_of(world.officer, lot), layout, wrong)
    answer = client.post(
        f"/aanbestedingen/{tender.public_id}/inlezen/", {"file": SimpleUploadedFile("leverancier-b.xlsx", content)}
    )
    preview = client.get(answer.url).content.decode()
    assert "leverancier-b.xlsx: Blad Producten, cel" in preview
    other = Client()
    assert world.second_officer.user is not None
    other.force_login(world.second_officer.user)
    assert other.get(answer.url).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("leeg.zip", zipped(**{"a.pdf": b"%PDF-1.4"}), "no_rows"),
        ("bom.zip", zipped(**{"a.xlsx": b"0" * 9_000_000}), "zip_ratio"),
        ("pad.zip", zipped(**{"../a.xlsx": b"x"}), "corrupt"),
        ("stuk.zip", b"PK\x03\x04 geen zip", "corrupt"),
    ],
)
def test_a_zip_that_is_no_zip_of_workbooks_is_refused(
    world: World, tender: Tender, name: str, content: bytes, code: str
) -> None:
    headers = {
        "Authorization": f"Bearer {world.token('procurement-officer')}",
        "Idempotency-Key": corpus.fresh_key(),
    }
    path = f"/api/v1/tenders/{tender.public_id}/_load-bids"
    answer = Client().post(path, {"file": SimpleUploadedFile(name, content)}, headers=headers)
    assert answer.status_code in (400, 413)
    assert [each["code"] for each in answer.json()["errors"]] == [code]


def test_the_same_over_rest(world: World, tender: Tender) -> None:
    path = f"/api/v1/tenders/{tender.public_id}/_load-bids"

    def send(query: str = "") -> Any:
        moment = (world.now - timedelta(days=1)).isoformat()
        fields = {"openedAt": moment, "firstOpener": "A.", "secondOpener": "B."}
        file = SimpleUploadedFile("leverancier-c.xlsx", content)
        return Client().post(f"{path}{query}", {**fields, "file": file}, headers=key_of(world))

    content = book(world, tender)
    preview = send().json()
    assert (preview["read"], preview["errors"]) == ({"bids": 1}, [])
    assert preview["files"][0]["supplier"] == "leverancier-c"
    assert not Bid.objects.exists()
    made = send("?confirm=true")
    assert (made.status_code, made.json()["bids"], made.json()["platform"]) == (201, 1, "TenderNed")
    assert [each["code"] for each in send("?confirm=true").json()["errors"]] == ["duplicate_bid", "duplicate_file"]


def test_a_tender_of_the_past_comes_in_over_rest(world: World) -> None:
    start = world.now - timedelta(days=1000)
    bid = bid_document("")
    bid.pop("lot")
    body = {
        "tender": tender_document(world, start),
        "publishedAt": start.isoformat(),
        "openedAt": (start + timedelta(days=40)).isoformat(),
        "bids": [bid | {"supplier": "leverancier-a"}],
    }
    headers = {
        "Authorization": f"Bearer {world.token('procurement-officer')}",
        "Idempotency-Key": corpus.fresh_key(),
    }
    path = "/api/v1/tenders/_record-history"
    answer = Client().post(path, body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (201, "opened")
