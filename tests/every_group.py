"""A made-up tender for every product group with two bids in it, and what can be said of their order.

A test checks that each group can be ranked; the table stands in docs/groups.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import tenders.services
from indicators.lines import Line
from indicators.lines.gaps import gaps_of_group
from indicators.lines.product_lines import product_lines
from indicators.lines.rankable import Rankable, Ranking, rankable
from indicators.models import CLIMATE, BaselineProduct, ProductGroup
from indicators.selectors import basis_arrays, current_basis, offered_products
from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.wording import in_sentence
from tenders.models import Lot
from tenders.services.comparing import compare_lot
from tests.worlds import World, tender_document

_NAMED = 2
HEAD = ("productgroep", "wat wordt gevraagd", "resultaat", "volgorde op klimaat", "bandbreedte van het verschil")
STATES = {"complete": "volledig", "bounded": "volledig, tussen grenzen", "incomplete": "onvolledig"}
ORDERS = {"certain": "vast", "depends": "hangt af", "tie": "gelijk", "none": "geen"}


@dataclass(frozen=True)
class Ranked:
    """What came of the tender of one group, on one indicator."""

    group: str
    product: str
    state: str
    """complete, bounded or incomplete"""
    order: str
    """certain, depends, tie or none"""
    low: float
    high: float
    """between what the second bid is lower than the first, as a share of the first"""

    @property
    def row(self) -> tuple[str, ...]:
        """For people, as under HEAD."""
        told = "" if self.order == "none" else f"{round(100 * self.low) + 0} tot {round(100 * self.high) + 0} %"
        return self.group, self.product, STATES[self.state], ORDERS[self.order], told


def rank_every_group(world: World) -> Iterator[Ranked]:
    """One tender per product group on the current basis: the reference product against a lighter, plainer one."""
    world.supplier_actor("leverancier-a")
    world.supplier_actor("leverancier-b")
    for group in ProductGroup.objects.order_by("cluster__position", "name_nl"):
        reference = _first(group, BaselineProduct.Kind.REFERENCE)
        baseline = _first(group, BaselineProduct.Kind.BASELINE, reference)
        yield _ranked(group, reference, _compared(world, group, reference, baseline))


def table(rows: list[Ranked]) -> str:
    """The tenders as a table for docs/groups.md."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(each.row)} |" for each in rows)]) + "\n"


def indicators_table() -> str:
    """Per group on the current basis the indicators that can be ranked beside climate and raw materials."""
    heads = ("productgroep", "volledig", "tussen grenzen", "deels of niet: hiervan ontbreekt een factor")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for group in ProductGroup.objects.order_by("cluster__position", "name_nl"):
        found = rankable([each for each in gaps_of_group(group) if each.product.successor_id is None])
        of = {
            state: ", ".join(each.info.code for each in found if each.state == state)
            for state in (Ranking.COMPLETE, Ranking.BOUNDED)
        }
        cells = (group.name_nl, *(of[state] or "geen" for state in of), _not_ranked(found))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _not_ranked(found: list[Rankable]) -> str:
    """The indicators without an order, taken together where the same is missing."""
    by_reason: dict[str, list[str]] = {}
    for each in found:
        if each.missing:
            named = [in_sentence(name) for name in each.missing[:_NAMED]]
            more = len(each.missing) - len(named)
            reason = ", ".join(named) + (f" en nog {more}" if more else "")
            by_reason.setdefault(reason, []).append(each.info.code)
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in by_reason.items()) or "geen"


def _first(group: ProductGroup, kind: str, beside: BaselineProduct | None = None) -> BaselineProduct:
    found = offered_products().filter(group=group, kind=kind).select_related("strategy", "plan", "product_type")
    same = found.filter(product_type=beside.product_type) if beside is not None else found
    return same.order_by("code").first() or found.order_by("code").first()  # type: ignore[return-value]


