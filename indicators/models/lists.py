"""Lists from elsewhere: the last fallback of a cluster, and lists of critical materials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mvi_dashboard.ground.models import computed_field, computed_range

from .coded import Coded
from .factors import Source
from .groups import Cluster
from .materials import Indicator, Material


class ClusterFallback(models.Model):
    """What one kg of anything in a cluster roughly costs on an indicator; an indication, in no total."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="fallbacks")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    value = computed_field(unknown=False)
    unit = models.CharField(max_length=80)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cluster", "indicator"], name="cluster_fallback_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="cluster_fallback_not_negative"),
            *computed_range("cluster_fallback", "value"),
        ]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.indicator_id} {self.value}"


class CriticalList(Coded):
    """One version of the European list of critical raw materials."""

    regulation = models.CharField(max_length=200)
    valid_from = models.DateField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")


class CriticalListing(models.Model):
    """A material that stands on a list; `listed_as` is how the list calls it."""

    critical_list = models.ForeignKey(CriticalList, models.PROTECT, related_name="listings")
    material = models.ForeignKey(Material, models.PROTECT, related_name="listings")
    listed_as = models.CharField(max_length=200)
    strategic = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["critical_list", "material"], name="critical_listing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.listed_as}"
