"""What must hold of contracts: stock and effects follow from the records."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from contracts.models import Contract, ContractEffect
from contracts.selectors import active_records, lines_of
from contracts.services import assess
from contracts.services.assessing import DERIVED, KEPT_UP, effect_rows
from contracts.services.stock import stock_of
from indicators.models import Basis
from indicators.selectors import find_current_basis
from mvi_dashboard.ground import verification


def register() -> None:
    """Add the checks of this app to `manage.py verify`."""
    verification.register("stock", stock_differences)
    verification.register("effects", effect_differences)


def stock_differences() -> Iterator[str]:
    """A line per contract line whose stock is not the sum of its records, and per retirement out of nothing."""
    for contract in Contract.objects.order_by("pk").iterator():
        found = active_records(contract)
        delivered = _sums((each.line_id, each.count) for each in found.deliveries)
        retired = _sums((each.line_id, each.count) for each in found.retirements)
        for line in lines_of(contract):
            stock = (line.delivered_count, line.retired_count)
            if stock != (delivered.get(line.pk, Decimal(0)), retired.get(line.pk, Decimal(0))):
                yield f"contract {contract.public_id} line {line.public_id}: stock {stock} does not follow"
            if not stock_of(found, line).holds():
                yield f"contract {contract.public_id} line {line.public_id}: more is retired than was there"
        standing = {found.roots[each.pk] for each in found.deliveries}
        for each in found.retirements:
            if each.delivery_id is not None and found.roots.get(each.delivery_id) not in standing:
                yield f"contract {contract.public_id} retirement {each.public_id}: its delivery does not count"


def effect_differences() -> Iterator[str]:
    """A line per effect that is absent, or does not come out again from promise and records, at its own date.

    Effects on a basis of before stay as they were, also when something is recorded later: they are not compared.
    """
    current = find_current_basis()
    found = Contract.objects.select_related("group", "award__lot__group", "award__lot__tender").order_by("pk")
    for contract in found.iterator():
        kept = ContractEffect.objects.filter(contract=contract, basis__state__in=KEPT_UP)
        effects = list(kept.select_related("basis", "indicator"))
        if not lines_of(contract):
            yield from (
                f"contract {contract.public_id}: an effect of nothing on {each.basis.code}" for each in effects
            )
            continue
        if current is not None and not any(each.basis == current for each in effects):
            yield f"contract {contract.public_id}: no effect on {current.code}"
        for basis, as_of in sorted({(each.basis, each.as_of) for each in effects}, key=lambda each: each[0].pk):
            stored = {each.indicator_id: each for each in effects if (each.basis, each.as_of) == (basis, as_of)}
            for again in effect_rows(assess(contract, basis, as_of), basis):
                yield from _compare(contract, basis, stored.get(again.indicator_id), again)


def _compare(
    contract: Contract, basis: Basis, stored: ContractEffect | None, again: ContractEffect
) -> Iterator[str]:
    name = f"contract {contract.public_id} {again.indicator.code}"
    if stored is None:
        yield f"{name}: no effect on {basis.code}"
        return
    if not stored.input_hash:
        # It waits to be made again (contracts_behind), so it says nothing yet.
        return
    for column in DERIVED:
        before, after = getattr(stored, column), getattr(again, column)
        if column in ("spread", "spread_bounds"):
            if not _same_series(before, after):
                yield f"{name}: the yearly series ({column}) is another"
        elif not _same(before, after):
            yield f"{name}: {column} is {before}, again {after}"


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(_same(value, after[key]) for key, value in before.items())
    if isinstance(before, float) and isinstance(after, float):
        return verification.agree(before, after)
    return bool(before == after)


def _same_series(before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is after
    one, other = (np.frombuffer(bytes(each), dtype="<f8") for each in (before, after))
    size = np.nanmax(np.abs([1.0, *one[~np.isnan(one)]]))
    return one.shape == other.shape and bool(
        np.allclose(one, other, rtol=verification.AGREES, atol=verification.AGREES * size, equal_nan=True)
    )


def _sums(rows: Any) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for line_id, count in rows:
        sums[line_id] = sums.get(line_id, Decimal(0)) + count
    return sums
