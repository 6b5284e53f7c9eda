"""The pages of who administers the installation: organisations as a tree, and how each begins, moves and ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.keys.listing import keys_to_end, that_hold
from mvi_dashboard.ground.listing import Cell, Column, Listing
from mvi_dashboard.ground.models import REAL, Invitation, Organisation, User
from mvi_dashboard.ground.ordering import Order, Orders
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.webhooks.making import webhooks_to_end

from . import holdings, making, succession, winding_up
from .acting import is_over, living, named_other, require_installation, with_code

LIST = "organisation-list"
_LOOK = "Kijk eerst wat er nog loopt"
_CHOOSE = "Kies een organisatie."
_LONGEST_SEARCH, _MOST_WORDS, _MOST_OPEN = 100, 6, 100


@dataclass(frozen=True)
class _Row:
    """An organisation in the list, and whether it stands there at its place in the tree."""

    organisation: Organisation
    as_tree: bool

    @property
    def name(self) -> Cell:
        """Its name and code, as far down as it stands."""
        row = self.organisation
        depth = row.path.count("/") - 2 if self.as_tree else 0
        url = reverse("organisation", args=[row.code])
        return Cell(row.name, url=url, below=(row.code,), depth=depth)

    @property
    def state(self) -> str:
        """Whether it is in use, and what comes after it."""
        row = self.organisation
        if row.valid_to is None:
            return "in gebruik"
        day = formats.day(row.valid_to)
        if not is_over(row):
            return f"eindigt op {day}"
        after = f", daarna {row.successor.name}" if row.successor else ""
        return f"tot en met {day}{after}"


ORDERS = Orders(
    "plaats",
    place=Order("plaats", "Plaats", "path"),
    name=Order("naam", "Naam", "name"),
    kind=Order("soort", "Soort", "kind"),
    parent=Order("onder", "Staat onder", "parent__name", ""),
    end=Order("einde", "Stand", "valid_to", date.max),
)
ORGANISATIONS = Listing(
    "organisaties",
    "Organisaties",
    ORDERS,
    Column("Naam", lambda row: row.organisation.name, order="name", shown=lambda row: row.name),
    Column("Code", lambda row: row.organisation.code, on_page=False),
    Column("Soort", lambda row: row.organisation.kind or None, order="kind"),
    Column(
        "Staat onder",
        lambda row: row.organisation.parent.name if row.organisation.parent else None,
        order="parent",
        none="geen andere organisatie",
    ),
    Column("Stand", lambda row: row.state, order="end"),
)


@signed_in
def organisation_list(request: HttpRequest) -> HttpResponseBase:
    """All organisations as a tree or in another order, or those that a search finds."""
    require_installation(actor_of(request))
    text = request.GET.get("zoek", "").strip()
    asked = ORDERS.asked_in(request)
    as_tree = asked.key == "place" and not asked.turned and not text
    page = ORGANISATIONS.page(request, found_by(text), prepare=lambda rows: [_Row(row, as_tree) for row in rows])
    if page.wants_file:
        return page.file()
    context = page.context() | {"text": text, "crumbs": _crumbs()}
    return render(request, "organisations/list.html", context)


def found_by(text: str) -> QuerySet[Organisation]:
    """The organisations with each of these words in name, code or kind."""
    found = Organisation.objects.filter(REAL).select_related("parent", "successor")
    for word in text.replace("\x00", "")[:_LONGEST_SEARCH].split()[:_MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(kind__icontains=word))
    return found


@signed_in
def one_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation: its place, how much is there, and what can be done."""
    require_installation(actor_of(request))
    row = with_code(code)
    context = {
        "row": row,
        "over": is_over(row),
        "held": holdings.held(row),
        "has_administrator": making.has_administrator(row),
        "invited": making.invited_administrator(row),
        "predecessors": row.predecessors.order_by("-valid_to", "name"),
        "parts": row.parts.order_by("name"),
        **_left_open(actor_of(request), row),
        "crumbs": _crumbs((row.name, "")),
    }
    return render(request, "organisations/one.html", context)


def _left_open(actor: Actor, row: Organisation) -> Document:
    """The keys and webhooks that nobody ends any more, but for who administers the installation."""
    if not winding_up.is_wound_up(row):
        return {}
    keys = that_hold(keys_to_end(actor)).filter(organisation=row).order_by("expires_at", "pk")
    hooks = webhooks_to_end(actor).filter(organisation=row, ended_at=None).order_by("pk")
    return {"open_keys": keys[:_MOST_OPEN], "open_webhooks": hooks[:_MOST_OPEN]}


def _crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    first = [{"label": "Organisaties", "url": reverse(LIST) if trail else ""}]
    return first + [{"label": label, "url": url} for label, url in trail]


class New(ActPage[None]):
    """Make an organisation."""

    act = making.make
    back = LIST
    template = "organisations/form.html"
    title, question, submit_label = "Nieuwe organisatie", "Welke organisatie komt erbij?", "Maak de organisatie"
    lead = "Daarna nodigt u de eerste beheerder uit. Die regelt de rest."
    done = "{0.name} is gemaakt. Nodig nu de eerste beheerder uit."
    keyed = True

    def find(self, **address: Any) -> None:
        """There is nothing yet. Raises Refused: forbidden."""
        require_installation(self.actor)

    def named(self) -> Document:
        """Nothing to find."""
        return {}

    def frame(self) -> Document:
        """Where it stands, and below which it can be."""
        return {"crumbs": _crumbs((self.title, "")), "organisations": living()}

    def next_url(self, outcome: Organisation) -> str:
        """The new one."""
        return reverse("organisation", args=[outcome.code])


