"""The bids of a lot by every method beside each other: does the ranking depend on the method?

Only after the final award: while bids are judged only the published method counts, and before the opening nobody
knows the bids. Source: method, section 3b.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from indicators.models import Basis
from indicators.selectors import bases_beside, basis_arrays
from tenders.models import Tender

from .bid_documents import assess_bid
from .comparing import ComparedBid, LotComparison, against_demand, ranks, reference_units


@dataclass(frozen=True)
class MethodRanking:
    """The bids on one indicator by one method; by the id of the bid, the rank None when incomplete."""

    method: str
    version: str
    published: bool
    """the method that was published with the tender"""
    impacts: Mapping[int, float]
    """impact for the whole demand, of what is known; NaN when nothing is"""
    ranks: Mapping[int, int | None]


def rank_by_method(comparison: LotComparison, place: int) -> list[MethodRanking]:
    """The ranking on this indicator by the published method and by each other method on the same factors.

    Empty before the award is final. The documents of the bids are not read again: a few queries per method.
    """
    tender = comparison.lot.tender
    if tender.status != Tender.Status.FINAL or not comparison.bids:
        return []
    code = comparison.arrays.indicators[place].code
    found = [_ranking(comparison, place, published=comparison.basis.pk == tender.basis_id)]
    for basis in bases_beside(comparison.basis):
        other = _recalculated(comparison, basis)
        if code in basis.indicators:
            found.append(_ranking(other, other.arrays.position(code), published=basis.pk == tender.basis_id))
    return found


def order_depends(rankings: Sequence[MethodRanking]) -> bool:
    """Whether two bids stand the other way round by some two methods that both rank them."""
    bids = {bid for ranking in rankings for bid in ranking.ranks}
    return any(
        {ordered for each in rankings if (ordered := _order(each, first, second))} == {-1, 1}
        for first, second in combinations(sorted(bids), 2)
    )


def _order(ranking: MethodRanking, first: int, second: int) -> int:
    """-1 when the first is lower, 1 when it is higher, 0 when they are equal or one has no rank."""
    one, other = ranking.ranks.get(first), ranking.ranks.get(second)
    return 0 if one is None or other is None else (one > other) - (one < other)


def _recalculated(comparison: LotComparison, basis: Basis) -> LotComparison:
    """The same bids against the same demand, on another basis."""
    arrays, lot = basis_arrays(basis), comparison.lot
    references = reference_units(comparison.items, arrays, lot.group)
    bids = []
    for each in comparison.bids:
        assessed = assess_bid(each.assessed.documents, lot, arrays)
        compared = against_demand(each.lines, assessed, comparison.items, references)
        bids.append(replace(each, assessed=assessed, comparison=compared))
    return LotComparison(lot, basis, arrays, comparison.items, bids)


def _ranking(comparison: LotComparison, place: int, *, published: bool) -> MethodRanking:
    method = comparison.basis.method_version
    bids: Sequence[ComparedBid] = comparison.bids
    impacts = {each.bid.pk: float(each.comparison.demand_impact[place]) for each in bids}
    return MethodRanking(method.method.name_nl, method.version, published, impacts, ranks(bids, place))
