"""When two results are the same: a difference within rounding makes nobody the winner.

Source: method, section 4 (equal within 1e-9 is a tie).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .factors import Bools

EQUAL = 1e-9
"""of the larger of the two"""
NOTHING = 1e-12
"""so close to zero that a difference is only the rounding of the sum"""


def tied(first: ArrayLike, second: ArrayLike) -> Bools:
    """Whether values are equal within :data:`EQUAL` of the larger; what is unknown is equal to nothing.

    >>> tied([1.0, 1.0, 0.0], [1.0 + 5e-10, 1.001, 1e-17]).tolist()
    [True, False, True]
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    larger = np.maximum(np.abs(one), np.abs(other))
    return np.asarray(np.abs(one - other) <= np.maximum(EQUAL * larger, NOTHING))


def places(values: Mapping[int, float]) -> dict[int, int]:
    """The place of each value, the lowest first; who is tied with the first of a place shares it.

    >>> places({7: 3.0, 8: 1.0, 9: 1.0 + 1e-10, 10: 2.0})
    {8: 1, 9: 1, 10: 3, 7: 4}
    """
    found: dict[int, int] = {}
    place, first = 0, float("nan")
    for number, key in enumerate(sorted(values, key=values.__getitem__), start=1):
        if not tied(first, values[key]):
            place, first = number, values[key]
        found[key] = place
    return found
