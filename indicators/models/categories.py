"""How an organisation itself divides what it buys, and which product group each of its categories is."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.access import REPORT_READ
from mvi_dashboard.ground.models import Tenant

from .groups import ProductGroup


class CategoryScheme(Tenant):
    """A list of categories of one organisation, e.g. its own purchasing categories of this year."""

    read_act = REPORT_READ

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="category_scheme_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="category_scheme_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OwnCategory(Tenant):
    """One category of a scheme; without a group somebody still has to say which it is."""

    read_act = REPORT_READ

    scheme = models.ForeignKey(CategoryScheme, models.CASCADE, related_name="categories")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="own_categories")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="own_category_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
