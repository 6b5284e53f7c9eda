"""XML and JSON that people send: judged by their bytes first, and only then parsed.

A parser that meets a bomb has lost already, so what makes one is looked for in the text: a document type or
entity, an include, millions of marks, or a nesting that no real document has.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from mvi_dashboard.ground.problems import Kind, Refused, refuse
from mvi_dashboard.ground.shapes import quoted
from mvi_dashboard.ground.strict_json import deeper_than, no_constant, no_field_twice

from .apart import read_apart
from .files import LARGEST_FILE, check_parts, is_zip

DEEPEST = 60
MOST_MARKS = 300_000
MOST_MARKS_IN_A_ZIP = 900_000
_XML = "xml"
_ENCODINGS = {"utf-8", "us-ascii", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']").match
_DEFINITION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE).search
_INCLUDE = re.compile(r"http://www\.w3\.org/(?:2001|2003)/XInclude").search


def read_documents(content: bytes, endings: tuple[str, ...]) -> list[Any]:
    """What this XML or JSON says, or each in a zip whose name ends so: the root of XML, the value of JSON.

    Read apart from this process. Raises Refused as the readers below do.
    """
    check_size(content)
    found: list[Any] = []

    def take(part: Any) -> None:
        kind, sent = part
        found.append(_grown(sent) if kind == _XML else _parsed(sent))

    read_apart("documents", content, take, endings=list(endings))
    return found


def documents_in(content: bytes, endings: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The same in plain values, read in this process."""
    zipped = is_zip(content)
    parts = [part for _, part in read_zip(content, endings)] if zipped else [content]
    left = MOST_MARKS_IN_A_ZIP
    for part in parts:
        if zipped and not part.strip():
            continue
        left -= sum(map(part.count, (b"<", b"{", b"[", b",")))
        if left < 0:
            raise _too_many()
        if _is_xml(part) and (zipped or ".xml" in endings):
            yield _XML, _felled(read_xml(part))
        else:
            read_json(part)
            yield "json", part.decode("utf-8-sig")


def _is_xml(content: bytes) -> bool:
    start = content[:200].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _felled(element: Element) -> list[Any]:
    return [element.tag, element.attrib, element.text, element.tail, [_felled(child) for child in element]]


def _grown(sent: list[Any]) -> Element:
    tag, attributes, text, tail, children = sent
    element = Element(tag, attributes)
    element.text, element.tail = text, tail
    element.extend([_grown(child) for child in children])
    return element


def read_xml(content: bytes) -> Element:
    """The root of this XML; nothing outside it is ever looked up.

    Raises Refused: 413 `too_large`, `no_rows`, `encoding`, `xml_entities`, `xml_include` or `parse_error`.
    """
    check_size(content)
    text = _decoded(content)
    if _DEFINITION(text):
        raise refuse("xml_entities", "In dit bestand staat een DTD of entiteit (DOCTYPE): die lezen wij niet.")
    if _INCLUDE(text):
        raise refuse("xml_include", "Dit bestand haalt andere bestanden binnen (XInclude): dat doen wij niet.")
    if text.count("<") > MOST_MARKS or text.count("=") > MOST_MARKS:
        raise _too_many()
    parser = XMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(text)
        root = parser.close()
    except ParseError as error:
        line, column = error.position
        raise refuse("parse_error", f"Dit is geen geldige XML: zie regel {line}, teken {column + 1}.") from None
    except (DefusedXmlException, ValueError):
        raise refuse("xml_entities", "In dit bestand staat een DTD of entiteit: die lezen wij niet.") from None
    return root


def read_json(content: bytes) -> Any:
    """The value in this JSON, every number as a Decimal to its last digit.

    Raises Refused: 413 `too_large`, `no_rows`, `encoding`, `duplicate_key` or `parse_error`.
    """
    check_size(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("encoding", "Dit bestand is geen UTF-8: sla het op als JSON in UTF-8.") from None
    if sum(map(text.count, "[{,:")) > MOST_MARKS:
        raise _too_many()
    try:
        document = _parsed(text)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        place = f"regel {error.lineno}, teken {error.colno}"
        raise refuse("parse_error", f"Dit is geen geldige JSON: zie {place}.") from None
    if deeper_than(document, DEEPEST):
        raise _too_deep()
    return document


def _parsed(text: str) -> Any:
    return json.loads(
        text, parse_float=Decimal, parse_int=Decimal, parse_constant=no_constant, object_pairs_hook=no_field_twice
    )


def read_zip(content: bytes, endings: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """The files in this zip whose names end so, in their order; together hardly larger than one file may be.

    Raises Refused: 413 `too_large`, `zip_ratio`, `encrypted` or `corrupt`.
    """
    with opened_zip(content, endings) as (archive, parts):
        return [(part.filename, archive.read(part)) for part in parts]


@contextmanager
def opened_zip(
    content: bytes, endings: tuple[str, ...]
) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """The zip with its files whose names end so, after its list was judged. Raises Refused as `read_zip`."""
    check_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_parts(archive.infolist())
            named = [part for part in archive.infolist() if not is_beside(part.filename)]
            parts = [part for part in named if part.filename.lower().endswith(endings)]
            if sum(part.file_size for part in parts) > LARGEST_FILE:
                raise refuse("too_large", "Uitgepakt is deze zip te groot: hoogstens 10 MB.", kind=Kind.TOO_LARGE)
            yield archive, parts
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise refuse("corrupt", "Deze zip is beschadigd: pak de bestanden opnieuw in.") from None


def is_beside(name: str) -> bool:
    """Whether this is what a Mac puts beside each file in a zip: a note about it, with its name."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def check_size(content: bytes) -> None:
    """Raises Refused when a file is empty or larger than we read."""
    if len(content) > LARGEST_FILE:
        raise refuse("too_large", "Dit bestand is te groot: hoogstens 10 MB.", kind=Kind.TOO_LARGE)
    if not content.strip():
        raise refuse("no_rows", "Dit bestand is leeg.")


def _decoded(content: bytes) -> str:
    """The text by its byte order mark, else by what the first line says, else UTF-8."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    declared = _DECLARED(content)
    if not encoding:
        encoding = declared.group(1).decode().lower() if declared else "utf-8"
        if encoding not in _ENCODINGS:
            raise refuse("encoding", f"De codering {quoted(encoding)} lezen wij niet: sla het op als UTF-8.")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise refuse("encoding", f"Dit bestand is geen {encoding.upper()}: sla het op als UTF-8.") from None
    if "\x00" in text:
        raise refuse("encoding", "Dit lijkt UTF-16 zonder merkteken (BOM): sla het bestand op als UTF-8.")
    return text


class _Shallow(TreeBuilder):
    """Builds the tree, and stops at a depth that no real document has."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        """One element deeper."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _too_deep()
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        """One element back."""
        self._depth -= 1
        return super().end(tag)


def _too_many() -> Refused:
    text = f"Dit bestand is te groot: hoogstens {MOST_MARKS} onderdelen."
    return refuse("too_large", text, kind=Kind.TOO_LARGE)


def _too_deep() -> Refused:
    return refuse("parse_error", f"Dit bestand is te diep genest: hoogstens {DEEPEST} niveaus.")
