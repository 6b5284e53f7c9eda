"""Rows and columns of a sheet that nobody sees: what stands in them is refused, never silently read or skipped."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from .tables import letters


def filled_and_hidden(
    hidden_rows: Collection[int], hidden_columns: Collection[int], rows: Sequence[tuple[int, Sequence[str]]]
) -> Iterator[tuple[str, int, int]]:
    """(kind, row, column) of each hidden row with something in it and of each hidden column below its name.

    The first of `rows` holds the names: an unused column that is hidden is no problem.
    """
    for number, cells in rows:
        if number in hidden_rows and any(cells):
            yield "row", number, 0
    for column in sorted(hidden_columns):
        below = (number for number, cells in rows[1:] if column < len(cells) and cells[column])
        first = next(below, None)
        if first is not None:
            yield "column", first, column


def told(kind: str, row: int, column: int) -> tuple[str, str]:
    """Code and message of one of them."""
    name = f"Rij {row}" if kind == "row" else f"Kolom {letters(column)}"
    text = f"{name} is gevuld en verborgen: maak dit zichtbaar, of haal het weg."
    return f"hidden_{kind}", text
