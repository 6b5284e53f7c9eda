"""What a comparison hangs on: the demand impact of each bid when an assumption or a claim is another one.

R and E are assumptions of the method, so they change for all bids at once; a lifetime is what one supplier
claims, so it changes for one bid while the others stay as they are. They are not drawn. With R = 1 recycled
content counts again, as it then is the only input discount. Source: method, section 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from .factors import Bools, Factors, Floats
from .impact import unit_products
from .lines import Lines
from .ties import tied
from .uncertainty import Question

LIFETIME_STEP = 0.2
"""How much shorter and longer a lifetime is taken (an assumption of the method)."""
SHARED = ("no-strategy-discount", "no-end-of-life-discount", "no-discounts")
"""Variations of what the method assumes: R = 1, E = 1, both; for all bids at once."""
ALONE = ("shorter-life", "longer-life")
"""Variations of what one bid claims."""
VARIATIONS = (*SHARED, *ALONE)


def demand_impacts(factors: Factors, question: Question) -> Floats:
    """(bids, I) what each bid does for the demand; unknown factors count 0, as in the sum of what is known.

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    per_year = unit_products(factors, question.lines).per_year * question.scale[:, None]
    result = np.zeros((question.bids, len(factors.indicators)))
    np.add.at(result, question.bid, per_year)
    return result


def varied_demand_impacts(factors: Factors, question: Question) -> Mapping[str, Floats]:
    """The same (bids, I) under each of :data:`VARIATIONS`; a life of what is consumed does not change.

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    return {
        name: demand_impacts(factors, replace(question, lines=_CHANGES[name](question.lines)))
        for name in VARIATIONS
    }


def changes_place(base: Floats, varied: Floats, *, alone: bool) -> Bools:
    """(bids,) whether a bid passes another one; bids that are equally low before or after pass nobody.

    >>> changes_place(np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.5, 5.0]), alone=False).tolist()
    [True, True, False]
    >>> changes_place(np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.5, 5.0]), alone=True).tolist()
    [True, False, False]

    Args:
        base: (bids,) on one indicator.
        varied: (bids,) the same under a variation.
        alone: each bid varies while the others stay at base; else all vary together.
    """
    others = base if alone else varied
    before, after = _apart(base, base), _apart(varied, others)
    return np.asarray((before * after < 0).any(axis=1))


def _apart(rows: Floats, columns: Floats) -> Floats:
    """(bids, bids) how much higher each is than each other one; 0 where the two are tied."""
    return np.where(tied(rows[:, None], columns[None, :]), 0.0, rows[:, None] - columns[None, :])


def _with_life(step: float) -> Callable[[Lines], Lines]:
    def changed(lines: Lines) -> Lines:
        years = np.where(lines.consumed, lines.lifetime_years, lines.lifetime_years * (1 + step))
        return replace(lines, lifetime_years=years)

    return changed


def _without_r(lines: Lines) -> Lines:
    return replace(lines, strategy_factor=np.ones(len(lines)))


def _without_e(lines: Lines) -> Lines:
    return replace(lines, end_of_life_factor=np.ones(len(lines)))


_CHANGES: Mapping[str, Callable[[Lines], Lines]] = {
    "no-strategy-discount": _without_r,
    "no-end-of-life-discount": _without_e,
    "no-discounts": lambda lines: _without_e(_without_r(lines)),
    "shorter-life": _with_life(-LIFETIME_STEP),
    "longer-life": _with_life(LIFETIME_STEP),
}
