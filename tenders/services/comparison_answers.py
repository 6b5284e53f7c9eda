"""The comparison of a lot as the typed answer, on one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import combinations

from indicators.calculation.bounds import Bounded
from indicators.calculation.comparison import PARTS
from indicators.calculation.known import known
from indicators.calculation.order import Dependence, Orders
from indicators.resources.bounds import Bounds
from indicators.services import NamedRange
from tenders import resources

from .certainty import Certainty
from .comparing import ComparedBid, LotComparison
from .lot_ranges import named_ranges
from .placing import ranks


def comparison_answer(
    comparison: LotComparison, place: int, certainty: Certainty | None, as_of: datetime
) -> resources.Comparison:
    """The bids of a lot on the indicator at this place; with how sure that is when it was asked."""
    info = comparison.arrays.indicators[place]
    placed = ranks(comparison, place)
    return resources.Comparison(
        lot=comparison.lot.public_id,
        indicator=info.code,
        unit=info.unit,
        basis=comparison.arrays.code,
        as_of=as_of,
        reference_is_baseline=comparison.reference_is_baseline,
        only_mass_and_life=comparison.only_mass_and_life(place),
        bids=[_compared(each, place, placed[each.bid.pk], certainty) for each in comparison.bids],
        order=_orders(comparison, place, placed),
        set_aside=[
            resources.BidSetAside(bid=bid.public_id, supplier=bid.supplier.code, reason=bid.set_aside_reason)
            for bid in comparison.set_aside
        ],
        uncertainty_counts=certainty.counts if certainty else None,
        not_drawn=list(certainty.not_drawn) if certainty else None,
        drawn_as_certain=list(certainty.drawn_as_certain) if certainty else None,
    )


def _compared(
    each: ComparedBid, place: int, rank: int | None, certainty: Certainty | None
) -> resources.ComparedBid:
    found, between, quality = each.comparison, each.between, each.quality(place)
    impact = _ends(between.demand_impact, place)
    drawn = certainty if certainty is not None and each.bid.pk in certainty.bounds else None
    return resources.ComparedBid(
        bid=each.bid.public_id,
        supplier=each.bid.supplier.code,
        place=rank,
        price=each.price,
        price_for_demand=each.price_for_demand,
        price_of_whole_purchases=each.price_of_purchases,
        demand_impact=known(found.demand_impact[place]),
        reference=known(found.reference[place]),
        avoided=known(found.avoided[place]),
        bounded=impact is not None,
        demand_impact_bounds=impact,
        reference_bounds=_ends(between.reference, place),
        avoided_bounds=_ends(between.avoided, place),
        avoided_parts=[
            resources.AvoidedPart(
                part=part, value=known(found.parts[part][place]), bounds=_ends(between.parts[part], place)
            )
            for part in PARTS
        ],
        environmental_cost=None,
        score=None,
        complete=bool(found.complete[place]),
        data_quality=dict(quality.split),
        worst_quality=quality.worst,
        assumption=quality.assumed,
        factor_quality=dict(quality.factors),
        whole_purchases=dict(each.whole_purchases),
        bounds=_drawn(drawn, each.bid.pk) if drawn else impact,
        probability_best=drawn.probability_best[each.bid.pk] if drawn else None,
        sensitivity=_variations(drawn, each.bid.pk),
    )


def _ends(found: Bounded, place: int) -> Bounds | None:
    """Between what a value lies; None where no range moves it, or it is not known."""
    low, high = float(found.low[place]), float(found.high[place])
    return Bounds.of(low, high, bounded=low < high)


def _drawn(drawn: Certainty, bid: int) -> Bounds:
    low, high = drawn.bounds[bid]
    return Bounds(low=low, high=high)


def _orders(comparison: LotComparison, place: int, placed: Mapping[int, int | None]) -> list[resources.PairOrder]:
    """Every pair of bids, the better one first; nothing where not every bid has a place."""
    if len(comparison.bids) < 2 or None in placed.values():
        return []
    found, names = comparison.orders(place), named_ranges(comparison, place)
    pairs = combinations(found.ranking(), 2)
    return [_pair(comparison, found, pair, names) for pair in pairs]


def _pair(
    comparison: LotComparison, found: Orders, pair: tuple[int, int], names: Mapping[int, NamedRange]
) -> resources.PairOrder:
    better, worse = pair
    order = found.order(worse, better)
    assert order is not None
    return resources.PairOrder(
        better=comparison.bids[better].bid.public_id,
        worse=comparison.bids[worse].bid.public_id,
        certainty=order.state.value,
        difference=order.difference,
        bounds=Bounds.of(order.low, order.high, bounded=order.low < order.high),
        depends_on=[_dependence(each, names[each.place]) for each in order.depends_on],
    )


def _dependence(each: Dependence, named: NamedRange) -> resources.Dependence:
    return resources.Dependence(
        factor=named.factor,
        name=named.name,
        making_of=named.making_of,
        unit=named.unit,
        bounds=Bounds(low=named.low, high=named.high),
        central=named.central,
        break_even=each.break_even,
        # Of the worse one minus the better one: where that grows with the range, the better one is lower above.
        better_below=each.swing < 0,
    )


def _variations(drawn: Certainty | None, bid: int) -> list[resources.Variation] | None:
    if drawn is None:
        return None
    return [
        resources.Variation(
            variation=row.variation, demand_impact=row.demand_impact, changes_place=row.changes_place
        )
        for row in drawn.sensitivity[bid]
    ]
