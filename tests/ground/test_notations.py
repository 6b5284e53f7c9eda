"""A cell means what is shown: a number format is read sign by sign, never by what it looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mvi_dashboard.ground.intake import notations
from mvi_dashboard.ground.intake.notations import notation_of
from mvi_dashboard.ground.intake.values import Said, said_by
from mvi_dashboard.ground.intake.xlsx import Value

PLAIN, PERCENT = notations.PLAIN, notations.PERCENT


def kind(code: str, number: float = 1) -> int:
    return notation_of(code).shown_of(number).kind


def said(code: str, number: str) -> Said:
    return said_by(Value("n", number, notation_of(code)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", PLAIN), ("0", PLAIN), ("#,##0.00", PLAIN), ("0.00E+00", PLAIN), ("# ?/?", PLAIN), ("@", PLAIN),
        ('General" dagen"', PLAIN), ("0.00_);(0.00)", PLAIN), ("[Red]0", PLAIN), ("[$€-413] #,##0.00", PLAIN),
        ("0%", PERCENT), ("0.0 %", PERCENT), ("[Blue]0%;[Red]-0%", PERCENT), ("_-0.0%", PERCENT),
        ('0"%"', PLAIN), ("0\\%", PLAIN), ("0!%", PLAIN), ("0*%", PLAIN), ("0_%", PLAIN), ("0[$%]", PLAIN),
        ("dd-mm-yyyy", notations.DAY), ("[$-413]d mmmm yyyy;@", notations.DAY), ("yyyy\\-mm\\-dd", notations.DAY),
        ("yyyy-mm-dd h:mm:ss", notations.MOMENT), ("h:mm", notations.TIME), ("mm:ss.0", notations.TIME),
        ("h:mm AM/PM", notations.TIME), ("[h]:mm", notations.DURATION), ("[mm]:ss", notations.DURATION),
        ("mmm-yy", notations.PART_OF_DAY), ("d-mmm", notations.PART_OF_DAY), ("yyyy", notations.YEAR),
        ("0,", notations.SCALED), ('0.0,,"M"', notations.SCALED), (";;;", notations.NOTHING),
        ('"ja"', notations.WORDS), ("0%%", notations.UNKNOWN), ("0" * 300, notations.UNKNOWN),
    ],
)  # fmt: skip
def test_a_format_shows_what_excel_shows(code: str, expected: int) -> None:
    assert kind(code) == expected


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("0%;0;0.0", 1, PERCENT), ("0%;0;0.0", -1, PLAIN), ("0%;0;0.0", 0, PLAIN), ("0%;0", 0, PERCENT),
        ("[<=1]0%;0", 0.5, PERCENT), ("[<=1]0%;0", 55, PLAIN), ("[<1]0%;[<10]0;0.0", 5, PLAIN),
        ("[>=100]0;0%;0", -1, PERCENT), ("0;-0;;@", 0, notations.NOTHING), ("0;-0;;@", 1, PLAIN),
        ("[>5]0%", 1, notations.UNKNOWN), ("0;[<5]0%;0", 1, notations.UNKNOWN),
    ],
)  # fmt: skip
def test_the_section_of_the_number_counts(code: str, number: float, expected: int) -> None:
    assert kind(code, number) == expected


_TEXTS = some.text(
    some.characters(codec="ascii", exclude_characters='"\\', exclude_categories=("Cc",)), max_size=8
)
_SILENT = some.sampled_from(
    ['"%"', "\\%", "!%", "_%", "*%", '"dd-mm"', "\\d", "_y", "[Red]", "[$%-413]", '";"', " "]
)


@given(some.lists(_SILENT, max_size=4), some.lists(_SILENT, max_size=4), some.booleans())
def test_what_is_quoted_or_escaped_never_makes_a_percentage_or_a_date(
    before: list[str], behind: list[str], percent: bool
) -> None:
    shown = notation_of("".join([*before, "0.0", *behind])).shown_of(1)
    assert shown.kind == PLAIN
    if percent:
        code = "".join([*(each for each in before if "d" not in each), "0.0%"])
        assert kind(code) in (PERCENT, notations.UNKNOWN)


@given(_TEXTS)
def test_a_quoted_text_beside_a_number_is_its_unit(text: str) -> None:
    shown = notation_of(f'0"{text}"').shown_of(1)
    assert shown.kind == PLAIN
    assert shown.unit in text


@given(some.text(max_size=60), some.floats(allow_nan=False, allow_infinity=False))
def test_any_format_whatever_is_decided(code: str, number: float) -> None:
    assert notation_of(code).shown_of(number).kind in range(12)


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("0%", "0.55", Said("0.55", percent=True)),
        ('0"%"', "55", Said("55", unit="%")),
        ("0\\%", "1", Said("1", unit="%")),
        ('#,##0" g"', "14200", Said("14200", unit="g")),
        ("000", "7", Said("007")),
        ("0.00", "7", Said("7")),
        ("yyyy-mm-dd", "46477", Said("2027-03-31")),
        ("yyyy-mm-dd h:mm:ss", "46477", Said("2027-03-31")),
        ("yyyy-mm-dd h:mm:ss", "46477.99944444445", Said("2027-03-31 23:59:12")),
        ("yyyy-mm-dd", "46477.99944444445", Said("2027-03-31 23:59:12")),
        ("h:mm", "0.04444444444444445", Said("1:04")),
        ("yyyy", "45292", Said("2024")),
        ("mmm-yy", "46357", Said("2026-12-01, deels te zien")),
        ('"TRUE";"TRUE";"FALSE"', "0", Said("FALSE")),
        ('0;-0;"-"', "0", Said("0")),
    ],
)
def test_a_cell_says_what_it_shows(code: str, number: str, expected: Said) -> None:
    assert said(code, number) == expected


@pytest.mark.parametrize(
    ("code", "number", "wrong"),
    [
        (";;;", "5", "hidden_cell"), ("0;;", "0", "hidden_cell"), ("0,", "5000", "mixed_unit"),
        ("0%%", "1", "number_format"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_to_be_seen_is_never_read(code: str, number: str, wrong: str) -> None:
    found = said(code, number)
    assert found.wrong is not None
    assert found.wrong[0] == wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-31", "2027-03-31"), ("2027-03-31T00:00:00", "2027-03-31"),
        ("2027-03-31T00:00:00.000Z", "2027-03-31"),
        ("2027-03-31T23:59:12", "2027-03-31 23:59:12"), ("01:04:00", "01:04:00"),
    ],
)  # fmt: skip
def test_a_date_of_strict_open_xml_keeps_its_time(text: str, expected: str) -> None:
    assert said_by(Value("d", text)).text == expected
