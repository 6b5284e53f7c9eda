"""On what data a result rests: the split of |impact| over classes, and the worst class that matters.

Source: method, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .errors import ShapeMismatch
from .factors import Floats

ACTIVITY_CLASSES = ("measured", "verified", "supplier", "average", "spend")
"""Classes of quantities, best first."""
WORST_FROM = 0.05
"""A class that makes up less of the impact does not decide the label."""


def class_split(amounts: Floats, classes: Sequence[str]) -> Floats:
    """(I, 5) the share of each class in the sum of |impact|, rows adding to 1; NaN without any impact.

    >>> class_split([[30.0], [-10.0]], ["measured", "supplier"]).tolist()
    [[0.75, 0.0, 0.25, 0.0, 0.0]]

    Args:
        amounts: (N, I) terms of a result (lines, or production and use of lines apart); unknown counts 0.
        classes: (N,) the class of the quantity of each term.

    Raises:
        ShapeMismatch: other lengths, or a class that does not exist.
    """
    table = np.abs(np.nan_to_num(np.atleast_2d(np.asarray(amounts, dtype=float)), nan=0.0))
    if len(table) != len(classes) or set(classes) - set(ACTIVITY_CLASSES):
        raise ShapeMismatch("Each term has one class of data.")
    sums = np.zeros((table.shape[1], len(ACTIVITY_CLASSES)))
    for amount, each in zip(table, classes, strict=True):
        sums[:, ACTIVITY_CLASSES.index(each)] += amount
    total = sums.sum(axis=1, keepdims=True)
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)


def worst_class(split: Floats) -> str | None:
    """The worst class that makes up at least 5 % of one row of :func:`class_split`; None without impact.

    >>> worst_class([0.90, 0.06, 0.04, 0.0, 0.0])
    'verified'
    """
    named = [each for each, share in zip(ACTIVITY_CLASSES, split, strict=True) if share >= WORST_FROM]
    return named[-1] if named else None
