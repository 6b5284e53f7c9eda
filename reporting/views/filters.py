"""What a dashboard is asked, and the year that it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Value
from django.http import HttpRequest
from django.urls import reverse

from indicators.models import CLIMATE, Cluster, Indicator, ProductGroup, Theme
from mvi_dashboard.ground import filters
from mvi_dashboard.ground.filters import Options
from reporting.models import Cell
from reporting.selectors import REPORT, Frame, Question, question_of

_NAMED: dict[str, Any] = {"indicator": Indicator, "cluster": Cluster, "group": ProductGroup, "theme": Theme}


@dataclass(frozen=True)
class Asked:
    """The filters of a dashboard; a page of calendar years is about one of them."""

    found: filters.Asked
    year_is_open: bool
    """no year was asked, in a view of calendar years: the page is about the year of now"""
    year_is_ours: bool = False
    """that year was filled in by us"""

    def in_its_year(self, frame: Frame, now: int) -> Asked:
        """The same with a year: that of now, else the last one before it in which there is something."""
        years = sorted(int(code) for code, _name in frame.options("year"))
        if not self.year_is_open or not years:
            return self
        chosen = next((year for year in reversed(years) if year <= now), years[0])
        return replace(self, found=self.found.filled(year=chosen), year_is_ours=True)

    @property
    def organisation(self) -> str:
        """The code of the organisation that is asked; empty = none."""
        return self.found.texts["organisation"]

    @property
    def predecessors(self) -> bool:
        """Whether what went up in the organisation counts too."""
        return self.found.values["predecessors"] is not None

    @property
    def award_year(self) -> int | None:
        """The year of award that is asked, if a year is that."""
        return self.year if self.question.by_award_year else None

    @property
    def view(self) -> str:
        """What a year is of; by default the year in which it happens, as in an annual report."""
        return self.found.values["year_view"] or Cell.YearView.REALISED.value

    @property
    def question(self) -> Question:
        """The same as a question about totals; the year is filtered on the page, so that all years are known."""
        keys = ("cluster", "productGroup", "theme", "year")
        indicator = self.found.values["indicator"] or CLIMATE
        return question_of(self.found.values, year_view=self.view, year=None, indicator=indicator, group_by=keys)

    @property
    def narrows(self) -> bool:
        """Whether groups are asked, so that a page goes into them."""
        return bool(self.found.values["cluster"] or self.found.values["group"])

    @property
    def any_filter(self) -> bool:
        """Whether less than everything is asked."""
        names = ("cluster", "group", "theme", *(() if self.year_is_ours else ("year",)))
        return any(self.found.values[name] for name in names)

    @property
    def year(self) -> int | None:
        """The year that is asked, if any."""
        year: int | None = self.found.values["year"]
        return year

    def form(self, options: Options) -> dict[str, Any]:
        """Chips, fields and the address without filters, for parts/filters.html."""
        return self.found.form(options, _names_of(self.found, options), {"year_view": self.view})


def asked_in(request: HttpRequest, page: str) -> Asked:
    """The filters in the address, for the page of this name. Raises Refused for what cannot be read."""
    found = replace(REPORT.asked_in(request), path=reverse(page))
    view = found.values["year_view"] or Cell.YearView.REALISED.value
    return Asked(found, REPORT["year"].page not in request.GET and view == Cell.YearView.REALISED)


def _names_of(asked: filters.Asked, options: Options) -> Options:
    """The names of what is filtered without rows: it is in no list, yet it has a name; one query."""
    absent = [
        model.objects.filter(code=asked.texts[name])
        .order_by()
        .annotate(filter=Value(name, output_field=CharField()))
        .values_list("filter", "code", "name_nl")
        for name, model in _NAMED.items()
        if asked.texts[name] and asked.texts[name] not in dict(options.get(name, ()))
    ]
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in _NAMED}
    for name, code, label in absent[0].union(*absent[1:]) if absent else ():
        found.setdefault(name, []).append((code, label))
    return found
