"""What a chart says: its message, its numbers as they are and as people read them, and how each is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html

Amounts = Sequence[float | None]


@dataclass(frozen=True)
class Column:
    """Numbers in the unit of the chart, one per name; None = unknown, no bar and a gap in a line.

    `texts` are the same as people read them, so rounded that they add up to `total`. A column of words has no
    values.
    """

    label: str
    texts: Sequence[str]
    values: Amounts = ()
    term: str = ""
    total: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Mark:
    """How a column is drawn: `kind` is a colour of the stylesheet with its second sign.

    estimated, actual, change · forecast (a dashed line with open dots). `bounds` are the ends of a range, `where`
    says which names it is drawn for (empty = all). `to_ends`: of bars, solid to the low end and open to the high
    one, where any value between is as good; its texts then say both ends.
    """

    column: Column
    kind: str
    label: str = ""
    bounds: Sequence[tuple[float, float] | None] = ()
    where: Sequence[bool] = ()
    to_ends: bool = False

    @property
    def values(self) -> list[float | None]:
        """What is drawn, one per name."""
        if not self.where:
            return list(self.column.values)
        return [value if drawn else None for value, drawn in zip(self.column.values, self.where, strict=True)]

    @property
    def said(self) -> str:
        """What it is called in the legend."""
        return self.label or self.column.label


@dataclass(frozen=True)
class Reference:
    """A line to hold bars against, what is beyond it is extra; `text` stands at it, `label` in the legend."""

    value: float
    text: str
    label: str


@dataclass(frozen=True)
class Step:
    """A bar from one value to another. `kind`: a colour of the stylesheet, `neutral` where nothing is judged."""

    label: str
    start: float
    end: float
    text: str
    kind: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts have: `title` is the message, `unit` what and in which unit."""

    id: str
    title: str
    unit: str
    source: str = ""
    explore_url: str = ""
    """where the same figure can be explored"""

    @property
    def legend(self) -> list[dict[str, str]]:
        """What parts/legend.html shows."""
        return []

    @property
    def table(self) -> dict[str, Any] | None:
        """The same numbers, as parts/table.html shows them; None where the page has a table of its own."""
        return None


@dataclass(frozen=True, kw_only=True)
class Tabled(Chart):
    """A chart of marks over columns: its table has all columns, also those that are not drawn."""

    names: Sequence[str]
    marks: Sequence[Mark]
    columns: Sequence[Column] = ()
    head: str = ""
    caption: str = ""
    links: Sequence[str] = ()
    """where each name leads"""

    @property
    def table(self) -> dict[str, Any] | None:
        """The names with every column."""
        if not self.columns:
            return None
        return table_of(self.head, self.names, self.columns, caption=self.caption, links=self.links)

    def _marked(self, kinds: dict[str, str]) -> list[dict[str, str]]:
        return [{"kind": kinds.get(mark.kind, mark.kind), "label": mark.said} for mark in self.marks]


@dataclass(frozen=True, kw_only=True)
class Bars(Tabled):
    """Horizontal bars from zero, the marks of one name below each other."""

    reference: Reference | None = None
    range_label: str = ""
    """what the ends of a range mean"""

    @property
    def legend(self) -> list[dict[str, str]]:
        """The marks, and what the line means."""
        found = self._marked({})
        if any(mark.to_ends and any(mark.bounds) for mark in self.marks):
            found = [*self._to_ends(), {"kind": "open", "label": "Tot de hoogste waarde"}]
        if self.reference is not None:
            limit = self.reference.value
            if any(value is not None and value > limit for mark in self.marks for value in mark.values):
                found.append({"kind": "extra", "label": "Meer dan de referentie"})
        if self.range_label:
            found.append({"kind": "range", "label": self.range_label})
        if self.reference is not None:
            found.append({"kind": "reference", "label": self.reference.label})
        return found

    def _to_ends(self) -> list[dict[str, str]]:
        return [
            {"kind": mark.kind, "label": "Laagste waarde" if mark.to_ends else mark.said} for mark in self.marks
        ]


@dataclass(frozen=True, kw_only=True)
class Years(Tabled):
    """A scale of time: every year equally wide, a year without data a gap. As columns where it is no trend."""

    first: int
    lines: bool = True
    range_label: str = ""
    """what the ends of a range mean"""

    @property
    def legend(self) -> list[dict[str, str]]:
        """The marks, as lines or as blocks, and what a range is."""
        found = self._marked({"actual": "line-actual", "estimated": "line-estimated"} if self.lines else {})
        return [*found, {"kind": "range", "label": self.range_label}] if self.range_label else found

    @property
    def years(self) -> list[int]:
        """Every year from the first to the last."""
        return list(range(self.first, self.first + len(self.names)))


@dataclass(frozen=True)
class Line:
    """A straight line: its values where the scale begins and where it ends. `kind`: bid-a, bid-b or bid-c."""

    name: str
    first: float
    last: float
    kind: str


@dataclass(frozen=True)
class Crossing:
    """Where two lines have one value; `text` is the place on the scale as people read it."""

    at: float
    value: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Lines(Chart):
    """Straight lines over one number that all of them share, and where they cross."""

    along: str
    """what the scale is, with its unit"""
    ticks: Sequence[tuple[float, str]]
    """places on the scale with what people read there, the first and last of it at the ends"""
    lines: Sequence[Line]
    crossings: Sequence[Crossing] = ()


@dataclass(frozen=True, kw_only=True)
class Steps(Chart):
    """From one number to another, in parts that stand where the one before ended."""

    steps: Sequence[Step]
    kinds: Mapping[str, str]
    """what each kind of part is called"""

    @property
    def legend(self) -> list[dict[str, str]]:
        """Both ends, and the kinds of part that there are."""
        ends = [{"kind": step.kind, "label": step.label} for step in (self.steps[0], self.steps[-1])]
        there = {step.kind for step in self.steps[1:-1] if step.end != step.start}
        judged = [
            {"kind": "muted" if kind == "neutral" else kind, "label": label}
            for kind, label in self.kinds.items()
            if kind in there
        ]
        return ends + judged


def table_of(
    head: str, names: Sequence[str], columns: Sequence[Column], *, caption: str, links: Sequence[str] = ()
) -> dict[str, Any]:
    """Names with columns of numbers, as parts/table.html shows them; a row of totals when a column has one."""
    heads = [{"label": each.label, "term": each.term, "unit": each.unit, "num": True} for each in columns]
    shown = [_linked(name, links[place] if links else "") for place, name in enumerate(names)]
    return {
        "caption": caption,
        "tight": True,
        "columns": [{"label": head}, *heads],
        "rows": [[name, *(column.texts[place] for column in columns)] for place, name in enumerate(shown)],
        "total": ["Totaal", *(column.total for column in columns)] if any(c.total for c in columns) else None,
    }


def _linked(name: str, address: str) -> Any:
    return format_html('<a href="{}">{}</a>', address, name) if address else name
