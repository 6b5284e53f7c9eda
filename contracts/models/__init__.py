"""What really happened after the award, and what it did."""

from __future__ import annotations

from .contracts import Contract, ContractLine, OwnTerms, ReplacedLine
from .effects import ContractEffect, FactorChange, StaleScope
from .measures import BOUNDED, BOUNDS, ENDS, MEASURES, Measured, bound_of
from .records import Delivery, Record, Repair, RepairPeriod, Retirement, UseRecord
from .sent import SentContracts, SentRecords

__all__ = [
    "BOUNDED",
    "BOUNDS",
    "ENDS",
    "MEASURES",
    "Contract",
    "ContractEffect",
    "ContractLine",
    "Delivery",
    "FactorChange",
    "Measured",
    "OwnTerms",
    "Record",
    "Repair",
    "RepairPeriod",
    "ReplacedLine",
    "Retirement",
    "SentContracts",
    "SentRecords",
    "StaleScope",
    "UseRecord",
    "bound_of",
]
