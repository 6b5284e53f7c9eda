"""Which roles hold today, and who has them: by membership, or as a deputy of who has it."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from . import clock
from .models import Deputy, Membership, Role, User


def held_today(*roles: str) -> QuerySet[Membership]:
    """The memberships with one of these roles that count today, of who may sign in."""
    today = clock.local_date(clock.host_now())
    return Membership.objects.filter(holding(today), role__in=roles, user__is_active=True)


def not_ended() -> Q:
    """Of memberships: that their organisation is still there."""
    today = clock.local_date(clock.host_now())
    return Q(organisation__valid_to=None) | Q(organisation__valid_to__gte=today)


def persons_with(held: QuerySet[Membership]) -> QuerySet[User]:
    """Who has these roles, and who stands in for them today."""
    for_whom = held.filter(user=OuterRef("person"), organisation=OuterRef("organisation"))
    stand_in = Deputy.objects.filter(
        standing(clock.local_date(clock.host_now())),
        Exists(for_whom.exclude(role=Role.ORGANISATION_ADMINISTRATOR)),
    )
    found = Q(pk__in=held.values("user")) | Q(pk__in=stand_in.values("deputy"), is_active=True)
    return User.objects.filter(found).order_by("pk")


def roles_stood_in(user: User, today: date) -> QuerySet[Membership]:
    """The roles that this person has today as a deputy: of a person who is not blocked, at that place.

    Whoever stands in administers nothing: that is handed over by giving the role.
    """
    return Membership.objects.filter(
        holding(today),
        user__is_active=True,
        user__deputies__deputy=user,
        user__deputies__organisation=F("organisation"),
        user__deputies__first_day__lte=today,
        user__deputies__last_day__gte=today,
        user__deputies__ended_at=None,
    ).exclude(role=Role.ORGANISATION_ADMINISTRATOR)


def standing(today: date) -> Q:
    """Of deputies: that they stand in on this day."""
    return Q(first_day__lte=today, last_day__gte=today, ended_at=None)


def holding(today: date) -> Q:
    """Of memberships: that they hold on this day, as `holds_on` says it of one."""
    begun, not_over = Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today)
    return begun & not_over & Q(ended_at=None)


def holds_on(membership: Membership, day: date) -> bool:
    """Whether this role counts on this day: within its dates, and not ended on the spot."""
    return membership.ended_at is None and (membership.valid_from or day) <= day <= (membership.valid_to or day)
