"""How long what people were told is kept: mails shortly, as what was told is the message; messages over a year."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from mvi_dashboard.ground import clock, timers
from mvi_dashboard.ground.models import Mail, Message

MAILS = timedelta(days=30)
MESSAGES = timedelta(days=400)
_AT_A_TIME = 1_000


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
