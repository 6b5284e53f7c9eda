"""Reading contracts, their records and what they do."""

from __future__ import annotations

from .changes import CHANGE, CLOSE, REOPEN, changes_of, names_of
from .contracts import get_contract, get_line, lines_of, visible_contracts
from .due import due_for
from .effects import SERIES, VIEWS, YearTable, effects_of, pack_years, unpack_years
from .promises import (
    KEPT,
    VOLUME,
    PromiseCounts,
    effect_off_promise,
    off_promise,
    promise_counts,
    promise_sums,
    told_apart,
    with_promise,
)
from .records import (
    LIVES_ON,
    ActiveRecords,
    active,
    active_among,
    active_records,
    batch_of,
    delivery_key,
    delivery_named,
    first_recorded,
    last_delivery_of,
    newest_of,
    passed_on,
    promised_flows,
    root_of,
    taken_over,
)

__all__ = [
    "CHANGE",
    "CLOSE",
    "KEPT",
    "LIVES_ON",
    "REOPEN",
    "SERIES",
    "VIEWS",
    "VOLUME",
    "ActiveRecords",
    "PromiseCounts",
    "YearTable",
    "active",
    "active_among",
    "active_records",
    "batch_of",
    "changes_of",
    "delivery_key",
    "delivery_named",
    "due_for",
    "effect_off_promise",
    "effects_of",
    "first_recorded",
    "get_contract",
    "get_line",
    "last_delivery_of",
    "lines_of",
    "names_of",
    "newest_of",
    "off_promise",
    "pack_years",
    "passed_on",
    "promise_counts",
    "promise_sums",
    "promised_flows",
    "root_of",
    "taken_over",
    "told_apart",
    "unpack_years",
    "visible_contracts",
    "with_promise",
]
