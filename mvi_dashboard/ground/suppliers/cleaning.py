"""Registrations are removed a while after they are over: an address that led to nothing is nobody's business."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from mvi_dashboard.ground import clock, timers
from mvi_dashboard.ground.models import SupplierRegistration

KEPT = timedelta(days=30)
KEPT_WHILE_ASKING = timedelta(days=180)


def remove_what_is_over() -> int:
    """How many were removed: confirmed, ended or expired 30 days ago, or never decided on within half a year."""
    now = clock.now()
    over = Q(confirmed_at__lt=now - KEPT) | Q(ended_at__lt=now - KEPT)
    over |= Q(asked_at=None, confirmed_at=None, expires_at__lt=now - KEPT)
    over |= Q(asked_at__lt=now - KEPT_WHILE_ASKING)
    removed, _ = SupplierRegistration.objects.filter(over).delete()
    return removed


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("registrations-over", timedelta(hours=6), remove_what_is_over)
