"""The comparison of a lot as the typed answer, on one indicator."""

from __future__ import annotations

from datetime import datetime

from indicators.calculation.comparison import PARTS
from indicators.calculation.known import known
from tenders import resources

from .certainty import Certainty
from .comparing import ComparedBid, LotComparison
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
        bids=[_compared(each, place, placed[each.bid.pk], certainty) for each in comparison.bids],
        set_aside=[
            resources.BidSetAside(bid=bid.public_id, supplier=bid.supplier.code, reason=bid.set_aside_reason)
            for bid in comparison.set_aside
        ],
        uncertainty_counts=certainty.counts if certainty else None,
        drawn_as_certain=list(certainty.drawn_as_certain) if certainty else None,
    )


def _compared(
    each: ComparedBid, place: int, rank: int | None, certainty: Certainty | None
) -> resources.ComparedBid:
    found, quality = each.comparison, each.quality(place)
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
        avoided_parts=[resources.AvoidedPart(part=part, value=known(found.parts[part][place])) for part in PARTS],
        environmental_cost=None,
        score=None,
        complete=bool(found.complete[place]),
        data_quality=dict(quality.split),
        worst_quality=quality.worst,
        assumption=quality.assumed,
        factor_quality=dict(quality.factors),
        whole_purchases=dict(each.whole_purchases),
        bounds=_bounds(drawn, each.bid.pk),
        probability_best=drawn.probability_best[each.bid.pk] if drawn else None,
        sensitivity=_variations(drawn, each.bid.pk),
    )


def _bounds(drawn: Certainty | None, bid: int) -> resources.Bounds | None:
    if drawn is None:
        return None
    low, high = drawn.bounds[bid]
    return resources.Bounds(low=low, high=high)


def _variations(drawn: Certainty | None, bid: int) -> list[resources.Variation] | None:
    if drawn is None:
        return None
    return [
        resources.Variation(
            variation=row.variation, demand_impact=row.demand_impact, changes_place=row.changes_place
        )
        for row in drawn.sensitivity[bid]
    ]
