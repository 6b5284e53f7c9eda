"""Sending what waits: a part at a time over one connection, each mail held by one runner, tried again later.

While the mail server is away nothing is lost and no attempt is counted against a mail: the whole outbox waits. A
runner that is killed between sending a mail and noting it leaves it held; it is sent again under the same
Message-ID, by which mail servers and programs know it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F

from mvi_dashboard.ground import clock, timers
from mvi_dashboard.ground.holding import hold
from mvi_dashboard.ground.models import Mail

from .texts import Words, address_on_site, makes_link, words_of

logger = logging.getLogger(__name__)

AT_A_TIME = 100
HELD = timedelta(minutes=5)
SERVER_AWAY = timedelta(minutes=1)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440, 1440))
"""After each attempt that this mail itself failed; after the last one it is given up, and said so"""
_DISCLOSED = 300


class ServerAway(Exception):
    """The mail server did not answer, or refused the connection: nothing is wrong with the mails."""


def send_waiting() -> int:
    """How many mails were sent now; all that are due, a part at a time."""
    sent = 0
    while held := hold(Mail.objects.filter(state=Mail.State.WAITING), AT_A_TIME, HELD):
        try:
            sent += _send(held)
        except ServerAway as away:
            logger.warning("the mail server does not answer, %s mails wait: %s", _waiting(), away)
            return sent
    return sent


def _send(mails: list[Mail]) -> int:
    """How many of these went out. Raises ServerAway, after letting go of the rest."""
    connection, left = get_connection(), {mail.pk for mail in mails}
    try:
        _open(connection)
        sent = 0
        for mail in mails:
            sent += _send_one(mail, connection)
            left.discard(mail.pk)
        return sent
    finally:
        connection.close()
        _let_go(left)


def _send_one(mail: Mail, connection: Any) -> bool:
    link = _link_of(mail)
    if link is None:
        _end(mail, Mail.State.DROPPED)
        return False
    try:
        _composed(mail, link, connection).send()
    except SMTPRecipientsRefused as error:
        _try_later(mail, str(error))
        return False
    except SMTPException as error:
        _try_later(mail, str(error))
        return False
    except OSError as error:
        raise ServerAway(str(error)) from error
    _end(mail, Mail.State.SENT)
    return True


def _open(connection: Any) -> None:
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise ServerAway(str(error)) from error


def _link_of(mail: Mail) -> str | None:
    """Where the mail leads to: made now for some kinds (None: nobody needs it any more), else its page, if any."""
    make = makes_link(mail.kind)
    path = mail.url if make is None else make(mail.facts)
    return address_on_site(path) if path else path


def _composed(mail: Mail, link: str, connection: Any) -> EmailMessage:
    """The mail as it goes out."""
    words = _with_link(words_of(mail.kind, {**mail.facts, "link": link}, mail.language), link)
    # One line: a name of a tender must not be able to add a header.
    subject = " ".join(words.subject.split())
    return EmailMessage(
        subject=subject,
        body=words.body,
        to=[mail.address],
        connection=connection,
        headers={"Message-ID": f"<{mail.public_id}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    )


def _with_link(words: Words, link: str) -> Words:
    body = words.body if not link or link in words.body else f"{words.body}\n\n{link}"
    return Words(words.subject, f"{body}\n\n-- \nMVI Effectendashboard\n")


def _end(mail: Mail, state: str, problem: str = "") -> None:
    Mail.objects.filter(pk=mail.pk).update(
        state=state, ended_at=clock.now(), held_until=None, attempts=F("attempts") + 1, problem=problem
    )


def _try_later(mail: Mail, problem: str) -> None:
    """Wait longer after each attempt; after the last one it failed, which the administrator sees."""
    problem = problem[:_DISCLOSED]
    logger.warning("mail %s could not be sent: %s", mail.public_id, problem)
    if mail.attempts >= len(WAITS):
        _end(mail, Mail.State.FAILED, problem)
        return
    Mail.objects.filter(pk=mail.pk).update(
        next_try_at=clock.now() + WAITS[mail.attempts],
        attempts=F("attempts") + 1,
        held_until=None,
        problem=problem,
    )


def _let_go(keys: set[int]) -> None:
    """Give these back unsent: they wait until the server may be there again."""
    if keys:
        Mail.objects.filter(pk__in=keys, state=Mail.State.WAITING).update(
            held_until=None, next_try_at=clock.now() + SERVER_AWAY
        )


def _waiting() -> int:
    return Mail.objects.filter(state=Mail.State.WAITING).count()


def register_timer() -> None:
    """Have the outbox emptied by whatever runs jobs."""
    timers.register("outbox", timedelta(seconds=2), send_waiting)
