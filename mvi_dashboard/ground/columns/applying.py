"""A file read by its columns: each row as typed values, each cell that is wrong named with its row and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.intake import Moment, Table
from mvi_dashboard.ground.intake.tables import letters
from mvi_dashboard.ground.problems import Problem, Problems
from mvi_dashboard.ground.shapes import quoted
from mvi_dashboard.ground.unreadable import Unreadable

from .detecting import Reading
from .fields import Field, Layout, Value
from .signs import date_in, number_in

MONEY_DIGITS, MONEY_DECIMALS = 13, 2
_MOST_KNOWN = 20_000
_TOTAL = re.compile(
    r"(?:sub|eind|grand )?-?(?:totaal|totalen|totals?|totaalgeneraal|saldo|som)\b[ :]*(.*)", re.IGNORECASE
).fullmatch
Values = dict[str, Any]


@dataclass
class Applied:
    """What a file says, row by row, and what is wrong with it; the rest is filled while the rows go by."""

    table: Table
    layout: Layout
    reading: Reading
    problems: Problems = field(default_factory=Problems)
    wrong_rows: set[int] = field(default_factory=set)
    """the numbers of rows with a cell that could not be read"""
    totals: list[int] = field(default_factory=list)
    """the numbers of rows that add up others: those are no entries"""
    _sums: dict[str, Decimal] = field(default_factory=dict)
    _added: int = 0

    def rows(self) -> Iterator[tuple[int, Values]]:
        """Each good row with its number; empty cells are None. What is wrong is noted and passed over."""
        readers = [(code, place, self._reader(code)) for code, place in self.reading.columns.items()]
        required = [each.code for each in self.layout.fields if each.required]
        for number, cells in self.table.rows:
            values: Values = {}
            wrong: list[Problem] = []
            for code, place, read in readers:
                cell = cells[place]
                if not cell:
                    values[code] = None
                    continue
                try:
                    values[code] = read(cell)
                except Unreadable as unreadable:
                    wrong.append(self.problem(number, code, unreadable.code, unreadable.detail))
            if self._adds_up(cells, values, required):
                self.totals.append(number)
                continue
            missing = [code for code in required if code in values and values[code] is None]
            wrong += [self.problem(number, code, "required", self._fill_in(code)) for code in missing]
            if wrong:
                self.problems += wrong
                self.wrong_rows.add(number)
                continue
            self._add(values)
            yield number, values

    def note(self, number: int, code: str, kind: str, detail: str) -> None:
        """Something that the caller finds wrong in the cell of this field."""
        self.problems.append(self.problem(number, code, kind, detail))
        self.wrong_rows.add(number)

    def problem(self, number: int, code: str, kind: str, detail: str) -> Problem:
        """The problem of one cell, with its row and column in words as well."""
        place = self.reading.columns.get(code)
        if place is None:
            return Problem(("rows", number), kind, f"Rij {number}: {detail}")
        name = self.table.columns[place]
        where = f"Rij {number}, kolom {letters(place)} ({name}): "
        return Problem(self.table.place(number, place, name), kind, where + detail)

    def _reader(self, code: str) -> Callable[[str], Any]:
        """What reads the cells of this field; equal cells are read once."""
        declared = self.layout.by_code[code]
        read = _READERS[declared.value]
        known: dict[str, Any] = {}
        ours: Mapping[str, str] = self.reading.mappings.get(code, {})

        def known_or_read(cell: str) -> Any:
            if type(cell) is not str:  # a number or day of a workbook may look like a text that is read otherwise
                return read(cell, declared, self.reading)
            if cell not in known:
                if len(known) > _MOST_KNOWN:
                    known.clear()
                known[cell] = read(ours.get(cell, cell), declared, self.reading)
            return known[cell]

        return known_or_read

    def _adds_up(self, cells: tuple[str, ...], values: Values, required: list[str]) -> bool:
        """Whether this row adds up others: it says so, or it is nothing but the sum of the amounts above."""
        incomplete = any(code in values and values[code] is None for code in required)
        first = next((cell for cell in cells if cell), "")
        said = _TOTAL(first)
        if said:
            return incomplete or not said[1] or said[1].isdigit()
        if not incomplete:
            return False
        filled = {code: value for code, value in values.items() if value is not None}
        return bool(filled) and self._added > 1 and all(self._sums.get(code) == filled[code] for code in filled)

    def _add(self, values: Values) -> None:
        """Keep what the amounts add up to, to know a row that is nothing but their sum."""
        self._added += 1
        for code, value in values.items():
            if isinstance(value, Decimal):
                self._sums[code] = self._sums.get(code, Decimal(0)) + value

    def _fill_in(self, code: str) -> str:
        return f"Vul hier in: {self.layout.by_code[code].label.lower()}."


def missing_columns(layout: Layout, reading: Reading) -> list[Problem]:
    """What a file must say and no column does."""
    there = reading.columns
    found = [
        Problem(("columns", each.code), "required", f"Kies welke kolom {quoted(each.label)} is.")
        for each in layout.fields
        if each.required and each.code not in there
    ]
    for group in layout.one_of:
        if not any(code in there for code in group):
            names = " of ".join(quoted(layout.by_code[code].label) for code in group)
            found.append(Problem(("columns", group[0]), "required", f"Kies welke kolom {names} is."))
    return found


def _text(cell: str, declared: Field, reading: Reading) -> str:
    if isinstance(cell, Moment):
        raise Unreadable("invalid", cell.unlike("text"))
    text = " ".join(str(cell).split())
    if len(text) > declared.most:
        raise Unreadable(
            "max_length", f"Maak deze tekst korter: hoogstens {formats.counted(declared.most, 'teken', 'tekens')}."
        )
    return text


def _whole(cell: str, declared: Field, reading: Reading) -> int:
    number = number_in(cell, reading.decimal)
    if number != number.to_integral_value():
        raise Unreadable("invalid_integer", f"{quoted(cell)} is geen heel getal: vul een heel getal in.")
    return int(number)


def _number(cell: str, declared: Field, reading: Reading) -> Decimal:
    return number_in(cell, reading.decimal)


def _money(cell: str, declared: Field, reading: Reading) -> Decimal:
    found = number_in(cell, reading.decimal, digits=MONEY_DIGITS, decimals=15)
    return found.quantize(Decimal("0.01"))


def _date(cell: str, declared: Field, reading: Reading) -> Any:
    return date_in(cell, reading.date_form)


_READERS: dict[Value, Callable[[str, Field, Reading], Any]] = {
    Value.TEXT: _text,
    Value.WHOLE: _whole,
    Value.NUMBER: _number,
    Value.MONEY: _money,
    Value.DATE: _date,
}
