"""A workbook with several sheets that people fill in: each cell with its place, and every problem at its cell.

    for sheet in read_sheets(content, "inschrijving.xlsx"):
        for row in sheet.rows: ...

What a sheet and a column mean is a question for whoever made the workbook. A problem stands at
`cells.C7.Materialen`: the cell, and the sheet it is in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground.problems import Path, Problem, Problems, refuse
from mvi_dashboard.ground.shapes import quoted

from .apart import read_apart
from .files import check_file, is_zip
from .hidden import filled_and_hidden, told
from .tables import MOST_COLUMNS, Figure, Moment, letters, too_many_rows
from .values import said_by
from .workbooks import note_merged, opened
from .xlsx import Book, SheetPart, Value

MOST_SHEET_ROWS = 20_000
_MOST_SHEETS = 20


@dataclass(frozen=True)
class Cell:
    """What stands in one cell. `number` is set where Excel holds a number; `percent` when it shows it as one.

    `was` is what stood in the file where more digits were given than Excel has, `unit` what is shown beside the
    number, `moment` whether a day or a time is shown.
    """

    text: str
    number: Decimal | None = None
    percent: bool = False
    was: str = ""
    unit: str = ""
    moment: bool = False


EMPTY = Cell("")


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet that hold something, each with its number as a person counts.

    `hidden_rows` and `hidden_columns` (counted from 0) are those that nobody sees who opens the workbook,
    `remarked` when there are remarks at its cells, which are not read.
    """

    name: str
    hidden: bool
    rows: Sequence[tuple[int, tuple[Cell, ...]]]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    remarked: bool = False

    def place(self, row: int, column: int) -> Path:
        """Where a cell stands, as the path of a problem."""
        return cell_path(self.name, f"{letters(column)}{row}")


def cell_path(sheet: str, cell: str) -> Path:
    """The path of a problem at this cell."""
    return ("cells", cell, sheet)


def at_cell(sheet: str, cell: str, problem: Problem) -> Problem:
    """The same problem, told at a cell: in its path and in its sentence."""
    text = f"Blad {sheet}, cel {cell}: {problem.detail}"
    return replace(problem, path=cell_path(sheet, cell), detail=text)


def read_sheets(content: bytes, name: str, *, ignored: Collection[str] = ()) -> list[Sheet]:
    """The filled sheets of this workbook, but for those that are ignored.

    Raises Refused with every problem of the file and its cells; what nobody sees is not read but refused.
    """
    check_file(content, name)
    if not is_zip(content):
        raise refuse("wrong_type", "Kies een Excel-bestand waarvan de naam eindigt op .xlsx.", "file")
    found: list[Sheet] = []

    def take(part: Any) -> None:
        title, hidden, rows, hidden_rows, hidden_columns, remarked = part
        cells = [(number, tuple(_received(cell) for cell in row)) for number, row in rows]
        found.append(Sheet(title, hidden, cells, frozenset(hidden_rows), frozenset(hidden_columns), remarked))

    read_apart("sheets", content, take, ignored=list(ignored))
    return found


def sendable(sheet: Sheet) -> list[Any]:
    """A sheet in the plain values that `read_sheets` takes back."""
    rows = [(number, [_sent(cell) for cell in row]) for number, row in sheet.rows]
    return [
        sheet.name,
        sheet.hidden,
        rows,
        sorted(sheet.hidden_rows),
        sorted(sheet.hidden_columns),
        sheet.remarked,
    ]


def _sent(cell: Cell) -> str | list[Any]:
    if cell.number is None:
        return [cell.text] if cell.moment else cell.text
    return [cell.text, cell.percent, cell.was, cell.unit]


def _received(cell: Any) -> Cell:
    if type(cell) is str:
        return Cell(cell) if cell else EMPTY
    return cell_of(Moment(cell[0])) if len(cell) == 1 else cell_of(Figure(cell[0]), *cell[1:])


def read_sheets_here(content: bytes, *, ignored: Collection[str] = ()) -> list[Sheet]:
    """The filled sheets of this workbook, but for those that are ignored, read in this process."""
    book = opened(content)
    if len(book.sheets) > _MOST_SHEETS:
        raise refuse("multiple_sheets", f"Dit bestand heeft te veel bladen: hoogstens {_MOST_SHEETS}.")
    problems = Problems()
    filled = []
    for part in book.sheets:
        if part.name in ignored:
            continue
        sheet = _sheet(book, part, problems)
        note_merged(part, problems)
        if sheet.rows:
            filled.append(sheet)
        if sheet.rows and sheet.hidden:
            text = f"Het blad {quoted(sheet.name)} is gevuld en verborgen: maak het zichtbaar of haal het weg."
            problems.append(Problem((), "multiple_sheets", text))
    problems.refuse()
    return filled


def _sheet(book: Book, part: SheetPart, problems: Problems) -> Sheet:
    """One sheet. The size that it claims to have is ignored: it can be anything."""
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    for number, cells in book.rows(part):
        if len(rows) >= MOST_SHEET_ROWS:
            problems.append(too_many_rows())
            break
        rows.append((number, _row(cells, number, part.name, problems)))
    texts = [(number, [cell.text for cell in row]) for number, row in rows]
    for kind, number, column in filled_and_hidden(part.hidden_rows, part.hidden_columns, texts):
        wrong = Problem((), *told(kind, number, column))
        problems.append(at_cell(part.name, f"{letters(column)}{number}", wrong))
    hidden = frozenset(part.hidden_rows), frozenset(part.hidden_columns)
    return Sheet(part.name, part.hidden, rows, *hidden, book.remarked(part))


def _row(cells: Mapping[int, Value], number: int, sheet: str, problems: Problems) -> tuple[Cell, ...]:
    last = max(cells)
    if last >= MOST_COLUMNS:
        text = f"Te veel kolommen: hoogstens {MOST_COLUMNS}."
        problems.append(at_cell(sheet, f"A{number}", Problem((), "too_many_columns", text)))
    row = [EMPTY] * min(last + 1, MOST_COLUMNS)
    for column, value in cells.items():
        said = said_by(value)
        if said.wrong:
            problems.append(at_cell(sheet, f"{letters(column)}{number}", Problem((), *said.wrong)))
        elif column < MOST_COLUMNS:
            text = said.text.strip() if type(said.text) is str else said.text
            row[column] = cell_of(text, said.percent, said.was, said.unit)
    return tuple(row)


def cell_of(text: str, percent: bool = False, was: str = "", unit: str = "") -> Cell:
    """A cell with this text; a Figure is a number, a Moment a day or a time."""
    number = Decimal(text) if isinstance(text, Figure) else None
    return Cell(text, number, percent, was, unit, isinstance(text, Moment))
