"""/webhooks: where an organisation has its systems told that something happened, and what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.models import Webhook, WebhookMessage
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Choice
from mvi_dashboard.ground.webhooks import making
from mvi_dashboard.ground.webhooks.events import TEST, Event

TAG = ("koppelingen",)
_EVENTS = [str(event) for event in Event]


class WebhookRow(Described):
    """An address that is called when something happens."""

    id: UUID
    organisation: Annotated[str, "Code"]
    url: str
    events: Annotated[list[str], "Codes van berichten"]
    secret: Annotated[str | None, "Alleen in het eerste antwoord op het maken; daarna null"]
    created_at: datetime
    ended_at: Annotated[datetime | None, "Null = nog in gebruik"]

    @classmethod
    def of(cls, row: Webhook) -> Self:
        """Of this webhook; its secret only right after it was made."""
        return cls(
            id=row.public_id,
            organisation=row.organisation.code,
            url=row.url,
            events=list(row.events),
            secret=row.secret or None,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )


class WebhookMessageRow(Described):
    """A message to a webhook: kept for thirty days after it ended."""

    id: Annotated[UUID, "Staat als `webhook-id` bij elke poging"]
    webhook: UUID
    type: Annotated[str, OneOf((*_EVENTS, TEST))]
    moment: Annotated[datetime, "Wanneer het gebeurde"]
    state: Annotated[str, OneOf(WebhookMessage.State.values)]
    attempts: Annotated[int, "Hoe vaak het is geprobeerd, sinds het de laatste keer opnieuw werd gestuurd"]
    attempted_at: Annotated[datetime | None, "De laatste poging"]
    answer: Annotated[int | None, "De HTTP-status van de laatste poging"]
    problem: Annotated[str | None, "Waarom de laatste poging niet aankwam, als code"]
    next_try_at: Annotated[datetime | None, "Null = er komt geen poging meer"]

    @classmethod
    def of(cls, row: WebhookMessage) -> Self:
        """Of this message."""
        waits = row.state == WebhookMessage.State.WAITING
        return cls(
            id=row.public_id,
            webhook=row.webhook.public_id,
            type=row.event,
            moment=row.moment,
            state=row.state,
            attempts=row.attempts,
            attempted_at=row.attempted_at,
            answer=row.answer,
            problem=row.problem or None,
            next_try_at=row.next_try_at if waits else None,
        )


class Webhooks(Endpoint):
    """The webhooks of the organisations that one administers."""

    @operation("Koppelingen", paged=True, answers={200: WebhookRow}, tags=TAG, name="webhooks_list")
    def get(self, request: Request) -> HttpResponse:
        """One page, newest first, also of those that ended."""
        access.require(self.actor, ADMINISTER)
        return self.page(making.webhooks_visible_to(self.actor), order=("-created_at", "-id"), row=WebhookRow.of)

    @acting(making.make_webhook, answers={201: WebhookRow}, tags=TAG, name="webhooks_create")
    def post(self, request: Request) -> HttpResponse:
        """A new one, with its secret."""
        return self.carry_out(making.make_webhook, answer=WebhookRow.of)


class OneWebhook(Endpoint):
    """One webhook."""

    @operation("Een koppeling", answers={200: WebhookRow}, tags=TAG, name="webhooks_read")
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """As the list has it."""
        return self.answer(WebhookRow.of(making.get_webhook(self.actor, public_id)))


class MessagesOfWebhook(Endpoint):
    """What was sent to one webhook."""

    @operation(
        "Berichten aan een koppeling",
        query={"state": Choice(WebhookMessage.State.values, required=False, help="Alleen deze stand.")},
        paged=True,
        answers={200: WebhookMessageRow},
        tags=TAG,
        name="webhooks_messages_list",
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page, newest first."""
        rows = making.messages_visible_to(self.actor).filter(webhook=making.get_webhook(self.actor, public_id))
        if self.parameters["state"]:
            rows = rows.filter(state=self.parameters["state"])
        return self.page(rows, order=("-moment", "-id"), row=WebhookMessageRow.of)


class End(Endpoint):
    """Ending a webhook."""

    @acting(making.end_webhook, answers={200: WebhookRow}, tags=TAG, name="webhooks_end")
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Nothing goes there any more."""
        return self.carry_out(making.end_webhook, answer=WebhookRow.of, webhook_id=public_id)


class Try(Endpoint):
    """Trying a webhook."""

    @acting(making.try_webhook, answers={201: WebhookMessageRow}, tags=TAG, name="webhooks_test")
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A message that says that it is a test."""
        return self.carry_out(making.try_webhook, answer=WebhookMessageRow.of, webhook_id=public_id)


class ReplayFailed(Endpoint):
    """Sending again what failed."""

    @acting(making.replay_failed, answers={200: WebhookRow}, tags=TAG, name="webhooks_replay_failed")
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """All of it."""
        return self.carry_out(making.replay_failed, answer=WebhookRow.of, webhook_id=public_id)


class Replay(Endpoint):
    """Sending one message again."""

    @acting(making.replay_message, answers={200: WebhookMessageRow}, tags=TAG, name="webhooks_messages_replay")
    def post(self, request: Request, public_id: UUID, message: UUID) -> HttpResponse:
        """Under the same id."""
        named: dict[str, Any] = {"webhook_id": public_id, "message_id": message}
        return self.carry_out(making.replay_message, answer=WebhookMessageRow.of, **named)
