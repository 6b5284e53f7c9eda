"""Totals as rows: added up by the database from cells, or from effects where a supplier or contract is asked.

Every row says of how many contracts it is, how many of those are incomplete and how many have a reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from contracts.models import ContractEffect
from contracts.selectors import unpack_years
from indicators.models import Basis
from reporting.models import Cell
from reporting.models.cells import MEASURES

from .scopes import FEWEST_CONTRACTS, Scope

SUMMED = (*MEASURES, "measured", "mass_kg", "incomplete_mass_kg")
COUNTED = ("contracts", "contracts_with_reference", "incomplete_contracts")
GROUPINGS = ("organisation", "cluster", "productGroup", "supplier", "contract", "theme", "year")
_CODES = {
    "organisation": ("organisation__code", "organisation__name"),
    "cluster": ("group__cluster__code", "group__cluster__name_nl"),
    "productGroup": ("group__code", "group__name_nl"),
    "supplier": ("supplier__code", "supplier__name"),
    "contract": ("contract__public_id", "contract__reference"),
    "theme": ("theme__code", "theme__name_nl"),
    "year": ("year", "year"),
}
_FINE = {"cluster", "productGroup", "theme", "year"}
"""Groupings that show less than a whole organisation"""


@dataclass(frozen=True)
class Question:
    """What is asked of the totals; empty filters mean all."""

    year_view: str = "purchase"
    year: int | None = None
    group: str = ""
    theme: str = ""
    supplier: str = ""
    indicator: str = ""
    group_by: tuple[str, ...] = ()

    @property
    def needs_contracts(self) -> bool:
        """Whether single contracts or suppliers are shown or filtered, so that cells do not do."""
        return bool(self.supplier) or bool({"supplier", "contract"} & set(self.group_by))

    @property
    def is_fine(self) -> bool:
        """Whether less than whole organisations is shown."""
        return bool(self.group or self.theme or self.year or _FINE & set(self.group_by))


@dataclass
class Row:
    """One total. `keys`: code and name per grouping; `withheld`: what is not shared per group."""

    keys: dict[str, tuple[Any, str]]
    indicator: str
    unit: str
    name: str
    values: dict[str, float | None] = field(default_factory=dict)
    withheld: bool = False

    @property
    def measured_share(self) -> float | None:
        """The part of what is realised that was metered; unknown when nothing is realised."""
        realised, measured = self.values.get("realised_to_date"), self.values.get("measured")
        if not realised or measured is None:
            return None
        return min(1.0, abs(measured) / abs(realised))


def effect_rows(basis: Basis, scope: Scope, question: Question) -> list[Row]:
    """The rows of a report in a fixed order. A scope that shares totals only gives no single contracts."""
    if question.needs_contracts:
        shown = _shown_effects(basis, scope, question)
    else:
        shown = _cells(basis, scope.open, question)
        if scope.totals:
            shown = [*shown, *_shared(_cells(basis, scope.totals, question, apart=True), question)]
            shown = added(shown)
    return sorted(shown, key=lambda row: _order(row, basis))


def _cells(basis: Basis, organisations: Iterable[int], question: Question, *, apart: bool = False) -> list[Row]:
    """Sums of cells; `apart` keeps organisations apart, to judge each by its number of contracts."""
    found = Cell.objects.filter(basis=basis, organisation_id__in=list(organisations), year_view=question.year_view)
    found = _filtered(found, question)
    keys = [name for key in question.group_by for name in _CODES[key]]
    own = ["organisation_id"] if apart else []
    rows = found.values(
        *dict.fromkeys([*own, *keys, "indicator__code", "indicator__unit", "indicator__name_nl"])
    ).annotate(**{f"sum_{name}": Sum(name) for name in (*SUMMED, *COUNTED)})
    return [_row(row, question) for row in rows.order_by()]


def _shown_effects(basis: Basis, scope: Scope, question: Question) -> list[Row]:
    found: QuerySet[Any] = ContractEffect.objects.filter(basis=basis, organisation_id__in=list(scope.per_contract))
    if question.year_view != Cell.YearView.PURCHASE:
        return _yearly_effects(_filtered(found, question, years=False), question)
    found = _filtered(found, question)
    keys = [name for key in question.group_by for name in _CODES[key]]
    rows = found.values(
        *dict.fromkeys([*keys, "indicator__code", "indicator__unit", "indicator__name_nl"])
    ).annotate(
        **{f"sum_{name}": Sum(name) for name in SUMMED},
        sum_contracts=Count("pk"),
        sum_contracts_with_reference=Count("reference_estimated"),
        sum_incomplete_contracts=Count("pk", filter=Q(complete=False)),
    )
    return [_row(row, question) for row in rows.order_by()]


def _yearly_effects(found: QuerySet[ContractEffect], question: Question) -> list[Row]:
    """The year views per supplier or contract: their series, added up year by year."""
    keys = [name for key in question.group_by if key != "year" for name in _CODES[key]]
    names = list(dict.fromkeys([*keys, "indicator__code", "indicator__unit", "indicator__name_nl"]))
    rows: list[Row] = []
    for row in found.exclude(spread__isnull=True).values(
        *names, "spread_first_year", "spread", "complete", "avoided_estimated"
    ):
        table = unpack_years(row["spread_first_year"], bytes(row["spread"]))
        view = question.year_view
        length = len(table.values[view, "estimated"])
        for number in range(length):
            year = table.first_year + number
            if question.year not in (None, year):
                continue
            values = _year_values(table.values, view, number, row)
            if any(values.get(name) for name in ("estimated", "forecast", "realised_to_date")):
                rows.append(_row({**row, **values_as_sums(values), "year": year}, question))
    return added(rows)


def values_as_sums(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Measures under the names that sums have."""
    return {f"sum_{name}": value for name, value in values.items()}


