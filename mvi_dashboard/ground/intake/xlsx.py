"""What is in a workbook, read as a stream: each part goes once through an XML parser, and is counted as it goes.

    book = Book(content)
    for sheet in book.sheets:
        for number, cells in book.rows(sheet): ...

A row is a dict of the values by their column (from 0), and only rows that hold something are given, so that a
sheet costs what stands in it and never what it claims to be. Nothing is looked up outside a part, and a part that
defines something (DOCTYPE) is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from mvi_dashboard.ground.problems import refuse

from .files import check_parts, corrupt, refuse_other_zips
from .notations import GENERAL, Notation, notation_of
from .styles import read_styles
from .tables import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_MERGED, MOST_TEXT, letters, too_much

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_SHEETS = 1_000
_CHUNK = 64 * 1024
_LITTLE = 4 * 1024
_NO_MEMORY = 1
_YES, _NO = ("1", "true"), ("0", "false")
_HIDDEN = notation_of(";;;")
_WORKBOOK = "xl/workbook.xml"
_REMARKS = ("comments", "threadedComment")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ExpatError),
    *(EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError),
)

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]


class Value(NamedTuple):
    """One cell as it is written: its type (`n`, `s`, `b`, `e`, `d`; `f` for a formula), text and notation."""

    type: str
    text: str
    notation: Notation = GENERAL


@dataclass
class SheetPart:
    """One sheet of a workbook; what is hidden or merged in it is known once its rows were read.

    `hidden_rows` are those that hold something, `hidden_columns` count from 0, `merged` are kept up to a limit.
    """

    name: str
    part: str
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    merged_more: int = 0

    def forget(self) -> None:
        """Begin again: its rows are read anew."""
        self.hidden_rows.clear()
        self.hidden_columns.clear()
        self.merged.clear()
        self.merged_more = 0


class Book:
    """A workbook that is safe to open. Raises Refused for a bomb, macros, links, entities, or what is broken."""

    def __init__(self, content: bytes) -> None:
        self.cells = 0
        self.text = 0
        with _broken_is_refused():
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            names = check_parts(self._zip.infolist())
        # Capitals make no other name in a package, whatever a program writes.
        self._names = {name.casefold(): name for name in names}
        for name in names:
            if name.lower().endswith((".xml", ".rels")):
                self._refuse_definitions(name)
        refuse_other_zips(names)
        places = self._related("", "_rels/.rels")
        self._at = next((part for kind, part in places.values() if kind == "officeDocument"), _WORKBOOK)
        folder, _, name = self._at.rpartition("/")
        self._related_to = self._related(folder, f"{folder}/_rels/{name}.rels")
        self.sheets: list[SheetPart] = []
        self.from_1904 = False
        self._read(self._at, self._start_of_workbook)
        self._styles = self._of_kind("styles", read_styles, ())
        self._strings: list[str] | None = None

    def rows(self, sheet: SheetPart) -> Iterator[tuple[int, dict[int, Value]]]:
        """The rows of this sheet that hold something, each with its number as a person counts."""
        if self._strings is None:
            self._strings = self._of_kind("sharedStrings", self._strings_in, [])
        sheet.forget()
        reader = _SheetReader(self, sheet, self._strings, self._styles)
        for _ in self._streamed(sheet.part, reader.start, reader.end, reader.text):
            found, reader.found = reader.found, []
            yield from found

    def remarked(self, sheet: SheetPart) -> bool:
        """Whether somebody wrote remarks at cells of this sheet, which are no part of its rows."""
        folder, _, name = sheet.part.rpartition("/")
        beside = self._related(folder, f"{folder}/_rels/{name}.rels")
        return any(kind in _REMARKS for kind, _ in beside.values())

    def count(self, text: str) -> None:
        """Count a value that is kept. Raises Refused when there are more than we read."""
        self.cells += 1
        self.text += len(text)
        if self.cells > MOST_CELLS or self.text > MOST_TEXT:
            raise too_much()

    def _refuse_definitions(self, part: str) -> None:
        """They stand before the first element, so nothing beyond that is read."""
        begun = False

        def start(name: str, given: dict[str, str]) -> None:
            nonlocal begun
            begun = True

        parser = _parser(start, None, None)
        with _broken_is_refused(), self._zip.open(part) as stream:
            while not begun and (piece := stream.read(_LITTLE)):
                parser.Parse(piece, False)

    def _of_kind(self, kind: str, read: Callable[[Any], Any], without: Any) -> Any:
        part = next((part for each, part in self._related_to.values() if each == kind), "")
        return read(lambda *handlers: self._read(part, *handlers)) if part.casefold() in self._names else without

    def _related(self, folder: str, part: str) -> dict[str, tuple[str, str]]:
        """Kind and place of what belongs to a part, by the key under which it is named there."""
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, given: dict[str, str]) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "")
                place = target[1:] if target.startswith("/") else _joined(folder, target)
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], place)

        if part.casefold() in self._names:
            self._read(part, start)
        return found

    def _start_of_workbook(self, name: str, given: dict[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = given.get("date1904") in _YES
        elif name == "sheet":
            key = next((value for key, value in given.items() if key.endswith(":id")), "")
            kind, part = self._related_to.get(key, ("", ""))
            if kind == "worksheet":
                hidden = given.get("state", "visible") != "visible"
                self.sheets.append(SheetPart(given.get("name", ""), part, hidden))
            if len(self.sheets) > MOST_SHEETS:
                raise corrupt()

    def _strings_in(self, read: Callable[..., None]) -> list[str]:
        """The texts that cells share; of one that is too long for a cell no more than shows that it is."""
        found: list[str] = []
        text, length = _Text(), 0

        def start(name: str, given: dict[str, str]) -> None:
            text.start(name)

        def end(name: str) -> None:
            nonlocal length
            text.end(name)
            if name == "si":
                found.append(text.taken())
                length += len(found[-1])
                if len(found) > MOST_CELLS or length > MOST_TEXT:
                    raise too_much()

        read(start, end, text.add)
        return found

    def _read(self, part: str, start: Start, end: End | None = None, text: End | None = None) -> None:
        for _ in self._streamed(part, start, end, text):
            pass

    def _streamed(
        self, part: str, start: Start, end: End | None = None, text: End | None = None
    ) -> Iterator[None]:
        """Feeds a part to the parser, and pauses after every piece of it."""
        parser = _parser(start, end, text)
        with _broken_is_refused(), self._zip.open(self._names[part.casefold()]) as stream:
            while piece := stream.read(_CHUNK):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield


class _SheetReader:
    """Gathers the values of the rows that go by; `found` are the rows since somebody looked."""

    def __init__(self, book: Book, sheet: SheetPart, strings: Sequence[str], styles: Sequence[Notation]) -> None:
        self.found: list[tuple[int, dict[int, Value]]] = []
        self._book, self._sheet, self._strings, self._styles = book, sheet, strings, styles
        self._row: dict[int, Value] = {}
        self._number, self._column = 0, -1
        self._hidden = self._in_cell = self._formula = self._no_height = self._no_zeros = False
        self._type, self._notation = "n", GENERAL
        self._value = _Text()

    def start(self, name: str, given: dict[str, str]) -> None:
        """A row, a cell or a part of one begins."""
        if name == "c":
            self._start_cell(given)
        elif self._in_cell:
            self._formula = self._formula or name == "f"
            self._value.start(name)
        elif name == "row":
            self._start_row(given)
        elif name == "col":
            self._note_columns(given)
        elif name == "sheetFormatPr":
            self._no_height = given.get("zeroHeight") in _YES
        elif name == "sheetView":
            self._no_zeros = given.get("showZeros") in _NO
        elif name == "mergeCell":
            self._note_merged(given.get("ref", ""))

    def end(self, name: str) -> None:
        """A cell or a row is complete."""
        if name == "c":
            self._end_cell()
        elif self._in_cell:
            self._value.end(name)
        elif name == "row" and self._row:
            self.found.append((self._number, self._row))
            if self._hidden:
                self._sheet.hidden_rows.add(self._number)
            self._row = {}

    def text(self, text: str) -> None:
        """Text, which counts inside a value only."""
        if self._in_cell:
            self._value.add(text)

    def _start_row(self, given: dict[str, str]) -> None:
        number = _whole(given["r"]) if "r" in given else self._number + 1
        if not self._number < number <= LAST_ROW:
            raise refuse("corrupt", "In dit bestand staan rijen die Excel niet kent.")
        self._number, self._column, self._row = number, -1, {}
        self._hidden = (
            given.get("hidden") in _YES or _none(given.get("ht")) or (self._no_height and "ht" not in given)
        )

    def _start_cell(self, given: dict[str, str]) -> None:
        place = given.get("r", "")
        column = _column(place.rstrip("0123456789")) if place else self._column + 1
        if not self._column < column < LAST_COLUMN:
            raise corrupt()
        self._column, self._in_cell, self._formula = column, True, False
        self._type = given.get("t", "n")
        style = given.get("s", "0")
        number = int(style) if style.isdecimal() and len(style) < 8 else 0
        self._notation = self._styles[number] if number < len(self._styles) else GENERAL

    def _end_cell(self) -> None:
        self._in_cell = False
        text, kind = self._value.taken(), self._type
        if self._formula:
            kind, text = "f", "="
        elif kind == "s":
            number = _whole(text) if text else -1
            if number >= len(self._strings):
                raise corrupt()
            text = self._strings[number] if text else ""
        elif kind in ("str", "inlineStr"):
            kind = "s"
        if text and not text.isspace():
            self._book.count(text)
            notation = _HIDDEN if self._no_zeros and kind == "n" and not text.strip("0.") else self._notation
            if self._column <= MOST_COLUMNS:
                self._row[self._column] = Value(kind, text, notation)
            else:  # one beyond the last that is read says that there are more
                self._row[MOST_COLUMNS] = Value("s", text)

    def _note_columns(self, given: dict[str, str]) -> None:
        if given.get("hidden") in _YES or _none(given.get("width")):
            first, last = _whole(given.get("min", "")), _whole(given.get("max", ""))
            self._sheet.hidden_columns.update(range(max(first, 1) - 1, min(last, MOST_COLUMNS)))

    def _note_merged(self, cells: str) -> None:
        if len(self._sheet.merged) < MOST_MERGED:
            self._sheet.merged.append(cells[:20])
        else:
            self._sheet.merged_more += 1


class _Text:
    """The text of a value, without the pronunciation beside it; cut off beyond what a cell may hold."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._inside = self._aside = False

    def start(self, name: str) -> None:
        """A part begins."""
        self._aside = self._aside or name == "rPh"
        self._inside = name in ("t", "v") and not self._aside

    def end(self, name: str) -> None:
        """A part ends."""
        self._inside = False
        self._aside = self._aside and name != "rPh"

    def add(self, text: str) -> None:
        """More text."""
        if self._inside and self._length <= LONGEST_CELL:
            self._parts.append(text[: LONGEST_CELL + 1])
            self._length += len(text)

    def taken(self) -> str:
        """What was gathered; the next begins empty."""
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return text.replace("x005F_", "") if "x005F_" in text else text


