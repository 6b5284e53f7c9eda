"""What may follow what: a stopped tender stays stopped, and an opening comes to its end."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.test import Client

import contracts.services
import tenders.services
from mvi_dashboard.ground import clock, job_control, jobs, triggers, vault, verification
from mvi_dashboard.ground.models import AuditEntry, Job, Role
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.jobs import finish_interrupted
from tenders.models import Bid, BidLine, BidVersion, Confirmation, LineResult, LotItem, Tender
from tenders.services import opening
from tests import corpus, worlds
from tests.contracts.conftest import ARM_REST, CHAIR, ITEM
from tests.worlds import World, bid_document

pytestmark = pytest.mark.django_db
Stage = Callable[[str], Tender]
Submit = Callable[..., BidVersion]


def _cancel(world: World, tender: Tender) -> None:
    tenders.services.cancel_tender(
        world.officer,
        tender_id=tender.public_id,
        document={"reason": "De vraag is weg."},
        expected_version=tender.version,
    )
    tender.refresh_from_db()


def _headers(world: World, actor: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.token(actor)}", "Idempotency-Key": corpus.fresh_key()}


@pytest.mark.parametrize("act", ["final", "withdraw"])
def test_a_stopped_tender_gives_no_contract_and_does_not_open_again(stage: Stage, world: World, act: str) -> None:
    tender = stage("decided")
    tender.refresh_from_db()
    _cancel(world, tender)
    asked = {"tender_id": tender.public_id, "expected_version": tender.version}
    service, document = {
        "final": (contracts.services.finalise, {"reference": "C-1"}),
        "withdraw": (tenders.services.withdraw_award, {"reason": "Toch niet."}),
    }[act]
    with clock.set_to(world.now + timedelta(days=90)), pytest.raises(Refused) as refused:
        service(world.officer, document=document, **asked)
    assert refused.value.kind is Kind.CONFLICT
    tender.refresh_from_db()
    assert tender.status == Tender.Status.CANCELLED


def test_a_concept_cannot_be_opened(world: World) -> None:
    world.build(["draft-tender"])
    path = f"/api/v1/tenders/{world.names['tender']}/_open"
    answer = Client().post(
        path, {}, content_type="application/json", headers=_headers(world, "procurement-officer")
    )
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "wrong_state"


def test_what_was_stopped_during_its_opening_stays_sealed(
    submit: Submit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bid = submit().bid
    monkeypatch.setattr(opening, "finish_opening", lambda *given: None)
    with clock.set_to(world.now + timedelta(days=32)):
        for officer in (world.officer, world.second_officer):
            tender = tenders.services.open_tender(officer, tender_id=world.names["tender"])
        _cancel(world, tender)
        monkeypatch.undo()
        with pytest.raises(Refused):
            tenders.services.open_tender(world.officer, tender_id=world.names["tender"])
        tenders.services.finish_opening(tender, [bid])
    assert not BidLine.objects.exists()


def test_one_opening_that_cannot_be_finished_does_not_hold_up_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = world.now - timedelta(days=35)
    first, second = (worlds._past_tender(world, start, ("leverancier-a",)) for _ in range(2))
    monkeypatch.setattr(opening, "finish_opening", lambda *given: None)
    for tender in (first, second):
        for officer in (world.officer, world.second_officer):
            tenders.services.open_tender(officer, tender_id=tender.public_id)
    monkeypatch.undo()
    real = opening.open_bid

    def without_database(bid: Bid) -> bool:
        if bid.lot.tender_id == first.pk:
            raise OperationalError("the disk is full")
        return real(bid)

    monkeypatch.setattr(opening, "open_bid", without_database)
    with clock.set_to(world.now + timedelta(minutes=10)):
        assert finish_interrupted() == 1
    states = [Tender.objects.get(pk=tender.pk).status for tender in (first, second)]
    assert states == [Tender.Status.PUBLISHED, Tender.Status.OPENED]


def test_an_opening_with_a_job_answers_where_it_can_be_followed(
    submit: Submit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()
    monkeypatch.setattr(opening, "MOST_AT_ONCE", 0)
    with clock.set_to(world.now + timedelta(days=32)):
        tenders.services.open_tender(world.second_officer, tender_id=world.names["tender"])
        path = f"/api/v1/tenders/{world.names['tender']}/_open"
        answer = Client().post(
            path, {}, content_type="application/json", headers=_headers(world, "procurement-officer")
        )
    assert answer.status_code == 202
    assert answer.json()["job"] == f"/api/v1/jobs/{Job.objects.get().public_id}"


def test_an_opening_is_seen_by_who_may_open_and_stopped_by_nobody(submit: Submit, world: World) -> None:
    submit()
    tender = Tender.objects.get()
    with transaction.atomic():
        job = jobs.enqueue(
            opening.JOB, organisation=world.city, params={"tender": tender.pk}, requested_by="", dedupe_key="k"
        )
    outsider = world.actor(Role.FACILITY_MANAGER, world.city, "facilitair-1")
    assert not job_control.visible_jobs(outsider).exists()
    assert job_control.visible_jobs(world.officer).get() == job
    assert not job_control.may_stop(world.officer, job)
    for act in (job_control.pause, job_control.cancel):
        with pytest.raises(Refused) as refused:
            act(world.officer, job_id=job.public_id)
        assert refused.value.problems[0].code == "not_stoppable"
        with pytest.raises(Refused) as refused:
            act(outsider, job_id=job.public_id)
        assert refused.value.kind is Kind.NOT_FOUND


def _compared(world: World, items: list[dict[str, Any]], second: list[dict[str, Any]]) -> dict[str, Any]:
    start = world.now - timedelta(days=35)
    tender = worlds._make_tender(world, start, items=items, fewerItemsAllowed=True)
    tender = worlds._publish(world, tender, start + timedelta(minutes=1))
    worlds._name_tender(world, tender)
    first = [CHAIR | {"item": item["number"], "reference": f"stoel {item['number']}"} for item in items]
    with clock.set_to(start + timedelta(days=10)):
        for code, offered in (("leverancier-a", first), ("leverancier-b", second)):
            worlds._submit(world, world.supplier_actor(code), bid_document(world.names["lot"], lines=offered))
    worlds._open(world, tender, start + timedelta(days=32))
    path = f"/api/v1/tenders/{tender.public_id}/comparison"
    answer = Client().get(path, headers=_headers(world, "procurement-officer"))
    assert answer.status_code == 200
    return {bid["supplier"]: bid for bid in answer.json()["bids"]}


def test_a_demand_that_is_left_open_counts_in_the_reference_and_its_accessories_in_the_bid(world: World) -> None:
    items = [ITEM, ITEM | {"number": 2, "description": "Nog een stoel"}]
    loose = ARM_REST | {"item": 2, "reference": "los"}
    bids = _compared(world, items, [CHAIR, loose])
    whole, half = bids["leverancier-a"], bids["leverancier-b"]
    assert half["reference"] == pytest.approx(whole["reference"])
    parts = {row["part"]: row["value"] for row in half["avoidedParts"]}
    assert parts["fewer-items"] == pytest.approx(half["reference"] / 2)
    assert parts["accessories"] < 0
    assert sum(parts.values()) == pytest.approx(half["avoided"])
    assert half["demandImpact"] == pytest.approx(whole["demandImpact"] / 2 - parts["accessories"])


def test_a_bid_of_accessories_alone_is_refused(world: World) -> None:
    with pytest.raises(Refused) as refused:
        _compared(world, [ITEM], [CHAIR | {"role": "accessory"}])
    assert [(each.attr, each.code) for each in refused.value.problems] == [("lines", "item_missing")]


def test_far_more_than_needed_is_asked_about(submit: Submit) -> None:
    with pytest.raises(Refused) as refused:
        submit(lines=[CHAIR | {"count": 1000}])
    problem = refused.value.problems[0]
    assert (problem.attr, problem.code, problem.confirmable) == ("lines.0.count", "implausible", True)


def test_reading_a_bid_of_others_leaves_a_trace(stage: Stage, world: World) -> None:
    tender = stage("opened")
    headers = _headers(world, "procurement-officer")
    for path, verb in (
        (f"/api/v1/bids/{world.names['bid']}", "bid.read"),
        (f"/api/v1/tenders/{tender.public_id}/comparison", "bids.read"),
    ):
        assert Client().get(path, headers=headers).status_code == 200
        assert AuditEntry.objects.filter(verb=verb).count() == 1
    own = _headers(world, "leverancier-a")
    assert Client().get(f"/api/v1/bids/{world.names['bid']}", headers=own).status_code == 200
    assert AuditEntry.objects.filter(verb="bid.read").count() == 1


def test_a_request_that_is_sent_again_gets_the_receipt_of_its_own_version(submit: Submit, world: World) -> None:
    submit("leverancier-b")
    headers = _headers(world, "leverancier-a")
    document = json.dumps(bid_document(world.names["lot"]))
    path = f"/api/v1/tenders/{world.names['tender']}/bids"

    def send() -> Any:
        answer = Client().post(path, document, content_type="application/json", headers=headers)
        assert answer.status_code == 201, answer.content
        return answer

    first = send()
    changed = json.dumps(bid_document(world.names["lot"], price="999.00"))
    place = f"/api/v1/bids/{first.json()['id']}"
    tag = {"If-Match": first.headers["ETag"]}
    assert Client().put(place, changed, content_type="application/json", headers=headers | tag).status_code == 200
    assert send().json()["receipt"] == first.json()["receipt"]


def test_a_receipt_can_be_checked_without_the_system(submit: Submit, world: World) -> None:
    submit("leverancier-b")
    headers = _headers(world, "leverancier-a")
    path = f"/api/v1/tenders/{world.names['tender']}/bids"
    sent = (
        Client()
        .post(path, json.dumps(bid_document(world.names["lot"])), content_type="application/json", headers=headers)
        .json()
    )
    proof = sent["receipt"]
    key_id, _, signature = proof["signature"].partition(":")
    keys = Client().get("/api/v1/receipt-keys").json()["results"]
    public = next(bytes.fromhex(key["publicKey"]) for key in keys if key["id"] == key_id)
    ids = {"bid": sent["id"], "tender": world.names["tender"], "version": 1}
    said = {"sha256": proof["sha256"], "salt": proof["salt"], "receivedAt": proof["receivedAt"], "ids": ids}
    spelled = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    Ed25519PublicKey.from_public_bytes(public).verify(base64.urlsafe_b64decode(signature), spelled)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public).verify(base64.urlsafe_b64decode(signature), spelled + b" ")


def test_suppliers_do_not_read_the_estimated_value(world: World) -> None:
    world.build(["open-tender"])
    with triggers.suspended():
        Tender.objects.update(value=120000)
    path = f"/api/v1/tenders/{world.names['tender']}"
    seen = [Client().get(path, headers=_headers(world, who)).json()["estimatedValue"] for who in _READERS]
    assert seen == [120000, None] or seen == ["120000.00", None]


_READERS = ("procurement-officer", "leverancier-a")


def test_closed_tenders_are_listed_as_closed(stage: Stage, world: World) -> None:
    tender = stage("closed")
    headers = _headers(world, "procurement-officer")
    found = {
        state: [
            row["id"] for row in Client().get(f"/api/v1/tenders?status={state}", headers=headers).json()["results"]
        ]
        for state in ("published", "closed")
    }
    assert found == {"published": [], "closed": [str(tender.public_id)]}


def test_the_demand_lies_fast_from_the_publication_on(submit: Submit, world: World) -> None:
    submit()
    with pytest.raises(DatabaseError), transaction.atomic():
        LotItem.objects.update(needed_count=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Confirmation.objects.create(
            organisation=world.water, bid_version=BidVersion.objects.get(), attr="a", code="c", reason="r"
        )


@pytest.mark.parametrize("harm", ["results", "lines"])
def test_verify_finds_lines_and_results_that_are_not_what_was_sealed(stage: Stage, harm: str) -> None:
    stage("opened")
    assert list(verification.differences()) == []
    with triggers.suspended():
        if harm == "results":
            LineResult.objects.all().delete()
        else:
            BidLine.objects.update(mass_kg=1)
    assert [each for each in verification.differences() if "result" in each]


def test_a_concept_that_a_colleague_saved_is_not_written_over(world: World) -> None:
    world.build(["open-tender"])
    actor = world.supplier_actor("leverancier-a")
    given = {"tender_id": world.names["tender"], "lot_id": world.names["lot"]}
    first = tenders.services.save_draft(actor, document={"price": "1"}, **given)
    tenders.services.save_draft(actor, document={"price": "2"}, expected_version=first.version, **given)
    with pytest.raises(Refused) as refused:
        tenders.services.save_draft(actor, document={"price": "3"}, expected_version=first.version, **given)
    assert refused.value.kind is Kind.STALE
    kept = Bid.objects.select_related("lot__tender__vault").get()
    assert tenders.services.draft_of(actor, kept) == {"price": "2"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after another")
@pytest.mark.parametrize("beside", ["submission", "withdrawal"])
def test_a_concept_saved_beside_a_submission_or_withdrawal_undoes_neither(
    reference: None, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    world = World(corpus.this_moment())
    world.build(["open-tender"])
    actor = world.supplier_actor("leverancier-a")
    given = {"tender_id": world.names["tender"], "lot_id": world.names["lot"]}
    document = bid_document(world.names["lot"])
    if beside == "submission":
        tenders.services.save_draft(actor, document={}, **given)
    else:
        version = tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)
    read, go, said = threading.Event(), threading.Event(), []
    real = vault.seal

    def slow(safe: Any, content: bytes, context: str) -> bytes:
        if context.startswith("draft"):
            read.set()
            go.wait(10)
        return real(safe, content, context)

    def save() -> None:
        try:
            tenders.services.save_draft(actor, document={"lines": [1]}, **given)
        except Refused as refused:
            said.append(refused.kind)
        finally:
            connections.close_all()

    monkeypatch.setattr(vault, "seal", slow)
    thread = threading.Thread(target=save)
    thread.start()
    assert read.wait(10)
    if beside == "submission":
        tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)
    else:
        tenders.services.withdraw_bid(actor, bid_id=version.bid.public_id, expected_version=version.bid.version)
    go.set()
    thread.join()
    assert said == [Kind.STALE]
    assert Bid.objects.get().state == ("submitted" if beside == "submission" else "withdrawn")
