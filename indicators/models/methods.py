"""Methods as versioned rows: the formula's parameters and the factors of strategies, plans and destinations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.models import computed_field, computed_range

from .coded import Coded, State
from .factors import Source
from .materials import Indicator, Material

_WHOLE = 1 + 1e-9
"""0.2 and 0.8 are one, whatever the last bit of their sum says"""


class Method(Coded):
    """A way to calculate, e.g. metabolic-2019."""


class MethodVersion(models.Model):
    """One version of a method; published = frozen. `base` is the version that it was made from."""

    method = models.ForeignKey(Method, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    formula = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "version"], name="method_version_once")]

    def __str__(self) -> str:
        return f"{self.method} {self.version}"


class CircularStrategy(Coded):
    """A step of the R-ladder (PBL); refuse and recover are known but are no purchase."""

    r_ladder = models.CharField(max_length=4, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    purchase_allowed = models.BooleanField(default=True)
    description_nl = models.TextField(blank=True)


class EndOfLifePlan(Coded):
    """What is promised for the end of life."""

    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    description_nl = models.TextField(blank=True)


class Destination(Coded):
    """Where a retired item really went; `follows_plan` = the plan holds until the real one is reported."""

    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    follows_plan = models.BooleanField(default=False)
    description_nl = models.TextField(blank=True)


class AssumedFactor(models.Model):
    """A factor 0..1 on production; an assumption of the method version, shown as such."""

    factor = models.FloatField()
    assumption = models.BooleanField(default=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class StrategyFactor(AssumedFactor):
    """R per circular strategy."""

    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="strategy_factors")
    strategy = models.ForeignKey(CircularStrategy, models.PROTECT, related_name="factors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method_version", "strategy"], name="strategy_factor_once"),
            models.CheckConstraint(condition=Q(factor__gte=0, factor__lte=1), name="strategy_factor_fraction"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id}: {self.factor}"


class PlanFactor(AssumedFactor):
    """E per promised end-of-life plan; for a method with end-of-life terms also R2 and R3.

    `recycled` and `recovered` are the parts of the mass that are recycled and burnt with energy recovery; what is
    left is landfilled. NULL: this method has no such terms.
    """

    recycled = models.FloatField(null=True, blank=True)
    recovered = models.FloatField(null=True, blank=True)

    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="plan_factors")
    plan = models.ForeignKey(EndOfLifePlan, models.PROTECT, related_name="factors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method_version", "plan"], name="plan_factor_once"),
            models.CheckConstraint(condition=Q(factor__gte=0, factor__lte=1), name="plan_factor_fraction"),
            models.CheckConstraint(
                condition=Q(recycled__isnull=True, recovered__isnull=True)
                | Q(recycled__gte=0, recovered__gte=0, recycled__lte=_WHOLE - F("recovered")),
                name="plan_factor_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.factor}"


class DestinationFactor(AssumedFactor):
    """E per real destination; for a method with end-of-life terms also what happens to the mass there."""

    class Treatment(models.TextChoices):
        RECYCLE = "recycle", "Recycling"
        INCINERATE = "incinerate", "Verbranding"
        LANDFILL = "landfill", "Stort"
        OUT = "out", "Blijft buiten de berekening: het product leeft voort"

    treatment = models.CharField(max_length=10, choices=Treatment.choices, blank=True)

    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="destination_factors")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="factors")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method_version", "destination"], name="destination_factor_once"),
            models.CheckConstraint(condition=Q(factor__gte=0, factor__lte=1), name="destination_factor_fraction"),
        ]

    def __str__(self) -> str:
        return f"{self.destination_id}: {self.factor}"


class MaterialParameter(models.Model):
    """What the circular footprint formula needs to know of a material; NULL = unknown, never a default.

    A, B, the two quality ratios and the heating value (MJ/kg) as in EU 2021/2279. What cannot be recycled goes the
    way of what is burnt, what does not burn is landfilled. The impact of burning and of landfilling one kg are
    factors of a flow of their own; `substituted` is the material that recycling replaces, NULL = the same one.
    """

    method_version = models.ForeignKey(MethodVersion, models.PROTECT, related_name="material_parameters")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    allocation = models.FloatField(null=True, blank=True)
    energy_allocation = models.FloatField(null=True, blank=True)
    quality_in = models.FloatField(null=True, blank=True)
    quality_out = models.FloatField(null=True, blank=True)
    heating_value = models.FloatField(null=True, blank=True)
    heat_share = models.FloatField(null=True, blank=True)
    electricity_share = models.FloatField(null=True, blank=True)
    recyclable = models.BooleanField(default=True)
    combustible = models.BooleanField(default=True)
    substituted = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    recovery_flow = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    disposal_flow = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    to_verify = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method_version", "material"], name="material_parameter_once"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": most}),
                    name=f"material_parameter_{name}",
                )
                for name, most in (
                    ("allocation", 1),
                    ("energy_allocation", 1),
                    ("quality_in", 1),
                    ("quality_out", 1),
                    ("heating_value", 150),
                    ("heat_share", 1),
                    ("electricity_share", 1),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id}: A = {self.allocation}"


class WeightingSetVersion(models.Model):
    """Prices per category of the set itself, for the environmental cost; published = frozen."""

    code = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    name_nl = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="weighting_set_version_once")]

    def __str__(self) -> str:
        return f"{self.name_nl} {self.version}"


class Weight(models.Model):
    """Euro per unit of a category of a weighting set; `verified` = the price was seen in its source."""

    weighting_set = models.ForeignKey(WeightingSetVersion, models.PROTECT, related_name="weights")
    code = models.CharField(max_length=80)
    name_nl = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    eur = models.FloatField()
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["weighting_set", "code"], name="weight_once"),
            models.CheckConstraint(condition=Q(eur__gte=0), name="weight_not_negative"),
            *computed_range("weight", "eur"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.eur}"


class WeightMapping(models.Model):
    """How an indicator of ours stands to a category of a weighting set; only the same quantity counts.

    `factor` = units of the category per unit of the indicator; NULL = no conversion is known.
    """

    weight = models.ForeignKey(Weight, models.PROTECT, related_name="mappings")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    factor = computed_field()
    same_quantity = models.BooleanField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["weight", "indicator"], name="weight_mapping_once"),
            models.CheckConstraint(
                condition=Q(same_quantity=False) | Q(factor__gt=0), name="weight_mapping_same_has_factor"
            ),
            *computed_range("weight_mapping", "factor"),
        ]

    def __str__(self) -> str:
        return f"{self.weight_id} {self.indicator_id}"
