"""Dates, moments and years: one spelling each, between 2000 and 2100.

ISO week dates, numbers and dates without hyphens are refused: libraries read them as another day or year.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from mvi_dashboard.ground.languages import types_english, worded
from mvi_dashboard.ground.time_zone import AMSTERDAM
from mvi_dashboard.ground.unreadable import Unreadable

from .scalars import Scalar, Schema

FIRST_YEAR = 2000
LAST_YEAR = 2100

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})").fullmatch
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6})[0-9]*)?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?(\[[A-Za-z_/+-]{1,40}\])?"
).fullmatch
_YEAR = re.compile(r"[0-9]{4}").fullmatch

_SPELL_DATE = "Schrijf een datum als JJJJ-MM-DD, bijvoorbeeld 2026-03-05."
_SPELL_MOMENT = "Schrijf een moment met tijdzone, bijvoorbeeld 2026-03-05T12:00:00+01:00."
_OUT_OF_RANGE = f"Het jaar moet tussen {FIRST_YEAR} en {LAST_YEAR} liggen."
_NOT_A_DAY = "Deze datum bestaat niet."
_TWICE = (
    "Dit tijdstip is er die nacht twee keer: de klok gaat om 3.00 uur een uur terug (wintertijd). "
    "Kies een tijd vóór 2.00 uur of vanaf 3.00 uur."
)
_SKIPPED = "Dit tijdstip bestaat niet (zomertijd): de klok gaat dan een uur vooruit."


class Date(Scalar):
    """A calendar day."""

    def read(self, value: Any) -> date:
        """The day, from `JJJJ-MM-DD` only."""
        match = _DATE(value) if type(value) is str else None
        if not match:
            raise Unreadable("invalid_date", _SPELL_DATE)
        return _day(match[1], match[2], match[3])

    def read_typed(self, text: str) -> date:
        """The day, also from the Dutch `dd-mm-jjjj`; in English only year first, as 3/5 has two readings there."""
        if types_english():
            return self.read(text)
        match = _DUTCH_DATE(text)
        if match:
            return _day(match[3], match[2], match[1])
        if not _DATE(text):
            raise Unreadable("invalid_date", "Schrijf een datum als dd-mm-jjjj, bijvoorbeeld 05-03-2026.")
        return self.read(text)

    def own_schema(self, *, live: bool) -> Schema:
        """A string in date format."""
        return {"type": "string", "format": "date"}


class Moment(Scalar):
    """A moment with its offset, kept in UTC."""

    def read(self, value: Any) -> datetime:
        """The moment in UTC; without an offset it is not a moment."""
        moment, match = _wall_clock(value)
        if match[9]:
            moment = _placed(moment, match[9][1:-1])
        if match[8] is None:
            raise Unreadable("invalid_date", _SPELL_MOMENT)
        return _in_utc(moment, match[8])

    def read_typed(self, text: str) -> datetime:
        """The moment typed in a form: the clock on the wall in the Netherlands, unless it has an offset."""
        moment, match = _wall_clock(text.replace(" ", "T", 1))
        if match[8] is not None or match[9]:
            return self.read(text.replace(" ", "T", 1))
        first = _placed(moment, "Europe/Amsterdam").replace(tzinfo=AMSTERDAM)
        if first.utcoffset() != first.replace(fold=1).utcoffset():
            raise Unreadable("ambiguous", _TWICE)
        return first.astimezone(UTC)

    def own_schema(self, *, live: bool) -> Schema:
        """A string in date-time format."""
        return {"type": "string", "format": "date-time"}


class Year(Scalar):
    """A calendar year, as a number or four digits."""

    def read(self, value: Any) -> int:
        """The year."""
        if type(value) is int or (type(value) is str and _YEAR(value)):
            year = int(value)
            if FIRST_YEAR <= year <= LAST_YEAR:
                return year
        raise Unreadable(
            "invalid",
            worded(
                "Vul een jaar in van {first_year} tot en met {last_year}.",
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            ),
        )

    def own_schema(self, *, live: bool) -> Schema:
        """An integer between the two years."""
        return {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}


def _day(year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("invalid_date", _NOT_A_DAY) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("range", _OUT_OF_RANGE)
    return found


def _wall_clock(value: object) -> tuple[datetime, re.Match[str]]:
    """Date and time as written, still without a zone; the year is judged before anything is converted."""
    match = _MOMENT(value) if type(value) is str else None
    if not match:
        raise Unreadable("invalid_date", _SPELL_MOMENT)
    day = _day(match[1], match[2], match[3])
    try:
        micro = int((match[7] or "0").ljust(6, "0"))
        moment = datetime(  # noqa: DTZ001 (the zone follows from the rest of the text)
            day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6] or 0), micro
        )
    except ValueError:
        raise Unreadable("invalid_date", "Dit tijdstip bestaat niet.") from None
    return moment, match


def _placed(moment: datetime, zone: str) -> datetime:
    """The same wall clock, when that clock ever shows it in Amsterdam; other zones are not read."""
    if zone != "Europe/Amsterdam":
        raise Unreadable("invalid_date", _SPELL_MOMENT)
    there_and_back = moment.replace(tzinfo=AMSTERDAM).astimezone(UTC).astimezone(AMSTERDAM)
    if there_and_back.replace(tzinfo=None) != moment:
        raise Unreadable("invalid_date", _SKIPPED)
    return moment


def _in_utc(moment: datetime, offset: str) -> datetime:
    if offset == "Z":
        return moment.replace(tzinfo=UTC)
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 14 or minutes > 59:
        raise Unreadable("invalid_date", _SPELL_MOMENT)
    distance = timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=timezone(-distance if offset[0] == "-" else distance)).astimezone(UTC)