@contextmanager
def _broken_is_refused() -> Iterator[None]:
    """Turns what zip and parser say of a broken part into a refusal."""
    try:
        yield
    except _BROKEN as error:
        if isinstance(error, ExpatError) and error.code == _NO_MEMORY:
            raise MemoryError from None
        raise corrupt() from None


def _parser(start: Start, end: End | None, text: End | None) -> XMLParserType:
    """A parser that tells names without their prefix, and refuses definitions."""
    parser = ParserCreate()
    parser.buffer_text = True

    def started(name: str, given: dict[str, str]) -> None:
        start(name.rpartition(":")[2] if ":" in name else name, given)

    def ended(name: str) -> None:
        if end is not None:
            end(name.rpartition(":")[2] if ":" in name else name)

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _defined
    return parser


def _defined(*_: Any) -> None:
    raise refuse("xml_entities", "In dit bestand staat een definitie die wij uit veiligheid niet lezen (DOCTYPE).")


def _joined(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == ".." and parts:
            parts.pop()
        elif step not in ("", ".", ".."):
            parts.append(step)
    return "/".join(parts)


def _none(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise corrupt()
    return int(text)


@cache
def _numbers_of_columns() -> dict[str, int]:
    return {letters(number): number for number in range(LAST_COLUMN)}


def _column(name: str) -> int:
    return _numbers_of_columns().get(name, LAST_COLUMN)
