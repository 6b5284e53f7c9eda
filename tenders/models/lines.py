"""What was offered, in clear, and what it is expected to do: made at the opening, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from indicators.models import Basis, CircularStrategy, EndOfLifePlan, Indicator, Material, ProductType
from mvi_dashboard.ground.access import BID_READ
from mvi_dashboard.ground.models import Tenant, quantity_field, share_field

from .bids import BidVersion
from .tenders import LotItem


class BidLine(Tenant):
    """One product as it is delivered: of a bid, or of a contract that was born of none (then without demand).

    `lifetime_years` is as claimed; the cap of the group counts in results.
    """

    class Role(models.TextChoices):
        MAIN = "main", "Product"
        ACCESSORY = "accessory", "Toebehoren"

    read_act = BID_READ

    bid_version = models.ForeignKey(BidVersion, models.PROTECT, null=True, blank=True, related_name="lines")
    item = models.ForeignKey(LotItem, models.PROTECT, null=True, blank=True, related_name="lines")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MAIN)
    reference = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    planned_delivery = models.DateField(null=True, blank=True)
    promise_survives = models.BooleanField(default=False)
    mass_kg = quantity_field(null=True, blank=True)
    count = quantity_field()
    lifetime_years = quantity_field()
    warranty_years = quantity_field(null=True, blank=True)
    product_type = models.ForeignKey(ProductType, models.PROTECT, null=True, blank=True, related_name="+")
    strategy = models.ForeignKey(CircularStrategy, models.PROTECT, related_name="+")
    plan = models.ForeignKey(EndOfLifePlan, models.PROTECT, related_name="+")
    # The maker's own figures as they were sent: what of them counts follows from the basis.
    declared_production = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    pack = models.BinaryField(null=True, blank=True)
    stated_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    """of the bill and use of a product that is in no bid: those of a bid are held against what was sealed"""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid_version", "number"], name="bid_line_number_once"),
            models.CheckConstraint(condition=Q(count__gt=0, lifetime_years__gt=0), name="bid_line_is_something"),
            models.CheckConstraint(
                condition=Q(bid_version__isnull=False, item__isnull=False)
                | Q(bid_version__isnull=True, item__isnull=True),
                name="bid_line_answers_a_demand",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.reference

    @property
    def demand(self) -> LotItem:
        """The demand that it answers, of a line of a bid."""
        assert self.item is not None
        return self.item


class BomRow(Tenant):
    """A material in a product. `share` as sent (a fraction, or kg when `in_kg`); normalised in the calculation."""

    read_act = BID_READ

    line = models.ForeignKey(BidLine, models.PROTECT, related_name="materials")
    number = models.PositiveSmallIntegerField()
    component = models.CharField(max_length=100, blank=True)
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    share = quantity_field()
    in_kg = models.BooleanField(default=False)
    recycled = share_field()
    added = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "component", "material", "recycled"], name="bom_row_once"),
            models.CheckConstraint(
                condition=Q(share__gt=0, recycled__gte=0, recycled__lte=1), name="bom_row_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.share}"


class UseRow(Tenant):
    """A flow that a product uses, per item and year or once per item; or material for repairs."""

    class Per(models.TextChoices):
        ITEM_YEAR = "item-year", "per stuk per jaar"
        ITEM_ONCE = "item-once", "eenmalig per stuk"

    class Role(models.TextChoices):
        USE = "use", "Gebruik"
        REPAIR = "repair", "Reparatie"

    read_act = BID_READ

    line = models.ForeignKey(BidLine, models.PROTECT, related_name="use")
    number = models.PositiveSmallIntegerField()
    flow = models.ForeignKey(Material, models.PROTECT, related_name="+")
    quantity = quantity_field()
    basis = models.CharField(max_length=10, choices=Per.choices)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.USE)
    supplied_under = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "flow", "basis", "role"], name="use_row_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="use_row_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.flow_id} {self.quantity}"


class DeclaredResult(Tenant):
    """A result that the supplier declares itself: shown beside ours, never instead.

    It is a number with its unit (`value`) or a class (`grade`, of an energy label).
    """

    class Kind(models.TextChoices):
        MKI = "mki", "MKI"
        MPG = "mpg", "MPG"
        EPD = "epd", "EPD"
        ENERGY_LABEL = "energy-label", "Energielabel"
        CO2_FOOTPRINT = "co2-footprint", "CO2-voetafdruk"
        OTHER = "other", "Iets anders"

    read_act = BID_READ

    line = models.ForeignKey(BidLine, models.PROTECT, related_name="declared")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    name = models.CharField(max_length=100, blank=True)
    value = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    method = models.CharField(max_length=100, blank=True)
    method_version = models.CharField(max_length=60, blank=True)
    tool = models.CharField(max_length=100, blank=True)
    verification = models.CharField(max_length=200, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(grade=""), name="declared_result_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class LineResult(Tenant):
    """What a line does, calculated on one basis.

    `values`: float64 bytes, indicators (order of the basis) x weighted, production, use, lifetime, per year.
    `low`, `high`: the same bytes for the lowest and highest values; null where no range counts.
    `missing`: packed bits, one per indicator, set = incomplete. `quality`: split of |impact| over classes.
    """

    read_act = BID_READ

    line = models.ForeignKey(BidLine, models.PROTECT, related_name="results")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    values = models.BinaryField()
    low = models.BinaryField(null=True, blank=True)
    high = models.BinaryField(null=True, blank=True)
    missing = models.BinaryField()
    quality = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=80)
    core_version = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "basis"], name="line_result_once"),
            models.CheckConstraint(
                condition=Q(low__isnull=True, high__isnull=True) | Q(low__isnull=False, high__isnull=False),
                name="line_result_both_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} op {self.basis_id}"
