"""What the guards let through: an imprint of every guarded row, written by the database itself."""

from __future__ import annotations

from django.db import models


class ImprintSignature(models.Model):
    """A keyed hash over imprints that had none yet, and over the signature before it; the key is not in here."""

    key_id = models.CharField(max_length=32)
    count = models.PositiveIntegerField()
    hmac = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}: {self.count}"


class Imprint(models.Model):
    """The guarded columns of one row as they were when it was written, as text in JSON (NULL = removed).

    Triggers write it (see `ground.imprints`), so a change around the triggers differs from the last imprint. Row
    -1 of a table holds the names of the columns that are imprinted.
    """

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    content = models.TextField(null=True)
    signature = models.ForeignKey(ImprintSignature, models.PROTECT, null=True, blank=True, related_name="imprints")

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_id"], name="imprint_of_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"
