"""The pages about people: the list with its invitations, one person, and what is done for that person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import clock, formats, taking_back
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import spoken, worded
from mvi_dashboard.ground.listing import ListPage
from mvi_dashboard.ground.models import Invitation, Membership, Role, User
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.trail import showing

from . import inviting, listing, roles, stopping, words
from .people_list import LIST
from .places import Place, chosen_place, managed_places, require_places

PEOPLE = "people"


def crumbs_to(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """The crumbs of a page under Mensen: (label, address) per step; the last one without an address."""
    return [{"label": "Mensen", "url": reverse(PEOPLE)}] + [{"label": label, "url": url} for label, url in trail]


class People(ActPage[Place]):
    """Who has access, which invitations are open, and the form to invite somebody."""

    act = inviting.invite
    template = "people.html"
    back = PEOPLE
    done = "De uitnodiging gaat per mail naar {0.email}."
    keyed = True
    beside = ("sleutel",)

    def find(self, **address: Any) -> Place:
        """The place that is looked at. Raises Refused."""
        self.places = require_places(self.actor)
        return chosen_place(self.places, self.request.GET.get("plaats", ""))

    def named(self) -> Document:
        """Its document says where."""
        return {}

    def first(self) -> Document:
        """The language of most."""
        return {"language": "nl"}

    def given(self) -> Document:
        """The place that is looked at."""
        return {"place": self.target.code}

    def posted(self) -> Document:
        """What was typed, with every role that was ticked."""
        chosen = self.request.POST.getlist("roles") or [str(role) for role in self._only_role()]
        return {**super().posted(), "roles": chosen}

    def next_url(self, outcome: Invitation) -> str:
        """The list of the same place."""
        return f"{reverse(PEOPLE)}?plaats={self.target.code}"

    def get(self, request: HttpRequest, **address: Any) -> HttpResponseBase:
        """The page; or everybody on it as a file."""
        drawn = super().get(request, **address)
        page = self._listed(self._found())
        return page.file() if page.wants_file else drawn

    def _asked(self) -> tuple[str, bool]:
        return self.request.GET.get("zoek", ""), self.request.GET.get("stand") == "weg"

    def _found(self) -> QuerySet[User]:
        text, gone = self._asked()
        return listing.people_at([self.target], text=text, gone=gone)

    def _listed(self, found: QuerySet[User]) -> ListPage:
        return LIST.page(
            self.request, found, prepare=listing.listed, about=lambda: {"Organisatie": self.target.name}
        )

    def content(self) -> Document:
        """The list, the invitations, and the roles that can be given."""
        (text, gone), found = self._asked(), self._found()
        with_access = listing.people_at([self.target])
        return {
            **self._listed(found).context(),
            "place": self.target,
            "places": self.places,
            "count": with_access.count(),
            "text": text,
            "gone": gone,
            "invitations": _open_invitations(self.target),
            "role_choices": self._choices(),
            "one_role": self._only_role(),
            "languages": User.Language.choices,
            "crumbs": [{"label": "Mensen", "url": ""}],
        }

    def _only_role(self) -> tuple[Role, ...]:
        return self.target.roles if len(self.target.roles) == 1 else ()

    def _choices(self) -> list[Document]:
        ticked = self.document.get("roles") or []
        return [
            {"code": role, "label": role.label, "help": words.ROLE_HELP[role], "checked": role in ticked}
            for role in self.target.roles
        ]


class _OneInvitation(ActPage[Invitation]):
    """The page of an act on one invitation."""

    back = PEOPLE

    def find(self, **address: Any) -> Invitation:
        """The invitation. Raises Refused: absent."""
        require_places(self.actor)
        return listing.get_invitation(self.actor, address["public_id"])

    def named(self) -> Document:
        """The invitation."""
        return {"invitation_id": self.target.public_id}

    def back_url(self) -> str:
        """The list of its place."""
        return f"{reverse(PEOPLE)}?plaats={inviting.place_of(self.target).code}"

    def frame(self) -> Document:
        """For whom it is."""
        facts = [
            {"label": "E-mail", "value": self.target.email},
            {"label": "Rol", "value": formats.capital(words.roles_in_words(self.target.roles, spoken()))},
            {"label": "Verstuurd", "value": formats.moment(self.target.sent_at)},
        ]
        return {"facts": facts, "crumbs": crumbs_to((self.title, ""))}


class Resend(_OneInvitation):
    """Send it again."""

    act = inviting.resend
    title, question = "Uitnodiging opnieuw sturen", "Wilt u de uitnodiging opnieuw sturen?"
    lead = "Er komt een nieuwe link. De oude link werkt dan niet meer."
    submit_label = "Stuur opnieuw"
    done = "De uitnodiging gaat opnieuw naar {0.email}."


class Withdraw(_OneInvitation):
    """Take it back."""

    act = inviting.withdraw
    title, question = "Uitnodiging intrekken", "Wilt u de uitnodiging intrekken?"
    lead = "De link in de mail werkt dan niet meer."
    submit_label = "Trek de uitnodiging in"
    done = "De uitnodiging is ingetrokken."


@signed_in
def one_person(request: HttpRequest, actor_key: UUID) -> HttpResponse:
    """The roles of one person here, what that person may do, who stands in, and what was done last."""
    actor = actor_of(request)
    person = listing.get_person(require_places(actor), actor_key)
    today = clock.today()
    rows: list[Membership] = person.roles_here  # type: ignore[attr-defined]
    held = [row for row in rows if listing.is_not_over(row, today)]
    deputies = listing.deputies_visible_to(actor).filter(ended_at=None, last_day__gte=today)
    administers = actor.may(ADMINISTER)
    context = {
        "person": person,
        "roles": [{"row": row, "open": row in held, "may": words.permissions_in_words(row.role)} for row in rows],
        "any_open": bool(held),
        "deputies": deputies.filter(person=person),
        "stands_in": deputies.filter(deputy=person),
        "administers": administers,
        "only_here": administers and taking_back.works_only_for(actor, person),
        "is_self": actor.user == person,
        "entries": showing.lines(listing.done_by(actor, person)) if administers else [],
        "crumbs": crumbs_to((str(person), "")),
    }
    return render(request, "person.html", context)


@signed_in
def who_may_what(request: HttpRequest) -> HttpResponse:
    """Every role that can be given here, with what it may do."""
    places = managed_places(actor_of(request))
    given = dict.fromkeys(role for place in places for role in place.roles) or dict.fromkeys(Role)
    rows = [(role, words.ROLE_HELP[role], words.permissions_of(role)) for role in given]
    return render(request, "who_may_what.html", {"rows": rows, "crumbs": crumbs_to(("Wie mag wat", ""))})


class _ForAPerson(ActPage[User]):
    """The page of an act on one person."""

    def find(self, **address: Any) -> User:
        """The person. Raises Refused: absent."""
        self.places = require_places(self.actor)
        return listing.get_person(self.places, address["actor_key"])

    def named(self) -> Document:
        """The person."""
        return {"person_id": self.target.actor_key}

    def back_url(self) -> str:
        """The page of that person."""
        return reverse("person", args=[self.target.actor_key])

    def frame(self) -> Document:
        """Who it is about."""
        crumbs = crumbs_to((str(self.target), self.back_url()), (self.title, ""))
        return {"eyebrow": str(self.target), "crumbs": crumbs}


class GiveRole(_ForAPerson):
    """One role more."""

    act = roles.give_role
    template = "give_role.html"
    title, question, submit_label = "Een rol geven", "Welke rol komt erbij?", "Geef de rol"
    done = "De rol is gegeven."
    keyed = True

    def content(self) -> Document:
        """The roles and places that can be chosen."""
        rows: list[Membership] = self.target.roles_here  # type: ignore[attr-defined]
        theirs = {row.organisation or row.supplier for row in rows}
        here = [place for place in self.places if (place.organisation or place.supplier) in theirs]
        given = dict.fromkeys(role for place in here for role in place.roles)
        return {
            "role_options": [
                (str(role), f"{worded(str(role.label))}: {worded(words.ROLE_HELP[role])}") for role in given
            ],
            "place_options": [(place.code, place.name) for place in here] if len(here) > 1 else [],
        }


class Block(_ForAPerson):
    """Keep somebody out."""

    act = stopping.block
    title, question = "Niet meer toelaten", "Wilt u deze persoon niet meer toelaten?"
    submit_label, danger = "Laat niet meer toe", True
    done = "Deze persoon heeft bij u geen toegang meer."

    def frame(self) -> Document:
        """With what will happen."""
        if taking_back.works_only_for(self.actor, self.target):
            lead = "Inloggen kan dan niet meer en alle sessies stoppen. Wat is vastgelegd, blijft staan."
        else:
            lead = "De rollen bij u eindigen nu. Deze persoon werkt ook elders en kan daar blijven werken."
        return {**super().frame(), "lead": lead}


class Unblock(_ForAPerson):
    """Let somebody in again."""

    act = stopping.unblock
    title, question = "Weer toelaten", "Wilt u deze persoon weer toelaten?"
    submit_label = "Laat weer toe"
    done = "Deze persoon kan weer inloggen."


class SignOutEverywhere(_ForAPerson):
    """End all sessions."""

    act = stopping.sign_out
    title, question = "Overal uitloggen", "Wilt u deze persoon overal uitloggen?"
    lead = "Handig als een laptop of telefoon kwijt is. Daarna kan deze persoon gewoon weer inloggen."
    submit_label = "Log overal uit"
    done = "Alle sessies van deze persoon zijn gestopt."


class EndRole(ActPage[Membership]):
    """Let a role end, now or on a day."""

    act = roles.end_role
    title, question = "Rol laten eindigen", "Wanneer eindigt deze rol?"
    lead = "Zonder laatste dag eindigt de rol nu. Wat is vastgelegd, blijft staan."
    submit_label = "Laat de rol eindigen"
    done = "De einddatum van de rol is opgeslagen."

    def find(self, **address: Any) -> Membership:
        """The role. Raises Refused: absent."""
        require_places(self.actor)
        return listing.get_membership(self.actor, address["public_id"])

    def named(self) -> Document:
        """The role."""
        return {"membership_id": self.target.public_id}

    def back_url(self) -> str:
        """The page of the person."""
        return reverse("person", args=[self.target.user.actor_key])

    def next_url(self, outcome: Membership) -> str:
        """The list, when it was the own last role: that page is not theirs any more."""
        return self.back_url() if self.actor.user != self.target.user else reverse("start")

    def frame(self) -> Document:
        """Which role of whom."""
        row, person = self.target, self.target.user
        facts = [
            {"label": "Persoon", "value": str(person)},
            {"label": "Rol", "value": worded(row.get_role_display())},
            {"label": "Bij", "value": Place(row.organisation, row.supplier).name},
            {
                "label": "Tot en met",
                "value": formats.day(row.valid_to) if row.valid_to else worded("geen einddatum"),
            },
        ]
        return {"facts": facts, "crumbs": crumbs_to((str(person), self.back_url()), (self.title, ""))}


def _open_invitations(place: Place) -> list[dict[str, Any]]:
    now = clock.now()
    rows = listing.open_invitations([place]).order_by("-sent_at", "-pk")[: listing.MOST_INVITATIONS]
    return [
        {
            "row": row,
            "roles": formats.capital(words.roles_in_words(row.roles, spoken())),
            "over": row.expires_at <= now,
            "today": clock.local_date(row.expires_at) == clock.local_date(now),
        }
        for row in rows
    ]
