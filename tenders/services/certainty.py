"""How sure the ranking of a lot is: bounds per bid, how often each is the lowest, and what it hangs on.

Source: method, section 9. During the evaluation looking at this is a deliberate, logged choice that counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db import transaction

from indicators.calculation import sensitivity, uncertainty
from indicators.calculation.factors import Bools, Factors, Floats, Formula
from indicators.calculation.lines import Integers, Lines, join_lines
from indicators.services import is_one
from mvi_dashboard.ground import audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import conflict
from tenders.models import Tender

from .comparing import ComparedBid, LotComparison

SUPPLIER_SPREAD = 0.1
"""s of masses and shares that a supplier gives (an assumption of the method)."""
MAKING = "het maken van het product"
"""What processing is called where it is named among factors."""
_JUDGING = (Tender.Status.OPENED, Tender.Status.DECIDED)


@dataclass(frozen=True)
class Varied:
    """A bid under one variation of R, E or T."""

    variation: str
    demand_impact: float
    changes_place: bool
    """it passes another bid"""


@dataclass(frozen=True)
class Certainty:
    """On one indicator, by the id of the bid; only complete bids are drawn."""

    bounds: Mapping[int, tuple[float, float]]
    """nine of ten draws lie between these"""
    probability_best: Mapping[int, float]
    drawn_as_certain: Sequence[str]
    """names of materials, flows and makings whose factor has no spread"""
    counts: bool
    """False during the evaluation: there it counts for nothing"""
    sensitivity: Mapping[int, Sequence[Varied]]
    """in the order of the variations of the core"""
    not_drawn: Sequence[str] = ()
    """which of R, E and T the bids rest on: no draw changes them"""


def certainty_of(actor: Actor, comparison: LotComparison, place: int) -> Certainty:
    """Draw the complete bids of a lot on the same factors; asking for it during the evaluation is logged.

    Two calls give the same numbers, and a bid's own draws do not depend on which others there are.
    Raises Refused 409 for a method that counts recycled material: of its factors no spread is known.
    """
    if comparison.arrays.factors.formula is not Formula.METABOLIC:
        raise conflict("not_drawn", "Voor deze methode rekenen wij niet uit hoe zeker de volgorde is.")
    tender = comparison.lot.tender
    judging = tender.status in _JUDGING
    if judging:
        changes = {"lot": comparison.lot.number, "indicator": comparison.arrays.indicators[place].code}
        with transaction.atomic():
            audit.record(actor, "bids.certainty", tender, organisation=tender.organisation_id, changes=changes)
    bids = [each for each in comparison.bids if each.comparison.complete[place]]
    if not bids:
        return Certainty({}, {}, [], not judging, {})
    question = _question(bids)
    draws = _draws(comparison, question, place)
    low_high, best = uncertainty.bounds(draws), uncertainty.probability_best(draws[:, None])[:, 0]
    return Certainty(
        {each.bid.pk: (float(low), float(high)) for each, (low, high) in zip(bids, low_high, strict=True)},
        {each.bid.pk: float(chance) for each, chance in zip(bids, best, strict=True)},
        _certain(comparison, question.lines, place),
        not judging,
        _sensitivity(comparison, bids, question, place),
        uncertainty.not_drawn(question.lines),
    )


def _question(bids: Sequence[ComparedBid]) -> uncertainty.Question:
    """The lines of these bids for the demand that they answer."""
    lines = join_lines([each.assessed.lines for each in bids])
    return uncertainty.Question(
        lines,
        [f"{each.bid.public_id} {line.reference}" for each in bids for line in each.lines],
        np.repeat(np.arange(len(bids)), [len(each.lines) for each in bids]),
        lines.count * np.concatenate([each.needed_years for each in bids]),
    )


def _draws(comparison: LotComparison, question: uncertainty.Question, place: int) -> Floats:
    """(bids, draws) on one indicator."""
    arrays = comparison.arrays
    factors = arrays.factors.of_indicator(place)
    spread = uncertainty.Spread(
        arrays.factor_gsd[:, [place]],
        np.full(factors.processing.shape, np.nan),
        np.full(len(question.lines), SUPPLIER_SPREAD),
        _by_definition(comparison, question.lines),
    )
    alone = replace(question, lines=question.lines.of_indicator(place))
    drawn = uncertainty.draw_demand_impacts(factors, alone, spread, basis=arrays.code)
    return np.asarray(drawn[:, 0])


def _by_definition(comparison: LotComparison, lines: Lines) -> Bools:
    """(L,) lines of which one unit is 1 in the unit of its bill: there is nothing to be unsure of."""
    arrays = comparison.arrays
    units = [arrays.units[arrays.factors.items[row]] for row in lines.material[lines.bill_start[:-1]].tolist()]
    return np.array([is_one(comparison.lot.group_as_asked, unit) for unit in units], dtype=bool)


def _sensitivity(
    comparison: LotComparison, bids: Sequence[ComparedBid], question: uncertainty.Question, place: int
) -> dict[int, list[Varied]]:
    """Each bid under every variation, on one indicator."""
    factors = comparison.arrays.factors.of_indicator(place)
    question = replace(question, lines=question.lines.of_indicator(place))
    base = sensitivity.demand_impacts(factors, question)[:, 0]
    found: dict[int, list[Varied]] = {each.bid.pk: [] for each in bids}
    for name, table in sensitivity.varied_demand_impacts(factors, question).items():
        varied = table[:, 0]
        passes = sensitivity.changes_place(base, varied, alone=name in sensitivity.ALONE)
        for each, value, turned in zip(bids, varied.tolist(), passes.tolist(), strict=True):
            found[each.bid.pk].append(Varied(name, value, turned))
    return found


def _certain(comparison: LotComparison, lines: Lines, place: int) -> list[str]:
    arrays = comparison.arrays
    used = np.unique(np.concatenate([lines.material, lines.flow]))
    known = used[~np.isnan(arrays.factors.primary[used, place])]
    rows = known[np.isnan(arrays.factor_gsd[known, place]) & ~_ranged(arrays.factors, known, place)]
    names = [arrays.names[arrays.factors.items[row]] for row in rows.tolist()]
    return names + ([MAKING] if _makes(arrays.factors, lines, place) else [])


def _ranged(factors: Factors, rows: Integers, place: int, *, making: bool = False) -> Bools:
    """(N,) which of these rows of materials, or of making, are known between bounds: those are drawn."""
    ranges = factors.ranges
    if ranges is None:
        return np.zeros(len(rows), dtype=bool)
    mine = (ranges.is_processing if making else ranges.of_primary) & (ranges.indicator == place)
    return np.isin(rows, ranges.row[mine])


def _makes(factors: Factors, lines: Lines, place: int) -> bool:
    """Whether the making of a product counts in one of these lines as one number, of which no spread is known."""
    counts = factors.counted_processing[lines.group, place] > 0
    return bool((counts & ~_ranged(factors, lines.group, place, making=True)).any())
