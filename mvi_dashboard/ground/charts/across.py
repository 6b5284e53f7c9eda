"""Horizontal bars: from zero beside each other, or each from where the one before ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .describing import Bars, Mark, Reference, Steps
from .svg import LETTER, Drawing, edge, hatch, path, rect, shortened, text

_ONE, _SEVERAL = 22.0, 14.0
"""How thick a bar is, alone and with others of the same name"""
_BETWEEN = 2.0
_APART = 13.0
_REFERENCE = 28.0
"""room above for what the line is called"""
_BELOW = 6.0
_MOST_TEXT, _MOST_ENDS = 80.0, 150.0


@dataclass(frozen=True)
class _Layout:
    """Names beside the bars, or above them in a narrow place."""

    css: str
    width: float
    left: float
    letters: int
    above: float


_LAYOUTS = (_Layout("chart-wide", 690, 216, 34, 0), _Layout("chart-narrow", 328, 0, 46, 20))


@dataclass(frozen=True)
class _Span:
    start: float
    end: float | None
    """None = unknown: only said"""
    text: str
    kind: str
    bounds: tuple[float, float] | None = None
    to_ends: bool = False
    """solid to the low bound, open to the high one"""


@dataclass(frozen=True)
class _Row:
    name: str
    spans: Sequence[_Span]
    strong: bool = False


def of_bars(chart: Bars) -> list[Drawing]:
    """Bars from zero, with the line that they are held against."""
    rows = [
        _Row(
            name,
            [_span_of(mark, place) for mark in chart.marks],
        )
        for place, name in enumerate(chart.names)
    ]
    return [_Across(layout, rows, chart.reference).drawing() for layout in _LAYOUTS] if _extent(rows) else []


def of_steps(chart: Steps) -> list[Drawing]:
    """Bars that each begin where the one before ended."""
    rows = [
        _Row(step.label, [_Span(step.start, step.end, step.text, step.kind)], step.strong) for step in chart.steps
    ]
    return [_Across(layout, rows, joined=True).drawing() for layout in _LAYOUTS]


def _span_of(mark: Mark, place: int) -> _Span:
    bounds = mark.bounds[place] if mark.bounds else None
    value = mark.values[place]
    to_ends = mark.to_ends and bounds is not None and value is not None
    end = bounds[0] if to_ends and bounds is not None else value
    return _Span(0.0, end, mark.column.texts[place], mark.kind, bounds, to_ends)


def _extent(rows: Sequence[_Row]) -> float:
    return max((abs(span.end or 0.0) for row in rows for span in row.spans), default=0.0)


class _Across:
    """One drawing of rows in one layout."""

    def __init__(
        self, layout: _Layout, rows: Sequence[_Row], reference: Reference | None = None, *, joined: bool = False
    ) -> None:
        self.layout, self.rows, self.reference, self.joined = layout, rows, reference, joined
        spans = [span for row in rows for span in row.spans]
        edges = [each for span in spans for each in (span.start, span.end or 0.0, *(span.bounds or ()))]
        edges += [] if reference is None else [reference.value]
        self.low: float = min(0.0, *edges)
        high: float = max(0.0, *edges)
        longest = max((len(span.text) for span in spans), default=0)
        self.to_ends = any(span.to_ends for span in spans)
        beside = min(_MOST_ENDS if self.to_ends else _MOST_TEXT, 12 + LETTER * longest)
        # In a narrow place both ends of a range stand behind the name, above the bar.
        room = layout.width - layout.left - (8 if self.to_ends and layout.above else beside)
        self.scale = room / ((high - self.low) or 1.0)
        self.thick = _ONE if max((len(row.spans) for row in rows), default=1) == 1 else _SEVERAL
        self.quiet = "" if joined else "t-soft"
        self.top = 4.0 if reference is None else _REFERENCE

    def drawing(self) -> Drawing:
        """All rows from the top, and the line over them."""
        shapes: list[SafeString] = []
        y = self.top
        before: tuple[float, float] | None = None
        for row in self.rows:
            shapes += self._row(row, y)
            if self.joined and before is not None:
                joint = self._x(before[0])
                shapes.append(path("c-axis", f"M{joint:.1f} {before[1]:.1f}V{y + self.layout.above:.1f}"))
            height = self._height(row)
            before = (row.spans[-1].end or 0.0, y + height)
            y += height + _APART
        height = y - _APART + _BELOW
        if self.reference is not None:
            shapes += self._line(self.reference, height)
        return Drawing(self.layout.css, self.layout.width, height, shapes)

    def _height(self, row: _Row) -> float:
        return self.layout.above + max(1, len(row.spans)) * (self.thick + _BETWEEN) - _BETWEEN

    def _x(self, value: float) -> float:
        return self.layout.left + (value - self.low) * self.scale

    def _row(self, row: _Row, y: float) -> Iterator[SafeString]:
        above = self.layout.above
        middle = y + 14 if above else y + self._height(row) / 2 + 4.5
        strong = row.strong or (above and not self.joined)
        letters = self.layout.letters
        if self.to_ends and above:
            letters -= max(len(span.text) for span in row.spans) + 2
            yield text("t-end t-small", self.layout.width, middle, row.spans[-1].text)
        yield text("t-strong" if strong else "", 0, middle, shortened(row.name, letters))
        for place, span in enumerate(row.spans):
            strong = row.strong or (not self.joined and place == len(row.spans) - 1)
            yield from self._span(span, y + above + place * (self.thick + _BETWEEN), strong)

    def _span(self, span: _Span, y: float, strong: bool) -> Iterator[SafeString]:
        if span.end is None:
            yield text("t-soft t-small", self._x(0.0) + 7, y + self.thick / 2 + 4.5, span.text)
            return
        x, end = sorted((self._x(span.start), self._x(span.end)))
        width = max(end - x, 1.0)
        yield from self._box(span, x, y, width)
        last = x + width
        if span.bounds is not None:
            low, high = (self._x(bound) for bound in span.bounds)
            middle, last = y + self.thick / 2, max(last, high)
            ends = "".join(f"M{at:.1f} {middle - 5:.1f}v10" for at in (low, high))
            if span.to_ends:
                yield rect("c-open", low, y + 0.5, high - low, self.thick - 1)
            yield path("c-range", f"{ends}M{low:.1f} {middle:.1f}H{high:.1f}")
        if self.to_ends and self.layout.above:
            return
        css = ("t-strong" if strong else self.quiet) + ("" if self.thick == _ONE else " t-small")
        yield text(css, last + 7, y + self.thick / 2 + 4.5, span.text)

    def _box(self, span: _Span, x: float, y: float, width: float) -> Iterator[SafeString]:
        yield rect(f"c-{'muted' if span.kind == 'neutral' else span.kind}", x, y, width, self.thick)
        if span.kind == "neutral":
            yield edge(x, y, width, self.thick)
        beyond = 0.0 if self.reference is None else min(width, x + width - self._x(self.reference.value))
        if span.kind == "extra":
            yield hatch(x, y, width, self.thick)
        elif beyond > 0.5:
            start = x + width - beyond
            yield rect("c-extra", start, y, beyond, self.thick)
            yield hatch(start, y, beyond, self.thick)

    def _line(self, reference: Reference, height: float) -> Iterator[SafeString]:
        """The label stands on the side where there is room."""
        x = self._x(reference.value)
        after = x < self.layout.width / 2
        yield path("c-reference", f"M{x:.1f} 22V{height:.1f}")
        yield text("t-soft" if after else "t-soft t-end", x + (6 if after else -6), 16, reference.text)
