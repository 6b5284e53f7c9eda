"""The figure of a dashboard to explore: zoom, read off, save as an image. Only here Plotly's script is loaded.

The figure is the chart that the dashboard shows; colours stay names of the stylesheet, which the script looks up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]  # it has no types
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.charts import Bars, Chart, Mark, Years
from mvi_dashboard.ground.pages import may
from mvi_dashboard.ground.problems import not_found
from reporting.selectors import REPORT

from .dashboards import charts_in, national_context, organisation_context

_COLOURS = {"change": "reference", "forecast": "actual"}


@may(access.REPORT_READ)
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure of the page of an organisation."""
    return _page(request, organisation_context, code, "reporting:organisation")


def national_figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure of the page of the country."""
    return _page(request, national_context, code, "reporting:national")


def _page(
    request: HttpRequest, context_of: Callable[[HttpRequest], dict[str, Any]], code: str, page: str
) -> HttpResponse:
    context = context_of(request)
    chart = charts_in(context).get(code)
    if chart is None:
        raise not_found()
    query = request.GET.urlencode()
    # A chart of years is about all of them.
    over_years = isinstance(chart, Years)
    of_year = f"{REPORT['year'].label}:"
    context = {
        "chart": chart,
        "figure": plotly_figure(chart),
        "eyebrow": context["eyebrow"],
        "filters": [
            chip["label"] for chip in context["chips"] if not (over_years and chip["label"].startswith(of_year))
        ],
        "basis_said": "" if over_years else context["basis_said"],
        "back_url": f"{reverse(page)}?{query}" if query else reverse(page),
    }
    return render(request, "reporting/figure.html", context)


def plotly_figure(chart: Chart) -> dict[str, Any]:
    """The same marks as a figure of Plotly, ready for JSON."""
    if isinstance(chart, Bars):
        found = go.Figure([_bar(chart, mark) for mark in chart.marks], {"barmode": "group"})
    elif isinstance(chart, Years):
        draw = _line if chart.lines else _year_bar
        axis = {"type": "linear", "tickformat": "d", "dtick": -(-len(chart.names) // 12)}
        found = go.Figure([draw(chart, mark) for mark in chart.marks], {"barmode": "group", "xaxis": axis})
    else:
        raise TypeError(f"{type(chart).__name__} has no figure to explore")
    found.layout.template = None  # the page has colours and letters of its own
    made: dict[str, Any] = found.to_plotly_json()
    return made


def _common(mark: Mark) -> dict[str, Any]:
    """Hovering reads what the table says."""
    name = mark.said
    return {
        "name": name,
        "customdata": list(mark.column.texts),
        "hovertemplate": f"%{{customdata}}<extra>{name}</extra>",
    }


def _bar(chart: Bars, mark: Mark) -> go.Bar:
    texts, marker = list(mark.column.texts), {"color": _colour(mark)}
    return go.Bar(
        x=mark.values, y=list(chart.names), orientation="h", text=texts, textposition="outside", cliponaxis=False,
        marker=marker,
        **_common(mark),
    )  # fmt: skip


def _year_bar(chart: Years, mark: Mark) -> go.Bar:
    return go.Bar(x=chart.years, y=mark.values, marker={"color": _colour(mark)}, **_common(mark))


def _line(chart: Years, mark: Mark) -> go.Scatter:
    colour, dash = _colour(mark), "dash" if mark.kind == "forecast" else "solid"
    symbol = "circle" if mark.kind == "actual" else "circle-open"
    return go.Scatter(
        x=chart.years, y=mark.values, mode="lines+markers", connectgaps=False,
        line={"color": colour, "width": 3, "dash": dash}, marker={"color": colour, "size": 9, "symbol": symbol},
        **_common(mark),
    )  # fmt: skip


def _colour(mark: Mark) -> str:
    return f"var(--mvi-{_COLOURS.get(mark.kind, mark.kind)})"
