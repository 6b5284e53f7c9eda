"""The pages of webhooks: the list, making one, one with what was sent, and what is done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Organisation, Webhook, WebhookMessage
from mvi_dashboard.ground.organisations.winding_up import ended_page, is_wound_up
from mvi_dashboard.ground.pages import actor_of, may, next_page
from mvi_dashboard.ground.problems import not_found

from . import addresses, making
from .events import WORDS, Event

WEBHOOKS = "webhooks"
_LOG = ("-moment", "-id")
PROBLEMS = {
    "": "",
    "redirect": "het adres verwijst door, en dat volgen wij niet",
    "refused": "het systeem weigerde het bericht",
    "timeout": "er kwam niet binnen 10 seconden een antwoord",
    "certificate": "het certificaat van het adres klopt niet",
    "no_answer": "er kwam geen antwoord",
    "unknown_host": "de naam van het adres is niet te vinden",
    "private_address": "het adres ligt binnen een eigen netwerk",
    "host_not_allowed": "dit adres is niet meer toegestaan",
    "invalid": "dit adres kan niet",
    "no_key": "het geheim van deze koppeling is niet te lezen: meld het wie deze installatie beheert",
    "not_https": "het adres begint niet met https://",
}
"""Why a try did not arrive, in words"""


@may(ADMINISTER)
def webhook_list(request: HttpRequest) -> HttpResponse:
    """The webhooks of the organisations that one administers."""
    rows = making.webhooks_to_end(actor_of(request)).filter(ended_at=None).order_by("organisation__name", "pk")
    found = [(hook, [WORDS[Event(code)] for code in hook.events], is_wound_up(hook.organisation)) for hook in rows]
    return render(request, "webhooks.html", {"found": found, "is_on": addresses.is_on()})


@may(ADMINISTER)
def one_webhook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One webhook, and the log of what was sent: newest first, or only what failed."""
    hook = making.get_webhook(actor_of(request), public_id)
    failed = request.GET.get("stand") == "mislukt"
    rows = hook.messages.filter(state=WebhookMessage.State.FAILED) if failed else hook.messages.all()
    messages, next_url = next_page(request, rows, _LOG)
    here = reverse("webhook", args=[hook.public_id])
    context = {
        "hook": hook,
        "events": [WORDS[Event(code)] for code in hook.events],
        "found": [(each, WORDS.get(each.event, each.event), PROBLEMS.get(each.problem, "")) for each in messages],
        "any_failed": hook.messages.filter(state=WebhookMessage.State.FAILED).exists(),
        "failed": failed,
        "next_url": next_url,
        "tabs": [
            {"label": "Alles", "url": here, "current": not failed},
            {"label": "Mislukt", "url": f"{here}?stand=mislukt", "current": failed},
        ],
        "crumbs": _crumbs((_host(hook), "")),
    }
    return render(request, "webhook.html", context)


class Make(ActPage[Organisation]):
    """Make one; it ends with its secret, shown once."""

    act = making.make_webhook
    template = "webhook_form.html"
    title, question, submit_label = "Koppeling maken", "Waar sturen wij berichten heen?", "Maak de koppeling"
    back = WEBHOOKS
    keyed = True
    made: Webhook | None = None

    def find(self, **address: Any) -> Organisation:
        """The organisation: the one in the address, or the first. Raises Refused."""
        access.require(self.actor, ADMINISTER)
        rows = Organisation.objects.filter(pk__in=self.actor.organisations_for(ADMINISTER)).order_by("name", "pk")
        self.places = list(rows)
        code = self.request.GET.get("plaats", "")
        found = next((place for place in self.places if not code or place.code == code), None)
        if found is None:
            raise not_found()
        return found

    def require_right(self) -> None:
        """Said when the organisation was found."""

    def named(self) -> Document:
        """Its document says where."""
        return {}

    def given(self) -> Document:
        """The organisation that was chosen."""
        return {"organisation": self.target.code}

    def posted(self) -> Document:
        """What was typed, with every event that was ticked."""
        return {**super().posted(), "events": self.request.POST.getlist("events")}

    def carry_out(self, document: Document) -> Webhook:
        """The webhook; without its secret when the same form was sent before."""
        made: Webhook = super().carry_out(document)
        self.made = made if made.secret else None
        return made

    def said(self, outcome: Webhook) -> str:
        """Only of a form that was sent again."""
        return "" if self.made else "Deze koppeling is al gemaakt, en het geheim is al getoond."

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """The secret, in an answer that no browser keeps; or the form again with what is wrong."""
        answer = super().post(request, **address)
        if self.made is not None:
            context = {"hook": self.made, "crumbs": _crumbs(("Gemaakt", ""))}
            answer = render(request, "webhook_made.html", context)
            answer.headers["Cache-Control"] = "no-store"
        return answer

    def content(self) -> Document:
        """What it can be told."""
        ticked = self.document.get("events") or []
        return {
            "place": self.target,
            "places": self.places,
            "is_on": addresses.is_on(),
            "event_choices": [{"code": code, "label": WORDS[code], "checked": code in ticked} for code in Event],
            "crumbs": _crumbs((self.title, "")),
        }


