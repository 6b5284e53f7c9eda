"""What people are told is written with the act, goes out after it, once, whatever the mail server does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.test import Client

from mvi_dashboard.ground import accounts, audit, clock, outbox
from mvi_dashboard.ground.models import Mail, Message, Organisation, Role, User
from mvi_dashboard.ground.outbox import sending, summing_up, texts
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@pytest.fixture
def city() -> Organisation:
    return accounts.create_organisation(audit.SYSTEM, code="voorbeeldstad", name="Gemeente Voorbeeldstad")


@pytest.fixture
def officer(city: Organisation) -> User:
    person = accounts.create_user(audit.SYSTEM, username="inkoper-1", email="inkoper@voorbeeldstad.example")
    accounts.add_membership(audit.SYSTEM, user=person, role=Role.PROCUREMENT_OFFICER, organisation=city)
    return person


def _tell(city: Organisation, *people: User, occasion: str = "", tender: str = "Stoelen") -> list[Message]:
    facts = {"tender": tender}
    return outbox.tell("bids-to-open", people, about=city, facts=facts, url="/aanbestedingen/", occasion=occasion)


class Refusing(BaseEmailBackend):
    """A mail server that is away, until `away` is false."""

    away = True
    sent: list[str] = []

    def open(self) -> bool:
        if Refusing.away:
            raise ConnectionRefusedError("nobody is at home")
        return True

    def send_messages(self, email_messages: Any) -> int:
        Refusing.sent += [each.extra_headers["Message-ID"] for each in email_messages]
        return len(email_messages)


@pytest.fixture
def away(settings: Any) -> type[Refusing]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.away, Refusing.sent = True, []
    return Refusing


def test_a_message_and_its_mail_are_undone_with_the_act_that_told_it(city: Organisation, officer: User) -> None:
    with pytest.raises(RuntimeError, match="the act failed"):
        _tell_and_fail(city, officer)
    assert not Message.objects.exists()
    assert not Mail.objects.exists()


@transaction.atomic
def _tell_and_fail(city: Organisation, officer: User) -> None:
    _tell(city, officer)
    raise RuntimeError("the act failed")


def test_somebody_is_told_of_one_occasion_once(city: Organisation, officer: User) -> None:
    assert len(_tell(city, officer)) == 1
    assert _tell(city, officer) == []
    assert len(_tell(city, officer, occasion="2026-12-01")) == 1
    assert Message.objects.count() == Mail.objects.count() == 2


def test_a_mail_says_what_happened_and_leads_to_the_page(city: Organisation, officer: User) -> None:
    _tell(city, officer, tender="Stoelen\nBcc: iemand@elders.example")
    assert sending.send_waiting() == 1
    [sent] = django_mail.outbox
    assert sent.to == ["inkoper@voorbeeldstad.example"]
    assert sent.subject == "De inschrijvingen kunnen open: Stoelen Bcc: iemand@elders.example"
    assert "http://127.0.0.1:8000/aanbestedingen/" in sent.body
    assert sending.send_waiting() == 0


def test_a_mail_speaks_the_language_of_its_reader(city: Organisation, officer: User) -> None:
    officer.language = User.Language.ENGLISH
    officer.save()
    _tell(city, officer)
    sending.send_waiting()
    assert django_mail.outbox[0].subject == "The bids can be opened: Stoelen"


def test_who_wants_no_mail_gets_only_what_must_be_mailed(city: Organisation, officer: User) -> None:
    officer.mail_preference = User.MailPreference.NEVER
    officer.save()
    _tell(city, officer)
    facts = {"who": "Een collega", "until": NOON, "tender": "Stoelen"}
    outbox.tell("second-opener-wanted", [officer], about=city, facts=facts)
    assert Message.objects.count() == 2
    assert Mail.objects.get().kind == "second-opener-wanted"


def test_nobody_who_was_blocked_is_told_anything(city: Organisation, officer: User) -> None:
    officer.is_active = False
    assert _tell(city, officer) == []


def test_while_the_mail_server_is_away_nothing_is_lost_and_later_nothing_is_sent_twice(
    away: type[Refusing],
) -> None:
    now = clock.now()
    Mail.objects.bulk_create(
        Mail(kind="summary", address=f"{n}@voorbeeld.example", facts={"count": "1", "list": "-"},
             next_try_at=now, created_at=now)
        for n in range(10_000)
    )  # fmt: skip
    assert sending.send_waiting() == 0
    waiting = Mail.objects.filter(state=Mail.State.WAITING, attempts=0, held_until=None)
    assert waiting.count() == 10_000
    away.away = False
    with clock.set_to(clock.now() + 2 * sending.SERVER_AWAY):
        assert sending.send_waiting() == 10_000
        assert sending.send_waiting() == 0
    assert len(away.sent) == len(set(away.sent)) == 10_000


def test_a_mail_that_is_refused_again_and_again_is_given_up_and_says_why(
    city: Organisation, officer: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    _tell(city, officer)
    moment = clock.now()
    for wait in sending.WAITS:
        with clock.set_to(moment):
            assert sending.send_waiting() == 0
            assert Mail.objects.get().state == Mail.State.WAITING
        moment += wait
    with clock.set_to(moment):
        sending.send_waiting()
    mail = Mail.objects.get()
    assert mail.state == Mail.State.FAILED
    assert "no such mailbox" in mail.problem


class Picky(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({"x": (550, b"no such mailbox")})


def test_a_link_that_nobody_needs_any_more_is_not_sent(city: Organisation) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(texts._links, "password-reset", lambda facts: "/nieuw/" if facts["of"] == "a" else None)
        outbox.mail("password-reset", "a@voorbeeld.example", facts={"of": "a"})
        outbox.mail("password-reset", "b@voorbeeld.example", facts={"of": "b"})
        sending.send_waiting()
    assert [each.to for each in django_mail.outbox] == [["a@voorbeeld.example"]]
    assert "http://127.0.0.1:8000/nieuw/" in django_mail.outbox[0].body
    assert Mail.objects.get(address="b@voorbeeld.example").state == Mail.State.DROPPED


@pytest.mark.django_db(transaction=True)
def test_two_runners_never_send_the_same_mail(away: type[Refusing]) -> None:
    away.away = False
    now = clock.now()
    Mail.objects.bulk_create(
        Mail(kind="summary", address="a@voorbeeld.example", facts={"count": "1", "list": "-"},
             next_try_at=now, created_at=now)
        for _ in range(300)
    )  # fmt: skip
    runners = [threading.Thread(target=_send_apart) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert len(away.sent) == len(set(away.sent)) == 300


def _send_apart() -> None:
    try:
        sending.send_waiting()
    finally:
        connection.close()


def test_the_mail_of_the_day_names_what_was_not_read_and_comes_once(city: Organisation, officer: User) -> None:
    officer.mail_preference = User.MailPreference.DAILY
    officer.date_joined = NOON - timedelta(days=9)
    officer.save()
    with clock.set_to(NOON - timedelta(days=1)):
        _tell(city, officer)
        _tell(city, officer, occasion="read", tender="Gelezen")
        Message.objects.filter(occasion="read").update(read_at=clock.now())
    assert not Mail.objects.exists()
    with clock.set_to(NOON):
        _tell(city, officer, occasion="later", tender="Vandaag")
        assert summing_up.sum_up() == 1
        assert summing_up.sum_up() == 0
    mail = Mail.objects.get()
    assert mail.facts["count"] == "1"
    assert "Stoelen" in mail.facts["list"]
    assert "Vandaag" not in mail.facts["list"]
    with clock.set_to(NOON + timedelta(days=1)):
        assert summing_up.sum_up() == 1
        assert summing_up.sum_up() == 0


def test_a_person_sees_own_messages_and_opens_one(city: Organisation, officer: User, client: Client) -> None:
    _tell(city, officer)
    message = Message.objects.get()
    client.force_login(officer)
    page = client.get("/berichten/").content.decode()
    assert "1 ongelezen bericht" in page
    assert "De inschrijvingen kunnen open: Stoelen" in page
    assert "Berichten (1)" in page
    opened = client.post(f"/berichten/{message.public_id}/")
    assert opened.status_code == 302
    assert opened["Location"] == "/aanbestedingen/"
    assert "Alle berichten zijn gelezen" in client.get("/berichten/").content.decode()


def test_nobody_opens_a_message_of_somebody_else(city: Organisation, officer: User, client: Client) -> None:
    _tell(city, officer)
    other = accounts.create_user(audit.SYSTEM, username="inkoper-2")
    client.force_login(other)
    assert client.post(f"/berichten/{Message.objects.get().public_id}/").status_code == 404
    assert "Stoelen" not in client.get("/berichten/").content.decode()
    assert Message.objects.get().read_at is None


def test_the_list_takes_as_many_queries_for_many_messages(
    city: Organisation, officer: User, client: Client
) -> None:
    client.force_login(officer)
    for number in range(3):
        _tell(city, officer, occasion=str(number))
    few = queries_of(client, "/berichten/")
    row = {"reader": officer, "kind": "bids-to-open", "object_type": "x", "facts": {"tender": "S"}}
    moment = clock.now()
    Message.objects.bulk_create(Message(**row, object_id=str(n), moment=moment) for n in range(2_000))
    assert len(queries_of(client, "/berichten/")) == len(few) <= 12


def test_every_kind_says_the_same_facts_in_both_languages() -> None:
    for kind in texts.kinds().values():
        dutch, english = (texts.facts_of(words) for words in kind.words.values())
        assert dutch == english, kind.code
