"""Pages of long work: how far it is, what failed, and a way to stop it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from . import job_control
from .access import Actor
from .listing import COUNT, MOMENT, Column, Listing
from .models import Job
from .ordering import Order, Orders
from .pages import actor_of, signed_in

LIST = Listing(
    "taken",
    "Taken",
    Orders(
        "-gemaakt",
        created=Order("gemaakt", "Gemaakt op", "created_at"),
        state=Order("stand", "Stand", "state"),
    ),
    Column("Werk", lambda job: job_control.title_of(job)),
    Column("Stand", lambda job: Job.State(job.state).label, order="state"),
    Column("Gedaan", lambda job: job.done, COUNT),
    Column("Van", lambda job: job.total or None, COUNT),
    Column("Gemaakt op", lambda job: job.created_at, MOMENT, order="created"),
    Column("Klaar op", lambda job: job.finished_at, MOMENT),
    Column("Melding", lambda job: job.problems[0].get("detail", "") if job.problems else ""),
)


@signed_in
def job_list(request: HttpRequest) -> HttpResponseBase:
    """The jobs of this person and its organisations, newest first."""
    actor = actor_of(request)
    page = LIST.page(request, job_control.visible_jobs(actor))
    if page.wants_file:
        return page.file()
    return render(request, "jobs.html", page.context() | {"jobs": [shown(job, actor) for job in page.rows]})


@signed_in
def job_part(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One job: as a part of the list that refreshes itself, or as a page of its own."""
    actor = actor_of(request)
    job = shown(job_control.get_job(actor, public_id), actor)
    if request.headers.get("HX-Request"):
        return render(request, "parts/job.html", {"job": job})
    return render(request, "jobs.html", {"jobs": [job], "next_url": None})


@require_POST
@signed_in
def job_stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop it after the part at hand."""
    job_control.cancel(actor_of(request), job_id=public_id)
    return redirect("jobs")


def shown(job: Job, actor: Actor) -> dict[str, Any]:
    """A job in the words of parts/job.html, as this actor may see and steer it."""
    active = job.state in Job.ACTIVE
    stoppable = active and not job.cancel_requested and job_control.may_stop(actor, job)
    message = job.problems[0].get("detail", "") if job.problems else ""
    return {
        "id": job.public_id,
        "title": job_control.title_of(job),
        "active": active,
        "failed": job.state == Job.State.FAILED,
        "state_label": Job.State(job.state).label,
        "progress_text": f"{job.done} van {job.total}" if job.total else "",
        "fraction": job.done / job.total if job.total else None,
        "message": message,
        "poll_url": reverse("job", args=[job.public_id]),
        "refresh_url": reverse("jobs"),
        "stop_url": reverse("job-stop", args=[job.public_id]) if stoppable else "",
    }
