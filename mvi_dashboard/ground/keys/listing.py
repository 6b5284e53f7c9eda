"""Which keys somebody sees: the own ones, and all of the places that one looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.organisations.winding_up import is_wound_up, winds_up
from mvi_dashboard.ground.people import words
from mvi_dashboard.ground.people.places import Place, at_places, managed_places
from mvi_dashboard.ground.problems import not_found

from .places import fits_a_system, name_of

ORDER = ("expires_at", "id")
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Listed:
    """One key in the list."""

    key: ApiToken
    name: str
    may: str
    place: str
    whose: str
    ends_soon: bool
    over: bool
    renewable: bool


def keys_visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """The own keys, and those of the organisations and suppliers that this person looks after."""
    if actor.user is None:
        return ApiToken.objects.none()
    seen = Q(user=actor.user) | at_places(managed_places(actor))
    return ApiToken.objects.filter(seen).select_related("organisation", "supplier", "user", "made_by")


def keys_to_end(actor: Actor) -> QuerySet[ApiToken]:
    """The same, with those of an organisation that went up in one that this person administers."""
    if actor.user is None:
        return ApiToken.objects.none()
    seen = Q(user=actor.user) | at_places(managed_places(actor)) | winds_up(actor)
    return ApiToken.objects.filter(seen).select_related("organisation", "supplier", "user", "made_by")


def that_hold(rows: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """Those of these that open the door now."""
    return rows.filter(revoked_at=None, expires_at__gt=clock.now())


def that_are_over(rows: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
    """Those of these that were revoked or came to their end."""
    return rows.filter(~Q(revoked_at=None) | Q(expires_at__lte=clock.now()))


def get_key(actor: Actor, key_id: UUID | str, *, to_end: bool = False) -> ApiToken:
    """One key. Raises Refused 404."""
    rows = keys_to_end(actor) if to_end else keys_visible_to(actor)
    found = rows.filter(actor_key=key_id).first()
    if found is None:
        raise not_found()
    return found


def listed(actor: Actor, keys: list[ApiToken]) -> list[Listed]:
    """These keys as rows of the list."""
    now = clock.now()
    found = []
    for key in keys:
        over = key.revoked_at is not None or key.expires_at <= now
        own = key.user_id is not None and key.user == actor.user
        found.append(
            Listed(
                key=key,
                name=key.name or worded("Zonder naam"),
                may=words.permissions_in_words(key.role),
                place=name_of(Place(key.organisation, key.supplier)),
                whose=str(key.user) if key.user else worded("een systeem"),
                ends_soon=not over and key.expires_at <= now + SOON,
                over=over,
                renewable=not (over or is_wound_up(key.organisation))
                and (own or (key.user_id is None and fits_a_system(key.role))),
            )
        )
    return found
