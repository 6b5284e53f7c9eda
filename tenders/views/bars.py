"""Horizontal bars from zero beside a reference line, as the geometry of two SVGs: one wide, one narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_HEIGHT = 22.0
_STRIPE = 7.0


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length in the unit of the chart, and that number as text."""

    name: str
    value: float
    text: str
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Layout:
    css: str
    width: int
    left: float
    room: float
    step: float
    bar_top: float
    name_top: float


_WIDE = _Layout("chart-wide", 690, 190.0, 410.0, 46.0, 35.0, 50.0)
_NARROW = _Layout("chart-narrow", 328, 0.0, 240.0, 58.0, 52.0, 44.0)


def bars_of(bars: Sequence[Bar], reference: float | None, reference_text: str = "") -> list[dict[str, Any]]:
    """Both drawings; what lies above the reference is drawn apart, hatched."""
    ends = [bar.bounds[1] if bar.bounds else bar.value for bar in bars]
    longest = max([bar.value for bar in bars] + ends + [reference or 0.0], default=0.0)
    if not bars or longest <= 0:
        return []
    return [_drawing(layout, bars, longest, reference, reference_text) for layout in (_WIDE, _NARROW)]


def _drawing(
    layout: _Layout, bars: Sequence[Bar], longest: float, reference: float | None, reference_text: str
) -> dict[str, Any]:
    scale = layout.room / longest
    line = None if reference is None else layout.left + reference * scale
    height = layout.bar_top + layout.step * (len(bars) - 1) + _HEIGHT + 20
    drawing: dict[str, Any] = {
        "css": layout.css,
        "box": f"0 0 {layout.width} {height:.0f}",
        "bars": [_bar(layout, number, bar, scale, line) for number, bar in enumerate(bars)],
    }
    if line is not None:
        # The label stands on the side where there is room.
        label_after = line < layout.width / 2
        drawing["reference"] = {
            "path": f"M{line:.1f} 22V{height - 4:.0f}",
            "x": f"{line + (6 if label_after else -6):.1f}",
            "css": "t-soft" if label_after else "t-soft t-end",
            "text": f"Referentie {reference_text}",
        }
    return drawing


def _bar(layout: _Layout, number: int, bar: Bar, scale: float, line: float | None) -> dict[str, Any]:
    down = layout.step * number
    top = layout.bar_top + down
    end = layout.left + max(bar.value, 0.0) * scale
    drawn = {
        "name": bar.name,
        "name_y": f"{layout.name_top + down:.1f}",
        "x": f"{layout.left:.1f}",
        "y": f"{top:.1f}",
        "width": f"{end - layout.left:.1f}",
        "height": f"{_HEIGHT:.1f}",
        "text": bar.text,
        "text_x": f"{end + 8:.1f}",
        "text_y": f"{top + 16:.1f}",
    }
    if bar.bounds is not None:
        low, high = (layout.left + max(bound, 0.0) * scale for bound in bar.bounds)
        middle = top + _HEIGHT / 2
        drawn["range"] = (
            f"M{low:.1f} {middle - 5:.1f}v10M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 5:.1f}v10"
        )
        drawn["text_x"] = f"{max(end, high) + 8:.1f}"
    if line is not None and end - line > 0.5:
        drawn |= {"extra_x": f"{line:.1f}", "extra_width": f"{end - line:.1f}", "hatch": _hatch(line, end, top)}
    return drawn


def _hatch(left: float, right: float, top: float) -> str:
    """Slanting stripes inside a box, as one path."""
    strokes = []
    start = left - _HEIGHT + _STRIPE
    while start < right:
        first, last = max(start, left), min(start + _HEIGHT, right)
        bottom = top + _HEIGHT
        strokes.append(f"M{first:.1f} {bottom - (first - start):.1f}L{last:.1f} {bottom - (last - start):.1f}")
        start += _STRIPE
    return "".join(strokes)
