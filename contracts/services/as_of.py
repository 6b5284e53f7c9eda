"""The day as of which a contract is looked at. A day to come is refused: of what is still to happen there is a
forecast, and nothing "to date"."""

from __future__ import annotations

from datetime import date

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import refuse

from .core_lines import last_day


def as_of_day(asked: date | None, attr: str) -> date:
    """The day that was asked, or the end of this month, by which stored effects are made.

    Raises Refused 400 at `attr` for any other day that is still to come.
    """
    today = clock.today()
    end = last_day(today)
    if asked is None or asked == end:
        return end
    if asked > today:
        text = (
            f"Deze dag moet nog komen, dus er is niets over bekend. Kies vandaag, eerder, of {formats.day(end)}."
        )
        raise refuse("future", text, attr)
    return asked


def as_of_said(day: date) -> str:
    """`Stand op het einde van deze maand (30 november 2026)`: the day counts whole, so it may be still to come."""
    said = formats.day(day)
    if day == last_day(clock.today()):
        return worded("Stand op het einde van deze maand ({day})", day=said)
    return worded("Stand op {day}", day=said)
