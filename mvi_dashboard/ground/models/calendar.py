"""The calendar of the law: on which days no legal term ends."""

from __future__ import annotations

from django.db import models


class Holiday(models.Model):
    """A generally recognised public holiday, or a day that was made equal to one.

    A year is in the calendar when its first and its last holiday are: a single day that was added says nothing
    about the rest of its year.
    """

    date = models.DateField()
    name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["date", "name"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
