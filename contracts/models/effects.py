"""What a contract does, per indicator: derived, rewritten whenever something is recorded."""

from __future__ import annotations

from django.db import models

from indicators.models import Basis, Indicator, ProductGroup, Theme
from mvi_dashboard.ground.access import CONTRACT_READ
from mvi_dashboard.ground.models import Organisation, Supplier, Tenant, computed_field, computed_range

from .contracts import Contract
from .measures import MEASURES, Measured, bounds_in_order


class ContractEffect(Measured, Tenant):
    """Estimated, to date and forecast of one contract on one indicator, on one basis, as of a date.

    Measures in the indicator's unit; NULL = unknown. `deviation` and `function_deviation`: parts that sum to
    forecast - estimated and function_forecast - estimated; `function_quantity` is the part of the second that
    is volume, kept apart so that totals can tell it from performance. `measured` = the part of |realised| that
    was metered.
    `spread` = float64 bytes, from `spread_first_year`: rows estimated / forecast / realised per year view with
    their references; `spread_bounds` = between what these lie and what is avoided, NULL = nothing of it lies
    between bounds (see contracts.selectors.effects).
    """

    read_act = CONTRACT_READ

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="effects")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    as_of = models.DateField()
    coverage_delivered = computed_field()
    coverage_use = computed_field()
    coverage_retired = computed_field()
    deviation = models.JSONField(default=dict)
    function_deviation = models.JSONField(default=dict)
    quality = models.JSONField(default=dict)
    lines = models.PositiveIntegerField()
    incomplete_lines = models.PositiveIntegerField(default=0)
    complete = models.BooleanField()
    recorded = models.BooleanField(default=False)
    spread_first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    spread = models.BinaryField(null=True, blank=True)
    spread_bounds = models.BinaryField(null=True, blank=True)
    input_hash = models.CharField(max_length=80)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "basis", "indicator"], name="contract_effect_once"),
            *computed_range(
                "contract_effect",
                *MEASURES,
                "coverage_delivered",
                "coverage_use",
                "coverage_retired",
                "mass_kg",
                "incomplete_mass_kg",
            ),
            bounds_in_order("contract_effect"),
        ]
        indexes = [
            models.Index(fields=["basis", "organisation", "group", "year"]),
            models.Index(fields=["basis", "indicator", "-estimated"]),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.indicator_id}"


class StaleScope(models.Model):
    """Totals of this organisation, group and year are to be added up again by whoever runs jobs; never merged."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    group = models.ForeignKey(ProductGroup, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.group_id} {self.year}"


class FactorChange(Tenant):
    """What the step to another basis did to a contract: the same records, at the same date, on both.

    Written while the new basis is being built, together with the effects on both; frozen once it is current. So
    totals can tell a change of factors from a change of what happened. NULL = unknown on one of the two.
    """

    read_act = CONTRACT_READ

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="factor_changes")
    before = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    after = models.ForeignKey(Basis, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    as_of = models.DateField()
    estimated_before = computed_field()
    estimated_after = computed_field()
    forecast_before = computed_field()
    forecast_after = computed_field()
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "after", "indicator"], name="factor_change_once"),
            *computed_range(
                "factor_change", "estimated_before", "estimated_after", "forecast_before", "forecast_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.before_id} -> {self.after_id}"
