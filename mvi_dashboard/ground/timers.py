"""Work that comes back: each app registers what is to be looked at, and how often.

A timer asks "is something due?" and may be run at any moment, twice too, as it changes only what is due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0
"""how often a runner looks of itself: a job that nobody woke it for waits no longer"""


@dataclass
class Timer:
    """One thing to look at."""

    name: str
    every: timedelta
    act: Callable[[], object]
    last: float = field(default=0.0)


_timers: dict[str, Timer] = {}


def register(name: str, every: timedelta, act: Callable[[], object]) -> None:
    """Add a timer under its name."""
    _timers[name] = Timer(name, every, act)


def run_due() -> list[str]:
    """The names of the timers that were run now, in this process; one that fails does not stop the others."""
    ran = []
    for timer in _timers.values():
        if timer.last and time.monotonic() - timer.last < timer.every.total_seconds():
            continue
        timer.last = time.monotonic()
        try:
            timer.act()
        except Exception:
            logger.exception("timer %s failed", timer.name)
        ran.append(timer.name)
    return ran
