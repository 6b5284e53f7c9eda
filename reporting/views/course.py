"""How the totals go over the years: every year equally wide, a year without data a gap, and what a year means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.models import MEASURES
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Column, Mark, Years
from reporting.selectors import Row

from .figures import Scale

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
        "einde in het jaar van afvoer. Is een contract verlengd, dan is voor die jaren per jaar evenveel beloofd."
    ),
}
_COLUMNS = ("estimated", "forecast", "realised_to_date")


def by_year(
    figure_id: str, rows: Sequence[Row], scale: Scale, *, by_award: bool, now: int, title: str, source: str
) -> Years:
    """The figure with its table. Effects of whole lives are columns: as a line they would look like a trend."""
    found = {int(row.keys["year"][0]): row for row in rows}
    years = list(range(min(found), max(found) + 1)) if found else []
    columns = {code: _column(code, years, found, scale) for code in _COLUMNS}
    contracts = [formats.number(found[year].values["contracts"]) if year in found else "0" for year in years]
    return Years(
        id=figure_id,
        title=title,
        unit=scale.unit,
        source=source,
        first=years[0] if years else now,
        lines=not by_award,
        names=[str(year) for year in years],
        marks=_bars(columns) if by_award else _lines(columns, years, now),
        columns=[*columns.values(), Column("Contracten", contracts)],
        head="Jaar",
        caption=f"Per jaar, {scale.unit}",
    )


def _column(code: str, years: Sequence[int], found: dict[int, Row], scale: Scale) -> Column:
    """One value per year; none where there is nothing, so that a line stops and starts again."""
    values = [found[year].values[code] if year in found else None for year in years]
    measure = MEASURES[code]
    return Column(
        measure.label, [scale.said(value) for value in values], [scale.of(value) for value in values], measure.term
    )


def _lines(columns: Mapping[str, Column], years: Sequence[int], now: int) -> list[Mark]:
    """The promise, what happened in closed years, and a dashed line to what is still forecast."""
    still_open, closed = [year >= now - 1 for year in years], [year < now for year in years]
    return [
        Mark(columns["estimated"], "estimated"),
        Mark(columns["forecast"], "forecast", "Prognose (dit jaar en later)", where=still_open),
        Mark(columns["forecast"], "actual", "Gebeurd (gesloten jaren)", where=closed),
    ]


def _bars(columns: Mapping[str, Column]) -> list[Mark]:
    return [Mark(columns["estimated"], "estimated"), Mark(columns["forecast"], "actual")]
