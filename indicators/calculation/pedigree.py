"""From a data-quality score to a spread, for factors whose source gives no spread of its own.

    sigma_ln = sqrt(sum over the five criteria of ln(U)^2) / 2          gsd = exp(sigma_ln)

U is the 95 % factor of a score of 1 (best) to 5. Source: pedigree matrix, second version (Ciroth et al. 2016);
method, section 9.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .errors import FractionOutOfRange

CRITERIA: Mapping[str, tuple[float, ...]] = {
    "reliability": (1.0, 1.54, 1.61, 1.69, 1.69),
    "completeness": (1.0, 1.03, 1.04, 1.08, 1.08),
    "time": (1.0, 1.03, 1.1, 1.19, 1.29),
    "geography": (1.0, 1.04, 1.08, 1.11, 1.11),
    "technology": (1.0, 1.18, 1.65, 2.08, 2.8),
}
"""The 95 % factor of scores 1 to 5 per criterion."""


def geometric_sd(scores: Mapping[str, int]) -> float:
    """The geometric standard deviation behind scores of 1 to 5 for all five criteria.

    >>> geometric_sd(dict.fromkeys(CRITERIA, 1))
    1.0
    >>> round(geometric_sd({"reliability": 2, "completeness": 1, "time": 1, "geography": 1, "technology": 3}), 4)
    1.3918

    Raises:
        FractionOutOfRange: a criterion is absent or unknown, or a score is not a whole number from 1 to 5.
    """
    if set(scores) != set(CRITERIA):
        raise FractionOutOfRange("A pedigree has a score for each of the five criteria.")
    total = 0.0
    for name, score in scores.items():
        if score not in range(1, 6):
            raise FractionOutOfRange("A score is a whole number from 1 to 5.")
        total += math.log(CRITERIA[name][score - 1]) ** 2
    return math.exp(math.sqrt(total) / 2)


_RELIABILITY: Mapping[str, int] = {"good": 2, "fair": 3, "poor": 4, "assumption": 5}
_GEOGRAPHY: Mapping[str, int] = {"NL": 1, "EU": 2, "UK": 3, "world": 3}
_AGES = (3, 6, 10, 15)
"""Years up to which a factor scores 1, 2, 3 and 4 on time; older is 5 (after Weidema)."""
_USUAL = 2
"""Completeness and technology, of which a set of factors says nothing."""


def scores_of(quality: str, *, age_years: int | None, region: str) -> dict[str, int] | None:
    """The scores that the words beside a factor stand for (ours); None for a quality that says nothing.

    A value by definition is certain: all ones. An unknown year or region scores worst.

    >>> scores_of("poor", age_years=15, region="UK")["time"], scores_of("", age_years=1, region="NL")
    (4, None)
    """
    if quality == "definition":
        return dict.fromkeys(CRITERIA, 1)
    if quality not in _RELIABILITY:
        return None
    time = 5 if age_years is None else 1 + sum(age_years > limit for limit in _AGES)
    return {
        "reliability": _RELIABILITY[quality],
        "completeness": _USUAL,
        "time": time,
        "geography": _GEOGRAPHY.get(region, 5),
        "technology": _USUAL,
    }
