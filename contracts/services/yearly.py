"""The calendar years of a contract with those of its reference, as they are stored and shown.

Source: method, sections 2b, 4 (bought reference) and 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from contracts.selectors import BOUNDED_SERIES, VIEWS, YearBounds, YearTable
from indicators.calculation.actual import Actual
from indicators.calculation.factors import Bools, Floats

from .between import Ends, Wide, ends_of

if TYPE_CHECKING:
    from .assessing import Assessment

Series = tuple[str, str]
"""A year view and a measure"""


def year_table(found: Assessment, place: int) -> YearTable:
    """The yearly series of one indicator; NaN in a year of which something runs and nothing is known.

    The reference stands in the same years as what is compared with it: in the spread view it goes with use, in
    the realised view it is made when the items are delivered.
    """
    wide = found.wide
    years = wide.whole.years
    values: dict[Series, Floats] = {}
    for view in VIEWS:
        references = {column: _references(wide, view, column) for column in ("estimated", "forecast")}
        for measure in ("estimated", "forecast", "realised"):
            unknown = _unknown(wide, place, (view, measure), references.get(measure))
            values[view, measure] = np.where(unknown, np.nan, years.values[view, measure][:, place])
        for column, tables in references.items():
            values[view, f"reference_{column}"] = _joined(wide, tables)[:, place]
    return YearTable(years.first_year, values)


def year_ends(wide: Wide) -> dict[Series, Ends] | None:
    """Per year view and series between what each year of each indicator lies, (Y, I) twice; None without ranges.

    NaN where a year lies between no bounds. What is avoided in a year is the reference less the effect on the
    ranges of both.
    """
    if not wide.has_ranges:
        return None
    tables: dict[Series, Floats] = {}
    for view in VIEWS:
        for measure in ("estimated", "forecast", "realised"):
            tables[view, measure] = wide.whole.years.values[view, measure]
        for column in ("estimated", "forecast"):
            reference = tables[view, f"reference_{column}"] = _joined(wide, _references(wide, view, column))
            tables[view, f"avoided_{column}"] = reference - tables[view, column]
    low, high = ends_of(wide.factors, np.stack(list(tables.values())))
    return {key: (low[n], high[n]) for n, key in enumerate(tables)}


def year_bounds(table: YearTable, ends: Mapping[Series, Ends] | None, place: int) -> YearBounds | None:
    """Of one indicator; None when nothing of it lies between bounds. What is unknown of a year has none."""
    if ends is None:
        return None
    found = {}
    for view in VIEWS:
        for series in BOUNDED_SERIES:
            unknown = np.isnan(sum(table.values[view, name] for name in _made_of(series)))
            low, high = (np.where(unknown, np.nan, each[:, place]) for each in ends[view, series])
            found[view, series] = (low, high)
    return None if all(np.isnan(low).all() for low, _high in found.values()) else found


def _made_of(series: str) -> tuple[str, ...]:
    column = series.removeprefix("avoided_")
    return (series,) if column == series else (column, f"reference_{column}")


def _references(wide: Wide, view: str, column: str) -> list[Floats]:
    """(Y, I + K) per line, in the years of the line."""
    tables = []
    for line, reference in zip(wide.lines, wide.moments, strict=True):
        years = line.years.item_years
        own = [(years[column, when if view == "realised" else "used"], each) for when, each in reference.items()]
        tables.append(np.asarray(np.sum([np.outer(*pair) for pair in own], axis=0)))
    return tables


def _joined(wide: Wide, tables: Sequence[Floats]) -> Floats:
    """(Y, I + K) of all lines together, in the years of the contract."""
    whole = np.zeros_like(wide.whole.years.values[VIEWS[0], "estimated"])
    for line, table in zip(wide.lines, tables, strict=True):
        whole[_places(wide, line)] += table
    return whole


def _unknown(wide: Wide, place: int, series: Series, references: Sequence[Floats] | None) -> Bools:
    """(Y,) where lines of which this indicator is not known have something, going by the other indicators and the
    reference, and lines of which it is known have nothing."""
    width = len(wide.factors.indicators)
    known, unknown = np.zeros((2, len(wide.whole.years.values[series])), dtype=bool)
    for number, line in enumerate(wide.lines):
        amounts = [line.years.values[series], *([] if references is None else [references[number]])]
        something = np.any([(np.nan_to_num(each[:, :width]) != 0).any(axis=1) for each in amounts], axis=0)
        (unknown if np.isnan(line.estimated[place]) else known)[_places(wide, line)] |= something
    return np.asarray(unknown & ~known)


def _places(wide: Wide, line: Actual) -> slice:
    start = line.years.first_year - wide.whole.years.first_year
    return slice(start, start + len(line.years.item_years["estimated", "used"]))
