"""Keeping somebody out, letting somebody in again, and ending the sessions of somebody who lost a laptop."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import audit, clock, taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import conflict, forbidden
from mvi_dashboard.ground.shapes import Object, Reason

from . import listing
from .places import require_places
from .roles import leave_somebody

REASON = Object(
    {"reason": Reason(taking_back.LONGEST_REASON, label="Waarom?", help="De reden komt in het logboek.")}
)
_WHO = "organisation-administrator, for who works at the own organisation only"


class _OnAPerson(Act[User, User]):
    """An act on a person; its entry stands in the trail of each organisation where somebody administers both."""

    def __call__(
        self,
        actor: Actor,
        *,
        person_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> User:
        """The person. Raises Refused with every problem."""
        return self.carry_out(actor, person_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> User:
        """Raises Refused: absent, forbidden. People of a supplier do not keep each other out."""
        places = require_places(actor)
        if not any(place.organisation for place in places):
            raise forbidden()
        person = listing.get_person(places, named)
        User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        return person

    def _write(self, doing: Doing[User], done: Done[User], once: Once | None) -> None:
        if once is not None:
            once.remember(self.declaration.status, done.outcome)
        said = done.changes if isinstance(done.changes, Mapping) else {}
        changes = {"person": done.outcome.actor_key, **said}
        for place in _chains(done.outcome):
            audit.record(
                doing.actor,
                done.verb or self.declaration.verb,
                done.outcome,
                organisation=place,
                reason=done.reason,
                changes=changes,
                moment=doing.now,
            )


@partial(
    _OnAPerson,
    ActDeclaration(
        verb="user.block", title="Laat een persoon niet meer toe", who=_WHO, reads=REASON, commands=("block_user",)
    ),
)
def block(doing: Doing[User]) -> Done[User]:
    """The person, who cannot sign in any more; who works elsewhere too only loses the roles here."""
    doing.problems.refuse()
    person, reason, today = doing.target, doing.data["reason"], clock.local_date(doing.now)
    if doing.actor.user == person:
        raise conflict("own_account", "U kunt uzelf niet buitensluiten. Vraag een andere beheerder.")
    rows = [row for row in person.roles_here if listing.is_not_over(row, today)]  # type: ignore[attr-defined]
    for row in rows:
        leave_somebody(row, today)
    if taking_back.works_only_for(doing.actor, person):
        taking_back.shut_out(person)
        return Done(person, reason=reason)
    if not rows:
        raise conflict("already_ended", "Deze persoon heeft bij u geen rol meer.")
    for row in rows:
        taking_back.end_role(row)
    return Done(person, reason=reason, verb="membership.end", changes={"roles": [row.role for row in rows]})


@partial(
    _OnAPerson,
    ActDeclaration(
        verb="user.unblock", title="Laat een persoon weer toe", who=_WHO, reads=REASON, commands=("unblock_user",)
    ),
)
def unblock(doing: Doing[User]) -> Done[User]:
    """The person, who may sign in again; sessions of before stay ended."""
    doing.problems.refuse()
    _require_ours(doing)
    taking_back.let_in(doing.target)
    return Done(doing.target, reason=doing.data["reason"])


@partial(
    _OnAPerson,
    ActDeclaration(
        verb="user.signout-everywhere",
        title="Log een persoon overal uit",
        who=f"{_WHO}; each person, for itself",
        reads=REASON,
        commands=("sign_out",),
    ),
)
def sign_out(doing: Doing[User]) -> Done[User]:
    """The person, all whose sessions are over; keys of the API stay."""
    doing.problems.refuse()
    _require_ours(doing)
    taking_back.end_sessions(doing.target)
    return Done(doing.target, reason=doing.data["reason"])


def _require_ours(doing: Doing[User]) -> None:
    if doing.actor.user != doing.target and not taking_back.works_only_for(doing.actor, doing.target):
        raise forbidden("Deze persoon werkt niet alleen bij u. Vraag de beheerder van de installatie.")


def _chains(person: User) -> list[int]:
    """The organisations at hand, in the order of their ids, so that two acts never wait for each other."""
    rows = person.roles_here  # type: ignore[attr-defined]
    return sorted({row.organisation_id for row in rows if row.organisation_id is not None})
