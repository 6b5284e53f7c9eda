"""Jobs without a second process: a thread in the web server, for who runs this on one machine without Redis."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections, connection

from mvi_dashboard.ground import jobs, timers

logger = logging.getLogger(__name__)

_awake = threading.Event()
_started = threading.Lock()


def start() -> None:
    """Start the thread, once per process."""
    if _started.acquire(blocking=False):
        jobs.when_woken(lambda _job_id: _awake.set())
        threading.Thread(target=_work, name="jobs", daemon=True).start()


def look() -> None:
    """Run everything that is due now."""
    timers.run_due()
    jobs.sweep()


def _work() -> None:
    while True:
        try:
            close_old_connections()
            look()
        except Exception:
            logger.exception("the runner of jobs stumbled, and goes on")
        finally:
            connection.close()
        _awake.wait(timers.SWEEP_SECONDS)
        _awake.clear()
