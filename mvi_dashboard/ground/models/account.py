"""What belongs to one account: links that were mailed, open sessions, the second factor, and sign-in elsewhere."""

from __future__ import annotations

import uuid

from django.db import models

from .people import User


class AccountLink(models.Model):
    """A link that works once, for a new password or a new e-mail address; only its SHA-256 is stored.

    What was asked is a row before anybody looks whose address it is: the answer to who asks is the same for each.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", "Nieuw wachtwoord"
        EMAIL = "email", "Nieuw e-mailadres"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=254)
    """where the mail goes: as it was typed"""
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["handled_at", "asked_at"], name="account_link_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class SignedInSession(models.Model):
    """One session of a person: on what kind of browser, from about where, since when. It lives as long as that."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60)
    address = models.CharField(max_length=45, blank=True)
    """the part of the address that many share: of IPv4 three numbers, of IPv6 three groups"""
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """To within ten minutes; kept by a timer, as reading may not wait for a write."""

    def __str__(self) -> str:
        return f"{self.browser} {self.began_at}"


class TotpDevice(models.Model):
    """The app that makes the codes of one person; its secret is sealed with VAULT_KEYS."""

    user = models.OneToOneField(User, models.CASCADE, related_name="totp")
    key_id = models.CharField(max_length=32)
    sealed_secret = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    """Set once a first code was right: until then nothing is asked."""
    last_step = models.BigIntegerField(default=0)
    """The newest step of thirty seconds of which a code was used: that one and older ones work no more."""

    codes: tuple[str, ...] = ()
    """The recovery codes in clear: only right after they were made."""

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """One way in for who lost the app; only its SHA-256 is stored, and it works once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "sha256"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class SsoIdentity(models.Model):
    """Who this person is for the sign-in provider of the organisation."""

    user = models.OneToOneField(User, models.CASCADE, related_name="sso")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="sso_identity_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"
