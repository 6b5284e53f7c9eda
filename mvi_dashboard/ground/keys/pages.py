"""The pages of keys: the list, making one, renewing it, and revoking it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import accounts, clock, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.organisations.winding_up import ended_page
from mvi_dashboard.ground.pages import actor_of, next_page, signed_in
from mvi_dashboard.ground.people import words
from mvi_dashboard.ground.people.places import Place

from . import listing, making, revoking
from .places import Whose, name_of, places_for, require_places_for, roles_for

KEYS = "keys"


@signed_in
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys that hold, the one that ends first on top; or those that are over."""
    actor = actor_of(request)
    require_places_for(actor, Whose.OWN)
    over = request.GET.get("stand") == "voorbij"
    rows = listing.keys_to_end(actor)
    chosen = listing.that_are_over(rows) if over else listing.that_hold(rows)
    found, next_url = next_page(request, chosen, listing.ORDER)
    context = {
        "found": listing.listed(actor, found),
        "next_url": next_url,
        "over": over,
        "for_systems": bool(places_for(actor, Whose.SYSTEM)),
        "tabs": [
            {"label": "Geldig", "url": reverse(KEYS), "current": not over},
            {"label": "Voorbij", "url": f"{reverse(KEYS)}?stand=voorbij", "current": over},
        ],
    }
    return render(request, "keys.html", context)


class _ShowsAKey(ActPage[Any]):
    """A page that ends with a key, shown once: in the answer itself, which no browser keeps."""

    back = KEYS
    keyed = True
    made: ApiToken | None = None

    def carry_out(self, document: Document) -> ApiToken:
        """The key; without its text when the same form was sent before."""
        made: ApiToken = super().carry_out(document)
        self.made = made if made.text else None
        return made

    def said(self, outcome: ApiToken) -> str:
        """Only of a form that was sent again: the key itself says the rest."""
        again = "Deze sleutel is al gemaakt en getoond. Kwijt? Trek hem in en maak een nieuwe."
        return "" if self.made else worded(again)

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """The key, or the form again with what is wrong."""
        answer = super().post(request, **address)
        if self.made is not None:
            last = formats.moment(self.made.expires_at)
            answer = render(
                request, "key_made.html", {"key": self.made, "last": last, "crumbs": _crumbs("Gemaakt")}
            )
            answer.headers["Cache-Control"] = "no-store"
        return answer


class MakeOwn(_ShowsAKey):
    """A key in one's own name."""

    act = making.make_key
    template = "key_form.html"
    whose = Whose.OWN
    title, submit_label = "Eigen sleutel maken", "Maak de sleutel"
    question = "Waar is uw eigen sleutel voor?"
    lead = "Wie deze sleutel heeft, kan wat u kunt in deze rol. Het staat op uw naam."

    def find(self, **address: Any) -> Place:
        """The place for which the key is: the one in the address, or the first. Raises Refused."""
        self.places = require_places_for(self.actor, self.whose)
        code = self.request.GET.get("plaats", "")
        return next((place for place in self.places if place.code == code), self.places[0])

    def named(self) -> Document:
        """Its document says where."""
        return {}

    def given(self) -> Document:
        """Whose it is, and the place that was chosen."""
        place = {"place": self.target.code} if self.target.code else {}
        return {"whose": str(self.whose), **place}

    def first(self) -> Document:
        """The usual term, and the role of who has only one."""
        roles = roles_for(self.actor, self.target, self.whose)
        return {"days": accounts.USUAL_DAYS, **({"role": roles[0]} if len(roles) == 1 else {})}

    def content(self) -> Document:
        """The roles that can be chosen, with what each may do."""
        roles = roles_for(self.actor, self.target, self.whose)
        return {
            "place": self.target,
            "place_name": name_of(self.target),
            "places": self.places,
            "own": self.whose == Whose.OWN,
            **self.instead(),
            "role_options": [
                (role, f"{worded(str(role.label))}: {words.permissions_in_words(role)}") for role in roles
            ],
            "crumbs": _crumbs(self.title),
        }

    def instead(self) -> Document:
        """What is said otherwise of this place."""
        return {}


class MakeForSystem(MakeOwn):
    """A key of a system, in nobody's name."""

    whose = Whose.SYSTEM
    title = "Sleutel voor een systeem maken"
    question = "Voor welk systeem is de sleutel?"
    lead = "Een systeem leest of legt vast. Inschrijvingen lezen, openen, gunnen en beheren kan het niet."

    def instead(self) -> Document:
        """A supplier opens and awards nothing."""
        return {"lead": worded("Wat het systeem mag, staat hieronder bij de rol.")} if self.target.supplier else {}


class Renew(_ShowsAKey):
    """A new key in the place of one that ends."""

    act = making.renew_key
    title, question = "Sleutel vernieuwen", "Wilt u deze sleutel vernieuwen?"
    lead = "U krijgt een nieuwe sleutel. De oude werkt nog hoogstens 7 dagen, zodat u rustig kunt wisselen."
    submit_label = "Vernieuw de sleutel"

    def find(self, **address: Any) -> ApiToken:
        """The key. Raises Refused: absent."""
        return listing.get_key(self.actor, address["key_id"])

    def named(self) -> Document:
        """The key."""
        return {"key_id": self.target.actor_key}

    def frame(self) -> Document:
        """Which key it is."""
        return {"facts": _facts(self.actor, self.target), "crumbs": _crumbs(self.title)}


class Revoke(ActPage[ApiToken]):
    """Make it worth nothing."""

    act = revoking.revoke_key
    title, question = "Sleutel intrekken", "Wilt u deze sleutel intrekken?"
    lead = "Systemen die deze sleutel gebruiken, komen er dan meteen niet meer in."
    warning = "Een ingetrokken sleutel kan niet terugkomen. U kunt wel een nieuwe maken."
    submit_label, danger = "Trek de sleutel in", True
    back = KEYS
    done = "De sleutel is ingetrokken."
    named, frame = Renew.named, Renew.frame

    def find(self, **address: Any) -> ApiToken:
        """The key. Raises Refused: absent; forbidden while practising."""
        revoking.require_at_work(self.actor)
        return listing.get_key(self.actor, address["key_id"], to_end=True)

    def back_url(self) -> str:
        """The keys, or the organisation for who administers only the installation."""
        return ended_page(self.actor, self.target.organisation) or super().back_url()


def _facts(actor: Any, key: ApiToken) -> list[dict[str, str]]:
    (row,) = listing.listed(actor, [key])
    last_used = formats.moment(key.last_used_at) if key.last_used_at else worded("nog nooit")
    return [
        {"label": "Naam", "value": row.name},
        {"label": "Begint met", "value": f"{key.prefix}…"},
        {"label": "Bij", "value": row.place},
        {"label": "Mag", "value": row.may},
        {"label": "Geldig tot", "value": formats.day(clock.local_date(key.expires_at))},
        {"label": "Laatst gebruikt", "value": last_used},
    ]


def _crumbs(title: str) -> list[dict[str, str]]:
    return [{"label": "Sleutels", "url": reverse(KEYS)}, {"label": title, "url": ""}]
