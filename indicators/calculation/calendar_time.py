"""Calendar time: moments as years, spans, and which days of the year are covered.

A year is exactly 1 from 1 January to 1 January; day d of year y stands at y + (d - 1) / 365 or 366; intervals
are half-open. Source: method, section 5.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable

import numpy as np

from .errors import RecordOutOfOrder
from .factors import Floats

Span = tuple[float, float]
"""From a moment until, not including, another."""

ONE_DAY = 1 / 365


def moment(day: datetime.date) -> float:
    """The moment at which a day begins, in years.

    >>> import datetime
    >>> moment(datetime.date(2025, 7, 2)), moment(datetime.date(2026, 1, 1))
    (2025.4986301369863, 2026.0)
    """
    length = 366 if calendar.isleap(day.year) else 365
    return day.year + (day.timetuple().tm_yday - 1) / length


def end_of(day: datetime.date) -> float:
    """The moment at which a day is over: the day itself counts whole."""
    return moment(day + datetime.timedelta(days=1))


def span(first: datetime.date, last: datetime.date) -> Span:
    """The span of a period with its first and last day.

    Raises:
        RecordOutOfOrder: the last day stands before the first.
    """
    if last < first:
        raise RecordOutOfOrder("A period ends before it begins.")
    return moment(first), end_of(last)


def overlap(a: Span, b: Span) -> float:
    """Years that two spans have in common."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def union(spans: Iterable[Span]) -> list[Span]:
    """The spans joined where they touch or overlap, in order of time."""
    joined: list[Span] = []
    for start, end in sorted(each for each in spans if each[1] > each[0]):
        if joined and start <= joined[-1][1] + 1e-9:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def gaps(whole: Span, spans: Iterable[Span]) -> list[Span]:
    """What the spans leave open in the whole span."""
    left, open_spans = whole[0], []
    for start, end in union(spans):
        if start >= whole[1]:
            break
        if start > left + 1e-9:
            open_spans.append((left, start))
        left = max(left, end)
    if whole[1] > left + 1e-9:
        open_spans.append((left, whole[1]))
    return open_spans


def length(spans: Iterable[Span]) -> float:
    """Years of the spans together, counted once where they overlap."""
    return sum(end - start for start, end in union(spans))


def every_month_covered(periods: Iterable[tuple[datetime.date, datetime.date]]) -> bool:
    """Whether each day of the year (29 February apart) stands in a period, in any year.

    >>> import datetime
    >>> day = datetime.date
    >>> every_month_covered([(day(2024, 7, 1), day(2024, 12, 31)), (day(2026, 1, 1), day(2026, 6, 30))])
    True
    """
    seen: set[tuple[int, int]] = set()
    for first, last in periods:
        for number in range(min((last - first).days + 1, 366)):
            day = first + datetime.timedelta(days=number)
            seen.add((day.month, day.day))
    return len(seen - {(2, 29)}) == 365


def year_weights(whole: Span, first_year: int, years: int) -> Floats:
    """(years,) the part of a span in each calendar year, adding to 1; a span without length is one moment."""
    if whole[1] - whole[0] < 1e-12:
        weights = np.zeros(years)
        weights[int(np.floor(whole[0])) - first_year] = 1.0
        return weights
    start = np.arange(first_year, first_year + years, dtype=float)
    inside = np.minimum(start + 1, whole[1]) - np.maximum(start, whole[0])
    weights = np.maximum(inside, 0.0)
    total: Floats = weights / weights.sum()
    return total
