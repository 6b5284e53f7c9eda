"""One frame of rows summed again by fewer keys: what the parts of a dashboard share, so that they add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reporting.models.cells import COUNTED_IN_ROWS


@dataclass
class Row:
    """One total. `keys`: code and name per grouping; a code that is None may not be told of this row."""

    keys: dict[str, tuple[Any, str]]
    indicator: str
    unit: str
    name: str
    values: dict[str, float | None] = field(default_factory=dict)
    year: int | None = None
    """the year that was filtered, or of which this row was read"""

    @property
    def measured_share(self) -> float | None:
        """The part of what is realised that was metered; unknown when nothing is realised."""
        realised, measured = self.values.get("realised_to_date"), self.values.get("measured")
        if not realised or measured is None:
            return None
        return min(1.0, abs(measured) / abs(realised))

    @property
    def deviation(self) -> tuple[float | None, float | None]:
        """(promise, forecast) of the same contracts: of some only the promise may be told."""
        return self.values["estimated_of_forecast"], self.values["forecast"]


def by_keys(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """The rows summed per combination of these keys (and indicator); none = one row per indicator.

    Rows of which one of these keys may not be told count nowhere. Over several years each contract is counted
    once.
    """
    return added(_shown(row, keys) for row in told(rows, keys))


def told(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """The rows of which all these keys may be told."""
    return [row for row in rows if all(row.keys[key][0] is not None for key in keys if key in row.keys)]


def _shown(row: Row, keys: Sequence[str]) -> Row:
    own = {key: row.keys[key] for key in keys if key in row.keys}
    values = dict(row.values)
    if "year" not in own:
        values |= {name: row.values[f"new_{name}"] for name in COUNTED_IN_ROWS}
    return replace(row, keys=own, values=values)


def in_year(rows: Iterable[Row], year: int | None) -> list[Row]:
    """The rows of one year, in which each contract counts once whenever it began; None = all rows."""
    if year is None:
        return list(rows)
    found = []
    for row in rows:
        if row.year == year:
            counts = {f"new_{name}": row.values[name] for name in COUNTED_IN_ROWS}
            found.append(replace(row, values={**row.values, **counts}))
    return found


def added(rows: Iterable[Row]) -> list[Row]:
    """Rows with the same keys and indicator as one; what is unknown in all of them stays unknown."""
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        keys = ((key, value[0]) for key, value in row.keys.items())
        grouped[(*keys, row.indicator, row.year if "year" in row.keys else None)].append(row)
    return [_sum(same) for same in grouped.values()]


def _sum(rows: list[Row]) -> Row:
    values = dict(rows[0].values)
    for other in rows[1:]:
        for name, value in other.values.items():
            if value is not None:
                values[name] = (values.get(name) or 0) + value
    return replace(rows[0], values=values)


def total(rows: Iterable[Row]) -> Row | None:
    """All rows as one; None without rows. For rows of one indicator."""
    return next(iter(by_keys(rows, ())), None)


def largest_first(rows: Iterable[Row], measure: str) -> list[Row]:
    """Rows by the size of one measure; unknown last."""
    return sorted(rows, key=lambda row: -abs(row.values.get(measure) or 0.0))
