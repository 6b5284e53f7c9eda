"""Charts with the same numbers as a table beside them: Plotly figures as data, drawn by charts.js."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html

from mvi_dashboard.ground import formats
from reporting.selectors import Row, YearChange

_TON_FROM = 10_000


@dataclass(frozen=True)
class Scale:
    """A unit in which numbers are readable: kilograms become tons from ten thousand."""

    unit: str
    divisor: float

    def of(self, value: float | None) -> float | None:
        """The value in this unit."""
        return None if value is None else value / self.divisor

    def said(self, value: float | None) -> str:
        """The value as people read it, or "onbekend"."""
        return formats.number(self.of(value))


@dataclass(frozen=True)
class Pair:
    """The two measures that may be compared in a year view: the promise, and what stands beside it."""

    promised: str
    promised_label: str
    actual: str
    actual_label: str


TO_DATE = Pair("estimated_to_date", "Geschat tot nu", "realised_to_date", "Tot nu")
FORECAST = Pair("estimated", "Geschat", "forecast", "Prognose")


def scale_for(unit: str, rows: Sequence[Row]) -> Scale:
    """The unit for these rows."""
    largest = max(
        (
            abs(row.values.get(name) or 0.0)
            for row in rows
            for name in ("estimated", "forecast", "reference_estimated")
        ),
        default=0.0,
    )
    if unit.startswith("kg") and largest >= _TON_FROM:
        return Scale(f"ton{unit[2:]}", 1000.0)
    return Scale(unit, 1.0)


def label_of(row: Row, key: str) -> str:
    """The name of what a row is about."""
    return row.keys[key][1]


def bars(figure_id: str, rows: Sequence[Row], key: str, pair: Pair, scale: Scale, **said: Any) -> dict[str, Any]:
    """Horizontal bars, the promise above what stands beside it."""
    names = [label_of(row, key) for row in rows]
    return {
        "id": figure_id,
        "legend": [
            {"kind": "estimated", "label": pair.promised_label},
            {"kind": "actual", "label": pair.actual_label},
        ],
        "chart": {
            "data": [
                _bar(names, rows, pair.promised, pair.promised_label, "var(--mvi-estimated)", scale),
                _bar(names, rows, pair.actual, pair.actual_label, "var(--mvi-actual)", scale),
            ],
            "layout": {"barmode": "group"},
        },
        **said,
    }


def lines_by_year(figure_id: str, rows: Sequence[Row], scale: Scale, **said: Any) -> dict[str, Any]:
    """Promise and forecast per year as two lines, with the numbers as a table."""
    ordered = sorted(rows, key=lambda row: row.keys["year"][0])
    years = [str(row.keys["year"][0]) for row in ordered]
    return {
        "id": figure_id,
        "legend": [
            {"kind": "line-estimated", "label": FORECAST.promised_label},
            {"kind": "line-actual", "label": FORECAST.actual_label},
        ],
        "chart": {
            "data": [
                _line(years, ordered, "estimated", FORECAST.promised_label, "var(--mvi-estimated)", scale),
                _line(years, ordered, "forecast", FORECAST.actual_label, "var(--mvi-actual)", scale),
            ],
            "layout": {"xaxis": {"type": "category"}},
        },
        "table": {
            "caption": f"Per jaar, {scale.unit}",
            "tight": True,
            "columns": [
                {"label": "Jaar"},
                {"label": "Geschat", "term": "geschat", "num": True},
                {"label": "Prognose", "term": "prognose", "num": True},
                {"label": "Tot nu", "term": "tot-nu", "num": True},
                {"label": "Contracten", "num": True},
            ],
            "rows": [
                [
                    year,
                    scale.said(row.values["estimated"]),
                    scale.said(row.values["forecast"]),
                    scale.said(row.values["realised_to_date"]),
                    formats.number(row.values["contracts"]),
                ]
                for year, row in zip(years, ordered, strict=True)
            ],
        },
        **said,
    }


def changes_by_year(figure_id: str, rows: Sequence[YearChange], scale: Scale, **said: Any) -> dict[str, Any]:
    """Per year of award three bars: on the factors of before, what the new factors do, and as it is now."""
    years = [str(row.year) for row in rows]
    bars_of = (
        ("Eerdere factoren", [row.forecast_before for row in rows], "var(--mvi-estimated)"),
        ("Factorwijziging", [row.forecast_change for row in rows], "var(--mvi-reference)"),
        ("Nieuwe factoren", [row.forecast_after for row in rows], "var(--mvi-actual)"),
    )
    return {
        "id": figure_id,
        "legend": [
            {"kind": "estimated", "label": "Eerdere factoren"},
            {"kind": "change", "label": "Factorwijziging"},
            {"kind": "actual", "label": "Nieuwe factoren"},
        ],
        "chart": {
            "data": [
                {
                    "type": "bar", "name": name, "x": years, "y": [scale.of(value) for value in values],
                    "marker": {"color": colour},
                }
                for name, values, colour in bars_of
            ],
            "layout": {"barmode": "group", "xaxis": {"type": "category"}},
        },
        "table": {
            "caption": f"Factorwijziging per jaar van gunning, {scale.unit}",
            "tight": True,
            "columns": [
                {"label": "Jaar"},
                {"label": "Prognose, eerdere factoren", "num": True},
                {"label": "Factorwijziging", "term": "factorwijziging", "num": True},
                {"label": "Prognose, nieuwe factoren", "num": True},
                {"label": "Factorwijziging van geschat", "num": True},
                {"label": "Contracten", "num": True},
            ],
            "rows": [
                [
                    str(row.year),
                    scale.said(row.forecast_before),
                    formats.change(scale.of(row.forecast_change)),
                    scale.said(row.forecast_after),
                    formats.change(scale.of(row.estimated_change)),
                    formats.number(row.contracts),
                ]
                for row in rows
            ],
        },
        **said,
    }  # fmt: skip


def group_table(
    rows: Sequence[Row], total: Row | None, key: str, scale: Scale, label: str, url: Any
) -> dict[str, Any]:
    """Every measure per group beside the chart; names lead to the same page about one group."""
    columns = [
        {"label": label},
        {"label": "Geschat", "term": "geschat", "num": True, "unit": scale.unit},
        {"label": "Prognose", "term": "prognose", "num": True, "unit": scale.unit},
        {"label": "Verschil, met volume", "term": "volume", "num": True},
        {"label": "Geschat tot nu", "term": "geschat-tot-nu", "num": True, "unit": scale.unit},
        {"label": "Tot nu", "term": "tot-nu", "num": True, "unit": scale.unit},
        {"label": "Vermeden", "term": "vermeden-effect", "num": True, "unit": scale.unit},
        {"label": "Contracten", "num": True},
    ]
    return {
        "caption": f"{label}: geschat, tot nu en prognose in {scale.unit}",
        "tight": True,
        "columns": columns,
        "rows": [[_linked(row, key, url), *_cells(row, scale)] for row in rows],
        "total": ["Totaal", *_cells(total, scale)] if total is not None else None,
    }


def _cells(row: Row, scale: Scale) -> list[str]:
    found = row.values
    return [
        scale.said(found["estimated"]),
        scale.said(found["forecast"]),
        difference(found["estimated"], found["forecast"]),
        scale.said(found["estimated_to_date"]),
        scale.said(found["realised_to_date"]),
        scale.said(found["avoided_forecast"]),
        formats.number(found["contracts"]),
    ]


def difference(before: float | None, after: float | None) -> str:
    """The change in percent; unknown when there is nothing to compare with."""
    if before is None or after is None:
        return formats.UNKNOWN
    if before == 0:
        return "geen" if after == 0 else formats.UNKNOWN
    return formats.percentage_change((after - before) / abs(before))


def _linked(row: Row, key: str, url: Any) -> Any:
    code, name = row.keys[key]
    address = url(code) if url is not None else ""
    return format_html('<a href="{}">{}</a>', address, name) if address else name


def _bar(
    names: Sequence[str], rows: Sequence[Row], measure: str, label: str, colour: str, scale: Scale
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": label,
        "y": list(names),
        "x": [scale.of(row.values[measure]) for row in rows],
        "text": [scale.said(row.values[measure]) for row in rows],
        "textposition": "outside",
        "hoverinfo": "skip",
        "marker": {"color": colour},
    }


def _line(
    years: Sequence[str], rows: Sequence[Row], measure: str, label: str, colour: str, scale: Scale
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": label,
        "x": list(years),
        "y": [scale.of(row.values[measure]) for row in rows],
        "line": {"color": colour, "width": 3},
        "marker": {"color": colour, "size": 8},
    }
