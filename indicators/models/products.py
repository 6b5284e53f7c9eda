"""Baseline and reference products, and what suppliers are asked to deliver."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mvi_dashboard.ground.models import quantity_field, share_field

from .coded import Coded, State
from .factors import Source
from .groups import ProductGroup, ProductType
from .materials import Material
from .methods import CircularStrategy, EndOfLifePlan


class BaselineProduct(Coded):
    """A complete product: the average one (baseline) or what law and market deliver (reference)."""

    class Kind(models.TextChoices):
        BASELINE = "baseline", "Basisproduct"
        REFERENCE = "reference", "Referentieproduct"

    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="products")
    product_type = models.ForeignKey(ProductType, models.PROTECT, null=True, blank=True, related_name="products")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    valid_from = models.DateField()
    description_nl = models.TextField(blank=True)
    mass_kg = quantity_field()
    lifetime_years = quantity_field()
    strategy = models.ForeignKey(CircularStrategy, models.PROTECT, related_name="+")
    plan = models.ForeignKey(EndOfLifePlan, models.PROTECT, related_name="+")
    quality = models.CharField(max_length=20)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    to_verify = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    # The better one that is offered in its place; what names this one keeps it.
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")


class BaselineMaterial(models.Model):
    """A material in a baseline product; `amount` (kg, kWh) is exact where the source gives it."""

    product = models.ForeignKey(BaselineProduct, models.PROTECT, related_name="materials")
    component = models.CharField(max_length=100, blank=True)
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    share = share_field()
    recycled = share_field()
    amount = quantity_field(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "component", "material", "recycled"], name="baseline_material_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.material_id}"


class BaselineUse(models.Model):
    """A use flow of a baseline product, per item and year, or once per item."""

    product = models.ForeignKey(BaselineProduct, models.PROTECT, related_name="use")
    flow = models.ForeignKey(Material, models.PROTECT, related_name="+")
    quantity = quantity_field()
    basis = models.CharField(max_length=10, choices=[("item-year", "per jaar"), ("item-once", "eenmalig")])
    role = models.CharField(max_length=10, choices=[("use", "gebruik"), ("repair", "reparatie")], default="use")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "flow", "basis"], name="baseline_use_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.flow_id}"


class ProtocolVersion(models.Model):
    """What a supplier must deliver; without a group it holds for all. Form and JSON Schema are drawn from it.

    `base`: the version that a concept was made on, empty for one of a release. There is one concept at a time.
    """

    code = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="protocols")
    name_nl = models.CharField(max_length=200)
    definition = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PUBLISHED)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="protocol_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(state="draft"), name="protocol_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.name_nl} {self.version}"
