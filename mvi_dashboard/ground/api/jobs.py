"""/jobs: long work, how far it is, and stopping it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import job_control
from mvi_dashboard.ground.resources import JobRow
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
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


class Cancel(Endpoint):
    """_cancel."""

    @acting(job_control.cancel, answers={200: JobRow}, name="jobs_cancel", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Stops after the part at hand."""
        return self.carry_out(job_control.cancel, answer=JobRow.of, job_id=public_id)


class Pause(Endpoint):
    """_pause."""

    @acting(job_control.pause, answers={200: JobRow}, name="jobs_pause", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Rests after the part at hand."""
        return self.carry_out(job_control.pause, answer=JobRow.of, job_id=public_id)


class Resume(Endpoint):
    """_resume."""

    @acting(job_control.resume, answers={200: JobRow}, name="jobs_resume", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Goes on where it stopped."""
        return self.carry_out(job_control.resume, answer=JobRow.of, job_id=public_id)
