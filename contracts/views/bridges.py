"""From promise to forecast in parts: the numbers of the table and the shapes of the chart beside it.

Colour says better or worse. The number of items and longer or shorter use are volume, so they get none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from contracts.selectors import VOLUME
from indicators.calculation.actual import Actual
from mvi_dashboard.ground import formats

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
_SAID = {
    True: (
        "Van beloofd naar prognose, bij de beloofde levensduur",
        f"{_ADDS_UP} Hoeveel een deel is, hangt af van de volgorde. Het aantal is volume: niet beter of slechter.",
    ),
    False: ("Van beloofd naar wat telt in de totalen", _ADDS_UP),
}
"""What a bridge on the function basis, or another one, is called and rests on"""
_HATCH = 7


@dataclass(frozen=True)
class Layout:
    """The measures of one of the two drawings: labels beside the bars, or above them on a narrow screen."""

    width: int
    left: int
    right: int
    row: int
    top: int
    bar: int
    label_up: int

    def height(self, rows: int) -> int:
        """The height of the drawing."""
        return rows * self.row + 4


WIDE = Layout(width=690, left=250, right=600, row=36, top=8, bar=22, label_up=0)
NARROW = Layout(width=328, left=0, right=250, row=50, top=24, bar=20, label_up=7)


@dataclass(frozen=True)
class Step:
    """One bar: from one value to another, with its kind (a colour of the stylesheet, or `neutral`)."""

    label: str
    start: float
    end: float
    text: str
    kind: str
    strong: bool = False


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
        Step("Beloofd", 0.0, estimated, start, "estimated", strong=True),
        Step(FUNCTION_END if function else ACCOUNT_END, 0.0, forecast, end, "actual", strong=True),
    )
    caption, source = _SAID[function]
    steps = [ends[0], *_steps(rows, values, estimated), ends[1]]
    return {
        "id": "functie" if function else "rekening",
        "title": _title(rows, unit),
        "caption": caption,
        "source": source,
        "unit": unit,
        "rows": rows,
        "rounded": rounded,
        "start": start,
        "end": end,
        "end_label": ends[1].label,
        "deviation": formats.change(sum(rounded.values(), Decimal(0)), decimals),
        "changes": any(value for value in values),
        "drawings": [_drawing(steps, WIDE, "wide"), _drawing(steps, NARROW, "narrow")],
        "legend": _legend(rows, ends[1].label),
    }


def count_words(found: Actual, items: str) -> str:
    """`99 in plaats van 100 stuks`, of a consumed group per year; empty for a sum of several products or when
    nothing changes."""
    per = f"{items} per jaar" if found.consumed else items
    return _instead(found.count_forecast, found.count_promised, per)


def years_words(found: Actual) -> str:
    """`7,5 in plaats van 8 jaar`: the life of goods, or the time of a contract of what is used up; empty for a sum
    of several products or when nothing changes."""
    return _instead(found.years_forecast, found.years_promised, "jaar")


def _instead(now: float, promised: float, what: str) -> str:
    if np.isnan(promised) or formats.number(now) == formats.number(promised):
        return ""
    return f"{formats.number(now)} in plaats van {formats.number(promised)} {what}"


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
        "label": label,
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


def _drawing(steps: Sequence[Step], layout: Layout, name: str) -> dict[str, Any]:
    edges = [edge for step in steps for edge in (step.start, step.end)]
    low, high = min(0.0, *edges), max(0.0, *edges)
    span = (high - low) or 1.0

    def across(value: float) -> float:
        return layout.left + (value - low) / span * (layout.right - layout.left)

    bars = []
    for number, step in enumerate(steps):
        y = layout.top + number * layout.row
        x, end = sorted((across(step.start), across(step.end)))
        bars.append(_bar(step, x, y, max(end - x, 1.0), layout))
        if number:
            joint = across(steps[number - 1].end)
            bars[-1]["joint"] = f"M{joint:.1f} {y - layout.row + layout.bar}V{y}"
    return {"name": name, "width": layout.width, "height": layout.height(len(steps)), "bars": bars}


def _bar(step: Step, x: float, y: float, width: float, layout: Layout) -> dict[str, Any]:
    label_y = y - layout.label_up if layout.label_up else y + layout.bar / 2 + 4
    return {
        "kind": step.kind,
        "label": step.label,
        "text": step.text,
        "strong": step.strong,
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "width": f"{width:.1f}",
        "height": layout.bar,
        "label_y": f"{label_y:.1f}",
        "text_x": f"{x + width + 7:.1f}",
        "text_y": f"{y + layout.bar / 2 + 5:.1f}",
        "hatch": _hatch(x, y, width, layout.bar) if step.kind == "extra" else "",
        "edge": _edge(x, y, width, layout.bar) if step.kind == "neutral" else "",
    }


def _hatch(x: float, y: float, width: float, height: float) -> str:
    """Lines at 45 degrees within a bar: the second sign of extra impact."""
    lines = []
    for offset in np.arange(_HATCH, width + height, _HATCH):
        first = (x + max(0.0, offset - height), y + min(height, offset))
        last = (x + min(width, offset), y + max(0.0, offset - width))
        lines.append(f"M{first[0]:.1f} {first[1]:.1f}L{last[0]:.1f} {last[1]:.1f}")
    return "".join(lines)


def _edge(x: float, y: float, width: float, height: float) -> str:
    """The four sides of a bar without a colour of its own, as its light fill alone is hard to see."""
    sides = f"M{x:.1f} {y:.1f}h{width:.1f}M{x:.1f} {y + height:.1f}h{width:.1f}"
    return f"{sides}M{x:.1f} {y:.1f}v{height}M{x + width:.1f} {y:.1f}v{height}"


def _title(rows: Sequence[dict[str, Any]], unit: str) -> str:
    largest = max(rows, key=lambda row: abs(row["value"]))
    if not largest["value"]:
        return "Er is geen verschil met wat is beloofd"
    return f"Het grootste verschil komt door {largest['label'].lower()}: {largest['text']} {unit}"


def _legend(rows: Sequence[dict[str, Any]], end: str) -> list[dict[str, str]]:
    kinds = {row["kind"] for row in rows if row["value"]}
    found = [{"kind": "estimated", "label": "Beloofd"}, {"kind": "actual", "label": end}]
    names = {"extra": "Extra (+)", "avoided": "Minder (−)", "neutral": "Volume of duur, zonder oordeel"}
    found += [
        {"kind": "muted" if kind == "neutral" else kind, "label": label}
        for kind, label in names.items()
        if kind in kinds
    ]
    return found
