"""What a file hangs on, and what it is: of a sealed bid the second is known only after the opening."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .organisations import Organisation, Supplier
from .vault import StoredFile


class Attachment(models.Model):
    """A file that hangs on something: withdrawn with a reason, never removed.

    `object_type` is a code of the register (`ground/files/places.py`), `object_id` the key of the row. `sealed`
    holds what stands in `AttachmentDetail` as long as nobody may read it: then there is no detail.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="+")
    """whose it is, when a supplier added it to its own bid"""
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment")
    sealed = models.BinaryField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True)
                | Q(sealed__isnull=False)
                | (Q(withdrawn_reason__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            models.CheckConstraint(
                name="attachment_sealed_is_of_a_supplier",
                condition=Q(sealed__isnull=True) | Q(supplier__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["object_type", "object_id", "id"], name="attachment_of")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.public_id}"


class AttachmentDetail(models.Model):
    """What a file is, as who sent it says and as we found it: frozen. `sha256` and `size` are of what was sent.

    `line` and `field`: the product of a bid that it is about, and which answer it proves.
    """

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", "Certificaat of keurmerk"
        DECLARATION = "declaration", "Milieuverklaring (EPD)"
        REPORT = "report", "Rapport of test"
        PHOTO = "photo", "Foto"
        LETTER = "letter", "Brief"
        TENDER = "tender-document", "Aanbestedingsstuk"
        AGREEMENT = "agreement", "Overeenkomst"
        SOURCE = "source", "Bron van een getal"
        OTHER = "other", "Iets anders"

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="detail")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=200)
    valid_until = models.DateField(null=True, blank=True)
    or_equivalent = models.BooleanField(default=False)
    shared = models.BooleanField(default=False)
    line = models.CharField(max_length=100, blank=True)
    field = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["valid_until"], name="attachment_valid_until")]

    def __str__(self) -> str:
        return self.name
