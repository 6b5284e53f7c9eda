"""Writing down what people are told, in the transaction of the act that tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from mvi_dashboard.ground import clock, jobs
from mvi_dashboard.ground.models import Mail, Message, User

from .texts import LANGUAGES, kinds


@dataclass(frozen=True)
class Telling:
    """What some people are told about one object; the caller says who may know (`ground.access`)."""

    kind: str
    readers: Iterable[User]
    about: Model
    facts: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    occasion: str = ""


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
    along for who wants it at once, and always for a kind that the law or safety needs; never of what is practised.
    At most five statements.
    """
    return tell_all([Telling(kind, readers, about, facts or {}, url, occasion)], moment=moment)


def tell_all(tellings: Iterable[Telling], *, moment: datetime | None = None) -> list[Message]:
    """The same for many objects at once, each with readers of its own; as many statements as for one."""
    people: dict[int, User] = {}
    asked: dict[_Key, Message] = {}
    for each in tellings:
        words, named = _checked(each.kind, each.facts), _named(each.about)
        for person in each.readers:
            if person.is_active:
                people[person.pk] = person
                made = Message(
                    reader=person,
                    kind=each.kind,
                    organisation_id=getattr(each.about, "organisation_id", None),
                    occasion=each.occasion,
                    facts=words,
                    url=each.url,
                    **named,
                )
                asked.setdefault(_key(made), made)
    if not asked:
        return []
    moment = moment or clock.now()
    told = _told(asked.values())
    # In one order, so that two who tell the same at once never wait for each other.
    messages = [asked[key] for key in sorted(asked) if key not in told]
    for message in messages:
        message.moment = moment
    # Told by two at once: the first one counts, and the mail belongs to its message.
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    written = Message.objects.filter(public_id__in=[each.public_id for each in messages])
    made_now = list(written.select_related("organisation"))
    _mail_along(made_now, people, moment)
    return made_now


_Key = tuple[int, str, str, str, str]


def _key(message: Message) -> _Key:
    """What is told once (a unique key of the table)."""
    return (message.reader_id, message.kind, message.object_type, message.object_id, message.occasion)


def _named(about: Model) -> dict[str, str]:
    return {
        "object_type": about._meta.label_lower,
        "object_id": str(getattr(about, "public_id", None) or about.pk),
    }


def _told(messages: Collection[Message]) -> set[_Key]:
    """What was told of this before; one query over what the readers were told."""
    found = Message.objects.filter(
        reader__in={each.reader_id for each in messages},
        kind__in={each.kind for each in messages},
        object_id__in={each.object_id for each in messages},
        occasion__in={each.occasion for each in messages},
    )
    return {_key(each) for each in found.only("reader_id", "kind", "object_type", "object_id", "occasion")}


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
        if not (message.organisation and message.organisation.practice_of_id)
        and has_address(people[message.reader_id])
        and (
            kinds()[message.kind].always_mailed
            or people[message.reader_id].mail_preference == User.MailPreference.AT_ONCE
        )
    ]
    if mails:
        Mail.objects.bulk_create(mails)
        jobs.wake_after_commit()


def has_address(person: User) -> bool:
    """Whether mails reach this person: who came without an address has one under `.invalid` (RFC 2606)."""
    return not person.email.endswith(".invalid")


def _checked(kind: str, facts: Mapping[str, Any] | None) -> dict[str, str]:
    """The facts as text. Raises KeyError and ValueError when the text of this kind could not be made of them."""
    found = {name: _as_text(value) for name, value in (facts or {}).items()}
    missing = kinds()[kind].facts - set(found) - {"link"}
    if missing:
        raise ValueError(f"{kind} asks for {', '.join(sorted(missing))}")
    return found


def _as_text(value: Any) -> str:
    """A moment as it is stored: the text says how it is written, in the language of who reads it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("what people are told belongs in the transaction of the act that tells it")
