"""On what data a result rests: the split of |impact| over classes, and the worst class that matters.

Activity data and factors are classed apart: a metered quantity may meet a poor factor. What rests on ranges of
factors is a class of its own, between averages and spend, whatever the quantity is.

Source: method, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .bounds import Bounded
from .errors import ShapeMismatch
from .factors import Factors, Floats
from .impact import unit_products
from .lines import Integers, Lines

ACTIVITY_CLASSES = ("measured", "verified", "supplier", "average", "spend")
"""Classes of quantities, best first."""
AVERAGE, RANGE = "average", "range"
"""What rests on factors that are known between bounds only"""
CLASSES = (*ACTIVITY_CLASSES[:-1], RANGE, ACTIVITY_CLASSES[-1])
"""The classes of a result that may rest on ranges, best first."""
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
    return _shares(_sums(table, classes, ACTIVITY_CLASSES))


def class_split_on_ranges(amounts: Floats, classes: Sequence[str], on_ranges: Floats) -> Floats:
    """(I, 6) the same over :data:`CLASSES`: of each term, what rests on ranges is in the class ``range``.

    >>> class_split_on_ranges([[30.0], [10.0]], ["measured", "supplier"], [[24.0], [0.0]]).tolist()
    [[0.15, 0.0, 0.25, 0.0, 0.6, 0.0]]

    Args:
        amounts, classes: as for :func:`class_split`.
        on_ranges: (N, I) the part of each |amount| that rests on ranges: see :func:`resting_on_ranges`.

    Raises:
        ShapeMismatch.
    """
    table = np.abs(np.nan_to_num(np.atleast_2d(np.asarray(amounts, dtype=float)), nan=0.0))
    resting = np.minimum(np.atleast_2d(np.asarray(on_ranges, dtype=float)), table)
    if np.shape(on_ranges) != table.shape:
        raise ShapeMismatch("Each term has one part that rests on ranges.")
    sums = _sums(table - resting, classes, CLASSES)
    sums[:, CLASSES.index(RANGE)] = resting.sum(axis=0)
    return _shares(sums)


def resting_on_ranges(bounded: Bounded) -> Floats:
    """(..., I) how much of |value| rests on ranges, with each at its central value; never more than all of it."""
    moved = np.abs(np.nan_to_num(bounded.slopes)) * bounded.ranges.central
    whole = moved @ bounded.ranges.by_indicator(bounded.value.shape[-1])
    return np.minimum(whole, np.abs(np.nan_to_num(bounded.value)))


def worst_class(split: Floats, classes: Sequence[str] = ACTIVITY_CLASSES) -> str | None:
    """The worst class that makes up at least 5 % of one row of :func:`class_split`; None without impact.

    >>> worst_class([0.90, 0.06, 0.04, 0.0, 0.0])
    'verified'
    >>> worst_class([0.15, 0.0, 0.25, 0.0, 0.6, 0.0], CLASSES)
    'range'
    """
    named = [each for each, share in zip(classes, split, strict=True) if share >= WORST_FROM]
    return named[-1] if named else None


def per_year_by_factor(
    factors: Factors, lines: Lines, labels: Integers, processing_labels: Integers, count: int
) -> Floats:
    """(count, L, I) what each line does per year by the factors of each label; together all that is known.

    A result is linear in its factors, so each label is the same calculation with the other factors at 0. Ranges
    count with their central value. The maker's own figure rests on no factor: see :func:`per_year_by_figure`.

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
    figures = lines.declared_production
    if figures is not None:
        lines = replace(lines, declared_production=np.where(np.isnan(figures), np.nan, 0.0))
    for label in range(count):
        mine = labels == label
        alone = replace(
            factors,
            primary=np.where(mine, factors.values, 0.0),
            processing=np.where(processing_labels == label, np.nan_to_num(factors.processing), 0.0),
            recycled=None if factors.recycled is None else np.where(mine, np.nan_to_num(factors.recycled), 0.0),
            ranges=None,
        )
        found[label] = unit_products(alone, lines).per_year * lines.count[:, None]
    return found


def per_year_by_figure(factors: Factors, lines: Lines) -> Floats:
    """(L, I) what each line does per year by the maker's own figure; 0 where there is none."""
    figures = lines.declared_production
    if figures is None:
        return np.zeros((len(lines), len(factors.indicators)))
    units = lines.count * np.where(lines.consumed, 1.0, 1 / lines.lifetime_years)
    made = np.nan_to_num(figures) * (units * lines.strategy_factor * lines.end_of_life_factor)[:, None]
    return np.asarray(made)


def _sums(table: Floats, classes: Sequence[str], among: Sequence[str]) -> Floats:
    if len(table) != len(classes) or set(classes) - set(ACTIVITY_CLASSES):
        raise ShapeMismatch("Each term has one class of data.")
    sums = np.zeros((table.shape[1], len(among)))
    for amount, each in zip(table, classes, strict=True):
        sums[:, among.index(each)] += amount
    return sums


def _shares(sums: Floats) -> Floats:
    total = sums.sum(axis=1, keepdims=True)
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)
