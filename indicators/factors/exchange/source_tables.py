"""The table of a source as it publishes it: rows by column name, numbers that may be empty, our names for it."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils.text import slugify

from mvi_dashboard.ground.intake import Moment, Table, as_typed, read_table
from mvi_dashboard.ground.problems import Path, Problems
from mvi_dashboard.ground.shapes import quoted

from .factors import ELSEWHERE, Factors, NewMaterial, Options

_KEYS = "fixtures/exchange-2026.1/material_keys.csv"
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,20})?(?:[eE]-?[0-9]{1,2})?").fullmatch
_LONGEST_CODE = 80
_MARK = 8


@cache
def _known_keys() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Per layout and key of the source: codes of our materials, and the Dutch name of what is not there yet."""
    found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    with (settings.BASE_DIR / _KEYS).open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            key = (row["layout"], row["key"])
            found[key] = (*found.get(key, ()), (row["material"], row["name_nl"]))
    return found


def materials_of(layout: str, key: str) -> tuple[str, ...]:
    """The codes of our materials that this row of the source is about; none when no mapping says so."""
    return tuple(material for material, _ in _known_keys().get((layout, key), ()) if material)


def dutch_name_of(layout: str, key: str) -> str:
    """The Dutch name of what a source names in another language; empty when nobody wrote it down."""
    return next((name for _, name in _known_keys().get((layout, key), ()) if name), "")


def code_of(layout: str, key: str, name: str = "") -> str:
    """The code of a new material: the layout and what the source calls it.

    `name` is a short name that need not be the only one of its kind: the code then gets a mark of the whole key.

    >>> code_of("ice-v2", "Steel | Pipe"), code_of("nl", "Fossil | Diesel", "Diesel")
    ('ice-v2-steel-pipe', 'nl-diesel-19c05d71')
    """
    code = f"{layout}-{slugify(name or key)}"
    if not name and len(code) <= _LONGEST_CODE:
        return code
    return f"{code[: _LONGEST_CODE - _MARK - 1]}-{hashlib.sha256(key.encode()).hexdigest()[:_MARK]}"


def places_of(found: Factors, layout: str, key: str, new: NewMaterial) -> tuple[str, ...]:
    """The materials that factors of this key go to: those of the mapping, else the new one, which is proposed."""
    known = materials_of(layout, key)
    if not known:
        found.materials[new.code] = new
    return known or (new.code,)


class SourceTable:
    """The rows of a file of a source, with the problems that come up while they are read."""

    def __init__(self, table: Table, wanted: Sequence[str], problems: Problems) -> None:
        self.table, self.problems = table, problems
        self.columns = {name: number for number, name in enumerate(table.columns)}
        for name in wanted:
            if name not in self.columns:
                text = f"De kolom {quoted(name)} ontbreekt: is dit wel dit soort bestand?"
                problems.note(("columns", name), "missing_column", text)
        problems.refuse()

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by the names of its columns, with its number."""
        for number, cells in self.table.rows:
            yield number, dict(zip(self.table.columns, cells, strict=True))

    def refuse_moments(self, wanted: Sequence[str]) -> None:
        """Note each cell of these columns of which Excel made a day or a time; these sources have none there."""
        if not self.table.workbook:
            return
        for number, cells in self.table.rows:
            for name in wanted:
                cell = cells[self.columns[name]]
                if isinstance(cell, Moment):
                    self.problems.note(self.place(number, name), "invalid", cell.unlike("text"))

    def place(self, number: int, column: str) -> Path:
        """Where this cell stands."""
        if column in self.columns:
            return self.table.place(number, self.columns[column], column)
        return ("rows", number)

    def number(self, number: int, column: str, text: str) -> Decimal | None:
        """The number in this cell; None when it is empty (not available, never 0) or refused."""
        return number_in(text, self.place(number, column), self.problems)

    def one_of(self, number: int, column: str, text: str, known: Mapping[str, str]) -> str | None:
        """What this text stands for; None and a problem when the layout does not know it."""
        if text not in known:
            detail = f"{quoted(text)} kennen wij hier niet: wij verwachten {', '.join(map(quoted, known))}."
            self.problems.note(self.place(number, column), "invalid_choice", detail)
        return known.get(text)


def open_source(
    content: bytes, name: str, options: Options, *, wanted: Sequence[str], value: str
) -> tuple[SourceTable, Factors]:
    """The table with the columns that a layout needs, and the Factors to fill. Raises Refused when they lack.

    `value` is the column that problems with a value point at. These sources write numbers with a point.
    """
    table = read_table(content, name, decimal=".", encoding=options.encoding, elsewhere=ELSEWHERE)
    found = Factors(file_rows=len(table.rows), file=name, delimiter=table.delimiter, encoding=table.encoding)
    source = SourceTable(table, wanted, found.problems)
    source.refuse_moments(wanted)
    figures = ("unit", "value", "recycled_value")
    found.place = lambda number, name: source.place(number, value) if name in figures else ("rows", number)
    needless = [column for column in table.columns if column not in wanted]
    found.left_parts = [(f"Kolom {column}", "hoort niet bij de factor") for column in needless]
    return source, found


def stands_again(
    source: SourceTable,
    found: Factors,
    first: tuple[int, object],
    again: tuple[int, object],
    what: str,
    column: str,
) -> None:
    """A row (number and values) about what another tells already: left out when it says the same, else noted."""
    if first[1] == again[1]:
        found.leave(again[0], f"zegt hetzelfde als regel {first[0]}: die telt één keer")
        return
    text = f"{what} staat er al (regel {first[0]}), met {first[1]}; hier staat {again[1]}. Laat er één staan."
    source.problems.note(source.place(again[0], column), "duplicate_line", text)


def number_in(text: str, place: Path, problems: Problems) -> Decimal | None:
    """The number in a cell of a source, exponent and all; None when it is empty or refused."""
    if not text:
        return None
    # Judged as the source prints it: written out, a small number has more digits than we take.
    text = text if _NUMBER(text) else as_typed(text, ".")
    if not _NUMBER(text):
        problems.note(place, "invalid_number", f"{quoted(text)} is geen getal met een punt, zoals 12.5.")
        return None
    return Decimal(text)
