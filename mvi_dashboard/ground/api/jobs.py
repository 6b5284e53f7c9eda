"""/jobs: long work, how far it is, and stopping it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import job_control
from mvi_dashboard.ground.models import Job
from mvi_dashboard.ground.resources import JobRow
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Object

TAG = ("taken",)
_NOTHING = Object({})


class Jobs(Endpoint):
    """The jobs that one may see."""

    @operation("Taken", paged=True, answers={200: JobRow}, name="jobs_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """One page, newest first."""
        return self.page(job_control.visible_jobs(self.actor), order=("-created_at", "id"), row=JobRow.of)


class OneJob(Endpoint):
    """One job."""

    @operation("Een taak", answers={200: JobRow}, name="jobs_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """How far it is."""
        return self.answer(JobRow.of(job_control.get_job(self.actor, public_id)))


class _Act(Endpoint):
    def carried_out(self, service: Callable[..., Job], public_id: UUID) -> HttpResponse:
        self.document(_NOTHING)
        return self.once(lambda once: service(self.actor, job_id=public_id, once=once), answer=JobRow.of)


class Cancel(_Act):
    """_cancel."""

    @operation("Stop een taak", body=_NOTHING, answers={200: JobRow}, once=True, name="jobs_cancel", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Stops after the part at hand."""
        return self.carried_out(job_control.cancel, public_id)


class Pause(_Act):
    """_pause."""

    @operation("Zet een taak stil", body=_NOTHING, answers={200: JobRow}, once=True, name="jobs_pause", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Rests after the part at hand."""
        return self.carried_out(job_control.pause, public_id)


class Resume(_Act):
    """_resume."""

    @operation(
        "Laat een taak verder gaan", body=_NOTHING, answers={200: JobRow}, once=True, name="jobs_resume", tags=TAG
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Goes on where it stopped."""
        return self.carried_out(job_control.resume, public_id)
