"""Records of what happened: append-only, corrected by a newer record that names the old one."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from indicators.models import CircularStrategy, Destination, Material
from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.models import Tenant, quantity_field

from .contracts import Contract, ContractLine


class Record(Tenant):
    """What every record carries. Active = nobody replaces it and it is not void.

    `confirmations`: why something implausible is right all the same (attr, code, reason).
    """

    read_act = CONTRACT_READ
    first_day: ClassVar[str] = "date"
    """the column of the first day that it is about"""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="%(class)s_records")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    source_reference = models.CharField(max_length=100, null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.TextField(blank=True)
    void = models.BooleanField(default=False)
    confirmations = models.JSONField(default=list)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "source_reference"],
                # A correction may keep the source of the record that it replaces.
                condition=Q(source_reference__isnull=False, replaces__isnull=True),
                name="%(class)s_source_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""), name="%(class)s_correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(void=False) | Q(replaces__isnull=False), name="%(class)s_void_replaces"
            ),
        ]

    @classmethod
    def own_fields(cls) -> list[models.Field[Any, Any]]:
        """The columns that only this kind of record has."""
        shared = {field.name for field in Record._meta.fields}
        return [field for field in cls._meta.concrete_fields if field.name not in shared and not field.primary_key]


class Delivery(Record):
    """Items delivered on a day; for consumed groups units delivered over a period (`date` = its first day).

    `received_from`: the retirement by which another contract passed these items on.
    """

    line = models.ForeignKey(ContractLine, models.PROTECT, related_name="deliveries")
    date = models.DateField()
    count = quantity_field()
    mass_kg = quantity_field(null=True, blank=True)
    strategy = models.ForeignKey(CircularStrategy, models.PROTECT, null=True, blank=True, related_name="+")
    location = models.CharField(max_length=200, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    bill = models.JSONField(null=True, blank=True)
    received_from = models.ForeignKey(
        "Retirement", models.PROTECT, null=True, blank=True, related_name="passed_on_as"
    )

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(count__gt=0) | Q(void=True), name="delivery_of_something"),
            models.CheckConstraint(
                condition=Q(period_start__isnull=True) | Q(period_end__gte=F("period_start")),
                name="delivery_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} op {self.date}"


class UseRecord(Record):
    """A flow that was used over whole days; without a line it is divided over the lines that promised the flow."""

    first_day = "period_start"

    line = models.ForeignKey(ContractLine, models.PROTECT, null=True, blank=True, related_name="use_records")
    flow = models.ForeignKey(Material, models.PROTECT, related_name="+")
    quantity = quantity_field()
    period_start = models.DateField()
    period_end = models.DateField()
    items = models.PositiveIntegerField(null=True, blank=True)
    meter = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(quantity__gte=0), name="use_record_not_negative"),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="use_record_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.period_start}..{self.period_end}"


class Repair(Record):
    """Material that went into repairs, in kg."""

    line = models.ForeignKey(ContractLine, models.PROTECT, related_name="repairs")
    date = models.DateField()
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    mass_kg = quantity_field()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(mass_kg__gt=0) | Q(void=True), name="repair_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.mass_kg} kg op {self.date}"


class RepairPeriod(Record):
    """A period for which all repairs are declared recorded."""

    first_day = "period_start"

    line = models.ForeignKey(ContractLine, models.PROTECT, related_name="repair_periods")
    period_start = models.DateField()
    period_end = models.DateField()

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="repair_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.period_start}..{self.period_end}"


class Retirement(Record):
    """Items that left use, and where they went.

    `delivery`: the one that was named; none = the oldest first, divided when it is read (see 0038).
    `batch`: shared by rows that replaced several at once. Until 0038 also by the rows of one retirement that was
    divided over deliveries when it was made: those name no delivery, whatever stands there.
    """

    line = models.ForeignKey(ContractLine, models.PROTECT, related_name="retirements")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, blank=True, related_name="retirements")
    date = models.DateField()
    count = quantity_field()
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="+")
    receiver = models.CharField(max_length=200, blank=True)
    batch = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(count__gt=0) | Q(void=True), name="retirement_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.count} op {self.date}"
