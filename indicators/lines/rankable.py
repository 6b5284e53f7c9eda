"""On which indicators a comparison in a product group can end in an order, as far as its own products tell.

What a bid names beside these products can always lack a factor: then the comparison itself says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from indicators.models import CLIMATE
from indicators.selectors import IndicatorInfo

from .gaps import ProductGap

ALWAYS_TOLD = frozenset({CLIMATE, "materials"})
"""Climate and the use of raw materials: told elsewhere for every group"""


class Ranking(StrEnum):
    """What a comparison on one indicator ends in."""

    COMPLETE = "complete"
    BOUNDED = "bounded"
    """an order too, which says whether it holds for every value between the bounds"""
    PARTLY = "partly"
    """of some products a factor is missing"""
    NONE = "none"


@dataclass(frozen=True)
class Rankable:
    """One indicator of the basis for one group."""

    info: IndicatorInfo
    state: Ranking
    missing: Sequence[str]
    """what has no factor, each once"""


def rankable(products: Sequence[ProductGap]) -> list[Rankable]:
    """Each indicator of the basis beside climate and raw materials; empty for a group without products."""
    infos = products[0].indicators if products else ()
    return [_rankable(info, products) for info in infos if info.code not in ALWAYS_TOLD]


def _rankable(info: IndicatorInfo, products: Sequence[ProductGap]) -> Rankable:
    whole = [each.is_complete(info.code) for each in products]
    missing = list(dict.fromkeys(name for each in products for name in each.missing.get(info.code, ())))
    if not all(whole):
        return Rankable(info, Ranking.PARTLY if any(whole) else Ranking.NONE, missing)
    bounded = any(info.code in each.bounded for each in products)
    return Rankable(info, Ranking.BOUNDED if bounded else Ranking.COMPLETE, ())
