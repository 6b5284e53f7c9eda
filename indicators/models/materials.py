"""Indicators, and the materials, flows and foods that have factors for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mvi_dashboard.ground.models import Organisation, Supplier

from .coded import Coded

CLIMATE = "climate"
"""The indicator of which a page tells when none is asked for, and on which promises are held"""


class Indicator(Coded):
    """What is measured. Data: an administrator adds one without a release."""

    class Kind(models.TextChoices):
        IMPACT = "impact", "Effect"
        MASS = "mass", "Massa in het product"
        APART = "apart", "Apart getoond"

    unit = models.CharField(max_length=40)
    definition_nl = models.TextField()
    definition_en = models.TextField(blank=True)
    core = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.IMPACT)
    position = models.PositiveSmallIntegerField(default=0)


class Material(models.Model):
    """A material, use flow, food or spend category, counted in its own unit; private when it has an owner."""

    class Kind(models.TextChoices):
        MATERIAL = "material", "Materiaal"
        FLOW = "flow", "Verbruiksstroom"
        FOOD = "food", "Voedingsmiddel"
        SPEND = "spend", "Uitgaven"

    class Composition(models.TextChoices):
        ABIOTIC = "abiotic", "Abiotisch"
        BIOTIC = "biotic", "Biotisch"
        MIXED = "mixed", "Gemengd"

    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    unit = models.CharField(max_length=20)
    name_nl = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=100, blank=True)
    composition = models.CharField(max_length=10, choices=Composition.choices, blank=True)
    abiotic_share = models.FloatField(null=True, blank=True)
    critical = models.BooleanField(null=True, blank=True)
    # Stands for any material of its category: its factors are ranges, and a bill that names it says less.
    generic = models.BooleanField(default=False)
    cas = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    owner_organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    owner_supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(owner_organisation__isnull=True, owner_supplier__isnull=True),
                name="material_code_public",
            ),
            models.UniqueConstraint(
                fields=["owner_organisation", "code"],
                condition=Q(owner_organisation__isnull=False),
                name="material_code_organisation",
            ),
            models.UniqueConstraint(
                fields=["owner_supplier", "code"],
                condition=Q(owner_supplier__isnull=False),
                name="material_code_supplier",
            ),
            models.CheckConstraint(
                condition=Q(owner_organisation__isnull=True) | Q(owner_supplier__isnull=True),
                name="material_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name_nl

    @property
    def is_private(self) -> bool:
        """Whether it belongs to one organisation or supplier."""
        return self.owner_organisation_id is not None or self.owner_supplier_id is not None


class MaterialName(models.Model):
    """A synonym by which people look for a material."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="names")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["material", "language", "name"], name="material_name_once")]

    def __str__(self) -> str:
        return self.name
