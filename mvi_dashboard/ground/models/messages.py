"""What is told to people: messages in the system, and the mails that go out."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .organisations import Organisation


class Message(models.Model):
    """Something that one person is told, once: what happened to which object.

    `facts` fill the text of its kind, which is made when it is read, in the language of who reads it. They hold
    names and moments that this reader may see, never a figure and nothing of what is sealed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    occasion = models.CharField(max_length=60, blank=True)
    """Tells apart what may be told about one object more than once: a day, a version"""
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    """The page where it can be seen: a path of this site"""
    moment = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "kind", "object_type", "object_id", "occasion"], name="message_told_once"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=models.F("moment")),
                name="message_read_after_it_was_told",
            ),
        ]
        indexes = [models.Index(fields=["reader", "-moment", "-id"], name="message_list")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Mail(models.Model):
    """A mail that must go out: written in the transaction of the act, sent by whatever runs jobs.

    A runner holds it while it sends, so that no other one sends it too; one that was held too long is tried
    again under the same Message-ID. The text is made when it is sent: a link that works once stands nowhere here.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Wacht"
        SENT = "sent", "Verstuurd"
        FAILED = "failed", "Mislukt"
        DROPPED = "dropped", "Niet meer nodig"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.OneToOneField(Message, models.CASCADE, null=True, blank=True, related_name="mail")
    kind = models.CharField(max_length=40)
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=5, default="nl")
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="mail_ended_or_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="mail_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
