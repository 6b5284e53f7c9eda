"""What the database keeps beside rows by itself: when they last changed, and the words by which they are found."""

from __future__ import annotations

from django.db import models


class Change(models.Model):
    """When a row was made or last changed, by the clock of the database; triggers write it (`ground.kept`)."""

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table_name", "row_id"], name="change_of_row")]
        indexes = [models.Index(fields=["table_name", "changed_at"], name="change_since")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class SearchText(models.Model):
    """The words of a row for the search box; triggers write them (`ground.kept`), an index finds them."""

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table_name", "row_id"], name="search_text_of_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"
