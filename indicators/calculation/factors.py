"""The factors of one basis as arrays: what a kilogram, a unit of a flow and the making of a product cost.

Source: method, sections 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .end_of_life import CircularFootprint
from .errors import NegativeFactor, ShapeMismatch
from .ranges import Ranges

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]


class Kind(IntEnum):
    """How an indicator is counted."""

    ORDINARY = 0
    MASS = 1
    """Primary material in the product: E = 1, no processing, use flows never count, material repairs do."""
    APART = 2
    """Biogenic uptake: shown apart and not multiplied by R, E or (1 - r)."""


class Formula(StrEnum):
    """The material term of a method; the rest of the calculation is the same (method, section 3b)."""

    METABOLIC = "metabolic-2019"
    """(1 - r) k"""
    CUTOFF = "cutoff"
    """(1 - r) k + r k_rec; E = 1"""
    PEF_CFF = "pef-cff"
    """(1 - r) k + r (A k_rec + (1 - A) k Qsin/Qp), and end-of-life terms instead of E"""


MASS_INDICATORS = frozenset({"primary_abiotic", "primary_biotic", "critical_materials"})
APART_INDICATORS = frozenset({"climate_biogenic"})


def kind_of(indicator: str) -> Kind:
    """The kind of an indicator by its code (method, section 1)."""
    if indicator in MASS_INDICATORS:
        return Kind.MASS
    return Kind.APART if indicator in APART_INDICATORS else Kind.ORDINARY


@dataclass(frozen=True)
class Factors:
    """The tables of one basis; unknown is NaN, never 0.

    Args:
        indicators: codes in the order of the basis, length I.
        items: codes of materials and flows, length M; rows of the tables.
        primary: (M, I) impact per kg of primary material or per unit of a flow.
        is_material: (M,) true for a material, false for a flow.
        groups: codes of product groups, length G; rows of the processing table.
        processing: (G, I) impact of making one kg; 0 = included in the material factors, NaN = unknown.
        materials_only: (G,) groups where unknown processing is not a missing factor.
        recycled: (M, I) impact per kg of recycled material; not used by ``metabolic-2019``.
        formula: the material term of the method.
        footprint: the parameters of ``pef-cff``; for no other method.
        kinds: (I,) of :class:`Kind`; by default from the codes of the indicators.
        ranges: which of these values are known between bounds; the tables hold their central value.

    Raises:
        ShapeMismatch, NegativeFactor; UnknownItem, RangeWithoutValue: ranges that do not fit the tables.
    """

    indicators: Sequence[str]
    items: Sequence[str]
    primary: Floats
    is_material: Bools
    groups: Sequence[str]
    processing: Floats
    materials_only: Bools
    recycled: Floats | None = None
    kinds: NDArray[np.int8] = field(default=None)  # type: ignore[arg-type]
    formula: Formula = Formula.METABOLIC
    footprint: CircularFootprint | None = None
    ranges: Ranges | None = None

    def __post_init__(self) -> None:
        for name, dtype in (("primary", float), ("processing", float), ("is_material", bool)):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype=dtype))
        object.__setattr__(self, "materials_only", np.asarray(self.materials_only, dtype=bool))
        kinds = [kind_of(code) for code in self.indicators] if self.kinds is None else self.kinds
        object.__setattr__(self, "kinds", np.asarray(kinds, dtype=np.int8))
        if self.recycled is not None:
            object.__setattr__(self, "recycled", np.ascontiguousarray(self.recycled, dtype=float))
        self._check()

    def _check(self) -> None:
        if self.formula is not Formula.METABOLIC and self.recycled is None:
            raise ShapeMismatch("A method that counts recycled material needs its factors.")
        width, length = len(self.indicators), len(self.items)
        table = None if self.footprint is None else self.footprint.disposal
        if (table is None) is (self.formula is Formula.PEF_CFF) or (
            table is not None and table.shape != (length, width)
        ):
            raise ShapeMismatch("Only the circular footprint formula has parameters, one for each material.")
        shapes = (
            self.primary.shape == (length, width)
            and self.is_material.shape == (length,)
            and self.processing.shape == (len(self.groups), width)
            and self.materials_only.shape == (len(self.groups),)
            and self.kinds.shape == (width,)
            and (self.recycled is None or self.recycled.shape == (length, width))
        )
        if not shapes:
            raise ShapeMismatch("Factor tables, codes and flags do not have the same length.")
        tables = [self.primary, self.processing] + ([] if self.recycled is None else [self.recycled])
        for table in tables:
            floor = np.where(self.kinds == Kind.APART, -np.inf, 0.0)
            if np.isinf(table).any() or (table < floor).any():
                raise NegativeFactor("A factor is negative or infinite.")
        if self.ranges is not None:
            self.ranges.check(self.primary, self.recycled, self.processing)

    def of_indicator(self, place: int) -> Factors:
        """The same factors for one indicator alone, with its ranges."""
        return replace(
            self,
            indicators=(self.indicators[place],),
            primary=self.primary[:, [place]],
            processing=self.processing[:, [place]],
            recycled=None if self.recycled is None else self.recycled[:, [place]],
            kinds=self.kinds[[place]],
            footprint=None if self.footprint is None else self.footprint.of_indicator(place),
            ranges=None if self.ranges is None else self.ranges.of_indicator(place),
        )

    def at_low(self) -> Factors:
        """The same factors with every range at its lower bound, and no ranges any more."""
        return self if self.ranges is None else self.at_values(self.ranges.low)

    def at_high(self) -> Factors:
        """The same factors with every range at its upper bound, and no ranges any more."""
        return self if self.ranges is None else self.at_values(self.ranges.high)

    def with_range(self, place: int, value: float) -> Factors:
        """The same factors with one range at this value; the others are ranges still.

        Raises:
            OutsideRange.
        """
        assert self.ranges is not None
        values = self.ranges.central.copy()
        values[place] = value
        others = np.delete(np.arange(len(values)), place)
        return replace(self.at_values(values), ranges=self.ranges.chosen(others))

    def at_values(self, values: ArrayLike) -> Factors:
        """The same factors with each range at one value (K,), and no ranges any more.

        Raises:
            OutsideRange: a value that does not lie between the bounds of its range.
        """
        if self.ranges is None:
            return self
        primary, recycled, processing = self.ranges.placed(values, self.primary, self.recycled, self.processing)
        ends = None if self.footprint is None else self.ranges.placed_at_end(values, self.footprint)
        return replace(
            self, primary=primary, recycled=recycled, processing=processing, footprint=ends, ranges=None
        )

    @cached_property
    def is_mass(self) -> Bools:
        """(I,) indicators that count primary material in the product."""
        return np.asarray(self.kinds == Kind.MASS)

    @cached_property
    def is_apart(self) -> Bools:
        """(I,) indicators that stand apart."""
        return np.asarray(self.kinds == Kind.APART)

    @cached_property
    def values(self) -> Floats:
        """(M, I) primary intensities with 0 where unknown; only beside :attr:`unknown_bits`."""
        return np.where(np.isnan(self.primary), 0.0, self.primary)

    @cached_property
    def unknown_bits(self) -> Bits:
        """(M, W) one bit per indicator, set where the intensity is unknown."""
        return to_bits(np.isnan(self.primary))

    @cached_property
    def secondary(self) -> Floats | None:
        """(M, I) intensity of recycled material where the method counts it, NaN = unknown; else None.

        Indicators of primary material and what stands apart have no such term, in every method.
        """
        if self.formula is Formula.METABOLIC or self.recycled is None:
            return None
        return np.where(self.is_mass | self.is_apart, 0.0, self.recycled)

    @cached_property
    def recycled_parts(self) -> tuple[Floats, Floats]:
        """(M,) twice: what recycled material counts of its own impact and of the primary one; NaN = unknown."""
        if self.footprint is None:
            return np.ones(len(self.items)), np.zeros(len(self.items))
        return self.footprint.allocation, self.footprint.from_primary

    @cached_property
    def treated(self) -> Floats:
        """(3, M, I) end-of-life terms per kg, 0 for indicators that have none: see ``end_of_life``."""
        assert self.footprint is not None
        return np.where(self.has_end, self.footprint.treated, 0.0)

    @cached_property
    def treated_credits(self) -> Floats:
        """(3, M, I) what is subtracted in :attr:`treated`."""
        assert self.footprint is not None
        return np.where(self.has_end, self.footprint.credits, 0.0)

    @cached_property
    def has_end(self) -> Bools:
        """(I,) indicators to which E, or end-of-life terms, apply."""
        return np.asarray(self.kinds == Kind.ORDINARY)

    @cached_property
    def counted_processing(self) -> Floats:
        """(G, I) processing as it counts: 0 where unknown, and for indicators that have no such term."""
        return np.where(self.is_mass | np.isnan(self.processing), 0.0, self.processing)

    @cached_property
    def processing_missing(self) -> Bits:
        """(G, W) set where processing is needed and unknown."""
        needed = ~self.is_mass & ~self.materials_only[:, None]
        return to_bits(np.isnan(self.processing) & needed)

    @cached_property
    def processing_known(self) -> Bits:
        """(G, W) set where processing has a value of its own; "included" (0) is no term."""
        return to_bits(~self.is_mass & (self.counted_processing > 0))

    @cached_property
    def all_bits(self) -> Bits:
        """(W,) every indicator."""
        return to_bits(np.ones(len(self.indicators), dtype=bool))

    @cached_property
    def apart_bits(self) -> Bits:
        """(W,) the indicators that stand apart."""
        return to_bits(self.is_apart)

    @cached_property
    def mass_bits(self) -> Bits:
        """(W,) the indicators that count primary material."""
        return to_bits(self.is_mass)


def to_bits(flags: Bools) -> Bits:
    """(..., W) words of 64 bits, one bit per flag of the last axis: masks join in one instruction per row."""
    width = flags.shape[-1]
    words = max(1, -(-width // 64))
    padded = np.zeros((*flags.shape[:-1], words * 64), dtype=bool)
    padded[..., :width] = flags
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def from_bits(bits: Bits, width: int) -> Bools:
    """(..., width) flags of words made by :func:`to_bits`."""
    octets = np.ascontiguousarray(bits.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little", count=width).astype(bool)
