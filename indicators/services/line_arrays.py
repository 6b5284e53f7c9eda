"""Checked lines as the arrays of the core: the step between Decimal and float64, here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.calculation.lines import Lines
from indicators.models import BaselineMaterial, BaselineProduct, BaselineUse, ProductGroup
from indicators.selectors import NO_PLAN, BasisArrays

from .bill_checks import in_kg
from .energy_in_use import EnergyInUse, use_that_counts


def lines_to_arrays(
    arrays: BasisArrays,
    group: ProductGroup,
    lines: Sequence[Mapping[str, Any]],
    *,
    lifetimes: Sequence[float] | None = None,
    plan_counts: Sequence[bool] | None = None,
) -> Lines:
    """The lines as the core takes them.

    `lifetimes`: T per line where it is not the claimed one (the cap of a comparison). `plan_counts`: per line
    whether the end-of-life promise falls inside the contract (method, section 5); by default it counts.
    """
    bills = [list(line["bill_of_materials"]) for line in lines]
    uses = [list(line.get("use") or ()) for line in lines]
    rows = [(row, "mass_kg" if in_kg(bill) else "share") for bill in bills for row in bill]
    flows = [row for use in uses for row in use]
    plans = plan_counts or [True] * len(lines)
    # Lists become arrays of the right type in Lines itself.
    columns: dict[str, Any] = {
        "group": np.full(len(lines), arrays.group_index[group.code]),
        "mass_kg": [float(line["mass_kg"]) for line in lines],
        "count": [float(line["count"]) for line in lines],
        "lifetime_years": lifetimes or [float(line["lifetime_years"]) for line in lines],
        "strategy_factor": [arrays.strategy_factors[line["circular_strategy"]] for line in lines],
        "end_of_life_factor": [
            arrays.plan_factors[line["end_of_life_plan"]] if counts else 1.0
            for line, counts in zip(lines, plans, strict=True)
        ],
        "consumed": np.full(len(lines), group.is_consumed),
        "bill_start": _starts(bills),
        "material": [arrays.item_index[row["material"]] for row, _ in rows],
        "share": [float(row[name]) for row, name in rows],
        "recycled": [float(row["recycled"]) for row, _ in rows],
        "added": [bool(row.get("added")) for row, _ in rows],
        **_at_end(arrays, lines, bills, plans),
        "use_start": _starts(uses),
        "flow": [arrays.item_index[row["flow"]] for row in flows],
        "quantity": [float(row["quantity"]) for row in flows],
        "once": [row["basis"] == "item-once" for row in flows],
        "repair": [row.get("role") == "repair" for row in flows],
    }
    return Lines(**columns)


def _at_end(
    arrays: BasisArrays, lines: Sequence[Mapping[str, Any]], bills: Sequence[Sequence[Any]], plans: Sequence[bool]
) -> dict[str, list[float]]:
    """Where each row goes at the end, for a method that calculates it; a plan that does not count is no plan."""
    recycled: list[float] = []
    recovered: list[float] = []
    if not arrays.routes.plans:
        return {}
    for line, bill, counts in zip(lines, bills, plans, strict=True):
        plan = line["end_of_life_plan"] if counts else NO_PLAN
        first, second = arrays.routes.parts(plan, [arrays.item_index[row["material"]] for row in bill])
        recycled += first
        recovered += second
    return {"recycled_at_end": recycled, "recovered_at_end": recovered}


def product_line(product: BaselineProduct, energy: EnergyInUse | None = None) -> dict[str, Any]:
    """One item of a baseline or reference product, in the words of a line; exact amounts where known.

    `energy`: the energy in use of the demand beside which it stands; None = as the product itself names it.
    """
    line = product_lines([product])[0]
    return line if energy is None else line | {"use": use_that_counts(line["use"], energy)}


def product_lines(products: Sequence[BaselineProduct]) -> list[dict[str, Any]]:
    """The same for several products; two queries for any number, besides those for strategy and plan."""
    ids = [product.pk for product in products]
    bills: dict[int, list[BaselineMaterial]] = defaultdict(list)
    for row in BaselineMaterial.objects.filter(product__in=ids).select_related("material").order_by("id"):
        bills[row.product_id].append(row)
    uses: dict[int, list[BaselineUse]] = defaultdict(list)
    for flow in BaselineUse.objects.filter(product__in=ids).select_related("flow").order_by("id"):
        uses[flow.product_id].append(flow)
    return [line_of_product(product, bills[product.pk], uses[product.pk]) for product in products]


def line_of_product(
    product: BaselineProduct, materials: Sequence[BaselineMaterial], use: Sequence[BaselineUse]
) -> dict[str, Any]:
    """The same for a product whose bill and use were read before, in the order in which they stand there."""
    exact = all(row.amount is not None for row in materials)
    return {
        "reference": product.code,
        "name": product.name_nl,
        "mass_kg": product.mass_kg,
        "count": 1,
        "lifetime_years": product.lifetime_years,
        "circular_strategy": product.strategy.code,
        "end_of_life_plan": product.plan.code,
        "bill_of_materials": [
            {
                "component": row.component,
                "material": row.material.code,
                "recycled": row.recycled,
                "added": False,
                **({"mass_kg": row.amount} if exact else {"share": row.share}),
            }
            for row in materials
        ],
        "use": [
            {
                "flow": row.flow.code,
                "quantity": row.quantity,
                "unit": row.flow.unit,
                "basis": row.basis,
                "role": row.role,
            }
            for row in use
        ],
    }


def _starts(parts: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(part) for part in parts)])
