"""How a supplier gets its first person, and how a colleague who comes by itself is let in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .organisations import Supplier


class SupplierRegistration(models.Model):
    """Somebody with this e-mail address may begin a supplier, or come to work at one, when the link is followed.

    Without `supplier` the firm itself comes into being then. The link is derived from `SECRET_KEY` when it is
    sent, so only its SHA-256 stands here. The row is removed a while after it ended or went out of date.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="registrations")
    """The firm when it is there: invited by an officer, or known by its number"""
    country = models.CharField(max_length=2, blank=True)
    number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=150)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=5, default="nl")
    sendings = models.PositiveSmallIntegerField(default=1)
    """How often a link was sent: each one is another"""
    sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    """When the address was confirmed and the firm turned out to be there: colleagues decide"""
    let_in_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it was replaced by a newer one, withdrawn, or turned away"""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registration_ends_once",
                condition=Q(confirmed_at__isnull=True) | Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="registration_let_in_after_asking",
                condition=Q(let_in_at__isnull=True) | Q(asked_at__isnull=False, supplier__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_asks_a_supplier",
                condition=Q(asked_at__isnull=True) | Q(supplier__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["email"], name="registration_of_address")]

    def __str__(self) -> str:
        return self.name
