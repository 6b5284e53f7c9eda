"""Long work as rows: planned in chunks, held under a lease, and taken over by another runner after a stop.

An app registers its kinds in `<app>/jobs.py`. A service enqueues in its own transaction; whoever runs jobs (a
thread in the web process, or Celery) is woken after the commit. `params` hold ids only, never content.
Looking at jobs and stopping them: `job_control`.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet

from . import clock
from .models import Job, JobChunk, Organisation
from .problems import Refused
from .races import is_taken

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)


@dataclass(frozen=True)
class Kind:
    """One kind of work: `plan` gives the params of its chunks, `do` carries one out in a transaction of its own.

    Both may be done again after a stop: a chunk that was done is not planned or done twice. `finish` comes
    after the last chunk and gives the result (ids and counts). On SQLite nobody else writes during a chunk:
    keep it well under a second.
    """

    name: str
    title: str
    plan: Callable[[Job], Sequence[Mapping[str, Any]]]
    do: Callable[[Job, Mapping[str, Any]], None]
    finish: Callable[[Job], Mapping[str, Any]] | None = None
    act: str = ""
    """What somebody must be allowed to do there to see and steer it; empty = whoever belongs there."""
    may_stop: bool = True
    """False for work that must come to its end once it was begun."""


class _PartFailed(Exception):
    """A chunk went wrong; the cause says how."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


_kinds: dict[str, Kind] = {}
_wake: list[Callable[[int | None], None]] = []
_ended: list[Callable[[Job], None]] = []


def register(kind: Kind) -> None:
    """Add a kind under its name."""
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """All kinds by name."""
    return _kinds


def title_of(job: Job) -> str:
    """What a job is called on the screen."""
    kind = _kinds.get(job.kind)
    return kind.title if kind else job.kind


def when_woken(wake: Callable[[int | None], None]) -> None:
    """Say who is told of a new job after its commit; replaces whoever was told before."""
    _wake[:] = [wake]


def when_ended(tell_of_end: Callable[[Job], None]) -> None:
    """Say what is done when a job is ready or given up, in the same transaction; replaces what was said."""
    _ended[:] = [tell_of_end]


def tell(job_id: int) -> None:
    """Wake whoever runs jobs; when that fails the sweep finds the job."""
    for wake in _wake:
        wake(job_id)


def wake() -> None:
    """Wake whoever runs jobs for what its timers look at."""
    for told in _wake:
        told(None)


def wake_after_commit() -> None:
    """The same once this transaction is committed, however often it is asked in it."""
    if not any(hook[1] is wake for hook in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


def enqueue(
    kind: str,
    *,
    organisation: Organisation | int | None,
    params: Mapping[str, Any],
    requested_by: str,
    dedupe_key: str = "",
) -> Job:
    """The job, new or the one that is still busy under this key. Inside the transaction of the caller."""
    if kind not in _kinds:
        raise ValueError(f"{kind} is no registered kind of job")
    if not connection.in_atomic_block:
        raise RuntimeError("a job belongs in the transaction of what asks for it")
    fields = {
        "kind": kind,
        "organisation_id": organisation.pk if isinstance(organisation, Organisation) else organisation,
        "params": dict(params),
        "requested_by": requested_by,
        "dedupe_key": dedupe_key,
        "created_at": clock.now(),
    }
    job = _created(fields) or _busy(dedupe_key) or _created(fields)
    if job is None:
        raise RuntimeError(f"a job under {dedupe_key} comes and goes")
    job_id = job.pk
    transaction.on_commit(lambda: tell(job_id))
    return job


def run(job_id: int) -> bool:
    """Whether this runner held the job: claims it, does the chunks that are left, and lets go of it."""
    owner = uuid.uuid4().hex
    if not _claim(job_id, owner):
        return False
    job = Job.objects.get(pk=job_id)
    try:
        if _still_mine(job, owner):
            _plan(job)
            if _do_chunks(job, owner):
                _finish(job, owner)
    except Exception as error:  # whatever goes wrong is said on the job, and tried again
        _note(job, owner, error)
    return True


def sweep() -> int:
    """How many jobs were run now: the new ones, and those that a stopped runner left behind."""
    return sum(run(job_id) for job_id in due())


def due(now: datetime | None = None) -> list[int]:
    """Jobs that nobody holds: new ones, and those whose lease ran out."""
    free = _free(now or clock.now())
    return list(Job.objects.filter(free, state__in=UNFINISHED).order_by("pk").values_list("pk", flat=True))


def _created(fields: Mapping[str, Any]) -> Job | None:
    try:
        with transaction.atomic():
            return Job.objects.create(**fields)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        return None


def _busy(dedupe_key: str) -> Job | None:
    return Job.objects.filter(dedupe_key=dedupe_key, state__in=Job.ACTIVE).first()


def _free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)


