"""Impact per euro, as a range: what is known of a purchase of which only the price is known."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.models import LARGEST, computed_field

from .factors import WIDEST, FactorSetVersion, Source
from .groups import ProductGroup
from .materials import Indicator


class SpendFactor(models.Model):
    """Between what the impact of one euro lies: of a product group, or of a division of CPV.

    `low` <= `value` <= `high`, in the indicator's unit per `currency` without VAT, at the prices of `price_year`.
    """

    version = models.ForeignKey(FactorSetVersion, models.PROTECT, related_name="spend_factors")
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="+")
    cpv_division = models.CharField(max_length=2, blank=True)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    low = computed_field(unknown=False)
    value = computed_field(unknown=False)
    high = computed_field(unknown=False)
    unit = models.CharField(max_length=80)
    country = models.CharField(max_length=20)
    price_year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    boundary = models.CharField(max_length=300)
    sectors = models.CharField(max_length=100, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    derivation = models.TextField(blank=True)
    to_verify = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "group", "indicator"],
                condition=Q(group__isnull=False),
                name="spend_factor_once_per_group",
            ),
            models.UniqueConstraint(
                fields=["version", "cpv_division", "indicator"],
                condition=Q(group__isnull=True),
                name="spend_factor_once_per_division",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False, cpv_division="") | (Q(group__isnull=True) & ~Q(cpv_division="")),
                name="spend_factor_group_or_division",
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("value"), high__gte=F("value"), high__lte=LARGEST)
                & (Q(low=0) | Q(high__lte=F("low") * WIDEST)),
                name="spend_factor_between",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id or self.cpv_division} {self.low}-{self.high}"
