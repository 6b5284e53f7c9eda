"""The columns of a list: what stands in one, in which kind and unit, how it is ordered and how a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded

TEXT, COUNT, NUMBER, SHARE, MONEY, DAY, MOMENT = "text", "count", "number", "share", "money", "day", "moment"
_NUMERIC = frozenset({COUNT, NUMBER, SHARE, MONEY})
_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    COUNT: lambda value: formats.number(value, 0),
    SHARE: formats.percentage,
    MONEY: formats.euros,
    DAY: formats.short_day,
    MOMENT: formats.moment,
}
_UNITS = {SHARE: "%", MONEY: "euro"}


@dataclass(frozen=True)
class Tag:
    """A mark behind a text: its label, and its class (a kind of message)."""

    label: str
    kind: str = ""


@dataclass(frozen=True)
class Cell:
    """What a page shows of a value: the text (None = the value as its kind is written), where it leads, and more.

    `below` are the smaller lines under it, each a text or a cell of its own. `hidden` is read aloud behind the
    link, where its text alone does not say where it leads. `folded` are names and values that open on demand.
    `depth` is how far down a tree it stands.
    """

    text: str | None = None
    url: str = ""
    tags: Sequence[Tag] = ()
    below: Sequence[str | Cell] = ()
    code: bool = False
    hidden: str = ""
    folded: Sequence[tuple[str, str]] = ()
    depth: int = 0

    @property
    def indent(self) -> str:
        """What stands before it, so that eyes see the tree."""
        return "– " * self.depth

    @property
    def lines(self) -> list[Cell]:
        """The smaller lines."""
        return [Cell(each) if isinstance(each, str) else each for each in self.below]


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `value` takes it from a row: a text, number, share (1 is all), day or moment, or None when it is not known.
    `order` names an order of the list. `shown` says more for the page than the value; `none` is what stands there
    for None. `in_file` and `on_page` say where it stands; `term` is the word of the field that explains its head.
    """

    head: str
    value: Callable[[Any], Any]
    kind: str = TEXT
    unit: str = ""
    order: str = ""
    shown: Callable[[Any], Cell] | None = None
    none: str = formats.UNKNOWN
    term: str = ""
    on_page: bool = True
    in_file: bool = True

    @property
    def numeric(self) -> bool:
        """Whether it stands in line at the right."""
        return self.kind in _NUMERIC

    @property
    def file_head(self) -> str:
        """Head and unit in one, for a file."""
        unit = self.unit or _UNITS.get(self.kind, "")
        return f"{self.head} ({unit})" if unit else self.head

    def in_file_of(self, row: Any) -> Any:
        """The value for a file; a share in per cent."""
        value = self.value(row)
        if self.kind == SHARE and value is not None:
            return formats.decimal(value).scaleb(2)
        return value

    def cell(self, row: Any, decimals: int | None) -> Cell:
        """What the page shows."""
        value = self.value(row)
        shown = self.shown(row) if self.shown else Cell()
        return shown if shown.text is not None else replace(shown, text=self._written(value, decimals))

    def _written(self, value: Any, decimals: int | None) -> str:
        if value is None or (self.kind != TEXT and formats.is_unknown(value)):
            return worded(self.none)
        if self.kind == NUMBER:
            return formats.number(value, decimals)
        return _WRITTEN.get(self.kind, str)(value)


@dataclass(frozen=True)
class Head:
    """The head of a column on a page; `sorted`: none, ascending or descending, `url` sorts it (the other way)."""

    label: str
    unit: str
    numeric: bool
    term: str
    url: str = ""
    sorted: str = ""


def decimals_per_unit(columns: Iterable[Column], rows: Sequence[Any]) -> dict[str, int]:
    """How many decimals numbers of one unit get that stand together on a page."""
    found: dict[str, list[Decimal | float | int]] = {}
    for column in columns:
        if column.kind == NUMBER and column.unit:
            found.setdefault(column.unit, []).extend(
                value for row in rows if not formats.is_unknown(value := column.value(row))
            )
    return {unit: formats.decimals_of(values) for unit, values in found.items()}
