"""Reading the framework: bases as arrays, and codes that documents name."""

from __future__ import annotations

from .basis import (
    BasisArrays,
    IndicatorInfo,
    Provenance,
    basis_arrays,
    current_basis,
    find_basis,
    get_basis,
)
from .lookups import (
    MaterialInfo,
    get_group,
    group_codes,
    materials_visible_to,
    plans,
    protocol_for,
    strategies,
    themes,
)

__all__ = [
    "BasisArrays",
    "IndicatorInfo",
    "MaterialInfo",
    "Provenance",
    "basis_arrays",
    "current_basis",
    "find_basis",
    "get_basis",
    "get_group",
    "group_codes",
    "materials_visible_to",
    "plans",
    "protocol_for",
    "strategies",
    "themes",
]
