"""Rows and columns of a sheet that nobody sees: what stands in them is refused, never silently read or skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from .tables import MOST_COLUMNS, letters

_YES = ("1", "true")


@dataclass
class Hidden:
    """The rows (as a person counts) and columns (from 0) that a sheet does not show."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def hidden_in(sheet: Any) -> Hidden:
    """What this sheet hides, by hand, by a filter or by a height or width of 0; read in one pass over its XML."""
    reading = _Reading()
    # Entities were refused before any sheet is opened; this parser would not follow them either.
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = reading.start
    with sheet._get_source() as source:
        parser.ParseFile(source)
    return reading.hidden


def filled_and_hidden(
    hidden: Hidden, rows: Sequence[tuple[int, Sequence[str]]]
) -> Iterator[tuple[str, int, int]]:  # fmt: skip
    """(kind, row, column) of each hidden row with something in it and of each hidden column below its name.

    The first of `rows` holds the names: an unused column that is hidden is no problem.
    """
    for number, cells in rows:
        if number in hidden.rows and any(cells):
            yield "row", number, 0
    for column in sorted(hidden.columns):
        below = (number for number, cells in rows[1:] if column < len(cells) and cells[column])
        first = next(below, None)
        if first is not None:
            yield "column", first, column


def said(kind: str, row: int, column: int) -> tuple[str, str]:
    """Code and message of one of them."""
    name = f"Rij {row}" if kind == "row" else f"Kolom {letters(column)}"
    text = f"{name} is gevuld en verborgen: maak dit zichtbaar, of haal het weg."
    return f"hidden_{kind}", text


class _Reading:
    def __init__(self) -> None:
        self.hidden = Hidden()
        self._row = 0
        self._no_height = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        """One element; only rows, columns and the height of rows count."""
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = int(given.get("r") or self._row + 1)
            if given.get("hidden") in _YES or _none(given.get("ht")) or (self._no_height and "ht" not in given):
                self.hidden.rows.add(self._row)
        elif name == "col" and (given.get("hidden") in _YES or _none(given.get("width"))):
            first, last = int(given.get("min") or 1), int(given.get("max") or 1)
            self.hidden.columns.update(range(max(first, 1) - 1, min(last, MOST_COLUMNS)))
        elif name == "sheetFormatPr":
            self._no_height = given.get("zeroHeight") in _YES


def _none(size: str | None) -> bool:
    return size is not None and float(size) == 0
