"""How the totals go over the years: every year equally wide, a year without data a gap, and what a year means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.models import MEASURES
from mvi_dashboard.ground import formats
from reporting.selectors import Row

from .figures import Scale

MEANS = {
    "purchase": (
        "Een jaar is hier het jaar van gunning. Een contract telt met zijn hele levensduur in dat ene jaar. "
        "Daarom is dit geen trend."
    ),
    "spread": (
        "Een jaar is hier een kalenderjaar. Maken telt gelijk verdeeld over de jaren waarin iets meegaat, gebruik "
        "in het jaar zelf."
    ),
    "realised": (
        "Een jaar is hier een kalenderjaar. Maken telt in het jaar van levering, gebruik in het jaar zelf en het "
        "einde in het jaar van afvoer."
    ),
}
_TICKS = 6
_COLUMNS = ("estimated", "forecast", "realised_to_date")
_PROMISED, _ACTUAL = "var(--mvi-estimated)", "var(--mvi-actual)"


def by_year(
    figure_id: str, rows: Sequence[Row], scale: Scale, *, by_award: bool, now: int, **said: Any
) -> dict[str, Any]:
    """The figure with its table. Effects of whole lives are bars: as a line they would look like a trend."""
    found = {int(row.keys["year"][0]): row for row in rows}
    years = list(range(min(found), max(found) + 1)) if found else []
    span = max(1, -(-len(years) // _TICKS))
    axis = {"type": "linear", "tickformat": "d", "dtick": span, "tick0": years[0] if years else 0}
    if years:
        axis["range"] = [years[0] - 0.5, years[-1] + 0.5]
    drawn = _bars(years, found, scale) if by_award else _lines(years, found, scale, now)
    return {
        "id": figure_id,
        "legend": _bar_legend() if by_award else _line_legend(),
        "chart": {"data": drawn, "layout": {"xaxis": axis, **({"barmode": "group"} if by_award else {})}},
        "table": {
            "caption": f"Per jaar, {scale.unit}",
            "tight": True,
            "columns": [
                {"label": "Jaar"},
                *(MEASURES[name].table_head for name in _COLUMNS),
                {"label": "Contracten", "num": True},
            ],
            "rows": [[str(year), *_cells(found.get(year), scale)] for year in years],
        },
        **said,
    }


def _cells(row: Row | None, scale: Scale) -> list[str]:
    if row is None:
        return [*(formats.UNKNOWN for _column in _COLUMNS), "0"]
    amounts = [scale.said(row.values[name]) for name in _COLUMNS]
    return [*amounts, formats.number(row.values["contracts"])]


def _values(years: Sequence[int], found: dict[int, Row], measure: str, scale: Scale) -> list[float | None]:
    """One value per year; none where there is nothing, so that the line stops and starts again."""
    return [scale.of(found[year].values[measure]) if year in found else None for year in years]


def _lines(years: Sequence[int], found: dict[int, Row], scale: Scale, now: int) -> list[dict[str, Any]]:
    """The promise, what happened in closed years, and a dashed line to what is still forecast."""
    forecast = _values(years, found, "forecast", scale)
    closed = [value if year < now else None for year, value in zip(years, forecast, strict=True)]
    open_years = [value if year >= now - 1 else None for year, value in zip(years, forecast, strict=True)]
    return [
        _line(years, _values(years, found, "estimated", scale), "Beloofd", _PROMISED, {}, "circle-open"),
        _line(years, open_years, "Prognose", _ACTUAL, {"dash": "dash"}, "circle-open"),
        _line(years, closed, "Gebeurd", _ACTUAL, {}, "circle"),
    ]


def _line(
    years: Sequence[int], values: list[float | None], label: str, colour: str, style: dict[str, str], symbol: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label,
        "x": list(years),
        "y": values,
        "connectgaps": False,
        "line": {"color": colour, "width": 3, **style},
        "marker": {"color": colour, "size": 8, "symbol": symbol},
    }


def _bars(years: Sequence[int], found: dict[int, Row], scale: Scale) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar",
            "name": label,
            "x": list(years),
            "y": _values(years, found, measure, scale),
            "marker": {"color": colour},
        }
        for measure, label, colour in (("estimated", "Beloofd", _PROMISED), ("forecast", "Prognose", _ACTUAL))
    ]


def _bar_legend() -> list[dict[str, str]]:
    return [{"kind": "estimated", "label": "Beloofd"}, {"kind": "actual", "label": "Prognose"}]


def _line_legend() -> list[dict[str, str]]:
    return [
        {"kind": "line-estimated", "label": "Beloofd"},
        {"kind": "line-actual", "label": "Gebeurd (gesloten jaren)"},
        {"kind": "forecast", "label": "Prognose (dit jaar en later)"},
    ]
