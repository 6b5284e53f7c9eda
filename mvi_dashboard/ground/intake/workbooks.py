"""XLSX: the one sheet that holds something, as plain values; formulas, errors and merged cells are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problems, Refused, refuse

from .hidden import filled_and_hidden, told
from .tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    fitted,
    header_of,
    letters,
    no_rows,
    too_many_rows,
)
from .values import DECIMALS, Said, said_by
from .xlsx import Book, SheetPart, Value

_MOST_NAMED = 5
_SUMMARIES = frozenset({"export summary", "exportoverzicht", "exportsamenvatting"})


def read_workbook(content: bytes, name: str, decimal: str, elsewhere: Mapping[str, str] | None = None) -> Table:
    """The table in this workbook. Raises Refused with every problem.

    `elsewhere` says, by the name of a sheet, where a workbook with such a sheet belongs.
    """
    book = opened(content)
    filled, notes = _filled(book)
    if not filled:
        raise Refused([no_rows()])
    if len(filled) > 1:
        for sheet in book.sheets:
            if elsewhere and sheet.name in elsewhere:
                raise refuse("wrong_type", elsewhere[sheet.name])
        names = ", ".join(sheet.name for sheet in filled)
        raise refuse(
            "multiple_sheets", f"Er is meer dan één blad gevuld ({names}): laat er één staan, ook geen verborgen."
        )
    if book.remarked(filled[0]):
        notes += ((REMARKS, "niet gelezen: zet in een cel wat erbij hoort"),)
    return _table_of(book, filled[0], name, decimal, notes)


def _filled(book: Book) -> tuple[list[SheetPart], tuple[tuple[str, str], ...]]:
    """The first sheets with something in them, and the note on one that is passed over."""
    found: list[SheetPart] = []
    notes: tuple[tuple[str, str], ...] = ()
    for sheet in book.sheets:
        first = next(book.rows(sheet), None)
        if first is None:
            continue
        if is_summary(sheet.name, (value.text for value in first[1].values())):
            notes = ((f"Blad {sheet.name}", SUMMARY),)
        elif len(found) < _MOST_NAMED:
            found.append(sheet)
    return found, notes


REMARKS = "Opmerkingen bij cellen"
SUMMARY = "een overzicht dat Numbers zelf maakt, niet gelezen"


def is_summary(name: str, first_texts: Iterable[str]) -> bool:
    """Whether this sheet is the list of sheets that Numbers of Apple adds to a workbook."""
    return name.casefold() in _SUMMARIES and any("Numbers" in text for text in first_texts)


def opened(content: bytes) -> Book:
    """The workbook in these bytes. Raises Refused for what is broken or dangerous."""
    book = Book(content)
    if book.from_1904:
        raise refuse(
            "date_system", "Dit bestand telt datums vanaf 1904: zet dat uit in Excel en sla het opnieuw op."
        )
    return book


def note_merged(sheet: SheetPart, problems: Problems) -> None:
    """Every merged cell of a sheet whose rows were read is a problem."""
    for cells in sheet.merged:
        text = f"De cellen {cells} zijn samengevoegd: splits ze, en vul elke rij."
        problems.note(("cells", cells), "merged_cells", text)
    problems.counted(sheet.merged_more)


def _table_of(book: Book, sheet: SheetPart, name: str, decimal: str, notes: tuple[tuple[str, str], ...]) -> Table:
    problems, found = Problems(), Problems()
    columns: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    rounded = first = 0
    for number, cells in book.rows(sheet):
        if columns is None:
            columns, first = _header(cells, number, found), number
            found.refuse()
            continue
        if len(rows) >= MOST_ROWS:
            found.append(too_many_rows())
            break
        row, changed = _written(cells, number, found, decimal, len(columns))
        rounded += changed
        whole = fitted(row, number, columns, found)
        if whole is not None:
            rows.append((number, whole))
    note_merged(sheet, problems)
    problems += found
    named = columns or ()
    for kind, row_number, column in filled_and_hidden(
        sheet.hidden_rows, sheet.hidden_columns, [(first, named), *rows]
    ):
        place = ("rows", row_number) if kind == "row" else ("columns", named[column])
        problems.note(place, *told(kind, row_number, column))
    if not rows and not problems:
        problems.append(no_rows())
    problems.refuse()
    if rounded:
        numbers = formats.counted(rounded, "getal", "getallen")
        notes += ((numbers, f"afgerond op {DECIMALS} cijfers, zoals Excel ze toont"),)
    hidden = frozenset(sheet.hidden_rows), frozenset(sheet.hidden_columns)
    return Table(name, columns or (), rows, decimal, True, "", "", notes, *hidden)


def _header(cells: Mapping[int, Value], number: int, problems: Problems) -> tuple[str, ...]:
    if max(cells) >= MOST_COLUMNS:
        problems.note((), "too_many_columns", f"Te veel kolommen: hoogstens {MOST_COLUMNS}.")
        return ()
    written, _ = _written(cells, number, problems, ",")
    return header_of(written, problems, workbook=True)


def _written(
    cells: Mapping[int, Value], number: int, problems: Problems, decimal: str, width: int = 0
) -> tuple[list[str], int]:
    """The cells as they are shown, at least `width` of them, and how many numbers were rounded."""
    row = [""] * max(width, max(cells) + 1)
    rounded = 0
    for column, value in cells.items():
        said = said_by(value)
        rounded += bool(said.was)
        if said.wrong:
            problems.note(("cells", f"{letters(column)}{number}"), *said.wrong)
        row[column] = _shown(said, decimal) if said.percent or said.unit else said.text
    return row, rounded


def _shown(said: Said, decimal: str) -> str:
    """A number with what is shown beside it, which makes it a text: no column of a table asks for those."""
    number = f"{Decimal(said.text).scaleb(2):f}" if said.percent else str(said.text)
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{number.replace('.', decimal)} {'%' if said.percent else said.unit}"
