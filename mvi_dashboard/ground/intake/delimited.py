"""CSV: text in one of a few encodings, with a separator that is found in the header and shown."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from mvi_dashboard.ground.problems import Problems, Refused, refuse

from .tables import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_ROWS,
    Table,
    fitted,
    header_of,
    no_rows,
    too_many_rows,
    too_much,
)

ENCODINGS = ("utf-8", "utf-16", "windows-1252", "macintosh")
_OF_OLD = ("windows-1252", "macintosh")
_FROM_A_MAC = "Dit bestand komt uit een oudere Excel op een Mac: kies de codering Macintosh (Mac Roman)"
_DELIMITERS = (";", "\t", ",")
_LOOKED_AT = 400
_HINT = " Is de komma hier scheidingsteken én decimaalteken? Gebruik dan ; als scheidingsteken."


def read_delimited(content: bytes, name: str, decimal: str, encoding: str) -> Table:
    """The table in this text. Raises Refused with every problem."""
    encoding = _encoding_of(content, encoding)
    delimiter, skipped = _delimiter_of(content, encoding)
    problems = Problems()
    once = Pool()
    columns: tuple[str, ...] | None = None
    rows: list[tuple[int, tuple[str, ...]]] = []
    most = MOST_CELLS
    hint = _HINT if (delimiter, decimal) == (",", ",") else ""
    for number, cells in _records(content, encoding, delimiter, skipped, problems):
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
                rows.append((number, once.of(row)))
            most -= len(cells)
            if most < 0:
                raise too_much()
    if not rows and not problems:
        problems.add(no_rows())
    problems.refuse()
    return Table(name, columns or (), rows, decimal, delimiter=delimiter, encoding=encoding)


def read_records(content: bytes, encoding: str) -> tuple[list[tuple[int, list[str]]], str, str]:
    """All rows as they stand, the separator and the encoding, for a file whose header is not one plain row."""
    encoding = _encoding_of(content, encoding)
    delimiter, skipped = _delimiter_of(content, encoding)
    problems = Problems()
    rows, most = [], MOST_CELLS
    for row in islice(_records(content, encoding, delimiter, skipped, problems), MOST_ROWS + 1):
        rows.append(row)
        most -= len(row[1])
        if most < 0:
            raise too_much()
    if len(rows) > MOST_ROWS:
        problems.add(too_many_rows())
    problems.refuse()
    return rows, delimiter, encoding


class Pool:
    """Equal cells that stand close together as one text: a file of 100,000 rows has few units and years."""

    most = 20_000

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """The same row, of texts that are shared."""
        if len(self._known) > self.most:
            self._known.clear()
        return tuple(map(self._known.setdefault, row, row))


def _text_of(content: bytes, encoding: str) -> io.TextIOWrapper:
    """The text as a stream, so that it is never in memory as a whole; without the mark at its begin."""
    spelled = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(io.BytesIO(content), encoding=spelled, newline="")


def _records(
    content: bytes, encoding: str, delimiter: str, skipped: int, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number that a spreadsheet gives them; empty lines count but are passed over."""
    text = _text_of(content, encoding)
    for _ in range(skipped):
        text.readline()
    reader = csv.reader(text, delimiter=delimiter, strict=True)
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


def _encoding_of(content: bytes, asked: str) -> str:
    """The encoding: what was asked, else what the first bytes say, else UTF-8. All of the file must be in it."""
    encoding = asked or ("utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8")
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse("encoding", "Dit is geen UTF-16 met een merkteken (BOM) aan het begin: sla het op als UTF-8.")
    if encoding != "utf-16" and content[:_LOOKED_AT].count(0) * 3 > len(content[:_LOOKED_AT]):
        raise refuse("encoding", "Dit lijkt UTF-16 zonder merkteken (BOM): sla het bestand op als CSV UTF-8.")
    if encoding in _OF_OLD and content.isascii():
        return "utf-8"  # the same letters, and the name that says so
    if encoding in _OF_OLD and _is_utf8(content):
        name = "Windows-1252" if encoding == "windows-1252" else "Macintosh"
        raise refuse("encoding", f"Dit bestand is UTF-8, geen {name}: laat de codering leeg.")
    if encoding == "windows-1252" and _is_of_a_mac(content):
        raise refuse("encoding", f"{_FROM_A_MAC}, of sla het op als CSV UTF-8.")
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(error, encoding, asked) from None
    return encoding


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_of_a_mac(content: bytes) -> bool:
    """Whether the lines end as only older programs on a Mac end them."""
    return b"\r" in content and b"\n" not in content


def _undecodable(error: UnicodeDecodeError, encoding: str, asked: str) -> Refused:
    line = len((error.object[: error.start] + b"x").splitlines())
    text = f"Dit bestand is geen {encoding.upper()}: zie rij {line}."
    if not asked and _is_of_a_mac(error.object):
        text += f" {_FROM_A_MAC} en kijk of letters als é goed staan."
    elif not asked:
        text += " Komt het uit Excel? Kies dan de codering Windows-1252 en kijk of letters als é goed staan."
    return refuse("encoding", text)


def _delimiter_of(content: bytes, encoding: str) -> tuple[str, int]:
    """The separator, and how many lines before the header are no part of the table (up to `sep=;`)."""
    text = _text_of(content, encoding)
    skipped, line = 1, text.readline()
    while line and not line.strip("\r\n"):
        skipped, line = skipped + 1, text.readline()
    first = line.strip()
    if first.lower().startswith("sep=") and len(first) == 5 and first[4] in _DELIMITERS:
        return first[4], skipped
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=outside.count), 0
