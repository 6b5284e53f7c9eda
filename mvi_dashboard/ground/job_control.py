"""Looking at long work and steering it: who sees which job, and who may stop it, rest it or let it go on."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from . import access, audit, clock, jobs
from .access import Actor
from .jobs import title_of
from .models import Job
from .once import Once, first_time
from .problems import conflict, forbidden, not_found

__all__ = ["cancel", "get_job", "may_steer", "may_stop", "pause", "resume", "title_of", "visible_jobs"]


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
    roles = {grant.role for grant in actor.grants if grant.organisation_id == job.organisation_id is not None}
    return any(access.ACTS.get(role, frozenset()) - access.READING - access.STATING for role in roles)


def may_stop(actor: Actor, job: Job) -> bool:
    """Whether this actor may stop or pause it now."""
    kind = jobs.kinds().get(job.kind)
    return (kind is None or kind.may_stop) and may_steer(actor, job)


@transaction.atomic
def cancel(actor: Actor, *, job_id: uuid.UUID | str, once: Once | None = None) -> Job:
    """The job, stopped after the chunk at hand; what was done stays done. Raises Refused when it is over."""
    job = _locked(actor, job_id, once)
    _require_stoppable(job)
    if job.state not in Job.ACTIVE:
        raise conflict("finished", "Deze taak is al klaar.")
    job.cancel_requested = True
    if job.state != Job.State.RUNNING:
        job.state, job.finished_at = Job.State.CANCELLED, clock.now()
    job.save(update_fields=["cancel_requested", "state", "finished_at"])
    return _recorded(actor, "job.cancel", job, once)


@transaction.atomic
def pause(actor: Actor, *, job_id: uuid.UUID | str, once: Once | None = None) -> Job:
    """The job, resting after the chunk at hand. Raises Refused when it does not run."""
    job = _locked(actor, job_id, once)
    _require_stoppable(job)
    if job.state not in jobs.UNFINISHED or job.cancel_requested:
        raise conflict("finished", "Deze taak loopt niet.")
    job.state = Job.State.PAUSED
    job.save(update_fields=["state"])
    return _recorded(actor, "job.pause", job, once)


@transaction.atomic
def resume(actor: Actor, *, job_id: uuid.UUID | str, once: Once | None = None) -> Job:
    """The job, going on where it stopped. Raises Refused when it does not stand still, or a new one took over."""
    job = _locked(actor, job_id, once)
    if job.state not in (Job.State.PAUSED, Job.State.FAILED):
        raise conflict("running", "Deze taak staat niet stil.")
    _require_only_one(job)
    job.state, job.lease_until, job.attempts, job.problems = Job.State.WAITING, None, 0, []
    job.finished_at = None
    job.save(update_fields=["state", "lease_until", "attempts", "problems", "finished_at"])
    transaction.on_commit(lambda: jobs.tell(job.pk))
    return _recorded(actor, "job.resume", job, once)


def _locked(actor: Actor, public_id: uuid.UUID | str, once: Once | None) -> Job:
    found = visible_jobs(actor).select_for_update().filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    if not may_steer(actor, found):
        raise forbidden()
    first_time(once)
    return found


def _require_stoppable(job: Job) -> None:
    kind = jobs.kinds().get(job.kind)
    if kind is not None and not kind.may_stop:
        raise conflict("not_stoppable", "Deze taak gaat door tot zij klaar is.")


def _require_only_one(job: Job) -> None:
    same = Job.objects.filter(dedupe_key=job.dedupe_key, state__in=Job.ACTIVE).exclude(pk=job.pk)
    if job.dedupe_key and same.exists():
        raise conflict("running", "Een nieuwe taak doet dit werk al.")


def _recorded(actor: Actor, verb: str, job: Job, once: Once | None) -> Job:
    if once is not None:
        once.remember(200, job)
    audit.record(actor, verb, job, organisation=job.organisation_id)
    return job
