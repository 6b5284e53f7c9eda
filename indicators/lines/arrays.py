"""Checked lines as the arrays of the core: the step between Decimal and float64, here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.calculation.kept import highest_recycled
from indicators.calculation.lines import Lines
from indicators.models import ProductGroup
from indicators.selectors import NO_PLAN, BasisArrays

from .line import BomRow, Line, in_kg
from .maker_figures import with_figures


def lines_to_arrays(
    arrays: BasisArrays,
    group: ProductGroup,
    lines: Sequence[Line],
    *,
    lifetimes: Sequence[float] | None = None,
    plan_counts: Sequence[bool] | None = None,
    kept_like: Sequence[Lines | None] = (),
) -> Lines:
    """The lines as the core takes them.

    `lifetimes`: T per line where it is not the claimed one (the cap of a comparison). `plan_counts`: per line
    whether the end-of-life promise falls inside the contract (method, section 5); by default it counts.
    `kept_like`: per line the reference products of its demand, whose recycled content is the most that its kept
    parts can have had; only where the method has such a bound, and none by default: then it is 0.
    """
    bills = [line.bill_of_materials for line in lines]
    uses = [line.use for line in lines]
    rows = [row for bill in bills for row in bill]
    flows = [row for use in uses for row in use]
    plans = plan_counts or [True] * len(lines)
    # Lists become arrays of the right type in Lines itself.
    columns: dict[str, Any] = {
        "group": [arrays.making_row(group.code, line.product_type) for line in lines],
        "mass_kg": [_number(line.mass_kg) for line in lines],
        "count": [float(line.count) for line in lines],
        "lifetime_years": lifetimes or [float(line.lifetime_years) for line in lines],
        "strategy_factor": [arrays.strategy_factors[line.circular_strategy] for line in lines],
        "end_of_life_factor": [
            arrays.plan_factors[line.end_of_life_plan] if counts else 1.0
            for line, counts in zip(lines, plans, strict=True)
        ],
        "consumed": np.full(len(lines), group.is_consumed),
        "bill_start": _starts(bills),
        "material": [arrays.item_index[row.material] for row in rows],
        "share": [_number(amount) for bill in bills for amount in _amounts(bill)],
        "recycled": [float(row.recycled) for row in rows],
        "added": [row.added for row in rows],
        **_kept(arrays, lines, kept_like),
        **_at_end(arrays, lines, bills, plans),
        "use_start": _starts(uses),
        "flow": [arrays.item_index[row.flow] for row in flows],
        "quantity": [float(row.quantity) for row in flows],
        "once": [row.basis == "item-once" for row in flows],
        "repair": [row.role == "repair" for row in flows],
    }
    return with_figures(Lines(**columns), lines, arrays)


def _kept(
    arrays: BasisArrays, lines: Sequence[Line], kept_like: Sequence[Lines | None]
) -> dict[str, NDArray[np.float64]]:
    """The most recycled content that a kept part of each row can have had, by a method that has such a bound."""
    if not (arrays.kept_recycled and keeps_parts(arrays, lines)):
        return {}
    found = []
    for line, like in zip(lines, kept_like or [None] * len(lines), strict=True):
        rows = np.array([arrays.item_index[row.material] for row in line.bill_of_materials], dtype=np.int64)
        found.append(np.zeros(len(rows)) if like is None else highest_recycled(rows, like))
    return {"kept_recycled_max": np.concatenate(found)}


def keeps_parts(arrays: BasisArrays, lines: Sequence[Line]) -> bool:
    """Whether a line has parts that a circular strategy keeps."""
    return any(arrays.strategy_factors[line.circular_strategy] < 1 for line in lines)


def _at_end(
    arrays: BasisArrays, lines: Sequence[Line], bills: Sequence[Sequence[Any]], plans: Sequence[bool]
) -> dict[str, list[float]]:
    """Where each row goes at the end, for a method that calculates it; a plan that does not count is no plan."""
    recycled: list[float] = []
    recovered: list[float] = []
    if not arrays.routes.plans:
        return {}
    for line, bill, counts in zip(lines, bills, plans, strict=True):
        plan = line.end_of_life_plan if counts else NO_PLAN
        first, second = arrays.routes.parts(plan, [arrays.item_index[row.material] for row in bill])
        recycled += first
        recovered += second
    return {"recycled_at_end": recycled, "recovered_at_end": recovered}


def _amounts(bill: Sequence[BomRow]) -> list[Decimal | None]:
    return [row.mass_kg for row in bill] if in_kg(bill) else [row.share for row in bill]


def _number(given: Decimal | None) -> float:
    assert given is not None, "a line that is calculated was checked"
    return float(given)


def _starts(parts: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(part) for part in parts)])
