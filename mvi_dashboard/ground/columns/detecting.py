"""Which column of a file is which field, by its name and by what stands in it; what cannot be decided is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mvi_dashboard.ground.intake import Table
from mvi_dashboard.ground.intake.tables import letters
from mvi_dashboard.ground.models import ColumnProfile
from mvi_dashboard.ground.shapes import quoted

from .fields import NUMERIC, Field, Layout, Value, folded
from .signs import DATE_WORDS, DECIMAL_WORDS, Votes, date_votes, decimal_votes, is_date, is_number

DECIMAL, DATE_FORM = "decimal", "date_form"
_LOOKED_AT = 500
_EXACT = 1_000
_FITS = 0.8
_EXAMPLES = 3
_LONGEST_EXAMPLE = 40


@dataclass(frozen=True)
class Reading:
    """How a file is read: which column each field is, the decimal sign, and the form of dates."""

    columns: dict[str, int]
    """the place of the column, counted from 0, by code of field"""
    decimal: str = ","
    date_form: str = "dmy"
    mappings: dict[str, dict[str, str]] = field(default_factory=dict)
    """our word by theirs, by code of field"""


@dataclass(frozen=True)
class Column:
    """One column as a person knows it again."""

    place: int
    name: str
    examples: tuple[str, ...]
    empty: float
    """the share of rows in which nothing stands"""
    field: str = ""
    """what it seems to be; empty when it is not used, or when only a person knows"""

    @property
    def letter(self) -> str:
        """Its name in a workbook."""
        return letters(self.place)


@dataclass(frozen=True)
class Question:
    """What the file does not say."""

    about: str
    """`DECIMAL`, `DATE_FORM`, or the code of a field"""
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """What is recognised of a file, and what is asked."""

    columns: tuple[Column, ...]
    decimal: str
    date_form: str
    questions: tuple[Question, ...] = ()

    @property
    def reading(self) -> Reading:
        """How the file is read when all that is recognised is right."""
        chosen = {column.field: column.place for column in self.columns if column.field}
        return Reading(chosen, self.decimal or ",", self.date_form or "dmy")


def detect(table: Table, layout: Layout) -> Found:
    """What is recognised of this table."""
    chosen, questions = _fields_of(table, layout)
    decimal, asked = _decimal_of(table, layout, chosen)
    date_form, also = _date_form_of(table, layout, chosen)
    meant = {place: code for code, place in chosen.items()}
    columns = columns_of(table, meant)
    return Found(columns, decimal, date_form, (*questions, *asked, *also))


def columns_of(table: Table, meant: dict[int, str]) -> tuple[Column, ...]:
    """The columns with examples and how much of each is empty."""
    total = max(1, len(table.rows))
    found = []
    for place, name in enumerate(table.columns):
        filled = 0
        examples: dict[str, None] = {}
        for _, cells in table.rows:
            if cells[place]:
                filled += 1
                if len(examples) < _EXAMPLES:
                    examples[str(cells[place])[:_LONGEST_EXAMPLE]] = None
        found.append(Column(place, name, tuple(examples), 1 - filled / total, meant.get(place, "")))
    return tuple(found)


def profiles_that_fit(table: Table, profiles: Iterable[ColumnProfile]) -> list[ColumnProfile]:
    """Those of which every column is in the file; the one with most columns first. More than one is a choice."""
    there = {folded(name) for name in table.columns}
    fitting = [each for each in profiles if {folded(row["header"]) for row in each.columns} <= there]
    return sorted(fitting, key=lambda each: (-len(each.columns), each.name))


def reading_of(table: Table, profile: ColumnProfile) -> Reading:
    """How this file is read by a profile that fits."""
    places = {folded(name): place for place, name in enumerate(table.columns)}
    columns = {row["field"]: places[folded(row["header"])] for row in profile.columns}
    mappings: dict[str, dict[str, str]] = {}
    for row in profile.mappings:
        mappings.setdefault(row["field"], {})[row["theirs"]] = row["ours"]
    return Reading(columns, profile.decimal, profile.date_form, mappings)


def _fields_of(table: Table, layout: Layout) -> tuple[dict[str, int], list[Question]]:
    """The column of each field, and a question where two columns are as good."""
    names = [folded(name) for name in table.columns]
    scores: dict[tuple[str, int], int] = {
        (each.code, place): score
        for each in layout.fields
        for place, name in enumerate(names)
        if (score := _score(each, name)) and _fits(table, place, each)
    }
    chosen: dict[str, int] = {}
    questions = []
    for each in layout.fields:
        mine = {place: score for (code, place), score in scores.items() if code == each.code}
        # A column that is better as something else is not this one.
        mine = {
            place: score
            for place, score in mine.items()
            if all(score >= other for (_, there), other in scores.items() if there == place)
            and place not in chosen.values()
        }
        best = [place for place, score in mine.items() if score == max(mine.values())]
        if len(best) == 1:
            chosen[each.code] = best[0]
        elif best:
            questions.append(_which_column(table, each, best))
    asked = {question.about for question in questions}
    for each in layout.fields:
        if each.code not in chosen and each.code not in asked and each.required:
            _by_its_values(table, layout, each, chosen)
    return chosen, questions


def _score(each: Field, name: str) -> int:
    """How well this name is that of the field: the longest of its names that it is or holds."""
    if name in each.names:
        return _EXACT
    held = [len(known) for known in each.names if len(known) > 2 and f" {known} " in f" {name} "]
    return max(held, default=0)


def _by_its_values(table: Table, layout: Layout, each: Field, chosen: dict[str, int]) -> None:
    """A day or an amount that the file must have, when one free column holds such and no other one."""
    if each.value not in (Value.DATE, Value.MONEY):
        return
    free = [place for place in range(len(table.columns)) if place not in chosen.values()]
    fitting = [place for place in free if _filled(table, place) and _fits(table, place, each)]
    if each.value is Value.MONEY:
        # Numbers of documents and accounts are numbers too: an amount has cents or a minus.
        fitting = [place for place in fitting if any(set(cell) & set(",.-") for cell in _filled(table, place))]
    if len(fitting) == 1:
        chosen[each.code] = fitting[0]


def _fits(table: Table, place: int, each: Field) -> bool:
    """Whether what stands in this column may be such a value; an empty column may be anything."""
    cells = _filled(table, place)
    if not cells:
        return True
    if each.value is Value.DATE:
        return sum(map(is_date, cells)) >= _FITS * len(cells) or _are_compact(cells)
    if each.value in NUMERIC:
        return sum(map(is_number, cells)) >= _FITS * len(cells)
    return not any(isinstance(cell, str) and is_date(cell) for cell in cells[:1])


def _are_compact(cells: Sequence[str]) -> bool:
    return bool(date_votes((1, str(cell)) for cell in cells).first)


def _filled(table: Table, place: int) -> list[str]:
    return [cells[place] for _, cells in table.rows[:_LOOKED_AT] if cells[place]]


def _which_column(table: Table, each: Field, places: Sequence[int]) -> Question:
    choices = tuple((str(place), f"{letters(place)}: {table.columns[place]}") for place in places)
    names = " of ".join(quoted(table.columns[place]) for place in places)
    return Question(each.code, f"Welke kolom is {each.label.lower()}: {names}?", choices)


def _decimal_of(table: Table, layout: Layout, chosen: dict[str, int]) -> tuple[str, list[Question]]:
    votes = decimal_votes(_cells(table, layout, chosen, NUMERIC))
    choices = tuple(DECIMAL_WORDS.items())
    if votes.contradicts:
        text = f"In dit bestand staan twee decimaaltekens: {_both(votes, DECIMAL_WORDS)}. Welk teken geldt?"
        return "", [Question(DECIMAL, text, choices)]
    if votes.asks:
        text = f"Is in rij {votes.doubtful} de punt of komma een decimaalteken, of scheidt die de duizendtallen?"
        return "", [Question(DECIMAL, text, choices)]
    return votes.answer or ",", []


def _date_form_of(table: Table, layout: Layout, chosen: dict[str, int]) -> tuple[str, list[Question]]:
    votes = date_votes(_cells(table, layout, chosen, frozenset({Value.DATE})))
    choices = tuple(DATE_WORDS.items())
    # A year in front is never mistaken, so it may stand beside another form.
    spoken = {form: row for form, row in votes.first.items() if form != "ymd"}
    if len(spoken) > 1:
        text = f"In dit bestand staan datums op twee manieren: {_both(votes, DATE_WORDS)}. Welke geldt?"
        return "", [Question(DATE_FORM, text, choices)]
    if not spoken and votes.doubtful:
        text = f"Staat in rij {votes.doubtful} bij de datum eerst de dag of eerst de maand?"
        return "", [Question(DATE_FORM, text, choices[:2])]
    return next(iter(spoken), "") or votes.answer or "dmy", []


def _both(votes: Votes, words: dict[str, str]) -> str:
    return " en ".join(f"{words[code].split(':')[0].lower()} in rij {row}" for code, row in votes.first.items())


def _cells(
    table: Table, layout: Layout, chosen: dict[str, int], kinds: frozenset[Value]
) -> Iterable[tuple[int, Any]]:
    places = [place for code, place in chosen.items() if layout.by_code[code].value in kinds]
    return ((number, cells[place]) for number, cells in table.rows for place in places)
