"""How people get in and who stands in for whom: the first link, invitations and deputies."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .organisations import Organisation, Supplier


class SetupLink(models.Model):
    """The link of a fresh installation, with which its first administrator is made; only its SHA-256 is stored."""

    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.created_at}"


class Invitation(models.Model):
    """Somebody with this e-mail address may come to work at one place, with these roles.

    The link is derived from `SECRET_KEY` when it is sent, so only its SHA-256 stands here; sending it again makes
    another one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    email = models.EmailField()
    roles = models.JSONField(default=list)
    valid_to = models.DateField(null=True, blank=True)
    """The last day of the roles"""
    language = models.CharField(max_length=5, default="nl")
    sendings = models.PositiveSmallIntegerField(default=1)
    """How often it was sent: the link of each time is another one"""
    sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_one_place",
                condition=Q(organisation__isnull=True, supplier__isnull=False)
                | Q(organisation__isnull=False, supplier__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_ends_once",
                condition=Q(withdrawn_at__isnull=True) | Q(accepted_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(withdrawn_at__isnull=True, accepted_at__isnull=True, organisation__isnull=False),
                name="invitation_open_once_organisation",
            ),
            models.UniqueConstraint(
                fields=["supplier", "email"],
                condition=Q(withdrawn_at__isnull=True, accepted_at__isnull=True, supplier__isnull=False),
                name="invitation_open_once_supplier",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-sent_at", "-id"], name="invitation_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.sent_at:%Y-%m-%d}"


class Deputy(models.Model):
    """One person stands in for another at an organisation, from one day to another: with the same roles there."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stands_in")
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deputy_is_somebody_else", condition=~Q(person=F("deputy"))),
            models.CheckConstraint(name="deputy_in_order", condition=Q(last_day__gte=F("first_day"))),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} voor {self.person}"
