"""What a supplier is told about its bid after the decision, and what a second opener sees of the first one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import Bid, Tender
from tests.pages import Page
from tests.queries import queries_of
from tests.worlds import World

from .test_page_queries import OFFICER, page_of

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
WINNER, OTHER = "leverancier-a-1", "leverancier-b-1"
TOLD = {
    ("decided", WINNER): ("Voorlopig aan u gegund", "De wachttijd loopt tot en met"),
    ("decided", OTHER): ("Niet aan u gegund", "Voorlopig gegund aan Leverancier-a. Bezwaar maken kan tot en met"),
    ("final", WINNER): ("Definitief aan u gegund", "Het contract is gemaakt."),
    ("final", OTHER): ("Niet aan u gegund", "De gunning aan Leverancier-a is definitief."),
}


@pytest.mark.parametrize(("state", "username"), TOLD)
def test_who_bid_reads_the_outcome_on_every_page_of_its_own(
    state: str, username: str, stage: Stage, browser: Browser
) -> None:
    title, detail = TOLD[state, username]
    tender, client = stage(state), browser(username)
    start = Page(client.get("/"))
    assert f"{title}: {tender.title}" in start.text
    assert detail in start.text
    assert "Er wacht nu niets op u" not in start.text
    bid = Bid.objects.get(supplier__code=username[:-2])
    page = Page(client.get(reverse("tenders:bid", args=[bid.public_id])))
    assert page.heading == title
    assert detail in page.text
    assert "gegund aan Leverancier-a" in page.text
    label = (
        "Niet aan u gegund"
        if username == OTHER
        else ("Definitief aan u gegund", "Voorlopig aan u gegund")[state == "decided"]
    )
    for address in (reverse("tenders:bids"), page_of("tender", tender)):
        assert label in Page(client.get(address)).text, address


def test_who_bid_reads_on_the_start_page_that_a_tender_was_stopped(stage: Stage, browser: Browser) -> None:
    tender = stage("cancelled")
    start = Page(browser(WINNER).get("/")).text
    assert f"Gestopt: {tender.title}" in start
    assert "Er wacht nu niets op u" not in start


@pytest.mark.parametrize("state", ["closed", "opened", "cancelled"])
def test_without_a_decision_there_is_no_outcome(state: str, stage: Stage, browser: Browser) -> None:
    tender, client = stage(state), browser(WINNER)
    bid = Bid.objects.get(supplier__code="leverancier-a")
    for address in (
        "/",
        reverse("tenders:bids"),
        reverse("tenders:bid", args=[bid.public_id]),
        page_of("tender", tender),
    ):
        assert "aan u gegund" not in Page(client.get(address)).text, address


def test_a_decision_that_was_taken_back_is_no_outcome(stage: Stage, world: World, browser: Browser) -> None:
    tender = stage("decided")
    tenders.services.withdraw_award(
        world.officer, tender_id=tender.public_id, document={"reason": "Fout"}, expected_version=tender.version
    )
    assert "aan u gegund" not in Page(browser(WINNER).get("/")).text


@pytest.mark.parametrize("username", [WINNER, OTHER])
def test_the_outcome_stands_in_the_bid_over_rest(username: str, stage: Stage, world: World) -> None:
    tender = stage("decided")
    bid = Bid.objects.get(supplier__code=username[:-2])
    actor = world.supplier_actor(username[:-2])
    answer = tenders.services.bid_read(tenders.services.bid_answer(actor, bid))
    assert answer.outcome.awarded is (username == WINNER)
    assert answer.outcome.final is False
    assert answer.outcome.standstill_until > clock.now()
    assert tender.status == Tender.Status.DECIDED


def test_the_second_person_sees_on_the_start_page_who_waits_and_until_when(
    stage: Stage, world: World, browser: Browser
) -> None:
    tender = stage("first")
    until = clock.now() + timedelta(minutes=10)
    local = until.astimezone(AMSTERDAM)
    second = browser("inkoper-2")
    start, page = Page(second.get("/")), Page(second.get(page_of("tender", tender)))
    assert f"Open {tender.title} als tweede" in start.links
    assert f"inkoper-1 bevestigde en wacht op u tot {local.hour}.{local.minute:02d} uur." in start.text
    assert page.links["Open als tweede"] == page_of("open", tender)
    first = Page(browser(OFFICER).get("/"))
    assert f"Een collega moet {tender.title} ook openen" in first.links
    assert "Open als tweede" not in Page(browser(OFFICER).get(page_of("tender", tender))).links
    with clock.set_to(until + timedelta(seconds=1)):
        late = Page(browser("inkoper-2").get("/"))
    assert "als tweede" not in late.text
    assert f"Open {tender.title}" in late.links


def test_who_co_signs_for_another_organisation_sees_that_somebody_waits_and_no_name(
    stage: Stage, world: World, browser: Browser
) -> None:
    world.agree_to_cosign()
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    tender = stage("first")
    start = Page(browser("inkoper-4").get("/"))
    assert start.links[f"Open een aanbesteding van {tender.organisation.name} als tweede"] == page_of(
        "open", tender
    )
    assert tender.title not in start.text


@pytest.mark.parametrize("state", ["decided", "final"])
def test_after_a_decision_nothing_is_offered_that_cannot_be_done(
    state: str, stage: Stage, browser: Browser
) -> None:
    tender, client = stage(state), browser(OFFICER)
    assert "Stop deze aanbesteding" not in Page(client.get(page_of("tender", tender))).links
    page = Page(client.get(page_of("compare", tender)))
    assert "De gunning beslist u zelf" not in page.text
    assert "Gunnen" not in page.links


def test_who_only_reads_is_not_told_to_decide(stage: Stage, world: World, browser: Browser) -> None:
    tender = stage("opened")
    world.person(Role.REVIEWER, world.city, "beoordelaar-1")
    page = Page(browser("beoordelaar-1").get(page_of("compare", tender)))
    assert page.status == 200
    assert "De gunning beslist u zelf" not in page.text


def test_the_start_page_of_a_supplier_costs_the_same_for_any_number_of_outcomes(
    stage: Stage, browser: Browser
) -> None:
    stage("decided")
    client = browser(WINNER)
    client.get("/")
    assert len([sql for sql in queries_of(client, "/") if "tenders_award" in sql]) == 1
