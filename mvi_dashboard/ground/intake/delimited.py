"""CSV: text in one of a few encodings, with a separator that is found in the header and shown."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from mvi_dashboard.ground.problems import Refused, refuse

from .tables import LONGEST_CELL, MOST_ROWS, Problems, Table, fitted, header_of, no_rows, too_many_rows

ENCODINGS = ("utf-8", "utf-16", "windows-1252")
_DELIMITERS = (";", "\t", ",")
_LOOKED_AT = 400
_HINT = " Is de komma hier scheidingsteken én decimaalteken? Gebruik dan ; als scheidingsteken."


def read_delimited(content: bytes, name: str, decimal: str, encoding: str) -> Table:
    """The table in this text. Raises Refused with every problem."""
    text, encoding = _decoded(content, encoding)
    delimiter, text, skipped = _delimiter_of(text)
    problems = Problems()
    columns: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    hint = _HINT if (delimiter, decimal) == (",", ",") else ""
    for number, cells in _records(text, delimiter, skipped, problems):
        if columns is None:
            columns = header_of(cells, problems, workbook=False)
            problems.refuse()
        elif not any(cell.strip() for cell in cells):
            text_ = f"Rij {number} heeft wel scheidingstekens maar geen waarden: haal hem weg."
            problems.note(("rows", number), "blank_row", text_)
        elif len(rows) >= MOST_ROWS:
            problems.add(too_many_rows())
            break
        else:
            row = fitted(cells, number, columns, problems, hint)
            if row is not None:
                rows.append((number, row))
    if not rows and not problems:
        problems.add(no_rows())
    problems.refuse()
    return Table(name, columns or (), rows, decimal, delimiter=delimiter, encoding=encoding)


def read_records(content: bytes, encoding: str) -> tuple[list[tuple[int, list[str]]], str, str]:
    """All rows as they stand, the separator and the encoding, for a file whose header is not one plain row."""
    text, encoding = _decoded(content, encoding)
    delimiter, text, skipped = _delimiter_of(text)
    problems = Problems()
    rows = list(islice(_records(text, delimiter, skipped, problems), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        problems.add(too_many_rows())
    problems.refuse()
    return rows, delimiter, encoding


def _records(text: str, delimiter: str, skipped: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number that a spreadsheet gives them; empty lines count but are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error):
                detail = f"In rij {number} is een cel te lang: hoogstens {LONGEST_CELL} tekens."
                problems.note(("rows", number), "field_too_long", detail)
            else:
                detail = f'In rij {number} staan de aanhalingstekens niet goed: elke " heeft een tweede nodig.'
                problems.note(("rows", number), "quotes", detail)
            return
        if cells:
            yield number, cells


def _decoded(content: bytes, asked: str) -> tuple[str, str]:
    """The text and its encoding: what was asked, else what the first bytes say, else UTF-8."""
    encoding = asked or ("utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8")
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse("encoding", "Dit is geen UTF-16 met een merkteken (BOM) aan het begin: sla het op als UTF-8.")
    if encoding != "utf-16" and content[:_LOOKED_AT].count(0) * 3 > len(content[:_LOOKED_AT]):
        raise refuse("encoding", "Dit lijkt UTF-16 zonder merkteken (BOM): sla het bestand op als CSV UTF-8.")
    try:
        if encoding == "utf-8":
            return content.decode("utf-8-sig"), encoding
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise _undecodable(error, encoding, asked) from None


def _undecodable(error: UnicodeDecodeError, encoding: str, asked: str) -> Refused:
    line = bytes(error.object[: error.start]).count(b"\n") + 1
    text = f"Dit bestand is geen {encoding.upper()}: zie rij {line}."
    if not asked:
        text += " Komt het uit Excel? Kies dan de codering Windows-1252 en kijk of letters als é goed staan."
    return refuse("encoding", text)


def _delimiter_of(text: str) -> tuple[str, str, int]:
    """The separator, the text, and how many lines before the header are no part of the table (`sep=;`)."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5 and first.strip()[4] in _DELIMITERS:
        return first.strip()[4], rest, 1
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count), text, 0
