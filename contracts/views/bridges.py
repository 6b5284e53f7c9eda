"""From promise to forecast in parts: the numbers of the table and the steps of the chart beside it.

Colour says better or worse. The number of items and longer or shorter use are volume, so they get none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from contracts.selectors import VOLUME
from indicators.calculation.actual import Actual
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Step, Steps
from mvi_dashboard.ground.languages import worded

LABELS = {
    VOLUME: "Aantal",
    "composition": "Materiaal en strategie",
    "end-of-life": "Einde levensduur",
    "lifetime": "Levensduur",
    "use": "Gebruik",
    "repairs": "Reparaties",
}
ACCOUNT_LIFETIME = "Langer of korter gebruikt"
ACCOUNT_END, FUNCTION_END = "Telt in de totalen", "Prognose"
_ADDS_UP = "De delen tellen op tot het verschil."
_ORDER = " Hoeveel een deel is, hangt af van de volgorde. Het aantal is volume: niet beter of slechter."
_SAID = {
    True: (
        "Van beloofd naar prognose, bij de beloofde levensduur",
        (_ADDS_UP, _ORDER),
    ),
    False: ("Van beloofd naar wat telt in de totalen", (_ADDS_UP,)),
}
"""What a bridge on the function basis, or another one, is called and rests on"""
_KINDS = {"extra": "Extra (+)", "avoided": "Minder (−)", "neutral": "Volume of duur, zonder oordeel"}


def bridge_of(
    found: Actual, place: int, unit: str, *, function: bool, items: str, decimals: int
) -> dict[str, Any] | None:
    """Table and chart of one indicator on one basis; None where the deviation is unknown."""
    parts = found.function_parts if function else found.parts
    estimated = float(found.estimated[place])
    forecast = float((found.function_forecast if function else found.forecast)[place])
    values = [float(parts[part][place]) for part in LABELS]
    if np.isnan([estimated, forecast, *values]).any():
        return None
    rounded = dict(zip(LABELS, formats.bridged(estimated, values, forecast, decimals), strict=True))
    rows = [
        _row(part, value, formats.change(rounded[part], decimals), found, function=function, items=items)
        for part, value in zip(LABELS, values, strict=True)
    ]
    start, end = formats.number(estimated, decimals), formats.number(forecast, decimals)
    ends = (
        Step(worded("Beloofd"), 0.0, estimated, start, "estimated", strong=True),
        Step(worded(FUNCTION_END if function else ACCOUNT_END), 0.0, forecast, end, "actual", strong=True),
    )
    caption, source = worded(_SAID[function][0]), "".join(map(worded, _SAID[function][1]))
    return {
        "caption": caption,
        "chart": Steps(
            id="functie" if function else "rekening",
            title=_title(rows, unit),
            unit=f"{caption}, in {worded(unit)}",
            source=source,
            steps=[ends[0], *_steps(rows, values, estimated), ends[1]],
            kinds={kind: worded(label) for kind, label in _KINDS.items()},
        ),
        "unit": unit,
        "rows": rows,
        "rounded": rounded,
        "start": start,
        "end": end,
        "end_label": ends[1].label,
        "deviation": formats.change(sum(rounded.values(), Decimal(0)), decimals),
        "changes": any(value for value in values),
    }


def count_words(found: Actual, items: str) -> str:
    """`99 in plaats van 100 stuks`, of a consumed group per year; empty for a sum of several products or when
    nothing changes."""
    per = worded("{items} per jaar", items=items) if found.consumed else items
    return _instead(found.count_forecast, found.count_promised, per)


def years_words(found: Actual) -> str:
    """`7,5 in plaats van 8 jaar`: the life of goods, or the time of a contract of what is used up; empty for a sum
    of several products or when nothing changes."""
    return _instead(found.years_forecast, found.years_promised, worded("jaar"))


def _instead(now: float, promised: float, what: str) -> str:
    if np.isnan(promised) or formats.number(now) == formats.number(promised):
        return ""
    return worded(
        "{now} in plaats van {promised} {what}",
        now=formats.number(now),
        promised=formats.number(promised),
        what=what,
    )


def _row(part: str, value: float, text: str, found: Actual, *, function: bool, items: str) -> dict[str, Any]:
    neutral = part == VOLUME or (part == "lifetime" and not function)
    label = ACCOUNT_LIFETIME if part == "lifetime" and not function else LABELS[part]
    volume = [count_words(found, items)]
    if found.consumed and not function:
        # In totals a longer contract of what is used up is more units, not a longer life.
        volume.append(years_words(found))
    notes = {VOLUME: "; ".join(filter(None, volume)), "lifetime": "" if found.consumed else years_words(found)}
    kind = "neutral" if neutral or not value else ("extra" if value > 0 else "avoided")
    return {
        "part": part,
        "label": worded(label),
        "note": notes.get(part, ""),
        "value": value,
        "text": text,
        "kind": kind,
        "css": "" if kind == "neutral" else kind,
    }


def _steps(rows: Sequence[dict[str, Any]], values: Sequence[float], at: float) -> Iterator[Step]:
    for row, value in zip(rows, values, strict=True):
        yield Step(row["label"], at, at + value, row["text"], row["kind"])
        at += value


def _title(rows: Sequence[dict[str, Any]], unit: str) -> str:
    largest = max(rows, key=lambda row: abs(row["value"]))
    if not largest["value"]:
        return worded("Er is geen verschil met wat is beloofd")
    return worded(
        "Het grootste verschil komt door {part}: {text} {unit}",
        part=largest["label"].lower(),
        text=largest["text"],
        unit=worded(unit),
    )
