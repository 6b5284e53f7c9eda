"""Which assumptions an organisation has made its own."""

from __future__ import annotations

from django.db import models

from mvi_dashboard.ground.models import Tenant

from .methods import MethodVersion


class AssumptionAdoption(Tenant):
    """The assumed factors of a method version, taken over by an organisation; who did it, when and why."""

    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="adoptions")
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "method_version"], name="assumptions_adopted_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.method_version_id}"
