"""Bids in and out as files: the workbook of a lot, written from its protocol and read as the form would be."""

from __future__ import annotations

from .layout import Layout, layout_of
from .placed import ReadWorkbook
from .reading import lot_named_in, read_bid_workbook, refuse_another_lot, sheets_of
from .writing import bid_workbook

__all__ = [
    "Layout",
    "ReadWorkbook",
    "bid_workbook",
    "layout_of",
    "lot_named_in",
    "read_bid_workbook",
    "refuse_another_lot",
    "sheets_of",
]
