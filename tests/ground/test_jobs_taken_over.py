"""Long work under bad luck: two runners on one job, runners that vanish, and who may steer it."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from mvi_dashboard.ground import clock, job_control, jobs
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Job, Organisation, Role, User
from mvi_dashboard.ground.problems import Kind, Refused, refuse

pytestmark = pytest.mark.django_db
KIND = "test.copy"
LATER = jobs.LEASE + timedelta(seconds=1)


class Work:
    """A kind of three parts; a test says what happens during a part."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.during: dict[int, Callable[[Job], object]] = {}

    def do(self, job: Job, params: Any) -> None:
        """One part."""
        self.during.get(params["number"], lambda job: None)(job)
        self.done.append(params["number"])


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    plan = [{"number": number} for number in (1, 2, 3)]
    jobs.register(jobs.Kind(KIND, "Overnemen", lambda job: plan, made.do))
    yield made
    jobs._kinds.pop(KIND)


def start(organisation: Organisation | None = None, by: str = "ik", key: str = "") -> Job:
    """A new job of this kind."""
    with transaction.atomic():
        return jobs.enqueue(KIND, organisation=organisation, params={}, requested_by=by, dedupe_key=key)


def stolen(job: Job) -> None:
    """Another runner took it: as after a lease that ran out."""
    Job.objects.filter(pk=job.pk).update(lease_owner="een ander")


def fail(job: Job) -> None:
    raise refuse("gone", "Dit is er niet meer.")


def test_a_runner_that_lost_its_lease_stops_and_the_next_starts_at_the_first_part_not_done(work: Work) -> None:
    job = start()
    work.during[2] = stolen
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.lease_owner) == ("running", 2, "een ander")
    assert jobs.due() == [], "the other one holds it"
    with clock.set_to(clock.now() + LATER):
        assert jobs.sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert work.done == [1, 2, 3]


def test_a_part_that_another_runner_did_meanwhile_is_passed_by(work: Work) -> None:
    job = start()

    def the_other_does_the_next(job: Job) -> None:
        job.chunks.filter(number=2).update(done_at=clock.now())

    work.during[1] = the_other_does_the_next
    jobs.run(job.pk)
    assert work.done == [1, 3]


def test_what_goes_wrong_in_a_part_undoes_that_part_only(work: Work) -> None:
    job = start()

    def write_and_fail(job: Job) -> None:
        Organisation.objects.create(code="half", name="Half", path="/0/")
        fail(job)

    work.during[2] = write_and_fail
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("waiting", 1)
    assert not Organisation.objects.filter(code="half").exists()
    assert job.problems == [{"code": "gone", "detail": "Onderdeel 2 van 3: Dit is er niet meer.", "part": 2}]


def test_attempts_count_from_the_last_progress(work: Work) -> None:
    job = start()
    moment = clock.now()
    for number in range(8):
        work.during = {number // 3 + 1: fail}
        moment += timedelta(hours=1)
        with clock.set_to(moment):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("waiting", 2)


def test_a_job_that_stops_its_runner_five_times_is_left_for_a_person(work: Work) -> None:
    job = start()

    def vanish(job: Job) -> None:
        raise SystemExit

    work.during[1] = vanish
    moment = clock.now()
    for _ in range(jobs.MOST_ATTEMPTS):
        with clock.set_to(moment), pytest.raises(SystemExit):
            jobs.run(job.pk)
        moment += LATER
    with clock.set_to(moment):
        assert not jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problems[0]["code"]) == ("failed", "stopped")


def test_a_stop_during_a_part_lets_that_part_end(work: Work) -> None:
    job = start()
    work.during[1] = lambda job: job_control.cancel(Actor("ik"), job_id=job.public_id)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.lease_until) == ("cancelled", 1, None)


def test_a_pause_during_a_part_that_fails_stays_a_pause(work: Work) -> None:
    job = start()

    def pause_and_fail(job: Job) -> None:
        job_control.pause(Actor("ik"), job_id=job.public_id)

    work.during[1] = pause_and_fail
    work.during[2] = fail
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("paused", 1)
    job_control.resume(Actor("ik"), job_id=job.public_id)
    work.during.clear()
    assert jobs.sweep() == 1
    assert work.done == [1, 2, 3]


