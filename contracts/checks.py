"""What must hold of contracts: stock and effects follow from the records."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from contracts.models import Contract, ContractEffect, Delivery, Retirement
from contracts.models.effects import MEASURES
from contracts.selectors import active, lines_of
from contracts.services import assess
from contracts.services.assessing import measures_of
from mvi_dashboard.ground import verification

AGREES = 1e-9


def register() -> None:
    """Add the checks of this app to `manage.py verify`."""
    verification.register("stock", stock_differences)
    verification.register("effects", effect_differences)


def stock_differences() -> Iterator[str]:
    """A line per contract line whose stock is not the sum of its records."""
    for contract in Contract.objects.order_by("pk").iterator():
        delivered = _sums(active(Delivery, contract).values_list("line_id", "count"))
        retired = _sums(active(Retirement, contract).values_list("delivery__line_id", "count"))
        for line in lines_of(contract):
            stock = (line.delivered_count, line.retired_count)
            if stock != (delivered.get(line.pk, Decimal(0)), retired.get(line.pk, Decimal(0))):
                yield f"contract {contract.public_id} line {line.public_id}: stock {stock} does not follow"


def effect_differences() -> Iterator[str]:
    """A line per stored effect that does not come out again from promise and records, at its own date."""
    found = Contract.objects.select_related("award__lot__group", "award__lot__tender").order_by("pk")
    for contract in found.iterator():
        effects = list(ContractEffect.objects.filter(contract=contract).select_related("basis", "indicator"))
        for basis, as_of in {(each.basis, each.as_of) for each in effects}:
            again = assess(contract, basis, as_of)
            codes = [info.code for info in again.core.arrays.indicators]
            for each in effects:
                if each.basis == basis:
                    place = codes.index(each.indicator.code)
                    yield from _compare(contract, each, measures_of(again, place))


def _compare(contract: Contract, stored: ContractEffect, again: dict[str, Any]) -> Iterator[str]:
    for name in MEASURES:
        before, after = getattr(stored, name), again[name]
        same = before == after if before is None or after is None else _near(before, after)
        if not same:
            yield f"contract {contract.public_id} {stored.indicator.code}: {name} is {before}, again {after}"


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= AGREES * max(abs(one), abs(other), 1.0)


def _sums(rows: Any) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for line_id, count in rows:
        sums[line_id] = sums.get(line_id, Decimal(0)) + count
    return sums
