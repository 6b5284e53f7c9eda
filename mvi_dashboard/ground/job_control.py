"""Looking at long work and steering it: who sees which job, and who may stop it, rest it or let it go on."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from . import access, jobs
from .access import Actor
from .acts import Act, ActDeclaration, Doing, Done
from .idempotency import Once
from .jobs import title_of
from .models import Job
from .problems import conflict, forbidden, not_found
from .shapes import Object

__all__ = ["cancel", "get_job", "may_steer", "may_stop", "pause", "resume", "title_of", "visible_jobs"]
_WHO = "who asked for it, and who may do such work there"


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """The jobs that this actor asked for, and those of the organisations where it may do such work."""
    guarded = {name: kind.act for name, kind in jobs.kinds().items() if kind.act}
    own = Q(organisation_id__in=actor.organisation_ids) & ~Q(kind__in=guarded)
    for name, act in guarded.items():
        own |= Q(kind=name, organisation_id__in=actor.organisations_for(act))
        if actor.may(act):
            own |= Q(kind=name, organisation_id__isnull=True)
    if actor.key:
        own |= Q(requested_by=actor.key)
    return Job.objects.filter(own)


def get_job(actor: Actor, public_id: uuid.UUID | str) -> Job:
    """One job. Raises Refused (absent or not visible)."""
    found = visible_jobs(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def may_steer(actor: Actor, job: Job) -> bool:
    """Whether this actor may stop or rest the job: its own, or by a role there that does more than read."""
    if actor.key and job.requested_by == actor.key:
        return True
    kind = jobs.kinds().get(job.kind)
    if kind is not None and kind.act:
        return actor.may(kind.act, job.organisation_id)
    grants = [grant for grant in actor.grants if grant.organisation_id == job.organisation_id is not None]
    return any(grant.acts - access.READING - access.STATING for grant in grants)


def may_stop(actor: Actor, job: Job) -> bool:
    """Whether this actor may stop or pause it now."""
    kind = jobs.kinds().get(job.kind)
    return (kind is None or kind.may_stop) and may_steer(actor, job)


class _Steering(Act[Job, Job]):
    """An act on long work."""

    def __call__(self, actor: Actor, *, job_id: uuid.UUID | str, once: Once | None = None) -> Job:
        """The job. Raises Refused."""
        return self.carry_out(actor, job_id, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: uuid.UUID | str) -> Job:
        """Raises Refused: absent, forbidden."""
        found = visible_jobs(actor).select_for_update().filter(public_id=named).first()
        if found is None:
            raise not_found()
        if not may_steer(actor, found):
            raise forbidden()
        return found


@partial(_Steering, ActDeclaration(verb="job.cancel", title="Stop een taak", who=_WHO, reads=Object({})))
def cancel(doing: Doing[Job]) -> Done[Job]:
    """The job, stopped after the chunk at hand; what was done stays done. Raises Refused when it is over."""
    job = doing.target
    _require_stoppable(job)
    if job.state not in Job.ACTIVE:
        raise conflict("finished", "Deze taak is al klaar.")
    job.cancel_requested = True
    if job.state != Job.State.RUNNING:
        job.state, job.finished_at = Job.State.CANCELLED, doing.now
    job.save(update_fields=["state", "cancel_requested", "finished_at"])
    return Done(job)


@partial(_Steering, ActDeclaration(verb="job.pause", title="Zet een taak stil", who=_WHO, reads=Object({})))
def pause(doing: Doing[Job]) -> Done[Job]:
    """The job, resting after the chunk at hand. Raises Refused when it does not run."""
    job = doing.target
    _require_stoppable(job)
    if job.state not in jobs.UNFINISHED or job.cancel_requested:
        raise conflict("finished", "Deze taak loopt niet.")
    job.state = Job.State.PAUSED
    job.save(update_fields=["state"])
    return Done(job)


@partial(
    _Steering, ActDeclaration(verb="job.resume", title="Laat een taak verder gaan", who=_WHO, reads=Object({}))
)
def resume(doing: Doing[Job]) -> Done[Job]:
    """The job, going on where it stopped. Raises Refused when it does not stand still, or a new one took over."""
    job = doing.target
    if job.state not in (Job.State.PAUSED, Job.State.FAILED):
        raise conflict("running", "Deze taak staat niet stil.")
    _require_only_one(job)
    job.state, job.lease_until, job.attempts, job.problems = Job.State.WAITING, None, 0, []
    job.finished_at = None
    job.save(update_fields=["state", "lease_until", "attempts", "problems", "finished_at"])
    transaction.on_commit(lambda: jobs.tell(job.pk))
    return Done(job)


def _require_stoppable(job: Job) -> None:
    kind = jobs.kinds().get(job.kind)
    if kind is not None and not kind.may_stop:
        raise conflict("not_stoppable", "Deze taak gaat door tot zij klaar is.")


def _require_only_one(job: Job) -> None:
    same = Job.objects.filter(dedupe_key=job.dedupe_key, state__in=Job.ACTIVE).exclude(pk=job.pk)
    if job.dedupe_key and same.exists():
        raise conflict("running", "Een nieuwe taak doet dit werk al.")
