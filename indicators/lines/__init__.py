"""Product lines: what one is, what it looks like in a document, and how it becomes arrays."""

from __future__ import annotations

from .arrays import lines_to_arrays
from .line import (
    BomRow,
    DeclaredProduction,
    Line,
    UseRow,
    as_document,
    bill_as_kept,
    kept_bill,
    kept_figures,
    rows_as_kept,
)

__all__ = [
    "BomRow",
    "DeclaredProduction",
    "Line",
    "UseRow",
    "as_document",
    "bill_as_kept",
    "kept_bill",
    "kept_figures",
    "lines_to_arrays",
    "rows_as_kept",
]
