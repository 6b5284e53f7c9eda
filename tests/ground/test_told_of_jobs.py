"""Who asked for long work is told when it was long, or failed; what people were told is not kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvi_dashboard.ground import access, accounts, audit, clock, jobs, outbox
from mvi_dashboard.ground.models import Job, Mail, Message, Organisation, Role, User
from mvi_dashboard.ground.outbox import keeping
from mvi_dashboard.ground.outbox.texts import words_of

from .test_jobs import KIND, Work

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    jobs.register(jobs.Kind(KIND, "Tellen", lambda job: [{"number": 1}], made.do))
    yield made
    jobs._kinds.pop(KIND)


def start(by: str) -> Job:
    with transaction.atomic():
        return jobs.enqueue(KIND, organisation=None, params={}, requested_by=by)


def run_later(job: Job, later: timedelta) -> None:
    with clock.set_to(clock.now() + later):
        assert jobs.run(job.pk)


def told() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "reader__username"))


def test_who_waited_longer_than_a_minute_is_told_that_it_is_ready(
    work: Work, officer: User, client: Client
) -> None:
    job = start(str(officer.actor_key))
    run_later(job, timedelta(minutes=2))
    assert told() == [("job-ready", officer.username)]
    client.force_login(officer)
    page = client.post(f"/berichten/{Message.objects.get().public_id}/", follow=True)
    assert (page.status_code, "Tellen" in page.content.decode()) == (200, True)


def test_small_work_is_told_to_nobody(work: Work, officer: User) -> None:
    run_later(start(str(officer.actor_key)), timedelta(seconds=30))
    assert told() == []


@pytest.mark.parametrize("by", ["system", "", "8d1a7a04-0000-4000-8000-000000000000"])
def test_work_of_a_system_is_told_to_nobody(work: Work, by: str) -> None:
    run_later(start(by), timedelta(minutes=2))
    assert told() == []


def test_work_that_is_given_up_is_told_at_its_end_only(work: Work, officer: User) -> None:
    job, moment = start(str(officer.actor_key)), clock.now()
    work.stumble_at = 1
    for attempt in range(jobs.MOST_ATTEMPTS):
        assert told() == [], attempt
        moment += timedelta(hours=1)
        with clock.set_to(moment):
            assert jobs.run(job.pk)
    assert told() == [("job-failed", officer.username)]


def test_work_whose_runner_keeps_dying_is_told_as_failed(work: Work, officer: User) -> None:
    job = start(str(officer.actor_key))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=jobs.MOST_ATTEMPTS)
    assert not jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, told()) == ("failed", [("job-failed", officer.username)])


def test_mails_are_kept_for_a_month_and_messages_for_400_days(organisation: Organisation, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(email="inkoper@voorbeeldstad.example")
    officer.refresh_from_db()
    moment = clock.now()
    for number, days in enumerate((401, 399, 31, 29)):
        then = moment - timedelta(days=days)
        outbox.tell("bids-to-open", [officer], about=organisation, facts={"tender": "S"}, occasion=str(number),
                    moment=then)  # fmt: skip
        Mail.objects.filter(state="waiting").exclude(message__occasion="1").update(state="sent", ended_at=then)
    assert keeping.remove_old() == 3  # the oldest message with its mail, and a mail that ended 31 days ago
    assert set(Message.objects.values_list("occasion", flat=True)) == {"1", "2", "3"}
    assert set(Mail.objects.values_list("message__occasion", flat=True)) == {"1", "3"}, "what waits is kept"
    assert keeping.remove_old() == 0


def test_who_has_no_address_gets_the_message_and_no_mail(organisation: Organisation, officer: User) -> None:
    assert officer.email.endswith(".invalid")
    assert outbox.tell("bids-to-open", [officer], about=organisation, facts={"tender": "S"})
    assert not Mail.objects.exists()


def test_a_moment_is_written_as_the_reader_writes_it(organisation: Organisation) -> None:
    until = clock.now().replace(year=2027, month=1, day=7, hour=23, minute=0, second=0, microsecond=0)
    said = words_of("award-decided", {"tender": "S", "lot": "1", "standstill": until.isoformat()}, "en")
    assert "runs up to and including Thursday 7 January 2027" in said.body
    said = words_of("award-decided", {"tender": "S", "lot": "1", "standstill": until.isoformat()}, "nl")
    assert "loopt tot en met donderdag 7 januari 2027" in said.body


@pytest.mark.parametrize("number", [1, 40])
def test_telling_of_many_objects_takes_as_many_statements_as_of_one(officer: User, number: int) -> None:
    User.objects.filter(pk=officer.pk).update(email="inkoper@voorbeeldstad.example")
    officer.refresh_from_db()
    places = [accounts.create_organisation(audit.SYSTEM, code=f"plaats-{each}") for each in range(number)]
    tellings = [outbox.Telling("bids-to-open", [officer], place, {"tender": "S"}) for place in places]
    moment = clock.now()  # a statement of its own on PostgreSQL
    with CaptureQueriesContext(connection) as captured:
        outbox.tell_all(tellings, moment=moment)
    assert len(captured) == 4
    assert Message.objects.count() == Mail.objects.count() == number


def test_people_who_may_are_those_of_that_place_with_that_right(organisation: Organisation, officer: User) -> None:
    below = accounts.create_organisation(audit.SYSTEM, code="dienst", parent=organisation)
    assert list(access.people_who_may(access.TENDER_OPEN, organisation.pk)) == [officer]
    assert not access.people_who_may(access.TENDER_OPEN, below.pk)
    assert not access.people_who_may(access.TENDER_OPEN)
    assert not access.people_who_may(access.TENDER_OPEN, None)
    assert not access.people_who_may(access.CONTRACT_EDIT, organisation.pk)
    manager = accounts.create_user(audit.SYSTEM, username="referentie-1")
    accounts.add_membership(audit.SYSTEM, user=manager, role=Role.REFERENCE_MANAGER)
    assert list(access.people_who_may(access.REFERENCE_EDIT, None)) == [manager]
