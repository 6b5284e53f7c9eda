"""Who was taken back between the first and the second person is not one of the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import tenders.services
from mvi_dashboard.ground import access, accounts, audit, clock, taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Membership, Role
from tenders import selectors
from tenders.models import Award, AwardProposal, Tender
from tenders.selectors import due_for
from tests.tenders.test_second_decision import Decide, decide  # noqa: F401 (fixture)
from tests.worlds import World

pytestmark = pytest.mark.django_db
Taken = Callable[[Actor], None]


def role_ends(actor: Actor) -> None:
    for row in Membership.objects.filter(user=actor.user).select_related("organisation"):
        taking_back.end_membership(audit.SYSTEM, membership=row, reason="weg")


def blocked(actor: Actor) -> None:
    assert actor.user is not None
    taking_back.block_user(audit.SYSTEM, user=actor.user, reason="weg")


def another_role(actor: Actor) -> None:
    places = [row.organisation for row in Membership.objects.filter(user=actor.user)]
    role_ends(actor)
    assert actor.user is not None
    accounts.add_membership(audit.SYSTEM, user=actor.user, role=Role.REVIEWER, organisation=places[0])


WAYS = [role_ends, blocked, another_role]


@pytest.mark.parametrize("way", WAYS)
def test_a_confirmation_of_an_opening_lapses_with_the_right_of_who_gave_it(
    stage: Callable[[str], Tender], world: World, way: Taken
) -> None:
    tender = stage("first")
    now = clock.now()
    assert selectors.wait_for_opening(tender, now) is not None
    way(world.officer)
    assert selectors.wait_for_opening(tender, now) is None
    assert all("als tweede" not in each.title for each in due_for(world.second_officer))
    after = tenders.services.open_tender(world.second_officer, tender_id=tender.public_id)
    assert after.status == Tender.Status.PUBLISHED
    assert after.vault is not None
    assert after.vault.opened_at is None
    third = world.actor(Role.PROCUREMENT_OFFICER, world.city, "inkoper-9")
    assert tenders.services.open_tender(third, tender_id=tender.public_id).status == Tender.Status.OPENED


def test_no_co_signer_is_asked_to_complete_it(stage: Callable[[str], Tender], world: World) -> None:
    world.agree_to_cosign()
    tender = stage("first")
    neighbour = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    assert list(selectors.tenders_to_cosign(neighbour, clock.now())) == [tender]
    blocked(world.officer)
    assert list(selectors.tenders_to_cosign(neighbour, clock.now())) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_proposal_lapses_with_the_right_of_who_made_it(
    decide: Decide,  # noqa: F811
    world: World,
    way: Taken,
) -> None:
    proposal = decide(world.officer)
    assert isinstance(proposal, AwardProposal)
    way(world.officer)
    assert all("als tweede" not in each.title for each in due_for(world.second_officer))
    assert isinstance(decide(world.second_officer), AwardProposal)
    assert not Award.objects.exists()
    third = world.actor(Role.PROCUREMENT_OFFICER, world.city, "inkoper-9")
    award = decide(third)
    assert isinstance(award, Award)
    assert award.decided_by == world.second_officer.user


def test_a_right_counts_within_its_days_only(world: World) -> None:
    """The condition in the query says what `Actor.may` says of a person."""
    person = world.officer.user
    mine = Membership.objects.filter(user=person)
    today = clock.today()
    days: list[dict[str, Any]] = [
        {"valid_from": None, "valid_to": None},
        {"valid_from": today, "valid_to": today},
        {"valid_from": today + timedelta(days=1), "valid_to": None},
        {"valid_from": None, "valid_to": today - timedelta(days=1)},
    ]
    for dates in days:
        mine.update(**dates)
        found = mine.filter(access.still_may(access.TENDER_OPEN, "user", "organisation")).exists()
        assert found is access.actor_of_user(person).may(access.TENDER_OPEN, world.city.pk), dates
