"""Files that people send, read safely: a CSV or XLSX becomes rows of text, or every problem is named.

    table = read_table(content, "factoren.csv", decimal=",")
    for number, cells in table.rows:
        for column, cell in zip(table.columns, cells): ...

What a column means is a question for whoever asks for the file. A file is read apart from this process, within
limits of time and memory (`apart`), so the worst that it can do is not be read. Nothing is guessed: the decimal
sign is told, an encoding that the file does not give away is asked for, and the separator that was found is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from mvi_dashboard.ground.problems import Refused, refuse

from .apart import read_apart, table_apart
from .delimited import ENCODINGS
from .files import LARGEST_FILE, check_file, is_zip
from .numerals import as_typed, plain
from .tables import DECIMALS, MOST_ROWS, Figure, Moment, Table

__all__ = [
    "DECIMALS",
    "ENCODINGS",
    "LARGEST_FILE",
    "MOST_ROWS",
    "Figure",
    "Moment",
    "Refused",
    "Table",
    "as_typed",
    "plain",
    "read_cells",
    "read_table",
]


def read_table(
    content: bytes, name: str, *, decimal: str, encoding: str = "", elsewhere: Mapping[str, str] | None = None
) -> Table:
    """The rows of this file with their numbers and column names.

    `decimal` is `,` or `.`, `encoding` one of `ENCODINGS` (empty: UTF-8, or what the first bytes say). `elsewhere`
    says, by the name of a sheet, where a workbook with such a sheet belongs. Raises Refused with every problem:
    of the file as a whole, or at `rows.4`, `rows.4.share` and `cells.B4`.
    """
    check_file(content, name)
    told = {"name": name, "decimal": decimal}
    if is_zip(content):
        return table_apart("workbook", content, **told, elsewhere=dict(elsewhere or {}))
    return table_apart("delimited", content, **told, encoding=encoding)


def read_cells(content: bytes, name: str, *, encoding: str = "") -> tuple[list[tuple[int, list[str]]], str, str]:
    """The rows of a CSV as they stand with their numbers, its separator and its encoding; no row is a header.

    For files of others with a header of their own. Raises Refused for what is no CSV.
    """
    check_file(content, name)
    if is_zip(content):
        raise refuse("wrong_type", "Dit soort bestand lezen wij alleen als .csv.")
    rows: list[tuple[int, list[str]]] = []
    told = read_apart(
        "records", content, lambda part: rows.extend((row[0], row[1]) for row in part), encoding=encoding
    )
    return rows, told["delimiter"], told["encoding"]
