"""Files that people send: read in every usual spelling, and refused with the place of everything that is wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from openpyxl import Workbook

from mvi_dashboard.ground import problems
from mvi_dashboard.ground.intake import Figure, Table, plain, read_table, workbooks
from mvi_dashboard.ground.intake import delimited as delimited_module
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.unreadable import Unreadable

TEXT = "materiaal;waarde\nstaal;1,9\nacetyleen é;0,5\n"


def workbook_of(*rows: list[Any], change: Callable[[Workbook], Any] | None = None) -> bytes:
    """The bytes of a workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes] | None = None, **more: bytes) -> bytes:
    """The same workbook with parts changed or added."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)) if change else old.read(name))
        for name, part in more.items():
            new.writestr(name, part)
    return held.getvalue()


def refusal(content: bytes, name: str = "a.csv", decimal: str = ",", encoding: str = "") -> list[tuple[Any, str]]:
    with pytest.raises(Refused) as refused:
        read_table(content, name, decimal=decimal, encoding=encoding)
    assert all(problem.detail for problem in refused.value.problems)
    return [(problem.attr, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("content", "encoding", "found"),
    [
        (TEXT.encode(), "", "utf-8"),
        (TEXT.encode("utf-8-sig"), "", "utf-8"),
        (TEXT.encode("utf-16"), "", "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "", "utf-16"),
        (TEXT.encode("windows-1252"), "windows-1252", "windows-1252"),
    ],
)
def test_every_usual_encoding_gives_the_same_rows(content: bytes, encoding: str, found: str) -> None:
    table = read_table(content, "a.csv", decimal=",", encoding=encoding)
    assert (table.encoding, table.delimiter) == (found, ";")
    assert table.columns == ("materiaal", "waarde")
    assert list(table.rows) == [(2, ("staal", "1,9")), (3, ("acetyleen é", "0,5"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_and_told(delimiter: str) -> None:
    text = f'a{delimiter}b\r\n"1{delimiter}2"{delimiter}3'
    table = read_table(text.encode(), "a.csv", decimal=".")
    assert table.delimiter == delimiter
    assert list(table.rows) == [(2, (f"1{delimiter}2", "3"))]


def test_rows_keep_the_number_that_a_spreadsheet_gives_them() -> None:
    table = read_table(b'sep=;\na;b\n\n"x\ny";1\nz;2\n\n', "a.csv", decimal=",")
    assert [number for number, _ in table.rows] == [4, 5]
    assert table.place(5, 1, "value") == ("rows", 5, "value")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(None, "no_rows")]),
        (b"a;b\n", [(None, "no_rows")]),
        (b"a;a\n1;2\n", [("columns.a", "duplicate_column")]),
        (b"a;;c\n1;2;3\n", [("columns", "empty_header")]),
        (b"a;b\n1;2;3\n4\n;\n", [("rows.2", "column_count"), ("rows.3", "column_count"), ("rows.4", "blank_row")]),
        (b'a;b\n"1;2\n', [("rows.2", "quotes")]),
        (b"a;b\n" + b"x" * 5000 + b";1\n", [("rows.2", "field_too_long")]),
        (b"a;b\n" + b"x" * 9_000_000 + b";1\n", [("rows.2", "field_too_long")]),
        (";".join(f"k{n}" for n in range(5000)).encode() + b"\n1\n", [(None, "too_many_columns")]),
        (b"a;b\n\xe9;1\n", [(None, "encoding")]),
        (TEXT.encode("utf-16-le"), [(None, "encoding")]),
        (b"\xff\xfea\x00;\x00b", [(None, "encoding")]),
        (b"\x89PNG\r\n\x1a\n", [(None, "wrong_type")]),
        (b"PK\x03\x04....", [(None, "wrong_type")]),
    ],
)
def test_a_wrong_text_is_refused_with_the_place(content: bytes, expected: list[tuple[Any, str]]) -> None:
    assert refusal(content) == expected


def test_an_encoding_or_name_that_does_not_fit_is_refused() -> None:
    assert refusal(TEXT.encode(), encoding="utf-16") == [(None, "encoding")]
    assert refusal(b"a;b\n\x81;1\n", encoding="windows-1252") == [(None, "encoding")]
    for name in ("a.exe", "a.csv\x00.exe", "a\x00.csv", "../a.csv", "a.xls"):
        assert refusal(TEXT.encode(), name) == [("file", "filename")]
    assert refusal(b"a;b\n" * 3_000_000) == [("file", "too_large")]
    assert refusal(TEXT.encode(), "a.xlsx") == [(None, "wrong_type")]


def test_too_many_rows_are_refused_and_many_problems_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(content: bytes, *, workbook: bool = False) -> list[tuple[Any, str]]:
        read = workbooks.read_workbook if workbook else partial(delimited_module.read_delimited, encoding="")
        with pytest.raises(Refused) as refused:
            read(content, "a", ",")
        return [(problem.attr, problem.code) for problem in refused.value.problems]

    monkeypatch.setattr(delimited_module, "MOST_ROWS", 3)
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    assert here(b"a\n1\n2\n3\n4\n5\n") == [(None, "too_many_rows")]
    assert here(workbook_of(["a"], [1], [2], [3], [4], [5]), workbook=True) == [(None, "too_many_rows")]
    monkeypatch.setattr(problems, "MOST_PROBLEMS", 2)
    found = here(b"a;b\n1\n2\n3\n4\n")
    assert found == [("rows.2", "column_count"), ("rows.3", "column_count"), (None, "more")]


def test_a_workbook_gives_the_same_rows_with_its_numbers_plainly_written() -> None:
    content = workbook_of(["materiaal", "waarde", None], [], ["staal", 1.9], ["x", 0.1 + 0.2], ["y", 2], ["z"])
    table = read_table(content, "a.xlsx", decimal=",")
    assert table.columns == ("materiaal", "waarde")
    assert list(table.rows) == [(3, ("staal", "1.9")), (4, ("x", "0.3")), (5, ("y", "2")), (6, ("z", ""))]
    assert isinstance(table.rows[0][1][1], Figure)
    assert table.place(3, 1, "value") == ("cells", "B3")
    assert table.notes == ()
    tail = read_table(in_sheet(b"<v>1</v>", b"<v>0.30000000000000004</v>"), "a.xlsx", decimal=",")
    assert tail.rows[0][1][1] == "0.3"
    assert tail.notes == (("1 getal", "afgerond op 15 cijfers, zoals Excel ze toont"),)


def second_sheet(book: Workbook) -> None:
    sheet = book.create_sheet("Verborgen")
    sheet.sheet_state = "hidden"
    sheet["A1"] = "x"


def from_1904(book: Workbook) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book.epoch = CALENDAR_MAC_1904


@pytest.mark.parametrize(
    ("rows", "change", "expected"),
    [
        ([["a", "b"], ["x", "=1+1"]], None, [("cells.B2", "formula")]),
        ([["a", "b"], ["#DIV/0!", "=1+1"]], None, [("cells.A2", "spreadsheet_error"), ("cells.B2", "formula")]),
        ([["a"], ["x"]], second_sheet, [(None, "multiple_sheets")]),
        ([["a"], ["x"], ["y"]], lambda book: book.active.merge_cells("A2:A3"), [("cells.A2:A3", "merged_cells")]),
        ([["a"], ["x"]], from_1904, [(None, "date_system")]),
        ([["a"]], None, [(None, "no_rows")]),
        ([], None, [(None, "no_rows")]),
        ([["a", "a"], [1, 2]], None, [("columns.a", "duplicate_column")]),
        ([["a"], ["x", "y"]], None, [("rows.2", "column_count")]),
        ([[f"k{n}" for n in range(200)], [1]], None, [(None, "too_many_columns")]),
    ],
)
def test_a_wrong_workbook_is_refused_with_the_cell(
    rows: list[list[Any]], change: Any, expected: list[tuple[Any, str]]
) -> None:
    assert refusal(workbook_of(*rows, change=change), "a.xlsx") == expected


GOOD = workbook_of(["a", "b"], ["x", 1])


def in_sheet(old: bytes, new: bytes) -> bytes:
    return rezipped(GOOD, lambda name, part: part.replace(old, new) if "sheet1.xml" in name else part)


def with_a_lie() -> bytes:
    """A part that says to be smaller than it is."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert GOOD.count(size.to_bytes(4, "little")) >= 1
    return GOOD.replace(size.to_bytes(4, "little"), (size - 40).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (rezipped(GOOD, **{"xl/media/a.xml": b"A" * 50_000_000}), "zip_ratio"),
        (rezipped(GOOD, **{f"xl/media/{n}.xml": b"" for n in range(1500)}), "zip_ratio"),
        (rezipped(GOOD, **{"../../x": b"x"}), "corrupt"),
        (rezipped(GOOD, **{"xl/vbaProject.bin": b"x"}), "macros"),
        (rezipped(GOOD, **{"xl/externalLinks/externalLink1.xml": b"<a/>"}), "external_links"),
        (with_a_lie(), "corrupt"),
        (GOOD[:-200], "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"),
        (in_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'), "xml_entities"),
        (in_sheet(b"<v>1</v>", b"<v>NaN</v>"), "corrupt"),
        (in_sheet(b"<v>1</v>", b"<v>1e999</v>"), "corrupt"),
        (in_sheet(b"<v>1</v>", b"<v>"), "corrupt"),
    ],
)
def test_what_is_dangerous_or_broken_is_refused_before_it_is_used(content: bytes, code: str) -> None:
    assert code in [found for _, found in refusal(content, "a.xlsx")]


