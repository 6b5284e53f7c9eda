"""Reference data as a file, and back: one line per row, and per line of a bill or of use.

A Dutch spreadsheet opens it by a double click: UTF-8 with its mark, semicolons, decimal commas, Dutch names.
Columns are known by their Dutch name or by that of REST. A column that is not there changes nothing, an empty cell
empties.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types

from indicators.factors.exchange.own import guarded
from indicators.models import ProposedRow
from mvi_dashboard.ground import intake
from mvi_dashboard.ground.inputs import field_at
from mvi_dashboard.ground.problems import Path, Problems
from mvi_dashboard.ground.shapes import Boolean, Choice, Date, Integer, Number, Object, camel, nearest, quoted
from mvi_dashboard.ground.unreadable import Unreadable

from .row_shapes import GROUP, LANGUAGES, MATERIAL, PREFIX, TYPE, product_shape

_K = ProposedRow.Kind
_SHAPES: dict[str, Object] = {
    _K.GROUP: GROUP,
    _K.TYPE: TYPE,
    _K.PREFIX: PREFIX,
    _K.PRODUCT: product_shape(consumed=True),
    _K.MATERIAL: MATERIAL,
}
_CODES: dict[str, str] = {_K.PREFIX: "CPV-code begint met"}
"""What the column with the code is called, where that is not Code"""
_PARTS = ("billOfMaterials", "use")
"""lists of which each row stands on a line of its own"""
_WORDS, _NAMES, _OPTIONS = "searchWords", "names", "choices"
_BETWEEN, _MEANS = " | ", " = "
_MARK = "\ufeff"
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_GUARDED = re.compile(r"'+[=+@-]").match
CODE = "code"


class FileKind(Protocol):
    """What stands in a file: rows of reference data of one kind, or the questions of a protocol."""

    @property
    def code(self) -> str:
        """By which its shape is known here."""

    @property
    def label(self) -> str:
        """The name of its sheet."""

    def document(self, code: str) -> dict[str, Any] | None:
        """The row with this code; None when there is none."""


def add_table(code: str, shape: Object, code_label: str) -> None:
    """Makes a file of rows of this shape known here: what rooms above have."""
    _SHAPES[code], _CODES[code] = shape, code_label


@dataclass
class FileRow:
    """One row of reference data as a file says it, and where each part of it stands."""

    code: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str | int, ...], Path] = field(default_factory=dict)

    def place(self, path: Path) -> Path:
        """Where what this path names stands in the file: its cell, else its line."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return ("rows", self.number)


@dataclass
class FileRows:
    """All rows of a file, and how it was read."""

    rows: list[FileRow]
    lines: int
    """lines below the header"""
    notes: list[tuple[str, str]]
    """what was passed over, and why"""
    columns: list[tuple[str, str]]
    """each column, and the path of the field that it became"""
    delimiter: str
    encoding: str


@cache
def columns_of(kind: str) -> dict[str, str]:
    """The columns of a file of this kind, by the path of the field in a document, with their Dutch names."""
    shape = _SHAPES[kind]
    found = {CODE: _CODES.get(kind, "Code")}
    for name, part in shape.fields.items():
        key = camel(name)
        if key == _NAMES:
            found |= {f"{key}.{code}": f"Ook wel ({language.lower()})" for code, language in LANGUAGES.items()}
        elif key in _PARTS:
            inner = field_at(shape, [key, "0"])
            assert isinstance(inner, Object)
            found |= {f"{key}.{camel(each)}": _part_label(key, sub.label) for each, sub in inner.fields.items()}
        else:
            found[key] = part.label
    return found


def _part_label(key: str, label: str) -> str:
    return f"{'Stuklijst' if key == _PARTS[0] else 'Verbruik'}: {label.lower()}"


def file_of_kind(kind: FileKind, codes: Iterator[str]) -> Iterator[str]:
    """The lines of a CSV with these rows as they hold now."""
    writer = csv.writer(_Line(), delimiter=";")
    yield _MARK + str(writer.writerow(columns_of(kind.code).values()))
    for cells in _lines(kind, codes):
        yield str(writer.writerow(["" if each is None else _in_csv(each) for each in cells]))