class _OnAWebhook(ActPage[Webhook]):
    """The page of an act on one webhook."""

    def find(self, **address: Any) -> Webhook:
        """The webhook. Raises Refused: absent."""
        return making.get_webhook(self.actor, address["public_id"])

    def named(self) -> Document:
        """The webhook."""
        return {"webhook_id": self.target.public_id}

    def back_url(self) -> str:
        """The page of the webhook."""
        return reverse("webhook", args=[self.target.public_id])

    def frame(self) -> Document:
        """Which one it is."""
        crumbs = _crumbs((_host(self.target), self.back_url()), (self.title, ""))
        return {"facts": [{"label": "Systeem", "value": _host(self.target)}], "crumbs": crumbs}


class End(_OnAWebhook):
    """Send nothing there any more."""

    act = making.end_webhook
    title, question = "Koppeling beëindigen", "Wilt u deze koppeling beëindigen?"
    lead = "Er gaat dan niets meer heen, ook niet wat nu nog wacht."
    warning = "Een beëindigde koppeling kan niet terugkomen. U kunt wel een nieuwe maken."
    submit_label, danger = "Beëindig de koppeling", True
    done = "De koppeling is beëindigd."

    def find(self, **address: Any) -> Webhook:
        """The webhook, also of an organisation that is no more. Raises Refused: absent."""
        return making.get_webhook(self.actor, address["public_id"], to_end=True)

    def back_url(self) -> str:
        """The list, or the organisation for who administers only the installation."""
        return ended_page(self.actor, self.target.organisation) or reverse(WEBHOOKS)


class Try(_OnAWebhook):
    """Send a test."""

    act = making.try_webhook
    title, question = "Proefbericht", "Wilt u een proefbericht sturen?"
    lead = "Wij sturen het binnen enkele seconden. Of het aankwam, ziet u daarna in de lijst."
    submit_label = "Stuur een proefbericht"
    done = "Het proefbericht gaat uit."
    keyed = True


class ReplayFailed(_OnAWebhook):
    """Send everything that failed again."""

    act = making.replay_failed
    title, question = "Mislukte berichten opnieuw sturen", "Wilt u alle mislukte berichten opnieuw sturen?"
    lead = "Ze gaan met hetzelfde kenmerk: een systeem dat er al een had, herkent dat."
    submit_label = "Stuur alles opnieuw"
    done = "De mislukte berichten gaan opnieuw uit."


class Replay(ActPage[WebhookMessage]):
    """Send one message again."""

    act = making.replay_message
    title, question = "Bericht opnieuw sturen", "Wilt u dit bericht opnieuw sturen?"
    lead = "Het gaat met hetzelfde kenmerk: een systeem dat het al had, herkent dat."
    submit_label = "Stuur opnieuw"
    done = "Het bericht gaat opnieuw uit."

    def find(self, **address: Any) -> WebhookMessage:
        """The message. Raises Refused: absent."""
        found = making.messages_visible_to(self.actor).filter(public_id=address["public_id"]).first()
        if found is None:
            raise not_found()
        message: WebhookMessage = found
        return message

    def named(self) -> Document:
        """The message."""
        return {"message_id": self.target.public_id}

    def back_url(self) -> str:
        """The page of its webhook."""
        return reverse("webhook", args=[self.target.webhook.public_id])

    def frame(self) -> Document:
        """What it says, and to whom."""
        facts = [
            {"label": "Bericht", "value": WORDS.get(self.target.event, self.target.event)},
            {"label": "Kenmerk", "value": str(self.target.public_id)},
            {"label": "Systeem", "value": _host(self.target.webhook)},
        ]
        return {"facts": facts, "crumbs": _crumbs((_host(self.target.webhook), self.back_url()), (self.title, ""))}


def _host(hook: Webhook) -> str:
    return hook.url.split("/")[2]


def _crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": "Koppelingen", "url": reverse(WEBHOOKS)}] + [
        {"label": label, "url": url} for label, url in trail
    ]
