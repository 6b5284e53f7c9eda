"""The audit trail: one unbroken chain of hashes per organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .organisations import Organisation
from .vault import Vault


class ChainHead(models.Model):
    """Where the chain of one organisation ends (no organisation = the installation); locked last of all."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.seq}"


class AuditEntry(models.Model):
    """Who did what, when; append-only, each entry's hash covers the one before.

    `vault` set = about something sealed: withheld from readers until that vault is opened.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    seq = models.BigIntegerField()
    moment = models.DateTimeField()
    actor_key = models.CharField(max_length=64)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    vault = models.ForeignKey(Vault, models.PROTECT, null=True, blank=True, related_name="+")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "seq"], name="audit_seq"),
            models.UniqueConstraint(
                fields=["seq"], condition=Q(organisation__isnull=True), name="audit_seq_installation"
            ),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class ChainCheck(models.Model):
    """When the chain of an organisation was last followed from end to end, and how far the next time is."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    """Where the part that was followed ended; empty at the start"""
    steps = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    entries = models.BigIntegerField(default=0)
    """How many entries were followed the last time"""
    problem = models.CharField(max_length=300, blank=True)
    """What was wrong then; empty when the chain was whole"""

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.finished_at}"
