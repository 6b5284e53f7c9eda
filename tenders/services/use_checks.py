"""Whether a bid leaves out what its product uses: energy of the reference that the bid does not have is asked.

Else impact is typed away by silence, or by a 0. Source: method, section 1 (unknown is not zero).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from indicators.lines import Line
from indicators.models import BaselineUse
from indicators.services import megajoules_of, purpose_of
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from tenders.models import Lot, LotItem

LEAST_PART = Decimal("0.1")
"""Less than this part of what the reference uses is asked about."""


def check_use_given(lines: Sequence[Line], answered: Sequence[LotItem | None], lot: Lot) -> list[Problem]:
    """Problems that a reason lifts; `answered` is the demand item of each line."""
    wanted = {item.reference_product_id or item.baseline_product_id for item in answered if item is not None}
    products = tuple(sorted(each for each in wanted if each is not None))
    if lot.group.is_consumed or not products:
        return []
    found = _energy_of(lot.public_id, lot.tender.version, products)
    problems = []
    for number, (line, item) in enumerate(zip(lines, answered, strict=True)):
        if item is None or line.role != "main":
            continue
        reference = found.get(item.reference_product_id or item.baseline_product_id or 0, {})
        text = _said(reference, _energy_in(line))
        if text:
            problems.append(Problem(("lines", number, "use"), "plausibility", text, confirmable=True))
    return problems


def _said(reference: Mapping[str, Decimal], given: Mapping[str, Decimal]) -> str:
    """What is asked: nothing where as much other energy takes its place (an electric lorry for one on diesel)."""
    others = sum(
        (megajoules_of(purpose) * quantity for purpose, quantity in given.items() if purpose not in reference),
        Decimal(0),
    )
    for purpose, quantity in reference.items():
        replaced = purpose not in given and others >= megajoules_of(purpose) * quantity * LEAST_PART
        if replaced or given.get(purpose, Decimal(0)) >= quantity * LEAST_PART:
            continue
        said = formats.number(float(given.get(purpose, 0)))
        return worded(
            "Wat nu gewoon is, verbruikt {quantity} per stuk per jaar ({purpose}); u geeft "
            "{said} op. Klopt het? Bevestig het met een reden.",
            quantity=formats.number(float(quantity)),
            purpose=purpose,
            said=said,
        )
    return ""


def _energy_in(line: Line) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in line.use:
        purpose = purpose_of(row.flow or "")
        if purpose and row.has("quantity") and row.basis == "item-year":
            found[purpose] = found.get(purpose, Decimal(0)) + row.quantity
    return found


@lru_cache(maxsize=128)
def _energy_of(lot_id: UUID, version: int, products: tuple[int, ...]) -> dict[int, dict[str, Decimal]]:
    """Per product the energy that one item uses in a year, by purpose; kept, as a published demand is frozen."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = BaselineUse.objects.filter(product__in=products, basis="item-year", role="use").order_by("pk")
    for product, flow, quantity in rows.values_list("product_id", "flow__code", "quantity"):
        purpose = purpose_of(flow)
        if purpose and quantity:
            found[product][purpose] = found[product].get(purpose, Decimal(0)) + quantity
    return dict(found)
