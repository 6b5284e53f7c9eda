"""Two who do the same at the same moment: unique keys of the database decide, and who comes second hears why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from .problems import Refused, conflict

logger = logging.getLogger(__name__)

_POSTGRESQL = "23505"
_SQLITE = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")


def is_taken(error: IntegrityError) -> bool:
    """Whether a unique key refused it, and no other rule of the database: a CHECK, a guard, a row that is away."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == _POSTGRESQL or getattr(cause, "sqlite_errorname", "") in _SQLITE


@contextmanager
def unless_taken(refused: Refused) -> Iterator[None]:
    """Writes what is inside, or raises this refusal when somebody else was just ahead.

    What else the database refuses is no race, so that goes on as it is: nobody hears that something is there
    already because a number did not fit.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise refused from None


def overtaken(error: IntegrityError) -> Refused:
    """The answer of every door to what a service let through and the database did not."""
    logger.warning("a constraint refused what a service let through", exc_info=error)
    return conflict(
        "conflict", "Dit bestaat al, of iemand anders was net eerder. Haal de stand op en probeer het opnieuw."
    )
