"""A file costs what stands in it: work grows with its size, and what costs too much is stopped."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mvi_dashboard.ground.intake import apart, child, read_table
from mvi_dashboard.ground.intake.documents import read_documents, read_json
from mvi_dashboard.ground.intake.sheets import read_sheets
from mvi_dashboard.ground.intake.workbooks import read_workbook
from mvi_dashboard.ground.problems import Kind, Refused

from . import hostile
from .hostile import PATTERNS, sheet, text, workbook

INTAKE = Path(apart.__file__).parent


def work_of(content: bytes) -> int:
    """How many calls the reading of this workbook takes."""
    calls = 0

    def count(*_: Any) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read_workbook(content, "a.xlsx", ",")
    except Refused:
        pass
    finally:
        sys.setprofile(None)
    return calls


def refusal(content: bytes, name: str = "a.xlsx") -> Refused:
    with pytest.raises(Refused) as refused:
        read_table(content, name, decimal=",", encoding="")
    return refused.value


@pytest.mark.parametrize("name", PATTERNS)
def test_the_work_of_reading_grows_no_faster_than_the_file(name: str) -> None:
    made, _ = PATTERNS[name]
    small, large = made(500), made(4_000)
    work_of(small)  # what is read once only, as the words of problems, counts for neither
    assert work_of(large) < 9 * work_of(small) + 500


@pytest.mark.parametrize("name", PATTERNS)
def test_a_hostile_workbook_is_read_or_refused_for_what_it_is(name: str) -> None:
    made, code = PATTERNS[name]
    if code is None:
        assert len(read_table(made(50), "a.xlsx", decimal=",").rows) > 0
    else:
        assert code in [problem.code for problem in refusal(made(5_000)).problems]


def test_no_regular_expression_looks_at_the_xml_of_a_sheet() -> None:
    for name in ("xlsx.py", "workbooks.py", "sheets.py"):
        assert "import re\n" not in (INTAKE / name).read_text(encoding="utf-8")


def test_what_looks_like_cells_in_a_comment_costs_nothing() -> None:
    found = refusal(hostile.marks_in_a_comment(300_000)).problems
    assert [(problem.attr, problem.code) for problem in found] == [("cells.B2", "corrupt")]


def test_a_million_rows_without_a_value_are_no_rows() -> None:
    assert [problem.code for problem in refusal(hostile.empty_rows(400_000)).problems] == ["no_rows"]


def test_one_cell_in_the_last_corner_costs_one_cell() -> None:
    far = workbook(sheet('<row r="1048576">' + text("A1048576", "x") + text("XFD1048576", "y") + "</row>"))
    near = workbook(sheet('<row r="2">' + text("A2", "x") + text("CZ2", "y") + "</row>"))
    work_of(near)  # what is read once only, as the words of problems, counts for neither
    assert work_of(far) == work_of(near)
    assert [problem.code for problem in refusal(far).problems] == ["column_count"]


def test_a_thousand_problems_are_named_and_the_others_counted() -> None:
    found = refusal(hostile.wrong_cells(3_000)).problems
    assert len(found) == 1_001
    assert (found[-1].code, found[-1].attr) == ("more", None)
    assert "5.000" in found[-1].detail
    merged = refusal(hostile.merged(3_000)).problems
    assert (len(merged), merged[-1].code) == (1_001, "more")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (hostile.shared_strings(20_000), "too_large"),
        (hostile.many_parts(1_100), "zip_ratio"),
        (hostile.many_sheets(30), "multiple_sheets"),
        (hostile.styles(70_000), "corrupt"),
    ],
    ids=["one text in many cells", "parts", "sheets", "styles"],
)
def test_what_is_more_than_we_read_is_refused_while_it_is_counted(content: bytes, code: str) -> None:
    assert [problem.code for problem in refusal(content).problems] == [code]


def test_sheets_of_a_bid_are_limited_too() -> None:
    with pytest.raises(Refused, match="multiple_sheets"):
        read_sheets(hostile.many_sheets(30), "a.xlsx")
    with pytest.raises(Refused) as refused:
        read_sheets(hostile.wrong_cells(3_000), "a.xlsx")
    assert len(refused.value.problems) == 1_001


def test_a_csv_of_columns_alone_is_refused_within_its_limits() -> None:
    assert [problem.code for problem in refusal(b"ab;" * 3_000_000, "a.csv").problems] == ["too_large"]
    many = b";".join(b"k%d" % number for number in range(100))
    rows = many + (b"\n" + b";" * 99) * 30_000
    assert refusal(rows, "a.csv").problems[0].code == "blank_row"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that never answers."""
    monkeypatch.setattr(apart, "_START", "while True: pass")
    monkeypatch.setattr(apart, "SECONDS", 0.5)


