"""Bids side by side: each against the demand and its reference, on one basis, opened down to its terms.

Source: method, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from indicators import services as framework
from indicators.calculation.bounds import Bounded
from indicators.calculation.comparison import (
    BidItem,
    BoundedComparison,
    Comparison,
    bounded_comparison,
    compare,
    join_comparisons,
    whole_purchases,
)
from indicators.calculation.factors import Floats
from indicators.calculation.impact import UnitProducts, unit_products
from indicators.calculation.lines import Lines
from indicators.calculation.order import Orders, orders
from indicators.lines import Line
from indicators.models import Basis, ProductGroup
from indicators.selectors import BasisArrays, basis_arrays, get_basis
from indicators.services import Assessed, DataQuality, RangedFactors
from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.vault import Unopenable
from tenders.models import Bid, BidLine, BidVersion, Lot, LotItem, Tender
from tenders.selectors import bids_set_aside, get_tender, lines_of_opened_bids, sent_lines

from .bid_documents import assess_bid, counted_lifetime
from .prices import TERM_ROUNDING, price_for_demand
from .references import References, reference_lines
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
MAKING_DECIDES = 0.8
"""From this part of the impact on, what else a product is made of hardly shows."""
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
    """with every range at its central value: what counts"""
    between: BoundedComparison
    """the same with its bounds, on the ranges that the whole lot shares"""
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
        return np.array([float(line.demand.needed_years) for line in self.lines])

    def making_share(self, place: int) -> float:
        """Which part of its impact for the demand is the making, by our number; 0 where the maker's own counts."""
        lines, factors = self.assessed.lines, self.assessed.arrays.factors
        whole = float(self.comparison.demand_impact[place])
        code = self.assessed.arrays.indicators[place].code
        own = any(each.counts and each.given.indicator == code for each in self.assessed.figures)
        if own or not whole > 0 or factors.is_mass[place]:
            return 0.0
        made = factors.counted_processing[lines.group, place] * lines.mass_kg * lines.count
        kept = lines.strategy_factor * lines.end_of_life_factor / lines.lifetime_years
        return float((made * kept * self.needed_years).sum()) / whole

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
    ranged: RangedFactors
    """the factors with the ranges that bids and references share"""
    set_aside: Sequence[Bid] = ()
    """Bids that could not be opened: named, and in no ranking."""

    def orders(self, place: int) -> Orders:
        """The bids in pairs on one indicator; one that is not complete has no place in any pair."""
        impacts = Bounded.together([each.between.demand_impact for each in self.bids])
        complete = np.array([bool(each.comparison.complete[place]) for each in self.bids])
        return orders(impacts, place, complete)

    def only_mass_and_life(self, place: int) -> bool:
        """Whether the making decides and is one number per kg for every bid: no maker's own figure counts."""
        rows = {int(row) for each in self.bids for row in each.assessed.lines.group.tolist()}
        if len(self.bids) < 2 or len(rows) > 1:
            return False
        return min(each.making_share(place) for each in self.bids) >= MAKING_DECIDES

    @property
    def reference_is_baseline(self) -> bool:
        """Whether the market standard of an item is unknown and the baseline product stands in."""
        return any(item.reference_product is None and item.baseline_product is not None for item in self.items)


def compare_tender(
    actor: Actor, *, tender_id: UUID | str, lot_id: UUID | None = None, basis: str = "", as_file: str = ""
) -> LotComparison:
    """The bids of a lot for who may read them, on the pinned basis unless another is named. Raises Refused.

    Reading leaves a trace; with `as_file` it says as what file the comparison goes out.
    """
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
    changes = {"lot": lot.number} | ({"file": as_file} if as_file else {})
    with transaction.atomic():
        audit.record(actor, "bids.read", tender, organisation=tender.organisation_id, changes=changes)
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
    items = demand or list(lot.items.select_related("product_type", *PRODUCTS).order_by("number"))
    opened = lines_of_opened_bids(lot)
    sent = sent_lines([line for lines in opened.values() for line in lines])
    offers = []
    for version, own in opened.items():
        version.bid.lot = lot
        bought = {line.reference: _times(line, sent[line.pk], lot) for line in own if line.role == "main"}
        offers.append(_Offer(version, own, [sent[line.pk] for line in own], price_of(version, actor), bought))
    return _side_by_side(lot, basis, items, offers)


def on_basis(comparison: LotComparison, basis: Basis) -> LotComparison:
    """The same bids against the same demand on another basis."""
    offers = [
        _Offer(each.version, each.lines, each.assessed.given, each.price, each.whole_purchases)
        for each in comparison.bids
    ]
    found = _side_by_side(comparison.lot, basis, comparison.items, offers)
    return replace(found, set_aside=comparison.set_aside)


@dataclass(frozen=True)
class _Offer:
    """An opened bid before it is calculated."""

    version: BidVersion
    lines: Sequence[BidLine]
    given: Sequence[Line]
    price: Decimal | None
    whole_purchases: Mapping[str, int]


def _side_by_side(lot: Lot, basis: Basis, items: Sequence[LotItem], offers: Sequence[_Offer]) -> LotComparison:
    """These bids and their references on the ranges that they share."""
    arrays = basis_arrays(basis)
    references = reference_lines(items, arrays, lot.group)
    assessed = [
        assess_bid(each.given, [line.item for line in each.lines], lot, arrays, references) for each in offers
    ]
    beside = [lines for lines in references.values() if lines is not None]
    ranged = RangedFactors.of(arrays.factors, *(each.lines for each in assessed), *beside)
    units = _units_of(references, ranged.units)
    compared = []
    for offer, alone in zip(offers, assessed, strict=True):
        own = replace(alone, together=ranged)
        whole = against_demand(offer.lines, own, items, units)
        between = bounded_comparison(ranged.factors, whole)
        compared.append(
            ComparedBid(
                offer.version.bid, offer.version, offer.lines, own,
                _as_it_counts(between), between, offer.price, offer.whole_purchases,
            )
        )  # fmt: skip
    return LotComparison(lot, basis, arrays, items, compared, ranged)


def _as_it_counts(between: BoundedComparison) -> Comparison:
    return Comparison(
        between.demand_impact.value,
        between.reference.value,
        between.avoided.value,
        {part: each.value for part, each in between.parts.items()},
        between.complete,
    )


def against_demand(
    lines: Sequence[BidLine],
    assessed: Assessed,
    items: Sequence[LotItem],
    references: Mapping[int, UnitProducts | None],
) -> Comparison:
    """One bid against all demand items of its lot, with a column more per range that the lot shares."""
    units = assessed.ranged.units(assessed.lines)
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
    return _units_of(reference_lines(items, arrays, group), partial(unit_products, arrays.factors))


def _units_of(references: References, units: Callable[[Lines], UnitProducts]) -> dict[int, UnitProducts | None]:
    """The products of these lines; items that share their lines share them."""
    made: dict[int, UnitProducts] = {}
    for lines in references.values():
        if lines is not None and id(lines) not in made:
            made[id(lines)] = units(lines)
    return {item: None if lines is None else made[id(lines)] for item, lines in references.items()}


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
    needed, years = float(line.demand.needed_years), counted_lifetime(sent, lot)
    within = lot.group.is_consumed and needed <= years + TERM_ROUNDING
    return 1 if within else whole_purchases(needed, years)
