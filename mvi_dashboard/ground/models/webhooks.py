"""Telling systems of an organisation that something happened: where to, and each message that goes out."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .tenancy import Tenant


class Webhook(Tenant):
    """An address that an organisation has called when something happens; its secret is sealed with VAULT_KEYS."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    """Codes of what it is told"""
    key_id = models.CharField(max_length=32)
    sealed_secret = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    secret: str = ""
    """The secret in clear: only right after it was made"""

    def __str__(self) -> str:
        return self.url


class WebhookMessage(Tenant):
    """One message to one webhook: written in the transaction of the act, sent by whatever runs jobs.

    `data` holds ids and what happened, never a figure and nothing of what is sealed. `public_id` is the
    `webhook-id`, the same at every try, so that who hears it twice knows.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Wacht"
        SENT = "sent", "Aangekomen"
        FAILED = "failed", "Mislukt"
        DROPPED = "dropped", "Niet meer nodig"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="messages")
    event = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    moment = models.DateTimeField()
    """When it happened"""
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)
    """The status that the other side answered the last time"""
    problem = models.CharField(max_length=60, blank=True)
    """Why the last try did not arrive, as a code"""
    waits_since = models.DateTimeField()
    """From when the days count after which it is given up: made, or sent again"""
    next_try_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="webhook_message_ended_or_waiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(state="waiting"), name="webhook_message_waiting"
            ),
            models.Index(fields=["webhook", "-moment", "-id"], name="webhook_message_list"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.public_id}"
