"""Our own columns: which column is which field of a factor, and what each cell means.

Every cell is read by the field of the REST document, so a file accepts and refuses what the API does. Equal
cells of a column are read once: a file of 100,000 rows has few units and sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from indicators.models import Factor, Processing
from mvi_dashboard.ground.intake import Figure, Moment, Table, plain, read_table
from mvi_dashboard.ground.numbers import is_plain, why_not
from mvi_dashboard.ground.problems import Path, Problems
from mvi_dashboard.ground.shapes import Boolean, Choice, Number, Scalar, Year, camel, nearest, quoted
from mvi_dashboard.ground.unreadable import Unreadable

from .factors import DEFAULTS, ELSEWHERE, FACTOR, Factors, Layout, Options

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
_BREAKS = re.compile(r"\s*[\r\n]+\s*").sub
_FORMULA = ("=", "+", "-", "@")
_GUARDED = re.compile(r"'+[=+@-]").match
_YEAR = re.compile(r"[0-9]{4}").fullmatch
_CHOICES: dict[str, str] = {
    str(label).casefold(): str(code) for code, label in (*Factor.Module.choices, *Processing.State.choices)
}
_YES_OR_NO = {
    "ja": True,
    "true": True,
    "waar": True,
    "1": True,
    "nee": False,
    "false": False,
    "onwaar": False,
    "0": False,
}
_FIELDS: dict[str, Scalar] = {name: scalar for name, scalar in FACTOR.fields.items() if isinstance(scalar, Scalar)}

Refusal = tuple[str, str]


def read_own(content: bytes, name: str, options: Options) -> Factors:
    """The factors in a CSV or XLSX with our columns. Raises Refused when header or rows cannot be read."""
    table = read_table(content, name, decimal=options.decimal, encoding=options.encoding, elsewhere=ELSEWHERE)
    problems = Problems()
    slots = columns_of(table, problems, _FIELDS, _OTHER_NAMES)
    problems.refuse()
    found = Factors(place=places_of(replace(table, rows=()), slots), file_rows=len(table.rows), file=name)
    found.delimiter, found.encoding = table.delimiter, table.encoding
    found.columns = [(table.columns[column], field) for column, field in slots.items() if field]
    found.left_parts = [*table.notes]
    found.left_parts += [
        (f"Kolom {table.columns[column]}", "alleen om te lezen: wij gebruiken de codes")
        for column, field in slots.items()
        if not field
    ]
    found.numbers = [number for number, _ in table.rows]
    held = dict(enumerate(zip(*(cells for _, cells in table.rows), strict=True)))
    table = replace(table, rows=())
    found.cells = {field: [default] * len(found.numbers) for field, default in DEFAULTS.items()}
    for column, field in slots.items():
        texts = held.pop(column)  # what is read is let go, column by column
        if field:
            found.cells[field] = values_of(
                table, column, field, _FIELDS[field], texts, found.numbers, found.problems
            )
    return found


def values_of(
    table: Table,
    column: int,
    name: str,
    scalar: Scalar,
    texts: Sequence[str],
    numbers: Sequence[int],
    problems: Problems,
) -> list[Any]:
    """The values of one column, None where a cell is refused; each different text is read once."""
    figures = isinstance(scalar, Number) and any(isinstance(text, Figure) for text in texts)
    known = {text: _read(scalar, text, table.decimal) for text in set(texts)}
    mixed = {text for text in texts if text and not isinstance(text, Figure)} if figures else set()
    moments = any(type(text) is Moment for text in texts)
    if not mixed and not moments and not any(refusal for _, refusal in known.values()):
        return [known[text][0] for text in texts]
    for number, text in zip(numbers, texts, strict=True):
        refusal = _as_moment(scalar, text) if isinstance(text, Moment) else known[text][1]
        if refusal is None and figures and text and not isinstance(text, Figure):
            refusal = ("mixed_decimal", "Hier staat een tekst tussen getallen: maak er in Excel een getal van.")
        if refusal:
            problems.note(table.place(number, column, camel(name)), *refusal)
    return [None if text in mixed else known[text][0] for text in texts]


def columns_of(
    table: Table, problems: Problems, fields: Mapping[str, Scalar], other_names: Mapping[str, str]
) -> dict[int, str]:
    """The field of every column, empty for one that is there for people only."""
    known = {_letters_of(name): name for name in fields} | dict(other_names)
    known |= {_letters_of(scalar.label): name for name, scalar in fields.items()}
    slots: dict[int, str] = {}
    for column, header in enumerate(table.columns):
        short = _letters_of(header)
        name = known.get(short, "")
        if not name and short not in _FOR_READERS:
            labels = [camel(each) for each in fields] + [scalar.label for scalar in fields.values()]
            text = f"Onbekende kolom {quoted(header)}; {nearest(header, labels, shown=30)}"
            problems.note(("columns", quoted(header)[1:-1]), "unknown_column", text)
        elif name and name in slots.values():
            text = f"Meer dan één kolom zegt {quoted(fields[name].label)}: haal er één weg."
            problems.note(("columns", quoted(header)[1:-1]), "duplicate_column", text)
        slots[column] = name
    for name, scalar in fields.items():
        if scalar.required and name not in slots.values():
            text = f"De kolom {scalar.label} ({camel(name)}) ontbreekt."
            problems.note(("columns", camel(name)), "missing_column", text)
    return slots


def _letters_of(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def places_of(table: Table, slots: Mapping[int, str]) -> Callable[[int, str], Path]:
    """Where a field of a row stands in the file."""
    columns = {name: column for column, name in slots.items() if name}

    def place(number: int, name: str) -> Path:
        return table.place(number, columns[name], camel(name)) if name in columns else ("rows", number)

    return place


def guarded(text: str) -> str:
    """The text with a mark before what a spreadsheet would take for a formula; reading takes the mark away.

    >>> guarded("=1+1"), guarded("staal")
    ("'=1+1", 'staal')
    """
    return f"'{text}" if text.startswith(_FORMULA) or _GUARDED(text) else text


def _as_moment(scalar: Scalar, moment: Moment) -> Refusal | None:
    """Why a day or a time does not belong in this column; a year that is shown alone does, where one is asked."""
    if isinstance(scalar, Number):
        return "invalid_number", moment.unlike("number")
    if isinstance(scalar, Year):
        return None if _YEAR(moment) else ("invalid", moment.unlike("year"))
    return "invalid", moment.unlike("text")


def _number_in(scalar: Number, text: str, decimal: str) -> Any:
    """The number; what is none is told with the decimal sign that was chosen."""
    number = plain(text, decimal)
    if not isinstance(text, Figure) and not is_plain(number):
        raise why_not(text, decimal)
    return scalar.read(number)


def _read(scalar: Scalar, text: str, decimal: str) -> tuple[Any, Refusal | None]:
    if not text:
        return (None, ("required", Scalar.missing)) if scalar.required else (scalar.default, None)
    if isinstance(scalar, Choice):
        text = _CHOICES.get(text.casefold(), text)
    if isinstance(scalar, Boolean):
        if text.casefold() in _YES_OR_NO:
            return _YES_OR_NO[text.casefold()], None
        return None, ("invalid", "Vul ja of nee in.")
    try:
        if isinstance(scalar, Number):
            return _number_in(scalar, text, decimal), None
        # A line break within a cell is layout; a text of several lines may keep it.
        text = text[1:] if _GUARDED(text) else text
        multiline = getattr(scalar, "max_length", 0) > 500
        return scalar.read(str(text) if multiline else _BREAKS(" ", text)), None
    except Unreadable as refused:
        return None, (refused.code, refused.detail)


LAYOUT = Layout("own", "Onze eigen kolommen", (".csv", ".xlsx"), read_own, asks_decimal=True)
