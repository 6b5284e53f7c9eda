"""Ragged rows: the rows of a bill of materials, or of use, taken together per line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .factors import Bits, Bools, Floats
from .lines import Integers


def sum_rows(rows: Floats, start: Integers, length: int) -> Floats:
    """(length, I) sums of the ragged rows; 0 where a line has none (``reduceat`` takes a neighbour)."""
    sums: Floats = _reduce_rows(np.add, rows, start, length)
    return sums


def join_rows(rows: Bits, start: Integers, length: int) -> Bits:
    """(length, W) the bits of all rows of a line together."""
    joined: Bits = _reduce_rows(np.bitwise_or, rows, start, length)
    return joined


def any_row(rows: Bools, start: Integers, length: int) -> Bools:
    """(length, ...) whether one of the rows of a line is true; false where a line has none."""
    found: Bools = _reduce_rows(np.logical_or, rows, start, length).astype(bool)
    return found


def _reduce_rows(how: np.ufunc, rows: NDArray[Any], start: Integers, length: int) -> NDArray[Any]:
    filled = np.diff(start) > 0
    if filled.all() and length:
        return how.reduceat(rows, start[:-1], axis=0)
    result = np.zeros((length, *rows.shape[1:]), dtype=rows.dtype)
    if filled.any():
        result[filled] = how.reduceat(rows, start[:-1][filled], axis=0)
    return result
