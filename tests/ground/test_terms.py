"""Legal terms: whole days, to 24.00 hours in Amsterdam, never on a weekend or a holiday."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mvi_dashboard.ground import formats, terms
from mvi_dashboard.ground.models import Holiday
from mvi_dashboard.ground.time_zone import AMSTERDAM

CALENDAR = settings.BASE_DIR / "fixtures" / "reference-2026.1" / "holidays.csv"
ONE = timedelta(days=1)


def shipped() -> dict[date, str]:
    """The holidays that ship, by day; a day may have two."""
    with CALENDAR.open(encoding="utf-8", newline="") as text:
        return {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(text)}


HOLIDAYS = frozenset(shipped())


def works(day: date) -> bool:
    """Whether this is a working day."""
    return day.weekday() < 5 and day not in HOLIDAYS


# As the official calendars of these years print them.
KNOWN = {
    2024: "0101 0329 0401 0427 0505 0509 0520 1225 1226",
    2025: "0101 0418 0421 0426 0505 0529 0609 1225 1226",
    2026: "0101 0403 0406 0427 0505 0514 0525 1225 1226",
    2027: "0101 0326 0329 0427 0505 0506 0517 1225 1226",
    2028: "0101 0414 0417 0427 0505 0525 0605 1225 1226",
    2030: "0101 0419 0422 0427 0505 0530 0610 1225 1226",
}


@pytest.mark.parametrize("year", KNOWN)
def test_the_calendar_that_ships_holds_the_holidays_of_a_year(year: int) -> None:
    of_the_law = {day for day, name in shipped().items() if name != terms.DECREED}
    assert " ".join(f"{day:%m%d}" for day in sorted(of_the_law) if day.year == year) == KNOWN[year]


@pytest.mark.parametrize("friday", ["2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26"])
def test_no_term_ends_on_a_day_that_a_decree_made_equal(friday: str, reference: None) -> None:
    day = date.fromisoformat(friday)
    decided = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - 20 * ONE
    assert day.weekday() == 4
    assert terms.term_after(decided, 20).last_day == day + 3 * ONE


def test_the_birthday_of_the_king_is_never_on_a_sunday() -> None:
    found = {day for day, name in shipped().items() if name == "Koningsdag"}
    assert {day.year for day in found} == set(range(2014, 2036))
    assert {day.day for day in found} == {26, 27}
    assert all(day.weekday() != 6 and (day.day == 27 or day.weekday() == 5) for day in found)


def test_from_2025_to_2030_no_standstill_is_shorter_than_20_days_or_ends_on_a_free_day() -> None:
    day = date(2025, 1, 1)
    while day.year <= 2030:
        last = terms.last_day(day, 20, HOLIDAYS)
        assert works(last), day
        assert not any(works(day + ONE * number) for number in range(20, (last - day).days)), day
        ends = terms.end_of(last)
        assert ends.astimezone(AMSTERDAM).strftime("%H:%M:%S") == "00:00:00"
        decided = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=AMSTERDAM)
        whole = (ends.astimezone(AMSTERDAM).date() - decided.date()).days - 1
        assert whole == (last - day).days >= 20
        day += ONE


@given(start=st.dates(date(2025, 1, 1), date(2030, 12, 31)), days=st.integers(1, 180))
def test_any_term_ends_on_the_first_working_day_that_the_law_allows(start: date, days: int) -> None:
    last = terms.last_day(start, days, HOLIDAYS)
    assert last >= start + ONE * days
    assert works(last)

    def enough(end: date) -> bool:
        inside = sum(works(start + ONE * number) for number in range(1, (end - start).days + 1))
        return works(end) and (days < 3 or inside >= 2)

    assert enough(last)
    assert not any(enough(start + ONE * number) for number in range(days, (last - start).days))


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-11-29", 20, "2026-12-21"),  # a Saturday, so Monday
        ("2026-12-18", 20, "2027-01-07"),
        ("2026-12-05", 20, "2026-12-28"),  # Christmas, then a weekend
        ("2026-03-14", 20, "2026-04-07"),  # Good Friday, a weekend, Easter Monday
        ("2026-12-24", 3, "2026-12-29"),  # two working days in a term of three days
        ("2026-12-24", 2, "2026-12-28"),  # a term of two days holds but one
        ("2026-10-05", 20, "2026-10-26"),  # over the end of summer time
        ("2027-03-08", 20, "2027-03-30"),  # the day on which summer time begins, then Easter Monday
    ],
)
def test_a_term_ends_where_the_law_says(start: str, days: int, last: str) -> None:
    found = terms.last_day(date.fromisoformat(start), days, HOLIDAYS)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2026-11-29T21:16:13+00:00", "2026-12-21T23:00:00+00:00"),
        ("2026-11-29T23:30:00+00:00", "2026-12-21T23:00:00+00:00"),  # Monday the 30th in Amsterdam
        ("2026-10-05T21:59:59+00:00", "2026-10-26T23:00:00+00:00"),  # winter time by then
        ("2026-10-05T22:00:00+00:00", "2026-10-26T23:00:00+00:00"),
        ("2026-03-12T12:00:00+00:00", "2026-04-01T22:00:00+00:00"),  # summer time by then
    ],
)
def test_the_end_of_a_term_is_24_hours_in_amsterdam(moment: str, ends: str, reference: None) -> None:
    assert terms.term_after(datetime.fromisoformat(moment), 20).ends_at == datetime.fromisoformat(ends)


@pytest.mark.parametrize("moment", ["2028-12-15T10:00:00+00:00", "2029-01-05T10:00:00+00:00"])
def test_the_end_of_a_term_in_a_year_without_a_calendar_is_never_guessed(moment: str, reference: None) -> None:
    with pytest.raises(terms.UnknownYear) as unknown:
        terms.term_after(datetime.fromisoformat(moment), 20)
    assert unknown.value.year == 2029, "no decree of 2029 is in the calendar"


def test_a_day_that_was_made_equal_counts_and_says_nothing_about_its_year(reference: None) -> None:
    Holiday.objects.create(date=date(2026, 12, 21), name="Gelijkgesteld", year=2026)
    Holiday.objects.create(date=date(2036, 1, 2), name="Gelijkgesteld", year=2036)
    assert terms.term_after(datetime(2026, 11, 29, 21, tzinfo=UTC), 20).last_day == date(2026, 12, 22)
    with pytest.raises(terms.UnknownYear):
        terms.term_after(datetime(2036, 1, 5, tzinfo=UTC), 20)


def test_a_holiday_stands_in_the_calendar_once(reference: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 12, 25), name="Eerste Kerstdag", year=2026)


def test_a_last_day_is_said_with_its_name() -> None:
    end = terms.end_of(date(2027, 1, 7))
    assert formats.until(end).replace("\xa0", " ") == "tot en met donderdag 7 januari 2027, 24.00 uur"
    old = datetime(2026, 12, 19, 21, 16, 13, tzinfo=UTC)
    assert formats.until(old).replace("\xa0", " ") == "tot zaterdag 19 december 2026, 22.16 uur"
