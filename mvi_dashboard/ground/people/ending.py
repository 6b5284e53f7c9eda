"""Telling people in time that a role of theirs ends."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from mvi_dashboard.ground import clock, outbox, timers
from mvi_dashboard.ground.models import Membership, Message

from . import words
from .places import Place

AHEAD = timedelta(days=14)
AT_A_TIME = 500
KIND = "role-ending"


def tell_who_it_concerns() -> int:
    """How many persons were told now; of one last day of a role once."""
    today = clock.today()
    ending = Membership.objects.filter(
        valid_to__gte=today, valid_to__lte=today + AHEAD, ended_at=None, user__is_active=True
    ).select_related("user", "organisation", "supplier")
    told = set(
        Message.objects.filter(kind=KIND, moment__gte=clock.now() - 2 * AHEAD).values_list("object_id", "occasion")
    )
    new = [row for row in ending.order_by("valid_to", "pk") if (str(row.public_id), str(row.valid_to)) not in told]
    return sum(_tell(row) for row in new[:AT_A_TIME])


@transaction.atomic
def _tell(row: Membership) -> int:
    language = row.user.language or "nl"
    assert row.valid_to is not None
    facts = {
        "role": words.roles_in_words([row.role], language),
        "place": Place(row.organisation, row.supplier).name
        if row.organisation or row.supplier
        else "de installatie",
        "until": words.day_in_words(row.valid_to, language),
    }
    return len(outbox.tell(KIND, [row.user], about=row, facts=facts, url="/", occasion=str(row.valid_to)))


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("roles-ending", timedelta(hours=1), tell_who_it_concerns)
