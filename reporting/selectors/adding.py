"""How effects of contracts add up: by the database in the year of award, as series in the other year views.

Stored totals and totals per contract or supplier both come from here, so that they are equal to the digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

import numpy as np
from django.db.models import Aggregate, Count, F, Q, Sum

from contracts.models import BOUNDS, ENDS, MEASURES, bound_of
from contracts.selectors import unpack_bounds, unpack_years
from indicators.calculation import years
from indicators.calculation.factors import Floats
from reporting.models.cells import COUNTED, SUMMED, WITHOUT_FORECAST

from .hidden import AVOIDED

_SERIES = {code: measure.series for code, measure in MEASURES.items() if measure.series}
_BOUNDED_SERIES = _SERIES | {name: name for name in AVOIDED}
YEARLY_FIELDS = ("spread_first_year", "spread", "spread_bounds", "year", "complete", *_SERIES, *AVOIDED)
"""What :func:`yearly_values` needs of an effect"""

RUNNING = years.MEASURES
"""The series that are NaN in a year of which something runs and nothing is known"""


def effect_sums() -> dict[str, Aggregate]:
    """What to annotate on effects to get every measure and count of the purchase view as `sum_<name>`."""
    counts = {
        "contracts": Count("pk"),
        "contracts_with_reference": Count("reference_estimated"),
        "incomplete_contracts": Count("pk", filter=Q(complete=False)),
    }
    sums: dict[str, Aggregate] = {name: Sum(name) for name in SUMMED if name not in _COMPUTED}
    sums |= distances() | _COMPUTED | counts | {f"new_{name}": count for name, count in counts.items()}
    return {f"sum_{name}": found for name, found in sums.items()}


_COMPUTED: dict[str, Aggregate] = {
    "function_promise": Sum(F("estimated") + F("function_quantity")),
    "function_known": Sum("function_forecast", filter=Q(function_quantity__isnull=False)),
}


def distances() -> dict[str, Aggregate]:
    """Per bound how far it lies from its measure, added up over effects or cells.

    Bounds themselves would not add up: what lies between no bounds has none, and counts with its value.
    """
    return {bound: Sum(F(bound) - F(code)) for bound, code in BOUNDS.items()}


def distance(row: Any, bound: str) -> float | None:
    """The same of one cell."""
    value, end = getattr(row, BOUNDS[bound]), getattr(row, bound)
    return None if value is None or end is None else end - value


def bounds_at(values: Mapping[str, Any]) -> dict[str, float | None]:
    """The bounds of a total, of its measures and how far its bounds lie from those."""
    found: dict[str, float | None] = {}
    for bound, code in BOUNDS.items():
        value, far = values.get(code), values.get(bound)
        found[bound] = None if value is None or far is None else value + far
    return found


def forecast_sums() -> dict[str, Aggregate]:
    """What to annotate on cells to compare forecast and promise of the same contracts, and to say of how many
    contracts only the promise is told; as `sum_<name>`."""
    without = Q(forecast__isnull=True, estimated__isnull=False)
    return {
        "sum_estimated_of_forecast": Sum("estimated", filter=Q(forecast__isnull=False)),
        f"sum_{WITHOUT_FORECAST}": Sum("contracts", filter=without),
        f"sum_new_{WITHOUT_FORECAST}": Sum("new_contracts", filter=without),
    }


def yearly_values(effect: Mapping[str, Any], view: str) -> Iterator[tuple[int, dict[str, float | None]]]:
    """(calendar year, measures and counts) of one effect in the spread or the realised view.

    A year counts when any measure of it is not zero, or is not known while something runs: then it has no measure.
    A contract of which everything is zero stands in the year of its award, so that no view loses it. Of bounds it
    is how far they lie from their measure, as in :func:`distances`.
    """
    stored = unpack_years(effect["spread_first_year"], bytes(effect["spread"])).values
    series = _known_series(effect, stored, view)
    own = np.array([stored[view, name] for name in RUNNING])
    there = np.array([*(np.nan_to_num(each) for each in series.values()), *np.isnan(own)]).any(axis=0)
    years = [int(effect["spread_first_year"]) + int(place) for place in np.flatnonzero(there)]
    series |= _distances(effect, series, view)
    counts = {
        "contracts": 1,
        "contracts_with_reference": int(effect["reference_estimated"] is not None),
        "incomplete_contracts": int(not effect["complete"]),
    }
    for year in years or [int(effect["year"])]:
        place = year - effect["spread_first_year"]
        amounts = {name: float(table[place]) if years else 0.0 for name, table in series.items()}
        values: dict[str, float | None] = {name: None if isnan(each) else each for name, each in amounts.items()}
        first = not years or year == years[0]
        yield year, values | counts | {f"new_{name}": counts[name] * first for name in COUNTED}


def _known_series(
    effect: Mapping[str, Any], stored: Mapping[tuple[str, str], Floats], view: str
) -> dict[str, Floats]:
    """The yearly series of what is known of this effect in whole: a part of an unknown whole would mislead."""
    series = {name: stored[view, of] for name, of in _SERIES.items() if effect[name] is not None}
    for column in ("estimated", "forecast"):
        if effect[f"avoided_{column}"] is not None and {column, f"reference_{column}"} <= set(series):
            series[f"avoided_{column}"] = series[f"reference_{column}"] - series[column]
    return series


def _distances(effect: Mapping[str, Any], series: Mapping[str, Floats], view: str) -> dict[str, Floats]:
    """How far the bounds of each year lie from it; unknown where it lies between none."""
    if effect["spread_bounds"] is None:
        return {}
    bounds = unpack_bounds(bytes(effect["spread_bounds"]))
    return {
        bound_of(name, end): cut(ends - series[name], 0.0)
        for name, of in _BOUNDED_SERIES.items()
        if name in series
        for end, ends, cut in zip(ENDS, bounds[view, of], (np.minimum, np.maximum), strict=True)
    }
