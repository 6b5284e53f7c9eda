"""How long what people were told is kept: mails shortly, as what was told is the message; messages over a year.

An organisation may choose a shorter term for the messages about it (`ground.organisations.retention`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from mvi_dashboard.ground import clock, timers
from mvi_dashboard.ground.models import Mail, Message
from mvi_dashboard.ground.organisations import retention

MAILS = timedelta(days=30)
MESSAGES = timedelta(days=400)
_AT_A_TIME = 1_000
_OF_ORGANISATION = retention.Kind(
    code="messages",
    label="Berichten",
    words="bericht,berichten",
    help="Wat mensen in dit systeem is verteld over uw organisatie, gelezen of niet. Hoogstens 13 maanden.",
    terms=(3, 6, 13),
    usual=13,
    find=lambda organisation, moment: Message.objects.filter(organisation=organisation, moment__lt=moment),
    remove=lambda rows: _remove(rows),
)


def remove_old() -> int:
    """How many were removed now: mails that ended 30 days ago, and messages of 400 days, read or not."""
    now = clock.now()
    mails = Mail.objects.filter(ended_at__lt=now - MAILS)
    return _remove(mails) + _remove(Message.objects.filter(moment__lt=now - MESSAGES))


def _remove(rows: QuerySet[Any]) -> int:
    """In parts, so that nobody waits long for one of them."""
    removed = 0
    while part := list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME]):
        rows.model._default_manager.filter(pk__in=part).delete()
        removed += len(part)
    return removed


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("old-messages", timedelta(hours=6), remove_old)
    retention.register(_OF_ORGANISATION)
