"""Bids: sealed until the opening, in versions that are never changed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from mvi_dashboard.ground.access import BID_READ
from mvi_dashboard.ground.models import Organisation, Supplier, Tenant, TenantQuerySet, Versioned

from .tenders import Lot, Tender

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Actor


WAITING = Q(channel="officer", opened=False)
"""What an officer brought in and two persons did not confirm yet: it may stand under the wrong supplier."""


class BidQuerySet(TenantQuerySet):
    """Bids: suppliers see their own, officers see them after the opening."""

    def visible_to(self, actor: Actor, act: str = "") -> Self:
        """Own bids of a supplier; for others those of opened tenders of their organisations."""
        officers = Q(organisation_id__in=actor.organisations_for(act or BID_READ))
        officers &= Q(opened=True) | Q(set_aside_at__isnull=False)
        if actor.supplier_id is None:
            return self.filter(officers)
        return self.filter(officers | (Q(supplier_id__in=actor.supplier_ids) & ~WAITING))


class Bid(Tenant, Versioned):
    """One supplier's bid on a lot: its changing state. What was offered stands in its versions.

    `client_reference` is filled at the opening: before it that is sealed content too.
    `draft` holds the sealed bytes of the concept. A bid that could not be opened is set aside, with its reason.
    """

    class State(models.TextChoices):
        CONCEPT = "concept", "Concept"
        SUBMITTED = "submitted", "Ingediend"
        WITHDRAWN = "withdrawn", "Ingetrokken"

    class Channel(models.TextChoices):
        OWN = "own", "Via dit systeem"
        OFFICER = "officer", "Ingevoerd door de inkoper"

    read_act = BID_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bids")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="bids")
    state = models.CharField(max_length=10, choices=State.choices)
    opened = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.OWN)
    platform = models.CharField(max_length=100, blank=True)
    platform_reference = models.CharField(max_length=100, blank=True)
    platform_opened_at = models.DateTimeField(null=True, blank=True)
    platform_openers = models.CharField(max_length=300, blank=True)
    platform_file_sha256 = models.CharField(max_length=64, blank=True)
    client_reference = models.CharField(max_length=100, blank=True)
    draft = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)

    objects = BidQuerySet.as_manager()  # type: ignore[misc] # its own set, seen by more than its organisation

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "supplier"],
                condition=~Q(state="withdrawn"),
                name="bid_one_per_lot_and_supplier",
            ),
            models.CheckConstraint(
                condition=Q(opened=False) | Q(set_aside_at__isnull=True), name="bid_opened_or_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} op {self.lot_id}"

    @property
    def from_elsewhere(self) -> bool:
        """Whether it came in on another platform: then the hash of its file is the proof, and not a receipt."""
        return self.platform_file_sha256 != ""


class BidVersion(Tenant):
    """What was offered at one moment, sealed, with the receipt of it.

    The receipt (salt, hash, signature) stands inside `sealed_price`, as with it a price could be worked out by
    trying. `receipt_hmac` is its imprint under a key outside the database.
    """

    class Kind(models.TextChoices):
        BID = "bid", "Inschrijving"
        CLARIFICATION = "clarification", "Verduidelijking"
        CORRECTION = "correction", "Herstel"

    read_act = BID_READ

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=Kind.choices, default=Kind.BID)
    reason = models.TextField(blank=True)
    second_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed = models.BinaryField()
    sealed_price = models.BinaryField()
    receipt_hmac = models.CharField(max_length=100)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bid", "number"], name="bid_version_number_once")]

    def __str__(self) -> str:
        return f"{self.bid_id} versie {self.number}"


class BidLoad(models.Model):
    """Workbooks of bids from another platform, read and not taken over yet; thrown away after a day.

    `content` holds the files and what was read of them, sealed; only who sent them sees it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_key = models.CharField(max_length=64, db_index=True)
    tender = models.ForeignKey(Tender, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_index=True)
    key_id = models.CharField(max_length=32)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.tender_id}: {self.public_id}"


class OpeningConfirmation(models.Model):
    """One person said "open": two different ones are needed within ten minutes.

    `cosigner` is the organisation from which the second one came, when that is another one.
    """

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="opening_confirmations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moment = models.DateTimeField()
    cosigner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.tender_id}: {self.person_id}"


class Confirmation(Tenant):
    """Why something implausible is right all the same: given with the bid, shown beside the number."""

    read_act = BID_READ

    bid_version = models.ForeignKey(BidVersion, models.PROTECT, related_name="confirmations")
    attr = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.attr}: {self.code}"
