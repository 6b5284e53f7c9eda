"""Factors: what one unit of a material costs on an indicator, in versions that never change once published."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.models import LARGEST, computed_field, computed_range

from .coded import State
from .groups import ProductGroup, ProductType
from .materials import Indicator, Material

WIDEST = 1000
"""Bounds that lie further apart than this factor tell nothing."""


def known_between(model: str, low: str, value: str, high: str) -> models.CheckConstraint:
    """Bounds stand on both sides of their value, or not at all; 0 <= low <= value <= high <= WIDEST * low."""
    both = Q(**{f"{low}__gte": 0, f"{low}__lte": F(value), f"{high}__gte": F(value)})
    near = Q(**{low: 0}) | Q(**{f"{high}__lte": F(low) * WIDEST})
    none = Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
    return models.CheckConstraint(
        condition=none | (both & near & Q(**{f"{high}__lte": LARGEST})), name=f"{model}_{value}_between"
    )


class Source(models.Model):
    """Where a figure comes from; every factor has one."""

    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    share_alike = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


class FactorSet(models.Model):
    """A collection of factors with a life of versions: per unit of a material, or per euro (`kind` spend)."""

    class Kind(models.TextChoices):
        MATERIAL = "material", "Per eenheid"
        SPEND = "spend", "Per euro"

    code = models.CharField(max_length=80, unique=True)
    name_nl = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    description_nl = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MATERIAL)

    def __str__(self) -> str:
        return self.name_nl


class FactorSetVersion(models.Model):
    """One version: draft, published (frozen) or superseded. `content_hash` covers all its factors. `base` is the
    version that held when it was made."""

    factor_set = models.ForeignKey(FactorSet, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    content_hash = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor_set", "version"], name="factor_set_version_once")]

    def __str__(self) -> str:
        return f"{self.factor_set} {self.version}"


class Factor(models.Model):
    """Impact per unit of a material, primary and recycled, with its source.

    `value` and `recycled_value` in indicator unit per material unit; an absent recycled value is missing.
    `low` and `high` stand beside a value that is known between bounds: it counts, and lies between them.
    """

    class Module(models.TextChoices):
        PRODUCTION = "production", "Maken"
        TRANSPORT = "transport", "Transport"
        USE = "use", "Gebruik"
        END = "end", "Einde levensduur"
        BEYOND = "beyond", "Buiten de systeemgrens"

    version = models.ForeignKey(FactorSetVersion, models.PROTECT, related_name="factors")
    material = models.ForeignKey(Material, models.PROTECT, related_name="factors")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    module = models.CharField(max_length=12, choices=Module.choices)
    value = computed_field(unknown=False)
    low = computed_field()
    high = computed_field()
    recycled_value = computed_field()
    recycled_low = computed_field()
    recycled_high = computed_field()
    unit = models.CharField(max_length=80)
    geometric_sd = computed_field()
    biogenic = computed_field()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    region = models.CharField(max_length=20, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    derivation = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "material", "indicator", "module"], name="factor_once"),
            models.CheckConstraint(condition=Q(value__gte=0) | Q(module="beyond"), name="factor_not_negative"),
            known_between("factor", "low", "value", "high"),
            known_between("factor", "recycled_low", "recycled_value", "recycled_high"),
            *computed_range("factor", "value", "recycled_value", "geometric_sd", "biogenic"),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.indicator_id} {self.value}"


class Processing(models.Model):
    """Impact of making the product, per kg, of a group or of one type in it, which goes before its group: a value,
    included in the materials, known between bounds (`low` <= `value` <= `high`), or unknown."""

    class State(models.TextChoices):
        VALUE = "value", "Waarde"
        INCLUDED = "included", "Inbegrepen"
        RANGE = "range", "Tussen grenzen"
        UNKNOWN = "unknown", "Onbekend"

    version = models.ForeignKey(FactorSetVersion, models.PROTECT, related_name="processing")
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="+")
    product_type = models.ForeignKey(ProductType, models.PROTECT, null=True, blank=True, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    low = computed_field()
    value = computed_field()
    high = computed_field()
    unit = models.CharField(max_length=80, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    derivation = models.TextField(blank=True)
    to_verify = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "group", "indicator"],
                condition=Q(product_type__isnull=True),
                name="processing_of_group_once",
            ),
            models.UniqueConstraint(
                fields=["version", "product_type", "indicator"],
                condition=Q(product_type__isnull=False),
                name="processing_of_type_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("value", "range"), value__gte=0)
                | (~Q(state__in=("value", "range")) & Q(value__isnull=True)),
                name="processing_value_with_state",
            ),
            models.CheckConstraint(
                condition=Q(state="range", low__isnull=False, high__isnull=False)
                | (~Q(state="range") & Q(low__isnull=True, high__isnull=True)),
                name="processing_bounds_with_state",
            ),
            known_between("processing", "low", "value", "high"),
            *computed_range("processing", "value"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.indicator_id} {self.state}"
