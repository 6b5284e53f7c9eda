"""On what data a result rests: its split over classes, the weakest class that matters, whether R or E helped.

Source: method, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indicators.calculation import quality
from indicators.calculation.factors import Bools, Floats

from .assessment import SUPPLIER, Assessed


@dataclass(frozen=True)
class DataQuality:
    """The share of each class in |impact|, best first and without what is not there; empty without impact."""

    split: Mapping[str, float]
    worst: str | None
    """the worst class that makes up at least 5 %"""
    assumed: bool
    """R or E is below 1: then the number rests on an assumption of the method as well"""


def activity_classes(assessed: Assessed) -> Sequence[str]:
    """The class of the quantities of each line: all of a bid is what its supplier says."""
    return [SUPPLIER] * len(assessed.documents)


def rests_on_assumption(assessed: Assessed) -> Bools:
    """(L,) per line whether R or E from the tables of the method is below 1."""
    results = assessed.results
    return np.asarray((results.strategy_factor < 1) | (results.end_of_life_factor < 1))


def quality_of(assessed: Assessed, amounts: Floats) -> DataQuality:
    """The data quality of a sum over lines; `amounts` (L,) is what each line adds, NaN where unknown."""
    row = quality.class_split(amounts[:, None], activity_classes(assessed))[0]
    named = zip(quality.ACTIVITY_CLASSES, row.tolist(), strict=True)
    split = {name: part for name, part in named if part > 0}
    return DataQuality(split, worst_of(split), bool(rests_on_assumption(assessed).any()))


def worst_of(split: Mapping[str, float]) -> str | None:
    """The worst class of a split that makes up at least 5 %; None without impact."""
    return quality.worst_class(np.array([split.get(name, 0.0) for name in quality.ACTIVITY_CLASSES]))
