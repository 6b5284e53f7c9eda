"""Between merging and handing over: who ends what an organisation left open that is no more."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation

NOT_HANDED_OVER = Q(organisation__successor__isnull=False, organisation__carried_by=None)


def winds_up(actor: Actor) -> Q:
    """Of rows of an organisation: that it went up in another one and its work was not handed over yet.

    Then nobody administers it. Who administers the one that goes on, or the installation, may end what is open
    there; nothing else.
    """
    if actor.by_token:
        return Q(pk__in=())
    if access.administers_installation(actor):
        return NOT_HANDED_OVER
    administered = actor.organisations_for(access.ADMINISTER)
    return NOT_HANDED_OVER & Q(organisation__successor__in=administered) if administered else Q(pk__in=())


def is_wound_up(organisation: Organisation | None) -> bool:
    """Whether it is such an organisation."""
    return (
        organisation is not None and organisation.successor_id is not None and organisation.carried_by_id is None
    )


def ended_page(actor: Actor, organisation: Organisation | None) -> str:
    """Where who administers the installation sees what is open there; empty for others."""
    if organisation is None or not is_wound_up(organisation) or actor.may(access.ADMINISTER):
        return ""
    return reverse("organisation", args=[organisation.code])
