"""Telling who made a key, and who looks after its place, that it ends within a week."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from mvi_dashboard.ground import access, clock, outbox, timers
from mvi_dashboard.ground.models import ApiToken, Message, User
from mvi_dashboard.ground.people import words

from .listing import SOON

AT_A_TIME = 500
KIND = "key-ending"


def tell_who_it_concerns() -> int:
    """How many messages were written now; of one end of a key once to each, and not when there is a newer key."""
    now = clock.now()
    ending = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + SOON)
    rows = ending.select_related("user", "made_by", "organisation", "supplier").order_by("expires_at", "pk")
    told = set(Message.objects.filter(kind=KIND, moment__gte=now - 2 * SOON).values_list("object_id", "occasion"))
    # A key that was made for so short is no surprise.
    new = [each for each in rows if _named(each) not in told and each.expires_at - each.created_at > SOON]
    return sum(_tell(each) for each in new[:AT_A_TIME])


@transaction.atomic
def _tell(key: ApiToken) -> int:
    if _is_replaced(key):
        return 0
    last = clock.local_date(key.expires_at - timedelta(microseconds=1))
    told = [
        outbox.tell(
            KIND,
            [person],
            about=key,
            facts={
                "name": key.name or f"{key.prefix}…",
                "until": words.day_in_words(last, person.language or "nl"),
            },
            url=reverse("keys"),
            occasion=_named(key)[1],
        )
        for person in _concerned(key)
    ]
    return sum(map(len, told))


def _concerned(key: ApiToken) -> list[User]:
    """Its person or maker, and who looks after its place."""
    found = [person for person in (key.user, key.made_by) if person is not None]
    if key.organisation_id is not None:
        found += access.people_who_may(access.ADMINISTER, key.organisation_id)
    if key.supplier_id is not None and key.user_id is None:
        found += access.people_of_suppliers(key.supplier_id).get(key.supplier_id, [])
    return list(dict.fromkeys(found))


def _is_replaced(key: ApiToken) -> bool:
    """Whether there is a key of the same name for the same that lasts longer."""
    same = ApiToken.objects.filter(
        name=key.name,
        role=key.role,
        organisation=key.organisation,
        supplier=key.supplier,
        user=key.user,
        revoked_at=None,
    )
    return same.filter(expires_at__gt=key.expires_at).exists()


def _named(key: ApiToken) -> tuple[str, str]:
    return str(key.pk), key.expires_at.isoformat(timespec="seconds")


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("keys-ending", timedelta(hours=1), tell_who_it_concerns)
