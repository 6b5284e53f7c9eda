"""On what data a result rests: its split over classes, the weakest class that matters, whether R or E helped.

Source: method, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.calculation import quality
from indicators.calculation.factors import Bools, Floats
from indicators.calculation.lines import Integers
from indicators.selectors import Provenance

from .assessment import Assessed, split_of


@dataclass(frozen=True)
class DataQuality:
    """The share of each class in |impact|, best first and without what is not there; empty without impact."""

    split: Mapping[str, float]
    worst: str | None
    """the worst class that makes up at least 5 %"""
    assumed: bool
    """R or E is below 1: then the number rests on an assumption of the method as well"""
    factors: Mapping[str, float]
    """the share of |impact| by the quality of the factors, apart from the above; empty where it cannot be split"""


FACTOR_CLASSES = ("definition", "good", "fair", "poor", "assumption", "unstated")
"""Qualities of factors, best first; what says nothing of itself is the last."""


def rests_on_assumption(assessed: Assessed) -> Bools:
    """(L,) per line whether R or E from the tables of the method is below 1."""
    results = assessed.results
    return np.asarray((results.strategy_factor < 1) | (results.end_of_life_factor < 1))


def quality_of(assessed: Assessed, years: Floats, place: int) -> DataQuality:
    """The data quality of a sum over lines on one indicator: each line for so many `years` (L,)."""
    bounded = assessed.bounds.bounded_values("per_year").times(years[:, None])
    row = split_of(assessed, range(len(assessed.given)), bounded, years, place)
    named = zip(quality.CLASSES, row.tolist(), strict=True)
    split = {name: part for name, part in named if part > 0}
    assumed = bool(rests_on_assumption(assessed).any())
    return DataQuality(split, worst_of(split), assumed, _factor_split(assessed, years, place))


def worst_of(split: Mapping[str, float]) -> str | None:
    """The worst class of a split that makes up at least 5 %; None without impact."""
    return quality.worst_class(np.array([split.get(name, 0.0) for name in quality.CLASSES]), quality.CLASSES)


def _factor_split(assessed: Assessed, years: Floats, place: int) -> dict[str, float]:
    """The share of each class of factors; empty for a method with end-of-life terms, and without impact."""
    arrays, lines = assessed.arrays, assessed.lines
    if arrays.factors.footprint is not None:
        return {}
    labels, processing = _labels(assessed)
    by_class = quality.per_year_by_factor(arrays.factors, lines, labels, processing, len(FACTOR_CLASSES))
    amounts = np.abs(by_class[:, :, place] * years).sum(axis=1)
    total = amounts.sum()
    named = zip(FACTOR_CLASSES, (amounts / total).tolist() if total > 0 else amounts.tolist(), strict=True)
    return {name: part for name, part in named if part > 0}


def _labels(assessed: Assessed) -> tuple[Integers, Integers]:
    """(M, I) and (G, I) the class of each factor that these lines use; those that they do not use are the last."""
    arrays, lines = assessed.arrays, assessed.lines
    last = len(FACTOR_CLASSES) - 1
    labels = np.full(arrays.factors.primary.shape, last, dtype=np.int64)
    for row in np.unique(np.concatenate([lines.material, lines.flow])).tolist():
        for place, info in enumerate(arrays.indicators):
            labels[row, place] = _class_of(arrays.provenance.get((arrays.factors.items[row], info.code)))
    processing = np.full(arrays.factors.processing.shape, last, dtype=np.int64)
    kinds = {line.product_type for line in assessed.given}
    for place, info in enumerate(arrays.indicators):
        for kind in kinds:
            found = arrays.making_source(assessed.group.code, kind, info.code)
            processing[arrays.making_row(assessed.group.code, kind), place] = _class_of(found)
    return labels, processing


def _class_of(provenance: Provenance | None) -> int:
    stated = provenance.quality if provenance is not None else ""
    return FACTOR_CLASSES.index(stated if stated in FACTOR_CLASSES else FACTOR_CLASSES[-1])
