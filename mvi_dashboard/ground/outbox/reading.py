"""The messages of a person: the list, how many are unread, and reading them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Message
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.shapes import Object

from .texts import words_of


@dataclass(frozen=True)
class Told:
    """A message as its reader sees it."""

    id: UUID
    kind: str
    subject: str
    body: str
    url: str
    moment: datetime
    read: bool


def messages_of(actor: Actor) -> QuerySet[Message]:
    """The messages of this person; nobody reads those of another. What is practised stands apart."""
    if actor.user is None:
        return Message.objects.none()
    return Message.objects.filter(here(actor), reader=actor.user)


def here(actor: Actor) -> Q:
    """Of messages: those of the practice in which somebody works, or of everything but what is practised."""
    if actor.practice_id is not None:
        return Q(organisation=actor.practice_id)
    return Q(organisation__practice_of__isnull=True)


def told(message: Message, language: str) -> Told:
    """This message in the words of this language."""
    words = words_of(message.kind, {**message.facts, "link": ""}, language)
    return Told(
        message.public_id,
        message.kind,
        words.subject,
        words.body,
        message.url,
        message.moment,
        message.read_at is not None,
    )


class _Reading(Act[list[Message], Message]):
    """An act on one's own messages. It leaves no entry: what somebody reads of what was told is theirs."""

    def __call__(self, actor: Actor, *, message_id: UUID | str, once: Once | None = None) -> Message:
        """The message. Raises Refused when it is not there, or another person's."""
        return self.carry_out(actor, message_id, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> list[Message]:
        """The message that is named, and nothing else."""
        found = list(messages_of(actor).select_for_update(of=("self",)).filter(public_id=named))
        if not found:
            raise not_found()
        return found


@partial(
    _Reading,
    ActDeclaration(
        verb="message.read", title="Merk een bericht als gelezen", who="each person, for itself", reads=Object({})
    ),
)
def read_message(doing: Doing[list[Message]]) -> Done[Message]:
    """The message, which is read from now on."""
    message = doing.target[0]
    if message.read_at is None:
        message.read_at = max(doing.now, message.moment)
        message.save(update_fields=["read_at"])
    return Done(message, unchanged=True)


def read_all(actor: Actor) -> int:
    """How many messages of this person are read from now on."""
    return messages_of(actor).filter(read_at=None).update(read_at=Greatest(F("moment"), Value(clock.now())))
