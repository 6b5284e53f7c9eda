"""Long work: held by one runner at a time, done in parts, taken over after a stop, honest about what fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from mvi_dashboard.ground import clock, job_control, jobs, timers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Job, JobChunk, Organisation, Role
from mvi_dashboard.ground.problems import Refused, refuse

pytestmark = pytest.mark.django_db
KIND = "test.count"


class Work:
    """A kind that counts, and can be made to stumble."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.stumble_at: int | None = None
        self.error: Exception = RuntimeError("stumbled")

    def do(self, job: Job, params: Any) -> None:
        """One part."""
        if params["number"] == self.stumble_at:
            raise self.error
        self.done.append(params["number"])


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    plan = [{"number": number} for number in (1, 2, 3)]
    jobs.register(jobs.Kind(KIND, "Tellen", lambda job: plan, made.do, lambda job: {"counted": 3}))
    yield made
    jobs._kinds.pop(KIND)


def start(key: str = "", organisation: Organisation | None = None, by: str = "iemand") -> Job:
    """A new job of this kind."""
    with transaction.atomic():
        return jobs.enqueue(KIND, organisation=organisation, params={}, requested_by=by, dedupe_key=key)


def test_a_job_is_done_in_parts_and_says_how_far_it_is(work: Work) -> None:
    job = start()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"counted": 3})
    assert work.done == [1, 2, 3]
    assert not jobs.run(job.pk), "what is done is not done again"


def test_a_new_runner_goes_on_where_the_last_one_was_killed(work: Work) -> None:
    job = start()
    work.stumble_at, work.error = 2, SystemExit()
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert not jobs.run(job.pk), "the lease still holds"
    assert jobs.due() == []
    work.stumble_at = None
    with clock.set_to(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.due() == [job.pk]
        assert jobs.run(job.pk)
    assert work.done == [1, 2, 3]


def test_what_keeps_failing_ends_with_what_failed(work: Work) -> None:
    job = start()
    work.stumble_at, work.error = 2, refuse("gone", "Deze inschrijving is er niet meer.")
    moment = clock.now()
    for _ in range(jobs.MOST_ATTEMPTS):
        moment += timedelta(hours=1)
        with clock.set_to(moment):
            assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("failed", 1)
    assert job.problems[0]["detail"] == "Onderdeel 2 van 3: Deze inschrijving is er niet meer."
    assert jobs.due() == []


def test_an_error_of_ours_tells_no_details(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    job = start()
    work.stumble_at, work.error = 1, RuntimeError("geheim")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert "geheim" not in str(job.problems)
    assert "geheim" in caplog.text


def test_one_key_has_one_active_job(work: Work) -> None:
    first = start("sleutel")
    assert start("sleutel").pk == first.pk
    jobs.run(first.pk)
    assert start("sleutel").pk != first.pk


def test_a_cancelled_job_stops_after_the_part_at_hand(work: Work) -> None:
    job = start(by="ik")
    actor = Actor("ik")
    job_control.pause(actor, job_id=job.public_id)
    assert not jobs.run(job.pk)
    job_control.resume(actor, job_id=job.public_id)
    work.stumble_at = 3
    jobs.run(job.pk)
    job_control.cancel(actor, job_id=job.public_id)
    job.refresh_from_db()
    assert (job.state, JobChunk.objects.filter(done_at__isnull=False).count()) == ("cancelled", 2)


def test_somebody_elses_job_is_absent(
    work: Work, organisation: Organisation, other_organisation: Organisation
) -> None:
    from mvi_dashboard.ground import accounts, audit

    job = start(organisation=organisation)
    _, own = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=organisation)
    _, other = accounts.create_api_token(audit.SYSTEM, role=Role.AUDITOR, organisation=other_organisation)
    path = f"/api/v1/jobs/{job.public_id}"
    assert Client().get(path, headers={"Authorization": f"Bearer {own}"}).json()["state"] == "waiting"
    assert Client().get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 404
    with pytest.raises(Refused):
        job_control.cancel(Actor("vreemd"), job_id=job.public_id)


def test_the_page_of_jobs_can_be_left_and_refreshed(work: Work, officer: Any) -> None:
    client = Client()
    client.force_login(officer)
    assert "Er loopt nu niets" in client.get("/taken/").content.decode()
    job = start(by=str(officer.actor_key))
    assert "Tellen" in client.get("/taken/").content.decode()
    part = client.get(f"/taken/{job.public_id}/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<li")
    client.post(f"/taken/{job.public_id}/stoppen/")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_timer_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise RuntimeError("kapot")

    timers.register("a", timedelta(hours=1), fail)
    timers.register("b", timedelta(hours=1), lambda: ran.append("b"))
    try:
        timers.run_due()
        timers.run_due()
    finally:
        timers._timers.pop("a")
        timers._timers.pop("b")
    assert ran == ["b"]
    assert "timer a failed" in caplog.text
