"""What is told of long work: that it is ready, to who asked for it and had to wait, and always that it failed."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from mvi_dashboard.ground import access, jobs
from mvi_dashboard.ground.models import Job

from .telling import tell

LONG = timedelta(minutes=1)
"""who waits no longer than this sees it on the page"""


def tell_of_end(job: Job) -> None:
    """Tell who asked for this job, which is over; a person who may not sign in, and a system, is told nothing."""
    if job.finished_at is None or job.state not in (Job.State.DONE, Job.State.FAILED):
        return
    failed = job.state == Job.State.FAILED
    if not failed and job.finished_at - job.created_at <= LONG:
        return
    tell(
        "job-failed" if failed else "job-ready",
        access.people_behind(job.requested_by),
        about=job,
        facts={"job": jobs.title_of(job)},
        url=reverse("job", args=[job.public_id]),
        # It may fail again after somebody let it go on.
        occasion=job.finished_at.isoformat(),
    )


def register() -> None:
    """Have this told in the transaction in which a job ends."""
    jobs.when_ended(tell_of_end)
