"""The end-of-life terms of the circular footprint formula, per kg of material.

    recycle     (1 - A) (ErecEoL - Esub Qsout/Qp)
    incinerate  (1 - B) (Eer - LHV Xheat Eheat - LHV Xel Eel)
    landfill    Ed

A plan treats R2 of a material in the first way, R3 in the second and the rest in the third; a retired item
goes wholly one way. The two subtracted terms are credits: shown apart, never netted out of sight.
Source: method, section 3b; EU 2021/2279, annex I, 4.4.8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .errors import FractionOutOfRange, ShapeMismatch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RECYCLE, INCINERATE, LANDFILL = "recycle", "incinerate", "landfill"
TREATMENTS = (RECYCLE, INCINERATE, LANDFILL)
"""What can happen to a kilogram at the end, in the order of the tables"""
STAYS_OUT = "out"
"""Reuse: the item lives on, so nothing is treated"""


@dataclass(frozen=True)
class CircularFootprint:
    """The parameters of the formula, for M materials and I indicators; NaN = unknown, never a default.

    Args:
        allocation: (M,) A, 0..1: which part of recycling is for who takes recycled material in.
        energy_allocation: (M,) B, 0..1: the same for energy recovery.
        quality_in: (M,) Qsin/Qp, quality of the recycled material that goes in, against primary.
        quality_out: (M,) Qsout/Qp, of the recycled material that comes out.
        recycling: (M, I) ErecEoL, impact of recycling one kg at the end.
        substituted: (M, I) Esub, impact of the primary material that it replaces.
        recovery: (M, I) Eer, impact of burning one kg.
        energy_credit: (M, I) LHV (Xheat Eheat + Xel Eel), impact of the energy that burning replaces.
        disposal: (M, I) Ed, impact of landfilling one kg.

    Raises:
        ShapeMismatch, FractionOutOfRange.
    """

    allocation: Floats
    energy_allocation: Floats
    quality_in: Floats
    quality_out: Floats
    recycling: Floats
    substituted: Floats
    recovery: Floats
    energy_credit: Floats
    disposal: Floats

    def __post_init__(self) -> None:
        tables = {each.name: np.asarray(getattr(self, each.name), dtype=float) for each in fields(self)}
        for name, table in tables.items():
            object.__setattr__(self, name, table)
        vectors, wide = list(tables.values())[:4], list(tables.values())[4:]
        if any(each.shape != vectors[0].shape for each in vectors) or any(
            each.shape != (len(vectors[0]), wide[0].shape[-1]) for each in wide
        ):
            raise ShapeMismatch("The parameters of the circular footprint formula do not have the same length.")
        for fraction in vectors[:2]:
            if ((fraction < 0) | (fraction > 1)).any():
                raise FractionOutOfRange("A or B is not between 0 and 1.")

    def of_indicator(self, place: int) -> CircularFootprint:
        """The same parameters for one indicator alone."""
        wide = {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name).ndim == 2}
        return replace(self, **{name: table[:, [place]] for name, table in wide.items()})

    @cached_property
    def from_primary(self) -> Floats:
        """(M,) (1 - A) Qsin/Qp: the primary impact that recycled material still carries; 0 where A = 1."""
        return _times(1 - self.allocation, self.quality_in)

    @cached_property
    def burdens(self) -> Floats:
        """(3, M, I) per kg and treatment, before its credit."""
        return np.stack(
            [
                _times((1 - self.allocation)[:, None], self.recycling),
                _times((1 - self.energy_allocation)[:, None], self.recovery),
                self.disposal,
            ]
        )

    @cached_property
    def credits(self) -> Floats:
        """(3, M, I) what is subtracted per kg and treatment; none for landfill."""
        replaced = _times((1 - self.allocation)[:, None], self.substituted * self.quality_out[:, None])
        energy = _times((1 - self.energy_allocation)[:, None], self.energy_credit)
        return np.stack([replaced, energy, np.zeros_like(energy)])

    @cached_property
    def treated(self) -> Floats:
        """(3, M, I) per kg and treatment, burden minus credit; NaN where one of the two is needed and unknown."""
        return np.asarray(self.burdens - self.credits)


@dataclass(frozen=True)
class Ends:
    """The end of n products, per item."""

    plan: Floats
    """(n, I) by R2 and R3 of the plan"""
    credits: Floats
    """(n, I) what is subtracted in ``plan``, as a positive number"""
    treated: Floats
    """(3, n, I) when the whole item goes one way; of what is known"""
    unknown: Bools
    """(3, n, I) a factor that this way needs is unknown"""

    def rows(self, rows: Sequence[int]) -> Ends:
        """These products alone, in this order."""
        at = list(rows)
        return Ends(self.plan[at], self.credits[at], self.treated[:, at], self.unknown[:, at])


def _times(coefficient: Floats, factor: Floats) -> Floats:
    """A term with coefficient exactly 0 needs no factor."""
    product: Floats = np.where(coefficient == 0, 0.0, coefficient * factor)
    return product
