"""From a table in a file to factors: which column is which, what each cell means, and in which unit.

Every cell is read by the field of the REST document, so a file accepts and refuses what the API does. Equal
cells of a column are read once: a file of 100,000 rows has few units and sources.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.calculation.units import conversion
from indicators.models import Factor
from mvi_dashboard.ground.intake import Figure, Table, plain
from mvi_dashboard.ground.intake.tables import Problems
from mvi_dashboard.ground.numbers import NumberRefused
from mvi_dashboard.ground.problems import Path
from mvi_dashboard.ground.shapes import Choice, Leaf, Number, Unreadable, nearest, quoted
from mvi_dashboard.ground.shapes.composites import camel

from .factor_drafts import FACTOR, Codes, check_factors

_OTHER_NAMES = {
    "materiaalcode": "material",
    "code": "material",
    "fase": "module",
    "levensfase": "module",
    "gerecycled": "recycled_value",
    "recycled": "recycled_value",
    "gsd": "geometric_sd",
    "url": "source_url",
    "bronadres": "source_url",
    "plaats": "source_reference",
}
_FOR_READERS = frozenset(
    {"naam", "name", "materiaalnaam", "materialname", "indicatornaam", "indicatorname", "opmerking", "opmerkingen"}
    | {"remark", "remarks", "toelichting", "note", "notes"}
)
_MODULES: dict[str, str] = {str(label).casefold(): str(code) for code, label in Factor.Module.choices}
_FIELDS: dict[str, Leaf] = {name: leaf for name, leaf in FACTOR.fields.items() if isinstance(leaf, Leaf)}
_DEFAULTS = {name: leaf.default for name, leaf in _FIELDS.items() if not leaf.required}

Refusal = tuple[str, str]
Read = Callable[[str], tuple[Any, Refusal | None]]


@dataclass
class Factors:
    """The factors of a file with the rows they stand in, what was passed over, and which units were converted."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    units: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def factors_of(table: Table, codes: Codes) -> Factors:
    """The factors in this table. Raises Refused with every problem, at its row or cell."""
    problems = Problems()
    slots = _columns_of(table, problems)
    found = Factors(left_out=[*table.notes])
    found.columns = [(table.columns[column], name) for column, name in slots.items() if name]
    found.left_out += [
        (f"Kolom {table.columns[column]}", "alleen om te lezen: wij gebruiken de codes")
        for column, name in slots.items()
        if not name
    ]
    problems.refuse()
    readers = [(column, name, camel(name), _reader(table, column, name)) for column, name in slots.items() if name]
    for number, cells in table.rows:
        row = dict(_DEFAULTS)
        for column, name, shown, read in readers:
            value, refusal = read(cells[column])
            if refusal:
                problems.note(table.place(number, column, shown), *refusal)
            else:
                row[name] = value
        found.rows.append(row)
        found.numbers.append(number)
    place = _places(table, slots)
    _convert(found, codes, problems, place)
    for problem in check_factors(found.rows, codes, found.numbers):
        _, index, wrong = problem.path
        problems.note(place(found.numbers[int(index)], str(wrong)), problem.code, problem.detail)
    problems.refuse()
    return found


def _columns_of(table: Table, problems: Problems) -> dict[int, str]:
    """The field of every column, empty for one that is there for people only."""
    known = {_letters_of(name): name for name in _FIELDS} | _OTHER_NAMES
    known |= {_letters_of(leaf.label): name for name, leaf in _FIELDS.items()}
    slots: dict[int, str] = {}
    for column, header in enumerate(table.columns):
        short = _letters_of(header)
        name = known.get(short, "")
        if not name and short not in _FOR_READERS:
            labels = [camel(each) for each in _FIELDS] + [leaf.label for leaf in _FIELDS.values()]
            text = f"Onbekende kolom {quoted(header)}; {nearest(header, labels, shown=30)}"
            problems.note(("columns", quoted(header)[1:-1]), "unknown_column", text)
        elif name and name in slots.values():
            text = f"Meer dan één kolom zegt {quoted(_FIELDS[name].label)}: haal er één weg."
            problems.note(("columns", quoted(header)[1:-1]), "duplicate_column", text)
        slots[column] = name
    for name, leaf in _FIELDS.items():
        if leaf.required and name not in slots.values():
            text = f"De kolom {leaf.label} ({camel(name)}) ontbreekt."
            problems.note(("columns", camel(name)), "missing_column", text)
    return slots


def _letters_of(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def _places(table: Table, slots: Mapping[int, str]) -> Callable[[int, str], Path]:
    columns = {camel(name): column for column, name in slots.items() if name}

    def place(number: int, name: str) -> Path:
        return table.place(number, columns[name], name) if name in columns else ("rows", number)

    return place


def _reader(table: Table, column: int, name: str) -> Read:
    """Reads the cells of one column, each different text once."""
    leaf = _FIELDS[name]
    known: dict[str, tuple[Any, Refusal | None]] = {}
    figures = isinstance(leaf, Number) and any(isinstance(cells[column], Figure) for _, cells in table.rows)

    def read(text: str) -> tuple[Any, Refusal | None]:
        if text not in known:
            known[text] = _read(leaf, text, table.decimal)
        if figures and text and not isinstance(text, Figure) and known[text][1] is None:
            return None, ("mixed_decimal", "Hier staat een tekst tussen getallen: maak er in Excel een getal van.")
        return known[text]

    return read


def _read(leaf: Leaf, text: str, decimal: str) -> tuple[Any, Refusal | None]:
    if not text:
        return (None, ("required", Leaf.missing)) if leaf.required else (leaf.default, None)
    if isinstance(leaf, Choice):
        text = _MODULES.get(text.casefold(), text)
    try:
        if isinstance(leaf, Number):
            return leaf.read(plain(text, decimal)), None
        # A line break within a cell is layout; a text of several lines may keep it.
        multiline = getattr(leaf, "max_length", 0) > 500
        return leaf.read(str(text) if multiline else " ".join(text.split())), None
    except (Unreadable, NumberRefused) as refused:
        return None, (refused.code, refused.detail)


def _convert(found: Factors, codes: Codes, problems: Problems, place: Callable[[int, str], Path]) -> None:
    """Brings every factor to the unit of its indicator and material; a unit that does not fit is a problem."""
    known: dict[tuple[str, str], Any] = {}
    for number, row in zip(found.numbers, found.rows, strict=True):
        given, wanted = row.get("unit"), codes.unit_of(row)
        if given is None or wanted is None or given == wanted:
            continue
        pair = (given, wanted)
        if pair not in known:
            known[pair] = conversion(*pair)
        if known[pair] is None:
            text = f"Hier staat {quoted(given)}, maar bij dit materiaal en deze indicator hoort {wanted}."
            problems.note(place(number, "unit"), "invalid_unit", text)
            del row["unit"]
            continue
        for name in ("value", "recycled_value"):
            if row.get(name) is not None:
                row[name] *= known[pair]
        row["unit"] = wanted
        found.units[given, wanted, format(known[pair].normalize(), "f")] += 1
