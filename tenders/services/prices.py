"""A price on the same footing as an effect: what the demand costs per item and year of use.

    price for the demand = price / (items * years that they last) * (items * years that are needed)

A bid has one price for all its lines. Alternatives for one demand item are taken together by their items and
years. When the demand items of a lot do not all come to the same ratio there is no honest way to divide that one
price, and the answer is unknown. Source: method, section 4.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from indicators.calculation.factors import Floats
from tenders.models import BidLine

_CENT = Decimal("0.01")
TERM_ROUNDING = 0.01
"""years: a contract of ten years is not exactly 3,652 days"""


def price_for_demand(
    price: Decimal | None, lines: Sequence[BidLine], lifetimes: Floats, *, consumed: bool = False
) -> Decimal | None:
    """The price for all the years that are needed, to the cent; None when it cannot be said.

    Args:
        price: as it was offered.
        lines: of the bid, with their demand item.
        lifetimes: (L,) the years that count of each line.
        consumed: the years are those of the contract, which a day more or less does not make another one.
    """
    lasting = np.where(consumed, _whole_terms(lines, lifetimes), lifetimes)
    offered: dict[int, float] = defaultdict(float)
    needed: dict[int, float] = defaultdict(float)
    for line, years in zip(lines, lasting.tolist(), strict=True):
        if line.role == BidLine.Role.MAIN:
            offered[line.demand.pk] += float(line.count) * years
            needed[line.demand.pk] += float(line.count) * float(line.demand.needed_years)
    ratios = [needed[item] / offered[item] for item in offered]
    if price is None or not ratios or not all(math.isclose(ratio, ratios[0]) for ratio in ratios):
        return None
    return (price * Decimal(repr(ratios[0]))).quantize(_CENT, rounding=ROUND_HALF_UP)


def _whole_terms(lines: Sequence[BidLine], lifetimes: Floats) -> Floats:
    """The years of the contract, or those of the demand where the two differ by days only."""
    needed = np.array([float(line.demand.needed_years) for line in lines], dtype=float)
    return np.where(np.abs(needed - lifetimes) <= TERM_ROUNDING, needed, lifetimes)
