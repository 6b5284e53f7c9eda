"""A scale of time: lines with gaps, or columns where each year stands on its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from mvi_dashboard.ground import formats

from .describing import Mark, Years
from .svg import LETTER, Drawing, dot, line, path, rect, text

_TOP, _FOOT = 18.0, 26.0
_LABEL = 44.0
"""room for a year below the axis"""
_STEPS = (1, 2, 5, 10, 25, 50)
_TICKS = 4
_NEARLY = 0.03
"""What lies this little below zero needs no room of its own"""
_LINE = 14.0
"""how far texts stand from each other"""
_LINES = {"forecast": "c-forecast"}


@dataclass(frozen=True)
class _Layout:
    css: str
    width: float
    height: float


_LAYOUTS = (_Layout("chart-wide", 690, 200), _Layout("chart-narrow", 328, 220))


def drawings(chart: Years) -> list[Drawing]:
    """Both drawings; none when nothing is known."""
    known = [value for mark in chart.marks for value in mark.values if value is not None]
    known += [end for mark in chart.marks for ends in mark.bounds if ends is not None for end in ends]
    return [_Scale(chart, known, layout).drawing() for layout in _LAYOUTS] if known else []


class _Scale:
    """One drawing in one layout: years from left to right, amounts from the axis up."""

    def __init__(self, chart: Years, known: Sequence[float], layout: _Layout) -> None:
        self.chart, self.layout = chart, layout
        self.ticks = ticks_of(min(0.0, *known), max(0.0, *known))
        decimals = max(0, -math.floor(math.log10(self.ticks[1] - self.ticks[0])))
        self.said = [formats.number(tick, decimals) for tick in self.ticks]
        texts = [max(mark.column.texts, key=len) for mark in chart.marks]
        beside = LETTER * max(map(len, texts)) + 10 if chart.lines else 0.0
        self.left = LETTER * max(map(len, self.said)) + 10
        self.slot = (layout.width - self.left - beside) / len(chart.names)
        self.foot = layout.height - _FOOT

    def drawing(self) -> Drawing:
        """Grid and years first, then the marks, and the texts over all."""
        shapes = [*self._grid(), *self._years()]
        marks = self._lines() if self.chart.lines else self._columns()
        return Drawing(self.layout.css, self.layout.width, self.layout.height, [*shapes, *marks])

    def _x(self, place: int) -> float:
        return self.left + (place + 0.5) * self.slot

    def _y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.foot - (value - low) / (high - low) * (self.foot - _TOP)

    def _grid(self) -> Iterator[SafeString]:
        for tick, said in zip(self.ticks, self.said, strict=True):
            y = self._y(tick)
            end = self.left + self.slot * len(self.chart.names)
            yield path("c-grid" if tick else "c-axis", f"M{self.left:.1f} {y:.1f}H{end:.1f}")
            yield text("t-soft t-end t-small", self.left - 8, y + 4, said)

    def _years(self) -> Iterator[SafeString]:
        every = next((step for step in _STEPS if step * self.slot >= _LABEL), _STEPS[-1])
        for place, name in enumerate(self.chart.names):
            if place % every == 0:
                yield text("t-soft t-mid t-small", self._x(place), self.foot + 20, name)

    def _lines(self) -> Iterator[SafeString]:
        for mark in self.chart.marks:
            css, values = _LINES.get(mark.kind, f"c-line-{mark.kind}"), mark.values
            for run in runs_of(values):
                points = [(self._x(place), self._y(value)) for place, value in run]
                if len(points) > 1:
                    yield line(css, points)
                yield from (dot(f"c-dot-{mark.kind}", x, y) for x, y in points)
            yield from self._ranges(mark, 0.0)
        yield from self._ends()

    def _ranges(self, mark: Mark, aside: float) -> Iterator[SafeString]:
        """Upright whiskers with ends, where a value lies between bounds."""
        for place, ends in enumerate(mark.bounds):
            if ends is None or mark.values[place] is None:
                continue
            x = self._x(place) + aside
            low, high = (self._y(end) for end in ends)
            caps = "".join(f"M{x - 5:.1f} {y:.1f}h10" for y in (low, high))
            yield path("c-range", f"{caps}M{x:.1f} {low:.1f}V{high:.1f}")

    def _ends(self) -> Iterator[SafeString]:
        """The last number of each line that goes on to the end of the drawing, beside it. Halfway a text would lie
        over the lines; from the axis up they do not stand on each other, nor on the years below it."""
        last = max(place for mark in self.chart.marks for place in _known(mark))
        ends = [mark for mark in self.chart.marks if last in _known(mark)]
        free = self.foot - 4
        for mark in sorted(ends, key=lambda each: each.values[last] or 0.0):
            y = min(self._y(mark.values[last] or 0.0) + 4.5, free)
            free = y - _LINE
            yield text("t-strong", self._x(last) + 9, y, mark.column.texts[last])

    def _columns(self) -> Iterator[SafeString]:
        many = len(self.chart.marks)
        width = min(0.8 * self.slot / many, 40.0)
        for number, mark in enumerate(self.chart.marks):
            for place, value in enumerate(mark.values):
                if value is None:
                    continue
                x = self._x(place) + (number - many / 2) * width
                top, foot = sorted((self._y(value), self._y(0.0)))
                yield rect(f"c-{mark.kind}", x, top, width - 1, max(foot - top, 1.0))
                said = mark.column.texts[place]
                if LETTER * len(said) <= width and not mark.bounds:
                    y = top - 5 if value >= 0 else foot + 13
                    yield text("t-mid t-small", x + width / 2, y, said)
            yield from self._ranges(mark, (number - many / 2 + 0.5) * width)


def ticks_of(low: float, high: float) -> list[float]:
    """Round numbers from at most the lowest to at least the highest, zero among them.

    >>> ticks_of(0, 6210)
    [0.0, 2000.0, 4000.0, 6000.0, 8000.0]
    >>> ticks_of(-0.3, 1)
    [-0.5, 0.0, 0.5, 1.0]
    """
    span = (high - low) or 1.0
    size = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = next((size * times for times in (1, 2, 2.5, 5) if span / (size * times) <= _TICKS), size * 10)
    first = 0 if -_NEARLY * span < low else math.floor(low / step)
    return [step * number for number in range(first, max(1, math.ceil(high / step)) + 1)]


def runs_of(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """(place, value) of what is known, broken where something is not.

    >>> runs_of([1.0, None, 2.0, 3.0])
    [[(0, 1.0)], [(2, 2.0), (3, 3.0)]]
    """
    found: list[list[tuple[int, float]]] = []
    before: float | None = None
    for place, value in enumerate(values):
        if value is not None:
            if before is None:
                found.append([])
            found[-1].append((place, value))
        before = value
    return found


def _known(mark: Mark) -> list[int]:
    return [place for place, value in enumerate(mark.values) if value is not None]
