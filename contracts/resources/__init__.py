"""What contracts answer, one described class per resource."""

from __future__ import annotations

from .contracts import Contract, ContractLine, ContractRow, Promise, PromisedImpact
from .effects import Effects
from .records import ManyRecords, RecordOf

__all__ = [
    "Contract",
    "ContractLine",
    "ContractRow",
    "Effects",
    "ManyRecords",
    "Promise",
    "PromisedImpact",
    "RecordOf",
]
