"""Who works at a place, with which roles and until when: filtered in the query by who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from mvi_dashboard.ground import audit, clock
from mvi_dashboard.ground.access import ADMINISTER, Actor
from mvi_dashboard.ground.models import AuditEntry, Deputy, Invitation, Membership, User
from mvi_dashboard.ground.problems import not_found

from .places import Place, at_places, managed_places

LONGEST_SEARCH, MOST_WORDS = 100, 6
SOON = timedelta(days=14)
ORDER = ("last_name", "first_name", "username", "id")
MOST_TOLD = 20
MOST_INVITATIONS = 100


@dataclass(frozen=True)
class Listed:
    """One person in the list of a place."""

    person: User
    roles: list[Membership]
    ends: date | None
    """the first day on which one of the roles ends"""
    ends_soon: bool


def people_at(places: list[Place], *, text: str = "", gone: bool = False) -> QuerySet[User]:
    """Persons with a role there today or later, or (`gone`) whose roles there are all over."""
    roles = Membership.objects.filter(at_places(places))
    with_role = User.objects.filter(pk__in=roles.filter(not_over(clock.today())).values("user"))
    found = with_role
    if gone:
        found = User.objects.filter(pk__in=roles.values("user")).exclude(pk__in=with_role.values("pk"))
    for word in text.replace("\x00", "")[:LONGEST_SEARCH].split()[:MOST_WORDS]:
        name = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(name | Q(username__icontains=word) | Q(email__icontains=word))
    return found.prefetch_related(_roles_at(places))


def listed(people: Sequence[User]) -> list[Listed]:
    """These persons as rows of the list."""
    today = clock.today()
    found = []
    for person in people:
        roles = [row for row in person.roles_here if is_not_over(row, today)]  # type: ignore[attr-defined]
        ends = min((row.valid_to for row in roles if row.valid_to), default=None)
        soon = ends is not None and ends <= today + SOON
        found.append(Listed(person, roles, ends, soon))
    return found


def get_person(places: list[Place], person_id: UUID | str) -> User:
    """The person, with the roles at these places. Raises Refused 404."""
    roles = Membership.objects.filter(at_places(places))
    rows = User.objects.filter(actor_key=person_id, pk__in=roles.values("user"))
    found = rows.prefetch_related(_roles_at(places)).first()
    if found is None:
        raise not_found()
    return found


def get_membership(actor: Actor, membership_id: UUID | str) -> Membership:
    """The role, at a place of this actor. Raises Refused 404."""
    rows = Membership.objects.filter(at_places(managed_places(actor)), public_id=membership_id)
    found = rows.select_related("user", "organisation", "supplier").first()
    if found is None:
        raise not_found()
    return found


def invitations_of(places: list[Place]) -> QuerySet[Invitation]:
    """The invitations of these places."""
    return Invitation.objects.filter(at_places(places)).select_related("organisation", "supplier")


def open_invitations(places: list[Place]) -> QuerySet[Invitation]:
    """Those that were neither used nor withdrawn; they may have expired."""
    return invitations_of(places).filter(accepted_at=None, withdrawn_at=None)


def get_invitation(actor: Actor, invitation_id: UUID | str) -> Invitation:
    """The invitation, of a place of this actor. Raises Refused 404."""
    found = invitations_of(managed_places(actor)).filter(public_id=invitation_id).first()
    if found is None:
        raise not_found()
    return found


def deputies_visible_to(actor: Actor) -> QuerySet[Deputy]:
    """Those for and by oneself, and all of the organisations that one administers."""
    seen = Q(organisation__in=actor.organisations_for(ADMINISTER))
    if actor.user is not None:
        seen |= Q(person=actor.user) | Q(deputy=actor.user)
    return Deputy.objects.filter(seen).select_related("person", "deputy", "organisation")


def done_by(actor: Actor, person: User) -> list[AuditEntry]:
    """What this person did last, as far as this actor may read the trail."""
    entries = audit.entries_visible_to(actor).filter(actor_key=str(person.actor_key))
    return list(entries.select_related("organisation").order_by("-moment", "hash")[:MOST_TOLD])


def not_over(today: date) -> Q:
    """Of roles: that they hold on this day or begin later."""
    return Q(ended_at=None) & (Q(valid_to=None) | Q(valid_to__gte=today))


def is_not_over(membership: Membership, today: date) -> bool:
    """The same of one role."""
    return membership.ended_at is None and (membership.valid_to is None or membership.valid_to >= today)


def _roles_at(places: list[Place]) -> Prefetch[Any]:
    rows = Membership.objects.filter(at_places(places)).select_related("organisation", "supplier")
    return Prefetch("memberships", rows.order_by("ended_at", "role", "pk"), to_attr="roles_here")
