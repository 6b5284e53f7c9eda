"""What somebody wants to bring in, kept until it is confirmed."""

from __future__ import annotations

import uuid

from django.db import models

from .factors import FactorSet, FactorSetVersion
from .proposals import Proposal, ProposedRow


class ImportPreview(models.Model):
    """Factors that were read and found right, with what they would change; nothing rests on them yet.

    `content` holds the factors (packed columns), `proposed` the materials and sources that are made with them,
    `summary` what the preview shows. `base` is the version that they were compared with, `made` the concept that
    came of it. A day later it is thrown away.
    """

    class Mode(models.TextChoices):
        SUPPLEMENT = "supplement", "Aanvullen"
        REPLACE = "replace", "Vervangen"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_key = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(db_index=True)
    factor_set = models.ForeignKey(FactorSet, models.PROTECT, related_name="+")
    base = models.ForeignKey(FactorSetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    made = models.ForeignKey(FactorSetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(max_length=12, choices=Mode.choices)
    version = models.CharField(max_length=40)
    valid_from = models.DateField(null=True, blank=True)
    layout = models.CharField(max_length=40, blank=True)
    content = models.BinaryField(default=bytes)
    proposed = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.factor_set_id} {self.version}"


class RowPreview(models.Model):
    """Rows of reference data that were read from a file and found right, with what they would change.

    `content` holds the rows (packed), `summary` what the preview shows, `made` the proposal that they came into.
    A day later it is thrown away.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_key = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=ProposedRow.Kind.choices)
    made = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="+")
    content = models.BinaryField(default=bytes)
    summary = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
