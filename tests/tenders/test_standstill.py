"""The standstill of a decision: by law in every door, shorter on a ground from the list, none by two persons."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import contracts.services
import tenders.services
from mvi_dashboard.ground import accounts, audit, clock, formats, terms
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.models import Award, AwardProposal, BidVersion, Tender
from tenders.selectors import PROPOSAL_WINDOW
from tests import corpus
from tests.pages import Page
from tests.worlds import World

pytestmark = pytest.mark.django_db
Stage = Callable[[str], Tender]
Browser = Callable[[str], Client]
SHORT = {
    "standstillDays": 0,
    "standstillGround": "framework-call-off",
    "standstillReason": "Opdracht onder onze raamovereenkomst voor stoelen.",
}
OFFICER, SECOND = "inkoper-1", "inkoper-2"


@pytest.fixture
def decide(world: World, stage: Stage) -> Callable[..., Award | AwardProposal]:
    """Decides on the opened tender: `decide(standstillDays=5, by=world.second_officer)`."""
    tender = stage("opened")

    def make(by: Actor | None = None, **changes: Any) -> Award | AwardProposal:
        tender.refresh_from_db()
        document = {"bid": world.names["bid"], "reason": "Beste effect en prijs samen."} | changes
        return tenders.services.decide_award(
            by or world.officer, tender_id=tender.public_id, document=document, expected_version=tender.version
        )

    return make


def refused(act: Callable[[], Any]) -> Refused:
    """What an act was refused with; nothing was stored."""
    before = corpus.digest()
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    assert corpus.digest() == before
    return found.value


def said(refusal: Refused) -> dict[str, str]:
    """The code of each problem by its field."""
    return {problem.attr or "": problem.code for problem in refusal.problems}


def test_a_decision_late_on_sunday_waits_20_whole_days_to_24_hours_on_a_working_day(decide: Any) -> None:
    with clock.set_to(datetime(2026, 11, 29, 21, 16, 13, tzinfo=UTC)):
        award = decide()
    # The 20th day is a Saturday, so it ends with Monday the 21st.
    assert award.standstill_until == datetime(2026, 12, 21, 23, tzinfo=UTC)
    assert award.standstill_days == 20


def test_the_final_award_is_refused_until_the_last_second_with_the_last_day(decide: Any, world: World) -> None:
    with clock.set_to(datetime(2026, 12, 18, 12, tzinfo=UTC)):
        award = decide()
    assert award.standstill_until == datetime(2027, 1, 7, 23, tzinfo=UTC)
    tender = Tender.objects.get()

    def finalise() -> Any:
        return contracts.services.finalise(
            world.officer,
            tender_id=tender.public_id,
            document={"reference": "C-1"},
            expected_version=Tender.objects.get().version,
        )

    with clock.set_to(award.standstill_until - timedelta(seconds=1)):
        refusal = refused(finalise)
    assert refusal.kind is Kind.CONFLICT
    text = refusal.problems[0].detail.replace("\xa0", " ")
    assert "tot en met donderdag 7 januari 2027, 24.00 uur" in text
    with clock.set_to(award.standstill_until):
        assert finalise().reference == "C-1"


@pytest.mark.parametrize("days", [1, 5, 19])
def test_fewer_days_ask_for_a_ground_from_the_list_and_a_reason(days: int, decide: Any) -> None:
    needed = {"standstillGround": "required", "standstillReason": "required"}
    assert said(refused(lambda: decide(standstillDays=days))) == needed
    assert said(refused(lambda: decide(standstillDays=days, standstillReason="Haast."))) == {
        "standstillGround": "required"
    }
    own = SHORT | {"standstillDays": days, "standstillGround": "haast"}
    assert said(refused(lambda: decide(**own))) == {"standstillGround": "invalid_choice"}
    award = decide(**SHORT | {"standstillDays": days})
    assert (award.standstill_days, award.standstill_ground) == (days, "framework-call-off")
    assert award.standstill_until == terms.term_after(award.decided_at, days).ends_at


def test_a_ground_with_the_usual_days_is_refused(decide: Any) -> None:
    assert said(refused(lambda: decide(**SHORT | {"standstillDays": 20}))) == {"standstillGround": "contradicts"}


def test_a_ground_that_the_bids_contradict_is_refused(decide: Any) -> None:
    alone = SHORT | {"standstillDays": 5, "standstillGround": "one-tenderer"}
    assert said(refused(lambda: decide(**alone))) == {"standstillGround": "contradicts"}


def test_with_one_bid_it_is_a_ground(submit: Callable[..., BidVersion], opened: Any, world: World) -> None:
    bid = submit().bid
    tender = opened()
    document = {"bid": str(bid.public_id), "reason": "De enige."} | SHORT
    with clock.set_to(world.now + timedelta(days=33)):
        award = tenders.services.decide_award(
            world.officer,
            tender_id=tender.public_id,
            document=document | {"standstillDays": 5, "standstillGround": "one-tenderer"},
            expected_version=tender.version,
        )
    assert isinstance(award, Award)


def test_a_term_that_ends_in_a_year_without_a_calendar_is_refused_and_says_what_to_do(decide: Any) -> None:
    with clock.set_to(datetime(2035, 12, 20, 12, tzinfo=UTC)):
        refusal = refused(decide)
    assert said(refusal) == {"standstillDays": "unknown_year"}
    assert "referentiegegevens" in refusal.problems[0].detail


def test_no_standstill_takes_two_persons_who_say_the_same(decide: Any, world: World) -> None:
    proposal = decide(**SHORT)
    assert isinstance(proposal, AwardProposal)
    assert Tender.objects.get().status == Tender.Status.OPENED
    assert not Award.objects.exists()
    assert said(refused(lambda: decide(**SHORT))) == {"": "second_officer"}
    award = decide(by=world.second_officer, **SHORT)
    assert isinstance(award, Award)
    assert (award.decided_by, award.confirmed_by) == (world.officer.user, world.second_officer.user)
    assert award.standstill_until == award.decided_at
    assert Tender.objects.get().status == Tender.Status.DECIDED
    verbs = AuditEntry.objects.filter(verb__startswith="award.").order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["award.propose", "award.decide"]


def test_who_says_something_else_makes_a_new_proposal(decide: Any, world: World) -> None:
    decide(**SHORT)
    other = SHORT | {"standstillReason": "Iets anders."}
    assert isinstance(decide(by=world.second_officer, **other), AwardProposal)
    # The first proposal lapsed: saying it again begins anew.
    assert isinstance(decide(by=world.second_officer, **SHORT), AwardProposal)
    assert isinstance(decide(**SHORT), Award)


def test_a_proposal_lapses_after_a_day_and_is_used_once(decide: Any, world: World) -> None:
    proposal = decide(**SHORT)
    with clock.set_to(proposal.proposed_at + PROPOSAL_WINDOW):
        assert isinstance(decide(by=world.second_officer, **SHORT), AwardProposal)
        assert isinstance(decide(**SHORT), Award)
        tender = Tender.objects.get()
        tenders.services.withdraw_award(
            world.officer,
            tender_id=tender.public_id,
            document={"reason": "Verkeerde inschrijving."},
            expected_version=tender.version,
        )
        assert isinstance(decide(**SHORT), AwardProposal)


def test_an_officer_of_another_organisation_confirms_nothing(decide: Any, world: World) -> None:
    decide(**SHORT)
    other = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    assert refused(lambda: decide(by=other, **SHORT)).kind is Kind.NOT_FOUND


def test_the_database_itself_refuses_a_short_standstill_without_ground_or_second_person(
    decide: Any, world: World
) -> None:
    award = decide()
    row = {
        field.attname: getattr(award, field.attname)
        for field in Award._meta.concrete_fields
        if field.name not in ("id", "organisation")
    } | {"organisation_id": award.organisation_id}
    ground = {"standstill_ground": "framework-call-off", "standstill_reason": "Raamovereenkomst."}
    for wrong in (
        {"standstill_days": 19},
        {"standstill_days": 19, "standstill_ground": "framework-call-off"},
        {"standstill_days": 0, **ground},
        {"confirmed_by_id": award.decided_by_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.create(**row | wrong)


def test_what_was_decided_before_keeps_the_end_that_was_stored(
    decide: Any, world: World, browser: Browser
) -> None:
    """An award without a number of days was decided before terms were legal ones."""
    award = decide()
    old = award.decided_at + timedelta(days=20)
    made = Award.objects.create(
        organisation_id=award.organisation_id,
        lot=award.lot,
        bid_version=award.bid_version,
        basis=award.basis,
        decided_at=award.decided_at + timedelta(seconds=1),
        decided_by=award.decided_by,
        standstill_until=old,
        reason=award.reason,
    )
    made.refresh_from_db()
    assert (made.standstill_until, made.standstill_days, made.standstill_ground) == (old, None, "")
    page = Page(browser(OFFICER).get(reverse("tenders:tender", args=[Tender.objects.get().public_id])))
    assert formats.until(old).replace("\xa0", " ") in page.text.replace("\xa0", " ")


@pytest.fixture
def post(world: World, stage: Stage) -> Callable[..., Any]:
    """Posts `_decide` with a token of an officer: `post(1, SHORT)`."""
    tender = stage("opened")
    texts = {
        number: accounts.create_api_token(
            audit.SYSTEM, role=Role.PROCUREMENT_OFFICER, organisation=world.city, user=actor.user
        )[1]
        for number, actor in ((1, world.officer), (2, world.second_officer))
    }

    def make(who: int, changes: dict[str, Any], key: str = "") -> Any:
        tender.refresh_from_db()
        headers = {
            "Authorization": f"Bearer {texts[who]}",
            "Idempotency-Key": key or corpus.fresh_key(),
            "If-Match": f'"{tender.version}"',
        }
        body = json.dumps({"bid": world.names["bid"], "reason": "Beste effect."} | changes)
        path = f"/api/v1/tenders/{tender.public_id}"
        if not changes:
            return Client().get(path, headers=headers)
        return Client().post(f"{path}/_decide", body, content_type="application/json", headers=headers)

    return make


def test_over_rest_the_first_person_waits_and_the_second_decides(post: Any) -> None:
    first = post(1, SHORT, key="a")
    assert first.status_code == 202, first.content
    waiting = first.json()
    assert waiting["waiting"] is True
    assert post(1, SHORT, key="a").json() == waiting
    again = post(1, SHORT)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "second_officer")
    seen = post(2, {}).json()["proposals"]
    assert seen == [waiting]
    confirmed = post(2, {name: waiting[name] for name in ("bid", "reason", *SHORT)})
    assert confirmed.status_code == 200, confirmed.content
    award = confirmed.json()
    assert award["standstillUntil"] == award["decidedAt"]
    assert (award["standstillDays"], award["standstillGround"]) == (0, "framework-call-off")
    assert post(2, {}).json()["proposals"] == []


def test_over_rest_the_end_of_the_standstill_is_a_moment_in_utc(post: Any) -> None:
    with clock.set_to(datetime(2026, 11, 29, 21, 16, 13, tzinfo=UTC)):
        answer = post(1, {"standstillDays": 20})
    assert answer.status_code == 200, answer.content
    assert answer.json()["standstillUntil"] == "2026-12-21T23:00:00Z"


def test_in_the_form_the_second_person_sees_what_was_proposed_and_records_it(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender, reason = stage("opened"), "Beste effect.\nEn een eerlijke prijs."
    address = reverse("tenders:decide", args=[tender.public_id])
    client = browser(OFFICER)
    typed = {"bid": world.names["bid"], "reason": reason} | SHORT
    assert client.post(address, Page(client.get(address)).sent | typed).status_code == 302
    page = Page(client.get(reverse("tenders:tender", args=[tender.public_id])))
    assert "er is nog niets beslist" in page.text
    assert "wil zonder wachttijd gunnen aan" in page.text
    own = Page(client.get(address))
    assert "U stelde voor om zonder wachttijd te gunnen" in own.text
    assert own.sent["standstillDays"] == "20"

    client = browser(SECOND)
    page = Page(client.get(address))
    assert "wil zonder wachttijd gunnen aan" in page.text
    assert (page.sent["bid"], page.sent["standstillDays"]) == (world.names["bid"], "0")
    assert page.sent["standstillGround"] == "framework-call-off"
    assert client.post(address, page.sent | {"reason": reason.replace("\n", "\r\n")}).status_code == 302
    award = Award.objects.get()
    assert award.reason == reason
    assert award.confirmed_by == world.second_officer.user


def test_the_decide_page_offers_the_grounds_of_the_law(stage: Stage, browser: Browser) -> None:
    page = Page(browser(OFFICER).get(reverse("tenders:decide", args=[stage("opened").public_id])))
    for ground in ("raamovereenkomst", "dynamisch aankoopsysteem", "Europees", "Alleen de winnaar"):
        assert ground in page.text
