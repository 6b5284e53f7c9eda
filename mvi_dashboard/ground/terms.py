"""Legal terms: so many whole days after a day, until 24.00 hours in Amsterdam of a day on which a term can end.

The rules are articles 1 to 3 of the Algemene termijnenwet; which days are holidays is data (`Holiday`).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max

from . import clock
from .models import Holiday
from .time_zone import AMSTERDAM

DECREED = "Bij besluit gelijkgesteld"
"""The name of a day that a decree made equal to a holiday. Decrees come per three years: after the last one that
is in the calendar nobody knows which days will be."""
_SATURDAY = 5
_LONG = 3
"""days from which a term holds at least two working days (article 2)"""
_WORKING_DAYS = 2
_LONGEST_EXTENSION = timedelta(days=14)


class UnknownYear(Exception):
    """The holidays of this year are not in the calendar: then nobody knows where a term ends."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(year)


@dataclass(frozen=True)
class Term:
    """A legal term: its last day, the first moment after it, and by how many days the law made it longer."""

    last_day: date
    ends_at: datetime
    extended: int


def term_after(moment: datetime, days: int) -> Term:
    """The term of so many whole days (1 or more) after the day of this moment. Raises UnknownYear."""
    start = clock.local_date(moment)
    until = start + timedelta(days=days)
    years = range(start.year, (until + _LONGEST_EXTENSION).year + 1)
    holidays = frozenset(Holiday.objects.filter(year__in=years).values_list("date", flat=True))
    last = last_day(start, days, holidays)
    decreed_until = Holiday.objects.filter(name=DECREED).aggregate(last=Max("year"))["last"] or 0
    for year in range(start.year, last.year + 1):
        if year > decreed_until or not {date(year, 1, 1), date(year, 12, 26)} <= holidays:
            raise UnknownYear(year)
    return Term(last, end_of(last), (last - until).days)


def last_day(start: date, days: int, holidays: Container[date]) -> date:
    """The last day of a term of so many whole days after `start`.

    It is no Saturday, Sunday or holiday (article 1), and a term of three days or more holds at least two days
    that are none (article 2).

    >>> last_day(date(2026, 12, 18), 20, ())
    datetime.date(2027, 1, 7)
    >>> last_day(date(2026, 11, 29), 20, ())  # a Saturday
    datetime.date(2026, 12, 21)
    """

    def works(day: date) -> bool:
        return day.weekday() < _SATURDAY and day not in holidays

    least = _WORKING_DAYS if days >= _LONG else 1
    last = start + timedelta(days=days)
    working = sum(works(start + timedelta(days=number)) for number in range(1, days + 1))
    while not works(last) or working < least:
        last += timedelta(days=1)
        working += works(last)
    return last


def end_of(day: date) -> datetime:
    """24.00 hours in Amsterdam: the first moment of the next day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, AMSTERDAM).astimezone(UTC)
