"""Stored effects of contracts, and their yearly series as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from contracts.models import ENDS, Contract, ContractEffect
from indicators.calculation.factors import Floats
from indicators.models import Basis

VIEWS = ("spread", "realised")
"""The year views that are stored; the purchase view is the whole in the year of the award."""
SERIES = ("estimated", "forecast", "realised", "reference_estimated", "reference_forecast")
BOUNDED_SERIES = (*SERIES, "avoided_estimated", "avoided_forecast")
"""What is avoided in a year has bounds of its own: those of reference and effect share their ranges"""


@dataclass(frozen=True)
class YearTable:
    """One indicator of one contract per calendar year, (Y,) per view and series; NaN = unknown."""

    first_year: int
    values: Mapping[tuple[str, str], Floats]


YearBounds = Mapping[tuple[str, str], tuple[Floats, Floats]]
"""Per view and series of :data:`BOUNDED_SERIES` the lowest and the highest value, (Y,) each; NaN = no bounds"""


def effects_of(contract: Contract, basis: Basis) -> QuerySet[ContractEffect]:
    """The stored effects of a contract on a basis, with their indicator."""
    return ContractEffect.objects.filter(contract=contract, basis=basis).select_related("indicator")


def pack_years(table: YearTable) -> bytes:
    """Views x series x years as little-endian float64."""
    stacked = np.array([[table.values[view, series] for series in SERIES] for view in VIEWS])
    return stacked.astype("<f8").tobytes()


def unpack_years(first_year: int, packed: bytes) -> YearTable:
    """What :func:`pack_years` wrote, bit for bit."""
    table = np.frombuffer(packed, dtype="<f8").reshape(len(VIEWS), len(SERIES), -1)
    values = {(view, series): table[v, s] for v, view in enumerate(VIEWS) for s, series in enumerate(SERIES)}
    return YearTable(first_year, values)


def pack_bounds(found: YearBounds | None) -> bytes | None:
    """Views x series x lowest and highest x years as little-endian float64; nothing where nothing has bounds."""
    if found is None:
        return None
    stacked = np.array([[found[view, series] for series in BOUNDED_SERIES] for view in VIEWS])
    return stacked.astype("<f8").tobytes()


def unpack_bounds(packed: bytes) -> YearBounds:
    """What :func:`pack_bounds` wrote, bit for bit."""
    table = np.frombuffer(packed, dtype="<f8").reshape(len(VIEWS), len(BOUNDED_SERIES), len(ENDS), -1)
    return {
        (view, series): (table[v, s, 0], table[v, s, 1])
        for v, view in enumerate(VIEWS)
        for s, series in enumerate(BOUNDED_SERIES)
    }
