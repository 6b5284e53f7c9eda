"""What is said of the order of the bids of a lot that rest on ranges."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.views.order_words import OrderSaid, said_of
from tenders.services import LotComparison
from tenders.services.lot_ranges import named_ranges


def order_said(comparison: LotComparison, place: int, names: Mapping[int, str]) -> OrderSaid | None:
    """What holds of the order on one indicator; None where no range moves a bid or not all have a place.

    `names`: what each bid is called, by its id; only of lots of which every bid has a place.
    """
    if len(comparison.bids) < 2:
        return None
    called = [names[each.bid.pk] for each in comparison.bids]
    return said_of(comparison.orders(place), named_ranges(comparison, place), called)
