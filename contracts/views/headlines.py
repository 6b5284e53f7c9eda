"""The answer first: is the promise kept, said in words, with volume apart from performance.

Source: method, section 5 (deviation on the function basis).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contracts import selectors
from contracts.services import Assessment
from indicators.calculation.actual import Actual
from indicators.calculation.known import known
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats, wording
from mvi_dashboard.ground.languages import worded

from .bridges import count_words, years_words

DEVIATES = "Afwijking"
"""The tag of a contract of which the promise is not kept, on its page and in the list."""


@dataclass(frozen=True)
class Headline:
    """The title of the page, what stands under it, and a tag with the state of the promise."""

    title: str
    lead: str
    tag: str
    tag_kind: str
    advice: str = ""


def headline(
    found: Assessment, place: int, info: IndicatorInfo, items: str, bridge: dict[str, Any] | None, decimals: int
) -> Headline:
    """What there is to say about one indicator of a contract; its amounts are those of the bridge."""
    whole = found.whole
    estimated = known(whole.estimated[place])
    if not whole.recorded:
        between = _between(found, "estimated", place, info, decimals, worded("Dat"))
        said = worded(
            "Beloofd is {promised} {unit} over {time}.",
            promised=formats.number(estimated, decimals),
            unit=worded(info.unit),
            time=whole_time(found),
        )
        lead = said + between + worded(" Leg vast wat er gebeurt.")
        return Headline(worded("Nog niets gemeten"), lead, worded("Nog niets gemeten"), "info")
    if bridge is None or estimated is None:
        lead = worded("Van deze indicator ontbreken factoren. Wat wij wel weten, staat hieronder.")
        return Headline(worded("Wij weten niet of het gaat zoals beloofd"), lead, worded("Onbekend"), "warning")
    fraction = off_promise_of(whole, place)
    causes = f"{_cause(bridge, fraction, info)} {_volume(whole, bridge, info, items, decimals)}"
    causes += _between(found, "function_forecast", place, info, decimals, worded("De prognose"))
    if fraction > selectors.KEPT:
        lead = worded("Het gaat niet zoals beloofd. {causes}", causes=causes)
        return Headline(_title(fraction), lead, worded(DEVIATES), "error")
    if fraction < -selectors.KEPT:
        lead = worded("Het gaat beter dan beloofd. {causes}", causes=causes)
        return Headline(_title(fraction), lead, worded("Beter dan beloofd"), "ok")
    return Headline(worded("De prognose is zoals beloofd"), causes, worded("Zoals beloofd"), "ok")


def _between(found: Assessment, name: str, place: int, info: IndicatorInfo, decimals: int, subject: str) -> str:
    """That it is known between bounds only; empty where it is one value."""
    ends = found.wide.between(name, place)
    if ends is None:
        return ""
    between = wording.between(*ends, decimals)
    return worded(" {subject} ligt {between} {unit}.", subject=subject, between=between, unit=worded(info.unit))


def off_promise_of(whole: Actual, place: int) -> float:
    """How far one indicator lies from its promise, on the function basis; NaN = unknown."""
    parts = {part: float(values[place]) for part, values in whole.function_parts.items()}
    return selectors.off_promise(float(whole.estimated[place]), parts)


def whole_time(found: Assessment) -> str:
    """The time that the promise is for: `de 8 beloofde jaren gebruik`, or the term of what is used up."""
    if found.whole.consumed:
        if not years_words(found.whole):
            return worded("de looptijd van het contract")
        return worded("de beloofde looptijd van {years} jaar", years=formats.number(found.whole.years_promised))
    if np.isnan(found.whole.years_promised):
        return worded("de beloofde levensduur")
    return worded("de beloofde {years} jaar gebruik", years=formats.number(found.whole.years_promised))


def _title(fraction: float) -> str:
    return worded("De prognose is {compared} beloofd", compared=formats.compared(fraction, "hoger"))


def _cause(bridge: dict[str, Any], fraction: float, info: IndicatorInfo) -> str:
    """The largest part that pulls in the direction of the whole."""
    sign = 1 if fraction >= 0 else -1
    rows = {row["part"]: row for row in bridge["rows"] if row["part"] != selectors.VOLUME}
    row = max(rows.values(), key=lambda each: sign * each["value"])
    if sign * bridge["rounded"][row["part"]] <= 0:
        return worded("Wat is vastgelegd, past bij wat is beloofd.")
    return worded(
        "Dat komt vooral door {part}: {text} {unit}."
        if abs(fraction) > selectors.KEPT
        else "Het grootste verschil is {part}: {text} {unit}.",
        part=row["label"].lower(),
        text=row["text"],
        unit=worded(info.unit),
    )


def _volume(whole: Actual, bridge: dict[str, Any], info: IndicatorInfo, items: str, decimals: int) -> str:
    words = count_words(whole, items)
    said = f" ({words})" if words else ""
    volume = bridge["rounded"][selectors.VOLUME]
    if not volume:
        if not words:
            return worded("Het volume is zoals beloofd.")
        return worded("Het volume is anders{said}. Dat scheelt niets.", said=said)
    return worded(
        "Los daarvan is het volume anders{said}: {change} {unit}.",
        said=said,
        change=formats.change(volume, decimals),
        unit=worded(info.unit),
    )
