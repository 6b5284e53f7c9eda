"""Where somebody may make keys, and in which roles."""

from __future__ import annotations

from enum import StrEnum

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import ADMINISTER, BID_READ, Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Organisation, Role, Supplier
from mvi_dashboard.ground.people.places import Place, managed_places
from mvi_dashboard.ground.problems import Kind, forbidden, refuse


class Whose(StrEnum):
    """Whose key it is."""

    OWN = "own"
    SYSTEM = "system"


NEVER_OF_A_SYSTEM = frozenset({BID_READ, ADMINISTER})
"""Who may do one of these is a person, on a page"""


def places_for(actor: Actor, whose: str) -> list[Place]:
    """Where this actor may make keys: the own ones where it has a role, others where it looks after people."""
    if whose == Whose.SYSTEM:
        return managed_places(actor)
    own: list[Place] = []
    if actor.organisation_ids:
        rows = Organisation.objects.filter(pk__in=actor.organisation_ids).order_by("name", "pk")
        own += [Place(organisation=row) for row in rows]
    suppliers = {grant.supplier_id for grant in actor.grants if grant.supplier_id is not None}
    if suppliers:
        own += [Place(supplier=row) for row in Supplier.objects.filter(pk__in=suppliers).order_by("name", "pk")]
    if _at(actor, Place()):
        own.append(Place())
    return own


def require_places_for(actor: Actor, whose: str) -> list[Place]:
    """The same, of a person who has one at least. Raises Refused 401 or 403; a key makes no keys."""
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)
    if actor.user is None or actor.by_token:
        raise forbidden("Sleutels maakt u op de pagina, als u bent ingelogd.")
    found = places_for(actor, whose)
    if not found:
        raise forbidden()
    return found


def roles_for(actor: Actor, place: Place, whose: str) -> tuple[Role, ...]:
    """The roles that such a key may have there."""
    if whose == Whose.OWN:
        return tuple(role for role in Role if role in _at(actor, place))
    return tuple(role for role in place.roles if fits_a_system(role))


def fits_a_system(role: str) -> bool:
    """Whether a key of a system may have this role: it reads and writes, but not bids, and administers nothing."""
    return not access.ACTS[role] & NEVER_OF_A_SYSTEM


def name_of(place: Place) -> str:
    """What it is called on a page."""
    return place.name if place.organisation or place.supplier else worded("De installatie")


def _at(actor: Actor, place: Place) -> set[str]:
    organisation = place.organisation.pk if place.organisation else None
    supplier = place.supplier.pk if place.supplier else None
    return {
        grant.role
        for grant in actor.grants
        if (grant.organisation_id, grant.supplier_id) == (organisation, supplier)
    }
