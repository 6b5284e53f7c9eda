"""The contract, born at the final award, with what was promised."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.models import Supplier, Tenant, TenantQuerySet, Versioned, quantity_field
from tenders.models import Award, BidLine

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Actor


class ContractQuerySet(TenantQuerySet):
    """Contracts: organisations see theirs, suppliers those that they deliver on."""

    def visible_to(self, actor: Actor, act: str = "") -> Self:
        """Contracts of the organisations where the actor may read, and the supplier's own."""
        readers = Q(organisation_id__in=actor.organisations_for(act or CONTRACT_READ))
        if actor.supplier_id is None:
            return self.filter(readers)
        return self.filter(readers | Q(supplier_id__in=actor.supplier_ids))


class Contract(Tenant, Versioned):
    """An awarded lot. `promised_effect` is a frozen copy of the award's numbers on the tender's basis."""

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.OneToOneField(Award, models.PROTECT, related_name="contract")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="contracts")
    reference = models.CharField(max_length=60)
    start = models.DateField()
    end = models.DateField()
    promised_effect = models.JSONField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="call_offs")
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()  # type: ignore[misc] # its own set, seen by more than its organisation

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="contract_reference_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="contract_ends_after_start"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="contract_not_own_parent"),
        ]
        indexes = [models.Index(fields=["organisation", "-start", "id"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_consumed(self) -> bool:
        """Whether it is about units that are used up."""
        return bool(self.award.lot.group.is_consumed)


class ContractLine(Tenant):
    """One product under a contract; stock is kept by F() in the transaction of each record."""

    read_act = CONTRACT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lines")
    bid_line = models.OneToOneField(BidLine, models.PROTECT, related_name="contract_line")
    delivered_count = quantity_field(default=0)
    retired_count = quantity_field(default=0)
    deliveries_closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_count__gte=0, delivered_count__gte=F("retired_count")),
                name="contract_line_stock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.bid_line_id}"
