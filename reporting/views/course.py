"""How the totals go over the years: every year equally wide, a year without data a gap, and what a year means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from contracts.models import MEASURES
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Column, Mark, Years
from reporting.selectors import Row

from .figures import RANGE_LABEL, Scale, said_between

MEANS = {
    "purchase": (
        "Een jaar is hier het jaar van gunning. Een contract telt met zijn hele levensduur in dat ene jaar. "
        "Daarom is dit geen trend. Beloofd is wat bij de gunning is beloofd. Is een contract daarna verlengd, dan "
        "telt die tijd wel in de prognose en in beloofd tot nu."
    ),
    "spread": (
        "Een jaar is hier een kalenderjaar. Maken telt gelijk verdeeld over de jaren waarin iets meegaat, gebruik "
        "in het jaar zelf. Is een contract verlengd, dan is voor die jaren per jaar evenveel beloofd."
    ),
    "realised": (
        "Een jaar is hier een kalenderjaar. Maken telt in het jaar van levering, gebruik in het jaar zelf en het "
        "einde in het jaar van afvoer. Een contract telt mee in de jaren waarin er iets van valt. Is een contract "
        "verlengd, dan is voor die jaren per jaar evenveel beloofd."
    ),
}
_COLUMNS = ("estimated", "forecast", "realised_to_date")
_FORECAST = MEASURES["forecast"].label


def by_year(
    figure_id: str, rows: Sequence[Row], scale: Scale, *,
    by_award: bool, now: int, whole: Row | None, withheld: bool, title: str, source: str,
) -> Years:  # fmt: skip
    """The figure with its table. Effects of whole lives are columns: as a line they would look like a trend.

    `whole`: the total of these years where it stands on the page, so that they add up to it. `withheld`: there may
    be years that are not told, so that a year without anything is not known to have nothing.
    """
    found = {int(row.keys["year"][0]): row for row in rows}
    years = list(range(min(found), max(found) + 1)) if found else []
    absent = formats.UNKNOWN if withheld else "geen"
    columns = {code: _column(code, years, found, scale, whole, absent) for code in _COLUMNS}
    if not by_award:
        columns["realised_to_date"] = _not_begun(columns["realised_to_date"], years, found, now)
    between = _between(years, found, scale, absent)
    contracts = [formats.number(found[year].values["contracts"]) if year in found else "0" for year in years]
    # A contract counts in every calendar year in which it runs, so only years of award add up.
    of_years = [row.values["contracts"] for row in found.values()]
    adds_up = by_award and whole is not None and _adds_up(of_years, whole.values["contracts"])
    counted = formats.number(whole.values["contracts"]) if adds_up and whole is not None else ""
    return Years(
        id=figure_id,
        title=title,
        unit=scale.unit,
        source=source,
        first=years[0] if years else now,
        lines=not by_award,
        names=[str(year) for year in years],
        marks=_with_ends(_bars(columns) if by_award else _lines(columns, years, now), years, found, scale),
        range_label=RANGE_LABEL if any(scale.ends(row, "forecast") for row in rows) else "",
        columns=[*columns.values(), *between, Column("Contracten", contracts, total=counted)],
        head="Jaar",
        caption=f"Per jaar, {scale.unit}",
    )


def _column(
    code: str, years: Sequence[int], found: dict[int, Row], scale: Scale, whole: Row | None, absent: str
) -> Column:
    """One value per year; none where there is nothing, so that a line stops and starts again."""
    values = [found[year].values[code] if year in found else None for year in years]
    texts, total = [scale.said(value) for value in values], ""
    if whole is not None:
        texts, total = scale.column(values, whole.values[code])
        total = total if _adds_up([row.values[code] for row in found.values()], whole.values[code]) else ""
    said = [text if year in found else absent for year, text in zip(years, texts, strict=True)]
    measure = MEASURES[code]
    return Column(measure.label, said, [scale.of(value) for value in values], measure.term, total)


def _adds_up(parts: Sequence[float | None], whole: float | None) -> bool:
    """Whether these years are all there is of this total: one that is unknown, or not told, is in no footing."""
    if whole is None or not parts or any(part is None for part in parts):
        return False
    return math.isclose(sum(part or 0.0 for part in parts), whole, rel_tol=1e-9, abs_tol=1e-9)


def _between(years: Sequence[int], found: dict[int, Row], scale: Scale, absent: str) -> list[Column]:
    """Between what the forecast of each year lies; no column where no year has bounds."""
    if not any(row.bounded for row in found.values()):
        return []
    said = [said_between(scale, found[year]) if year in found else absent for year in years]
    return [Column("Prognose, tussen grenzen", said, term="bandbreedte")]


def _with_ends(marks: list[Mark], years: Sequence[int], found: dict[int, Row], scale: Scale) -> list[Mark]:
    """The same, with a range at the forecast of each year that has one."""
    ends = [scale.ends(found[year], "forecast") if year in found else None for year in years]
    return [replace(mark, bounds=ends) if mark.column.label == _FORECAST else mark for mark in marks]


def _not_begun(column: Column, years: Sequence[int], found: dict[int, Row], now: int) -> Column:
    """The same, without an amount to date in years that are still to come."""
    texts = [
        "n.v.t." if year > now and year in found else text for year, text in zip(years, column.texts, strict=True)
    ]
    return replace(column, texts=texts)


def _lines(columns: Mapping[str, Column], years: Sequence[int], now: int) -> list[Mark]:
    """The promise, the forecast as a dashed line, and what happened in closed years: the columns of the table."""
    closed = [year < now for year in years]
    return [
        Mark(columns["estimated"], "estimated"),
        Mark(columns["forecast"], "forecast"),
        Mark(columns["realised_to_date"], "actual", "Gebeurd: tot nu in gesloten jaren", where=closed),
    ]


def _bars(columns: Mapping[str, Column]) -> list[Mark]:
    return [Mark(columns["estimated"], "estimated"), Mark(columns["forecast"], "actual")]
