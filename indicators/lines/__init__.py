"""Product lines: what one is, what it looks like in a document, and how it becomes arrays."""

from __future__ import annotations

from .arrays import lines_to_arrays
from .line import BomRow, Line, UseRow, as_document, bill_as_kept, kept_bill

__all__ = ["BomRow", "Line", "UseRow", "as_document", "bill_as_kept", "kept_bill", "lines_to_arrays"]
