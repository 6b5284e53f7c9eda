"""Rows as a file for a spreadsheet: CSV for systems and for people, and XLSX; line by line where they are many.

Nothing that somebody typed becomes a formula: what looks like one gets a mark in a CSV and stays a text in a
workbook.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from . import formats
from .time_zone import AMSTERDAM

Cell = Any
"""What stands in a cell: a text, a number, a yes or no, a day, a moment, or nothing (unknown)"""
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_NOT_IN_NAME = re.compile(r"[\\/*?:\[\]]")
_WIDEST, _NARROWEST = 60, 10
_DAY, _MOMENT = "DD-MM-YYYY", "DD-MM-YYYY HH:MM"


class Line:
    """What csv writes to: it gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def safe(text: str) -> str:
    """The text, with a mark before what a spreadsheet would take for a formula.

    >>> safe("=1+1"), safe("staal")
    ("'=1+1", 'staal')
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def system_lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV for systems: commas, points in numbers, True and False, moments in UTC, unknown empty."""
    writer = csv.writer(Line())
    yield str(writer.writerow(heads))
    for row in rows:
        yield str(writer.writerow([_plain(value) for value in row]))


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The same in one piece."""
    return "".join(system_lines(heads, rows))


def dutch_csv_of(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Dutch CSV in one piece."""
    return "".join(csv_lines(heads, rows))


def workbook_of(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook in one piece."""
    with workbook(title, heads, rows) as book:
        return book.read()


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a Dutch CSV, one by one: BOM, semicolons, decimal commas, days as people type them."""
    writer = csv.writer(Line(), delimiter=";")
    yield MARK + str(writer.writerow([safe(head) for head in heads]))
    for row in rows:
        yield str(writer.writerow([_in_csv(value) for value in row]))


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """The same as a workbook, as a file to read: numbers as numbers, days as days; written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_NAME.sub(" ", title)[:_LONGEST_NAME] or "Lijst")
    sheet.freeze_panes = "B2"
    for number, head in enumerate(heads, start=1):
        width = min(max(len(head) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_cell(sheet, head, font=Font(bold=True)) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    kept = tempfile.TemporaryFile()  # noqa: SIM115 (who sends it closes it)
    book.save(kept)
    kept.seek(0)
    return kept


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if value is None:
        return ""
    return safe(value) if isinstance(value, str) else str(value)


def _in_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float | Decimal):
        return formats.in_file(value)
    if isinstance(value, datetime):
        return f"{_on_the_wall(value):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return safe(str(value))


def _cell(sheet: Any, value: Any, font: Font | None = None) -> Any:
    if isinstance(value, bool):
        value = "ja" if value else "nee"
    if isinstance(value, int | float | Decimal):
        if formats.is_unknown(value):
            return None
        return WriteOnlyCell(sheet, value=float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=_on_the_wall(value) if isinstance(value, datetime) else value)
        cell.number_format = _MOMENT if isinstance(value, datetime) else _DAY
        return cell
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value=_NOT_IN_XML.sub("", str(value))[:_LONGEST_CELL])
    cell.data_type = "s"  # a text stays a text, also when it looks like a formula
    if font is not None:
        cell.font = font
    return cell


def _on_the_wall(value: datetime) -> datetime:
    """Day and time in the Netherlands, as a spreadsheet knows no offsets."""
    local = value if value.tzinfo is None else value.astimezone(AMSTERDAM)
    return local.replace(tzinfo=None, second=0, microsecond=0)
