"""The place of each bid of a lot: shared by who is tied, and given only when all can be placed.

Source: method, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indicators.calculation import ties

from .comparing import ComparedBid, LotComparison

Order = Mapping[int, int | None]


def order_of(compared: Sequence[ComparedBid], indicator: int) -> dict[int, int | None]:
    """How the complete bids stand among themselves on one indicator (1 = least impact), by the id of the bid.

    None for a bid that is not complete. This is no place yet: see :func:`places_of`.
    """
    known = {
        each.bid.pk: float(each.comparison.demand_impact[indicator])
        for each in compared
        if each.comparison.complete[indicator] and not np.isnan(each.comparison.demand_impact[indicator])
    }
    placed = ties.places(known)
    return {each.bid.pk: placed.get(each.bid.pk) for each in compared}


def places_of(order: Order, *, aside: bool = False) -> dict[int, int | None]:
    """The place of each bid; None for all when one of them cannot be placed, as it may be lower than any.

    `aside`: whether another bid stands aside. Nobody could read that one, so it cannot be placed either.
    """
    whole = not aside and None not in order.values()
    return {bid: place if whole else None for bid, place in order.items()}


def ranks(comparison: LotComparison, indicator: int) -> dict[int, int | None]:
    """The place of each bid of a lot on one indicator, by the id of the bid."""
    return places_of(order_of(comparison.bids, indicator), aside=bool(comparison.set_aside))
