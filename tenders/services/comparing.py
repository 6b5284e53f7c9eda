"""Bids side by side: each against the demand and its reference, on one basis, opened down to its terms.

Source: method, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from indicators import services as framework
from indicators.calculation import impact
from indicators.calculation.comparison import BidItem, Comparison, compare, join_comparisons, whole_purchases
from indicators.calculation.factors import Floats
from indicators.calculation.impact import UnitProducts
from indicators.lines import Line
from indicators.models import Basis, ProductGroup
from indicators.selectors import BasisArrays, basis_arrays, get_basis
from indicators.services import Assessed, DataQuality
from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.vault import Unopenable
from tenders.models import Bid, BidLine, BidVersion, Lot, LotItem, Tender
from tenders.selectors import bids_set_aside, get_tender, lines_of_opened_bids, sent_lines

from .bid_documents import assess_bid, counted_lifetime
from .prices import TERM_ROUNDING, price_for_demand
from .sealing import unseal_price
from .states import pick_lot

_LOT = (
    "lot__group",
    "lot__protocol",
    "lot__tender__organisation",
    "lot__tender__vault",
    "lot__tender__price_vault",
    "lot__tender__basis__method_version__method",
)
PRODUCTS = tuple(
    f"{product}__{part}"
    for product in ("reference_product", "baseline_product")
    for part in ("strategy", "plan", "product_type")
)
_SOME_ASIDE = "some_aside"
OPENED = (Tender.Status.OPENED, Tender.Status.DECIDED, Tender.Status.FINAL)


@dataclass(frozen=True)
class ComparedBid:
    """One bid beside the demand; `whole_purchases` is how often each main line must be bought."""

    bid: Bid
    version: BidVersion
    lines: Sequence[BidLine]
    assessed: Assessed
    comparison: Comparison
    price: Decimal | None
    whole_purchases: Mapping[str, int]

    @property
    def price_for_demand(self) -> Decimal | None:
        """Its price on the footing of its effect; None when it cannot be said."""
        return price_for_demand(
            self.price,
            self.lines,
            self.assessed.lines.lifetime_years,
            consumed=self.assessed.group.is_consumed,
        )

    @property
    def price_of_purchases(self) -> Decimal | None:
        """What it costs to buy it as often as must really be bought; None when its lines differ in that."""
        times = set(self.whole_purchases.values())
        return None if self.price is None or len(times) != 1 else self.price * times.pop()

    @property
    def needed_years(self) -> Floats:
        """(L,) for how long the demand of each line is."""
        return np.array([float(line.item.needed_years) for line in self.lines])

    def quality(self, place: int) -> DataQuality:
        """On what data its impact for the demand rests, on one indicator."""
        return framework.quality_of(self.assessed, self.needed_years, place)


@dataclass(frozen=True)
class LotComparison:
    """All bids of a lot on one basis; `references` says per item against what it is held."""

    lot: Lot
    basis: Basis
    arrays: BasisArrays
    items: Sequence[LotItem]
    bids: Sequence[ComparedBid]
    set_aside: Sequence[Bid] = ()
    """Bids that could not be opened: named, and in no ranking."""

    @property
    def reference_is_baseline(self) -> bool:
        """Whether the market standard of an item is unknown and the baseline product stands in."""
        return any(item.reference_product is None and item.baseline_product is not None for item in self.items)


def compare_tender(
    actor: Actor, *, tender_id: UUID | str, lot_id: UUID | None = None, basis: str = ""
) -> LotComparison:
    """The bids of a lot for who may read them, on the pinned basis unless another is named. Raises Refused."""
    demand = _demand_to_read(actor, tender_id)
    lots = list(demand)
    tender = lots[0].tender if lots else get_tender(actor, tender_id)
    access.require(actor, access.BID_READ, tender.organisation_id)
    if tender.status not in OPENED or tender.basis is None:
        stopped = tender.status == Tender.Status.CANCELLED
        text = "Deze aanbesteding is gestopt." if stopped else "Vergelijken kan na de opening."
        raise conflict("not_opened", text)
    lot = pick_lot(lots, lot_id)
    found = compare_lot(lot, _basis_of(tender, basis), actor, demand[lot])
    if any(getattr(item, _SOME_ASIDE) for item in demand[lot]):
        found = replace(found, set_aside=bids_set_aside(lot=lot))
    with transaction.atomic():
        audit.record(actor, "bids.read", tender, organisation=tender.organisation_id, changes={"lot": lot.number})
    return found


def _basis_of(tender: Tender, code: str) -> Basis:
    """The basis that is asked for; while bids are judged only one by the published method."""
    published = tender.basis
    assert published is not None
    if not code or code == published.code:
        return published
    asked = get_basis(code)
    judging = tender.status in (Tender.Status.OPENED, Tender.Status.DECIDED)
    if judging and asked.method_version_id != published.method_version_id:
        raise conflict("other_method", "Tijdens de beoordeling telt alleen de methode die is gepubliceerd.")
    return asked


def compare_lot(
    lot: Lot, basis: Basis, actor: Actor | None = None, demand: Sequence[LotItem] | None = None
) -> LotComparison:
    """The comparison of the opened bids of a lot; the same number of queries for any number of bids.

    `demand` are its items with their products, for who has them already.
    """
    arrays = basis_arrays(basis)
    items = demand or list(lot.items.select_related(*PRODUCTS).order_by("number"))
    references = reference_units(items, arrays, lot.group)
    opened = lines_of_opened_bids(lot)
    sent = sent_lines([line for lines in opened.values() for line in lines])
    compared = []
    for version, own in opened.items():
        bid = version.bid
        bid.lot = lot
        assessed = assess_bid([sent[line.pk] for line in own], lot, arrays)
        compared.append(
            ComparedBid(
                bid, version, own, assessed,
                against_demand(own, assessed, items, references), price_of(version, actor),
                {line.reference: _times(line, sent[line.pk], lot) for line in own if line.role == "main"},
            )
        )  # fmt: skip
    return LotComparison(lot, basis, arrays, items, compared)


def against_demand(
    lines: Sequence[BidLine],
    assessed: Assessed,
    items: Sequence[LotItem],
    references: Mapping[int, UnitProducts | None],
) -> Comparison:
    """One bid against all demand items of its lot."""
    units = impact.unit_products(assessed.arrays.factors, assessed.lines)
    counts = assessed.lines.count
    found = []
    for item in items:
        main = [n for n, line in enumerate(lines) if line.item_id == item.pk and line.role == "main"]
        extra = [n for n, line in enumerate(lines) if line.item_id == item.pk and line.role != "main"]
        offered = BidItem(
            main=units.rows(main),
            main_count=counts[main],
            accessories=units.rows(extra) if extra else None,
            accessory_count=counts[extra] if extra else None,
        )
        found.append(compare(offered, references[item.pk], float(item.needed_count), float(item.needed_years)))
    return join_comparisons(found)


def reference_units(
    items: Sequence[LotItem], arrays: BasisArrays, group: ProductGroup
) -> dict[int, UnitProducts | None]:
    """One reference item per demand item: the reference product, else the baseline product, else None.

    It uses the energy that the buyer chose for that item, as every bid does.
    """
    known: dict[tuple[int, str], UnitProducts] = {}
    found: dict[int, UnitProducts | None] = {}
    for item in items:
        product = item.reference_product or item.baseline_product
        if product is None:
            found[item.pk] = None
            continue
        key = (product.pk, repr(item.use_energy))
        if key not in known:
            line = framework.product_line(product, item.use_energy)
            known[key] = impact.unit_products(arrays.factors, framework.lines_to_arrays(arrays, group, [line]))
        found[item.pk] = known[key]
    return found


def price_of(version: BidVersion, actor: Actor | None) -> Decimal | None:
    """The price of an opened bid; None while its vault is closed."""
    try:
        price = unseal_price(version, actor)
    except Unopenable:
        return None
    return Decimal(str(price["price"])) if price.get("price") is not None else None


def _demand_to_read(actor: Actor, tender_id: UUID | str) -> dict[Lot, list[LotItem]]:
    """The demand of each lot of a tender of which this actor may read the bids, all with one tender; one query."""
    tenders = Tender.objects.visible_to(actor, access.BID_READ).filter(public_id=tender_id)
    aside = Bid.objects.filter(lot=OuterRef("lot"), state=Bid.State.SUBMITTED, set_aside_at__isnull=False)
    items = LotItem.objects.select_related(*_LOT, *PRODUCTS).filter(lot__tender__in=tenders)
    items = items.annotate(**{_SOME_ASIDE: Exists(aside)})
    demand: dict[Lot, list[LotItem]] = {}
    for item in items.order_by("lot__number", "number"):
        demand.setdefault(item.lot, []).append(item)
    lots = list(demand)
    for lot in lots:
        lot.tender = lots[0].tender
    return demand


def _times(line: BidLine, sent: Line, lot: Lot) -> int:
    needed, years = float(line.item.needed_years), counted_lifetime(sent, lot)
    within = lot.group.is_consumed and needed <= years + TERM_ROUNDING
    return 1 if within else whole_purchases(needed, years)
