"""The calendar years of a contract with those of its reference, as they are stored and shown.

Source: method, sections 4 (bought reference) and 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from contracts.selectors import YearTable
from indicators.calculation.actual import Actual
from indicators.calculation.factors import Bools, Floats

if TYPE_CHECKING:
    from .assessing import Assessment

Moments = Mapping[str, Floats]
"""What the reference adds per item-year of a line: when items are `made`, `used` and have `ended`, (I,) each."""


def year_table(found: Assessment, place: int) -> YearTable:
    """The yearly series of one indicator; NaN in a year of which something runs and nothing is known.

    The reference stands in the same years as what is compared with it: in the spread view it goes with use, in
    the realised view it is made when the items are delivered.
    """
    years = found.whole.years
    values: dict[tuple[str, str], Floats] = {}
    for view in ("spread", "realised"):
        references = {column: _references(found, view, column) for column in ("estimated", "forecast")}
        for measure in ("estimated", "forecast", "realised"):
            unknown = _unknown(found, place, (view, measure), references.get(measure))
            values[view, measure] = np.where(unknown, np.nan, years.values[view, measure][:, place])
        for column, tables in references.items():
            whole = np.zeros(len(years.values[view, column]))
            for line, table in zip(found.lines, tables, strict=True):
                whole[_places(found, line)] += table[:, place]
            values[view, f"reference_{column}"] = whole
    return YearTable(years.first_year, values)


def _references(found: Assessment, view: str, column: str) -> list[Floats]:
    """(Y, I) per line, in the years of the line."""
    tables = []
    for line, reference in zip(found.lines, found.moments, strict=True):
        years = line.years.item_years
        own = [(years[column, when if view == "realised" else "used"], each) for when, each in reference.items()]
        tables.append(np.asarray(np.sum([np.outer(*pair) for pair in own], axis=0)))
    return tables


def _unknown(found: Assessment, place: int, series: tuple[str, str], references: Sequence[Floats] | None) -> Bools:
    """(Y,) where lines of which this indicator is not known have something, going by the other indicators and the
    reference, and lines of which it is known have nothing."""
    known, unknown = np.zeros((2, len(found.whole.years.values[series])), dtype=bool)
    for number, line in enumerate(found.lines):
        amounts = [line.years.values[series], *([] if references is None else [references[number]])]
        something = (np.nan_to_num(np.hstack(amounts)) != 0).any(axis=1)
        (unknown if np.isnan(line.estimated[place]) else known)[_places(found, line)] |= something
    return np.asarray(unknown & ~known)


def _places(found: Assessment, line: Actual) -> slice:
    start = line.years.first_year - found.whole.years.first_year
    return slice(start, start + len(line.years.item_years["estimated", "used"]))
