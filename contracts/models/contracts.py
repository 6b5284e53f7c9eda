"""The contract, born at the final award with what was promised, or entered as it was running already."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from indicators.models import BaselineProduct, ProductGroup, Theme
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.models import Supplier, Tenant, TenantQuerySet, Versioned, money_field, quantity_field
from tenders.models import Award, BidLine, Lot

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Actor


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


def _rests_on_one() -> Q:
    """Money alone, an average product with its copy as a line, or the line of a supplier."""
    money = Q(basis_kind="money", amount_per_year__gt=0, bid_line__isnull=True, product__isnull=True)
    average = Q(basis_kind="average", amount_per_year__isnull=True, bid_line__isnull=False, product__isnull=False)
    bill = Q(basis_kind="bill", amount_per_year__isnull=True, bid_line__isnull=False, product__isnull=True)
    return money | average | bill


class ContractQuerySet(TenantQuerySet):
    """Contracts: organisations see theirs, suppliers those that they won."""

    def visible_to(self, actor: Actor, act: str = "") -> Self:
        """Contracts of the organisations where the actor may read, and what the supplier won.

        One that was entered by the organisation is its own book: nothing in it comes from the supplier.
        """
        readers = Q(organisation_id__in=actor.organisations_for(act or CONTRACT_READ))
        if actor.supplier_id is None:
            return self.filter(readers)
        return self.filter(readers | Q(supplier_id__in=actor.supplier_ids, origin=Contract.Origin.AWARD))


@dataclass(frozen=True)
class OwnTerms:
    """How the products of a contract count that was born of no lot: by its own group and term."""

    group: ProductGroup
    contract_start: date
    contract_end: date

    @property
    def group_as_asked(self) -> ProductGroup:
        """Its group as it is now: nothing was asked, so nothing was pinned."""
        return self.group


class Contract(Tenant, Versioned):
    """An awarded lot, or a contract that was there already (`register`).

    `promised_effect` is a frozen copy of the award's numbers on the tender's basis; without an award nothing was
    promised. Title, group and theme are those of the lot, or its own. No group = outside the product groups:
    then its products cannot be told, and it has no effect.
    """

    class Origin(models.TextChoices):
        AWARD = "award", "Uit een aanbesteding"
        REGISTER = "register", "Bestond al"

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.AWARD)
    award = models.OneToOneField(Award, models.PROTECT, null=True, blank=True, related_name="contract")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="contracts")
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="+")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    start = models.DateField()
    end = models.DateField()
    promised_effect = models.JSONField(null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="call_offs")
    manager = _person()
    category_manager = _person()
    commissioner = _person()
    department = models.CharField(max_length=100, blank=True)
    category = models.CharField(max_length=100, blank=True)
    """in the words of the organisation"""
    value = money_field(null=True, blank=True)
    """of the whole term, without options"""
    options = models.CharField(max_length=200, blank=True)
    """to extend, in words: 2 keer 1 jaar"""
    notice_months = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    """of delivery"""
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()  # type: ignore[misc] # its own set, seen by more than its organisation

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="contract_reference_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="contract_ends_after_start"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="contract_not_own_parent"),
            models.CheckConstraint(
                condition=Q(
                    origin="award", award__isnull=False, group__isnull=False, promised_effect__isnull=False
                )
                | Q(origin="register", award__isnull=True, promised_effect__isnull=True),
                name="contract_of_award_or_register",
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="contract_value_paid"),
        ]
        indexes = [models.Index(fields=["organisation", "-start", "id"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_consumed(self) -> bool:
        """Whether it is about units that are used up."""
        return self.group is not None and bool(self.group.is_consumed)

    @property
    def lot(self) -> Lot | None:
        """What it was awarded for."""
        return None if self.award is None else self.award.lot

    @property
    def terms(self) -> Lot | OwnTerms:
        """How its products count: as the tender said, or by its own group and term."""
        lot = self.lot
        if lot is not None:
            return lot
        assert self.group is not None
        return OwnTerms(self.group, self.start, self.end)

    def count_on(self, groups: Mapping[str, ProductGroup]) -> None:
        """Let these groups, by code, stand in for its own: to try what another group would do."""
        if self.group is not None:
            self.group = groups.get(self.group.code, self.group)
        lot = self.lot
        if lot is not None:
            lot.group = groups.get(lot.group.code, lot.group)

    @property
    def purchase_year(self) -> int:
        """The year of the purchase: of the award decision, else the one in which it starts."""
        return self.start.year if self.award is None else clock.local_date(self.award.decided_at).year


class ContractLine(Tenant):
    """One product under a contract; stock is kept by F() in the transaction of each record.

    What it rests on (`basis_kind`): the bill of a supplier, the average product of the group, or only money. Then
    there is no product, so no effect of its own. What better data took the place of is kept in ReplacedLine.
    """

    class BasisKind(models.TextChoices):
        BILL = "bill", "Volgens leverancier"
        AVERAGE = "average", "Schatting (gemiddelde van de groep)"
        MONEY = "money", "Alleen een bedrag per jaar"

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lines")
    basis_kind = models.CharField(max_length=10, choices=BasisKind.choices, default=BasisKind.BILL)
    bid_line = models.OneToOneField(BidLine, models.PROTECT, null=True, blank=True, related_name="contract_line")
    product = models.ForeignKey(BaselineProduct, models.PROTECT, null=True, blank=True, related_name="+")
    amount_per_year = money_field(null=True, blank=True)
    """without VAT"""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    delivered_count = quantity_field(default=0)
    retired_count = quantity_field(default=0)
    deliveries_closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_count__gte=0, delivered_count__gte=F("retired_count")),
                name="contract_line_stock",
            ),
            models.CheckConstraint(condition=_rests_on_one(), name="contract_line_rests_on_one"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.bid_line_id}"

    @property
    def offered(self) -> BidLine:
        """The product, of a line that has one."""
        assert self.bid_line is not None
        return self.bid_line


class ReplacedLine(Tenant):
    """What a line of a contract rested on before something better came, or before it was put right."""

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(ContractLine, models.PROTECT, related_name="replaced")
    basis_kind = models.CharField(max_length=10, choices=ContractLine.BasisKind.choices)
    bid_line = models.OneToOneField(BidLine, models.PROTECT, null=True, blank=True, related_name="+")
    product = models.ForeignKey(BaselineProduct, models.PROTECT, null=True, blank=True, related_name="+")
    amount_per_year = money_field(null=True, blank=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=64)
    """the key of who did it"""
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_rests_on_one(), name="replaced_line_rested_on_one"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.basis_kind}"
