"""The calendar years of a contract, in the two views that need its records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.html import format_html

from contracts.models import MEASURES
from contracts.selectors import YearBounds
from contracts.services import Assessment, year_table
from contracts.services.yearly import year_bounds, year_ends
from indicators.calculation.factors import Floats
from mvi_dashboard.ground import formats, wording
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.rounding import Shown

from .bridges import years_words

VIEWS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "spread",
        "Uitgesmeerd over de levensduur",
        "Maken telt gelijk verdeeld over de jaren van gebruik, met de beloofde afdanking. "
        "Tot nu eindigt op de dag van de stand: wat nog wordt gebruikt, is dan voor een deel afgeschreven.",
        {"label": "Tot nu afgeschreven", "term": "uitgesmeerd"},
    ),
    (
        "realised",
        "Jaar waarin het gebeurt",
        "Maken telt in het jaar van levering, gebruik in het jaar zelf.",
        {},
    ),
)
_COLUMNS = ("estimated", "realised_to_date", "forecast", "reference_forecast")


def year_tables(found: Assessment, place: int, unit: str, decimals: int) -> list[dict[str, Any]]:
    """One table per view; each column adds up to the total of the contract."""
    table, page = year_table(found, place), Shown()
    ends = year_bounds(table, year_ends(found.wide), place)
    longer = _other_time(found)
    tables = []
    for view, title, note, here in VIEWS:
        columns = [np.asarray(table.values[view, MEASURES[name].series], dtype=float) for name in _COLUMNS]
        kept = [n for n in range(len(columns[0])) if any(column[n] != 0 for column in columns)]
        written = [_column(column[kept], decimals, page) for column in columns]
        between = [_between(ends, (view, MEASURES[name].series), kept, decimals) for name in _COLUMNS]
        rows = [
            [
                str(table.first_year + n),
                *(_with(texts[at], said[at]) for (texts, _total), said in zip(written, between, strict=True)),
            ]
            for at, n in enumerate(kept)
        ]
        tables.append(
            {
                "title": worded(title),
                "note": f"{worded(note)}{longer}",
                "caption": f"{worded(title)}, {worded(unit)}",
                "tight": True,
                "columns": [
                    {"label": worded("Jaar")},
                    *(
                        MEASURES[name].table_head | (here if name == "realised_to_date" else {})
                        for name in _COLUMNS
                    ),
                ],
                "rows": rows,
                "total": [worded("Totaal"), *(total for _texts, total in written)],
            }
        )
    return tables


def _between(ends: YearBounds | None, series: tuple[str, str], kept: Sequence[int], decimals: int) -> list[str]:
    """Per year between what it lies; empty where that is one value."""
    if ends is None:
        return [""] * len(kept)
    low, high = ends[series]
    return ["" if np.isnan(low[n]) else wording.between(low[n], high[n], decimals) for n in kept]


def _with(text: str, between: str) -> str:
    return format_html('{} <span class="sub">{}</span>', text, between) if between else text


def _other_time(found: Assessment) -> str:
    """Why the promises of the years make another sum than what was promised at the award; else empty."""
    years = years_words(found.whole) if found.whole.consumed else ""
    if not years:
        return ""
    return worded(
        " Beloofd geldt hier voor elk jaar van het contract zoals dat nu loopt ({years}): "
        "per jaar is evenveel beloofd.",
        years=years,
    )


def _column(values: Floats, decimals: int, page: Shown) -> tuple[list[str], str]:
    """The numbers of one column with their total; what is not known of one year is not known of all.

    A year that is over is the same number to date and in the forecast, so it is shown as the same."""
    known = [None if np.isnan(value) else float(value) for value in values]
    total = math.nan if None in known else None
    return formats.adding_up(known, total, decimals=decimals, page=page)
