"""A decision without a standstill waits for a second person: on the start page, and in words afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.pages import Due
from tenders.models import Award, AwardProposal, Tender
from tenders.selectors import PROPOSAL_WINDOW, due_for, news_for
from tests.pages import Page
from tests.worlds import World

from .test_standstill import SHORT

pytestmark = pytest.mark.django_db
Decide = Callable[..., Award | AwardProposal]


@pytest.fixture
def decide(world: World, stage: Callable[[str], Tender]) -> Decide:
    """Decides without a standstill on the opened tender."""
    tender = stage("opened")

    def make(by: Actor, **changes: Any) -> Award | AwardProposal:
        tender.refresh_from_db()
        document = {"bid": world.names["bid"], "reason": "Beste effect en prijs samen."} | SHORT | changes
        return tenders.services.decide_award(
            by, tender_id=tender.public_id, document=document, expected_version=tender.version
        )

    return make


def waiting(actor: Actor) -> list[Due]:
    return [each for each in due_for(actor) if "beslis" in each.title.lower()]


def test_the_second_person_sees_who_waits_and_until_when(decide: Decide, world: World) -> None:
    assert waiting(world.second_officer) == []
    proposal = decide(world.officer)
    assert isinstance(proposal, AwardProposal)
    until = proposal.proposed_at + PROPOSAL_WINDOW
    (mine,), (theirs,) = waiting(world.officer), waiting(world.second_officer)
    assert mine.title.startswith("Een collega moet over")
    assert theirs.title.startswith("Beslis als tweede over")
    assert theirs.detail.startswith(f"{world.officer.user} wil gunnen zonder wachttijd")
    for due in (mine, theirs):
        assert formats.moment(until) in due.detail
        assert due.url.startswith(reverse("tenders:decide", args=[proposal.lot.tender.public_id]))
    assert due_for(world.second_officer)[0] == theirs


def test_only_the_last_proposal_waits_and_nothing_after_the_decision(decide: Decide, world: World) -> None:
    decide(world.officer)
    decide(world.officer, reason="Toch een andere reden.")
    assert len(waiting(world.second_officer)) == 1
    assert isinstance(decide(world.second_officer, reason="Toch een andere reden."), Award)
    assert waiting(world.second_officer) == waiting(world.officer) == []


def test_a_proposal_that_lapsed_waits_for_nobody(decide: Decide, world: World) -> None:
    proposal = decide(world.officer)
    assert isinstance(proposal, AwardProposal)
    with clock.set_to(proposal.proposed_at + PROPOSAL_WINDOW + timedelta(seconds=1)):
        assert waiting(world.second_officer) == []


def test_who_may_not_decide_there_sees_nothing(decide: Decide, world: World) -> None:
    decide(world.officer)
    assert waiting(world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")) == []
    assert waiting(world.manager) == []
    assert waiting(world.supplier_actor("leverancier-a")) == []


def test_the_start_page_shows_it(decide: Decide, world: World, browser: Callable[[str], Client]) -> None:
    decide(world.officer)
    assert "Beslis als tweede over" in Page(browser("inkoper-2").get("/")).text


def test_a_decision_without_a_standstill_says_so_everywhere(
    decide: Decide, world: World, browser: Callable[[str], Client]
) -> None:
    decide(world.officer)
    award = decide(world.second_officer)
    assert isinstance(award, Award)
    tender = award.lot.tender
    pages = [
        Page(browser("inkoper-1").get(reverse("tenders:tender", args=[tender.public_id]))).text,
        Page(browser("inkoper-1").get(reverse("contracts:finalise", args=[tender.public_id]))).text,
    ]
    (own,) = news_for(world.supplier_actor("leverancier-a"))
    pages.append(Page(browser("leverancier-a-1").get(own.url)).text)
    for text in pages:
        assert "geen: na de beslissing kan de gunning meteen definitief worden" in text
        assert "liep tot" not in text
        assert "voorbij" not in text
    assert own.detail.startswith("Er is geen wachttijd.")
    (final,) = [each for each in due_for(world.officer) if "definitief" in each.title]
    assert final.detail == f"Voor {tender.title} is er geen wachttijd."
