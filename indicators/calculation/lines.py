"""Product lines as arrays, with a ragged bill of materials and ragged use.

Source: method, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .errors import (
    ConsumedWithStrategy,
    EmptyBill,
    FractionOutOfRange,
    NegativeQuantity,
    NotPositive,
    ShapeMismatch,
    UnknownItem,
    WrongDeclaration,
)
from .factors import Bools, Factors, Floats

Integers = NDArray[np.int64]

_TYPES = {"Floats": np.float64, "Integers": np.int64, "Bools": np.bool_}


@dataclass(frozen=True)
class Lines:
    """L lines, B rows of bills of materials, U rows of use.

    Args:
        group: (L,) row in the processing table of the factors.
        mass_kg: (L,) kg per item (or per unit of a consumed group).
        count: (L,) items, or units per year of a consumed group.
        lifetime_years: (L,) T; the contract years for a consumed group.
        strategy_factor: (L,) R as bought, 0..1.
        end_of_life_factor: (L,) E of the plan, 0..1.
        consumed: (L,) true for a consumed group.
        bill_start: (L + 1,) the rows of line n are ``bill_start[n]:bill_start[n + 1]``.
        material: (B,) row in the factor table.
        share: (B,) share or kg as sent; divided by the sum of the line here and nowhere else.
        recycled: (B,) recycled fraction r, 0..1.
        added: (B,) newly added part, to which R does not apply.
        use_start: (L + 1,) as ``bill_start``.
        flow: (U,) row in the factor table; a material when a repair names one.
        quantity: (U,) per item-year or once per item; per unit for a consumed group.
        once: (U,) true for once per item.
        repair: (U,) true for the role ``repair``.
        recycled_at_end: (B,) R2, the part of the row that is recycled at the end; only for methods with
            end-of-life terms; None = 0.
        recovered_at_end: (B,) R3, the part that is burnt with energy recovery; the rest is landfilled.
        kept_recycled_max: (B,) the most recycled content that a kept part can have had; None = 0, as in version 1
            of the method: see :mod:`indicators.calculation.kept`.
        declared_production: (L, I) the maker's own figure for producing one item; NaN = none. It counts instead of
            weighted * mass, so that R and E work on it as before.
    """

    group: Integers
    mass_kg: Floats
    count: Floats
    lifetime_years: Floats
    strategy_factor: Floats
    end_of_life_factor: Floats
    consumed: Bools
    bill_start: Integers
    material: Integers
    share: Floats
    recycled: Floats
    added: Bools
    use_start: Integers
    flow: Integers
    quantity: Floats
    once: Bools
    repair: Bools
    recycled_at_end: Floats | None = None
    recovered_at_end: Floats | None = None
    kept_recycled_max: Floats | None = None
    declared_production: Floats | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            if (given := getattr(self, each.name)) is not None:
                dtype = _TYPES[str(each.type).partition(" ")[0]]
                object.__setattr__(self, each.name, np.ascontiguousarray(given, dtype=dtype))

    def __len__(self) -> int:
        return len(self.mass_kg)

    @property
    def treatments(self) -> tuple[Floats, Floats, Floats]:
        """(B,) each: the part of every row that is recycled, recovered and landfilled at the end."""
        none = np.zeros(len(self.material))
        recycled = none if self.recycled_at_end is None else self.recycled_at_end
        recovered = none if self.recovered_at_end is None else self.recovered_at_end
        rest = 1 - recycled - recovered
        return recycled, recovered, np.where(np.abs(rest) < 1e-12, 0.0, rest)

    def of_indicator(self, place: int) -> Lines:
        """The same lines for factors of one indicator alone."""
        figures = self.declared_production
        return self if figures is None else replace(self, declared_production=figures[:, [place]])

    def part(self, first: int, last: int) -> Lines:
        """The lines ``first:last`` with their rows, without copying."""
        bill = slice(int(self.bill_start[first]), int(self.bill_start[last]))
        use = slice(int(self.use_start[first]), int(self.use_start[last]))
        chosen = {}
        for name in _PER_LINE:
            chosen[name] = getattr(self, name)[first:last]
        for name in _PER_ROW:
            chosen[name] = getattr(self, name)[bill]
        for name in _OPTIONAL:
            given = getattr(self, name)
            chosen[name] = None if given is None else given[bill]
        figure = self.declared_production
        chosen["declared_production"] = None if figure is None else figure[first:last]
        for name in _PER_USE:
            chosen[name] = getattr(self, name)[use]
        chosen["bill_start"] = self.bill_start[first : last + 1] - bill.start
        chosen["use_start"] = self.use_start[first : last + 1] - use.start
        return Lines(**chosen)


_PER_LINE = (
    "group", "mass_kg", "count", "lifetime_years", "strategy_factor", "end_of_life_factor", "consumed",
)  # fmt: skip
_PER_ROW = ("material", "share", "recycled", "added")
_OPTIONAL = ("recycled_at_end", "recovered_at_end", "kept_recycled_max")
"""of rows of a bill, and absent where the method has no such thing"""
_PER_USE = ("flow", "quantity", "once", "repair")


def join_lines(parts: Sequence[Lines]) -> Lines:
    """Lines one after another. What only some of them have (a bound for kept parts, a figure of the maker)
    counts as absent for the others.

    Raises:
        ShapeMismatch: no parts.
    """
    if not parts:
        raise ShapeMismatch("There are no lines to join.")
    joined = {}
    for each in fields(Lines):
        arrays = [getattr(part, each.name) for part in parts]
        if all(array is None for array in arrays):
            continue
        if each.name in ("bill_start", "use_start"):
            ends = np.cumsum([0, *(array[-1] for array in arrays)])
            arrays = [array[:-1] + start for array, start in zip(arrays, ends[:-1], strict=True)]
            arrays.append(ends[-1:])
        elif any(array is None for array in arrays):
            arrays = _with_absent(each.name, arrays, parts)
        joined[each.name] = np.concatenate(arrays)
    return Lines(**joined)


def _with_absent(name: str, arrays: list[Floats | None], parts: Sequence[Lines]) -> list[Floats]:
    """What an absent column stands for: no recycled content, no treatment, no figure."""
    if name in _OPTIONAL:
        return [np.zeros(len(p.material)) if a is None else a for a, p in zip(arrays, parts, strict=True)]
    width = next(array.shape[1] for array in arrays if array is not None)
    return [np.full((len(p), width), np.nan) if a is None else a for a, p in zip(arrays, parts, strict=True)]


def check_lines(factors: Factors, lines: Lines) -> None:
    """Nothing, when the lines can be calculated with these factors.

    Raises:
        ShapeMismatch, UnknownItem, NotPositive, FractionOutOfRange, NegativeQuantity, EmptyBill,
        ConsumedWithStrategy, WrongDeclaration.
    """
    _check_shapes(lines)
    _check_figures(factors, lines)
    check_named(factors, lines)
    for positive in (lines.mass_kg, lines.count, lines.lifetime_years):
        if not ((positive > 0) & (positive < np.inf)).all():
            raise NotPositive("A mass, count or lifetime is not a finite number above zero.")
    capped = () if lines.kept_recycled_max is None else (lines.kept_recycled_max,)
    for fraction in (lines.recycled, lines.strategy_factor, lines.end_of_life_factor, *capped):
        if not ((fraction >= 0) & (fraction <= 1)).all():
            raise FractionOutOfRange("A recycled fraction, R or E is not between 0 and 1.")
    given = lines.recycled_at_end is not None or lines.recovered_at_end is not None
    for part in lines.treatments if given else ():
        if not ((part >= 0) & (part <= 1)).all():
            raise FractionOutOfRange("What is recycled and recovered at the end is not between 0 and 1.")
    for quantity in (lines.share, lines.quantity):
        if not ((quantity >= 0) & (quantity < np.inf)).all():
            raise NegativeQuantity("A share or quantity is negative or not a finite number.")
    if (lines.consumed & ((lines.strategy_factor != 1) | (lines.end_of_life_factor != 1))).any():
        raise ConsumedWithStrategy("A consumed group has R = E = 1.")


def check_named(factors: Factors, lines: Lines) -> None:
    """Nothing, when groups, materials and flows of the lines stand in the tables. Raises UnknownItem."""
    _check_items(lines.group, len(factors.groups))
    _check_items(lines.material, len(factors.items))
    _check_items(lines.flow, len(factors.items))


def normalised_shares(lines: Lines) -> Floats:
    """(B,) shares that add to 1 per line: as sent, divided by their sum.

    Raises:
        EmptyBill: a line without rows or whose rows add to nothing.
    """
    if not len(lines):
        return lines.share
    sizes = np.diff(lines.bill_start)
    if not sizes.all():
        raise EmptyBill("A line has no bill of materials.")
    sums = np.add.reduceat(lines.share, lines.bill_start[:-1])
    if not sums.all():
        raise EmptyBill("The shares of a bill of materials add to nothing.")
    shares: Floats = lines.share / np.repeat(sums, sizes)
    return shares


def _check_shapes(lines: Lines) -> None:
    length = len(lines)
    same = all(len(getattr(lines, name)) == length for name in _PER_LINE)
    for start, names in ((lines.bill_start, _PER_ROW), (lines.use_start, _PER_USE)):
        same = same and len(start) == length + 1 and start[0] == 0 and not (np.diff(start) < 0).any()
        same = same and all(len(getattr(lines, name)) == start[-1] for name in names)
    optional = [getattr(lines, name) for name in _OPTIONAL]
    same = same and all(len(part) == len(lines.material) for part in optional if part is not None)
    if not same:
        raise ShapeMismatch("Lines, bills of materials and use do not have matching lengths.")


def _check_figures(factors: Factors, lines: Lines) -> None:
    figures = lines.declared_production
    if figures is None:
        return
    if figures.shape != (len(lines), len(factors.indicators)):
        raise ShapeMismatch("The maker's own figure is one number for each line and indicator.")
    given = ~np.isnan(figures)
    if (given & (factors.is_mass | factors.is_apart)).any():
        raise WrongDeclaration("The maker's own figure is for an indicator of the impact of making.")
    if (figures[given] < 0).any() or np.isinf(figures[given]).any():
        raise NegativeQuantity("The maker's own figure is negative or not a finite number.")


def _check_items(index: Integers, length: int) -> None:
    if ((index < 0) | (index >= length)).any():
        raise UnknownItem("A row points at an item that is not in the factor table.")
