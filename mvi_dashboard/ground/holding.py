"""Rows that wait to be sent are held by one runner at a time; one that was held too long is free again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet

from . import clock

Row = TypeVar("Row", bound=models.Model)


def hold(waiting: QuerySet[Row], most: int, held: timedelta) -> list[Row]:
    """The next of these rows that are due, held by this runner from now on: a part at a time, oldest first."""
    now = clock.now()
    free: Any = Q(held_until=None) | Q(held_until__lt=now)
    with transaction.atomic():
        due = waiting.filter(free, next_try_at__lte=now).order_by("next_try_at", "id")
        found = list(due.select_for_update(skip_locked=True, of=("self",))[:most])
        waiting.model._default_manager.filter(pk__in=[row.pk for row in found]).update(held_until=now + held)
    return found
