"""A table as it was read from a file, and the places in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mvi_dashboard.ground.numbers import NumberRefused
from mvi_dashboard.ground.problems import Kind, Path, Problem, Problems, Refused, refuse
from mvi_dashboard.ground.shapes import quoted

DECIMALS = (",", ".")
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CELLS = 2_000_000
MOST_TEXT = 32 * 1024 * 1024
MOST_MERGED = 1_000
LONGEST_CELL = 4_000
_NAMES = {",": "een komma", ".": "een punt"}
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*").fullmatch


class Figure(str):
    """A number that a workbook holds as a number: it has no decimal sign of its own, so it is written plainly."""

    __slots__ = ()


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


def plain(text: str, decimal: str) -> str:
    """A number in a cell in plain notation (`1234.5`), ready to be read as a Decimal.

    Raises NumberRefused: `formula`, `mixed_unit` for a percentage, `mixed_decimal` for the other sign. Whether
    the rest is a number is left to who reads it.
    """
    if isinstance(text, Figure):
        return str(text)
    if text.startswith("="):
        raise NumberRefused("formula", "Vervang de formule door de waarde: formules lezen wij niet.")
    if text.endswith("%"):
        raise NumberRefused("mixed_unit", f"{quoted(text)} is een percentage: vul het getal zelf in.")
    other = "." if decimal == "," else ","
    if other in text and _NUMBER(text):
        told, found = _NAMES[decimal], _NAMES[other]
        detail = f"{quoted(text)} heeft {found}, maar u koos {told} als decimaalteken."
        raise NumberRefused(
            "mixed_decimal", f"{detail} Gebruik overal hetzelfde, zonder duizendtallen te scheiden."
        )
    return text.replace(",", ".") if decimal == "," else text


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
        text = f"Rij {number} heeft {len(row)} kolommen, {len(columns)} verwacht.{hint}"
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
