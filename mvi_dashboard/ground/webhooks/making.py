"""What an administrator does with webhooks: make one, end it, try it, and send again what did not arrive."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from mvi_dashboard.ground import access, jobs, vault
from mvi_dashboard.ground.access import ADMINISTER, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Organisation, Webhook, WebhookMessage
from mvi_dashboard.ground.organisations.winding_up import winds_up
from mvi_dashboard.ground.problems import Problem, conflict, not_found, refuse
from mvi_dashboard.ground.shapes import Choice, Code, ListOf, Object, Reason, Text

from . import addresses, signing
from .events import TEST, Event
from .happening import tell

MOST = 10
"""webhooks of one organisation"""
_ENDED = (WebhookMessage.State.SENT, WebhookMessage.State.FAILED)
WEBHOOK = Object(
    {
        "organisation": Code(
            60, required=False, label="Organisatie", help="Alleen nodig voor wie er meer dan een beheert."
        ),
        "url": Text(addresses.LONGEST, label="Adres", help="Hierheen sturen wij de berichten: https://…"),
        "events": ListOf(Choice(list(Event), label="Bericht"), max_items=len(Event), label="Berichten"),
    }
)
ENDING = Object({"reason": Reason(1000, label="Waarom?", help="De reden komt in het logboek.")})


class _Making(Act[Organisation, Webhook]):
    """An act at an organisation that one administers."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Webhook:
        """The webhook, with its secret. Raises Refused with every problem."""
        named = document.get("organisation")
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: Any) -> Organisation:
        """Raises Refused: forbidden, or several organisations. Held, so that there are never too many."""
        access.require(actor, ADMINISTER)
        rows = Organisation.objects.filter(pk__in=actor.organisations_for(ADMINISTER))
        if isinstance(named, str) and named:
            rows = rows.filter(code=named.replace("\x00", ""))
        found = list(rows.order_by("pk").select_for_update(of=("self",))[:2])
        if not found:
            raise refuse("does_not_exist", "Deze organisatie beheert u niet.", "organisation")
        if len(found) > 1:
            raise refuse("required", "U beheert meer organisaties: kies voor welke dit is.", "organisation")
        return found[0]


@partial(
    _Making,
    ActDeclaration(
        verb="webhook.create", title="Maak een koppeling", permission=ADMINISTER, reads=WEBHOOK, status=201
    ),
)
def make_webhook(doing: Doing[Organisation]) -> Done[Webhook]:
    """The webhook, with its secret: shown once, never again after this."""
    data, url, host = doing.data, doing.data.get("url"), ""
    if not addresses.is_on():
        raise conflict(
            "webhooks_off", "Koppelingen staan uit. Vraag wie deze installatie beheert om ze aan te zetten."
        )
    if url:
        try:
            host = addresses.target_of(url).host
        except addresses.Unfit as unfit:
            doing.problems += [Problem(("url",), unfit.code, unfit.detail)]
    if data.get("events") == []:
        doing.problems.note(("events",), "required", "Kies minstens één bericht.")
    doing.problems.refuse()
    if Webhook.objects.filter(organisation=doing.target, ended_at=None).count() >= MOST:
        raise conflict("too_many", f"Een organisatie heeft hoogstens {MOST} koppelingen: beëindig er eerst een.")
    made = Webhook(
        public_id=uuid.uuid4(),
        organisation=doing.target,
        url=data["url"],
        events=[str(event) for event in Event if event in data["events"]],
        made_by=doing.actor.user,
        created_at=doing.now,
    )
    made.secret = signing.new_secret()
    made.key_id, made.sealed_secret = vault.seal_secret(made.secret.encode("ascii"), context_of(made))
    made.save(force_insert=True)
    # An address may hold a secret of its own: the trail keeps only which computer it is.
    return Done(made, changes={"host": host, "events": made.events})


