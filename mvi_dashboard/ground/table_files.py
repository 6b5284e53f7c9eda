"""Rows as a file for a spreadsheet: CSV for systems and for people, and XLSX; no text that a sheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

from mvi_dashboard.ground import formats

Cell = str | float | Decimal | None
"""What stands in a cell: a text, a number, a yes or no, or nothing (unknown)"""
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_YES_NO = {True: "ja", False: "nee"}
_LONGEST_TITLE = 31


def safe(text: str) -> str:
    """The text, with a mark before what a spreadsheet would take for a formula.

    >>> safe("=1+1"), safe("staal")
    ("'=1+1", 'staal')
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """For systems: commas, points in numbers, True and False, unknown empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_plain(each) for each in row])
    return out.getvalue()


def dutch_csv_of(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """As a Dutch spreadsheet opens it by a double click: BOM, semicolons, decimal commas."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_dutch(each) for each in row])
    return out.getvalue()


def workbook_of(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with numbers as numbers; a text stays a text, also when it looks like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:_LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    sheet.append(list(heads))
    for row in rows:
        sheet.append([_in_sheet(sheet, each) for each in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    return safe(value) if isinstance(value, str) else str(value)


def _dutch(value: Cell) -> str:
    if isinstance(value, bool):
        return _YES_NO[value]
    return safe(value) if isinstance(value, str) else formats.field_value(value)


def _in_sheet(sheet: object, value: Cell) -> object:
    if isinstance(value, bool):
        return _YES_NO[value]
    if not isinstance(value, str):
        return None if value is None else float(value)
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
