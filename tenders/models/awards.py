"""The award decision, its standstill, and what came after."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from indicators.models import Basis
from mvi_dashboard.ground.access import TENDER_READ
from mvi_dashboard.ground.models import Tenant

from .bids import BidVersion
from .tenders import Lot


class AwardRule(Tenant):
    """The rule by which a lot is awarded, locked at publication."""

    read_act = TENDER_READ

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award_rule")
    parameters = models.JSONField(default=dict)
    locked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.lot_id}"


class Award(Tenant):
    """The decision for a lot: frozen. Withdrawal and the final award are events beside it."""

    read_act = TENDER_READ

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="awards")
    bid_version = models.ForeignKey(BidVersion, models.PROTECT, related_name="awards")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    rule = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    standstill_until = models.DateTimeField()
    standstill_reason = models.TextField(blank=True)
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.lot_id} aan {self.bid_version_id}"


class AwardEvent(Tenant):
    """What happened to a decision: withdrawn during the standstill, or made final."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", "Teruggenomen"
        FINAL = "final", "Definitief"

    read_act = TENDER_READ

    award = models.OneToOneField(Award, models.PROTECT, related_name="event")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    moment = models.DateTimeField()
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.award_id} {self.kind}"
