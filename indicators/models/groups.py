"""Product groups in their clusters, themes, and the common procurement vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from .coded import Coded

LIMITS = (
    "mass_min_kg",
    "mass_max_kg",
    "lifetime_min_years",
    "lifetime_max_years",
    "lifetime_usual_min_years",
    "lifetime_usual_max_years",
    "lifetime_limit_years",
    "lifetime_cap_years",
)
"""What holds for a product of a group or type: per item, mass in kg, lifetime in years"""
BILL = ("bill_unit", "bill_kind")
"""What the bills of a group count in, and of what they are"""
_IN_ORDER = (
    ("mass_min_kg", "mass_max_kg"),
    ("lifetime_min_years", "lifetime_max_years"),
    ("lifetime_usual_min_years", "lifetime_usual_max_years"),
    ("lifetime_max_years", "lifetime_limit_years"),
    ("lifetime_cap_years", "lifetime_limit_years"),
)


def limits_in_order(
    model: str, names: Sequence[str] = LIMITS, pairs: Sequence[tuple[str, str]] = _IN_ORDER
) -> list[models.BaseConstraint]:
    """No limit below zero, and none that is lower than what it limits; an empty one says nothing."""
    not_below = Q()
    for name in names:
        not_below &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0})
    in_order = Q()
    for low, high in pairs:
        in_order &= Q(**{f"{low}__isnull": True}) | Q(**{f"{high}__isnull": True}) | Q(**{f"{high}__gte": F(low)})
    return [
        models.CheckConstraint(condition=not_below, name=f"{model}_limits_not_below_zero"),
        models.CheckConstraint(condition=in_order, name=f"{model}_limits_in_order"),
        models.CheckConstraint(
            condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            name=f"{model}_valid_in_order",
        ),
    ]


class Cluster(Coded):
    """A cluster of product groups, e.g. kantoorfaciliteiten."""

    position = models.PositiveSmallIntegerField(default=0)


class ProductGroup(Coded):
    """What is bought: durable items with a lifetime, or units that are consumed.

    Ranges are per item: mass in kg, lifetime in years. Outside the plausible range asks confirmation;
    above `lifetime_limit_years` is refused; `lifetime_cap_years` is the most that counts in a comparison.
    """

    class Kind(models.TextChoices):
        DURABLE = "durable", "Gebruiksgoed"
        CONSUMED = "consumed", "Verbruik"

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    functional_unit_nl = models.CharField(max_length=200, blank=True)
    amount_unit = models.CharField(max_length=20)
    bill_unit = models.CharField(max_length=20, blank=True)
    # A Material.Kind: what its bills name. Empty where any but spend may.
    bill_kind = models.CharField(max_length=10, blank=True)
    high_impact = models.BooleanField(default=False)
    mass_min_kg = models.FloatField(null=True, blank=True)
    mass_max_kg = models.FloatField(null=True, blank=True)
    lifetime_min_years = models.FloatField(null=True, blank=True)
    lifetime_max_years = models.FloatField(null=True, blank=True)
    lifetime_usual_min_years = models.FloatField(null=True, blank=True)
    lifetime_usual_max_years = models.FloatField(null=True, blank=True)
    lifetime_limit_years = models.FloatField(null=True, blank=True)
    lifetime_cap_years = models.FloatField(null=True, blank=True)
    recycled_min = models.FloatField(null=True, blank=True)
    recycled_max = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    as_asked: Mapping[str, Mapping[str, float | None]] | None = None
    """The limits that were pinned when a tender was published, by type and `""` for the group itself"""

    class Meta:
        constraints = limits_in_order(
            "product_group",
            (*LIMITS, "recycled_min", "recycled_max"),
            (*_IN_ORDER, ("recycled_min", "recycled_max")),
        )

    def ended(self, day: date) -> bool:
        """Whether it holds no more on this day."""
        return self.valid_to is not None and self.valid_to < day

    @property
    def is_consumed(self) -> bool:
        """Whether the group is counted in units that are used up (a meal, a kWh)."""
        return self.kind == self.Kind.CONSUMED

    @cached_property
    def types_by_code(self) -> dict[str, ProductType]:
        """Its product types; one query for this object."""
        return {each.code: each for each in self.types.order_by("name_nl")}

    def limit(self, name: str, product_type: str | None = None) -> float | None:
        """A range or cap, `mass_max_kg` for instance: of the type where that says it, else of the group."""
        if self.as_asked is not None:
            pinned = self.as_asked.get(product_type or "", {}).get(name)
            return self.as_asked.get("", {}).get(name) if pinned is None else pinned
        kind = self.types_by_code.get(product_type) if product_type is not None else None
        of_type = None if kind is None else getattr(kind, name)
        own: float | None = getattr(self, name) if of_type is None else of_type
        return own

    def limits(self) -> dict[str, dict[str, float | str]]:
        """All that it and its types say of their limits, to pin: by type, `""` for the group itself.

        What its bills count in, and of what they are, is of the group alone.
        """
        rows: list[tuple[str, ProductGroup | ProductType]] = [("", self), *self.types_by_code.items()]
        found: dict[str, dict[str, float | str]] = {
            code: {name: value for name in LIMITS if (value := getattr(row, name)) is not None}
            for code, row in rows
        }
        found[""] |= {name: getattr(self, name) for name in BILL}
        return found


class ProductType(Coded):
    """A kind of product within a group, where making, life or use differ: laptop, beeldscherm, bureaustoel.

    Its ranges stand instead of those of its group: per item, mass in kg, lifetime in years. `search_words` are the
    words by which a title suggests it, in Dutch and English.
    """

    group = models.ForeignKey(ProductGroup, models.PROTECT, related_name="types")
    functional_unit_nl = models.CharField(max_length=200, blank=True)
    mass_min_kg = models.FloatField(null=True, blank=True)
    mass_max_kg = models.FloatField(null=True, blank=True)
    lifetime_min_years = models.FloatField(null=True, blank=True)
    lifetime_max_years = models.FloatField(null=True, blank=True)
    lifetime_usual_min_years = models.FloatField(null=True, blank=True)
    lifetime_usual_max_years = models.FloatField(null=True, blank=True)
    lifetime_limit_years = models.FloatField(null=True, blank=True)
    lifetime_cap_years = models.FloatField(null=True, blank=True)
    search_words = models.JSONField(default=list, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints = limits_in_order("product_type")

    def ended(self, day: date) -> bool:
        """Whether it holds no more on this day."""
        return self.valid_to is not None and self.valid_to < day


class ThemeSet(Coded):
    """A set of themes of one policy document."""

    valid_from = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)


class Theme(Coded):
    """A theme of responsible procurement; one main theme per tender adds up."""

    theme_set = models.ForeignKey(ThemeSet, models.PROTECT, related_name="themes")
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)


class Cpv(models.Model):
    """A code of the common procurement vocabulary (8 digits)."""

    code = models.CharField(max_length=8, unique=True)
    check_digit = models.CharField(max_length=1, blank=True)
    name_nl = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name_nl}"


class GroupCpv(models.Model):
    """Which product group, and where it is known which type, a CPV prefix points at; the longest prefix wins."""

    group = models.ForeignKey(ProductGroup, models.CASCADE, related_name="cpv_prefixes")
    product_type = models.ForeignKey(ProductType, models.CASCADE, null=True, blank=True, related_name="+")
    prefix = models.CharField(max_length=8, unique=True)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix} -> {self.group_id}"