def workbook_of_kind(kind: FileKind, codes: Iterator[str]) -> bytes:
    """The same as an XLSX, with numbers as numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.label[:31])
    sheet.append(list(columns_of(kind.code).values()))
    for cells in _lines(kind, codes):
        sheet.append([float(each) if _is_number(each) else each and guarded(str(each)) for each in cells])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


class _Line:
    def write(self, line: str) -> str:
        """The line, given back instead of kept."""
        return line


@dataclass(frozen=True)
class _Figure:
    """A number in plain notation."""

    text: str

    def __float__(self) -> float:
        return float(self.text)


def _is_number(value: Any) -> bool:
    return isinstance(value, _Figure)


def _in_csv(value: Any) -> str:
    return value.text.replace(".", ",") if isinstance(value, _Figure) else guarded(str(value))


def _lines(kind: FileKind, codes: Iterator[str]) -> Iterator[list[Any]]:
    columns, shape = columns_of(kind.code), _SHAPES[kind.code]
    for code in codes:
        document = kind.document(code)
        if document is None:
            continue
        first = True
        for part in _parts_of(document):
            yield [_cell(key, document if first else {}, part, code, shape) for key in columns]
            first = False


def _parts_of(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found = [(name, row) for name in _PARTS for row in document.get(name) or ()]
    return found or [("", {})]


def _cell(
    key: str, document: Mapping[str, Any], part: tuple[str, Mapping[str, Any]], code: str, shape: Object
) -> Any:
    name, _, below = key.partition(".")
    if key == CODE:
        return code
    if name == _NAMES:
        return _BETWEEN.join(row["name"] for row in document.get(_NAMES) or () if row["language"] == below) or None
    if name in _PARTS:
        value = part[1].get(below) if part[0] == name else None
        return _told(value, field_at(shape, [name, "0", below]))
    if name == _WORDS:
        return _BETWEEN.join(document.get(_WORDS) or ()) or None
    if name == _OPTIONS:
        given = document.get(_OPTIONS) or ()
        return _BETWEEN.join(f"{row['code']}{_MEANS}{row['nameNl']}" for row in given) or None
    return _told(document.get(name), field_at(shape, [name]))


def _told(value: Any, scalar: Any) -> Any:
    if isinstance(scalar, Boolean):
        return "ja" if value else None
    return _Figure(str(value)) if value is not None and isinstance(scalar, Number | Integer) else value


def rows_of_file(kind: FileKind, content: bytes, name: str, *, decimal: str, encoding: str) -> FileRows:
    """The rows in a file. Raises Refused with every problem by row and column."""
    table = intake.read_table(content, name, decimal=decimal, encoding=encoding)
    problems = Problems()
    slots = _slots(kind, table, problems)
    problems.refuse()
    found: dict[str, FileRow] = {}
    for number, cells in table.rows:
        code = str(cells[slots.index(CODE)]).strip()
        if not code:
            problems.note(table.place(number, slots.index(CODE), CODE), "required", "Vul de code in.")
            continue
        row = found.setdefault(code, FileRow(code, number))
        _take(kind, row, table, number, dict(zip(slots, cells, strict=True)), slots, problems)
    problems.refuse()
    return FileRows(
        rows=list(found.values()),
        lines=len(table.rows),
        notes=list(table.notes),
        columns=list(zip(table.columns, slots, strict=True)),
        delimiter=table.delimiter,
        encoding=table.encoding,
    )


def _slots(kind: FileKind, table: intake.Table, problems: Problems) -> list[str]:
    """The path of every column, in order."""
    columns = columns_of(kind.code)
    known = {_letters(label): key for key, label in columns.items()} | {_letters(key): key for key in columns}
    slots = []
    for header in table.columns:
        key = known.get(_letters(header))
        if key is None or key in slots:
            text = f"Onbekende of dubbele kolom {quoted(header)}; {nearest(header, columns.values(), shown=30)}"
            problems.note(("columns", quoted(header)[1:-1]), "unknown_column", text)
        slots.append(key or "")
    if CODE not in slots:
        problems.note(("columns", CODE), "missing_column", f"De kolom {columns[CODE]} ontbreekt.")
    return slots


def _letters(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def _take(
    kind: FileKind,
    row: FileRow,
    table: intake.Table,
    number: int,
    cells: Mapping[str, str],
    slots: list[str],
    problems: Problems,
) -> None:
    """Put one line of the file in its row; a second line of a row adds to its lists only."""
    shape, first = _SHAPES[kind.code], number == row.number
    parts: dict[str, dict[str, Any]] = {}
    places: dict[tuple[str, str], Path] = {}
    for key in slots:
        name, _, below = key.partition(".")
        place = table.place(number, slots.index(key), key)
        scalar = field_at(shape, [name, "0", below] if name in _PARTS else [name])
        try:
            value = None if key == CODE else _read(scalar, cells[key], table.decimal)
        except Unreadable as unreadable:
            problems.note(place, unreadable.code, unreadable.detail)
            continue
        if key == CODE:
            continue
        if name in _PARTS:
            row.values.setdefault(name, [])
            if value is not None:
                parts.setdefault(name, {})[below] = value
            places[name, below] = place
        elif first:
            _put(row, name, below, value, place)
        elif value is not None:
            text = "Dit staat al op de eerste regel van deze code: laat deze cel leeg."
            problems.note(place, "duplicate_line", text)
    for name, part in parts.items():
        at = len(row.values[name])
        row.values[name].append(part)
        row.places[name, at] = ("rows", number)
        for (owner, below), place in places.items():
            if owner == name:
                row.places[name, at, below] = place


def _put(row: FileRow, name: str, below: str, value: Any, place: Path) -> None:
    words = [each.strip() for each in str(value or "").split("|") if each.strip()]
    if name == _NAMES:
        named = row.values.setdefault(name, [])
        for word in words:
            row.places[name, len(named)] = place
            named.append({"language": below, "name": word})
    elif name == _OPTIONS:
        row.values[name] = [_option(word) for word in words]
        row.places[name,] = place
    elif name == _WORDS:
        row.values[name] = words
        row.places[name,] = place
    else:
        row.values[name] = value
        row.places[name,] = place


def _option(word: str) -> dict[str, str]:
    code, means, name = word.partition(_MEANS.strip())
    return {"code": code.strip(), "nameNl": name.strip() if means else code.strip()}


def _read(scalar: Any, cell: str, decimal: str) -> Any:
    """A cell in the words of REST; None when it is empty. Raises Unreadable."""
    if not cell:
        return None
    if isinstance(scalar, Number | Integer):
        if isinstance(cell, intake.Moment):
            raise Unreadable("invalid_number", cell.unlike("number"))
        return intake.plain(cell, decimal)
    if isinstance(scalar, Date):
        return str(cell) if _ISO(str(cell)) else scalar.read_typed(str(cell)).isoformat()
    if isinstance(cell, intake.Moment):
        raise Unreadable("invalid", cell.unlike("text"))
    if isinstance(scalar, Boolean):
        return scalar.read_typed(str(cell))
    text = str(cell)[1:] if _GUARDED(str(cell)) else str(cell)
    if isinstance(scalar, Choice):
        return {label.casefold(): code for code, label in scalar.names.items()}.get(text.casefold(), text)
    return text
