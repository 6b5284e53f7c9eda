"""Where somebody looks after people: the organisations that they administer, or the supplier they work for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from mvi_dashboard.ground.access import ADMINISTER, COLLEAGUES, Actor
from mvi_dashboard.ground.accounts import WITHOUT_PLACE
from mvi_dashboard.ground.models import Organisation, Role, Supplier
from mvi_dashboard.ground.problems import Kind, forbidden, not_found, refuse

WHO = "organisation-administrator at the own organisation; supplier, for the own people"


@dataclass(frozen=True)
class Place:
    """An organisation or a supplier, as the place where people have roles."""

    organisation: Organisation | None = None
    supplier: Supplier | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.organisation or self.supplier)

    @property
    def code(self) -> str:
        """Its code."""
        place = self.organisation or self.supplier
        return place.code if place else ""

    @property
    def fields(self) -> dict[str, Any]:
        """The same as columns of a row."""
        return {"organisation": self.organisation, "supplier": self.supplier}

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that can be given here: none without a place, and none of the other kind of place."""
        if self.supplier is not None:
            return (Role.SUPPLIER,)
        return tuple(role for role in Role if role not in WITHOUT_PLACE and role != Role.SUPPLIER)


def managed_places(actor: Actor) -> list[Place]:
    """All places where this actor looks after people; at most two queries."""
    found = []
    administered = actor.organisations_for(ADMINISTER)
    if administered:
        rows = Organisation.objects.filter(pk__in=administered).order_by("name", "pk")
        found = [Place(organisation=row) for row in rows]
    suppliers = _suppliers(actor)
    if suppliers:
        found += [Place(supplier=row) for row in Supplier.objects.filter(pk__in=suppliers).order_by("name", "pk")]
    return found


def require_places(actor: Actor) -> list[Place]:
    """The same, of who has one at least. Raises Refused 401 or 403."""
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)
    found = managed_places(actor)
    if not found:
        raise forbidden()
    return found


def chosen_place(places: list[Place], code: str = "") -> Place:
    """The place with this code, the first one without. Raises Refused 404 for one that is not theirs."""
    found = next((place for place in places if not code or place.code == code), None)
    if found is None:
        raise not_found()
    return found


def one_place(places: list[Place], code: str | None) -> Place:
    """The place that is meant. Raises Refused: who has more than one says which, and no other."""
    if code:
        found = next((place for place in places if place.code == code), None)
        if found is None:
            raise refuse("does_not_exist", "Hier regelt u geen mensen: kies een van uw organisaties.", "place")
        return found
    if len(places) > 1:
        raise refuse("required", "U regelt mensen op meer plaatsen: kies voor welke u dit doet.", "place")
    return places[0]


def at_places(places: list[Place]) -> Q:
    """Of roles, invitations and other rows with a place: that they are at one of these."""
    organisations = [place.organisation for place in places if place.organisation]
    suppliers = [place.supplier for place in places if place.supplier]
    found = Q(organisation__in=organisations) | Q(supplier__in=suppliers)
    # Whoever came to work at a firm that was merged works here now.
    return found | Q(supplier__merged_into__in=suppliers) if suppliers else found


def looks_after_people(actor: Actor) -> bool:
    """Whether this actor has such a place; no query."""
    return actor.may(ADMINISTER) or bool(_suppliers(actor))


def _suppliers(actor: Actor) -> set[int]:
    """Where this person looks after colleagues; a key of a system is nobody's colleague."""
    if actor.user is None:
        return set()
    may = (grant for grant in actor.grants if COLLEAGUES in grant.acts)
    return {grant.supplier_id for grant in may if grant.supplier_id is not None}
