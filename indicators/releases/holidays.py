"""Loading the calendar of legal terms: on which days none ends."""

from __future__ import annotations

from datetime import date

from indicators.models import Source
from mvi_dashboard.ground.models import Holiday

from .files import Release, Row
from .framework import by_code

FILE = "holidays.csv"


def load_holidays(release: Release) -> int:
    """Holidays, and days made equal to one; what is there stays. A release may come without a calendar."""
    if not (release.folder / FILE).is_file():
        return 0
    sources = by_code(Source)
    there = set(Holiday.objects.values_list("date", "name"))
    new = []
    for row in release.rows(FILE):
        day, name = row.day("date"), row.text("name", required=True)
        row.one_of("source", sources)
        if not row.text("source", required=True) or day is None:
            row.wrong("date", "required", "Een feestdag heeft een datum en een bron.")
            continue
        _check_year(row, day)
        if (day, name) not in there:
            there.add((day, name))
            new.append(Holiday(date=day, name=name, year=day.year))
    Holiday.objects.bulk_create(new, batch_size=500)
    return len(new)


def _check_year(row: Row, day: date) -> None:
    if row.whole("year") != day.year:
        row.wrong("year", "contradicts", f"{day} ligt in {day.year}.")
