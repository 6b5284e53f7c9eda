"""How days and moments are written, on the Dutch clock and in the language that is spoken now."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from . import languages
from .languages import unknown
from .time_zone import AMSTERDAM

NO_BREAK: Final = "\u00a0"
MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)

WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

_ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ENGLISH_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(value: date | datetime | None) -> str:
    """The calendar day in the Netherlands, written out.

    >>> day(date(2026, 11, 18))
    '18 november 2026'
    """
    if value is None:
        return unknown()
    local = _local(value) if isinstance(value, datetime) else value
    months = _ENGLISH_MONTHS if languages.english() else MONTHS
    return f"{local.day} {months[local.month - 1]} {local.year}"


def short_day(value: date | datetime | None) -> str:
    """The day as people type it: `18-11-2026`; empty when unknown, as it also fills inputs."""
    if value is None:
        return ""
    local = _local(value) if isinstance(value, datetime) else value
    if languages.english():
        return f"{local.year}-{local.month:02d}-{local.day:02d}"
    return f"{local.day:02d}-{local.month:02d}-{local.year}"


def clock_time(value: datetime | None) -> str:
    """The time on the clock in the Netherlands: `12.00 uur`."""
    if value is None:
        return unknown()
    local = _local(value)
    if languages.english():
        return f"{local:%H:%M}"
    return f"{local.hour}.{local.minute:02d}{NO_BREAK}uur"


def moment(value: datetime | None) -> str:
    """Day and time in the Netherlands: `18 november 2026, 12.00 uur`."""
    return unknown() if value is None else f"{day(value)}, {clock_time(value)}"


def until(end: datetime | None) -> str:
    """Until when a term runs, of which this is the first moment after: with its last day, as people count.

    >>> from datetime import UTC
    >>> until(datetime(2027, 1, 7, 23, tzinfo=UTC)).replace(NO_BREAK, " ")
    'tot en met donderdag 7 januari 2027, 24.00 uur'
    >>> until(datetime(2026, 12, 19, 21, 16, tzinfo=UTC)).replace(NO_BREAK, " ")
    'tot zaterdag 19 december 2026, 22.16 uur'
    """
    if languages.english():
        return _until_in_english(end)
    if end is None:
        return f"tot {unknown()}"
    local = _local(end)
    if local.time() == time.min:
        last = local.date() - timedelta(days=1)
        return f"tot en met {WEEKDAYS[last.weekday()]} {day(last)}, 24.00{NO_BREAK}uur"
    return f"tot {WEEKDAYS[local.weekday()]} {moment(end)}"


def _until_in_english(end: datetime | None) -> str:
    if end is None:
        return f"until {unknown()}"
    local = _local(end)
    if local.time() == time.min:
        last = local.date() - timedelta(days=1)
        return f"up to and including {_ENGLISH_WEEKDAYS[last.weekday()]} {day(last)}, 24:00"
    return f"until {_ENGLISH_WEEKDAYS[local.weekday()]} {moment(end)}"


def _local(value: datetime) -> datetime:
    # A naive moment is already what the clock on the wall said.
    return value if value.tzinfo is None else value.astimezone(AMSTERDAM)
