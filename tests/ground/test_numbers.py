"""What counts as a number, in JSON and in a Dutch form, and what is refused with which words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvi_dashboard.ground.numbers import (
    ExponentText,
    Unreadable,
    dutch,
    read_dutch,
    read_integer,
    read_percentage,
    read_plain,
    read_typed_integer,
)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("12.5", "12.5"),
        ("0.600000", "0.600000"),
        ("999999999.999999", "999999999.999999"),
        ("007", "7"),
        (12, "12"),
        (Decimal("0.1"), "0.1"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("0.0000010").normalize(), "0.000001"),
    ],
)
def test_a_number_in_plain_notation_is_read_as_it_was_sent(sent: object, meant: str) -> None:
    assert str(read_plain(sent)) == str(Decimal(meant))


@pytest.mark.parametrize(
    ("sent", "code", "says"),
    [
        ("NaN", "invalid_number", "geen NaN"),
        ("Infinity", "invalid_number", "getal"),
        ("-Infinity", "invalid_number", "getal"),
        ("1e-400", "invalid_number", "zonder exponent"),
        ("1e1000000", "invalid_number", "zonder exponent"),
        (ExponentText("1e3"), "invalid_number", "zonder exponent"),
        ("1_250", "invalid_number", "alleen cijfers en een punt"),
        ("１２.5", "invalid_number", "cijfers 0 tot en met 9"),
        ("\u00a012.5", "invalid_number", "geen spaties"),
        ("12,5", "decimal_comma", "12.5"),
        ("1,234.56", "invalid_number", "duizendtallen"),
        ("12.5 kg", "invalid_number", "eenheid"),
        ("60 maanden", "invalid_number", "eenheid"),
        ("", "invalid_number", "verplicht"),
        ("+5", "invalid_number", "alleen cijfers"),
        (".5", "invalid_number", "alleen cijfers"),
        (True, "invalid_number", "Hier hoort een getal"),
        (None, "invalid_number", "Hier hoort een getal"),
        ({"value": 1}, "invalid_number", "Hier hoort een getal"),
        (float("nan"), "invalid_number", "Hier hoort een getal"),
        ("9999999999.9999", "max_value", "9 cijfers"),
        (10**40, "max_value", "te groot"),
        (Decimal("1E+999999"), "max_value", "te groot"),
        ("12.123456789", "max_decimal_places", "6 cijfers"),
        (Decimal("12.1234567"), "max_decimal_places", "6 cijfers"),
    ],
)
def test_what_is_not_a_plain_number_is_refused_with_what_to_do(sent: object, code: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as refused:
        read_plain(sent)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("0.125", "0.125"),
        ("12.5", "12.5"),
        (" 1.234.567 ", "1234567"),
    ],
)
def test_a_dutch_form_reads_comma_and_unmistakable_point(typed: str, meant: str) -> None:
    assert read_dutch(typed) == Decimal(meant)


def test_a_number_with_two_readings_is_refused_and_both_are_named() -> None:
    with pytest.raises(Unreadable, match=r"Schrijf 1250\. Bedoelt u een komma\? Schrijf 1,250\."):
        read_dutch("1.250")


@pytest.mark.parametrize("typed", ["1,2,3", "1.23,4", "1.2345,6", "twaalf", "-", "12.5 kg", "１"])
def test_other_spellings_in_a_form_are_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_dutch(typed)


@given(st.decimals(min_value=-999_999_999, max_value=999_999_999, places=6))
def test_what_is_shown_in_dutch_is_read_back_as_the_same_number(number: Decimal) -> None:
    assert read_dutch(dutch(number)) == number
    assert read_plain(format(number, "f")) == number


@given(st.text())
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    for reader in (read_plain, read_dutch, read_integer, read_percentage):
        answer: object
        try:
            answer = reader(text)
        except Unreadable as refused:
            answer = refused.detail
        assert isinstance(answer, Decimal | int | str)


def test_percentages_become_fractions_without_losing_a_digit() -> None:
    assert [str(read_percentage(text)) for text in ("60", "62,5 %", "33,3333%")] == [
        "0.60",
        "0.625",
        "0.333333",
    ]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (Decimal("1.5"), "invalid_integer"),
        ("1e3", "invalid_integer"),
        ("1.0", "invalid_integer"),
        (True, "invalid_integer"),
        ([], "invalid_integer"),
        (10**30, "max_value"),
        (9007199254740993, "max_value"),
        ("9" * 5000, "max_value"),
    ],
)
def test_what_is_not_a_whole_number_is_refused(sent: object, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_integer(sent)
    assert refused.value.code == code


def test_whole_numbers_are_read_from_json_and_from_a_form() -> None:
    assert read_integer(100) == read_integer("100") == read_integer(Decimal("100.0")) == 100
    assert read_typed_integer("1.200") == 1200
