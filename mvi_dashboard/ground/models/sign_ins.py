"""Attempts to sign in that failed: counted per hour, until their number stands in the audit trail."""

from __future__ import annotations

from django.db import models


class FailedSignIns(models.Model):
    """How often signing in on one account failed within one hour; all unknown names together are one row.

    A counter and no entry of a chain: who only guesses may not hold the chain of an organisation. When the hour is
    over a timer moves the number into the trail.
    """

    account = models.CharField(max_length=64, blank=True)
    """The key of the person, empty for all unknown names."""
    hour = models.DateTimeField()
    failed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    """Attempts that were not looked at, as there were too many."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "hour"], name="failed_sign_ins_once")]

    def __str__(self) -> str:
        return f"{self.account or '-'}: {self.failed} + {self.refused}"
