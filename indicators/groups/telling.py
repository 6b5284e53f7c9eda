"""What people are told about proposals to change reference data, in the transaction of the act."""

from __future__ import annotations

from django.urls import reverse

from indicators.models import Proposal
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.outbox import tell


def proposal_begun(actor: Actor, proposal: Proposal) -> None:
    """Those who may check and publish it."""
    _tell("proposal-to-check", actor, proposal, to_maker=False)


def proposal_closed(actor: Actor, proposal: Proposal) -> None:
    """Who made it, when another person published it or threw it away."""
    if proposal.maker_key != actor.key:
        published = proposal.state == Proposal.State.PUBLISHED
        _tell("proposal-published" if published else "proposal-discarded", actor, proposal, to_maker=True)


def _tell(kind: str, actor: Actor, proposal: Proposal, *, to_maker: bool) -> None:
    people = access.people_who_may(access.REFERENCE_EDIT, None)
    tell(
        kind,
        [person for person in people if (str(person.actor_key) == proposal.maker_key) is to_maker],
        about=proposal,
        facts={"who": actor.label},
        url=reverse("indicators:proposal", args=[proposal.public_id]),
    )
