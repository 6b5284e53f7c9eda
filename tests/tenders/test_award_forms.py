"""Deciding, taking back and stopping over forms: asked first, refused politely, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground.shapes import read
from tenders.models import Award, AwardEvent, Bid, Tender
from tenders.services.shapes import CANCELLATION, DECISION, WITHDRAWAL
from tests import corpus
from tests.pages import Page
from tests.worlds import World

from .test_draft_form import closes_at

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
OFFICER, SECOND = "inkoper-1", "inkoper-2"
WHY = "Beste effect.\nEn een eerlijke prijs & levertijd."


def page_of(name: str, tender: Tender) -> str:
    """The page of a tender."""
    return reverse(f"tenders:{name}", args=[tender.public_id])


def sent(client: Client, address: str, **typed: str) -> Page:
    """The answer to the form at this address, with this typed in it."""
    return Page(client.post(address, Page(client.get(address)).sent | typed))


def change_meanwhile(world: World, tender: Tender) -> None:
    """A colleague takes the decision that was read, and decides for the other bid."""
    tender.refresh_from_db()
    tenders.services.decide_award(
        world.second_officer,
        tender_id=tender.public_id,
        document={"bid": world.names["bid"], "reason": "Was ik u voor."},
        expected_version=tender.version,
    )


def test_deciding_offers_the_bids_and_nothing_is_chosen_yet(stage: Stage, browser: Browser, world: World) -> None:
    page = Page(browser(OFFICER).get(page_of("decide", stage("opened"))))
    assert page.heading == "Aan wie gunt u dit perceel?"
    assert "bid" not in page.sent
    assert page.sent["standstillDays"] == "20"
    for said in ("Leverancier-a: € 25.000", "Leverancier-b: € 25.000", "kg CO2-eq"):
        assert said in page.text.replace("\xa0", " ")


def test_a_decision_is_recorded_with_its_reason(stage: Stage, browser: Browser, world: World) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    address = page_of("decide", tender)
    done = sent(client, address, bid=world.names["bid"], reason=WHY, standstillDays="20")
    assert done.status == 302
    award = Award.objects.get()
    assert (award.reason, str(award.bid_version.bid.public_id)) == (WHY, world.names["bid"])
    assert (
        "De beslissing is vastgelegd. De wachttijd loopt tot en met "
        in Page(client.get(page_of("tender", tender))).text
    )
    assert client.get(address).status_code == 409


def test_everything_wrong_in_a_decision_is_told_at_once(stage: Stage, browser: Browser) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    before = corpus.digest()
    page = sent(client, page_of("decide", tender), reason=" ", standstillDays="1,5")
    assert page.status == 400
    assert page.title.startswith("Fout: ")
    assert set(page.mistakes) == {"veld-bid", "veld-reason", "veld-standstillDays"}
    assert set(page.mistakes) <= set(page.ids)
    assert "Er is niets vastgelegd." in page.ids["fouten"]
    for name in ("reason", "standstillDays"):
        assert len(page.message_at(name)) > len("Fout: ")
    assert len(page.ids["veld-bid-fout"]) > len("Fout: ")
    assert page.sent["standstillDays"] == "1,5"
    assert corpus.digest() == before


def test_a_short_standstill_asks_why_and_keeps_the_rest(stage: Stage, browser: Browser, world: World) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    address, bid = page_of("decide", tender), world.names["bid"]
    page = sent(client, address, bid=bid, reason=WHY, standstillDays="5")
    assert page.status == 400
    assert "Korter dan 20 dagen? Kies op welke grond dat mag." in page.message_at("standstillGround")
    assert "Korter dan 20 dagen? Zeg waarom dat mag." in page.message_at("standstillReason")
    assert (page.sent["bid"], page.sent["standstillDays"]) == (bid, "5")
    assert "En een eerlijke prijs & levertijd." in page.sent["reason"]
    ground = {"standstillReason": "Er is een raamovereenkomst.", "standstillGround": "framework-call-off"}
    assert client.post(address, page.sent | ground).status_code == 302
    award = Award.objects.get()
    assert (award.standstill_days, award.standstill_ground) == (5, "framework-call-off")


@pytest.mark.parametrize("bid", ["onzin", "3f2f1d1e-0000-4000-8000-000000000000"])
def test_a_bid_that_is_not_there_is_not_chosen(bid: str, stage: Stage, browser: Browser) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    page = sent(client, page_of("decide", tender), bid=bid, reason=WHY, standstillDays="20")
    assert page.status == 400
    assert page.mistakes == ["veld-bid"]
    assert not Award.objects.exists()


def test_a_decision_that_a_colleague_took_meanwhile_is_refused_with_the_reason_still_there(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    address = page_of("decide", tender)
    seen = Page(client.get(address)).sent
    change_meanwhile(world, tender)
    before = corpus.digest()
    page = Page(client.post(address, seen | {"bid": world.names["bid"], "reason": "Mijn lange reden."}))
    assert page.status == 412
    assert "intussen gewijzigd door inkoper-2" in page.text
    assert (page.sent["reason"], page.sent["bid"]) == ("Mijn lange reden.", world.names["bid"])
    assert page.sent["version"] == seen["version"], "sending it again is refused again"
    assert corpus.digest() == before


def test_before_the_opening_there_is_nothing_to_decide(stage: Stage, browser: Browser) -> None:
    tender, client = stage("ready"), browser(OFFICER)
    for name in ("decide", "withdraw"):
        assert client.get(page_of(name, tender)).status_code == 409
        assert (
            client.post(page_of(name, tender), {"reason": WHY, "version": str(tender.version)}).status_code == 409
        )
    assert not Award.objects.exists()


def test_taking_back_asks_why_and_then_a_new_decision_is_possible(stage: Stage, browser: Browser) -> None:
    tender, client = stage("decided"), browser(OFFICER)
    address = page_of("withdraw", tender)
    asked = Page(client.get(address))
    assert asked.heading == "Wilt u de gunningsbeslissing terugnemen?"
    assert "U besliste voor Leverancier-a." in asked.text
    before = corpus.digest()
    empty = sent(client, address)
    assert empty.status == 400
    assert empty.message_at("reason")
    assert corpus.digest() == before
    assert sent(client, address, reason="Rekenfout.").status == 302
    assert AwardEvent.objects.get().reason == "Rekenfout."
    told = Page(client.get(page_of("tender", tender)))
    assert "De beslissing is teruggenomen." in told.text
    assert any(label.startswith("Beslissen over gunning") for label in told.links)
    assert "gegund aan" not in told.text


def test_taking_back_what_a_colleague_took_back_is_refused_with_the_reason_still_there(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender, client = stage("decided"), browser(OFFICER)
    address = page_of("withdraw", tender)
    seen = Page(client.get(address)).sent
    tenders.services.withdraw_award(
        world.second_officer,
        tender_id=tender.public_id,
        document={"reason": "Was ik u voor."},
        expected_version=tender.version,
    )
    before = corpus.digest()
    page = Page(client.post(address, seen | {"reason": "Mijn lange reden."}))
    assert page.status == 412
    assert "Nu staat er geen beslissing." in page.text
    assert page.sent["reason"] == "Mijn lange reden."
    assert corpus.digest() == before


def test_a_final_award_is_not_taken_back_nor_stopped(stage: Stage, browser: Browser) -> None:
    tender, client = stage("final"), browser(OFFICER)
    before = corpus.digest()
    for name in ("withdraw", "cancel"):
        assert client.get(page_of(name, tender)).status_code == 409
        typed = {"reason": WHY, "version": str(tender.version)}
        page = Page(client.post(page_of(name, tender), typed))
        assert page.status == 409
        assert "levertijd" in page.sent["reason"]
    assert corpus.digest() == before


@pytest.mark.parametrize("state", ["draft", "published", "ready", "opened", "decided"])
def test_stopping_asks_why_and_says_what_happens_to_bids(state: str, stage: Stage, browser: Browser) -> None:
    tender, client = stage(state), browser(OFFICER)
    address = page_of("cancel", tender)
    asked = Page(client.get(address))
    assert asked.heading == "Wilt u deze aanbesteding stoppen?"
    assert "blijven voor altijd verzegeld" in asked.text
    before = corpus.digest()
    empty = sent(client, address, reason="")
    assert (empty.status, empty.mistakes) == (400, ["veld-reason"])
    assert empty.message_at("reason")
    assert corpus.digest() == before
    assert sent(client, address, reason="De vraag is vervallen.").status == 302
    tender.refresh_from_db()
    assert tender.status == Tender.Status.CANCELLED
    assert "De aanbesteding is gestopt." in Page(client.get(page_of("tender", tender))).text


def test_stopping_what_a_colleague_changed_is_refused_with_the_reason_still_there(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender, client = stage("opened"), browser(OFFICER)
    address = page_of("cancel", tender)
    seen = Page(client.get(address)).sent
    change_meanwhile(world, tender)
    before = corpus.digest()
    for version in (seen["version"], "", "0", "onzin", "9" * 40):
        page = Page(client.post(address, {"version": version, "reason": "Mijn lange reden."}))
        assert page.status == 412
        assert page.sent["reason"] == "Mijn lange reden."
    assert corpus.digest() == before


@pytest.mark.parametrize("name", ["decide", "withdraw", "cancel", "publish", "edit"])
def test_forged_fields_are_not_read(name: str, stage: Stage, browser: Browser, world: World) -> None:
    tender = stage("draft" if name in ("publish", "edit") else "decided" if name == "withdraw" else "opened")
    client = browser(OFFICER)
    if name == "publish":
        closes_at(tender, 40)
    forged = {"status": "final", "organisation": "waterschap-voorbeeld", "lot": "onzin", "tender": "onzin"}
    page = sent(client, page_of(name, tender), reason=WHY, bid=world.names.get("bid", ""), **forged)
    assert page.status in (302, 400)
    tender.refresh_from_db()
    assert tender.organisation_id == world.city.pk
    assert tender.status != Tender.Status.FINAL
    assert Bid.objects.exclude(organisation_id=world.city.pk).count() == 0


@pytest.mark.parametrize("reason", [".", "ok", "- 12"])
def test_a_reason_is_words_that_another_person_can_read(reason: str) -> None:
    for shape in (DECISION, WITHDRAWAL, CANCELLATION):
        _data, problems = read(shape, {"reason": reason})
        assert [each.code for each in problems if each.attr == "reason"] == ["no_words"]
