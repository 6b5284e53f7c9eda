"""Totals are put right whenever whoever runs jobs is awake: after each commit that made some of them stale."""

from __future__ import annotations

from datetime import timedelta

from mvi_dashboard.ground import timers

from .services import put_right


def register() -> None:
    """Look at stale totals each time; two cheap queries when there are none."""
    timers.register("reporting.totals", timedelta(0), put_right)