class _OnOne(ActPage[Organisation]):
    """The page of an act on one organisation."""

    def find(self, **address: Any) -> Organisation:
        """The organisation. Raises Refused: forbidden, absent."""
        require_installation(self.actor)
        return with_code(address["code"])

    def named(self) -> Document:
        """By its code."""
        return {"code": self.target.code}

    def back_url(self) -> str:
        """Its page."""
        return reverse("organisation", args=[self.target.code])

    def frame(self) -> Document:
        """Which one, and how much is there."""
        crumbs = _crumbs((self.target.name, self.back_url()), (self.title, ""))
        facts = holdings.held(self.target)
        return {"eyebrow": self.target.name, "facts": facts, "crumbs": crumbs, "warning_title": _LOOK}


class InviteAdministrator(_OnOne):
    """Invite the first administrator."""

    act = making.invite_administrator
    template = "organisations/form.html"
    title, question = "Eerste beheerder", "Wie gaat deze organisatie beheren?"
    lead = "De link werkt één keer, 7 dagen lang. Daarna nodigt de beheerder zelf mensen uit."
    submit_label = "Stuur de uitnodiging"

    def first(self) -> Document:
        """The language of most."""
        return {"language": "nl"}

    def content(self) -> Document:
        """Which languages there are."""
        return {"languages": User.Language.choices}

    def said(self, outcome: Invitation) -> str:
        """To whom it goes."""
        return f"De uitnodiging gaat naar {outcome.email}."


class Move(_OnOne):
    """Put it below another one."""

    act = making.move
    template = "organisations/form.html"
    title, question, submit_label = "Verplaatsen", "Onder welke organisatie staat deze?", "Verplaats"
    lead = "Wie bij de organisatie erboven leest, leest dan ook hier. Alles eronder verhuist mee."
    done = "{0.name} staat nu op de nieuwe plaats."

    def content(self) -> Document:
        """Below which it can be."""
        return {"organisations": living(self.target)}

    def first(self) -> Document:
        """Where it is now."""
        return {"parent": self.target.parent.code if self.target.parent else ""}


class End(_OnOne):
    """Let it end without a successor."""

    act = making.end
    title, question, submit_label = "Laten eindigen", "Wanneer eindigt deze organisatie?", "Laat eindigen"
    lead = "De mensen lezen daarna nog, en wijzigen niets meer. Alles blijft staan."
    warning = "Loopt er nog iets? Laat de organisatie dan opgaan in een andere: anders kan niemand het afmaken."
    danger = True
    done = "De laatste dag van {0.name} is opgeslagen."


class _Succession(_OnOne):
    """An act after which another goes on: first is asked which, then shown what goes where."""

    template = "organisations/succession.html"
    danger = True
    asked: Mapping[str, str] = {}
    """names of the document, by the name that each has in the address"""

    def given(self) -> Document:
        """What was chosen in the step before."""
        return {name: self.request.GET.get(at, "") for at, name in self.asked.items()}

    def content(self) -> Document:
        """The others that were chosen; or what is wrong with them, and then they are asked."""
        chosen: list[dict[str, Any]] = []
        wrong = list(self.problems)
        for at, name in self.asked.items():
            code = self.request.GET.get(at, "")
            other, problems = named_other(code, name, self.target) if code else (None, self._left_open(at, name))
            if other is not None and any(other == each["other"] for each in chosen):
                other, problems = None, [Problem((name,), "duplicate", succession.TWICE)]
            wrong += problems if not self.problems else []
            chosen.append({"at": at, "label": self.shape.fields[name].label, "value": code, "other": other})
        ready = all(each["other"] for each in chosen)
        first = chosen[0]["other"]
        options = [] if ready else living(self.target)
        return {"chosen": chosen, "ready": ready, "successor": first, "problems": wrong, "organisations": options}

    def _left_open(self, at: str, name: str) -> list[Problem]:
        """That nothing was chosen, for who went on without; not for who comes here first."""
        return [Problem((name,), "required", _CHOOSE)] if at in self.request.GET else []


class Merge(_Succession):
    """Let it go up in another one."""

    act = succession.merge
    asked = {"opvolger": "successor"}
    title, question = "Samenvoegen", "Laat deze organisatie opgaan in een andere"
    lead = "Gaan er twee op in een nieuwe? Maak eerst de nieuwe, en doe dit dan voor elk van de twee."
    submit_label = "Voeg samen"
    done = "{0.name} is opgegaan in {0.successor.name}. Draag nu het lopende werk over."


class Split(_Succession):
    """Split it in two."""

    act = succession.split
    asked = {"opvolger": "successor", "ander": "other"}
    title, question = "Splitsen", "Splits deze organisatie in twee"
    lead = "Maak eerst de twee nieuwe organisaties. Eén van de twee gaat verder met de geschiedenis."
    submit_label = "Splits"
    done = "{0.name} is gesplitst. Draag nu het lopende werk over aan {0.successor.name}."


class HandOver(_OnOne):
    """Hand the running work to the successor."""

    act = succession.hand_over
    title, question = "Lopend werk overdragen", "Wilt u het lopende werk overdragen aan de opvolger?"
    lead = (
        "Wie bij de opvolger een rol heeft, doet daarna hetzelfde werk bij de aanbestedingen en contracten van "
        "deze organisatie. Die blijven op naam van deze organisatie staan: zo blijft de geschiedenis kloppen."
    )
    submit_label = "Draag over"
    done = "Het lopende werk is overgedragen."
