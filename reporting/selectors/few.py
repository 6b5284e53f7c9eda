"""Few contracts: who has an amount, and in whom two amounts differ.

Two amounts of the same contracts that differ in few of them tell of those few as much as an amount that only they
have: the one minus the other is theirs alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indicators.calculation.factors import Bools, Floats

from .scopes import FEWEST_CONTRACTS

_ROUNDING = 1e-9
"""Of the amounts themselves: what only rounding makes of two that are equal, such as estimate and forecast"""
_ROUNDING_OF_SUMS = 1e-12
"""Of the largest amount of all: what rounding leaves where parts of a contract cancel out"""
_AT_ONCE = 100_000
"""Differences in one table"""


def too_few(numbers: Any) -> Any:
    """Whether there are some, but not enough to tell; of one number or of each."""
    return (numbers > 0) & (numbers < FEWEST_CONTRACTS)


def is_few(column: Floats) -> bool:
    """Whether some contracts have this, but too few to tell; unknown is nothing."""
    return bool(too_few(np.count_nonzero(column[~np.isnan(column)])))


def differ_in_few(one: Floats, other: Floats) -> bool:
    """Whether two amounts (n,) of the same contracts differ in some, but in too few to tell both."""
    return bool(few_differ(one[:, None], other[:, None])[0, 0])


def few_differ(some: Floats, others: Floats) -> Bools:
    """(m, k) which of these amounts (n, m) differs from which of the others (n, k), of the same contracts, in too
    few of them to tell both."""
    some, others = (np.where(np.isnan(each), 0.0, each) for each in (some, others))
    limits, other_limits = _ROUNDING * np.abs(some), _ROUNDING * np.abs(others)
    least = _ROUNDING_OF_SUMS / _ROUNDING * max(limits.max(initial=0.0), other_limits.max(initial=0.0))
    limits = np.maximum(limits, least)
    found = np.zeros((some.shape[1], others.shape[1]), dtype=bool)
    step = max(1, _AT_ONCE // max(1, others.size))
    for start in range(0, some.shape[1], step):
        at = slice(start, start + step)
        differences = np.abs(some[:, at, None] - others[:, None, :])
        differing = differences > np.maximum(limits[:, at, None], other_limits[:, None, :])
        found[at] = too_few(np.count_nonzero(differing, axis=0))
    return found
