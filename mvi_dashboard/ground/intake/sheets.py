"""A workbook with several sheets that people fill in: each cell with its place, and every problem at its cell.

    for sheet in read_sheets(content, "inschrijving.xlsx"):
        for row in sheet.rows: ...

What a sheet and a column mean is a question for whoever made the workbook. A problem stands at
`cells.C7.Materialen`: the cell, and the sheet it is in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground.problems import Path, Problem, refuse
from mvi_dashboard.ground.shapes import quoted

from .files import check_file, check_zip, is_workbook
from .hidden import filled_and_hidden, hidden_in, said
from .tables import LONGEST_CELL, MOST_COLUMNS, Figure, Problems, letters, too_many_rows
from .workbooks import LAST_ROW, NotANumber, figure_of, opened, text_of, wrong_cell

MOST_SHEET_ROWS = 20_000
_MOST_SHEETS = 20


@dataclass(frozen=True)
class Cell:
    """What stands in one cell. `number` is set where Excel holds a number; `percent` when it shows it as one.

    `was` is what stood in the file where more digits were given than Excel has.
    """

    text: str
    number: Decimal | None = None
    percent: bool = False
    was: str = ""


EMPTY = Cell("")


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet that hold something, each with its number as a person counts."""

    name: str
    hidden: bool
    rows: Sequence[tuple[int, tuple[Cell, ...]]]

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
    if not is_workbook(content):
        raise refuse("wrong_type", "Kies een Excel-bestand waarvan de naam eindigt op .xlsx.", "file")
    problems = Problems()
    for cells in check_zip(content):
        text = f"De cellen {cells} zijn samengevoegd: splits ze, en vul elke rij."
        problems.note(("cells", cells), "merged_cells", text)
    problems.refuse()
    return opened(content, lambda workbook: _sheets(workbook, ignored))


def _sheets(workbook: Any, ignored: Collection[str]) -> list[Sheet]:
    if len(workbook.worksheets) > _MOST_SHEETS:
        raise refuse("multiple_sheets", f"Dit bestand heeft te veel bladen: hoogstens {_MOST_SHEETS}.")
    problems = Problems()
    found = [_sheet(sheet, problems) for sheet in workbook.worksheets if sheet.title not in ignored]
    filled = [sheet for sheet in found if sheet.rows]
    for sheet in filled:
        if sheet.hidden:
            text = f"Het blad {quoted(sheet.name)} is gevuld en verborgen: maak het zichtbaar of haal het weg."
            problems.add(Problem((), "multiple_sheets", text))
    problems.refuse()
    return filled


def _sheet(sheet: Any, problems: Problems) -> Sheet:
    """One sheet. The size that it claims to have is ignored: it can be anything."""
    sheet.reset_dimensions()
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    reading, number = sheet.iter_rows(), 0
    while True:
        number += 1
        try:
            cells = next(reading)
        except StopIteration:
            break
        except ValueError:
            raise NotANumber(number) from None
        if number > LAST_ROW:
            raise refuse("corrupt", "In dit bestand staan rijen die Excel niet kent.")
        if all(cell.value is None for cell in cells):
            continue
        if len(rows) >= MOST_SHEET_ROWS:
            problems.add(too_many_rows())
            break
        rows.append((number, _row(cells, number, sheet.title, problems)))
    texts = [(number, [cell.text for cell in row]) for number, row in rows]
    for kind, number, column in filled_and_hidden(hidden_in(sheet), texts):
        problems.add(at_cell(sheet.title, f"{letters(column)}{number}", Problem((), *said(kind, number, column))))
    return Sheet(sheet.title, sheet.sheet_state != "visible", rows)


def _row(cells: Sequence[Any], number: int, sheet: str, problems: Problems) -> tuple[Cell, ...]:
    if len(cells) > MOST_COLUMNS and any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
        text = f"Te veel kolommen: hoogstens {MOST_COLUMNS}."
        problems.add(at_cell(sheet, f"A{number}", Problem((), "too_many_columns", text)))
    row = []
    for column, cell in enumerate(cells[:MOST_COLUMNS]):
        found, wrong = _cell(cell)
        if wrong is not None:
            problems.add(at_cell(sheet, f"{letters(column)}{number}", wrong))
        row.append(found)
    return tuple(row)


def _cell(cell: Any) -> tuple[Cell, Problem | None]:
    value = cell.value
    if value is None:
        return EMPTY, None
    if type(value) is float or type(value) is int:
        text, rounded = figure_of(value)
        wrong = wrong_cell(text, value)
        if wrong is not None:
            return EMPTY, Problem((), *wrong)
        return Cell(
            Figure(text), Decimal(text), "%" in (cell.number_format or ""), repr(value) if rounded else ""
        ), None
    text = text_of(value).strip()
    wrong = wrong_cell(text, value)
    if wrong is None and len(text) > LONGEST_CELL:
        wrong = ("field_too_long", f"Deze cel is te lang: hoogstens {LONGEST_CELL} tekens.")
    if wrong is None and cell.data_type == "e":
        wrong = ("spreadsheet_error", f"In deze cel staat een fout van Excel ({quoted(text)}).")
    return Cell(text), Problem((), *wrong) if wrong else None
