"""What was sent at once, and what came of each row of it."""

from __future__ import annotations

import uuid

from django.db import models

from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.models import Tenant

from .contracts import Contract


class SentContracts(Tenant):
    """Contracts that came in together: `rows` holds per row the contract that was made, or what was wrong."""

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    rows = models.JSONField()

    def __str__(self) -> str:
        return f"{self.public_id}"


class SentRecords(Tenant):
    """Records of one kind that came in together: `rows` holds per row the record that was made, or what was wrong.

    So that the same request that is sent again gets the same answer.
    """

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    rows = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
