"""How numbers and dates are written: the reader sees what is known, rounded alike everywhere."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.numbers import read_dutch

SPACE = formats.NO_BREAK


def plain(text: str) -> str:
    """The text with ordinary spaces, so that an expectation can be read."""
    return text.replace(SPACE, " ")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.8945066667, "1,89"),
        (42.67, "42,7"),
        (126.93, "127"),
        (999.6, "1.000"),
        (12384.5, "12.385"),
        (1234567, "1.234.567"),
        (0.00012345, "0,000123"),
        (5.5, "5,5"),
        (Decimal("10.000000"), "10"),
        (0, "0"),
        (-0.0, "0"),
        (-12, "\u221212"),
        (np.float64(0.1), "0,1"),
        (np.int64(8), "8"),
    ],
)
def test_a_number_has_three_significant_digits_and_is_whole_from_a_thousand(value: float, written: str) -> None:
    assert formats.number(value) == written


@pytest.mark.parametrize("unknown", [None, float("nan"), Decimal("NaN"), np.float32("nan"), float("inf")])
def test_unknown_is_a_word_and_never_zero(unknown: float | None) -> None:
    writers = (formats.number, formats.change, formats.percentage, formats.euros, formats.exact)
    assert {write(unknown) for write in writers} == {"onbekend"}
    assert formats.percentage_change(unknown) == "onbekend"
    assert formats.field_value(unknown) == ""


def test_a_change_carries_its_sign_and_no_change_carries_none() -> None:
    assert [formats.change(value) for value in (57, -12, 0, -0.0)] == ["+57", "\u221212", "0", "0"]
    assert formats.change(-0.4, 0) == "0"


@pytest.mark.parametrize(
    ("fraction", "written"),
    [(0.67, "67 %"), (1, "100 %"), (0, "0 %"), (0.004, "< 1 %"), (0.996, "> 99 %"), (1.194, "119 %")],
)
def test_a_percentage_does_not_claim_nothing_or_everything_too_soon(fraction: float, written: str) -> None:
    assert plain(formats.percentage(fraction)) == written


def test_a_small_change_in_percentages_keeps_one_decimal() -> None:
    written = [plain(formats.percentage_change(value)) for value in (0.19, -0.67, 0.003, 0.0001)]
    assert written == ["+19 %", "\u221267 %", "+0,3 %", "0 %"]


def test_money_is_whole_from_a_thousand_and_has_cents_below() -> None:
    amounts = [Decimal("31200.40"), Decimal("12.5"), Decimal("14000.00"), Decimal("-1200")]
    assert [plain(formats.euros(amount)) for amount in amounts] == [
        "€ 31.200",
        "€ 12,50",
        "€ 14.000",
        "€ \u22121.200",
    ]
    assert plain(formats.euros(Decimal("31200.40"), 2)) == "€ 31.200,40"


def test_units_never_stand_alone_on_the_next_line() -> None:
    assert SPACE in formats.percentage(0.67)
    assert SPACE in formats.euros(12)
    assert SPACE in formats.clock_time(datetime(2026, 11, 18, 11, tzinfo=UTC))


def test_a_trace_shows_every_digit() -> None:
    assert formats.exact(1.894506666666) == "1,894506666666"
    assert formats.exact(1e-7) == "0,0000001"
    assert formats.exact(Decimal("0.80")) == "0,80"


@given(st.decimals(min_value=0, max_value=999_999_999, places=6))
def test_what_stands_in_a_field_reads_back_as_the_same_number(value: Decimal) -> None:
    assert read_dutch(formats.field_value(value)) == value


def test_a_field_has_no_thousand_separator() -> None:
    assert formats.field_value(Decimal("36000.00")) == "36000"
    assert formats.field_percentage(Decimal("0.625")) == "62,5"


def test_dates_are_those_of_the_clock_in_the_netherlands() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert plain(formats.moment(new_year)) == "1 januari 2027, 0.30 uur"
    assert formats.day(date(2026, 3, 5)) == "5 maart 2026"
    assert formats.short_day(new_year) == "01-01-2027"
    assert formats.day(None) == "onbekend"


def test_rounded_parts_add_up_to_the_rounded_total_by_largest_remainder() -> None:
    assert formats.adding_up([0.4, 0.4, 0.4], decimals=0) == (["1", "0", "0"], "1")
    assert formats.adding_up([9083.5, 1015.5, 406.5, -914.5, -60.5], decimals=0)[1] == "9.531"
    assert formats.adding_up([9083, 1015, 406, -914, -60])[1] == "9.530"


def test_an_unknown_part_is_said_and_the_others_add_up() -> None:
    assert formats.adding_up([1.25, None, 1.25], 2.5, decimals=0) == (["2", "onbekend", "1"], "3")
    assert formats.adding_up([1.25, 2.0], math.nan, decimals=0) == (["1", "2"], "onbekend")


def test_a_total_that_is_something_else_changes_no_part() -> None:
    assert formats.adding_up([1.4, 1.4], 100.0, decimals=0) == (["1", "1"], "100")


def test_between_two_ends_the_parts_lead_from_the_one_to_the_other() -> None:
    assert formats.bridged(0.6, [0.8], 1.4, 0) == [0]
    assert formats.bridged(0.4, [0.6, 0, 0.6], 1.6, 0) == [1, 0, 1]


def read(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".").replace(formats.MINUS, "-"))


FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=1, max_size=8), st.integers(0, 3))
def test_shown_parts_are_the_shown_total_and_lie_next_to_their_own_value(parts: list[float], places: int) -> None:
    texts, total = formats.adding_up(parts, math.fsum(parts), decimals=places)
    shown = [read(text) for text in texts]
    assert sum(shown) == read(total)
    for part, seen in zip(parts, shown, strict=True):
        assert abs(seen - Decimal(repr(part))) < Decimal(1).scaleb(-places)
        assert part or not seen


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=8).filter(lambda parts: math.fsum(parts) > 1e-3))
def test_shares_of_one_whole_are_a_hundred_percent_together(weights: list[float]) -> None:
    whole = math.fsum(weights)
    fractions = [weight / whole for weight in weights]
    total = 0
    for text, fraction in zip(map(plain, formats.shares(fractions)), fractions, strict=True):
        percent = {"< 1 %": 0, "> 99 %": 100}.get(text, int(text.strip("<> %")))
        assert abs(percent - fraction * 100) < 1
        assert (text == "0 %") == (fraction == 0)
        assert (text == "100 %") <= (fraction == 1)
        total += percent
    assert total == 100


@given(FINITE, st.lists(FINITE, min_size=1, max_size=8), st.integers(0, 3))
def test_shown_parts_of_a_bridge_lead_from_its_shown_start_to_its_shown_end(
    start: float, parts: list[float], places: int
) -> None:
    end = math.fsum([start, *parts])
    shown = formats.bridged(start, parts, end, places)
    if any(parts):
        assert read(formats.number(start, places)) + sum(shown) == read(formats.number(end, places))


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_parts_and_total_have_the_same_number_of_decimals(parts: list[float]) -> None:
    texts, total = formats.adding_up(parts)
    assert len({len(text.partition(",")[2]) for text in (*texts, total)}) == 1
