"""The environmental cost of assessed lines, as an answer: k of n categories, and what is missing by name.

Source: method, section 7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from indicators.calculation.environmental_cost import EnvironmentalCost as FoundCost
from indicators.calculation.environmental_cost import environmental_cost
from indicators.calculation.impact import Totals
from indicators.resources.assessment import CostPart, EnvironmentalCost
from indicators.resources.bounds import Bounds
from indicators.selectors import IndicatorInfo, Weighting


def cost_answer(
    weighting: Weighting, infos: Sequence[IndicatorInfo], totals: Totals, low: Totals, high: Totals
) -> EnvironmentalCost:
    """`environmentalCost` of an assessment, over the whole lifetime of all lines, with its bounds.

    An indicator of which one line is incomplete is a missing category. Prices and factors are no ranges, and above
    zero: the lowest cost is that of the lowest totals.
    """
    found, least, most = (_cost(weighting, infos, each) for each in (totals, low, high))
    bounded = least.value < most.value
    return EnvironmentalCost(
        weighting_set=weighting.code,
        weighting_set_version=weighting.version,
        name=weighting.name,
        source=weighting.source,
        value=None if math.isnan(found.value) else found.value,
        bounded=bounded,
        bounds=Bounds.of(least.value, most.value, bounded=bounded),
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
                bounds=_bounds(weighting.prices[code].eur, least.amounts[code], most.amounts[code]),
            )
            for code, amount in found.amounts.items()
        ],
    )


def _bounds(eur: float, low: float, high: float) -> Bounds | None:
    return Bounds.of(low * eur, high * eur, bounded=low < high)


def _cost(weighting: Weighting, infos: Sequence[IndicatorInfo], totals: Totals) -> FoundCost:
    complete = {info.code: float(totals.lifetime[i]) for i, info in enumerate(infos) if totals.complete[i]}
    return environmental_cost(weighting.categories, complete)
