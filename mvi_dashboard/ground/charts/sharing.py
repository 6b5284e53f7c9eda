"""Straight lines over one number that they share: from its lowest to its highest value, and where they cross."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from mvi_dashboard.ground import formats

from .describing import Lines
from .svg import LETTER, Drawing, dot, line, path, shortened, text
from .years import ticks_of

_TOP, _FOOT, _INSIDE = 14.0, 46.0, 14.0
_LINE = 14.0
"""how far texts stand from each other"""
_APART = 40.0
"""how far the numbers of the scale stand from each other"""
_DOT = 4.5
_FURTHER = 6
"""so many letters more for names that begin alike"""


@dataclass(frozen=True)
class _Layout:
    css: str
    width: float
    height: float
    letters: int


_LAYOUTS = (_Layout("chart-wide", 540, 304, 18), _Layout("chart-narrow", 328, 304, 12))


def drawings(chart: Lines) -> list[Drawing]:
    """Both drawings; none without lines."""
    return [_Shared(chart, layout).drawing() for layout in _LAYOUTS] if chart.lines else []


class _Shared:
    """One drawing in one layout."""

    def __init__(self, chart: Lines, layout: _Layout) -> None:
        self.chart, self.layout = chart, layout
        values = [end for each in chart.lines for end in (each.first, each.last)]
        self.grid = ticks_of(min(0.0, *values), max(0.0, *values))
        decimals = max(0, -math.floor(math.log10(self.grid[1] - self.grid[0])))
        self.said = [formats.number(tick, decimals) for tick in self.grid]
        self.names = _told_apart([each.name for each in chart.lines], layout.letters)
        self.left = LETTER * max(map(len, self.said)) + 12
        self.end = layout.width - LETTER * max(map(len, self.names)) - 12
        self.foot = layout.height - _FOOT
        self.low, self.high = chart.ticks[0][0], chart.ticks[-1][0]

    def drawing(self) -> Drawing:
        """Grid and scale first, then the lines, what they are called, and where they cross."""
        shapes = [*self._grid(), *self._scale(), *self._lines(), *self._ends(), *self._crossings()]
        return Drawing(self.layout.css, self.layout.width, self.layout.height, shapes)

    def _x(self, place: float) -> float:
        part = (place - self.low) / ((self.high - self.low) or 1.0)
        return self.left + _INSIDE + part * (self.end - self.left - 2 * _INSIDE)

    def _y(self, value: float) -> float:
        low, high = self.grid[0], self.grid[-1]
        return self.foot - (value - low) / (high - low) * (self.foot - _TOP)

    def _grid(self) -> Iterator[SafeString]:
        for tick, said in zip(self.grid, self.said, strict=True):
            y = self._y(tick)
            yield path("c-grid" if tick else "c-axis", f"M{self.left:.1f} {y:.1f}H{self.end:.1f}")
            yield text("t-soft t-end t-small", self.left - 8, y + 4, said)

    def _scale(self) -> Iterator[SafeString]:
        """Where lines cross comes first, then both ends, then what else has room."""
        taken: list[float] = []
        ticks = [(each.at, each.text, "t-strong t-small t-mid") for each in self.chart.crossings]
        ticks += [(*each, "t-soft t-small t-mid") for each in (self.chart.ticks[0], *self.chart.ticks[:0:-1])]
        for place, said, css in ticks:
            x = self._x(place)
            if all(abs(x - other) >= _APART for other in taken):
                taken.append(x)
                yield text(css, x, self.foot + 18, said)
        yield text("t-soft t-small", self.left, self.foot + 38, self.chart.along)

    def _lines(self) -> Iterator[SafeString]:
        # What matters least lies below.
        for each in reversed(self.chart.lines):
            ends = [(self._x(self.low), self._y(each.first)), (self._x(self.high), self._y(each.last))]
            yield line(f"c-line-{each.kind}", ends)
            yield from (dot(f"c-dot-{each.kind}", x, y, _DOT) for x, y in ends)

    def _ends(self) -> Iterator[SafeString]:
        """The name of each line behind its end; from the axis up they do not stand on each other."""
        free = self.foot - 4
        named = zip(self.chart.lines, self.names, strict=True)
        for each, name in sorted(named, key=lambda both: both[0].last):
            y = min(self._y(each.last) + 4.5, free)
            free = y - _LINE
            css = "t-soft t-small" if each.kind == "bid-c" else "t-strong t-small"
            yield text(css, self.end - 2, y, name)

    def _crossings(self) -> Iterator[SafeString]:
        for each in self.chart.crossings:
            x, y = self._x(each.at), self._y(each.value)
            yield path("c-now", f"M{x:.1f} {y:.1f}V{self.foot:.1f}")
            yield dot("c-dot-forecast", x, y, 5.5)


def _told_apart(names: Sequence[str], letters: int) -> list[str]:
    """The names as far as they fit, a little further where they would be the same.

    >>> _told_apart(["Leverancier-a", "Leverancier-b"], 12), _told_apart(["Een heel lange naam"], 12)
    (['Leverancier-a', 'Leverancier-b'], ['Een heel la…'])
    """
    found = [shortened(name, letters) for name in names]
    further = letters + _FURTHER
    return [shortened(name, further) for name in names] if len(set(found)) < len(set(names)) else found
