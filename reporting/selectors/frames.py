"""Totals as rows: added up by the database from cells, or from effects where a supplier or contract is asked.

Every row says of how many contracts it is, how many of those are incomplete and how many have a reference.
A *frame* holds rows as they were read; :func:`by_keys` makes of it what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, When

from contracts.models import ContractEffect
from indicators.models import Basis
from reporting.models import Cell
from reporting.models.cells import COUNTED, NEW, SUMMED

from .adding import YEARLY_FIELDS, effect_sums, yearly_values
from .scopes import Scope
from .sharing import Shares, years_apart
from .summing import NOT_SHARED, Row, added, in_year

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
_INDICATOR = ("indicator__code", "indicator__unit", "indicator__name_nl")
_ATOM = ("sharing_id", "group_id", "theme_id", "year")
_FINE = {"cluster", "productGroup", "theme", "year"}
"""Groupings that show less than a whole organisation"""


@dataclass(frozen=True)
class Question:
    """What is asked of the totals; empty filters mean all."""

    year_view: str = "purchase"
    year: int | None = None
    cluster: str = ""
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
        return bool(self.cluster or self.group or self.theme or self.year or _FINE & set(self.group_by))

    @property
    def by_award_year(self) -> bool:
        """Whether a year is that of the award, so that each contract has one."""
        return self.year_view == Cell.YearView.PURCHASE


def effect_frame(basis: Basis, scope: Scope, question: Question, shares: Shares) -> list[Row]:
    """The rows behind a report. A scope that shares totals only gives no single contracts."""
    if question.needs_contracts:
        rows = _shown_effects(basis, scope, question)
    elif scope.totals and question.is_fine:
        rows = _shared(basis, scope, question, shares)
    else:
        rows = [_row(row, question) for row in _cells(basis, scope, question)]
    return added(rows if question.year is None else in_year(rows, question.year))


def ordered(rows: Iterable[Row], basis: Basis) -> list[Row]:
    """Rows by their names and then by indicator, what is not shared apart last."""
    places = {code: place for place, code in enumerate(basis.indicators)}

    def order(row: Row) -> tuple[Any, ...]:
        keys = tuple((value[0] is None, str(value[1]), str(value[0])) for value in row.keys.values())
        return (row.withheld, keys, places.get(row.indicator, len(places)))

    return sorted(rows, key=order)


def filtered(found: QuerySet[Any], question: Question, *, years: bool = True) -> QuerySet[Any]:
    """Cells or effects under the filters of this question; `years=False` leaves out the year."""
    filters = {
        "indicator__code": question.indicator,
        "group__cluster__code": question.cluster,
        "group__code": question.group,
        "theme__code": question.theme,
        "supplier__code": question.supplier,
        "year": question.year if years else None,
    }
    return found.filter(**{name: value for name, value in filters.items() if value not in ("", None)})


def _cells(basis: Basis, scope: Scope, question: Question, *apart: str, years: bool = True) -> Any:
    """Sums of cells per key; what is also to stay `apart` comes with each row.

    `sharing_id` is the organisation of those that share totals only, and empty for all others together.
    """
    found = Cell.objects.filter(
        basis=basis, organisation_id__in=list(scope.everybody), year_view=question.year_view
    ).annotate(sharing_id=Case(When(organisation_id__in=list(scope.totals), then=F("organisation_id"))))
    names = dict.fromkeys([*apart, *_names(question.group_by), *_year(question)])
    rows = filtered(found, question, years=years).values(*names, *_INDICATOR)
    return rows.annotate(**{f"sum_{name}": Sum(name) for name in (*SUMMED, *COUNTED, *NEW)}).order_by()


def _names(keys: Iterable[str]) -> list[str]:
    return [name for key in keys for name in _CODES[key]]


def _year(question: Question) -> list[str]:
    return [] if question.year is None else ["year"]


def _shared(basis: Basis, scope: Scope, question: Question, shares: Shares) -> list[Row]:
    """Rows of which keys that would single out contracts of who shares totals only are taken away.

    A row that a filter would single out keeps no numbers either.
    """
    found = list(_cells(basis, scope, question, *_ATOM, years=question.by_award_year))
    free = [row for row in found if row["sharing_id"] is None]
    found = [row for row in found if row["sharing_id"] is not None]
    labels = [shares.labels.get(tuple(row[name] for name in _ATOM[:3]), (None, None)) for row in found]
    years: list[int | None] = [None] * len(found)
    if question.by_award_year:
        years = [shares.years.get(tuple(row[name] for name in _ATOM)) for row in found]
    elif question.year or "year" in question.group_by:
        years = years_apart(
            [
                ((row["sharing_id"], *label, row["indicator__code"]), row["year"], row["sum_contracts"])
                for row, label in zip(found, labels, strict=True)
            ]
        )
    made = [_row(row, question) for row in free]
    for row, (group, theme), year in zip(found, labels, years, strict=True):
        hidden = {
            "cluster": group is None, "productGroup": group is None, "theme": theme is None, "year": year is None,
        }  # fmt: skip
        made.append(_partly(_row(row, question), hidden, question))
    return made


def _partly(row: Row, hidden: Mapping[str, bool], question: Question) -> Row:
    row.keys = {key: NOT_SHARED if hidden.get(key) else value for key, value in row.keys.items()}
    asked = {
        "cluster": question.cluster, "productGroup": question.group, "theme": question.theme,
        "year": question.year or "",
    }  # fmt: skip
    if any(value and hidden[key] for key, value in asked.items()):
        row.values = dict.fromkeys(row.values)
        row.withheld = True
    return row


def _shown_effects(basis: Basis, scope: Scope, question: Question) -> list[Row]:
    found: QuerySet[Any] = ContractEffect.objects.filter(basis=basis, organisation_id__in=list(scope.per_contract))
    names = dict.fromkeys([*_names(key for key in question.group_by if key != "year"), *_INDICATOR])
    if question.by_award_year:
        rows = filtered(found, question).values(*names, "year").annotate(**effect_sums())
        return [_row(row, question) for row in rows.order_by()]
    effects = filtered(found, question, years=False)
    made = []
    for row in effects.values(*dict.fromkeys([*names, *YEARLY_FIELDS])):
        for year, values in yearly_values(row, question.year_view):
            sums = {f"sum_{name}": value for name, value in values.items()}
            made.append(_row({**row, **sums, "year": year}, question))
    return made


def _row(row: Mapping[str, Any], question: Question) -> Row:
    keys = {key: (row[_CODES[key][0]], str(row[_CODES[key][1]])) for key in question.group_by}
    values = {name: row.get(f"sum_{name}") for name in (*SUMMED, *COUNTED, *NEW)}
    code, unit, name_nl = (row[name] for name in _INDICATOR)
    return Row(keys, code, unit, name_nl, values, year=row.get("year"))
