"""Stored totals."""

from __future__ import annotations

from .cells import Cell

__all__ = ["Cell"]
