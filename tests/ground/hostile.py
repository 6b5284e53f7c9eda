"""Workbooks that want to cost much, in a size that one chooses, and the parts that they are made of."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
)


def text(place: str, said: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'


def workbook(*sheets: str, **parts: str) -> bytes:
    """A workbook of these sheets (whole parts), with more parts beside them (`styles`, `sharedStrings`)."""
    held = io.BytesIO()
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    more = [f"{name}.xml" for name in parts]
    related = "".join(
        f'<Relationship Id="r{number}" Type="{_TYPE}/{kind}" Target="{name}"/>'
        for number, (kind, name) in enumerate(
            [("worksheet", each) for each in names] + [*zip(parts, more, strict=True)]
        )
    )
    listed = "".join(
        f'<sheet name="b{number}" sheetId="{number + 1}" r:id="r{number}"/>' for number in range(len(names))
    )
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        root = f'<Relationship Id="r" Type="{_TYPE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_OF_PACKAGE}">{root}</Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="{_TYPE}"><sheets>{listed}</sheets></workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_OF_PACKAGE}">{related}</Relationships>'
        )
        for name, part in [*zip(names, sheets, strict=True), *zip(more, parts.values(), strict=True)]:
            archive.writestr(f"xl/{name}", part)
    return held.getvalue()


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A sheet with a header of two columns and these rows."""
    return f"{_HEAD}{before}<sheetData>{_HEADER}{rows}</sheetData>{after}</worksheet>"


def marks_in_a_comment(size: int) -> bytes:
    """A number that is none, after a comment full of what looks like the begin of a cell."""
    wrong = f'<row r="2">{text("A2", "x")}<c r="B2"><v>NaN</v></c></row>'
    return workbook(sheet(wrong, before=f"<!-- {'<c ' * size} -->"))


def empty_rows(size: int) -> bytes:
    """Rows with nothing in them."""
    return workbook(sheet("".join(f'<row r="{number}"/>' for number in range(2, size + 2))))


def blank_cells(size: int) -> bytes:
    """Rows that hold spaces."""
    return workbook(sheet("".join(f'<row r="{n}">{text(f"A{n}", " ")}</row>' for n in range(2, size + 2))))


def far_cells(size: int) -> bytes:
    """Rows with their one cell in the last column."""
    return workbook(sheet("".join(f'<row r="{n}">{text(f"XFD{n}", "x")}</row>' for n in range(2, size + 2))))


def last_cell(size: int) -> bytes:
    """One cell in the last corner of a sheet, behind `size` rows without one."""
    return workbook(sheet(f'<row r="{1_048_576 if size > 1 else 9}">{text("A1", "x")}{text("B1", "y")}</row>'))


def wrong_cells(size: int) -> bytes:
    """A problem in each of two cells per row."""
    formula = "".join(
        f'<row r="{n}"><c r="A{n}"><f>1</f></c><c r="B{n}"><v>NaN</v></c></row>' for n in range(2, size + 2)
    )
    return workbook(sheet(formula))


def styles(size: int) -> bytes:
    """A style and a format for every one of these."""
    formats = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="0.0{n}"/>' for n in range(size))
    cells = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(size))
    part = f"<styleSheet><numFmts>{formats}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>"
    return workbook(sheet(f'<row r="2">{text("A2", "x")}<c r="B2" s="1"><v>1</v></c></row>'), styles=part)


def shared_strings(size: int) -> bytes:
    """One long text, in very many cells."""
    part = f"<sst><si><t>{'x' * 4_000}</t></si></sst>"
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>0</v></c></row>'
        for n in range(2, size + 2)
    )
    return workbook(sheet(rows), sharedStrings=part)


def merged(size: int) -> bytes:
    """Merged cells all the way down."""
    cells = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(2, size + 2))
    return workbook(sheet(f'<row r="2">{text("A2", "x")}</row>', after=f"<mergeCells>{cells}</mergeCells>"))


def huge_cell(size: int) -> bytes:
    """One cell with a text that fills the file."""
    return workbook(sheet(f'<row r="2">{text("A2", "x y" * size)}{text("B2", "z")}</row>'))


def many_sheets(size: int) -> bytes:
    """Sheets with a cell each."""
    return workbook(*(sheet(f'<row r="2">{text("A2", "x")}{text("B2", "y")}</row>') for _ in range(size)))


def deep(size: int) -> bytes:
    """Elements in elements."""
    return workbook(
        sheet(f'<row r="2">{text("A2", "x")}{text("B2", "y")}</row>', after="<a>" * size + "</a>" * size)
    )


def many_parts(size: int) -> bytes:
    """A zip with very many files in it."""
    held = io.BytesIO(workbook(sheet(f'<row r="2">{text("A2", "x")}{text("B2", "y")}</row>')))
    with zipfile.ZipFile(held, "a") as archive:
        for number in range(size):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return held.getvalue()


def normal(size: int) -> bytes:
    """Rows as people send them."""
    rows = "".join(
        f'<row r="{n}">{text(f"A{n}", f"materiaal {n}")}<c r="B{n}"><v>{n}.25</v></c></row>'
        for n in range(2, size + 2)
    )
    return workbook(sheet(rows))


# What each is read as: None is a table, else the code of the refusal.
PATTERNS: dict[str, tuple[Callable[[int], bytes], str | None]] = {
    "normal": (normal, None),
    "marks in a comment": (marks_in_a_comment, "corrupt"),
    "empty rows": (empty_rows, "no_rows"),
    "blank cells": (blank_cells, "no_rows"),
    "far cells": (far_cells, "column_count"),
    "wrong cells": (wrong_cells, "formula"),
    "styles": (styles, None),
    "shared strings": (shared_strings, None),
    "merged cells": (merged, "merged_cells"),
    "huge cell": (huge_cell, "field_too_long"),
    "deep": (deep, None),
}
