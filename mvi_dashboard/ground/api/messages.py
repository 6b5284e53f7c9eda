"""/messages: what a person was told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.models import Message
from mvi_dashboard.ground.outbox import reading
from mvi_dashboard.ground.outbox.texts import kinds
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation

TAG = ("berichten",)


class MessageRow(Described):
    """Something that a person was told."""

    id: UUID
    kind: Annotated[str, "De soort bericht", OneOf(kinds())]
    subject: str
    body: str
    url: Annotated[str | None, "De pagina waar het te zien is; null als er geen is"]
    moment: datetime
    read: Annotated[bool, "Waar als het gelezen is"]

    @classmethod
    def of(cls, message: Message) -> Self:
        """Of this message, in the language of its reader."""
        found = reading.told(message, message.reader.language or "nl")
        return cls(
            id=found.id,
            kind=found.kind,
            subject=found.subject,
            body=found.body,
            url=found.url or None,
            moment=found.moment,
            read=found.read,
        )


class Messages(Endpoint):
    """The messages of the person behind this token or session."""

    @operation("Berichten", paged=True, answers={200: MessageRow}, name="messages_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """One page, newest first."""
        mine = reading.messages_of(self.actor).select_related("reader")
        return self.page(mine, order=("-moment", "-id"), row=MessageRow.of)


class Read(Endpoint):
    """_read."""

    @acting(reading.read_message, answers={200: MessageRow}, name="messages_read", tags=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The message, read from now on."""
        return self.carry_out(reading.read_message, answer=MessageRow.of, message_id=public_id)
