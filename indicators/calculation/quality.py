"""On what data a result rests: the split of |impact| over classes, and the worst class that matters.

Activity data and factors are classed apart: a metered quantity may meet a poor factor.

Source: method, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .errors import ShapeMismatch
from .factors import Factors, Floats
from .impact import unit_products
from .lines import Integers, Lines

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


def per_year_by_factor(
    factors: Factors, lines: Lines, labels: Integers, processing_labels: Integers, count: int
) -> Floats:
    """(count, L, I) what each line does per year by the factors of each label; together all that is known.

    A result is linear in its factors, so each label is the same calculation with the other factors at 0.

    Args:
        factors: of a method without end-of-life terms, as those join factors of several materials.
        labels: (M, I) a number below ``count`` for each factor; its recycled factor belongs to it.
        processing_labels: (G, I) as ``labels``.

    Raises:
        ShapeMismatch: labels of another shape, or factors with end-of-life terms.
    """
    fits = labels.shape == factors.primary.shape and processing_labels.shape == factors.processing.shape
    if not fits or factors.footprint is not None:
        raise ShapeMismatch("Each factor has one label, and a method with end-of-life terms has none.")
    found = np.zeros((count, len(lines), len(factors.indicators)))
    for label in range(count):
        mine = labels == label
        alone = replace(
            factors,
            primary=np.where(mine, factors.values, 0.0),
            processing=np.where(processing_labels == label, np.nan_to_num(factors.processing), 0.0),
            recycled=None if factors.recycled is None else np.where(mine, np.nan_to_num(factors.recycled), 0.0),
        )
        found[label] = unit_products(alone, lines).per_year * lines.count[:, None]
    return found
