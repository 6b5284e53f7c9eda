"""Giving a role to somebody who works here already, and letting a role end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import accounts, clock, taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Membership, Role, User
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.shapes import Choice, Code, Date, Object, Reason
from mvi_dashboard.ground.suppliers.families import firm_now

from . import listing
from .places import WHO, Place, one_place, require_places

PLACE = Code(
    60,
    required=False,
    label="Plaats",
    help="Code van de organisatie of leverancier; alleen nodig voor wie op meer plaatsen mensen regelt.",
)
ROLE = Object(
    {
        "place": PLACE,
        "role": Choice(Role.values, label="Rol"),
        "valid_from": Date(required=False, label="Vanaf", help="Leeg: vanaf vandaag. Bijvoorbeeld 01-03-2027."),
        "valid_to": Date(required=False, label="Tot en met", help="Handig bij inhuur. Bijvoorbeeld 31-12-2027."),
    }
)
ENDING = Object(
    {
        "last_day": Date(required=False, label="Laatste dag", help="Leeg: de rol eindigt nu meteen."),
        "reason": Reason(taking_back.LONGEST_REASON, label="Waarom?", help="De reden komt in het logboek."),
    }
)


@dataclass(frozen=True)
class Here:
    """A person, and the place at which something is done for that person."""

    person: User
    place: Place


class _GivingARole(Act[Here, Membership]):
    """An act on a person at one place."""

    def __call__(
        self,
        actor: Actor,
        *,
        person_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Membership:
        """The role. Raises Refused with every problem."""
        named = (person_id, document.get("place"))
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[UUID | str, Any]) -> Here:
        """Raises Refused: absent, forbidden. The person is held, so that no role is given twice at once."""
        places = require_places(actor)
        person = listing.get_person(places, named[0])
        User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        code = named[1] if isinstance(named[1], str) else None
        theirs = [each for each in places if any(_is_at(row, each) for row in person.roles_here)]  # type: ignore[attr-defined]
        return Here(person, one_place(theirs, code))


@partial(
    _GivingARole,
    ActDeclaration(
        verb="membership.add",
        title="Geef iemand een rol",
        who=WHO,
        reads=ROLE,
        status=201,
        commands=("create_user",),
    ),
)
def give_role(doing: Doing[Here]) -> Done[Membership]:
    """One role more for somebody who works here, between these days."""
    data, here = doing.data, doing.target
    begin, end = data.get("valid_from"), data.get("valid_to")
    doing.problems += check_role(here.place, data.get("role"))
    doing.problems += check_end(end, clock.local_date(doing.now))
    doing.problems.refuse()
    if _has(here, data["role"], begin, end, clock.local_date(doing.now)):
        raise conflict("duplicate", "Deze persoon heeft deze rol al in die tijd.", "role")
    begin = begin or clock.local_date(doing.now)
    made = accounts.give_role(here.person, data["role"], **here.place.fields, valid_from=begin, valid_to=end)
    changes = {"person": here.person.actor_key, "role": made.role, "last_day": end}
    return Done(made, changes=changes)


class _RoleEnding(Act[Membership, Membership]):
    """An act on one role."""

    def __call__(
        self,
        actor: Actor,
        *,
        membership_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Membership:
        """The role. Raises Refused with every problem."""
        return self.carry_out(
            actor, membership_id, document=document, expected_version=None, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID | str) -> Membership:
        """Raises Refused: absent, forbidden."""
        require_places(actor)
        found = listing.get_membership(actor, named)
        held = Membership.objects.select_for_update(of=("self",)).filter(pk=found.pk)
        row: Membership = held.select_related("user", "organisation", "supplier").get()
        return row


@partial(
    _RoleEnding,
    ActDeclaration(
        verb="membership.end", title="Laat een rol eindigen", who=WHO, reads=ENDING, commands=("end_membership",)
    ),
)
def end_role(doing: Doing[Membership]) -> Done[Membership]:
    """The role, over after its last day, or now without one; a later last day makes it longer."""
    doing.problems.refuse()
    last_day = doing.data.get("last_day")
    leave_somebody(doing.target, last_day or clock.local_date(doing.now))
    changes = taking_back.end_role(doing.target, last_day)
    return Done(doing.target, reason=doing.data["reason"], changes=changes)


def leave_somebody(membership: Membership, last_day: date) -> None:
    """Raises Refused when nobody would be left to look after people there: here that cannot be confirmed."""
    try:
        taking_back.leave_somebody(membership, last_day)
    except Refused as refused:
        detail = refused.problems[0].detail.replace(worded(", of bevestig dit"), "")
        raise conflict(refused.problems[0].code, detail) from None


def check_role(place: Place, role: str | None) -> list[Problem]:
    """What is wrong with giving this role here; nothing when it could not be read."""
    if role is None or role in place.roles:
        return []
    return [
        Problem(
            ("role",),
            "invalid_choice",
            worded(
                "De rol {role} kunt u bij {place} niet geven.",
                role=worded(str(Role(role).label)),
                place=place.name,
            ),
        )
    ]


def check_end(end: date | None, today: date) -> list[Problem]:
    """What is wrong with a last day."""
    if end is None or end >= today:
        return []
    return [Problem(("validTo",), "range", "Deze dag is al voorbij: kies vandaag of later.")]


def _has(here: Here, role: str, begin: date | None, end: date | None, today: date) -> bool:
    """Whether this person has this role here on a day of that time."""
    begin = begin or today
    return any(
        row.role == role
        and _is_at(row, here.place)
        and listing.is_not_over(row, begin)
        and (row.valid_from is None or end is None or row.valid_from <= end)
        for row in here.person.roles_here  # type: ignore[attr-defined]
    )


def _is_at(row: Membership, place: Place) -> bool:
    if place.supplier is not None:
        return firm_now(row.supplier) == place.supplier.pk
    return place.organisation is not None and row.organisation_id == place.organisation.pk
