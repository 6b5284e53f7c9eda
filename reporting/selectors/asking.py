"""What can be asked of totals, declared once for dashboards, REST and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.shapes import Choice, Text, Year
from mvi_dashboard.ground.suppliers.families import code_now
from reporting.models import Cell

YEAR_VIEWS = {str(code): str(label) for code, label in Cell.YearView.choices}
FIRM_CODE, FIRM_NAME = "firm_code", "firm_name"
"""Of effects: the firm that their supplier is now"""
PREDECESSORS = {"yes": "Met voorgangers"}
"""Whether what went up in an organisation counts too: its own history"""
REPORT = Filters(
    organisation=Filter("organisatie", "Organisatie", shape=Text(60, required=False)),
    indicator=Filter("indicator", "Indicator", "indicator__code"),
    year=Filter("jaar", "Jaar", "year", Year(required=False), stays=True),
    cluster=Filter("cluster", "Cluster", "group__cluster__code", parameter=""),
    group=Filter("productgroep", "Productgroep", "group__code", parameter="product_group"),
    theme=Filter("thema", "Thema", "theme__code"),
    supplier=Filter("", "Leverancier", FIRM_CODE, Text(60, required=False)),
    year_view=Filter(
        "jaren",
        "Jaren",
        choices=YEAR_VIEWS,
        shape=Choice(Cell.YearView.values, required=False, default=Cell.YearView.PURCHASE.value),
        parameter="year_basis",
    ),
    predecessors=Filter(
        "voorgangers", "Voorgangers", choices=PREDECESSORS, said=lambda code: PREDECESSORS[str(code)]
    ),
)


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
    def names_suppliers(self) -> bool:
        """Whether suppliers are shown or filtered."""
        return bool(self.supplier) or "supplier" in self.group_by

    @property
    def needs_contracts(self) -> bool:
        """Whether single contracts or suppliers are shown or filtered, so that cells do not do."""
        return self.names_suppliers or "contract" in self.group_by

    @property
    def must_tell(self) -> frozenset[str]:
        """What has to be told of contracts to count them: what is filtered and what is grouped by."""
        keys = {"productGroup" if key == "cluster" else key for key in self.group_by}
        filters = {"productGroup": self.cluster or self.group, "theme": self.theme, "year": self.year}
        keys |= {key for key, value in filters.items() if value}
        return frozenset(keys & {"productGroup", "theme", "year"})

    @property
    def by_award_year(self) -> bool:
        """Whether a year is that of the award, so that each contract has one."""
        return self.year_view == Cell.YearView.PURCHASE

    def paths(self, *, years: bool = True) -> dict[str, Any]:
        """The filters as path and value, on cells or effects; `years=False` leaves out the year."""
        return REPORT.paths({**vars(self), **({} if years else {"year": None})})


def question_of(values: Mapping[str, Any], **more: Any) -> Question:
    """The question in what was asked of `REPORT`, with what is not asked by filters."""
    texts = {name: values[name] or "" for name in ("cluster", "group", "theme", "supplier", "indicator")}
    if texts["supplier"]:
        texts["supplier"] = code_now(texts["supplier"])
    view = values["year_view"] or Cell.YearView.PURCHASE.value
    return Question(**({"year_view": view, "year": values["year"], **texts} | more))
