"""A weighting set as the core takes it, with what a page shows of its prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.calculation.environmental_cost import Category, MappedIndicator
from indicators.models import WeightingSetVersion
from indicators.models.coded import State, newest_published


@dataclass(frozen=True)
class Price:
    """What is shown of the price of a category, in EUR per unit."""

    code: str
    name: str
    unit: str
    eur: float
    verified: bool


@dataclass(frozen=True)
class Weighting:
    """One published version of a weighting set; `prices` by the code of the category."""

    code: str
    version: str
    name: str
    source: str
    categories: tuple[Category, ...]
    prices: Mapping[str, Price]


def find_weighting(code: str) -> Weighting | None:
    """The newest published version of this weighting set, or None; three queries."""
    found = WeightingSetVersion.objects.filter(code=code).select_related("source")
    row = newest_published(found.prefetch_related("weights__mappings__indicator"))
    if row is None:
        return None
    weights = sorted(row.weights.all(), key=lambda each: each.pk)
    categories = tuple(
        Category(
            each.code,
            each.name_nl,
            each.eur,
            tuple(
                MappedIndicator(
                    mapping.indicator.code,
                    math.nan if mapping.factor is None else mapping.factor,
                    mapping.same_quantity,
                )
                for mapping in each.mappings.all()
            ),
        )
        for each in weights
    )
    prices = {each.code: Price(each.code, each.name_nl, each.unit, each.eur, each.verified) for each in weights}
    return Weighting(row.code, row.version, row.name_nl, row.source.title, categories, prices)


def weighting_choices() -> list[tuple[str, str]]:
    """Code and name of every published weighting set, for a list to choose from."""
    rows = WeightingSetVersion.objects.filter(state=State.PUBLISHED).order_by("id")
    return list(dict(rows.values_list("code", "name_nl")).items())
