"""Factors as a file with our own columns, which `own` reads back to the last digit.

A Dutch spreadsheet opens it by a double click: UTF-8 with its mark, semicolons, decimal commas, Dutch names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from .factors import FACTOR, NAMES, NUMBERS
from .own import guarded

DECIMAL = ","
MARK = "\ufeff"


class Line:
    """What csv writes to: it gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def lines_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of the file, one by one, so that a large version is never in memory as a whole."""
    writer = csv.writer(Line(), delimiter=";")
    yield MARK + str(writer.writerow([FACTOR.fields[name].label for name in NAMES]))
    for row in rows:
        yield str(writer.writerow([_cell(name, row[name]) for name in NAMES]))


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in NUMBERS:
        return format(Decimal(repr(float(value))), "f").replace(".", DECIMAL)
    return guarded(str(value))
