"""The answer first: is the promise kept, said in words, with volume apart from performance.

Source: method, section 5 (deviation on the function basis).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contracts import selectors
from contracts.services import Assessment
from indicators.calculation.actual import Actual
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats

from .bridges import LABELS, count_words

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


def headline(found: Assessment, place: int, info: IndicatorInfo, items: str) -> Headline:
    """What there is to say about one indicator of a contract."""
    whole = found.whole
    if not whole.recorded:
        said = formats.number(_known(whole.estimated[place]))
        lead = f"Beloofd is {said} {info.unit} over de hele levensduur. Leg vast wat er gebeurt."
        return Headline("Nog niets gemeten", lead, "Nog niets gemeten", "info")
    performance, volume = selectors.told_apart(_parts(whole, place))
    promised = float(whole.estimated[place]) + volume
    if np.isnan(performance):
        lead = "Van deze indicator ontbreken factoren. Wat wij wel weten, staat hieronder."
        return Headline("Wij weten niet of de belofte uitkomt", lead, "Onbekend", "warning")
    fraction = selectors.off_promise(float(whole.estimated[place]), _parts(whole, place))
    lead = f"{_cause(whole, place, performance, info)} {_volume(found, volume, promised, info, items)}".strip()
    if fraction > selectors.KEPT:
        return Headline(_title(fraction, "hoger"), f"De belofte wordt niet gehaald. {lead}", DEVIATES, "error")
    if fraction < -selectors.KEPT:
        return Headline(_title(fraction, "lager"), f"De belofte wordt gehaald. {lead}", "Beter dan beloofd", "ok")
    return Headline("De belofte wordt naar verwachting gehaald", lead, "Volgens belofte", "ok")


def _parts(whole: Actual, place: int) -> dict[str, float]:
    """The deviation on the function basis of one indicator."""
    return {part: float(values[place]) for part, values in whole.function_parts.items()}


def _title(fraction: float, direction: str) -> str:
    if np.isinf(fraction):  # a percentage of nothing says nothing
        return f"Het effect wordt naar verwachting {direction} dan beloofd"
    return f"Het effect wordt naar verwachting {formats.percentage(abs(fraction))} {direction} dan beloofd"


def _cause(whole: Actual, place: int, performance: float, info: IndicatorInfo) -> str:
    """The largest part that pulls in the direction of the whole."""
    sign = 1.0 if performance >= 0 else -1.0
    parts = {part: float(whole.function_parts[part][place]) for part in LABELS if part != selectors.VOLUME}
    part = max(parts, key=lambda name: sign * parts[name])
    if abs(parts[part]) <= 1e-9 * max(1.0, abs(float(whole.estimated[place]))):
        return "Wat is vastgelegd, past bij de belofte."
    return f"Dat komt vooral door {LABELS[part].lower()}: {formats.change(parts[part])} {info.unit}."


def _volume(found: Assessment, volume: float, promised: float, info: IndicatorInfo, items: str) -> str:
    words = count_words(found.whole, items)
    said = f" ({words})" if words else ""
    if abs(volume) <= 1e-9 * max(1.0, abs(promised)):
        return f"Het volume is anders{said}, zonder effect." if words else "Het volume is zoals beloofd."
    return f"Los daarvan is het volume anders{said}: {formats.change(volume)} {info.unit}."


def _known(value: float) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
