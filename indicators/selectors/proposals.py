"""Reading proposals: only those who may change reference data see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from indicators.models import Proposal
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import not_found

_UUID_LENGTH = 36


def proposals_visible_to(actor: Actor) -> QuerySet[Proposal]:
    """All proposals with their number of rows, for reference managers; nobody else sees any."""
    found = Proposal.objects.annotate(row_count=Count("rows"))
    return found if actor.may(REFERENCE_EDIT) else found.none()


def get_proposal(actor: Actor, public_id: UUID) -> Proposal:
    """This proposal. Raises Refused (absent)."""
    found = proposals_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def maker_name(proposal: Proposal) -> str:
    """Who made it; a token of nobody is a system."""
    key = proposal.maker_key
    person = User.objects.filter(actor_key=UUID(key)).first() if len(key) == _UUID_LENGTH else None
    return str(person) if person is not None else "een systeem"
