"""Celery, only used with REDIS_URL: one task that runs jobs. The rows are the truth, a lost message costs time.

Nothing of Django's models is imported at the top: a worker reads this file before the apps are loaded.
"""

from __future__ import annotations

import logging
import os

from celery import Celery  # type: ignore[import-untyped]  # ships no types

from mvi_dashboard.ground.timers import SWEEP_SECONDS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvi_dashboard.settings")
logger = logging.getLogger(__name__)

app = Celery("mvi_dashboard", broker=os.environ.get("REDIS_URL") or "memory://")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # A dead Redis may not hold up the request that made the job: the sweep finds it.
    broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 5},
    beat_schedule={
        "sweep": {
            "task": "mvi_dashboard.run_job",
            "schedule": SWEEP_SECONDS,
            # While all workers are busy sweeps do not pile up.
            "options": {"expires": SWEEP_SECONDS},
        }
    },
)


@app.task(name="mvi_dashboard.run_job")  # type: ignore[untyped-decorator]
def run_job(job_id: int | None = None) -> None:
    """Run one job; without an id whatever is due, also what a runner that died left behind."""
    from mvi_dashboard.ground import jobs, timers

    jobs.when_woken(wake)
    if job_id is not None:
        jobs.run(job_id)
        return
    timers.run_due()
    jobs.sweep()


def wake(job_id: int | None) -> None:
    """Tell a worker of a new job, or (None) of what is due; when Redis does not answer the sweep finds it."""
    try:
        run_job.apply_async(args=[job_id], retry=False)
    except Exception:
        logger.warning("no broker: job %s waits for the sweep", job_id)
