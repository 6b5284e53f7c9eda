"""Whoever may check reference data hears that a concept waits; who made it hears what came of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from indicators.factors import factor_drafts, throwing_away
from indicators.factors.acting import stamp_of
from indicators.groups import proposals
from indicators.methods import method_drafts
from indicators.models import FactorSetVersion, Proposal
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Message, Role

from .test_publishing import SET, all_factors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
WHY = {"reason": "Nieuwe bron gevonden."}


@pytest.fixture
def maker(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def second(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def proposal(maker: Actor, second: Actor) -> Proposal:
    """A concept of `maker` in which the name of a group is another one; changed twice."""
    made = None
    for name in ("Meubels op kantoor", "Kantoormeubels"):
        row = proposals.get_row(maker, "product-groups", "kantoormeubilair")
        document = {"values": {"nameNl": name}}
        made = proposals.change_row(
            maker, kind="product-groups", code=row.code, expected_version=row.stamp, document=document
        )
    assert made is not None
    return made


def told(kind: str) -> list[str]:
    """The usernames of who was told this, each as often as it was."""
    return sorted(Message.objects.filter(kind=kind).values_list("reader__username", flat=True))


def name(actor: Actor) -> str:
    assert actor.user is not None
    return actor.user.username


def leads_somewhere(client: Client, kind: str) -> bool:
    """Whether each reader can open the page of this message."""
    for message in Message.objects.filter(kind=kind).select_related("reader"):
        client.force_login(message.reader)
        if client.get(message.url).status_code != 200:
            return False
    return True


def test_a_proposal_is_told_once_to_the_other_reference_managers(
    proposal: Proposal, second: Actor, actor_as: Callable[..., Actor], client: Client
) -> None:
    assert told("proposal-to-check") == [name(second)]
    assert leads_somewhere(client, "proposal-to-check")


def test_who_made_a_proposal_hears_that_another_published_it(
    proposal: Proposal, maker: Actor, second: Actor, client: Client
) -> None:
    proposals.publish_proposal(second, proposal.public_id, expected_version=proposal.version, document=WHY)
    assert told("proposal-published") == [name(maker)]
    assert told("proposal-discarded") == []
    assert leads_somewhere(client, "proposal-published")


def test_who_made_a_proposal_hears_that_another_threw_it_away_but_not_its_own_doing(
    proposal: Proposal, maker: Actor, second: Actor
) -> None:
    proposals.discard_proposal(second, proposal.public_id, expected_version=proposal.version, document=WHY)
    assert told("proposal-discarded") == [name(maker)]
    Message.objects.all().delete()
    row = proposals.get_row(maker, "product-groups", "kantoormeubilair")
    again = proposals.change_row(
        maker,
        kind="product-groups",
        code=row.code,
        expected_version=row.stamp,
        document={"values": {"nameNl": "Meubels"}},
    )
    proposals.discard_proposal(maker, again.public_id, expected_version=again.version, document=WHY)
    assert told("proposal-discarded") == []


def draft(maker: Actor) -> FactorSetVersion:
    document = {"version": "2099", "factors": all_factors()}
    return factor_drafts.create_draft(maker, owner=SET, document=document)


def test_a_concept_of_factors_is_told_to_who_may_publish_it_and_its_end_to_who_made_it(
    maker: Actor, second: Actor, client: Client
) -> None:
    made = draft(maker)
    assert told("concept-to-check") == [name(second)]
    assert leads_somewhere(client, "concept-to-check")
    throwing_away.throw_away_factors(
        second,
        owner=SET,
        version=made.version,
        expected_version=stamp_of(made),
        document=WHY,
    )
    assert told("concept-thrown-away") == [name(maker)]
    assert leads_somewhere(client, "concept-thrown-away")


def test_a_version_of_a_method_is_told_to_who_may_publish_it_and_then_to_who_made_it(
    maker: Actor, second: Actor, client: Client
) -> None:
    document = {"version": "2", "reason": "Proef", "strategies": [{"code": "refurbish", "factor": "0.21"}]}
    made = method_drafts.create_method_draft(maker, owner="metabolic-2019", document=document)
    assert told("concept-to-check") == [name(second)]
    assert leads_somewhere(client, "concept-to-check")
    method_drafts.publish_method(
        second, owner="metabolic-2019", version=made.version, expected_version=stamp_of(made), document={}
    )
    assert told("concept-published") == [name(maker)]
    assert leads_somewhere(client, "concept-published")
