"""Persons, tokens, and what was asked once."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from .organisations import Organisation, Role, Supplier


class User(AbstractUser):
    """A person who signs in. The audit trail knows people only by `actor_key`, so that a name can be erased."""

    class Language(models.TextChoices):
        DUTCH = "nl", "Nederlands"
        ENGLISH = "en", "English"

    class MailPreference(models.TextChoices):
        AT_ONCE = "at-once", "Meteen"
        DAILY = "daily", "Eén keer per dag, om 7.00 uur"
        NEVER = "never", "Niet"

    email = models.EmailField(unique=True)
    salutation = models.CharField(max_length=80, blank=True, default="", db_default="")
    """how this person wants to be addressed; empty is by the full name"""
    language = models.CharField(max_length=5, choices=Language.choices, blank=True, default="")
    """Of pages and mails; empty: what the browser asks for, and Dutch in mails"""
    mail_preference = models.CharField(
        max_length=10,
        choices=MailPreference.choices,
        default=MailPreference.AT_ONCE,
        db_default=MailPreference.AT_ONCE,
    )
    """When messages go along by mail; what the law or safety needs always does"""
    summed_up_until = models.DateTimeField(null=True, blank=True)
    """Until when messages stood in a mail of the day"""
    password_at = models.DateTimeField(null=True, blank=True, editable=False)
    """since when the password is the one of now, where that is known"""
    second_factor_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when signing in asks for a code; empty: it does not. Here, so that it costs no query."""
    actor_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session_generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Part of what every session of this person must match: one more ends them all at once."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: Django's own until the first time that all sessions were ended."""
        found: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_generation:
            return found
        ended = f"{found}{self.session_generation}"
        return salted_hmac("ground.models.User.session", ended, secret=secret, algorithm="sha256").hexdigest()


class ApiToken(models.Model):
    """A key for a system or a person; only its SHA-256 is stored, `prefix` is what people recognise it by."""

    prefix = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tokens")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=40, choices=Role.choices)
    actor_key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    """To within the hour; kept by a timer, as reading may not wait for a write."""
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    """Who made it on the page; empty: a command did, or the person is gone"""

    text: str = ""
    """The key itself: only right after it was made"""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_one_place", condition=Q(organisation__isnull=True) | Q(supplier__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.role}"


class IdempotencyRecord(models.Model):
    """What came of a request that may be carried out once; never its body or its answer."""

    actor_key = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    body_hmac = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
