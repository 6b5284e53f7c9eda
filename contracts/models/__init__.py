"""What really happened after the award, and what it did."""

from __future__ import annotations

from .contracts import Contract, ContractLine
from .effects import ContractEffect, FactorChange, StaleScope
from .records import Delivery, Record, Repair, RepairPeriod, Retirement, UseRecord

__all__ = [
    "Contract",
    "ContractEffect",
    "ContractLine",
    "Delivery",
    "FactorChange",
    "Record",
    "Repair",
    "RepairPeriod",
    "Retirement",
    "StaleScope",
    "UseRecord",
]
