"""Writing down what webhooks are told, in the transaction of the act that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from mvi_dashboard.ground import clock, jobs
from mvi_dashboard.ground.models import Webhook, WebhookMessage

from . import addresses
from .events import Event


def happened(
    event: Event, organisation_id: int, data: Mapping[str, Any], *, moment: datetime | None = None
) -> list[WebhookMessage]:
    """The messages to the webhooks of this organisation that asked for this; no statement where none go out.

    `data` names ids only, of what an administrator of the organisation may see.
    """
    if not addresses.is_on():
        return []
    return tell(_asking(event, Webhook.objects.filter(organisation_id=organisation_id)), event, data, moment)


def happened_everywhere(event: Event, data: Mapping[str, Any], *, moment: datetime | None = None) -> None:
    """The same to every organisation, of what concerns all."""
    if addresses.is_on():
        tell(_asking(event, Webhook.objects.all()), event, data, moment)


def tell(
    hooks: Iterable[Webhook], event: str, data: Mapping[str, Any], moment: datetime | None = None
) -> list[WebhookMessage]:
    """A message to each of these webhooks."""
    if not connection.in_atomic_block:
        raise RuntimeError("what a webhook is told belongs in the transaction of the act that tells it")
    moment = moment or clock.now()
    messages = [
        WebhookMessage(
            organisation_id=hook.organisation_id,
            webhook=hook,
            event=str(event),
            data={name: _plain(value) for name, value in data.items()},
            moment=moment,
            waits_since=moment,
            next_try_at=moment,
        )
        for hook in hooks
    ]
    if not messages:
        return []
    jobs.wake_after_commit()
    return WebhookMessage.objects.bulk_create(messages)


def _asking(event: Event, hooks: Any) -> list[Webhook]:
    return [hook for hook in hooks.filter(ended_at=None).order_by("pk") if event in hook.events]


def _plain(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
