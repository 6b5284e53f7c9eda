"""The files of a release of reference data, read as text and turned into values cell by cell.

Every problem names its file, its row (as the reader counts: the header is row 1) and its column.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from mvi_dashboard.ground.problems import Problem

_Read = TypeVar("_Read")
ABOUT = "release.json"
"""What a release that adds to another says of itself: `follows` (which), and `reason` for what it takes away"""


LATER = frozenset({"generic", "high", "kind", "low", "product_type", "recycled_high", "recycled_low"})
"""Columns that the first release did not have: absent is empty"""


class Release:
    """One folder of reference data and everything that is wrong with it.

    `reason`: why what it takes away from the versions that hold here may go; by default what the release says.
    `fresh`: nothing held here before, so its current basis becomes the current one.
    """

    def __init__(self, folder: Path, reason: str = "", *, fresh: bool = False) -> None:
        about = folder / ABOUT
        said = json.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}
        self.folder, self.fresh = folder, fresh
        self.follows: str = said.get("follows", "")
        self.reason: str = reason or said.get("reason", "")
        self.problems: list[Problem] = []

    def note(self, file: str, row: int, column: str, code: str, detail: str) -> None:
        """Remember one problem."""
        self.problems.append(Problem((file, row, column), code, detail))

    def rows(self, file: str) -> Iterator[Row]:
        """The rows of a CSV file; none, and in a first release a problem, when it is not there."""
        path = self.folder / file
        if not path.is_file():
            self._missing(file)
            return
        with path.open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            for number, cells in enumerate(reader, start=2):
                if None in cells or None in cells.values():
                    self.note(file, number, "", "columns", "Deze rij heeft te veel of te weinig cellen.")
                    continue
                yield Row(self, file, number, cells)

    def _missing(self, file: str) -> None:
        # What adds to another release only has the files in which something is new.
        if not self.follows:
            self.note(file, 1, "", "required", "Dit bestand ontbreekt.")

    def files(self, folder: str, ending: str) -> list[str]:
        """The files with this ending in a folder of the release, by name; none when it has no such folder."""
        return sorted(f"{folder}/{path.name}" for path in (self.folder / folder).glob(f"*{ending}"))

    def parts(self, file: str) -> list[str]:
        """This file, and those beside it with a part of the same (`sources_groups.csv` beside `sources.csv`)."""
        found = sorted(path.name for path in self.folder.glob(file.replace(".csv", "_*.csv")))
        return found if found and not (self.folder / file).is_file() else [file, *found]

    def document(self, file: str) -> list[dict[str, Any]]:
        """The list in a JSON file."""
        path = self.folder / file
        if not path.is_file():
            self._missing(file)
            return []
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            self.note(file, 1, "", "parse_error", f"Dit is geen JSON: {error}.")
            return []
        return list(found)


class Row:
    """One row of a file; reading a wrong cell notes a problem and gives the value of an empty one."""

    def __init__(self, release: Release, file: str, number: int, cells: Mapping[str, str]) -> None:
        self.release, self.file, self.place, self.cells = release, file, number, cells

    def wrong(self, column: str, code: str, detail: str) -> None:
        """Note a problem in this row."""
        self.release.note(self.file, self.place, column, code, detail)

    def has(self, column: str) -> bool:
        """Whether the file has this column: later releases have more of them."""
        return column in self.cells

    def text(self, column: str, *, required: bool = False) -> str:
        """The text of a cell."""
        value = self.cells.get(column)
        if value is None and column in LATER:
            return ""
        if value is None:
            self.wrong(column, "required", "Deze kolom ontbreekt.")
            return ""
        if required and not value.strip():
            self.wrong(column, "required", "Vul deze cel in.")
        return value

    def number(self, column: str, *, required: bool = False) -> float | None:
        """A float64 (factors and ranges); None when the cell is empty."""
        found = self.decimal(column, required=required)
        return None if found is None else float(self.cells[column])

    def decimal(self, column: str, *, required: bool = False) -> Decimal | None:
        """A Decimal; None when the cell is empty."""
        return self._read(column, _decimal, "Hier hoort een getal met een punt.", required=required)

    def whole(self, column: str) -> int | None:
        """A whole number; None when the cell is empty."""
        return self._read(column, int, "Hier hoort een geheel getal.")

    def day(self, column: str) -> date | None:
        """A date; None when the cell is empty."""
        return self._read(column, date.fromisoformat, "Hier hoort een datum JJJJ-MM-DD.")

    def flag(self, column: str) -> bool | None:
        """true or false; None when the cell is empty."""
        return self._read(column, _flag, "Hier hoort true of false.")

    def one_of(self, column: str, known: Mapping[str, Any]) -> Any:
        """What this code stands for in `known`; None, and a problem, when it is not there."""
        code = self.text(column)
        if code and code not in known:
            self.wrong(column, "does_not_exist", f"'{code}' bestaat niet.")
        return known.get(code)

    def _read(
        self, column: str, convert: Callable[[str], _Read], detail: str, required: bool = False
    ) -> _Read | None:
        value = self.text(column, required=required)
        if not value.strip():
            return None
        try:
            return convert(value)
        except (ValueError, InvalidOperation):
            self.wrong(column, "invalid", detail)
            return None


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _unreadable(text)


def _unreadable(text: str) -> bool:
    raise ValueError(text)
