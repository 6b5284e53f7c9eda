"""The tender: what is asked, in lots with demand items."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from indicators.models import BaselineProduct, Basis, Cpv, ProductGroup, ProductType, ProtocolVersion, Theme
from indicators.models.groups import BILL
from mvi_dashboard.ground.access import TENDER_READ
from mvi_dashboard.ground.models import (
    Tenant,
    TenantQuerySet,
    Vault,
    Versioned,
    money_field,
    quantity_field,
)

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Actor


ASKED_HERE = Q(published_at__isnull=False, recorded_afterwards=False, platform="")
"""Tenders that invite bids through this system: not those of the past, nor those held on another platform."""


class TenderQuerySet(TenantQuerySet):
    """Tenders: organisations see theirs, suppliers all that were ever published."""

    def visible_to(self, actor: Actor, act: str = "") -> Self:
        """Tenders of the organisations where the actor may read, and for suppliers the published ones."""
        readers = Q(organisation_id__in=actor.organisations_for(act or TENDER_READ))
        if actor.supplier_id is None:
            return self.filter(readers)
        return self.filter(readers | (ASKED_HERE & practised_by(actor)))


def practised_by(actor: Actor) -> Q:
    """Of tenders: those of the practice in which this actor works; for who is at work the real ones."""
    if actor.practice_id is not None:
        return Q(organisation_id=actor.practice_id)
    return Q(organisation__practice_of__isnull=True)


class Tender(Tenant, Versioned):
    """A call for bids. `closed` is never stored: it follows from the clock and the deadline.

    `basis` is pinned at publication and holds for comparison and award, for ever.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Concept"
        PUBLISHED = "published", "Gepubliceerd"
        CLOSED = "closed", "Gesloten"
        OPENED = "opened", "Geopend"
        DECIDED = "decided", "Gunning beslist"
        FINAL = "final", "Definitief gegund"
        CANCELLED = "cancelled", "Ingetrokken"

    read_act = TENDER_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    basis = models.ForeignKey(Basis, models.PROTECT, null=True, blank=True, related_name="+")
    bidding_starts_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    opening_at = models.DateTimeField(null=True, blank=True)
    value = money_field(null=True, blank=True)
    vault = models.ForeignKey(Vault, models.PROTECT, null=True, blank=True, related_name="+")
    price_vault = models.ForeignKey(Vault, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_afterwards = models.BooleanField(default=False)
    platform = models.CharField(max_length=100, blank=True, default="", db_default="")
    """where bids come in, of a tender that is held elsewhere; empty: here"""
    platform_reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    """under which number it is known there"""
    published_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = TenderQuerySet.as_manager()  # type: ignore[misc] # its own set, seen by more than its organisation

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="tender_reference_once"),
            models.CheckConstraint(
                condition=Q(opening_at__isnull=True) | Q(deadline__isnull=True) | Q(opening_at__gte=F("deadline")),
                name="tender_opens_after_deadline",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"])
                | Q(basis__isnull=False, vault__isnull=False, deadline__isnull=False, opening_at__isnull=False),
                name="tender_published_is_complete",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at", "id"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def held_elsewhere(self) -> bool:
        """Whether bids come in on another platform."""
        return self.platform != ""

    @property
    def invites_here(self) -> bool:
        """Whether its suppliers hear of it from us: those of the past and of other platforms do not."""
        return not self.recorded_afterwards and not self.held_elsewhere


class TakenNotice(Tenant):
    """An announcement (OCDS or eForms) that was taken over into a tender: once, with what has no field of ours.

    `procedure` is what all announcements of one tender share. `facts` are pairs of what and how it was said, and
    `left_out` pairs of what was not read and why.
    """

    read_act = TENDER_READ

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="notices")
    source = models.CharField(max_length=10)
    procedure = models.CharField(max_length=200)
    notice = models.CharField(max_length=300)
    facts = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "notice"], name="notice_taken_once")
        ]
        indexes = [models.Index(fields=["organisation", "source", "procedure"], name="notice_of_procedure")]

    def __str__(self) -> str:
        return f"{self.source} {self.notice}"


class TenderTheme(Tenant):
    """The ambition of a tender on a theme (0 none .. 3 ambitious); exactly one is the main theme."""

    read_act = TENDER_READ

    tender = models.ForeignKey(Tender, models.CASCADE, related_name="themes")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    motivation = models.TextField(blank=True)
    main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "theme"], name="tender_theme_once"),
            models.UniqueConstraint(fields=["tender"], condition=Q(main=True), name="tender_one_main_theme"),
            models.CheckConstraint(condition=Q(level__lte=3), name="tender_theme_level"),
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.level}"


class Lot(Tenant):
    """A part of a tender that is awarded on its own. `request_level`: how much of the protocol is asked."""

    class State(models.TextChoices):
        OPEN = "open", "Nog niet beslist"
        DECIDED = "decided", "Gunning beslist"
        FINAL = "final", "Definitief gegund"

    class Level(models.TextChoices):
        LIGHT = "light", "licht"
        STANDARD = "standard", "standaard"
        FULL = "full", "volledig"

    read_act = TENDER_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tender = models.ForeignKey(Tender, models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="+")
    protocol = models.ForeignKey(ProtocolVersion, models.PROTECT, null=True, blank=True, related_name="+")
    limits = models.JSONField(null=True, blank=True)
    """the limits of its group and types, as `ProductGroup.limits`; pinned at publication, with the protocol"""
    request_level = models.CharField(max_length=10, choices=Level.choices, default=Level.STANDARD)
    fewer_items_allowed = models.BooleanField(default=False)
    contract_start = models.DateField(null=True, blank=True)
    contract_end = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="lot_number_once"),
            models.CheckConstraint(
                condition=Q(contract_end__isnull=True)
                | Q(contract_start__isnull=True)
                | Q(contract_end__gte=F("contract_start")),
                name="lot_contract_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def group_as_asked(self) -> ProductGroup:
        """Its group with the limits and the bill that were published: a later change of the group changes nothing
        here."""
        if self.limits is None:
            return self.group
        found = copy.copy(self.group)
        found.as_asked = self.limits
        for name in BILL:
            setattr(found, name, self.limits.get("", {}).get(name, getattr(found, name)))
        return found


class LotItem(Tenant):
    """What is needed: so many items for so many years, with what law and market would deliver."""

    read_act = TENDER_READ

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    cpv = models.ForeignKey(Cpv, models.PROTECT, null=True, blank=True, related_name="+")
    needed_count = quantity_field()
    needed_years = quantity_field()
    baseline_product = models.ForeignKey(BaselineProduct, models.PROTECT, null=True, blank=True, related_name="+")
    reference_product = models.ForeignKey(BaselineProduct, models.PROTECT, null=True, blank=True, related_name="+")
    product_type = models.ForeignKey(ProductType, models.PROTECT, null=True, blank=True, related_name="+")
    use_energy = models.JSONField(null=True, blank=True)
    """per purpose the flow that stands for it in use; pinned at publication; none = from before it was asked"""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="lot_item_number_once"),
            models.CheckConstraint(
                condition=Q(needed_count__gt=0, needed_years__gt=0), name="lot_item_needs_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.description}"
