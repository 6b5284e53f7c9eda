"""What is known of a contract from money alone: amounts per calendar year, and what a euro of its group does.

These amounts stand in the footprint of all purchasing only (class `spend`): never in a total of contracts, nor in
a target. Source: method, sections 6 and 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.models import Contract, ContractLine
from indicators.calculation import calendar_time
from indicators.models import ProductGroup


@dataclass(frozen=True)
class PerEuro:
    """Kg CO2-eq per euro, between bounds."""

    low: float
    central: float
    high: float


def per_euro_of(group: ProductGroup | None, year: int) -> PerEuro | None:
    """What a euro of this group does in a year; None as long as no set of factors says so: unknown, not 0."""
    return None


def amounts_per_year(contract: Contract, line: ContractLine) -> Mapping[int, Decimal]:
    """The euros of a line per calendar year, in proportion to the days of the contract in it."""
    if line.amount_per_year is None:
        return {}
    found = {}
    for year in range(contract.start.year, contract.end.year + 1):
        first, last = max(contract.start, date(year, 1, 1)), min(contract.end, date(year, 12, 31))
        begin, end = calendar_time.span(first, last)
        found[year] = (line.amount_per_year * Decimal(str(end - begin))).quantize(Decimal("0.01"))
    return found
