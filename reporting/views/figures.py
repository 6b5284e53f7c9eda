"""Charts and tables of totals, in one unit with one number of decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from contracts.models import MEASURES
from mvi_dashboard.ground import formats, wording
from mvi_dashboard.ground.charts import Bars, Column, Mark, Years, table_of
from mvi_dashboard.ground.rounding import Shown
from reporting.selectors import Row, YearChange

_TON_FROM = 10_000
_KG_IN_TON = 1000.0
_KG = "kg"
NOTHING_PROMISED, TOO_SMALL = "niets beloofd", "te klein"
"""Where there is no percentage: of nothing, and of numbers that are too small here to show a difference"""
BETWEEN = "between"
RANGE_LABEL = "Tussen grenzen: van de laagste tot de hoogste uitkomst"
_MUCH = 9
_BORNE_OUT = 0.15
"""How far a percentage may be from that of the rounded numbers beside it"""


@dataclass(frozen=True)
class Scale:
    """The unit of one indicator on one page, with one number of decimals: an amount is the same everywhere there.

    Kilograms become tons for all indicators of a page together (`in_tons`): the two never stand on one page.
    """

    unit: str
    divisor: float
    decimals: int
    shown: Shown = field(default_factory=Shown, compare=False)
    """what stands on the page: a number that comes back is the same"""

    def of(self, value: float | None) -> float | None:
        """The value in this unit."""
        return None if value is None else value / self.divisor

    def said(self, value: float | None) -> str:
        """The value as people read it, or "onbekend"."""
        return formats.on_page(self.of(value), self.decimals, self.shown)

    def amount(self, value: float | None) -> str:
        """The same with its unit; what is unknown has none."""
        return formats.UNKNOWN if value is None else f"{self.said(value)} {self.unit}"

    def between(self, row: Row, measure: str) -> str:
        """Between what a measure lies, in words; empty where that is one value, or may not be told."""
        ends = self.ends(row, measure)
        return "" if ends is None else wording.between(*ends, self.decimals)

    def ends(self, row: Row, measure: str) -> tuple[float, float] | None:
        """The same to draw."""
        found = row.bounds(measure)
        return None if found is None else (found[0] / self.divisor, found[1] / self.divisor)

    def step(self, before: float | None, after: float | None) -> str:
        """The difference between two numbers as they are shown, with its sign."""
        if before is None or after is None:
            return formats.UNKNOWN
        first, second = self._shown(before), self._shown(after)
        return formats.change(second - first, self.decimals)

    def difference(
        self, before: float | None, after: float | None, *, beside: tuple[str, str] | None = None
    ) -> str:
        """The change in percent, as far as the numbers that are shown bear it out: those `beside` it in its row,
        or else as they stand on the page."""
        if before is None or after is None:
            return formats.UNKNOWN
        if before == after:
            return "geen" if not after else formats.percentage_change(0)
        if before == 0:
            return NOTHING_PROMISED
        exact = (after - before) / abs(before)
        first, second = map(_as_read, beside) if beside else (self._shown(before), self._shown(after))
        if after and not second and abs(exact) < _MUCH:
            return TOO_SMALL
        said = float((second - first) / abs(first)) if first else math.inf
        if said * exact < 0:
            return TOO_SMALL
        if abs(said - exact) <= _BORNE_OUT * max(1.0, abs(exact)):
            return formats.percentage_change(exact)
        return (
            TOO_SMALL if abs(exact) < _MUCH else formats.compared(math.copysign(math.inf, exact)).split(" dan")[0]
        )

    def _shown(self, value: float) -> Decimal:
        return self.shown.once(formats.decimal(value / self.divisor), self.decimals)

    def column(self, parts: Sequence[float | None], total: float | None) -> tuple[list[str], str]:
        """A column with its total: what is shown adds up."""
        whole = math.nan if total is None else total / self.divisor
        return formats.adding_up([self.of(part) for part in parts], whole, decimals=self.decimals, page=self.shown)


def _as_read(text: str) -> Decimal:
    """The number that stands in a cell."""
    return Decimal(text.replace(".", "").replace(",", ".").replace(formats.MINUS, "-"))


@dataclass(frozen=True)
class Pair:
    """The two measures that may be compared in a year view: the promise, and what stands beside it."""

    promised: str
    actual: str


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


_AMOUNTS = ("estimated", "forecast", "estimated_to_date", "realised_to_date", "avoided_forecast")


def measure_column(code: str, rows: Sequence[Row], total: Row | None, scale: Scale, unit: str = "") -> Column:
    """One measure of these rows and of their total, so rounded that the column adds up."""
    values = [row.values[code] for row in rows]
    texts, whole = scale.column(values, None if total is None else total.values[code])
    drawn, measure = [scale.of(value) for value in values], MEASURES[code]
    return Column(measure.label, texts, drawn, measure.term, whole if total is not None else "", unit)


def group_columns(rows: Sequence[Row], total: Row | None, scale: Scale) -> dict[str, Column]:
    """Every measure of these rows, in the order of the table, with the difference and the number of contracts.

    The promise until now exists in the year of award only: elsewhere it has no column.
    """
    every = [*rows, total] if total is not None else list(rows)
    codes = [
        code
        for code in _AMOUNTS
        if code != "estimated_to_date" or any(row.values[code] is not None for row in every)
    ]
    found = {code: measure_column(code, rows, total, scale, scale.unit) for code in codes}
    changed = _differences(every, found, scale, whole=total is not None)
    last = between_column(rows, total, scale) | {"contracts": contracts_column(rows, total)}
    return dict([*list(found.items())[:2], ("difference", changed), *list(found.items())[2:]]) | last


def _differences(every: Sequence[Row], columns: dict[str, Column], scale: Scale, *, whole: bool) -> Column:
    """The difference of each row, and of the total behind them, as far as the numbers in the row bear it out."""
    beside = [(*columns[code].texts, columns[code].total) for code in ("estimated", "forecast")]
    texts = []
    for row, first, second in zip(every, *beside, strict=False):
        own = row.deviation == (row.values["estimated"], row.values["forecast"])
        texts.append(scale.difference(*row.deviation, beside=(first, second) if own else None))
    parts, last = (texts[:-1], texts[-1]) if whole else (texts, "")
    return Column("Verschil, met volume", parts, term="volume", total=last)


def between_column(rows: Sequence[Row], total: Row | None, scale: Scale) -> dict[str, Column]:
    """Between what the forecast of these rows lies; no column where none of them has bounds."""
    every = [*rows, total] if total is not None else list(rows)
    if not any(row.bounded for row in every):
        return {}
    return {BETWEEN: _words("Prognose, tussen grenzen", rows, total, partial(said_between, scale), "bandbreedte")}


def said_between(scale: Scale, row: Row, measure: str = "forecast") -> str:
    """Between what a measure lies; `geen` where that is one value."""
    return scale.between(row, measure) or ("niet te vertellen" if row.bounds_hidden else "geen")


def contracts_column(rows: Sequence[Row], total: Row | None) -> Column:
    """Of how many contracts these rows are."""
    return _words("Contracten", rows, total, lambda row: formats.number(row.values["contracts"]))


def _words(
    label: str, rows: Sequence[Row], total: Row | None, said: Callable[[Row], str], term: str = ""
) -> Column:
    return Column(label, [said(row) for row in rows], term=term, total="" if total is None else said(total))


def groups_chart(
    figure_id: str, rows: Sequence[Row], whole: Row, key: str, pair: Pair, scale: Scale,
    *, label: str, links: Sequence[str], title: str, source: str,
) -> Bars:  # fmt: skip
    """Horizontal bars, the promise above what stands beside it, with every measure in the table beside them."""
    columns = group_columns(rows, whole, scale)
    # What may be told of nothing is in no table, and drawn as unknown.
    promised, actual = (
        Mark(
            columns.get(code) or measure_column(code, rows, whole, scale),
            kind,
            bounds=[scale.ends(row, code) for row in rows],
        )
        for code, kind in ((pair.promised, "estimated"), (pair.actual, "actual"))
    )
    between = any(ends is not None for mark in (promised, actual) for ends in mark.bounds)
    return Bars(
        id=figure_id,
        title=title,
        unit=f"{promised.said} en {actual.said.lower()}, {scale.unit}",
        source=source,
        names=[label_of(row, key) for row in rows],
        marks=[promised, actual],
        range_label=RANGE_LABEL if between else "",
        columns=list(columns.values()),
        head=label,
        caption=_caption(label, scale),
        links=links,
    )


def group_table(
    rows: Sequence[Row], total: Row | None, key: str, scale: Scale, label: str, links: Sequence[str] = ()
) -> dict[str, Any]:
    """The same table without a chart."""
    names = [label_of(row, key) for row in rows]
    columns = list(group_columns(rows, total, scale).values())
    return table_of(label, names, columns, caption=_caption(label, scale), links=links)


def _caption(label: str, scale: Scale) -> str:
    return f"{label}: beloofd, tot nu en prognose in {scale.unit}"


def changes_by_year(
    figure_id: str, rows: Sequence[YearChange], scale: Scale, *, title: str, unit: str, source: str
) -> Years:
    """Per year of award three columns: on the factors of before, what the new factors do, and as it is now.

    A year in which nothing was awarded is a gap; its numbers do not exist.
    """
    found = {row.year: row for row in rows}
    first, last = min(found), max(found)
    columns = _columns_of_change([found.get(year) for year in range(first, last + 1)], scale)
    return Years(
        id=figure_id,
        title=title,
        unit=unit,
        source=source,
        first=first,
        lines=False,
        names=[str(year) for year in range(first, last + 1)],
        marks=[
            Mark(columns[0], "estimated", "Eerdere factoren"),
            Mark(columns[1], "change"),
            Mark(columns[2], "actual", "Nieuwe factoren"),
        ],
        columns=columns,
        head="Jaar",
        caption=f"Factorwijziging per jaar van gunning, {scale.unit}",
    )


def _columns_of_change(every: Sequence[YearChange | None], scale: Scale) -> list[Column]:
    def column(
        label: str, said: Callable[[YearChange], str], drawn: Callable[[YearChange], float | None] | None = None
    ) -> Column:
        values = [] if drawn is None else [None if row is None else scale.of(drawn(row)) for row in every]
        return Column(label, [formats.UNKNOWN if row is None else said(row) for row in every], values)

    changed = column(
        "Factorwijziging",
        lambda row: scale.step(row.forecast_before, row.forecast_after),
        lambda row: row.forecast_change,
    )
    return [
        column(
            "Prognose, eerdere factoren",
            lambda row: scale.said(row.forecast_before),
            lambda row: row.forecast_before,
        ),
        replace(changed, term="factorwijziging"),
        column(
            "Prognose, nieuwe factoren", lambda row: scale.said(row.forecast_after), lambda row: row.forecast_after
        ),
        column("Factorwijziging van beloofd", lambda row: scale.step(row.estimated_before, row.estimated_after)),
        Column("Contracten", [formats.number(0 if row is None else row.contracts) for row in every]),
    ]
