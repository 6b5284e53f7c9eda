"""The key figures of a contract, all on the function basis, and what it counts for in totals beside them.

Source: method, section 5 (headline, key figures, tag and task speak of one basis).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from contracts import selectors
from contracts.services import Assessment, function_reference
from contracts.services.between import FUNCTION_AVOIDED, FUNCTION_DEVIATION, FUNCTION_REFERENCE, Wide
from contracts.services.references import Part
from indicators.calculation.actual import Actual
from indicators.calculation.known import known
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import says_unknown, unknown, worded

from .bridges import count_words, years_words
from .figures import between_said
from .headlines import off_promise_of, whole_time

Bridge = dict[str, Any] | None
_PROMISED_ENDS = {"effect": "estimated", "reference": "reference_estimated", "avoided": "avoided_estimated"}
_FORECAST_ENDS = {"effect": "function_forecast", "reference": FUNCTION_REFERENCE, "avoided": FUNCTION_AVOIDED}
"""Under which names the bounds of these columns stand"""


def decimals_for(found: Actual, place: int) -> int:
    """One number of decimals for all amounts of one indicator, so that they are equal wherever they stand."""
    amounts = (found.estimated, found.function_forecast, found.forecast)
    return formats.decimals_of(float(each[place]) for each in amounts)


def key_figures(
    found: Assessment, place: int, info: IndicatorInfo, items: str, bridge: Bridge, decimals: int
) -> list[dict[str, Any]]:
    """Promised, forecast, their difference and what is avoided; the volume apart where it is another one."""
    whole = found.whole
    promised, difference = _promised_and_difference(whole, place, bridge, decimals)
    at_award = formats.number(known(whole.estimated[place]), decimals)
    figures = [_figure("Beloofd", "beloofd", at_award, info, worded("met de factoren van nu"))]
    if bridge and bridge["rounded"][selectors.VOLUME]:
        note = count_words(whole, items) or worded("het aantal is anders dan beloofd")
        figures.append(_figure("Beloofd voor dit aantal", "volume", promised, info, note))
    forecast = formats.number(known(whole.function_forecast[place]), decimals)
    wide = found.wide
    figures[0] |= {"between": between_said(wide, "estimated", place, decimals)}
    figures += [
        _figure("Prognose", "prognose", forecast, info, worded("over {time}", time=whole_time(found)))
        | {"between": between_said(wide, "function_forecast", place, decimals)},
        _figure("Prognose min beloofd", "prognose-min-beloofd", difference, info, _verdict(whole, place))
        | {"between": between_said(wide, FUNCTION_DEVIATION, place, decimals)},
    ]
    avoided = reference_row("", whole.function_forecast[place], function_reference(found)[place], decimals)
    reference = avoided["reference"]
    note = worded("marktstandaard onbekend")
    if avoided["known"]:
        note = worded("de referentie is {reference} {unit}", reference=reference, unit=worded(info.unit))
    last = _figure("Vermeden", "vermeden-effect", avoided["avoided"], info, note)
    return [*figures, last | {"between": between_said(wide, FUNCTION_AVOIDED, place, decimals)}]


def reference_of(
    found: Actual, references: Part, function: float, place: int, unit: str, wide: Wide
) -> dict[str, Any]:
    """Effect, reference and avoided of both columns; without a market standard that is said.

    `function` is the reference of what is bought now, over the promised time.
    """
    decimals = decimals_for(found, place)
    hole = 0.0 if found.complete[place] else np.nan
    columns = [
        ("Beloofd", found.estimated[place] + hole, references[0][place], _PROMISED_ENDS),
        ("Prognose", found.function_forecast[place] + hole, function, _FORECAST_ENDS),
    ]
    return {
        "known": not np.isnan(references[0][place]),
        "unit": unit,
        "rows": [
            reference_row(label, effect, reference, decimals)
            | {f"{part}_between": between_said(wide, name, place, decimals) for part, name in ends.items()}
            for label, effect, reference, ends in columns
        ],
    }


def reference_row(label: str, effect: float, reference: float, decimals: int) -> dict[str, Any]:
    """One column against the market: the effect and what is avoided are the reference."""
    shown = {
        "label": label,
        "effect": formats.number(known(effect), decimals),
        "reference": formats.number(known(reference), decimals),
        "known": not np.isnan(reference),
    }
    avoided = reference - effect
    if np.isnan(avoided):
        return shown | {"avoided": unknown(), "css": ""}
    rounded = formats.bridged(effect, [avoided], reference, decimals)[0]
    css = "avoided" if rounded > 0 else ("extra" if rounded < 0 else "")
    return shown | {"avoided": formats.number(rounded, decimals), "css": css}


def other_basis(found: Assessment, place: int, info: IndicatorInfo, decimals: int) -> dict[str, str]:
    """What the contract counts for in totals, and why that is another number."""
    whole = found.whole
    years = years_words(whole)
    between = between_said(found.wide, "forecast", place, decimals)
    return {
        "between": f" ({between})" if between else "",
        "value": f"{formats.number(known(whole.forecast[place]), decimals)} {worded(info.unit)}",
        "years": f" ({years})" if years else "",
    }


def is_lower_bound(whole: Actual) -> bool:
    """Whether most of what was delivered is younger than promised, so that its life can only become longer."""
    delivered = whole.coverage.delivered_of[0]
    return delivered > 0 and 2 * (delivered - whole.coverage.retired_of[1]) > delivered


def _promised_and_difference(whole: Actual, place: int, bridge: Bridge, decimals: int) -> tuple[str, str]:
    """The promise for what is bought now, and the forecast minus that: both by the steps of the bridge."""
    if bridge is None:
        return unknown(), unknown()
    rounded = dict(bridge["rounded"])
    volume = rounded.pop(selectors.VOLUME)
    start = formats.rounded(float(whole.estimated[place]), decimals)
    difference = sum(rounded.values(), Decimal(0))
    return formats.number(start + volume, decimals), formats.change(difference, decimals)


def _verdict(whole: Actual, place: int) -> str:
    fraction = off_promise_of(whole, place)
    if not whole.recorded:
        return worded("nog niets gemeten")
    if np.isnan(fraction):
        return worded("er ontbreken factoren")
    if abs(fraction) <= selectors.KEPT:
        return worded("zoals beloofd: het verschil is hooguit {kept}", kept=formats.percentage(selectors.KEPT))
    return worded("{compared} beloofd", compared=formats.compared(fraction))


def _figure(label: str, term: str, value: str, info: IndicatorInfo, note: str) -> dict[str, Any]:
    unit = "" if says_unknown(value) else worded(info.unit)
    return {"label": label, "term": term, "value": value, "unit": unit, "note": note}
