"""One frame of totals summed again by fewer keys: what the parts of a dashboard share, so that they add up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from contracts.models import BOUNDS, ENDS, bound_of
from reporting.models.cells import COUNTED, COUNTED_IN_ROWS, HIDDEN, NEW, SUMMED, WITHOUT_FORECAST

from .adding import bounds_at

AMOUNTS = (*SUMMED, "estimated_of_forecast", *BOUNDS)
"""Of bounds how far they lie from their measure, which adds up"""
COUNTS = (*COUNTED, *NEW, WITHOUT_FORECAST, f"new_{WITHOUT_FORECAST}", HIDDEN)
_INDICATOR = {"indicator": "indicator__code", "unit": "indicator__unit", "name": "indicator__name_nl"}
_YEAR = "_year"
_NAME = "{}|name"


@dataclass
class Row:
    """One total. `keys`: code and name per grouping."""

    keys: dict[str, tuple[Any, str]]
    indicator: str
    unit: str
    name: str
    values: dict[str, float | None] = field(default_factory=dict)

    @property
    def measured_share(self) -> float | None:
        """The part of what is realised that was metered; unknown when nothing is realised."""
        realised, measured = self.values.get("realised_to_date"), self.values.get("measured")
        if not realised or measured is None:
            return None
        return min(1.0, abs(measured) / abs(realised))

    def bounds(self, measure: str) -> tuple[float, float] | None:
        """Between what a measure lies; None where that is not between bounds, or they may not be told."""
        low, high = (self.values.get(bound_of(measure, end)) for end in ENDS)
        return None if low is None or high is None else (low, high)

    @property
    def bounded(self) -> bool:
        """Whether any of its measures lies between bounds, told or not."""
        return self.bounds_hidden or any(self.values.get(bound) is not None for bound in BOUNDS)

    @property
    def bounds_hidden(self) -> bool:
        """Whether it lies between bounds that may not be told."""
        return bool(self.values.get(HIDDEN))

    @property
    def deviation(self) -> tuple[float | None, float | None]:
        """(promise, forecast) of the same contracts: of some only the promise may be told."""
        return self.values["estimated_of_forecast"], self.values["forecast"]


@dataclass(frozen=True)
class Frame:
    """Totals as they were read: a row per combination of keys and indicator, and of years where these were read.

    `table` has per key a column of codes (None = may not be told of this row) and one of names, the indicator, the
    year that was filtered or of which the row was read, amounts (NaN = unknown) and counts.
    """

    keys: tuple[str, ...]
    table: pd.DataFrame

    @classmethod
    def of(
        cls, rows: Iterable[Mapping[str, Any]], keys: Sequence[str], fields: Mapping[str, tuple[str, str]]
    ) -> Frame:
        """Of rows as the database gives them: sums as `sum_<name>`, keys under the fields of code and name."""
        found = list(rows)

        def labels(read: Callable[[Mapping[str, Any]], Any]) -> pd.Series[Any]:
            return pd.Series([read(row) for row in found], dtype=object)

        table: dict[str, Any] = {}
        for key in keys:
            code, name = fields[key]
            table[key] = labels(itemgetter(code))
            table[_NAME.format(key)] = labels(lambda row, name=name: str(row[name]))  # type: ignore[misc]
        table |= {place: labels(itemgetter(path)) for place, path in _INDICATOR.items()}
        table[_YEAR] = labels(lambda row: row.get("year"))
        for name in AMOUNTS:
            table[name] = np.array([row.get(f"sum_{name}") for row in found], dtype=float)
        for name in COUNTS:
            table[name] = np.array([row.get(f"sum_{name}") or 0 for row in found], dtype=np.int64)
        return cls(tuple(keys), pd.DataFrame(table))

    def told(self, keys: Iterable[str]) -> Frame:
        """The rows of which all these keys may be told."""
        known = [self.table[key].notna() for key in keys if key in self.keys]
        return replace(self, table=self.table[np.logical_and.reduce(known)]) if known else self

    def in_year(self, year: int | None) -> Frame:
        """The rows of one year, in which each contract counts once whenever it began; None = all rows."""
        if year is None:
            return self
        found = self.table[self.table[_YEAR] == year]
        return replace(self, table=found.assign(**{f"new_{name}": found[name] for name in COUNTED_IN_ROWS}))

    def renamed(self, key: str, new: str, labels: Mapping[str, tuple[str, str]], other: tuple[str, str]) -> Frame:
        """The same under another key: (code, name) per code of this one."""
        found = [labels.get(str(code), other) for code in self.table[key]]
        columns = {new: [code for code, _name in found], _NAME.format(new): [name for _code, name in found]}
        return Frame((new,), self.table.assign(**columns))

    def by(self, keys: Sequence[str]) -> list[Row]:
        """The rows summed per combination of these keys (and indicator), in the order in which they came.

        Rows of which one of these keys may not be told count nowhere. Over several years each contract is counted
        once. What is unknown in all rows stays unknown.
        """
        own = [key for key in keys if key in self.keys]
        table = self.told(own).table
        if table.empty:
            return []
        by = [*own, "indicator"]
        summed = table[[*by, *AMOUNTS, *COUNTS]].groupby(by, sort=False).sum(min_count=1)
        if "year" not in own:
            summed = summed.assign(**{name: summed[f"new_{name}"] for name in COUNTED_IN_ROWS})
        said = table.drop_duplicates(by)  # the names of each, in the same order
        labels = said[[*own, *(_NAME.format(key) for key in own), *_INDICATOR]].to_numpy().tolist()
        return [
            _row(own, each, row) for each, row in zip(labels, summed.to_numpy(dtype=float).tolist(), strict=True)
        ]

    def total(self) -> Row | None:
        """All rows as one; None without rows. For rows of one indicator."""
        return next(iter(self.by(())), None)

    def options(self, key: str) -> list[tuple[str, str]]:
        """(code, name) of what occurs and may be told, by name."""
        told = self.told([key]).table
        found = dict(zip(map(str, told[key]), told[_NAME.format(key)], strict=True))
        return sorted(found.items(), key=lambda pair: pair[1])


def _row(keys: Sequence[str], labels: Sequence[Any], summed: Sequence[float]) -> Row:
    *said, indicator, unit, name = labels
    own = {key: (said[place], said[place + len(keys)]) for place, key in enumerate(keys)}
    values: dict[str, float | None] = {
        code: None if math.isnan(amount) else float(amount)
        for code, amount in zip(AMOUNTS, summed[: len(AMOUNTS)], strict=True)
    }
    counts = {code: int(n) for code, n in zip(COUNTS, summed[len(AMOUNTS) :], strict=True)}
    told = dict.fromkeys(BOUNDS) if counts[HIDDEN] else bounds_at(values)
    return Row(own, indicator, unit, name, values | told | counts)


def largest_first(rows: Iterable[Row], measure: str) -> list[Row]:
    """Rows by the size of one measure; unknown last."""
    return sorted(rows, key=lambda row: -abs(row.values.get(measure) or 0.0))
