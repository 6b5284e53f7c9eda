"""The environmental cost of assessed lines, as an answer: k of n categories, and what is missing by name.

Source: method, section 7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from indicators.calculation.environmental_cost import environmental_cost
from indicators.calculation.impact import Totals
from indicators.resources.assessment import CostPart, EnvironmentalCost
from indicators.selectors import IndicatorInfo, Weighting


def cost_answer(weighting: Weighting, infos: Sequence[IndicatorInfo], totals: Totals) -> EnvironmentalCost:
    """`environmentalCost` of an assessment, over the whole lifetime of all lines.

    An indicator of which one line is incomplete is a missing category.
    """
    complete = {info.code: float(totals.lifetime[i]) for i, info in enumerate(infos) if totals.complete[i]}
    found = environmental_cost(weighting.categories, complete)
    return EnvironmentalCost(
        weighting_set=weighting.code,
        weighting_set_version=weighting.version,
        name=weighting.name,
        source=weighting.source,
        value=None if math.isnan(found.value) else found.value,
        unit="EUR",
        categories=len(found.amounts),
        of=found.of,
        missing=list(found.missing),
        parts=[
            CostPart(
                category=code,
                name=weighting.prices[code].name,
                amount=amount,
                unit=weighting.prices[code].unit,
                eur_per_unit=weighting.prices[code].eur,
                verified=weighting.prices[code].verified,
                value=amount * weighting.prices[code].eur,
            )
            for code, amount in found.amounts.items()
        ],
    )
