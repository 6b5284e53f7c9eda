"""One frame of rows summed again by fewer keys: what the parts of a dashboard share, so that they add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .frames import Row, added


def by_keys(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """The rows summed per combination of these keys (and indicator); none = one row per indicator."""
    kept = [
        replace(row, keys={key: row.keys[key] for key in keys if key in row.keys}, values=dict(row.values))
        for row in rows
    ]
    return added(kept)


def total(rows: Iterable[Row], wanted: Callable[[Row], bool] = lambda row: True) -> Row | None:
    """All rows that are wanted as one; None without rows. For rows of one indicator."""
    found = by_keys((row for row in rows if wanted(row)), ())
    return found[0] if found else None


def largest_first(rows: Iterable[Row], measure: str) -> list[Row]:
    """Rows by the size of one measure; unknown last, what is not shared apart at the very end."""
    return sorted(rows, key=lambda row: (row.withheld, -abs(row.values.get(measure) or 0.0)))
