"""Files with factors for tests, made from rows of plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ["materiaal", "indicator", "waarde", "waarde gerecycled", "eenheid", "bron", "jaar"]
ROWS: list[list[Any]] = [
    ["steel", "climate", 2.25, 0.5, "kg CO2-eq/kg", "Proefbron é", 2025],
    ["wood", "climate", 0.125, None, "kg CO2-eq/kg", "Proefbron é", 2025],
    ["steel", "water", 1.5, None, "m3/kg", "Andere bron", None],
]


def as_csv(
    rows: Sequence[Sequence[Any]] = ROWS,
    header: Sequence[str] = HEADER,
    *,
    decimal: str = ",",
    delimiter: str = ";",
    encoding: str = "utf-8",
) -> bytes:
    """The rows as a CSV file."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter)
    writer.writerow(header)
    for row in rows:
        writer.writerow([str(cell).replace(".", decimal) if isinstance(cell, float) else cell for cell in row])
    return held.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER) -> bytes:
    """The rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (header, *rows):
        sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
