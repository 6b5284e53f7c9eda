"""What is known of a contract from money alone: its euros per calendar year.

They stand in the footprint of all purchasing only (class `spend`): never in a total of contracts, nor in a target.
Source: method, sections 6 and 8.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Min, QuerySet

from contracts.models import Contract, ContractLine
from indicators.calculation import calendar_time

_MONEY = ContractLine.BasisKind.MONEY


@dataclass(frozen=True)
class Stated:
    """What is paid under one contract in one calendar year, as far as only that is known."""

    contract_id: int
    group_id: int | None
    group: str
    """its name; empty when the contract is outside the product groups"""
    euros: Decimal


def amounts_per_year(contract: Contract, line: ContractLine) -> Mapping[int, Decimal]:
    """The euros of a line per calendar year, in proportion to the days of the contract in it."""
    if line.amount_per_year is None:
        return {}
    years = range(contract.start.year, contract.end.year + 1)
    return {year: _in_year(year, contract.start, contract.end, line.amount_per_year) for year in years}


def years_stated(organisation_ids: Collection[int], until: int) -> set[int]:
    """The calendar years, to `until`, in which something is paid of which only that is known; one query."""
    found = _lines(organisation_ids).aggregate(first=Min("contract__start"), last=Max("contract__end"))
    if found["first"] is None:
        return set()
    return set(range(found["first"].year, min(found["last"].year, until) + 1))


def stated_in(organisation_ids: Collection[int], year: int) -> list[Stated]:
    """Of each line that rests on money what is paid in this year; one query."""
    rows = _lines(organisation_ids).filter(
        contract__start__lte=date(year, 12, 31), contract__end__gte=date(year, 1, 1)
    )
    group = ("contract__group", "contract__group__name_nl")
    found = rows.order_by("pk").values_list(
        "contract", *group, "contract__start", "contract__end", "amount_per_year"
    )
    return [
        Stated(contract, group_id, name or "", _in_year(year, start, end, amount))
        for contract, group_id, name, start, end, amount in found
    ]


def _lines(organisation_ids: Collection[int]) -> QuerySet[ContractLine]:
    return ContractLine.objects.filter(organisation_id__in=organisation_ids, basis_kind=_MONEY, withdrawn_at=None)


def _in_year(year: int, start: date, end: date, amount: Decimal) -> Decimal:
    first, last = max(start, date(year, 1, 1)), min(end, date(year, 12, 31))
    begin, until = calendar_time.span(first, last)
    return (amount * Decimal(str(until - begin))).quantize(Decimal("0.01"))
