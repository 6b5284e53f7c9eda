"""Sealed content: a key per vault, wrapped by a key that is never in the database."""

from __future__ import annotations

import uuid

from django.db import models

from .organisations import Organisation, Supplier


class Vault(models.Model):
    """The wrapped AES-256 key of what is sealed; wiping `wrapped_key` destroys the content for good."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    wrapped_key = models.BinaryField(null=True)
    key_id = models.CharField(max_length=32)
    opened_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class StoredFile(models.Model):
    """An uploaded file under a random name; sealed when what it belongs to is.

    Hash, size and type are of the bytes as they lie in the store: of a sealed file they tell one of few sizes and
    nothing else. No organisation: it is of the installation, as the source of a factor.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    owner_supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    vault = models.ForeignKey(Vault, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    storage_name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)