def _compared(world: World, group: ProductGroup, reference: BaselineProduct, baseline: BaselineProduct) -> Any:
    start = world.now - timedelta(days=900)
    document = tender_document(world, start)
    years = "4" if group.is_consumed else f"{reference.lifetime_years.normalize():f}"
    item = {
        "number": 1,
        "description": reference.name_nl,
        "neededCount": "10",
        "neededYears": years,
        "referenceProduct": reference.code,
        "baselineProduct": baseline.code,
    }
    if reference.product_type is not None:
        item["productType"] = reference.product_type.code
    lot = document["lots"][0] | {"productGroup": group.code, "items": [item]}
    for name in ("neededCount", "neededYears"):
        lot.pop(name, None)
    first, second = product_lines([reference, baseline])
    bids = [
        _bid("leverancier-a", first, group, Decimal(1)),
        _bid("leverancier-b", second, group, Decimal("0.9") if not group.is_consumed else Decimal(1)),
    ]
    made = {
        "tender": document | {"reference": f"GROEP-{group.pk}", "lots": [lot]},
        "publishedAt": start.isoformat(),
        "openedAt": (start + timedelta(days=40)).isoformat(),
        "bids": bids,
    }
    tender = _recorded(world, made)
    return compare_lot(
        Lot.objects.select_related("group", "protocol", "tender__basis").get(tender=tender), tender.basis
    )


def _recorded(world: World, document: dict[str, Any]) -> Any:
    """The tender; what is only asked is confirmed, as an officer would."""
    try:
        return tenders.services.record_history(world.officer, document=document)
    except Refused as refused:
        asked = [each for each in refused.problems if each.confirmable]
        if len(asked) < len(refused.problems):
            raise
        for each in asked:
            _confirm(document, each)
        return tenders.services.record_history(world.officer, document=document)


def _confirm(document: dict[str, Any], problem: Problem) -> None:
    bid = document["bids"][int(problem.path[1])]
    attr = ".".join(map(str, problem.path[2:]))
    bid.setdefault("confirmations", []).append(
        {"attr": attr, "code": problem.code, "reason": "Zo is het gevraagd."}
    )


def _bid(supplier: str, line: Line, group: ProductGroup, lighter: Decimal) -> dict[str, Any]:
    assert line.mass_kg is not None
    rows = [
        {"material": row.material, "component": row.component, "recycled": str(row.recycled), "added": row.added}
        | ({"massKg": _said(row.mass_kg * lighter)} if row.mass_kg is not None else {"share": str(row.share)})
        for row in line.bill_of_materials
    ]
    use = [
        {"flow": row.flow, "quantity": str(row.quantity), "unit": row.unit, "basis": row.basis, "role": row.role}
        for row in line.use
    ]
    sent = {
        "reference": supplier,
        "name": line.name,
        "massKg": _said(line.mass_kg * lighter),
        "count": 10 if not group.is_consumed else "10",
        "lifetimeYears": "4" if group.is_consumed else str(line.lifetime_years),
        "circularStrategy": line.circular_strategy,
        "endOfLifePlan": line.end_of_life_plan,
        "billOfMaterials": rows,
        "use": use,
    }
    return {"supplier": supplier, "price": "1000.00", "lines": [sent]}


def _said(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.000001")))


def _ranked(group: ProductGroup, product: BaselineProduct, compared: Any) -> Ranked:
    arrays = basis_arrays(current_basis())
    place = arrays.position(CLIMATE)
    complete = all(bool(each.comparison.complete[place]) for each in compared.bids)
    kind = product.product_type.name_nl if product.product_type else product.name_nl.partition(",")[0]
    if not complete:
        return Ranked(group.name_nl, kind, "incomplete", "none", 0.0, 0.0)
    bounds = [each.between.demand_impact for each in compared.bids]
    bounded = any(float(each.high[place] - each.low[place]) > 0 for each in bounds)
    order = compared.orders(place).order(0, 1)
    assert order is not None
    whole = float(compared.bids[0].comparison.demand_impact[place])
    state = "bounded" if bounded else "complete"
    return Ranked(group.name_nl, kind, state, order.state.value, order.low / whole, order.high / whole)
