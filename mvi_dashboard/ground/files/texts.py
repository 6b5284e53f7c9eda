"""Files of text: they decode, hold no signs that no text has, and are what their name says."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any
from xml.parsers import expat

from mvi_dashboard.ground.problems import Refused, refuse
from mvi_dashboard.ground.strict_json import deeper_than, no_constant, no_field_twice

DEEPEST = 200
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAGE = re.compile(r"\s*(<!doctype\s+html|<(html|head|body|script|svg|iframe)[\s>/])", re.IGNORECASE)
_DRAWN = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"}
_PAGE_ELEMENTS = {"svg", "html", "script"}


def check_text(content: bytes) -> str:
    """The text, for CSV and TXT. Raises Refused when it is none, or a page for a browser."""
    text = _decoded(content)
    if _NO_TEXT.search(text):
        raise refuse("wrong_type", "Dit is geen tekst: er staan tekens in die geen letters zijn.")
    if _PAGE.match(text):
        raise refuse("active_content", "Dit is een webpagina of tekening met scripts: die nemen wij niet aan.")
    return text


def check_json(content: bytes) -> None:
    """Raises Refused when this is no JSON, has a field twice or is too deep."""
    text = check_text(content)
    try:
        document = json.loads(text, parse_constant=no_constant, object_pairs_hook=no_field_twice)
    except (RecursionError, Refused):
        raise _not_json() from None
    except ValueError:
        raise _not_json() from None
    if deeper_than(document, DEEPEST):
        raise _not_json()


def check_xml(content: bytes) -> None:
    """Raises Refused when this is no XML, defines entities, or is a drawing or page in which scripts run.

    Read with expat alone: nothing is built of it, so that it costs no more memory than it is long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def started(name: str, _attributes: dict[str, Any]) -> None:
        nonlocal depth
        depth += 1
        space, _, local = name.rpartition(" ")
        if depth > DEEPEST:
            raise refuse("wrong_type", "Deze XML is te diep genest.")
        if space in _DRAWN or local.lower() in _PAGE_ELEMENTS:
            raise refuse(
                "active_content", "In deze XML kunnen scripts staan (SVG of HTML): die nemen wij niet aan."
            )

    def ended(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_given: Any) -> None:
        raise refuse("entities", "Deze XML heeft een DOCTYPE: sla hem op zonder.")

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise refuse("wrong_type", "Dit is geen XML, of de XML is beschadigd.") from None


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Excel on a Dutch Windows writes a CSV in this one.
        return _decode(content, "cp1252")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise refuse("encoding", "Dit bestand is geen leesbare tekst: sla het op in UTF-8.") from None


def _not_json() -> Refused:
    return refuse("wrong_type", "Dit is geen geldige JSON.")
