"""What is told of a contract and of every total: a measure is declared once, as the column that holds it.

Effects and totals have these columns, answers and files tell them, and tables take their heads from here. What is
declared here is added up in totals. To see it in an answer it stands in `resources.effects.Amounts` as well, with
its meaning; a page that shows it names its code. A measure that lies between bounds has two columns more, made of
its own: `estimated_low` and `estimated_high`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from mvi_dashboard.ground.models import LARGEST, computed_field

if TYPE_CHECKING:
    Number = models.FloatField[float | None, float | None]
else:
    Number = models.FloatField


class Measure(Number):
    """A computed number in the unit of the indicator; NULL = unknown, never 0.

    `label` is its head in tables, and `head` the one in a file, where it differs; a measure without is in neither.
    `term` is its word in the glossary, `series` the name under which its amounts per year are kept (empty = only
    whole lives), `bounded` whether between what it lies is kept too. To the database it is a plain number.
    """

    def __init__(
        self,
        label: str = "",
        *,
        head: str = "",
        term: str = "",
        series: str = "",
        bounded: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**{"null": True, "blank": True, **options})
        self.label, self.head, self.term, self.series = label, head or label, term, series
        self.bounded = bounded

    @property
    def table_head(self) -> dict[str, Any]:
        """Its head in a table of measures."""
        return {"label": self.label, "term": self.term, "num": True}

    def deconstruct(self) -> Any:
        """As a plain number: how a measure is called is nothing that a table changes for."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.FloatField", args, options


class Measured(models.Model):
    """The columns of who is measured: one contract, or a total of many."""

    estimated = Measure("Beloofd", term="beloofd", series="estimated")
    estimated_to_date = Measure("Beloofd tot nu", term="beloofd-tot-nu")
    realised_to_date = Measure("Tot nu", term="tot-nu", series="realised")
    not_measured_to_date = Measure("Niet gemeten", term="niet-gemeten")
    forecast = Measure("Prognose", term="prognose", series="forecast")
    function_forecast = Measure()
    function_quantity = Measure("Volume", term="volume", bounded=False)
    reference_estimated = Measure("Referentie bij beloofd", term="referentieproduct", series="reference_estimated")
    reference_forecast = Measure("Referentie bij prognose", term="referentieproduct", series="reference_forecast")
    avoided_estimated = Measure("Vermeden bij beloofd", term="vermeden-effect")
    avoided_forecast = Measure("Vermeden", head="Vermeden bij prognose", term="vermeden-effect")
    elimination = Measure(bounded=False)
    measured = Measure(bounded=False)
    mass_kg = computed_field()
    incomplete_mass_kg = computed_field()

    class Meta:
        abstract = True


MEASURES: dict[str, Measure] = {
    field.name: field for field in Measured._meta.local_fields if isinstance(field, Measure)
}
"""Every measure by its code, in the order in which they are told"""
BOUNDED = tuple(code for code, measure in MEASURES.items() if measure.bounded)
"""The measures of which is kept between what they lie"""
ENDS = ("low", "high")


def bound_of(measure: str, end: str) -> str:
    """The column with the lowest (`low`) or highest (`high`) value of a measure; NULL = between no bounds."""
    return f"{measure}_{end}"


for _code in BOUNDED:
    for _end in ENDS:
        Measured.add_to_class(bound_of(_code, _end), computed_field())

BOUNDS = {bound_of(code, end): code for code in BOUNDED for end in ENDS}
"""The columns of all bounds, with the measure of each"""


def bounds_in_order(model: str) -> models.CheckConstraint:
    """The constraint of a table of measures: of each both bounds or none, finite, with the value between them.

    One for all of them: SQLite writes a table anew for each constraint that it gets.
    """
    condition = Q()
    for code in BOUNDED:
        condition &= _in_order(code)
    return models.CheckConstraint(condition=condition, name=f"{model}_between_bounds")


def _in_order(code: str) -> Q:
    low, high = (bound_of(code, end) for end in ENDS)
    neither = Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
    # A comparison with NULL is no refusal, so that all three have to be there by name.
    there = Q(**{f"{each}__isnull": False for each in (low, code, high)})
    ordered = Q(**{f"{low}__gte": -LARGEST, f"{low}__lte": F(code), f"{high}__gte": F(code)})
    return neither | there & ordered & Q(**{f"{high}__lte": LARGEST})
