"""Keeping totals right and reading them."""

from __future__ import annotations

from .cells import own_cells, put_right, rebuild
from .reading import Report, contract_effects, read_effects, read_indicators

__all__ = ["Report", "contract_effects", "own_cells", "put_right", "read_effects", "read_indicators", "rebuild"]
