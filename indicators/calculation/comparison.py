"""A bid against the demand: its impact, the reference, and what is avoided, taken apart.

    bid for the demand = sum over lines of per year * needed years
    reference          = per year of one reference item * needed count * needed years
    avoided            = reference - bid          negative = extra impact, not floored

Parts by sequential substitution: each step has the earlier steps at the bid and the later ones at the
reference. They depend on the order, and sum to avoided. Source: method, section 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .bounds import Bounded, bounded_of
from .errors import DifferentDemand, NotPositive
from .factors import Bools, Factors, Floats
from .impact import UnitProducts

PARTS = ("fewer-items", "composition", "strategy", "end-of-life", "lifetime", "use", "accessories")


@dataclass(frozen=True)
class BidItem:
    """What a bid offers for one demand item.

    Args:
        main: the lines that answer the demand; alternatives, so that their counts add; none where the bid leaves
            this demand open.
        main_count: items per line, or units per year of a consumed group.
        accessories: the lines that come with it and answer 0 reference items.
        accessory_count: as ``main_count``.
    """

    main: UnitProducts
    main_count: Floats
    accessories: UnitProducts | None = None
    accessory_count: Floats | None = None


@dataclass(frozen=True)
class Comparison:
    """One bid for one demand item, (I,) per indicator; NaN where bid or reference is incomplete or absent."""

    demand_impact: Floats
    """of what is known; incomplete where ``complete`` is false"""
    reference: Floats
    avoided: Floats
    parts: dict[str, Floats]
    """in the order of :data:`PARTS`; sum to avoided"""
    complete: Bools
    """the bid is complete for this indicator"""


def compare(bid: BidItem, reference: UnitProducts | None, needed_count: float, needed_years: float) -> Comparison:
    """The bid for the demand beside its reference.

    Args:
        bid: main lines and accessories of one bid for one demand item.
        reference: one product, or None when neither a reference nor a baseline product is known.
        needed_count: items needed, or units per year of a consumed group.
        needed_years: for how long.

    Raises:
        NotPositive: a demand of nothing. DifferentDemand: not one reference product.
    """
    if not (needed_count > 0 and needed_years > 0):
        raise NotPositive("A demand is for more than zero items and years.")
    if reference is not None and len(reference.lifetime_years) != 1:
        raise DifferentDemand("A comparison has exactly one reference product.")
    steps = _steps(bid, reference, needed_count)
    accessories = _accessories(bid)
    impact = (steps[-1] + accessories) * needed_years
    missing = np.asarray(bid.main.missing.any(axis=0))
    # What is left open is known to cost nothing: only lines that are there can be unknown.
    null = bid.main.null.all(axis=0) if len(bid.main.lifetime_years) else np.zeros_like(missing)
    if bid.accessories is not None:
        missing = missing | bid.accessories.missing.any(axis=0)
        null = null & bid.accessories.null.all(axis=0)
    impact = np.where(null, np.nan, impact)
    if reference is None:
        unknown = np.full_like(impact, np.nan)
        return Comparison(impact, unknown, unknown, dict.fromkeys(PARTS, unknown), ~missing)
    rank_less = missing | reference.missing[0]
    parts = {
        part: np.where(rank_less, np.nan, (before - after) * needed_years)
        for part, before, after in zip(PARTS, steps[:-1], steps[1:], strict=False)
    }
    parts["accessories"] = np.where(rank_less, np.nan, -accessories * needed_years)
    base = np.where(reference.missing[0], np.nan, steps[0] * needed_years)
    return Comparison(impact, base, np.where(rank_less, np.nan, base - impact), parts, ~missing)


@dataclass(frozen=True)
class BoundedComparison:
    """A comparison on factors with ranges: bid and reference share them, so that what is common falls out.

    Each part of avoided is linear in the factors (R, E, T and counts are no factors), so it has bounds of its own.
    Parts sum to avoided at every value of the ranges; their bounds do not.
    """

    demand_impact: Bounded
    reference: Bounded
    avoided: Bounded
    parts: dict[str, Bounded]
    complete: Bools


def bounded_comparison(factors: Factors, whole: Comparison) -> BoundedComparison:
    """What was compared, or joined, with products on :func:`indicators.calculation.bounds.with_slopes`.

    Args:
        factors: with the ranges, as they were before ``with_slopes``.
    """
    told = [whole.demand_impact, whole.reference, whole.avoided, *(whole.parts[part] for part in PARTS)]
    impact, reference, avoided, *parts = bounded_of(factors, np.stack(told)).apart()
    by_part = dict(zip(PARTS, parts, strict=True))
    return BoundedComparison(impact, reference, avoided, by_part, whole.complete[: len(factors.indicators)])


def join_comparisons(comparisons: list[Comparison]) -> Comparison:
    """The comparison of a whole bid: the sum over its demand items; NaN where one of them is NaN."""
    return Comparison(
        np.sum([each.demand_impact for each in comparisons], axis=0),
        np.sum([each.reference for each in comparisons], axis=0),
        np.sum([each.avoided for each in comparisons], axis=0),
        {part: np.sum([each.parts[part] for each in comparisons], axis=0) for part in PARTS},
        np.asarray(np.all([each.complete for each in comparisons], axis=0)),
    )


def bought_reference(
    per_year: Floats, needed_count: float, main_count: float, count: float, years: float
) -> Floats:
    """(I,) the reference for what was bought: per year of one reference item * (needed / main count) * N * T.

    Contracts and reports use it with the N and T of their column (estimated, forecast), so that in each
    column reference - impact = avoided. Accessories have none: their reference is 0.
    """
    return np.asarray(per_year, dtype=float) * (needed_count / main_count * count * years)


def whole_purchases(needed_years: float, lifetime_years: float) -> int:
    """How many times the product must be bought to fill the needed years: the check beside a linear number.

    >>> whole_purchases(10, 4), whole_purchases(8, 4)
    (3, 2)
    """
    return math.ceil(round(needed_years / lifetime_years, 9))


def capped_lifetime(claimed: float, cap: float, warranty_years: float | None = None) -> float:
    """The T of the award: the claim up to the cap of the group; beyond it only as far as a warranty goes.

    >>> capped_lifetime(20, 10), capped_lifetime(20, 10, 15), capped_lifetime(8, 10, 15)
    (10, 15, 8)
    """
    return min(claimed, max(cap, warranty_years or 0))


def _steps(bid: BidItem, reference: UnitProducts | None, needed_count: float) -> list[Floats]:
    """Impact per year of the demand: the reference, then each substitution; last the main lines."""
    counts = np.asarray(bid.main_count, dtype=float)[:, None]
    main = bid.main
    if reference is None:
        return [(counts * main.per_year).sum(axis=0)]
    offered = [
        ("kept", "added"),
        ("strategy_factor",),
        ("end_of_life_factor", "end"),
        ("lifetime_years",),
        ("once", "yearly"),
    ]
    values = {name: getattr(reference, name) for names in offered for name in names}
    one = _per_year(**values)[0]
    steps = [one * needed_count, one * counts.sum()]
    for names in offered:
        values |= {name: getattr(main, name) for name in names}
        steps.append((counts * _per_year(**values)).sum(axis=0))
    return steps


def _per_year(
    kept: Floats,
    added: Floats,
    strategy_factor: Floats,
    end_of_life_factor: Floats,
    lifetime_years: Floats,
    once: Floats,
    yearly: Floats,
    end: Floats | float,
) -> Floats:
    before = kept * strategy_factor + added
    return (before * end_of_life_factor + end + once) / lifetime_years[:, None] + yearly


def _accessories(bid: BidItem) -> Floats:
    if bid.accessories is None or bid.accessory_count is None:
        return np.zeros(bid.main.weighted.shape[1])
    counts = np.asarray(bid.accessory_count, dtype=float)[:, None]
    return np.asarray((counts * bid.accessories.per_year).sum(axis=0))
