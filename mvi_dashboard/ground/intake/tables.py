"""A table as it was read from a file, and the places in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Kind, Path, Problem, Problems, Refused, refuse
from mvi_dashboard.ground.shapes import quoted

DECIMALS = (",", ".")
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CELLS = 2_000_000
MOST_TEXT = 32 * 1024 * 1024
MOST_MERGED = 1_000
LONGEST_CELL = 4_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_BEGINS_AS_A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").match


class Figure(str):
    """A number that a workbook holds as a number: it has no decimal sign of its own, so it is written plainly."""

    __slots__ = ()


class Moment(str):
    """A day or a time that a workbook shows as one: `2027-03-31`, `2027-03-31 23:59:12`, `1:04`, `2027`."""

    __slots__ = ()

    def unlike(self, wanted: str) -> str:
        """Why this is not the `text`, `number` or `year` that belongs here, and what to do."""
        if wanted == "year":
            return f"Hier staat een datum ({self}), geen jaar: vul alleen het jaar in, bijvoorbeeld 2024."
        again = {
            "number": "Kies de celnotatie Standaard en typ het getal opnieuw.",
            "text": "Kies de celnotatie Tekst en typ opnieuw wat hier hoort.",
        }
        return f"Excel maakte hiervan een datum of tijd ({self}). {again[wanted]}"

    def not_a_day(self) -> str:
        """Why this is no whole day, and what to do; empty when it is one."""
        if _DAY(self):
            return ""
        if not _BEGINS_AS_A_DAY(self):
            return f"Hier staat een tijd of een deel van een datum ({self}): vul de hele datum in."
        if "," in self:
            return f"Niet de hele datum is te zien ({self}): kies een celnotatie met dag, maand en jaar."
        return f"Bij deze datum staat ook een tijd ({self}): laat alleen de datum staan."


@dataclass(frozen=True)
class Table:
    """The rows below the header, each with its number as a person counts (the header is the first row).

    `delimiter` and `encoding` are those of a CSV, `notes` what was passed over and why. `hidden_rows` (that hold
    something) and `hidden_columns` (counted from 0) of a workbook are what nobody sees who opens it.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]]
    decimal: str
    workbook: bool = False
    delimiter: str = ""
    encoding: str = ""
    notes: tuple[tuple[str, str], ...] = field(default=())
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def place(self, row: int, column: int, name: str) -> Path:
        """Where a cell stands: `cells.B3` in a workbook, `rows.3.share` in a text file."""
        return ("cells", f"{letters(column)}{row}") if self.workbook else ("rows", row, name)


def letters(column: int) -> str:
    """The name of a column in a workbook, counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def header_of(cells: Sequence[str], problems: Problems, *, workbook: bool) -> tuple[str, ...]:
    """The names of the columns without the empty ones at the end; double names and gaps are problems."""
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        problems.note((), "too_many_columns", f"Te veel kolommen: {len(names)}, hoogstens {MOST_COLUMNS}.")
        return ()
    seen: dict[str, int] = {}
    for number, name in enumerate(names):
        where = f"kolom {letters(number)}" if workbook else f"kolom {number + 1}"
        if not name:
            problems.note(("columns",), "empty_header", f"Geef {where} een naam, of haal de kolom weg.")
        elif name.casefold() in seen:
            text = f"De kolom {quoted(name)} staat er dubbel in: haal er één weg."
            problems.note(("columns", quoted(name)[1:-1]), "duplicate_column", text)
        seen[name.casefold()] = number
    return tuple(names)


def fitted(
    cells: Sequence[str], number: int, columns: Sequence[str], problems: Problems, hint: str = ""
) -> tuple[str, ...] | None:
    """The cells of one row, as many as there are columns; None (and noted) when that does not fit."""
    row = [cell.strip() if type(cell) is str else cell for cell in cells]
    while len(row) > len(columns) and not row[-1]:
        row.pop()
    if len(row) != len(columns):
        wide = formats.counted(len(row), "kolom", "kolommen")
        text = f"Rij {number} heeft {wide}, {len(columns)} verwacht.{hint}"
        problems.note(("rows", number), "column_count", text)
        return None
    if max(map(len, row), default=0) > LONGEST_CELL:
        text = f"In rij {number} is een cel te lang: hoogstens {LONGEST_CELL} tekens."
        problems.note(("rows", number), "field_too_long", text)
        return None
    return tuple(row)


def too_many_rows() -> Problem:
    """The problem of a file with more rows than are read at once."""
    return Problem((), "too_many_rows", f"Te veel regels: hoogstens {MOST_ROWS:,} per bestand.".replace(",", "."))


def too_much() -> Refused:
    """The refusal of a file with more cells or text than is read at once."""
    text = f"In dit bestand staat te veel: hoogstens {MOST_CELLS:,} cellen.".replace(",", ".")
    return refuse("too_large", text, kind=Kind.TOO_LARGE)


def no_rows() -> Problem:
    """The problem of a file without anything below its header."""
    return Problem((), "no_rows", "In dit bestand staan geen regels onder de kolomnamen.")
