"""Whether bounds of a part may be told: how far they lie from their measure says as much as an amount.

A range is public, so who knows what one more kg per kg does knows the amount from its bounds. Contracts with
another range than the others stand apart in any sum of bounds: what is below in one proportion to what is above
belongs to one range. So bounds are told of parts in which each such proportion, and each amount, is of enough
contracts.
See docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from contracts.models import BOUNDED, BOUNDS, ENDS, bound_of
from indicators.calculation.factors import Floats

from .few import too_few

_SAME = 1e-7
"""Of two proportions, and of the largest amount: what rounding makes of what is equal"""


def any_bounds(bounds: Mapping[str, Floats]) -> bool:
    """Whether anything of these contracts lies between bounds (n,) per bound, as far from its measure."""
    return any(np.nan_to_num(column).any() for column in bounds.values())


def may_tell_bounds(columns: Mapping[str, Floats], bounds: Mapping[str, Floats], hidden: Collection[str]) -> bool:
    """Whether the bounds of all measures that are told may be told as well.

    Args:
        columns: (n,) per measure, unknown NaN.
        bounds: (n,) per bound, how far it lies from its measure; NaN = between no bounds.
    """
    far = {bound: np.nan_to_num(bounds[bound]) for bound, code in BOUNDS.items() if code not in hidden}
    far = {bound: column for bound, column in far.items() if column.any()}
    ends = [np.nan_to_num(columns[BOUNDS[bound]]) + column for bound, column in far.items()]
    if any(_is_few(column) for column in (*far.values(), *ends)):
        return False
    if any(_few_of_a_range(*_pair(bounds, code)) for code in BOUNDED if code not in hidden):
        return False
    told = [np.nan_to_num(column) for code, column in columns.items() if code not in hidden and column.any()]
    beside = [*far.values(), *told, *ends]
    return not any(_few_apart(one, other) for one in far.values() for other in beside if one is not other)


def _pair(bounds: Mapping[str, Floats], code: str) -> tuple[Floats, Floats]:
    low, high = (np.nan_to_num(bounds[bound_of(code, end)]) for end in ENDS)
    return low, high


def _is_few(column: Floats) -> bool:
    return bool(too_few(np.count_nonzero(column)))


def _few_of_a_range(low: Floats, high: Floats) -> bool:
    """Whether few contracts have bounds in a proportion of their own."""
    there = (low != 0) | (high != 0)
    if not there.any():
        return False
    angles = np.sort(np.arctan2(-low[there], high[there]))
    starts = np.flatnonzero(np.diff(angles, prepend=-np.inf) > _SAME)
    return bool(too_few(np.diff(np.append(starts, len(angles)))).any())


def _few_apart(one: Floats, other: Floats) -> bool:
    """Whether one amount is so many times the other in all contracts but a few, whatever that number is.

    A proportion that one contract has alone is nothing that anybody else knows.
    """
    there = (one != 0) | (other != 0)
    if not there.any():
        return False
    angles = np.sort(np.mod(np.arctan2(one[there], other[there]), np.pi))
    starts = np.flatnonzero(np.diff(angles, prepend=-np.inf) > _SAME)
    sizes = np.diff(np.append(starts, len(angles)))
    if len(sizes) > 1 and angles[-1] - angles[0] > np.pi - _SAME:
        # The proportions stand in a circle: the first and the last are one.
        sizes = np.append(sizes[1:-1], sizes[0] + sizes[-1])
    return bool(too_few(len(angles) - sizes[sizes > 1]).any())
