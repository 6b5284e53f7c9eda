"""Methods beside each other: the demand before it is published, the bids after the final award.

While bids are judged only the published method counts, and before the opening nobody knows the bids.
Source: method, section 3b.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from indicators import services as framework
from indicators.calculation import impact
from indicators.models import Basis
from indicators.selectors import bases_beside, basis_arrays, current_basis
from mvi_dashboard.ground.problems import conflict
from tenders.models import Lot, LotItem, Tender

from .comparing import ComparedBid, LotComparison, on_basis
from .placing import order_of, ranks


@dataclass(frozen=True)
class MethodRanking:
    """The bids on one indicator by one method, by the id of the bid."""

    method: str
    version: str
    published: bool
    """the method that was published with the tender"""
    impacts: Mapping[int, float]
    """impact for the whole demand, of what is known; NaN when nothing is"""
    ranks: Mapping[int, int | None]
    """how the complete bids stand among themselves; None for one that is not complete"""
    places: Mapping[int, int | None]
    """the places that may be told: none at all when one bid cannot be placed"""


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
        other = on_basis(comparison, basis)
        if code in basis.indicators:
            found.append(_ranking(other, other.arrays.position(code), published=basis.pk == tender.basis_id))
    return found


@dataclass(frozen=True)
class DemandByMethod:
    """The products of one demand item by one method, for the whole demand; NaN = unknown."""

    item: LotItem
    basis: Basis
    baseline: float
    reference: float
    complete: bool | None
    """of the products that are chosen; None when none is"""


def demand_by_method(tender: Tender, indicator: str) -> list[DemandByMethod]:
    """What is asked, by the current method and by each other one, item by item.

    Only of a concept: after publication only the published method counts. Raises Refused (409).
    """
    if tender.status != Tender.Status.DRAFT:
        raise conflict("wrong_state", "Na publicatie telt alleen de gepubliceerde methode.")
    current = current_basis()
    found = []
    for lot in tender.lots.all():
        for item in lot.items.all():
            for basis in (current, *bases_beside(current)):
                if indicator in basis.indicators:
                    found.append(_demand(item, lot, basis, indicator))
    return found


def _demand(item: LotItem, lot: Lot, basis: Basis, indicator: str) -> DemandByMethod:
    arrays = basis_arrays(basis)
    place, sizes = arrays.position(indicator), float(item.needed_count or 0) * float(item.needed_years or 0)
    values, complete = [], None
    for product in (item.baseline_product, item.reference_product):
        if product is None:
            values.append(math.nan)
            continue
        line = framework.product_line(product, framework.energy_of_demand(item.use_energy))
        lines = framework.lines_to_arrays(arrays, lot.group, [line])
        unit = impact.unit_products(arrays.factors, lines)
        complete = complete is not False and not bool(unit.missing[0, place])
        values.append(math.nan if unit.null[0, place] else float(unit.per_year[0, place]) * sizes)
    return DemandByMethod(item, basis, values[0], values[1], complete)


def order_depends(rankings: Sequence[MethodRanking]) -> bool:
    """Whether two bids stand the other way round by some two methods that both rank them."""
    bids = {bid for ranking in rankings for bid in ranking.ranks}
    return any(
        {ordered for each in rankings if (ordered := _order(each, first, second))} == {-1, 1}
        for first, second in combinations(sorted(bids), 2)
    )


def order_is_tested(rankings: Sequence[MethodRanking]) -> bool:
    """Whether every two bids could be held beside each other by every method, and there are two."""
    return all(len(each.places) > 1 and None not in each.places.values() for each in rankings)


def _order(ranking: MethodRanking, first: int, second: int) -> int:
    """-1 when the first is lower, 1 when it is higher, 0 when they are equal or one has no rank."""
    one, other = ranking.ranks.get(first), ranking.ranks.get(second)
    return 0 if one is None or other is None else (one > other) - (one < other)


def _ranking(comparison: LotComparison, place: int, *, published: bool) -> MethodRanking:
    method = comparison.basis.method_version
    bids: Sequence[ComparedBid] = comparison.bids
    impacts = {each.bid.pk: float(each.comparison.demand_impact[place]) for each in bids}
    order, places = order_of(bids, place), ranks(comparison, place)
    return MethodRanking(method.method.name_nl, method.version, published, impacts, order, places)