def _claim(job_id: int, owner: str) -> bool:
    """One statement decides who holds the job; one that stopped its runner five times is left for a person."""
    now = clock.now()
    free = Job.objects.filter(_free(now), pk=job_id)
    stopped = f"De uitvoering viel {MOST_ATTEMPTS} keer stil, zonder melding."
    _end(
        free.filter(attempts__gte=MOST_ATTEMPTS),
        job_id,
        state=Job.State.FAILED,
        problems=[{"code": "stopped", "detail": stopped}],
        finished_at=now,
    )
    claimed = free.filter(state__in=UNFINISHED).update(
        state=Job.State.RUNNING, lease_owner=owner, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return bool(claimed)


@transaction.atomic
def _plan(job: Job) -> None:
    Job.objects.select_for_update().get(pk=job.pk)
    if job.total or job.chunks.exists():
        return
    chunks = _kinds[job.kind].plan(job)
    JobChunk.objects.bulk_create(
        JobChunk(job=job, number=number, params=dict(params)) for number, params in enumerate(chunks, start=1)
    )
    Job.objects.filter(pk=job.pk).update(total=len(chunks))


def _do_chunks(job: Job, owner: str) -> bool:
    """Whether all chunks are done; False when somebody stopped it or took it over."""
    for chunk in job.chunks.filter(done_at__isnull=True).order_by("number"):
        if not _still_mine(job, owner):
            return False
        try:
            _do(job, chunk)
        except Exception as error:
            raise _PartFailed(chunk.number) from error
    return _still_mine(job, owner)


@transaction.atomic
def _do(job: Job, chunk: JobChunk) -> None:
    """One chunk, once: its row is locked, so that a runner that took the job over waits and then passes it by.

    Attempts count from the last progress, so that a long job survives more than five restarts.
    """
    locked = JobChunk.objects.select_for_update().get(pk=chunk.pk)
    if locked.done_at is not None:
        return
    _kinds[job.kind].do(job, locked.params)
    JobChunk.objects.filter(pk=chunk.pk).update(done_at=clock.now())
    Job.objects.filter(pk=job.pk).update(done=F("done") + 1, attempts=1)


def _still_mine(job: Job, owner: str) -> bool:
    """Renews the lease; False after a cancel, a pause or a takeover."""
    job.refresh_from_db()
    now = clock.now()
    own = Job.objects.filter(pk=job.pk, lease_owner=owner)
    if job.cancel_requested:
        own.filter(state=Job.State.RUNNING).update(state=Job.State.CANCELLED, finished_at=now, lease_until=None)
        return False
    if own.filter(state=Job.State.RUNNING).update(lease_until=now + LEASE):
        return True
    own.update(lease_until=None)
    return False


@transaction.atomic
def _finish(job: Job, owner: str) -> None:
    finish = _kinds[job.kind].finish
    result = dict(finish(job)) if finish else {}
    own = Job.objects.filter(lease_owner=owner)
    _end(own, job.pk, state=Job.State.DONE, result=result, problems=[], finished_at=clock.now())


@transaction.atomic
def _end(rows: QuerySet[Job], job_id: int, **columns: Any) -> None:
    """End this job when it is among these and runs, and say so."""
    if rows.filter(pk=job_id, state=Job.State.RUNNING).update(lease_until=None, **columns):
        job = Job.objects.get(pk=job_id)
        for tell_of_end in _ended:
            tell_of_end(job)


def _note(job: Job, owner: str, error: Exception) -> None:
    """Say what failed; try again later, and after five times leave it for a person."""
    job.refresh_from_db()
    own = Job.objects.filter(pk=job.pk, lease_owner=owner)
    own.update(problems=_said(job, error), lease_until=None)
    now = clock.now()
    if job.attempts >= MOST_ATTEMPTS:
        _end(own, job.pk, state=Job.State.FAILED, finished_at=now)
    else:
        later = now + timedelta(seconds=2**job.attempts)
        own.filter(state=Job.State.RUNNING).update(state=Job.State.WAITING, lease_until=later)


def _said(job: Job, error: Exception) -> list[dict[str, Any]]:
    """The problems in words for people; what they cannot know stands in the log under a number."""
    cause, where, place = error, "", {}
    if isinstance(error, _PartFailed) and isinstance(error.__cause__, Exception):
        cause, where, place = (
            error.__cause__,
            f"Onderdeel {error.number} van {job.total}: ",
            {"part": error.number},
        )
    if isinstance(cause, Refused):
        return [{"code": p.code, "detail": f"{where}{p.detail}", **place} for p in cause.problems]
    reference = uuid.uuid4().hex[:12]
    logger.error("job %s failed (%s)", job.public_id, reference, exc_info=cause)
    detail = f"{where}Er ging iets mis bij ons. Noem dit nummer: {reference}."
    return [{"code": "error", "detail": detail, **place}]
