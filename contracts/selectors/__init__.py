"""Reading contracts, their records and what they do."""

from __future__ import annotations

from .contracts import get_contract, get_line, lines_of, visible_contracts
from .due import due_for
from .effects import SERIES, VIEWS, YearTable, effects_of, pack_years, unpack_years
from .records import (
    ActiveRecords,
    active,
    active_records,
    batch_of,
    last_delivery_of,
    promised_flows,
    record_rows,
    root_of,
)

__all__ = [
    "SERIES",
    "VIEWS",
    "ActiveRecords",
    "YearTable",
    "active",
    "active_records",
    "batch_of",
    "due_for",
    "effects_of",
    "get_contract",
    "get_line",
    "last_delivery_of",
    "lines_of",
    "pack_years",
    "promised_flows",
    "record_rows",
    "root_of",
    "unpack_years",
    "visible_contracts",
]
