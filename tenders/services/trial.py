"""What other factors would mean for tenders that run: published ones keep their own, and here is how it differs.

A published tender keeps the basis on which it was published, for ever. So this only tells of which the expected
effect of what is asked would be another one on the new basis, and how many concepts go to it. It looks at the
demand and its reference, never at bids: those may be sealed. Concepts of organisations are only counted, and so
are running tenders that the reader may not see.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indicators.calculation.errors import CalculationError
from indicators.calculation.ties import EQUAL
from indicators.methods.trials import TenderChange, TenderEffect
from indicators.selectors import BasisArrays, basis_arrays
from mvi_dashboard.ground.access import Actor
from tenders.models import LotItem, Tender

from .comparing import PRODUCTS, reference_units

MOST_TENDERS = 100
_RUNS = (Tender.Status.PUBLISHED, Tender.Status.CLOSED, Tender.Status.OPENED, Tender.Status.DECIDED)
Value = tuple[float | None, float | None]


def tenders_on(actor: Actor, before: BasisArrays, after: BasisArrays) -> TenderEffect:
    """The running tenders whose demand has another expected effect on `after`, among the newest hundred."""
    # What is practised counts nowhere.
    real = Tender.objects.filter(organisation__practice_of=None)
    running = real.filter(status__in=_RUNS, recorded_afterwards=False)
    drafts = real.filter(status=Tender.Status.DRAFT)
    core = next(info for info in after.indicators if info.core)
    looked = list(running.select_related("organisation", "basis").order_by("-published_at", "-pk")[:MOST_TENDERS])
    demand = _demand_of([*looked])
    seen = set(
        Tender.objects.visible_to(actor).filter(pk__in=[each.pk for each in looked]).values_list("pk", flat=True)
    )
    found, would_differ = [], 0
    for tender in looked:
        if tender.basis is None:
            continue
        items, own = demand.get(tender.pk, ()), basis_arrays(tender.basis)
        pair = _expected(items, own, core.code), _expected(items, after, core.code)
        making = any(_making_differs(item, own, after, core.code) for item in items)
        if not (making or _differ(*pair)):
            continue
        would_differ += 1
        if tender.pk in seen:
            found.append(
                TenderChange(
                    reference=tender.reference,
                    title=tender.title,
                    organisation=str(tender.organisation),
                    status=str(tender.get_status_display()),
                    indicator=core.code,
                    unit=core.unit,
                    pinned=pair[0],
                    after=pair[1],
                    making=making,
                )
            )
    return TenderEffect(
        running=running.count(),
        looked_at=len(looked),
        drafts=drafts.count(),
        would_differ=would_differ,
        differing=found,
    )


def _demand_of(tenders: Sequence[Tender]) -> dict[int, list[LotItem]]:
    """By tender what is asked, with its products; one query and those of the products."""
    items = LotItem.objects.filter(lot__tender__in=tenders).select_related("lot__group", "product_type", *PRODUCTS)
    found: dict[int, list[LotItem]] = {}
    for item in items.order_by("lot_id", "number"):
        found.setdefault(item.lot.tender_id, []).append(item)
    return found


def _expected(items: Sequence[LotItem], arrays: BasisArrays, indicator: str) -> float | None:
    """What law and market would do for all that is asked, in the unit of the indicator; None when not known."""
    total, place = 0.0, arrays.position(indicator)
    for item in items:
        try:
            units = reference_units([item], arrays, item.lot.group)[item.pk]
        except CalculationError:
            return None
        if units is None:
            return None
        value = units.per_year[0, place]
        if units.missing[0, place] or np.isnan(value):
            return None
        total += float(value) * float(item.needed_count) * float(item.needed_years)
    return total if items else None


def _making_differs(item: LotItem, own: BasisArrays, after: BasisArrays, indicator: str) -> bool:
    """Whether making this product weighs otherwise: that touches every bid, also where no reference was chosen."""
    kind = item.product_type.code if item.product_type else None
    values = []
    for arrays in (own, after):
        known = kind if kind in arrays.type_index else None
        value = arrays.factors.processing[
            arrays.making_row(item.lot.group.code, known), arrays.position(indicator)
        ]
        values.append(None if np.isnan(value) else float(value))
    return _differ(values[0], values[1])


def _differ(pinned: float | None, after: float | None) -> bool:
    if pinned is None or after is None:
        return pinned is not after
    return abs(after - pinned) > EQUAL * max(abs(pinned), abs(after))
