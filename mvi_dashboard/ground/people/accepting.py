"""Accepting an invitation: somebody new chooses a name and a password, somebody who is known signs in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mvi_dashboard.ground import access, accounts, audit, clock, passwords
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Invitation, Membership, Role, User
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused, conflict, not_found, refuse
from mvi_dashboard.ground.shapes import Object, Text

from . import links, listing
from .inviting import place_of

LONGEST_PASSWORD = 4096
NAME = {
    "first_name": Text(150, label="Voornaam"),
    "last_name": Text(150, label="Achternaam"),
}
PASSWORD = {
    "password": Text(LONGEST_PASSWORD, label="Wachtwoord", help=passwords.RULES),
    "password_again": Text(LONGEST_PASSWORD, label="Wachtwoord, nog een keer"),
}
ACCEPTANCE = Object({**NAME, **PASSWORD})
USED = "Deze uitnodiging is al gebruikt. Log in met uw e-mailadres en uw wachtwoord."
WITHDRAWN = "Deze uitnodiging is ingetrokken. Vraag wie u uitnodigde om een nieuwe."
EXPIRED = "Deze uitnodiging is verlopen: de link werkt 7 dagen. Vraag wie u uitnodigde om een nieuwe."
OTHER_PERSON = (
    "Deze uitnodiging is voor een ander e-mailadres dan dat van uw account. Log uit en open de link opnieuw."
)
SIGN_IN = "Er is al een account met dit e-mailadres. Log in om de uitnodiging aan te nemen."


class _Accepting(Act[Invitation, User]):
    """An act of who has the link; rights follow from the link, and from the person who is signed in."""

    def __call__(self, actor: Actor, *, link: str, document: Mapping[str, Any], typed: bool = False) -> User:
        """The person, who has the roles. Raises Refused with every problem."""
        return self.carry_out(actor, link, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: str) -> Invitation:
        """Raises Refused: absent, used, withdrawn, expired, for somebody else."""
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "supplier")
        return judged(actor, rows.filter(sha256=links.stored(named)).first())

    def read(self, doing: Doing[Invitation]) -> None:
        """Name and password of who is new; who is signed in is asked nothing."""
        if doing.actor.is_anonymous:
            super().read(doing)


@partial(
    _Accepting,
    ActDeclaration(
        verb="invitation.accept",
        title="Neem een uitnodiging aan",
        who="who has the link of the mail, and is nobody yet or the person with that address",
        reads=ACCEPTANCE,
    ),
)
def accept(doing: Doing[Invitation]) -> Done[User]:
    """The person with the roles of the invitation; those that were there already stay as they are."""
    invitation, person = doing.target, doing.actor.user
    if person is None:
        person = _new_person(doing)
        doing.actor = access.actor_of_user(person)
    invitation.accepted_at, invitation.accepted_by = doing.now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    given = _give(invitation, person, doing)
    changes = {"person": person.actor_key, "roles": given, "last_day": invitation.valid_to}
    return Done(person, about=invitation, changes=changes)


def known_invitation(actor: Actor, link: str) -> Invitation:
    """The invitation behind this link, for its page. Raises Refused: what is told is nobody else's."""
    rows = Invitation.objects.select_related("organisation", "supplier")
    return judged(actor, rows.filter(sha256=links.stored(link)).first())


def judged(actor: Actor, invitation: Invitation | None) -> Invitation:
    """The invitation, when it can be accepted by whoever this is. Raises Refused."""
    if invitation is None:
        raise not_found()
    if actor.user is not None and actor.user.email.lower() != invitation.email:
        raise refuse("other_person", OTHER_PERSON, kind=Kind.FORBIDDEN)
    if invitation.accepted_at is not None:
        raise conflict("already_ended", USED)
    if invitation.withdrawn_at is not None:
        raise conflict("already_ended", WITHDRAWN)
    over = invitation.valid_to is not None and invitation.valid_to < clock.today()
    if over or invitation.expires_at <= clock.now():
        raise conflict("expired", EXPIRED)
    return invitation


def has_account(invitation: Invitation) -> bool:
    """Whether a person has this address already, blocked or not."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def check_password_twice(data: Mapping[str, Any], problems: Problems) -> None:
    """Note it when the password was not typed the same twice."""
    if "password" in data and "password_again" in data and data["password"] != data["password_again"]:
        detail = "Dit is niet hetzelfde als hierboven: typ het wachtwoord twee keer gelijk."
        problems.note(("passwordAgain",), "not_the_same", detail)


def create_person(data: Mapping[str, Any], email: str) -> User:
    """A new person who signs in with this address. Raises Refused with every problem, at the inputs of a page."""
    try:
        return accounts.create_user(
            audit.SYSTEM,
            username=email,
            email=email,
            password=data["password"],
            first_name=data["first_name"].strip(),
            last_name=data["last_name"].strip(),
        )
    except Refused as refused:
        raise Refused([_at_its_input(problem) for problem in refused.problems], refused.kind) from None


def _new_person(doing: Doing[Invitation]) -> User:
    if has_account(doing.target):
        raise conflict("sign_in", SIGN_IN)
    check_password_twice(doing.data, doing.problems)
    doing.problems.refuse()
    return create_person(doing.data, doing.target.email)


def _at_its_input(problem: Problem) -> Problem:
    names = {"first_name": "firstName", "last_name": "lastName", "password": "password", "email": "email"}
    name = names.get(problem.attr or "")
    return Problem((name,) if name else (), problem.code, problem.detail)


def _give(invitation: Invitation, person: User, doing: Doing[Invitation]) -> list[str]:
    """The roles that are new to this person."""
    place, today = place_of(invitation), clock.local_date(doing.now)
    held = Membership.objects.filter(listing.not_over(today), user=person, **place.fields)
    has = set(held.values_list("role", flat=True))
    roles = [Role(role) for role in invitation.roles if role not in has and role in place.roles]
    for role in roles:
        accounts.give_role(person, role, **place.fields, valid_from=today, valid_to=invitation.valid_to)
    return [str(role) for role in roles]