def test_a_sheet_that_claims_to_be_huge_is_read_for_what_it_is() -> None:
    content = in_sheet(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"')
    assert list(read_table(content, "a.xlsx", decimal=",").rows) == [(2, ("x", "1"))]
    far = in_sheet(b'<row r="2"', b'<row r="99999999"')
    assert refusal(far, "a.xlsx") == [(None, "corrupt")]


ROW_2 = b'<row r="2"'
HIDING = {
    "a row": ((ROW_2, b'<row r="2" hidden="1"'), [("rows.2", "hidden_row")]),
    "a row of no height": ((ROW_2, b'<row r="2" ht="0" customHeight="1"'), [("rows.2", "hidden_row")]),
    "a column": (
        (b"<sheetData>", b'<cols><col min="2" max="2" width="9" hidden="true"/></cols><sheetData>'),
        [("columns.waarde", "hidden_column")],
    ),
    "columns of no width": (
        (b"<sheetData>", b'<cols><col min="1" max="16384" width="0"/></cols><sheetData>'),
        [("columns.naam", "hidden_column"), ("columns.waarde", "hidden_column")],
    ),
}


@pytest.mark.parametrize("what", HIDING)
def test_what_stands_in_a_row_or_column_that_nobody_sees_is_refused(what: str) -> None:
    change, expected = HIDING[what]
    content = workbook_of(["naam", "waarde"], ["staal", 1])
    hidden = rezipped(content, lambda name, part: part.replace(*change) if "sheet1" in name else part)
    assert hidden != content
    assert refusal(hidden, "a.xlsx") == expected


def test_a_hidden_row_or_column_without_anything_in_it_is_read_over() -> None:
    def hide(book: Workbook) -> None:
        book.active.row_dimensions[9].hidden = True
        book.active.column_dimensions["B"].hidden = True

    content = workbook_of(["naam", "later"], ["staal", None], change=hide)
    assert list(read_table(content, "a.xlsx", decimal=",").rows) == [(2, ("staal", ""))]


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,9", ",", "1.9"),
        ("1.9", ".", "1.9"),
        ("-2", ",", "-2"),
        ("inf", ",", "inf"),
        (Figure("1.9"), ",", "1.9"),
    ],
)
def test_a_number_is_read_with_the_sign_that_was_told(text: str, decimal: str, expected: str) -> None:
    assert plain(text, decimal) == expected


@pytest.mark.parametrize(
    ("text", "decimal", "code"),
    [
        ("1.9", ",", "mixed_decimal"),
        ("1,9", ".", "mixed_decimal"),
        ("1.234,5", ",", "mixed_decimal"),
        ("60%", ",", "mixed_unit"),
        ("=1+1", ",", "formula"),
    ],
)
def test_a_number_with_another_sign_is_never_guessed(text: str, decimal: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        plain(text, decimal)
    assert refused.value.code == code


def test_a_table_knows_its_places_beyond_the_alphabet() -> None:
    table = Table("a.xlsx", (), (), ",", workbook=True)
    assert table.place(2, 27, "x") == ("cells", "AB2")
