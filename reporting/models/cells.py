"""A cell is a stored total; it is put right after the commit of what changed it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contracts.models.measures import BOUNDS, Measured, bounds_in_order
from indicators.models import Basis, Indicator, ProductGroup, Theme
from mvi_dashboard.ground.models import Organisation, computed_field, computed_range

COUNTED = ("contracts", "contracts_with_reference", "incomplete_contracts")
WITHOUT_FORECAST = "contracts_without_forecast"
"""Counted of rows only: contracts of parts of which the estimate is told and the forecast is not"""
COUNTED_IN_ROWS = (*COUNTED, WITHOUT_FORECAST)
HIDDEN = "bounds_hidden"
"""Contracts of which bounds may not be told: a total with them tells none"""
NEW = tuple(f"new_{name}" for name in COUNTED)
"""The same counts of contracts in their first year only, so that a sum over years counts each contract once"""


class Sums(Measured):
    """The measures of effects added up, two that only totals have, and of how many contracts.

    Bounds of a total are the sums of those of its contracts: never narrower than the truth. `bounds_hidden` is the
    number of contracts of which bounds may not be told, so that a total with them tells none.
    """

    function_promise = computed_field()
    function_known = computed_field()
    contracts = models.PositiveIntegerField(default=0)
    contracts_with_reference = models.PositiveIntegerField(default=0)
    incomplete_contracts = models.PositiveIntegerField(default=0)
    new_contracts = models.PositiveIntegerField(default=0)
    new_contracts_with_reference = models.PositiveIntegerField(default=0)
    new_incomplete_contracts = models.PositiveIntegerField(default=0)
    bounds_hidden = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


SUMMED = tuple(
    field.name
    for field in Sums._meta.local_fields
    if isinstance(field, models.FloatField) and field.name not in BOUNDS
)
"""What is added up of effects; bounds are added up as how far they lie from their measure"""


class YearView(models.TextChoices):
    """What a year is of."""

    PURCHASE = "purchase", "Jaar van gunning"
    SPREAD = "spread", "Uitgesmeerd over de levensduur"
    REALISED = "realised", "Jaar waarin het gebeurt"


class Cell(Sums):
    """The sum of contract effects of one organisation (none = all), indicator, year view, year, group and theme.

    Sums skip what is unknown; `incomplete_contracts` says how many contracts that hides something of.
    Volume and performance, of the contracts of which both are known: `function_quantity` is the volume,
    `function_promise` the promise for what was really bought, `function_known` what is forecast of it.
    `contracts` counts those with anything in this year, `new_contracts` those of which it is the first year.
    """

    YearView = YearView

    basis = models.ForeignKey(Basis, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    year_view = models.CharField(max_length=10, choices=YearView.choices)
    year = models.PositiveSmallIntegerField()
    group = models.ForeignKey(ProductGroup, models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["basis", "organisation", "indicator", "year_view", "year", "group", "theme"],
                condition=Q(organisation__isnull=False),
                name="cell_once_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["basis", "indicator", "year_view", "year", "group", "theme"],
                condition=Q(organisation__isnull=True),
                name="cell_once_for_all",
            ),
            *computed_range("cell", *SUMMED),
            bounds_in_order("cell"),
        ]
        indexes = [models.Index(fields=["basis", "indicator", "year_view", "organisation"])]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.group_id} {self.year}"


class SharedCell(Sums):
    """What an organisation that shares totals only gives to the country: a part of its contracts, never fewer
    than the fewest that may be told (see docs/decisions/0011).

    `group`, `theme` and `year` are empty where they may not be told of this part. Not `shared`: contracts that
    count nowhere, of which only the number is kept. Derived from effects when totals are put right.
    """

    basis = models.ForeignKey(Basis, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    year_view = models.CharField(max_length=10, choices=YearView.choices)
    group = models.ForeignKey(ProductGroup, models.CASCADE, related_name="+", null=True, blank=True)
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+", null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    shared = models.BooleanField()

    class Meta:
        constraints = [*computed_range("shared_cell", *SUMMED), bounds_in_order("shared_cell")]
        indexes = [models.Index(fields=["basis", "indicator", "year_view", "organisation"])]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.group_id} {self.year}"
