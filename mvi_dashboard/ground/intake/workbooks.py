"""XLSX: the one sheet that holds something, as plain values; formulas, errors and merged cells are refused."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.utils.datetime import CALENDAR_MAC_1904  # type: ignore[import-untyped]

from mvi_dashboard.ground.problems import Problem, Refused, refuse

from .files import check_zip, wrong_numbers
from .hidden import filled_and_hidden, hidden_in, said
from .tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Figure,
    Problems,
    Table,
    fitted,
    header_of,
    letters,
    no_rows,
    too_many_rows,
)

Read = TypeVar("Read")
LAST_ROW = 1_048_576
_DECIMALS = 15
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})


def read_workbook(content: bytes, name: str, decimal: str) -> Table:
    """The table in this workbook. Raises Refused with every problem."""
    merged = check_zip(content)
    problems = Problems()
    for cells in merged:
        text = f"De cellen {cells} zijn samengevoegd: splits ze, en vul elke rij."
        problems.note(("cells", cells), "merged_cells", text)
    problems.refuse()
    return opened(content, lambda workbook: _table_of(workbook, name, decimal))


def opened(content: bytes, reading: Callable[[Any], Read]) -> Read:
    """What `reading` makes of this workbook, whose zip was checked. Raises Refused for what is broken."""
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if workbook.epoch == CALENDAR_MAC_1904:
            text = "Dit bestand telt datums vanaf 1904: zet dat uit in Excel en sla het opnieuw op."
            raise refuse("date_system", text)
        return reading(workbook)
    except NotANumber as error:
        raise Refused(_not_numbers(content, error.row)) from error
    except Refused:
        raise
    except Exception as error:
        # openpyxl tells of a broken file by whatever happens to fail: KeyError, TypeError, ParseError, ...
        raise refuse("corrupt", "Dit bestand is beschadigd: sla het opnieuw op als .xlsx.") from error


class NotANumber(Exception):
    """A cell that says to be a number and is none: the library stops there, and tells the row only."""

    def __init__(self, row: int) -> None:
        self.row = row
        super().__init__(row)


def _not_numbers(content: bytes, row: int) -> list[Problem]:
    """Every such cell by its name; the row when none is found."""
    text = "Hier staat een getal dat er geen is: typ het opnieuw."
    cells = [Problem(("cells", cell), "corrupt", text) for cell in wrong_numbers(content)]
    return cells or [Problem(("rows", row), "corrupt", f"In rij {row} staat een getal dat er geen is.")]


def _table_of(workbook: Any, name: str, decimal: str) -> Table:
    filled = [sheet for sheet in workbook.worksheets if _is_filled(sheet)]
    if not filled:
        raise Refused([no_rows()])
    if len(filled) > 1:
        names = ", ".join(sheet.title for sheet in filled[:5])
        raise refuse(
            "multiple_sheets", f"Er is meer dan één blad gevuld ({names}): bewaar één blad, ook geen verborgen."
        )
    return _rows_of(filled[0], name, decimal)


def _is_filled(sheet: Any) -> bool:
    return any(any(cell is not None for cell in cells) for _, cells in _numbered(sheet))


def _numbered(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows with their numbers. The size that a sheet claims to have is ignored: it can be anything."""
    sheet.reset_dimensions()
    number, rows = 0, iter(sheet.iter_rows(values_only=True))
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except ValueError:
            raise NotANumber(number) from None
        if number > LAST_ROW:
            raise refuse("corrupt", "In dit bestand staan rijen die Excel niet kent.")
        yield number, cells


def _rows_of(sheet: Any, name: str, decimal: str) -> Table:
    problems = Problems()
    hidden, first = hidden_in(sheet), 0
    columns: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    rounded = 0
    for number, cells in _numbered(sheet):
        if all(cell is None for cell in cells):
            continue
        if columns is None:
            columns, first = _header(cells, number, problems), number
            problems.refuse()
            continue
        if len(rows) >= MOST_ROWS:
            problems.add(too_many_rows())
            break
        row, changed = _written(cells, number, problems)
        rounded += changed
        whole = fitted(row + [""] * (len(columns) - len(row)), number, columns, problems)
        if whole is not None:
            rows.append((number, whole))
    for kind, row_number, column in filled_and_hidden(hidden, [(first, columns or ()), *rows]):
        place = ("rows", row_number) if kind == "row" else ("columns", (columns or ())[column])
        problems.note(place, *said(kind, row_number, column))
    if not rows and not problems:
        problems.add(no_rows())
    problems.refuse()
    notes = ((f"{rounded} getallen", f"afgerond op {_DECIMALS} cijfers, zoals Excel ze toont"),) if rounded else ()
    return Table(name, columns or (), rows, decimal, workbook=True, notes=notes)


def _header(cells: tuple[Any, ...], number: int, problems: Problems) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS and any(cell is not None for cell in cells[MOST_COLUMNS:]):
        problems.note((), "too_many_columns", f"Te veel kolommen: hoogstens {MOST_COLUMNS}.")
        return ()
    written, _ = _written(cells[:MOST_COLUMNS], number, problems)
    return header_of(written, problems, workbook=True)


def _written(cells: tuple[Any, ...], number: int, problems: Problems) -> tuple[list[str], int]:
    """The cells as text, and how many numbers were rounded."""
    row: list[str] = []
    rounded = 0
    for column, cell in enumerate(cells):
        text = "" if cell is None else text_of(cell)
        if type(cell) is float or type(cell) is int:
            text, changed = figure_of(cell)
            rounded += changed
        problem = wrong_cell(text, cell)
        if problem:
            problems.note(("cells", f"{letters(column)}{number}"), *problem)
        row.append(text)
    return row, rounded


def wrong_cell(text: str, cell: Any) -> tuple[str, str] | None:
    """Code and message of a value that is never read: a formula, an error of Excel, no number."""
    if text.startswith("="):
        return "formula", "Vervang de formule door de waarde: een uitkomst in een bestand kan verouderd zijn."
    if text in _ERRORS:
        return "spreadsheet_error", f"In deze cel staat een fout van Excel ({text})."
    if type(cell) is float and not math.isfinite(cell):
        return "corrupt", "In deze cel staat een getal dat er geen is."
    return None


def figure_of(number: float | int) -> tuple[str, bool]:
    """A number in plain notation with the 15 digits that Excel itself has; a binary tail is rounded off."""
    if not math.isfinite(number):
        return "", False
    exact = Decimal(repr(number))
    kept = Decimal(format(number, f".{_DECIMALS}g"))
    if kept and kept.as_tuple().exponent < -_DECIMALS:  # type: ignore[operator]
        kept = round(kept, _DECIMALS)
    text = format(kept, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Figure(text), kept != exact


def text_of(cell: Any) -> str:
    """A value that is no number as text; days as `jjjj-mm-dd`, and `=` for what only a formula can be."""
    if type(cell) is str:
        return cell
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, int | float):
        return str(cell)
    # What remains are the objects in which openpyxl holds array formulas and data tables.
    return "="
