"""Charts with the same numbers as a table beside them: Plotly figures as data, drawn by charts.js."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html

from contracts.models import MEASURES
from mvi_dashboard.ground import formats
from reporting.selectors import Row, YearChange

_TON_FROM = 10_000
_KG_IN_TON = 1000.0
_KG = "kg"


@dataclass(frozen=True)
class Scale:
    """The unit of one indicator on one page, with one number of decimals: an amount is the same everywhere there.

    Kilograms become tons for all indicators of a page together (`in_tons`): the two never stand on one page.
    """

    unit: str
    divisor: float
    decimals: int

    def of(self, value: float | None) -> float | None:
        """The value in this unit."""
        return None if value is None else value / self.divisor

    def said(self, value: float | None) -> str:
        """The value as people read it, or "onbekend"."""
        return formats.number(self.of(value), self.decimals)

    def step(self, before: float | None, after: float | None) -> str:
        """The difference between two numbers as they are shown, with its sign."""
        if before is None or after is None:
            return formats.UNKNOWN
        shown = [formats.rounded(value / self.divisor, self.decimals) for value in (before, after)]
        return formats.change(shown[1] - shown[0], self.decimals)

    def column(self, parts: Sequence[float | None], total: float | None) -> tuple[list[str], str]:
        """A column with its total: what is shown adds up."""
        whole = math.nan if total is None else total / self.divisor
        return formats.adding_up([self.of(part) for part in parts], whole, decimals=self.decimals)


@dataclass(frozen=True)
class Pair:
    """The two measures that may be compared in a year view: the promise, and what stands beside it."""

    promised: str
    actual: str

    @property
    def promised_label(self) -> str:
        """What the promise is called."""
        return MEASURES[self.promised].label

    @property
    def actual_label(self) -> str:
        """What stands beside it is called."""
        return MEASURES[self.actual].label


TO_DATE = Pair("estimated_to_date", "realised_to_date")
FORECAST = Pair("estimated", "forecast")


def in_tons(about: Row, others: Sequence[Row] = ()) -> bool:
    """Whether a page writes kilograms as tons: by the size of what it is about, or, when that is no kilograms, by
    the largest of the others."""
    rows = [about] if about.unit.startswith(_KG) else [row for row in others if row.unit.startswith(_KG)]
    return max(map(abs, _amounts(rows)), default=0.0) >= _TON_FROM


def scale_for(row: Row, *, tons: bool) -> Scale:
    """The unit and the digits for the numbers of this indicator on a page with tons, or with kilograms."""
    unit, divisor = row.unit, 1.0
    if tons and unit.startswith(_KG):
        unit, divisor = f"ton{unit.removeprefix(_KG)}", _KG_IN_TON
    return Scale(unit, divisor, formats.decimals_of(amount / divisor for amount in _amounts([row])))


def _amounts(rows: Sequence[Row]) -> list[float]:
    names = ("estimated", "forecast", "realised_to_date")
    return [amount for row in rows for name in names if (amount := row.values.get(name)) is not None]


def label_of(row: Row, key: str) -> str:
    """The name of what a row is about."""
    return row.keys[key][1]


def bars(
    figure_id: str, rows: Sequence[Row], whole: Row, key: str, pair: Pair, scale: Scale, **said: Any
) -> dict[str, Any]:
    """Horizontal bars, the promise above what stands beside it; with the numbers of the table beside them."""
    names = [label_of(row, key) for row in rows]
    return {
        "id": figure_id,
        "legend": [
            {"kind": "estimated", "label": pair.promised_label},
            {"kind": "actual", "label": pair.actual_label},
        ],
        "chart": {
            "data": [
                _bar(names, rows, whole, pair.promised, pair.promised_label, "var(--mvi-estimated)", scale),
                _bar(names, rows, whole, pair.actual, pair.actual_label, "var(--mvi-actual)", scale),
            ],
            "layout": {"barmode": "group"},
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
                {"label": "Factorwijziging van beloofd", "num": True},
                {"label": "Contracten", "num": True},
            ],
            "rows": [
                [
                    str(row.year),
                    scale.said(row.forecast_before),
                    scale.step(row.forecast_before, row.forecast_after),
                    scale.said(row.forecast_after),
                    scale.step(row.estimated_before, row.estimated_after),
                    formats.number(row.contracts),
                ]
                for row in rows
            ],
        },
        **said,
    }  # fmt: skip


_AMOUNTS = ("estimated", "forecast", "estimated_to_date", "realised_to_date", "avoided_forecast")


def group_table(
    rows: Sequence[Row], total: Row | None, key: str, scale: Scale, label: str, url: Any
) -> dict[str, Any]:
    """Every measure per group beside the chart; names lead to the same page about one group.

    The promise until now exists in the year of award only: elsewhere it has no column.
    """
    every = [*rows, total] if total is not None else rows
    amounts = [
        name
        for name in _AMOUNTS
        if name != "estimated_to_date" or any(row.values[name] is not None for row in every)
    ]
    columns = [MEASURES[name].table_head | {"unit": scale.unit} for name in amounts]
    columns.insert(2, {"label": "Verschil, met volume", "term": "volume", "num": True})
    cells = _cells(rows, total, amounts, scale)
    return {
        "caption": f"{label}: beloofd, tot nu en prognose in {scale.unit}",
        "tight": True,
        "columns": [{"label": label}, *columns, {"label": "Contracten", "num": True}],
        "rows": [[_linked(row, key, url), *cells[place]] for place, row in enumerate(rows)],
        "total": ["Totaal", *cells[-1]] if total is not None else None,
    }


def _cells(rows: Sequence[Row], total: Row | None, names: Sequence[str], scale: Scale) -> list[list[str]]:
    """The cells of these rows and of their total, so rounded that each column adds up."""
    columns = []
    for name in names:
        texts, whole = scale.column(
            [row.values[name] for row in rows], None if total is None else total.values[name]
        )
        columns.append([*texts, whole])
    every = [*rows, total] if total is not None else rows
    return [
        [
            *(column[place] for column in columns[:2]),
            difference(*row.deviation),
            *(column[place] for column in columns[2:]),
            formats.number(row.values["contracts"]),
        ]
        for place, row in enumerate(every)
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
    names: Sequence[str], rows: Sequence[Row], whole: Row, measure: str, label: str, colour: str, scale: Scale
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": label,
        "y": list(names),
        "x": [scale.of(row.values[measure]) for row in rows],
        "text": scale.column([row.values[measure] for row in rows], whole.values[measure])[0],
        "textposition": "outside",
        "hoverinfo": "skip",
        "marker": {"color": colour},
    }