def test_a_failed_job_does_not_go_on_beside_a_new_one_with_its_key(work: Work) -> None:
    old = start(key="sleutel")
    Job.objects.filter(pk=old.pk).update(state=Job.State.FAILED)
    start(key="sleutel")
    with pytest.raises(Refused) as refused:
        job_control.resume(Actor("ik"), job_id=old.public_id)
    assert refused.value.kind is Kind.CONFLICT


def test_a_job_belongs_in_the_transaction_of_what_asks_for_it(work: Work) -> None:
    with pytest.raises(ValueError, match="no registered kind"):
        jobs.enqueue("test.unknown", organisation=None, params={}, requested_by="ik")


@pytest.mark.django_db(transaction=True)
def test_who_runs_jobs_is_woken_after_the_commit_and_not_after_a_rollback(work: Work) -> None:
    woken: list[int] = []
    before = jobs._wake[:]
    jobs.when_woken(woken.append)
    try:
        with pytest.raises(RuntimeError, match="belongs in the transaction"):
            jobs.enqueue(KIND, organisation=None, params={}, requested_by="ik")
        with transaction.atomic():
            start()
            transaction.set_rollback(True)
        with transaction.atomic():
            job = start()
            assert woken == []
    finally:
        jobs._wake[:] = before
    assert woken == [job.pk]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.PROCUREMENT_OFFICER, True), (Role.AUDITOR, False), (Role.POLICY_OFFICER, False)],
)
def test_reading_a_job_is_not_steering_it(
    work: Work, organisation: Organisation, new_person: Callable[..., User], role: str, allowed: bool
) -> None:
    job = start(organisation, by="een ander")
    client = Client()
    client.force_login(new_person(role, organisation))
    page = client.get("/taken/").content.decode()
    assert "Overnemen" in page
    assert ("/stoppen/" in page) is allowed
    assert client.post(f"/taken/{job.public_id}/stoppen/").status_code == (302 if allowed else 403)


def test_a_job_of_somebody_else_is_absent_on_pages_and_over_rest(
    work: Work, organisation: Organisation, other_organisation: Organisation, bearer: Any, new_person: Any
) -> None:
    job = start(other_organisation, by="een ander")
    client = Client()
    client.force_login(new_person(Role.PROCUREMENT_OFFICER, organisation))
    headers = {**bearer(Role.PROCUREMENT_OFFICER, organisation), "Idempotency-Key": "a"}
    for public_id in (job.public_id, uuid.uuid4()):
        assert client.get(f"/taken/{public_id}/").status_code == 404
        assert client.post(f"/taken/{public_id}/stoppen/").status_code == 404
        for act in ("_cancel", "_pause", "_resume"):
            path = f"/api/v1/jobs/{public_id}/{act}"
            answer = Client().post(path, {}, content_type="application/json", headers=headers)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")
    assert "Overnemen" not in client.get("/taken/").content.decode()
    job.refresh_from_db()
    assert job.state == "waiting"


def test_stopping_over_rest_is_done_once_and_stands_in_the_trail(
    work: Work, organisation: Organisation, bearer: Any
) -> None:
    job = start(organisation)
    own = bearer(Role.PROCUREMENT_OFFICER, organisation)
    path = f"/api/v1/jobs/{job.public_id}"

    def act(name: str, key: str) -> Any:
        headers = {**own, "Idempotency-Key": key}
        return Client().post(f"{path}/{name}", {}, content_type="application/json", headers=headers)

    assert act("_pause", "1").json()["state"] == "paused"
    assert act("_resume", "2").json()["state"] == "waiting"
    assert act("_cancel", "3").json()["state"] == "cancelled"
    assert act("_cancel", "3").status_code == 200, "the same request again gets its first answer"
    assert act("_cancel", "4").status_code == 409
    row = Client().get(path, headers=own).json()
    assert {"id", "kind", "state", "done", "total", "problems", "result"} <= set(row)
    assert Client().get("/api/v1/jobs", headers=own).json()["results"] == [row]
    verbs = AuditEntry.objects.filter(organisation=organisation, verb__startswith="job.").order_by("seq")
    assert list(verbs.values_list("verb", flat=True)) == ["job.pause", "job.resume", "job.cancel"]


def test_a_worker_can_read_the_file_of_celery_before_the_apps_are_loaded() -> None:
    script = "from mvi_dashboard.celery import app; print('mvi_dashboard.run_job' in app.tasks)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
