"""Stored totals."""

from __future__ import annotations

from .cells import Cell, SharedCell

__all__ = ["Cell", "SharedCell"]
