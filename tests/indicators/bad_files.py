"""The files of the corpus as files of factors with the same fault: a bill has shares where factors have values."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

# Why a row of the corpus says nothing about factors; each is about bids or records.
NOT_HERE = {
    "CSV-030": "a factor is no share of a whole: there is no sum that tells that rows are missing",
    "CSV-039": "records of deliveries: a factor belongs to no contract",
    "OK-009": "a factor is no fraction: a percentage is refused (CSV-011 does so)",
}
# Another answer than for a bid, and why.
OTHERWISE = {
    "CSV-029": "a tab is one of the separators that we read: it is found, used and shown",
}
_AS_FACTORS = {"share": "value", "recycled": "recycledValue"}
_BESIDE = {"indicator": "climate", "unit": "kg CO2-eq/kg", "source": "x"}
_AS_THEY_ARE = ("CSV-023", "CSV-026", "CSV-027")
_HEADER = ["material", "value", "recycledValue", *_BESIDE]
_ROW: list[Any] = ["steel", 1, 0, *_BESIDE.values()]
_WOOD: list[Any] = ["wood", 1, 0, *_BESIDE.values()]


def name_of(row: dict[str, Any]) -> str:
    """The name that the row gives its file."""
    return str(row["payload"]["filename"])


def decimal_of(row: dict[str, Any]) -> str:
    """The decimal sign that somebody with this file would tell."""
    return "." if row["id"] in ("CSV-009", "CSV-014", "OK-008") else ","


def place_of(attr: str | None) -> str | None:
    """The place in a bill as the place in a list of factors."""
    for bill, factor in _AS_FACTORS.items():
        if attr and attr.endswith(f".{bill}"):
            return attr.removesuffix(bill) + factor
    return attr


def content_of(row: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    if row["kind"] == "xlsx":
        return _WORKBOOKS[row["id"]]()
    if "generate" in row["payload"]:
        return _GENERATED[row["id"]]()
    if "text" in row["payload"]:
        return str(row["payload"]["text"]).encode()
    raw = base64.b64decode(row["payload"]["b64"])
    if row["id"] in _AS_THEY_ARE:
        return raw
    encoding = "utf-16" if raw[:2] == b"\xff\xfe" else "latin-1"
    text = raw.decode(encoding)
    mark = "\xef\xbb\xbf" if text.startswith("\xef\xbb\xbf") else ""
    text = text.removeprefix(mark)
    comma = next(each for each in (";", "\t", ",") if each in text)
    header, _, rest = text.partition("\n")
    names = [_AS_FACTORS.get(name, name) for name in header.strip().split(comma)]
    more = comma + comma.join(_BESIDE.values())
    lines = [line.strip("\r") for line in rest.split("\n")]
    # Neither an empty line nor the first half of a cell with a line break gets more cells.
    lines = [line + more if line.strip(comma) and line != '"ste' else line for line in lines]
    return (mark + "\n".join([comma.join([*names, *_BESIDE]), *lines])).encode(encoding)


def _long_cell() -> bytes:
    return (";".join(_HEADER) + "\n").encode() + b"x" * 9_000_000 + b";1;0;climate;kg CO2-eq/kg;x\n"


def _wide() -> bytes:
    return (";".join(f"kolom {number}" for number in range(5000)) + "\n1\n").encode()


_GENERATED: dict[str, Callable[[], bytes]] = {"CSV-035": _long_cell, "CSV-036": _wide}


def _book(*rows: list[Any], change: Callable[[Workbook], Any] | None = None) -> bytes:
    book = Workbook()
    for row in (_HEADER, *rows):
        book.active.append(row)
    if change is not None:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _rezipped(change: Callable[[str, bytes], bytes] | None = None, **more: bytes) -> bytes:
    held = io.BytesIO()
    good = _book(_ROW)
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)) if change else old.read(name))
        for name, part in more.items():
            new.writestr(name, part)
    return held.getvalue()


def _in_part(part: str, old: bytes, new: bytes) -> bytes:
    return _rezipped(lambda name, content: content.replace(old, new, 1) if part in name else content)


def _lying() -> bytes:
    good = _book(_ROW)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return good.replace(size.to_bytes(4, "little"), (size - 40).to_bytes(4, "little"))


def _laughs() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    return _in_part("sheet1.xml", b"<worksheet", f"<!DOCTYPE x [{names}]><worksheet".encode())


def _outside() -> bytes:
    shared = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst>&x;</sst>'
    return _rezipped(**{"xl/sharedStrings.xml": shared})


def _in_first_cell() -> bytes:
    old = b't="inlineStr"><is><t>material</t></is></c>'
    return _in_part("sheet1.xml", old, b't="n"><v>NaN</v></c>')


def _hidden(book: Workbook) -> None:
    sheet = book.create_sheet("Verborgen")
    sheet.append(_HEADER)
    sheet.append(_WOOD)
    sheet.sheet_state = "hidden"


def _epoch(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904


_WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "XLS-002": lambda: _rezipped(**{"xl/worksheets/sheet2.xml": b"A" * 200_000_000}),
    "XLS-003": _lying,
    "XLS-005": _laughs,
    "XLS-006": _outside,
    "XLS-008": _in_first_cell,
    "XLS-009": lambda: _book(["steel", "=90+9", 0, *_BESIDE.values()]),
    "XLS-011": lambda: _book(["steel", 1, "#DIV/0!", *_BESIDE.values()]),
    "XLS-012": lambda: _book(_ROW, ["wood", "0,6", 0, *_BESIDE.values()]),
    "XLS-014": lambda: _book(_ROW, change=_epoch),
    "XLS-015": lambda: _book(_ROW, change=_hidden),
    "XLS-017": lambda: _book(_ROW, _WOOD, change=lambda book: book.active.merge_cells("A2:A3")),
    "XLS-018": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "XLS-020": lambda: _rezipped(**{"xl/vbaProject.bin": b"x"}),
    "XLS-021": lambda: _rezipped(**{"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    "XLS-023": lambda: _rezipped(**{"../../x": b"x"}),
    "XLS-024": lambda: _in_part("sheet1.xml", b"<v>1</v>", b"<v>0.30000000000000004</v>"),
}