class _OnAWebhook(Act[Webhook, Any]):
    """An act on one webhook of an organisation that one administers."""

    def __call__(
        self,
        actor: Actor,
        *,
        webhook_id: UUID | str,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Any:
        """What came of it. Raises Refused with every problem."""
        return self.carry_out(actor, webhook_id, document=document, expected_version=None, typed=typed, once=once)

    def rows(self, actor: Actor) -> Any:
        """Of which webhooks it is one."""
        return webhooks_visible_to(actor)

    def lock(self, actor: Actor, named: UUID | str) -> Webhook:
        """Raises Refused: absent, also for who does not administer there."""
        rows = self.rows(actor).select_for_update(of=("self",))
        found: Webhook | None = rows.filter(public_id=named).first()
        if found is None:
            raise not_found()
        return found

    def require_state(self, target: Webhook) -> None:
        """Raises Refused 409 when it is over."""
        if target.ended_at is not None:
            raise conflict("already_ended", "Deze koppeling is al beëindigd.")


class _Ending(_OnAWebhook):
    """The act that ends one, also of an organisation that is no more."""

    def rows(self, actor: Actor) -> Any:
        """Also those that nobody administers any more."""
        return webhooks_to_end(actor)


@partial(
    _Ending,
    ActDeclaration(
        verb="webhook.end",
        title="Beëindig een koppeling",
        who="organisation-administrator; of an organisation that is no more: who administers its successor or the "
        "installation, until it is handed over",
        reads=ENDING,
    ),
)
def end_webhook(doing: Doing[Webhook]) -> Done[Webhook]:
    """The webhook, to which nothing goes any more; what waited is dropped."""
    doing.problems.refuse()
    hook = doing.target
    hook.ended_at = doing.now
    hook.save(update_fields=["ended_at"])
    waiting = hook.messages.filter(state=WebhookMessage.State.WAITING)
    waiting.update(state=WebhookMessage.State.DROPPED, ended_at=doing.now, held_until=None)
    return Done(hook, reason=doing.data["reason"])


@partial(
    _OnAWebhook,
    ActDeclaration(
        verb="webhook.test", title="Stuur een proefbericht", permission=ADMINISTER, reads=Object({}), status=201
    ),
)
def try_webhook(doing: Doing[Webhook]) -> Done[WebhookMessage]:
    """A message that says that this is a test; one at a time."""
    waiting = doing.target.messages.filter(event=TEST, state=WebhookMessage.State.WAITING)
    if waiting.exists():
        raise conflict("waiting", "Er wacht al een proefbericht: kijk zo nog eens.")
    (message,) = tell([doing.target], TEST, {"webhook": doing.target.public_id}, doing.now)
    return Done(message)


@partial(
    _OnAWebhook,
    ActDeclaration(
        verb="webhook.replay_failed",
        title="Stuur alle mislukte berichten opnieuw",
        permission=ADMINISTER,
        reads=Object({}),
    ),
)
def replay_failed(doing: Doing[Webhook]) -> Done[Webhook]:
    """The webhook, to which everything that was given up goes again, under the same ids."""
    failed = doing.target.messages.filter(state=WebhookMessage.State.FAILED)
    if not (number := _again(failed, doing)):
        raise conflict("nothing_failed", "Er zijn geen mislukte berichten.")
    return Done(doing.target, changes={"messages": number})


class _OnAMessage(Act[WebhookMessage, WebhookMessage]):
    """An act on one message."""

    def __call__(
        self,
        actor: Actor,
        *,
        message_id: UUID | str,
        webhook_id: UUID | str | None = None,
        once: Once | None = None,
    ) -> WebhookMessage:
        """The message. Raises Refused."""
        named = (webhook_id, message_id)
        return self.carry_out(actor, named, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: tuple[UUID | str | None, UUID | str]) -> WebhookMessage:
        """Raises Refused: absent, also for who does not administer there."""
        rows = messages_visible_to(actor).filter(public_id=named[1])
        rows = rows if named[0] is None else rows.filter(webhook__public_id=named[0])
        found: WebhookMessage | None = rows.select_for_update(of=("self",)).first()
        if found is None:
            raise not_found()
        return found

    def require_state(self, target: WebhookMessage) -> None:
        """Raises Refused 409 while it waits, and when its webhook is over."""
        if target.webhook.ended_at is not None:
            raise conflict("already_ended", "Deze koppeling is al beëindigd.")
        if target.state not in _ENDED:
            raise conflict("waiting", "Dit bericht wacht nog: wij sturen het vanzelf.")


@partial(
    _OnAMessage,
    ActDeclaration(
        verb="webhook.replay", title="Stuur een bericht opnieuw", permission=ADMINISTER, reads=Object({})
    ),
)
def replay_message(doing: Doing[WebhookMessage]) -> Done[WebhookMessage]:
    """The message, which goes again under the same id."""
    _again(WebhookMessage.objects.filter(pk=doing.target.pk), doing)
    doing.target.refresh_from_db()
    return Done(doing.target, about=doing.target.webhook, changes={"message": doing.target.public_id})


def context_of(webhook: Webhook) -> str:
    """What its secret is sealed for."""
    return f"webhook {webhook.public_id}"


def webhooks_visible_to(actor: Actor) -> Any:
    """Those of the organisations that this actor administers."""
    return Webhook.objects.visible_to(actor, ADMINISTER).select_related("organisation")


def webhooks_to_end(actor: Actor) -> Any:
    """The same, with those of an organisation that went up in one that this person administers."""
    administered = Q(organisation__in=actor.organisations_for(ADMINISTER))
    return Webhook.objects.filter(administered | winds_up(actor)).select_related("organisation")


def get_webhook(actor: Actor, webhook_id: UUID | str, *, to_end: bool = False) -> Webhook:
    """One webhook. Raises Refused 404."""
    rows = webhooks_to_end(actor) if to_end else webhooks_visible_to(actor)
    found: Webhook | None = rows.filter(public_id=webhook_id).first()
    if found is None:
        raise not_found()
    return found


def messages_visible_to(actor: Actor) -> Any:
    """The messages to these."""
    return WebhookMessage.objects.visible_to(actor, ADMINISTER).select_related("webhook", "organisation")


def _again(messages: Any, doing: Doing[Any]) -> int:
    number: int = messages.update(
        state=WebhookMessage.State.WAITING,
        attempts=0,
        ended_at=None,
        waits_since=doing.now,
        next_try_at=doing.now,
    )
    jobs.wake_after_commit()
    return number
