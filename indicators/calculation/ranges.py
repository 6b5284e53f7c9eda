"""Ranges: factors and processing terms that are known between two bounds, with the value that counts.

    0 <= low <= central <= high          the tables of the factors hold the central value

One unknown is one number: a range moves together in everything that is put side by side. Every result is linear
in every factor, so what a range does is one slope (:mod:`indicators.calculation.bounds`).
Source: method, section 2b.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .end_of_life import CircularFootprint
from .errors import OutsideRange, RangeOutOfOrder, RangeTooWide, RangeWithoutValue, ShapeMismatch, UnknownItem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

Place = tuple[bool, int, bool, int]

WIDEST = 1000.0
"""A range whose bounds lie further apart says nothing, and is more likely a slip of a unit."""

_TYPES = {"Floats": np.float64, "Integers": np.int64, "Bools": np.bool_}


@dataclass(frozen=True)
class Ranges:
    """K ranges: where each stands in the tables of the factors, and between what it lies.

    Args:
        is_processing: (K,) true for a processing term, false for a factor of a material or flow.
        row: (K,) row in the processing table (``groups``) or in the factor table (``items``).
        recycled: (K,) true for the factor of the recycled material.
        indicator: (K,) column of the tables.
        low, central, high: (K,) in the unit of the table; central is the value in the table.

    Raises:
        ShapeMismatch: other lengths, two ranges in one place, a processing term of recycled material.
        RangeOutOfOrder, RangeTooWide.
    """

    is_processing: Bools
    row: Integers
    recycled: Bools
    indicator: Integers
    low: Floats
    central: Floats
    high: Floats

    def __post_init__(self) -> None:
        for each in fields(self):
            dtype = _TYPES[str(each.type)]
            object.__setattr__(self, each.name, np.ascontiguousarray(getattr(self, each.name), dtype=dtype))
        if any(getattr(self, each.name).shape != self.low.shape for each in fields(self)) or self.low.ndim != 1:
            raise ShapeMismatch("The columns of ranges do not have the same length.")
        if (self.is_processing & self.recycled).any():
            raise ShapeMismatch("A processing term has no recycled part.")
        if len(self.by_place) < len(self):
            raise ShapeMismatch("Two ranges stand in one place.")
        ordered = (self.low >= 0) & (self.low <= self.central) & (self.central <= self.high)
        if not (ordered & (self.high < np.inf)).all():
            raise RangeOutOfOrder("A range is not 0 <= low <= central <= high, all finite.")
        if ((self.low > 0) & (self.high > WIDEST * self.low)).any():
            raise RangeTooWide("The bounds of a range lie more than a factor 1,000 apart.")

    def __len__(self) -> int:
        return len(self.low)

    @cached_property
    def of_primary(self) -> Bools:
        """(K,) a factor of primary material, or of a flow."""
        return np.asarray(~self.is_processing & ~self.recycled)

    @cached_property
    def by_place(self) -> dict[Place, tuple[float, float]]:
        """Low and high by (is processing, row, recycled, indicator)."""
        places = zip(*(getattr(self, name).tolist() for name in _PLACE), strict=True)
        return dict(zip(places, zip(self.low.tolist(), self.high.tolist(), strict=True), strict=True))

    @cached_property
    def touched(self) -> Integers:
        """(J,) the indicators that have a range."""
        return np.unique(self.indicator)

    @cached_property
    def steps(self) -> tuple[Floats, Floats]:
        """(K, J) twice: from central to low and to high, in the column of the indicator of each range."""
        own = (self.indicator[:, None] == self.touched).astype(float)
        return own * (self.low - self.central)[:, None], own * (self.high - self.central)[:, None]

    def chosen(self, places: Sequence[int] | Integers) -> Ranges:
        """These ranges alone, in this order."""
        at = np.asarray(places, dtype=np.int64)
        return Ranges(**{each.name: getattr(self, each.name)[at] for each in fields(self)})

    def of_indicator(self, place: int) -> Ranges:
        """The ranges of one indicator, in tables that hold no other."""
        chosen = self.chosen(np.flatnonzero(self.indicator == place))
        return replace(chosen, indicator=np.zeros(len(chosen), dtype=np.int64))

    def by_indicator(self, width: int) -> Floats:
        """(K, width) 1 where a range belongs to an indicator, else 0."""
        table = np.zeros((len(self), width))
        table[np.arange(len(self)), self.indicator] = 1.0
        return table

    def check(self, primary: Floats, recycled: Floats | None, processing: Floats) -> None:
        """Nothing, when each range stands on the value that the tables have there.

        Raises:
            UnknownItem: a place outside the tables. ShapeMismatch: ranges of a table that is not there.
            RangeWithoutValue: the central value is not that of the table.
        """
        if self.recycled.any() and recycled is None:
            raise ShapeMismatch("A range of recycled material needs the factors of recycled material.")
        length = np.where(self.is_processing, len(processing), len(primary))
        inside = (self.row >= 0) & (self.row < length)
        if not (inside & (self.indicator >= 0) & (self.indicator < primary.shape[-1])).all():
            raise UnknownItem("A range points at a place outside the tables.")
        for mask, table in self._tables(primary, recycled, processing):
            if (table[self.row[mask], self.indicator[mask]] != self.central[mask]).any():
                raise RangeWithoutValue("The central value of a range is not the value of the table.")

    def placed(
        self, values: ArrayLike, primary: Floats, recycled: Floats | None, processing: Floats
    ) -> tuple[Floats, Floats | None, Floats]:
        """Copies of these three tables with other values of the ranges.

        Args:
            values: (K,) each within its range.

        Raises:
            OutsideRange.
        """
        given = np.asarray(values, dtype=float)
        if given.shape != self.low.shape or not ((given >= self.low) & (given <= self.high)).all():
            raise OutsideRange("A value of a range does not lie between its bounds.")
        tables = primary.copy(), None if recycled is None else recycled.copy(), processing.copy()
        for mask, table in self._tables(*tables):
            table[self.row[mask], self.indicator[mask]] = given[mask]
        return tables

    def closed_loop(self, footprint: CircularFootprint) -> tuple[Bools, Bools]:
        """(K,) twice: ranges that are also what recycling at the end replaces, and what that recycling costs.

        Where the end of life carries the very value of the same material (a closed loop), it is the same
        unknown and moves along.
        """
        at = np.where(self.is_processing, 0, self.row), self.indicator
        replaced = self.of_primary & (footprint.substituted[at] == self.central)
        costs = self.recycled & (footprint.recycling[at] == self.central)
        return replaced, costs

    def placed_at_end(self, values: ArrayLike, footprint: CircularFootprint) -> CircularFootprint:
        """The end of life with other values of the ranges."""
        given = np.asarray(values, dtype=float)
        substituted, recycling = footprint.substituted.copy(), footprint.recycling.copy()
        for mask, table in zip(self.closed_loop(footprint), (substituted, recycling), strict=True):
            table[self.row[mask], self.indicator[mask]] = given[mask]
        return replace(footprint, substituted=substituted, recycling=recycling)

    def _tables(self, primary: Floats, recycled: Floats | None, processing: Floats) -> list[tuple[Bools, Floats]]:
        found = [(self.of_primary, primary), (self.is_processing, processing)]
        return found if recycled is None else [*found, (self.recycled, recycled)]


_PLACE = ("is_processing", "row", "recycled", "indicator")
