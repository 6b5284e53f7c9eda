"""The award decision, its standstill, and what came after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from indicators.models import Basis
from mvi_dashboard.ground.access import TENDER_READ
from mvi_dashboard.ground.models import Tenant

from .bids import BidVersion
from .tenders import Lot

LEGAL_STANDSTILL_DAYS = 20


class AwardRule(Tenant):
    """The rule by which a lot is awarded, locked at publication."""

    read_act = TENDER_READ

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award_rule")
    parameters = models.JSONField(default=dict)
    locked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.lot_id}"


class StandstillGround(models.TextChoices):
    """Why fewer than 20 days are allowed (art. 2.127 paragraph 4 Aanbestedingswet 2012, to be verified)."""

    NO_DUTY = "no-publication-duty", "Deze opdracht hoeft niet Europees te worden aangekondigd"
    ONE_CONCERNED = "one-tenderer", "Alleen de winnaar heeft ingeschreven, niemand anders is betrokken"
    FRAMEWORK = "framework-call-off", "Dit is een opdracht onder een raamovereenkomst"
    DYNAMIC = "dynamic-purchasing-system", "Dit is een opdracht in een dynamisch aankoopsysteem"


class AwardProposal(Tenant):
    """One person wants to decide without a standstill: frozen, and a decision once a second one says the same."""

    read_act = TENDER_READ

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="award_proposals")
    bid_version = models.ForeignKey(BidVersion, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    standstill_ground = models.CharField(max_length=40, choices=StandstillGround.choices)
    standstill_reason = models.TextField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.lot_id} aan {self.bid_version_id}: {self.proposed_by_id}"


class Award(Tenant):
    """The decision for a lot: frozen. Withdrawal and the final award are events beside it.

    `standstill_until` is the first moment after the standstill. `standstill_days` is absent for what was decided
    before terms were legal ones: their stored end stands.
    """

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
    standstill_days = models.PositiveSmallIntegerField(null=True, blank=True)
    standstill_ground = models.CharField(max_length=40, choices=StandstillGround.choices, blank=True)
    proposal = models.OneToOneField(AwardProposal, models.PROTECT, null=True, blank=True, related_name="award")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standstill_days__isnull=True)
                | Q(standstill_days__gte=LEGAL_STANDSTILL_DAYS)
                | (~Q(standstill_ground="") & ~Q(standstill_reason="")),
                name="award_shorter_on_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(standstill_days__isnull=True)
                | Q(standstill_days__gt=0)
                | Q(confirmed_by__isnull=False, proposal__isnull=False),
                name="award_without_standstill_by_two",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("decided_by")),
                name="award_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} aan {self.bid_version_id}"

    @property
    def has_standstill(self) -> bool:
        """Whether others could object before it could become final; two persons may decide without."""
        return self.standstill_until > self.decided_at


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
