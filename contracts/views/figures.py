"""What a contract or one of its products does, in the words and numbers of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from contracts.models import MEASURES
from contracts.resources import Promise
from contracts.resources.contracts import PromisedImpact
from contracts.services import Assessment
from contracts.services.between import Wide
from contracts.services.energy import SHOWN, UseOnBoth
from indicators.calculation.actual import Actual, Coverage
from indicators.calculation.known import known
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats, wording
from mvi_dashboard.ground.languages import worded

TO_DATE = {
    "estimated_to_date": "beloofd voor wat nu vast hoort te liggen",
    "realised_to_date": "alleen wat is vastgelegd",
    "not_measured_to_date": "beloofd verbruik en reparaties waarover niets vastligt",
}
"""What stands beside each of these measures"""
LIFETIME = {"estimated": "over de hele levensduur", "function_forecast": "over de beloofde levensduur"}
"""The two that compare: both over the promised time"""
IN_TOTALS = {"forecast": "over de levensduur zoals die nu is"}
_OTHERS = ("estimated", "function_forecast", "realised_to_date")
"""What is told of the indicators that the page is not about"""
_HERE = {
    "function_forecast": ("Prognose", "prognose"),
    "forecast": ("Telt in de totalen", "prognose-min-beloofd-in-totalen"),
}
"""Pages of a contract forecast over the promised time; that of totals is another one"""
NOT_APPLICABLE = "n.v.t."
_MORE = 0.001
"""Part of a promise by which the one until now has to be more to be a longer contract, and no day more or less"""
_USE_UNIT = "jaar gebruik (alle stuks samen)"


def measures_of(
    found: Actual, wide: Wide, place: int, unit: str, decimals: int, measures: Mapping[str, str]
) -> list[dict[str, Any]]:
    """These measures of one indicator with what stands beside them, in the order in which they are read."""
    return [
        {
            "code": name,
            **_called(name),
            "note": _note(found, name, worded(note), place),
            "value": formats.number(known(getattr(found, name)[place]), decimals),
            "between": between_said(wide, name, place, decimals),
            "unit": unit,
        }
        for name, note in measures.items()
    ]


def between_said(wide: Wide, name: str, place: int, decimals: int) -> str:
    """Between what an amount lies, in words; empty where that is one value."""
    ends = wide.between(name, place)
    return "" if ends is None else wording.between(*ends, decimals)


def _called(name: str) -> dict[str, str]:
    label, term = _HERE.get(name) or (MEASURES[name].label, MEASURES[name].term)
    return {"label": label, "term": term}


def use_rows(found: UseOnBoth | None, place: int, decimals: int) -> list[dict[str, Any]]:
    """The use phase with the energy that the buyer chose and with the usual energy; nothing when these are one."""
    if found is None:
        return []
    return [
        {"label": worded(label), "values": [formats.number(known(side[name][place]), decimals) for name in SHOWN]}
        for label, side in (
            ("Met de energie die de organisatie inkoopt", found.chosen),
            ("Met de gewone energie van net en pomp", found.usual),
        )
    ]


def coverage_of(coverage: Coverage, items: str) -> list[dict[str, Any]]:
    """How much of what should be known is recorded: three parts, each with its bar or "n.v.t."."""
    return [
        _covered(
            "Geleverd", coverage.delivered, coverage.delivered_of, items, "Er hoefde nog niets geleverd te zijn."
        ),
        _covered(
            "Gebruik bekend",
            coverage.use,
            coverage.use_of,
            _USE_UNIT,
            "Er is geen verbruik per jaar dat gemeten hoort te zijn. Reparaties tellen hier niet mee.",
        ),
        _covered(
            "Afvoer bekend", coverage.retired, coverage.retired_of, items, "Er hoefde nog niets weg te zijn."
        ),
    ]


def other_indicators(found: Assessment, chosen: str, address: Callable[[str], str]) -> dict[str, Any]:
    """The other indicators of the basis: those that are known as a table, the others by name."""
    rows, unknown = [], []
    for place, info in enumerate(found.core.arrays.indicators):
        if info.code == chosen:
            continue
        if np.isnan(found.whole.estimated[place]):
            unknown.append(worded(info.name))
            continue
        amounts = [known(getattr(found.whole, name)[place]) for name in _OTHERS]
        decimals = formats.decimals_of(amounts)
        values = [
            {"text": formats.number(amount, decimals), "between": between_said(found.wide, name, place, decimals)}
            for name, amount in zip(_OTHERS, amounts, strict=True)
        ]
        rows.append(
            {
                "name": formats.capital(worded(info.name)),
                "unit": info.unit,
                "values": values,
                "url": address(info.code),
                "complete": bool(found.whole.complete[place]),
            }
        )
    return {"rows": rows, "unknown": unknown}


def promise_of(promised: Promise, info: IndicatorInfo, basis: str) -> dict[str, Any] | None:
    """The frozen promise of the award for one indicator; None when it was no part of that basis."""
    row = next((each for each in promised.impacts if each.indicator == info.code), None)
    if row is None:
        return None
    return {
        "basis": promised.basis,
        "same_basis": promised.basis == basis,
        "unit": row.unit,
        "lifetime": row.lifetime_impact,
        "per_year": row.per_year,
        "demand": row.demand_impact,
        "reference": None if promised.reference_is_baseline else row.reference,
        "avoided": None if promised.reference_is_baseline else _avoided(row),
        "price": None if promised.price is None else float(promised.price),
        "complete": row.complete,
    }


def _avoided(row: PromisedImpact) -> Decimal | float | None:
    """What is avoided, as the difference of the two numbers that stand beside it as they are shown."""
    if row.avoided is None or row.reference is None or row.demand_impact is None:
        return row.avoided
    decimals = formats.decimals_of([row.reference, row.demand_impact])
    return formats.rounded(row.reference, decimals) - formats.rounded(row.demand_impact, decimals)


def _note(found: Actual, name: str, note: str, place: int) -> str:
    if name == "realised_to_date" and not found.recorded:
        return worded("nog niets gemeten")
    more = found.consumed and found.estimated_to_date[place] > found.estimated[place] * (1 + _MORE)
    if name == "estimated_to_date" and more:
        return worded("{note}, ook in de tijd waarmee het contract is verlengd", note=note)
    return note


def _covered(
    label: str, fraction: float | None, part: tuple[float, float], unit: str, nothing: str
) -> dict[str, Any]:
    if fraction is None:
        return {"label": label, "value": worded(NOT_APPLICABLE), "text": worded(nothing), "fraction": None}
    text = worded(
        "{part} van {whole} {unit}",
        part=formats.number(part[0]),
        whole=formats.number(part[1]),
        unit=worded(unit),
    )
    return {"label": label, "value": formats.percentage(fraction), "text": text, "fraction": fraction}
