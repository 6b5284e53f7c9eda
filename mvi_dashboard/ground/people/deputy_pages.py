"""The page on which people say who stands in for them, and an administrator for whom."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.access import ADMINISTER
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import REAL, Deputy, Organisation
from mvi_dashboard.ground.pages import next_page
from mvi_dashboard.ground.problems import forbidden, not_found

from . import deputising, listing

DEPUTIES = "deputies"


class Deputies(ActPage[Organisation]):
    """Who stands in for whom, and the form to say so."""

    act = deputising.set_deputy
    template = "deputies.html"
    title, submit_label = "Vervanging", "Leg de vervanging vast"
    back = DEPUTIES
    done = "De vervanging is vastgelegd."
    keyed = True

    def find(self, **address: Any) -> Organisation:
        """The organisation that is looked at. Raises Refused."""
        # Who stands in for whom is real: nobody says it while practising.
        mine = Organisation.objects.filter(REAL, pk__in=self.actor.organisation_ids)
        self.places = list(mine.order_by("name", "pk"))
        if not self.places:
            raise forbidden()
        code = self.request.GET.get("plaats", "")
        found = next((place for place in self.places if not code or place.code == code), None)
        if found is None:
            raise not_found()
        return found

    def named(self) -> Document:
        """Its document says where."""
        return {}

    def given(self) -> Document:
        """The organisation, and oneself for who does not administer it."""
        own = {} if self._administers() else {"person": str(self.actor.user and self.actor.user.actor_key)}
        return {"organisation": self.target.code, **own}

    def next_url(self, outcome: Deputy) -> str:
        """The same organisation."""
        return f"{reverse(DEPUTIES)}?plaats={self.target.code}"

    def content(self) -> Document:
        """Those of now and later, and who can be chosen."""
        colleagues, administers = deputising.colleagues(self.target, clock.today()), self._administers()
        myself = str(self.actor.user and self.actor.user.actor_key)
        rows = listing.deputies_visible_to(self.actor).filter(organisation=self.target, ended_at=None)
        found, next_url = next_page(self.request, rows.filter(last_day__gte=clock.today()), ("first_day", "id"))
        return {
            "place": self.target,
            "places": self.places,
            "found": found,
            "next_url": next_url,
            "administers": administers,
            "colleagues": colleagues,
            # Nobody stands in for oneself; for whom an administrator asks is known only when it is sent.
            "others": [each for each in colleagues if administers or each[0] != myself],
            "crumbs": [{"label": "Vervanging", "url": ""}],
        }

    def _administers(self) -> bool:
        return self.actor.may(ADMINISTER, self.target.pk)


class EndDeputy(ActPage[Deputy]):
    """End it before its last day."""

    act = deputising.end_deputy
    title, question = "Vervanging laten eindigen", "Wilt u deze vervanging nu laten eindigen?"
    lead = "Wie vervangt, heeft dan alleen nog de eigen rollen."
    submit_label = "Laat de vervanging eindigen"
    back = DEPUTIES
    done = "De vervanging is voorbij."

    def find(self, **address: Any) -> Deputy:
        """The deputy. Raises Refused: absent."""
        found = listing.deputies_visible_to(self.actor).filter(public_id=address["public_id"]).first()
        if found is None:
            raise not_found()
        return found

    def named(self) -> Document:
        """The deputy."""
        return {"deputy_id": self.target.public_id}

    def require_right(self) -> None:
        """Whoever sees it may end it."""

    def frame(self) -> Document:
        """Who stands in for whom."""
        row = self.target
        facts = [
            {"label": "Wie vervangt", "value": str(row.deputy)},
            {"label": "Voor", "value": str(row.person)},
            {"label": "Bij", "value": row.organisation.name},
            {"label": "Tot en met", "value": formats.day(row.last_day)},
        ]
        crumbs = [{"label": "Vervanging", "url": reverse(DEPUTIES)}, {"label": self.title, "url": ""}]
        return {"facts": facts, "crumbs": crumbs}