@pytest.mark.usefixtures("slow")
def test_a_child_that_takes_too_long_is_stopped_and_gone() -> None:
    refused = refusal(hostile.normal(1))
    assert (refused.kind, refused.problems[0].code) == (Kind.TOO_LARGE, "too_large")
    assert not [
        thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()
    ]


@pytest.mark.parametrize(
    "greedy",
    ["held = [bytes(1024 * 1024) for _ in range(400)]", "while True: pass", "open('/tmp/x', 'w').write('x' * 9)"],
    ids=["memory", "time", "a file"],
)
def test_a_child_that_wants_too_much_is_stopped_by_the_system(
    greedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = f"import sys; sys.path.insert(0, sys.argv[1])\nfrom {child.__name__} import *\n"
    begin += f"from {child.__name__} import _limit\n"
    limited = begin + "import mvi_dashboard.ground.intake.child as child\nchild.SECONDS_OF_WORK = 1\n_limit()\n"
    ending = "\nexcept (MemoryError, OSError): print('{\"memory\": true}')"
    monkeypatch.setattr(apart, "_START", f"{limited}try:\n    {greedy}{ending}")
    refused = refusal(hostile.normal(1))
    assert (refused.kind, refused.problems[0].code) == (Kind.TOO_LARGE, "too_large")


def test_a_child_that_falls_over_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_START", "raise SystemExit(1)")
    assert [problem.code for problem in refusal(hostile.normal(1)).problems] == ["corrupt"]


def test_a_child_knows_none_of_our_secrets_and_no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_KEYS", "geheim")
    told = "import json, os, sys; sys.path.insert(0, sys.argv[1]); import mvi_dashboard.ground.intake.child; "
    told += "print(json.dumps({'end': [dict(os.environ), sorted(sys.modules)]}))"
    monkeypatch.setattr(apart, "_START", told)
    environment, modules = apart.read_apart("none", b"", print)
    assert "geheim" not in environment.values()
    assert not {"django", "openpyxl", "numpy", "sqlite3", "psycopg"} & {name.partition(".")[0] for name in modules}


def test_no_more_files_are_read_at_once_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.1)
    monkeypatch.setattr(apart, "_places", threading.BoundedSemaphore(1))
    with apart._places:
        assert refusal(hostile.normal(1)).kind is Kind.UNAVAILABLE


def test_a_double_key_among_many_is_found_in_one_walk() -> None:
    keys = ",".join(f'"k{number}": 1' for number in range(70_000))
    with pytest.raises(Refused, match="duplicate_key"):
        read_json(f'{{{keys}, "k69999": 2}}'.encode())


def test_documents_come_back_as_they_were() -> None:
    root = read_documents(b'<a b="1">x<c>y</c>z</a>', (".xml", ".json"))[0]
    assert (root.tag, root.attrib, root.text, root[0].text, root[0].tail) == ("a", {"b": "1"}, "x", "y", "z")
    assert str(read_documents(b'{"a": 0.10}', (".json",))[0]["a"]) == "0.10"
