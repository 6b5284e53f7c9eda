"""Sending what waits: one at a time, tried again for three days, then given up and told to the administrators.

A runner that is killed between sending and noting leaves the message held: it is sent again under the same id.
While one webhook does not answer, its other messages wait along, so that it holds up nobody else.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from mvi_dashboard.ground import access, clock, outbox, timers, vault
from mvi_dashboard.ground.holding import hold
from mvi_dashboard.ground.models import Webhook, WebhookMessage

from . import posting, signing
from .addresses import Unfit, target_of
from .making import context_of
from .posting import Answer

logger = logging.getLogger(__name__)

HELD = timedelta(minutes=1)
PASS_SECONDS = 20.0
"""so long one pass goes on at most, as other timers wait for it"""
AWAY = timedelta(minutes=1)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 720, 1440, 1440))
"""After each try that failed, three days in all; after the last one it is given up, and said so"""
LONGEST = timedelta(days=4)
"""a message that waited so long is given up untried: its webhook never answered, and others went before"""
KEPT = timedelta(days=30)
_AT_A_TIME = 1_000
_WAITING = WebhookMessage.objects.filter(state=WebhookMessage.State.WAITING)


def send_waiting() -> int:
    """How many messages arrived now."""
    arrived, end = 0, time.monotonic() + PASS_SECONDS
    waiting = _WAITING.all().select_related("webhook", "organisation")
    while time.monotonic() < end and (held := hold(waiting, 1, HELD)):
        arrived += _send(held[0])
    return arrived


def body_of(message: WebhookMessage) -> bytes:
    """What is sent: what happened, when, where, and the ids it is about."""
    document = {
        "type": message.event,
        "timestamp": message.moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "organisation": message.organisation.code,
        "data": message.data,
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def secret_of(webhook: Webhook) -> str:
    """The secret that its messages are signed with."""
    sealed = bytes(webhook.sealed_secret)
    return vault.open_secret(webhook.key_id, sealed, context_of(webhook)).decode("ascii")


def _send(message: WebhookMessage) -> bool:
    if message.webhook.ended_at is not None:
        _end(message, clock.now(), WebhookMessage.State.DROPPED, attempts=message.attempts)
        return False
    now = clock.now()
    answer = _posted(message, now)
    said = {"answer": answer.status, "problem": answer.problem, "attempted_at": now}
    if not answer.problem:
        _end(message, clock.now(), WebhookMessage.State.SENT, **said, attempts=F("attempts") + 1)
        return True
    _try_later(message, **said)
    return False


def _posted(message: WebhookMessage, now: datetime) -> Answer:
    """What came of this try; without the key of its secret nothing is sent, as nobody could know it is ours."""
    body = body_of(message)
    try:
        secret = secret_of(message.webhook)
    except vault.Unopenable as closed:
        logger.warning("the secret of webhook %s cannot be read: %s", message.webhook.public_id, closed)
        return Answer(None, "no_key")
    headers = signing.headers(secret, message.public_id, now, body)
    headers |= {"Content-Type": "application/json", "User-Agent": "MVI-Effectendashboard"}
    return posting.post(message.webhook.url, body, headers)


@transaction.atomic
def _try_later(message: WebhookMessage, **said: object) -> None:
    """Wait longer after each try, and have the other messages of this webhook wait along."""
    now = clock.now()
    later = now + AWAY
    others = _WAITING.filter(webhook=message.webhook, next_try_at__lt=later).exclude(pk=message.pk)
    others.update(next_try_at=later)
    if message.attempts >= len(WAITS):
        _end(message, now, WebhookMessage.State.FAILED, **said, attempts=F("attempts") + 1)
        _tell(message.webhook, now)
        return
    WebhookMessage.objects.filter(pk=message.pk).update(
        **said, next_try_at=now + WAITS[message.attempts], attempts=F("attempts") + 1, held_until=None
    )


def _end(message: WebhookMessage, now: datetime, state: str, **columns: object) -> None:
    WebhookMessage.objects.filter(pk=message.pk).update(state=state, ended_at=now, held_until=None, **columns)


def _tell(webhook: Webhook, now: datetime) -> None:
    """Who administers there hears it, once a day for each webhook."""
    outbox.tell(
        "webhook-failed",
        access.people_who_may(access.ADMINISTER, webhook.organisation_id),
        about=webhook,
        facts={"host": host_of(webhook)},
        url=reverse("webhook", args=[webhook.public_id]),
        occasion=clock.local_date(now).isoformat(),
        moment=now,
    )


def host_of(webhook: Webhook) -> str:
    """Which computer it leads to, for people: an address may hold a secret of its own."""
    try:
        return target_of(webhook.url).host
    except Unfit:
        return webhook.url.split("/")[2]


def look_after() -> int:
    """How many were given up or removed now: what waited too long, and what ended thirty days ago."""
    now = clock.now()
    old = _WAITING.filter(waits_since__lt=now - LONGEST).select_related("webhook").order_by("pk")
    given_up = list(old[:_AT_A_TIME])
    with transaction.atomic():
        for message in given_up:
            _end(message, now, WebhookMessage.State.FAILED)
        for webhook in {each.webhook for each in given_up}:
            _tell(webhook, now)
    over = WebhookMessage.objects.filter(ended_at__lt=now - KEPT).order_by("pk")
    part = list(over.values_list("pk", flat=True)[:_AT_A_TIME])
    WebhookMessage.objects.filter(pk__in=part).delete()
    return len(given_up) + len(part)


def register_timers() -> None:
    """Have them sent and looked after by whatever runs jobs."""
    timers.register("webhooks", timedelta(seconds=2), send_waiting)
    timers.register("webhooks-kept", timedelta(minutes=10), look_after)
