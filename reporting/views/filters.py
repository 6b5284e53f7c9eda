"""What a dashboard is asked, read from its address, and shown as chips that can be taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Value
from django.http import HttpRequest

from indicators.models import Cluster, Indicator, ProductGroup, Theme
from mvi_dashboard.ground.problems import refuse
from reporting.models import Cell
from reporting.selectors import Question, Row

CLIMATE = "climate"
NAMES = {
    "indicator": "Indicator",
    "jaar": "Jaar",
    "cluster": "Cluster",
    "productgroep": "Productgroep",
    "thema": "Thema",
    "jaren": "Jaren",
    "organisatie": "Organisatie",
}
VIEW_LABELS = {
    "purchase": "Jaar van gunning",
    "spread": "Uitgesmeerd over de levensduur",
    "realised": "Jaar waarin het gebeurt",
}


_NAMED: dict[str, Any] = {
    "indicator": Indicator,
    "cluster": Cluster,
    "productgroep": ProductGroup,
    "thema": Theme,
}


@dataclass(frozen=True)
class Asked:
    """The filters of a dashboard, by their names in the address; empty means all."""

    values: Mapping[str, str]
    year_is_open: bool = False
    """no year was asked, in a view of calendar years: the page is about the year of now"""
    year_is_ours: bool = False
    """that year was filled in by us"""

    def in_its_year(self, frame: Iterable[Row], now: int) -> Asked:
        """The same with a year: that of now, else the last one before it in which there is something."""
        years = sorted(int(row.keys["year"][0]) for row in frame if row.keys["year"][0] is not None)
        if not self.year_is_open or not years:
            return self
        chosen = next((year for year in reversed(years) if year <= now), years[0])
        return replace(self, values={**self.values, "jaar": str(chosen)}, year_is_ours=True)

    @property
    def award_year(self) -> int | None:
        """The year of award that is asked, if a year is that."""
        return self.year if self.question.by_award_year else None

    @property
    def view(self) -> str:
        """What a year is of; by default the year in which it happens, as in an annual report."""
        return self.values["jaren"] or Cell.YearView.REALISED.value

    @property
    def question(self) -> Question:
        """The same as a question about totals; the year is filtered on the page, so that all years are known."""
        return Question(
            year_view=self.view,
            cluster=self.values["cluster"],
            group=self.values["productgroep"],
            theme=self.values["thema"],
            indicator=self.values["indicator"] or CLIMATE,
            group_by=("cluster", "productGroup", "theme", "year"),
        )

    @property
    def any_filter(self) -> bool:
        """Whether less than everything is asked."""
        names = ("cluster", "productgroep", "thema", *(() if self.year_is_ours else ("jaar",)))
        return any(self.values[name] for name in names)

    @property
    def year(self) -> int | None:
        """The year that is asked, if any."""
        return int(self.values["jaar"]) if self.values["jaar"] else None


def asked_in(request: HttpRequest) -> Asked:
    """The filters in the address. Raises Refused for a year that is none and an unknown year view."""
    values = {name: request.GET.get(name, "").strip()[:80] for name in NAMES}
    if "\x00" in "".join(values.values()):
        raise refuse("invalid", "Kies de filters uit de lijst.")
    if values["jaar"] and not (values["jaar"].isascii() and values["jaar"].isdigit() and len(values["jaar"]) == 4):
        raise refuse("invalid", "Kies een jaar van vier cijfers.", "jaar")
    if values["jaren"] and values["jaren"] not in Cell.YearView.values:
        raise refuse("invalid_choice", "Kies hoe de jaren tellen uit de lijst.", "jaren")
    found = Asked(values)
    return replace(found, year_is_open="jaar" not in request.GET and found.view == Cell.YearView.REALISED)


def filter_context(
    request: HttpRequest, asked: Asked, options: Mapping[str, list[tuple[str, str]]]
) -> dict[str, Any]:
    """Chips, fields and the address without filters, for parts/filters.html."""
    labels = {name: dict(found) for name, found in options.items()}
    for name, code, label in _names_of(asked, labels):
        labels.setdefault(name, {})[code] = label
    chips = [
        {"label": f"{NAMES[name]}: {labels.get(name, {}).get(value, value)}", "url": _without(request, name)}
        for name, value in asked.values.items()
        if value
    ]
    fields = [
        {
            "name": name,
            "label": NAMES[name],
            "options": found,
            "value": asked.view if name == "jaren" else asked.values[name],
        }
        for name, found in options.items()
        if found
    ]
    return {"chips": chips, "filter_fields": fields, "clear_url": request.path, "filter_action": request.path}


def options_in(rows: Iterable[Row], key: str) -> list[tuple[str, str]]:
    """(code, name) of what occurs in these rows, by name."""
    found = {str(row.keys[key][0]): row.keys[key][1] for row in rows if row.keys[key][0] is not None}
    return sorted(found.items(), key=lambda pair: pair[1])


def _names_of(asked: Asked, labels: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """(filter, code, name) of what is filtered without rows: it is in no list, yet it has a name."""
    absent = [
        model.objects.filter(code=asked.values[name])
        .order_by()
        .annotate(filter=Value(name, output_field=CharField()))
        .values_list("filter", "code", "name_nl")
        for name, model in _NAMED.items()
        if asked.values[name] and asked.values[name] not in labels.get(name, {})
    ]
    return list(absent[0].union(*absent[1:])) if absent else []


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    if name == "jaar":
        query[name] = ""  # all years; without the name the page is about the year of now
    return f"{request.path}?{query.urlencode()}" if query else request.path
