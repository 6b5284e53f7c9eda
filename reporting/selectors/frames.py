"""Totals as rows: added up by the database from cells, or from effects where a supplier or contract is asked.

Every row says of how many contracts it is, how many of those are incomplete and how many have a reference.
A frame holds rows as they were read; :meth:`Frame.by` makes of it what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Sum

from contracts.models import BOUNDS, ContractEffect
from indicators.models import Basis
from mvi_dashboard.ground.suppliers.families import now_called
from reporting.models import Cell, SharedCell
from reporting.models.cells import COUNTED, HIDDEN, NEW, SUMMED, WITHOUT_FORECAST

from .adding import YEARLY_FIELDS, distance, distances, effect_sums, forecast_sums, yearly_values
from .asking import FIRM_CODE, FIRM_NAME, Question
from .scopes import Scope
from .summing import Frame, Row

GROUPINGS = ("organisation", "cluster", "productGroup", "supplier", "contract", "theme", "year")
_CODES = {
    "organisation": ("organisation__code", "organisation__name"),
    "cluster": ("group__cluster__code", "group__cluster__name_nl"),
    "productGroup": ("group__code", "group__name_nl"),
    "supplier": (FIRM_CODE, FIRM_NAME),
    "contract": ("contract__public_id", "contract__reference"),
    "theme": ("theme__code", "theme__name_nl"),
    "year": ("year", "year"),
}
_INDICATOR = ("indicator__code", "indicator__unit", "indicator__name_nl")


@dataclass(frozen=True)
class Waiting:
    """Totals that wait to be added up again: their reader adds them up from the effects, in memory."""

    scopes: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """product groups per organisation"""
    sharing: frozenset[int] = frozenset()
    """organisations of which the shared parts wait"""
    shared: tuple[SharedCell, ...] = ()
    """the shared parts of those, not stored; what they point at is there without a query"""

    def condition(self) -> Q:
        """Cells and effects that belong to what waits."""
        found = Q()
        for organisation_id, groups in sorted(self.scopes.items()):
            found |= Q(organisation_id=organisation_id, group_id__in=sorted(groups))
        return found


NOTHING_WAITS = Waiting()


def effect_frame(basis: Basis, scope: Scope, question: Question, waiting: Waiting) -> Frame:
    """The rows behind a report. A scope that shares totals only gives no single contracts.

    A key that may not be told of who shares totals only is None in its rows; those of one filter are not there.
    """
    effects = effects_of(basis, question)
    if question.needs_contracts:
        rows = _of_effects(effects.filter(organisation_id__in=list(scope.per_contract)), question)
    else:
        rows = list(_cells(basis, scope, question, waiting))
        if waiting.scopes:
            own = effects.filter(waiting.condition(), organisation_id__in=list(scope.open))
            rows += _of_effects(own, question)
        rows += _in_memory(waiting.shared, question)
    return Frame.of(rows, question.group_by, _CODES).in_year(question.year)


def ordered(rows: Iterable[Row], basis: Basis) -> list[Row]:
    """Rows by their names and then by indicator."""
    places = {code: place for place, code in enumerate(basis.indicators)}

    def order(row: Row) -> tuple[Any, ...]:
        keys = tuple((str(value[1]), str(value[0])) for value in row.keys.values())
        return (keys, places.get(row.indicator, len(places)))

    return sorted(rows, key=order)


def effects_of(basis: Basis, question: Question) -> QuerySet[ContractEffect]:
    """The effects on this basis; where suppliers are asked, each under the firm that its supplier is now."""
    found: QuerySet[ContractEffect] = ContractEffect.objects.filter(basis=basis)
    if not question.names_suppliers:
        return found
    code, name = (now_called("supplier", field) for field in ("code", "name"))
    return found.annotate(**{FIRM_CODE: code, FIRM_NAME: name})


def filtered(found: QuerySet[Any], question: Question, *, years: bool = True) -> QuerySet[Any]:
    """Cells or effects under the filters of this question; `years=False` leaves out the year."""
    return found.filter(conditions(question, years=years))


def conditions(question: Question, *, years: bool = True) -> Q:
    """The filters of this question on cells or effects."""
    return Q(**question.paths(years=years))


def _cells(basis: Basis, scope: Scope, question: Question, waiting: Waiting) -> Iterable[Mapping[str, Any]]:
    """Sums of cells per key in one statement: of who is open, and of what the others share. What waits is not in
    them."""
    common = {"basis": basis, "year_view": question.year_view}
    own = Cell.objects.filter(**common, organisation_id__in=list(scope.open))
    if waiting.scopes:
        own = own.exclude(waiting.condition())
    if not scope.totals:
        return _summed(own, question)
    totals = list(scope.totals - waiting.sharing)
    shared = SharedCell.objects.filter(**common, organisation_id__in=totals, shared=True)
    if not scope.open:
        return _summed(shared, question)
    return list(_summed(own, question).union(_summed(shared, question), all=True))


def _in_memory(cells: Iterable[SharedCell], question: Question) -> Iterator[dict[str, Any]]:
    """The same rows of shared parts that are not stored."""
    names = dict.fromkeys([*names_of_keys(question.group_by), *_INDICATOR, "year"])
    asked = question.paths()
    for cell in cells:
        fits = cell.shared and cell.year_view == question.year_view
        if not fits or any(value_at(cell, name) != value for name, value in asked.items()):
            continue
        row = {name: value_at(cell, name) for name in names}
        row |= {f"sum_{name}": getattr(cell, name) for name in (*SUMMED, *COUNTED, *NEW, HIDDEN)}
        row |= {f"sum_{bound}": distance(cell, bound) for bound in BOUNDS}
        told = cell.forecast is not None
        without = not told and cell.estimated is not None
        yield row | {
            "sum_estimated_of_forecast": cell.estimated if told else None,
            f"sum_{WITHOUT_FORECAST}": cell.contracts if without else 0,
            f"sum_new_{WITHOUT_FORECAST}": cell.new_contracts if without else 0,
        }


def value_at(cell: SharedCell, path: str) -> Any:
    """What stands at a path of Django (`group__cluster__code`), without a query when the objects are there."""
    found: Any = cell
    for name in path.split("__"):
        if found is None:
            return None
        found = getattr(found, name)
    return found


def _summed(found: QuerySet[Any], question: Question) -> QuerySet[Any]:
    names = dict.fromkeys([*names_of_keys(question.group_by), *_year(question)])
    sums = {f"sum_{name}": Sum(name) for name in (*SUMMED, *COUNTED, *NEW, HIDDEN)} | forecast_sums()
    sums |= {f"sum_{name}": far for name, far in distances().items()}
    rows: QuerySet[Any] = filtered(found, question).values(*names, *_INDICATOR).annotate(**sums).order_by()
    return rows


def names_of_keys(keys: Iterable[str]) -> list[str]:
    """The fields of effects and cells that these keys are read from: of each its code and its name."""
    return [name for key in keys for name in _CODES[key]]


def _year(question: Question) -> list[str]:
    return [] if question.year is None else ["year"]


def _of_effects(found: QuerySet[Any], question: Question) -> list[Mapping[str, Any]]:
    """Of a single contract estimate and forecast are both known, or neither."""
    names = dict.fromkeys([*names_of_keys(key for key in question.group_by if key != "year"), *_INDICATOR])
    if question.by_award_year:
        rows = filtered(found, question).values(*names, "year").annotate(**effect_sums()).order_by()
        return [{**row, "sum_estimated_of_forecast": row["sum_estimated"]} for row in rows]
    effects = filtered(found, question, years=False)
    made: list[Mapping[str, Any]] = []
    for row in effects.values(*dict.fromkeys([*names, *YEARLY_FIELDS])):
        for year, values in yearly_values(row, question.year_view):
            sums = {f"sum_{name}": value for name, value in values.items()}
            made.append({**row, **sums, "sum_estimated_of_forecast": values.get("estimated"), "year": year})
    return made