def _year_values(
    table: Mapping[tuple[str, str], Any], view: str, number: int, row: Mapping[str, Any]
) -> dict[str, float | None]:
    found = {name: float(values[number]) for (of_view, name), values in table.items() if of_view == view}
    known = {name: None if value != value else value for name, value in found.items()}
    values: dict[str, float | None] = {
        "estimated": known["estimated"],
        "forecast": known["forecast"],
        "realised_to_date": known["realised"],
        "contracts": 1,
        "incomplete_contracts": int(not row["complete"]),
    }
    if row["avoided_estimated"] is not None:
        for column in ("estimated", "forecast"):
            reference = known[f"reference_{column}"]
            values[f"reference_{column}"] = reference
            impact = known[column]
            values[f"avoided_{column}"] = None if reference is None or impact is None else reference - impact
        values["contracts_with_reference"] = 1
    return values


def _filtered(found: QuerySet[Any], question: Question, *, years: bool = True) -> QuerySet[Any]:
    if question.indicator:
        found = found.filter(indicator__code=question.indicator)
    if question.group:
        found = found.filter(group__code=question.group)
    if question.theme:
        found = found.filter(theme__code=question.theme)
    if question.supplier:
        found = found.filter(supplier__code=question.supplier)
    if question.year is not None and years:
        found = found.filter(year=question.year)
    return found


def _row(row: Mapping[str, Any], question: Question) -> Row:
    keys = {key: (row[_CODES[key][0]], str(row[_CODES[key][1]])) for key in question.group_by}
    values = {name: row.get(f"sum_{name}") for name in (*SUMMED, *COUNTED)}
    for name in COUNTED:
        values[name] = values[name] or 0
    made = Row(keys, row["indicator__code"], row["indicator__unit"], row["indicator__name_nl"], values)
    made.withheld = False
    return made


def _shared(rows: list[Row], question: Question) -> list[Row]:
    """Rows of organisations that share totals only: too few contracts go together in one row without keys."""
    if not question.is_fine:
        return rows
    for row in rows:
        if (row.values["contracts"] or 0) < FEWEST_CONTRACTS:
            row.withheld = True
            row.keys = dict.fromkeys(row.keys, (None, "Niet apart gedeeld"))
    return rows


def added(rows: Iterable[Row]) -> list[Row]:
    """Rows with the same keys and indicator as one; what is unknown in all of them stays unknown."""
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[(*((key, value[0]) for key, value in row.keys.items()), row.indicator)].append(row)
    return [_sum(same) for same in grouped.values()]


def _sum(rows: list[Row]) -> Row:
    first = rows[0]
    for other in rows[1:]:
        for name, value in other.values.items():
            if value is not None:
                first.values[name] = (first.values.get(name) or 0) + value
    return first


def _order(row: Row, basis: Basis) -> tuple[Any, ...]:
    keys = tuple((value[0] is None, str(value[1]), str(value[0])) for value in row.keys.values())
    return (keys, basis.indicators.index(row.indicator) if row.indicator in basis.indicators else 99)
