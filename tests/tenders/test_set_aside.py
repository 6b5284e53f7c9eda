"""One bid that cannot be opened is set aside with its reason and never holds up the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import tenders.services
from indicators.services import known_to
from mvi_dashboard.ground import clock, jobs, receipts, triggers, vault, verification
from mvi_dashboard.ground.models import AuditEntry, Job
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.jobs import finish_interrupted
from tenders.models import Bid, BidLine, BidVersion, OpeningConfirmation, Tender
from tenders.services import bid_documents, opening, sealing
from tenders.services.line_making import rehearse
from tests import corpus
from tests.pages import Page
from tests.worlds import World, bid_document

from .conftest import lines

pytestmark = pytest.mark.django_db
Submit = Callable[..., BidVersion]
AT = timedelta(days=32)


def broken_seal(version: BidVersion) -> None:
    """A byte of what was sealed is another one."""
    sealed = bytes(version.sealed)
    replaced(version, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def other_content(**changes: Any) -> Callable[[BidVersion], None]:
    """Sealed as it should be, but with what no submission lets through."""

    def reseal(version: BidVersion) -> None:
        bid = version.bid
        document = bid_document(str(bid.lot.public_id)) | changes
        rest = {key: value for key, value in document.items() if key not in ("price", "currency")}
        context = sealing._context(bid, version.number)
        assert bid.lot.tender.vault is not None
        replaced(version, vault.seal(bid.lot.tender.vault, receipts.canonical(rest), context))

    return reseal


def replaced(version: BidVersion, sealed: bytes) -> None:
    with triggers.suspended():
        BidVersion.objects.filter(pk=version.pk).update(sealed=sealed)


def row(**changes: Any) -> dict[str, Any]:
    """A row of the bill of the base bid."""
    return {**bid_document("")["lines"][0]["billOfMaterials"][0], "share": "1", **changes}


CAUSES: dict[str, tuple[Callable[[BidVersion], None], str]] = {
    "bytes": (broken_seal, "Het zegel gaat niet open"),
    "shape": (other_content(lines=lines(1, count="veel")), "lines.0.count"),
    "material": (
        other_content(lines=lines(1, billOfMaterials=[row(material="bestaat-niet")])),
        "Er ging iets mis",
    ),
    "constraint": (other_content(lines=lines(1, billOfMaterials=[row(), row()])), "De database neemt een waarde"),
    "results": (other_content(lines=lines(1, circularStrategy="bestaat-niet")), "Er ging iets mis"),
    "declared": (
        other_content(declaredResults=[{"line": "stoel", "kind": "mki"}]),
        "De database neemt een waarde",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_one_bid_that_cannot_be_opened_is_set_aside_and_the_others_are_opened(
    cause: str, submit: Submit, opened: Callable[[], Tender], world: World
) -> None:
    spoil, said = CAUSES[cause]
    spoil(submit())
    submit("leverancier-b")
    tender = opened()
    assert tender.status == Tender.Status.OPENED
    aside = Bid.objects.get(supplier__code="leverancier-a")
    assert (aside.opened, aside.set_aside_at is not None) == (False, True)
    assert said in aside.set_aside_reason
    assert not BidLine.objects.filter(bid_version__bid=aside).exists()
    assert Bid.objects.get(supplier__code="leverancier-b").opened
    entry = AuditEntry.objects.get(verb="bid.set_aside")
    assert (entry.object_id, entry.reason) == (str(aside.public_id), aside.set_aside_reason)
    assert finish_interrupted() == 0, "nothing is left to try again by itself"


def test_a_bid_that_was_sealed_with_nulls_before_is_opened_with_the_defaults(
    submit: Submit, opened: Callable[[], Tender]
) -> None:
    flow = {"flow": "electricity", "quantity": "5", "unit": "kWh", "basis": "item-year", "role": None}
    line = lines(1, promiseSurvives=None, billOfMaterials=[row(added=None, component=None)], use=[flow], role=None)
    declared = {"line": "stoel 0", "kind": None, "value": "4", "unit": "euro", "name": None}
    other_content(lines=line, declaredResults=[declared], currency=None, confirmations=None)(submit())
    assert opened().status == Tender.Status.OPENED
    made = BidLine.objects.get()
    assert (made.promise_survives, made.role, made.use.get().role) == (False, "main", "use")
    assert (made.materials.get().added, made.declared.get().kind) == (False, "other")
    assert list(verification.differences(["results", "lines"])) == []


def test_a_job_ends_with_what_it_could_not_open_set_aside(
    submit: Submit, opened: Callable[[], Tender], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_AT_ONCE", 0)
    other_content(lines=lines(1, count="veel"))(submit())
    submit("leverancier-b")
    assert opened().status == Tender.Status.PUBLISHED
    job = Job.objects.get()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result["setAside"]) == (Job.State.DONE, 1, 1)
    assert Tender.objects.get().status == Tender.Status.OPENED
    assert Bid.objects.filter(opened=True).count() == 1


def test_what_was_repaired_is_opened_when_somebody_tries_again(
    submit: Submit, opened: Callable[[], Tender], world: World
) -> None:
    version = submit(lines=lines(1, reference="hersteld"))
    sealed = bytes(version.sealed)
    submit("leverancier-b")
    broken_seal(version)
    tender = opened()
    replaced(version, sealed)
    with clock.set_to(world.now + AT):
        tenders.services.open_tender(world.officer, tender_id=tender.public_id)
    bid = Bid.objects.get(supplier__code="leverancier-a")
    assert (bid.opened, bid.set_aside_at, bid.set_aside_reason) == (True, None, "")
    assert BidLine.objects.get(bid_version=version).reference == "hersteld"
    assert list(verification.differences(["receipts", "results", "lines"])) == []


def test_after_the_decision_no_rival_is_opened_any_more(
    submit: Submit, stage: Callable[[str], Tender], world: World
) -> None:
    world.build(["reference"])
    tender = stage("ready")
    version = BidVersion.objects.get(bid__supplier__code="leverancier-b")
    sealed = bytes(version.sealed)
    broken_seal(version)
    for officer in (world.officer, world.second_officer):
        tender = tenders.services.open_tender(officer, tender_id=tender.public_id)
    asked = {"reason": "De enige.", "bid": str(version.bid.public_id)}
    with pytest.raises(Refused) as refused:
        decide(world, tender, asked)
    assert refused.value.problems[0].code == "set_aside"
    asked["bid"] = str(Bid.objects.get(opened=True).public_id)
    with pytest.raises(Refused) as refused:
        decide(world, tender, asked)
    [question] = refused.value.problems
    assert (question.attr, question.code, question.confirmable) == ("bid", "others_set_aside", True)
    because = {"attr": "bid", "code": "others_set_aside", "reason": "De leverancier trok zich per brief terug."}
    decide(world, tender, asked | {"confirmations": [because]})
    said = AuditEntry.objects.get(verb="award.decide").changes
    assert (said["set_aside"], said["confirmed"]) == ([str(version.bid.public_id)], [because])
    replaced(version, sealed)
    with pytest.raises(Refused) as refused:
        tenders.services.open_tender(world.officer, tender_id=tender.public_id)
    assert (refused.value.kind, refused.value.problems[0].code) == (Kind.CONFLICT, "already_decided")
    assert Bid.objects.filter(opened=True).count() == 1


def test_the_form_asks_why_somebody_decides_past_what_stands_aside(
    submit: Submit, stage: Callable[[str], Tender], browser: Callable[[str], Client], world: World
) -> None:
    tender = stage("ready")
    version = BidVersion.objects.get(bid__supplier__code="leverancier-b")
    broken_seal(version)
    for officer in (world.officer, world.second_officer):
        tender = tenders.services.open_tender(officer, tender_id=tender.public_id)
    address, officer = reverse("tenders:decide", args=[tender.public_id]), browser("inkoper-1")
    typed = Page(officer.get(address)).sent | {
        "bid": str(Bid.objects.get(opened=True).public_id),
        "reason": "De laagste impact.",
    }
    asked = Page(officer.post(address, typed))
    assert asked.status == 409
    assert "staat nog 1 inschrijving opzij" in asked.text
    named = [name for name in asked.inputs if name.startswith("confirmations.") and name.endswith(".reason")]
    done = officer.post(address, asked.sent | {named[0]: "De leverancier trok zich per brief terug."}, follow=True)
    assert "De beslissing is vastgelegd" in done.content.decode()
    assert (
        "trok zich per brief terug"
        in AuditEntry.objects.get(verb="award.decide").changes["confirmed"][0]["reason"]
    )
    told = browser("leverancier-b-1").get(reverse("tenders:bid", args=[version.bid.public_id])).content.decode()
    assert "opnieuw proberen te openen" not in told


def decide(world: World, tender: Tender, document: dict[str, Any]) -> Any:
    return tenders.services.decide_award(
        world.officer, tender_id=tender.public_id, document=document, expected_version=tender.version
    )


def test_a_database_that_is_away_sets_nothing_aside(
    submit: Submit, opened: Callable[[], Tender], monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    submit()

    def away(*_given: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr("tenders.services.line_making.bid_rows", away)
    with pytest.raises(OperationalError):
        opened()
    assert Bid.objects.get().set_aside_at is None
    monkeypatch.undo()
    with clock.set_to(world.now + AT + timedelta(minutes=5)):
        assert finish_interrupted() == 1
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_without_its_key_no_vault_is_opened_and_no_confirmation_is_kept(
    submit: Submit, world: World, settings: Any
) -> None:
    submit()
    keys = settings.VAULT_KEYS
    with clock.set_to(world.now + AT):
        tenders.services.open_tender(world.officer, tender_id=world.names["tender"])
        settings.VAULT_KEYS = "andere:" + "QUFB" * 10 + "QUE="
        with pytest.raises(Refused) as refused:
            tenders.services.open_tender(world.second_officer, tender_id=world.names["tender"])
        tender = Tender.objects.select_related("vault").get()
        assert (refused.value.kind, refused.value.problems[0].code) == (Kind.UNAVAILABLE, "no_key")
        assert tender.vault is not None
        assert (tender.opened_at, tender.vault.opened_at) == (None, None)
        assert OpeningConfirmation.objects.count() == 1
        settings.VAULT_KEYS = keys
        done = tenders.services.open_tender(world.second_officer, tender_id=world.names["tender"])
    assert done.status == Tender.Status.OPENED


def opening_over_rest(world: World) -> Callable[..., Any]:
    """Sends _open as a person: the answer."""
    first, second = world.token("procurement-officer"), ""
    from mvi_dashboard.ground import accounts, audit

    user = world.person("procurement-officer", world.city, "inkoper-2")
    _row, second = accounts.create_api_token(
        audit.SYSTEM, role="procurement-officer", user=user, organisation=world.city
    )

    def send(person: int, key: str = "") -> Any:
        headers = {
            "Authorization": f"Bearer {(first, second)[person - 1]}",
            "Idempotency-Key": key or corpus.fresh_key(),
        }
        with clock.set_to(world.now + AT):
            return corpus.send(Client(), "POST", f"/tenders/{world.names['tender']}/_open", b"{}", headers)

    return send


def test_open_answers_200_only_when_the_tender_stands_opened(submit: Submit, world: World) -> None:
    broken_seal(submit())
    submit("leverancier-b")
    send = opening_over_rest(world)
    first, second = send(1), send(2, "tweede")
    assert (first.status_code, first.json()["status"]) == (202, "closed")
    assert (second.status_code, second.json()["status"], second.json()["setAside"]) == (200, "opened", 1)
    again = send(2, "tweede")
    assert (again.status_code, again.json()["status"]) == (200, "opened")


def test_open_answers_202_while_the_lines_are_still_to_be_made(
    submit: Submit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_AT_ONCE", 0)
    submit()
    send = opening_over_rest(world)
    send(1)
    answer = send(2, "tweede")
    assert (answer.status_code, answer.json()["status"]) == (202, "closed")
    assert answer.json()["job"].endswith(str(Job.objects.get().public_id))


def test_what_goes_wrong_after_the_confirmation_is_no_success(
    submit: Submit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()
    send = opening_over_rest(world)
    send(1)

    def breaks(*_given: Any) -> None:
        raise IntegrityError("a rule that nobody thought of")

    monkeypatch.setattr(opening, "close_opening", breaks)
    assert send(2, "tweede").status_code == 409
    assert Tender.objects.get().status == Tender.Status.PUBLISHED
    again = send(2, "tweede")
    assert (again.status_code, again.json()["status"]) == (202, "closed"), "the first answer, and the truth"
    monkeypatch.undo()
    with clock.set_to(world.now + AT + timedelta(minutes=5)):
        assert finish_interrupted() == 1
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_officers_and_the_supplier_read_why_and_nobody_else(
    submit: Submit, opened: Callable[[], Tender], world: World
) -> None:
    broken_seal(submit())
    submit("leverancier-b")
    tender = opened()
    aside = Bid.objects.get(supplier__code="leverancier-a")
    seen = {}
    for who in ("procurement-officer", "leverancier-a", "leverancier-b"):
        headers = {"Authorization": f"Bearer {world.token(who)}"}
        one = Client().get(f"/api/v1/bids/{aside.public_id}", headers=headers)
        rows = Client().get(f"/api/v1/tenders/{tender.public_id}/bids", headers=headers).json()["results"]
        listed = [each["setAside"]["reason"] for each in rows if each["setAside"]]
        seen[who] = (one.status_code, one.json().get("content"), len(rows), len(listed))
    assert seen == {
        "procurement-officer": (200, None, 2, 1),
        "leverancier-a": (200, None, 1, 1),
        "leverancier-b": (404, None, 1, 0),
    }
    # Reading its receipt leaves the trace of reading a bid; who reads the own one leaves none.
    assert AuditEntry.objects.filter(verb="bid.read", object_id=str(aside.public_id)).count() == 1
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    found = Client().get(f"/api/v1/tenders/{tender.public_id}/comparison", headers=headers).json()
    assert [row["supplier"] for row in found["bids"]] == ["leverancier-b"]
    assert [(row["supplier"], row["reason"]) for row in found["setAside"]] == [
        ("leverancier-a", aside.set_aside_reason)
    ]


def test_pages_say_what_is_set_aside_and_try_again(
    submit: Submit, stage: Callable[[str], Tender], browser: Callable[[str], Client], world: World
) -> None:
    tender = stage("ready")
    version = BidVersion.objects.get(bid__supplier__code="leverancier-a")
    sealed = bytes(version.sealed)
    broken_seal(version)
    tenders.services.open_tender(world.officer, tender_id=tender.public_id)
    page, act = (
        reverse("tenders:tender", args=[tender.public_id]),
        reverse("tenders:open", args=[tender.public_id]),
    )
    said = browser("inkoper-2").post(act, follow=True).content.decode()
    assert "1 inschrijving kon niet open" in said
    reason = Bid.objects.get(supplier__code="leverancier-a").set_aside_reason
    for address in (
        page,
        reverse("tenders:compare", args=[tender.public_id]),
        reverse("tenders:decide", args=[tender.public_id]),
        reverse("tenders:bid", args=[version.bid.public_id]),
    ):
        answer = browser("inkoper-1").get(address)
        assert (answer.status_code, reason in answer.content.decode()) == (200, True), address
    own = browser("leverancier-a-1").get(reverse("tenders:bid", args=[version.bid.public_id])).content.decode()
    assert reason in own
    assert "Handtekening" in own
    assert "Probeer opnieuw te openen" in browser("inkoper-1").get(page).content.decode()
    compared = Page(browser("inkoper-1").get(reverse("tenders:compare", args=[tender.public_id]))).text
    assert "niet elke inschrijving kon open" in compared
    assert (
        "plaats 1"
        not in browser("inkoper-1").get(reverse("tenders:decide", args=[tender.public_id])).content.decode()
    )
    asked = tenders.services.compare_tender(world.officer, tender_id=tender.public_id)
    assert set(tenders.services.ranks(asked, 0).values()) == {None}
    replaced(version, sealed)
    again = browser("inkoper-1").post(act, follow=True).content.decode()
    assert "De inschrijvingen zijn geopend." in again
    assert "staat opzij" not in again
    assert Bid.objects.filter(opened=True).count() == 2


HOLES: dict[str, tuple[dict[str, Any], str | None]] = {
    "twice": ({"lines": lines(1, billOfMaterials=[row(), row()])}, "lines.0.billOfMaterials.1.recycled"),
    "material": ({"lines": lines(1, billOfMaterials=[row(material="onbekend")])}, None),
    "shape": ({"lines": lines(1, count="veel")}, "lines.0.count"),
    "declared": ({"declaredResults": [{"line": "stoel", "kind": "mki"}]}, None),
    "reference": ({"declaredResults": [{"line": "elders", "value": "1", "unit": "kg"}]}, None),
}


@pytest.mark.parametrize("hole", HOLES)
def test_what_no_check_would_find_is_found_by_trying_the_opening(
    hole: str, world: World, submit: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    changes, attr = HOLES[hole]
    bid = submit().bid
    items = list(bid.lot.items.all())
    actor = world.supplier_actor("leverancier-a")
    known, arrays = known_to(actor), bid_documents.arrays_of(bid.lot.tender)
    said = bid_document(str(bid.lot.public_id))
    with CaptureQueriesContext(connection) as captured:
        assert rehearse(bid, said, items, arrays=arrays, known=known, moment=world.now) == []
        found = rehearse(bid, said | changes, items, arrays=arrays, known=known, moment=world.now)
    assert attr in [each.attr for each in found]
    assert len(captured) == 0
    assert "onbekend" not in caplog.text, "nothing of a sealed bid stands in the log"


def test_a_lot_of_which_no_bid_could_be_opened_says_so(
    submit: Submit, opened: Callable[[], Tender], browser: Callable[[str], Client], world: World
) -> None:
    broken_seal(submit())
    tender = opened()
    with clock.set_to(world.now + AT):
        page = browser("inkoper-1").get(reverse("tenders:compare", args=[tender.public_id]))
    assert (tender.status, page.status_code) == (Tender.Status.OPENED, 200)
    assert "Op dit perceel kon geen inschrijving open" in page.content.decode()


def test_the_database_keeps_an_opened_bid_from_being_set_aside(
    submit: Submit, opened: Callable[[], Tender]
) -> None:
    submit()
    opened()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE tenders_bid SET set_aside_at = created_at")
