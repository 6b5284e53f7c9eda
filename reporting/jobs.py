"""Totals are put right whenever whoever runs jobs is awake: after each commit that made some of them stale."""

from __future__ import annotations

from datetime import timedelta

from mvi_dashboard.ground import timers

from .services import put_right
from .spend import covering, importing


def register() -> None:
    """Look at stale totals each time; two cheap queries when there are none."""
    timers.register("reporting.totals", timedelta(0), put_right)
    timers.register("reporting.spend_links", timedelta(minutes=5), covering.link_all)
    timers.register("reporting.spend_files", timedelta(hours=1), importing.drop_expired)
