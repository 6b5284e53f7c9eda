"""Keeping totals right and reading them."""

from __future__ import annotations

from .cells import own_cells, put_right, rebuild
from .reading import (
    Part,
    Parts,
    Report,
    contract_parts,
    read_effects,
    read_factor_changes,
    read_indicators,
)
from .sharing_level import LEVELS, set_share

__all__ = [
    "LEVELS",
    "Part",
    "Parts",
    "Report",
    "contract_parts",
    "own_cells",
    "put_right",
    "read_effects",
    "read_factor_changes",
    "read_indicators",
    "rebuild",
    "set_share",
]
