"""Writing down what people are told, in the transaction of the act that tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from mvi_dashboard.ground import clock, jobs
from mvi_dashboard.ground.models import Mail, Message, User

from .texts import LANGUAGES, kinds


def tell(
    kind: str,
    readers: Iterable[User],
    *,
    about: Model,
    facts: Mapping[str, Any] | None = None,
    url: str = "",
    occasion: str = "",
    moment: datetime | None = None,
) -> list[Message]:
    """The messages that are new, one per reader; what somebody was told before of this occasion is not told again.

    The caller says who may know: every reader must be allowed to see all facts and the page of `url`. A mail goes
    along for who wants it at once, and always for a kind that the law or safety needs. At most five statements.
    """
    people = {person.pk: person for person in readers if person.is_active}
    if not people:
        return []
    words, moment = _checked(kind, facts), moment or clock.now()
    named = {
        "object_type": about._meta.label_lower,
        "object_id": str(getattr(about, "public_id", None) or about.pk),
    }
    known = Message.objects.filter(reader__in=people, kind=kind, occasion=occasion, **named)
    told = set(known.values_list("reader", flat=True))
    messages = [
        Message(
            reader=person,
            kind=kind,
            organisation_id=getattr(about, "organisation_id", None),
            occasion=occasion,
            facts=words,
            url=url,
            moment=moment,
            **named,
        )
        for person in people.values()
        if person.pk not in told
    ]
    # Told by two at once: the first one counts, and the mail belongs to its message.
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    made = list(known.filter(public_id__in=[each.public_id for each in messages]))
    _mail_along(made, people, moment)
    return made


def mail(
    kind: str,
    address: str,
    *,
    language: str = "nl",
    facts: Mapping[str, Any] | None = None,
    url: str = "",
    moment: datetime | None = None,
) -> Mail:
    """A mail to an address, of which nothing stands in a list: for who has no account yet, or lost the way in.

    `facts` hold no secret: a link that works once is made when the mail is sent (`register_link`).
    """
    moment = moment or clock.now()
    _require_transaction()
    jobs.wake_after_commit()
    return Mail.objects.create(
        kind=kind,
        address=address,
        language=language if language in LANGUAGES else "nl",
        facts=_checked(kind, facts),
        url=url,
        next_try_at=moment,
        created_at=moment,
    )


def _mail_along(messages: list[Message], people: Mapping[int, User], moment: datetime) -> None:
    _require_transaction()
    mails = [
        Mail(
            message=message,
            kind=message.kind,
            address=people[message.reader_id].email,
            language=people[message.reader_id].language or "nl",
            facts=message.facts,
            url=message.url,
            next_try_at=moment,
            created_at=moment,
        )
        for message in messages
        if kinds()[message.kind].always_mailed
        or people[message.reader_id].mail_preference == User.MailPreference.AT_ONCE
    ]
    if mails:
        Mail.objects.bulk_create(mails)
        jobs.wake_after_commit()


def _checked(kind: str, facts: Mapping[str, Any] | None) -> dict[str, str]:
    """The facts as text. Raises KeyError and ValueError when the text of this kind could not be made of them."""
    found = {name: str(value) for name, value in (facts or {}).items()}
    missing = kinds()[kind].facts - set(found) - {"link"}
    if missing:
        raise ValueError(f"{kind} asks for {', '.join(sorted(missing))}")
    return found


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("what people are told belongs in the transaction of the act that tells it")
