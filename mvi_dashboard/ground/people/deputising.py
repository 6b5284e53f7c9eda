"""Standing in for somebody: with dates, at one organisation, for a colleague there; acts stay one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import ADMINISTER, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Deputy, Membership, Organisation, User
from mvi_dashboard.ground.problems import Problem, conflict, forbidden, not_found
from mvi_dashboard.ground.shapes import Code, Date, Object, Uuid

from . import listing

LONGEST = timedelta(days=366)
_WHO = "each person, for itself; organisation-administrator, at the own organisation"
DEPUTY = Object(
    {
        "organisation": Code(60, label="Organisatie", help="Code van de organisatie waar de vervanging geldt."),
        "person": Uuid(label="Wie wordt vervangen?"),
        "deputy": Uuid(label="Wie vervangt?", help="Een collega die bij dezelfde organisatie een rol heeft."),
        "first_day": Date(label="Van", help="Bijvoorbeeld 01-07-2027."),
        "last_day": Date(label="Tot en met", help="Hoogstens een jaar later."),
    }
)


class _Setting(Act[Organisation, Deputy]):
    """An act at an organisation, by who works or administers there."""

    def __call__(
        self, actor: Actor, *, document: Mapping[str, Any], typed: bool = False, once: Once | None = None
    ) -> Deputy:
        """Who stands in. Raises Refused with every problem."""
        named = (document.get("organisation"), document.get("person"))
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[Any, Any]) -> Organisation:
        """Raises Refused: forbidden for who neither administers there nor asks for itself."""
        mine = actor.user is not None and str(named[1]) == str(actor.user.actor_key)
        places = actor.organisations_for(ADMINISTER) | (set(_own_places(actor)) if mine else set())
        found = Organisation.objects.filter(pk__in=places, code=str(named[0])[:60].replace("\x00", "")).first()
        if found is None:
            raise forbidden()
        return found


@partial(
    _Setting,
    ActDeclaration(
        verb="deputy.set", title="Laat iemand een collega vervangen", who=_WHO, reads=DEPUTY, status=201
    ),
)
def set_deputy(doing: Doing[Organisation]) -> Done[Deputy]:
    """Somebody who has the roles of a colleague too, from one day to another, but for administering."""
    data, place, today = doing.data, doing.target, clock.local_date(doing.now)
    person = _colleague(place, data.get("person"), "person", today, doing)
    deputy = _colleague(place, data.get("deputy"), "deputy", today, doing)
    if person is not None and person == deputy:
        doing.problems.note(("deputy",), "self_reference", "Kies een ander: niemand vervangt zichzelf.")
    doing.problems += _check_days(data.get("first_day"), data.get("last_day"), today)
    doing.problems.refuse()
    assert person is not None
    assert deputy is not None
    # Held, so that the same is not said twice at once.
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    same = Deputy.objects.filter(organisation=place, person=person, deputy=deputy, ended_at=None)
    if same.filter(first_day__lte=data["last_day"], last_day__gte=data["first_day"]).exists():
        raise conflict("duplicate", "Dit is voor een deel van die dagen al afgesproken.", "firstDay")
    made = Deputy.objects.create(
        organisation=place,
        person=person,
        deputy=deputy,
        first_day=data["first_day"],
        last_day=data["last_day"],
        created_at=doing.now,
    )
    changes = {"person": person.actor_key, "deputy": deputy.actor_key, **_days(made)}
    return Done(made, changes=changes)


class _Ending(Act[Deputy, Deputy]):
    """An act on one deputy."""

    def __call__(self, actor: Actor, *, deputy_id: UUID | str, once: Once | None = None) -> Deputy:
        """Who stood in. Raises Refused."""
        return self.carry_out(actor, deputy_id, document=None, expected_version=None, typed=False, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> Deputy:
        """Raises Refused 404; whoever sees it may end it: the two, and an administrator."""
        found = listing.deputies_visible_to(actor).filter(public_id=named).first()
        if found is None:
            raise not_found()
        rows = Deputy.objects.select_for_update(of=("self",)).select_related("person", "deputy", "organisation")
        row: Deputy = rows.get(pk=found.pk)
        return row

    def require_state(self, target: Deputy) -> None:
        """Raises Refused 409 when it is over."""
        if target.ended_at is not None or target.last_day < clock.today():
            raise conflict("already_ended", "Deze vervanging is al voorbij.")


@partial(
    _Ending,
    ActDeclaration(verb="deputy.end", title="Laat een vervanging eindigen", who=_WHO, reads=Object({})),
)
def end_deputy(doing: Doing[Deputy]) -> Done[Deputy]:
    """The deputy, who has only the own roles from now on."""
    doing.target.ended_at = doing.now
    doing.target.save(update_fields=["ended_at"])
    row = doing.target
    return Done(row, changes={"person": row.person.actor_key, "deputy": row.deputy.actor_key})


def colleagues(place: Organisation, today: date) -> list[tuple[str, str]]:
    """Who can stand in there, to choose from: at most so many that a list of choices is of use."""
    rows = User.objects.filter(_works_at(place, today), is_active=True).order_by(*listing.ORDER)
    return [(str(person.actor_key), str(person)) for person in rows[:500]]


def _own_places(actor: Actor) -> list[int]:
    if actor.practice_id is not None:
        return []
    today = clock.today()
    rows = Membership.objects.filter(listing.not_over(today), user=actor.user, organisation__isnull=False)
    return [row.organisation_id for row in rows if row.organisation_id is not None]


def _colleague(place: Organisation, key: Any, field: str, today: date, doing: Doing[Any]) -> User | None:
    if key is None:
        return None
    found = User.objects.filter(_works_at(place, today), actor_key=key, is_active=True).first()
    if found is None:
        detail = f"Deze persoon heeft geen rol bij {place.name}: kies een collega uit de lijst."
        doing.problems.note((field,), "does_not_exist", detail)
    return found


def _works_at(place: Organisation, today: date) -> Q:
    roles = Membership.objects.filter(listing.not_over(today), organisation=place)
    return Q(pk__in=roles.values("user"))


def _check_days(first: date | None, last: date | None, today: date) -> list[Problem]:
    if first is None or last is None:
        return []
    if last < first:
        return [Problem(("lastDay",), "range", "De laatste dag ligt voor de eerste.")]
    if last < today:
        return [Problem(("lastDay",), "range", "Deze dag is al voorbij: kies vandaag of later.")]
    if last - first > LONGEST:
        return [Problem(("lastDay",), "range", "Een vervanging duurt hoogstens een jaar.")]
    return []


def _days(row: Deputy) -> dict[str, Any]:
    return {"first_day": row.first_day, "last_day": row.last_day}
