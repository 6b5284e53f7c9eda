"""What time it is: the one clock of the house, so that tests and history imports can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.db import connection

from .time_zone import AMSTERDAM

_set: ContextVar[datetime | None] = ContextVar("set_moment", default=None)


def now() -> datetime:
    """This moment in UTC: the database server's clock on PostgreSQL, the host's on SQLite.

    One clock for all web processes decides whether somebody is late.
    """
    moment = _set.get()
    if moment is not None:
        return moment
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            found: datetime = cursor.fetchone()[0]
            return found.astimezone(UTC)
    return datetime.now(UTC)


def host_now() -> datetime:
    """This moment by the clock of this machine: for counting, where a second does not matter, without a query."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in the Netherlands; years and periods are counted there."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The Dutch calendar date of a moment."""
    return moment.astimezone(AMSTERDAM).date()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let `now()` answer this moment (aware), for history that is entered afterwards and for tests."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
