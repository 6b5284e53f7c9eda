"""The pages of suppliers for who buys, and the page of one's own firm."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from mvi_dashboard.ground import access, clock, languages, rate_limits
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Supplier, SupplierRegistration, User
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import too_many

from . import duplicates, firms, letting_in, listing, making
from .numbers import HOME, countries
from .registering_pages import AskingAFirm

_TOO_OFTEN = "U wijzigde dit te vaak."


@signed_in
def supplier_list(request: HttpRequest) -> HttpResponseBase:
    """All suppliers, or those that a search finds."""
    actor = actor_of(request)
    firms.require_looker(actor)
    text = request.GET.get("zoek", "").strip()
    page = listing.LIST.page(request, listing.found_by(text))
    if page.wants_file:
        return page.file()
    context = page.context() | {"text": text, "makes": firms.may_make(actor)}
    return render(request, "suppliers.html", context)


@signed_in
def one_supplier(request: HttpRequest, code: str) -> HttpResponse:
    """One supplier: its data, who works there in number, and firms that are alike."""
    actor = actor_of(request)
    firms.require_looker(actor)
    firm, now = firms.get_firm(code), clock.now()
    people = firms.people_of(firm, clock.local_date(now))
    invitations = firm.registrations.filter(asked_at=None, confirmed_at=None, ended_at=None, expires_at__gt=now)
    context = {
        "firm": firm,
        "country": countries(languages.spoken()).get(firm.country, ""),
        "people": len(people),
        "invited": invitations.order_by("-created_at").first(),
        "alike": [] if firm.merged_into else duplicates.alike_to(firm, people),
        "merged": list(firm.merged.order_by("name", "pk")),
        "makes": firms.may_make(actor) and firm.merged_into is None,
        "merges": access.administers_installation(actor),
    }
    return render(request, "supplier.html", context)


@signed_in
def own_supplier(request: HttpRequest) -> HttpResponse:
    """One's own firm: its data, who works there, and who asks to."""
    actor = actor_of(request)
    firm = Supplier.objects.get(pk=firms.require_own(actor))
    asking = letting_in.asking(actor)
    context = {
        "firm": firm,
        "country": countries(languages.spoken()).get(firm.country, ""),
        "people": firms.people_of(firm, clock.today()),
        "asking": asking,
        "waiting": sum(1 for each in asking if each.let_in_at is None),
        "people_url": _people_url(),
    }
    return render(request, "own_supplier.html", context)


class New(AskingAFirm):
    """Make a supplier."""

    template, back = "supplier_form.html", "supplier-list"
    act = making.make
    title, question, submit_label = "Nieuwe leverancier", "Welke leverancier komt erbij?", "Maak de leverancier"
    done = "{0.name} is gemaakt."
    keyed = True

    def find(self, **address: Any) -> None:
        """There is nothing yet. Raises Refused for who may not make any."""
        firms.require_maker(self.actor)

    def named(self) -> Document:
        """Nothing to find."""
        return {}

    def next_url(self, outcome: Supplier) -> str:
        """The new one."""
        return reverse("supplier", args=[outcome.code])


class Change(AskingAFirm):
    """Change the data of a firm: one's own, or one at which nobody works yet."""

    template = "supplier_form.html"
    act = making.change
    title, submit_label = "Gegevens wijzigen", "Sla de gegevens op"
    question = "Welke gegevens kloppen niet meer?"
    done = "De gegevens van {0.name} zijn opgeslagen."

    def find(self, **address: Any) -> Supplier:
        """The firm. Raises Refused: absent, forbidden."""
        return making.changeable(self.actor, address["code"])

    def named(self) -> Document:
        """By its code."""
        return {"code": self.target.code}

    def first(self) -> Document:
        """What it is now."""
        firm: Supplier = self.target
        return {"name": firm.name, "country": firm.country or HOME, "number": firm.registration_number}

    def carry_out(self, document: Document) -> Supplier:
        """The firm. Raises Refused, also for a supplier that tries many numbers."""
        if self.actor.supplier_id is not None:
            wait = rate_limits.wait_for(rate_limits.REGISTRATION, f"actor {self.actor.key}")
            if wait:
                raise too_many(wait, _TOO_OFTEN)
        changed: Supplier = super().carry_out(document)
        return changed

    def back_url(self) -> str:
        """The firm, as this person sees it."""
        if self.actor.supplier_id is not None:
            return reverse("own-supplier")
        return reverse("supplier", args=[self.target.code])


class Invite(ActPage[Supplier]):
    """Invite the first person of a firm."""

    act = making.invite
    template = "supplier_form.html"
    title, submit_label = "Iemand uitnodigen", "Stuur de uitnodiging"
    question = "Wie gaat voor dit bedrijf werken?"
    lead = "De link werkt één keer, 7 dagen lang. Daarna laat die persoon zelf collega's toe."
    done = "De uitnodiging gaat naar {0.email}."

    def find(self, **address: Any) -> Supplier:
        """The firm. Raises Refused: absent, forbidden."""
        firms.require_maker(self.actor)
        return firms.get_firm(address["code"])

    def named(self) -> Document:
        """By its code."""
        return {"code": self.target.code}

    def first(self) -> Document:
        """The language of most."""
        return {"language": "nl"}

    def back_url(self) -> str:
        """The firm."""
        return reverse("supplier", args=[self.target.code])

    def frame(self) -> Document:
        """For which firm, and what can be chosen."""
        return {"eyebrow": self.target.name, "languages": User.Language.choices}


class _OnWhoAsks(ActPage[SupplierRegistration]):
    """An act on somebody who asks to work at one's own firm."""

    back = "own-supplier"

    def find(self, **address: Any) -> SupplierRegistration:
        """The one who asks. Raises Refused: absent, forbidden."""
        return letting_in.get_asking(self.actor, address["public_id"])

    def named(self) -> Document:
        """By its id."""
        return {"registration_id": self.target.public_id}

    def frame(self) -> Document:
        """Who it is."""
        row = self.target
        name = f"{row.first_name} {row.last_name}".strip()
        return {
            "facts": [{"label": worded("Naam"), "value": name}, {"label": worded("E-mail"), "value": row.email}]
        }


class LetIn(_OnWhoAsks):
    """Let a colleague in."""

    act = letting_in.let_in
    title, question, submit_label = "Collega toelaten", "Werkt deze persoon bij uw bedrijf?", "Laat toe"
    lead = (
        "Wie u toelaat, kan voor uw bedrijf inschrijven en ziet uw inschrijvingen. Kijk goed naar het e-mailadres."
    )
    done = "De mail is onderweg: daarmee kiest uw collega een wachtwoord."


class TurnAway(_OnWhoAsks):
    """Turn somebody away."""

    act = letting_in.turn_away
    title, question, submit_label = "Vraag afwijzen", "Wilt u deze persoon afwijzen?", "Wijs af"
    danger = True
    done = "De vraag is afgewezen."


def _people_url() -> str:
    """Where people of a firm are invited and roles end, when that page is there."""
    try:
        return reverse("people")
    except NoReverseMatch:
        return ""
