"""Stored totals, and what an organisation pays."""

from __future__ import annotations

from .cells import Cell, SharedCell
from .spend import SpendEntry, SpendImport, SpendMapping, SpendPreview, SpendRule

__all__ = ["Cell", "SharedCell", "SpendEntry", "SpendImport", "SpendMapping", "SpendPreview", "SpendRule"]
