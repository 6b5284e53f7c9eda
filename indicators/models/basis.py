"""The basis: what a number was made with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .factors import FactorSetVersion
from .methods import MethodVersion, WeightingSetVersion


class Basis(models.Model):
    """Method version, ranked factor set versions, weighting set and ordered indicators, under one hash.

    `indicators` is the ordered list of indicator codes: the order of the numbers in every result vector.
    `replaces` is the basis that it was built beside, to take its place. `stages_stand_in`: it comes from before
    an absent production stayed missing, and holds factors for which another stage was counted.
    `without_making`: codes of groups whose making it left out, from before that was a range or missing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Concept"
        BUILDING = "building", "Wordt opgebouwd"
        CURRENT = "current", "Geldig"
        SUPERSEDED = "superseded", "Naast de geldige"

    code = models.CharField(max_length=80, unique=True)
    name_nl = models.CharField(max_length=200)
    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="bases")
    weighting_set = models.ForeignKey(WeightingSetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    indicators = models.JSONField()
    hash = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    stages_stand_in = models.BooleanField(default=False)
    without_making = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="current"), name="basis_one_current")
        ]

    def __str__(self) -> str:
        return self.name_nl


class BasisLayer(models.Model):
    """A factor set version in a basis; the first layer (lowest rank) that knows a factor wins."""

    basis = models.ForeignKey(Basis, models.PROTECT, related_name="layers")
    rank = models.PositiveSmallIntegerField()
    version = models.ForeignKey(FactorSetVersion, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["basis", "rank"], name="basis_layer_rank")]

    def __str__(self) -> str:
        return f"{self.basis_id}.{self.rank}"
