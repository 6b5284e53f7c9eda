"""Acts that somebody does to the own account: by nobody else, and in the chains of where that person works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest

from mvi_dashboard.ground import signing_in, taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import Kind, Problem, Refused, forbidden, refuse
from mvi_dashboard.ground.shapes import read

Target = TypeVar("Target")
Outcome = TypeVar("Outcome", bound=Model)
WHO = "each person, for itself"


def own_person(actor: Actor) -> User:
    """The person who acts, locked. Raises Refused: not signed in, or a token of a system."""
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)
    if actor.user is None:
        raise forbidden()
    return User.objects.select_for_update().get(pk=actor.user.pk)


class OwnAct(Act[Target, Outcome]):
    """An act of a person about the own account; its entry is about that person."""

    def _write(self, doing: Doing[Target], done: Done[Outcome], once: Once | None) -> None:
        person = doing.actor.user
        if person is None:
            raise forbidden()
        if once is not None:
            once.remember(done.status or self.declaration.status, done.outcome)
        changes: Any = done.changes
        if changes is not None and not isinstance(changes, Mapping):
            changes = {"fields": sorted(changes)}
        verb = done.verb or self.declaration.verb
        taking_back.note(doing.actor, verb, person, reason=done.reason, changes=changes)


class PersonAct(OwnAct[User, Outcome]):
    """An act of a person about itself."""

    def __call__(self, actor: Actor, *, document: Mapping[str, Any] | None = None, typed: bool = False) -> Outcome:
        """What came of it. Raises Refused."""
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: None) -> User:
        """The person. Raises Refused."""
        return own_person(actor)


class ProvenAct(OwnAct[User, Outcome]):
    """An act for which a person says the password again, so that a screen left open is not enough.

    The password is tried before the transaction begins: a wrong one is counted whatever comes of the act, and the
    work of a password holds up nobody.
    """

    def __call__(
        self, actor: Actor, *, request: HttpRequest, document: Mapping[str, Any], typed: bool = False
    ) -> Outcome:
        """What came of it. Raises Refused with every problem; 429 after too many attempts."""
        if actor.user is not None:
            self._prove(request, actor.user, document, typed)
        return self.carry_out(actor, None, document=document, expected_version=None, typed=typed, once=None)

    def lock(self, actor: Actor, named: None) -> User:
        """The person. Raises Refused."""
        return own_person(actor)

    def _prove(self, request: HttpRequest, user: User, document: Mapping[str, Any], typed: bool) -> None:
        asked = self.declaration.reads
        problems = [] if asked is None else list(read(asked, document, typed=typed)[1])
        problems += wrong_password(request, user, document.get("password"))
        if problems:
            raise Refused(problems)


def wrong_password(request: HttpRequest, user: User, password: object) -> list[Problem]:
    """What is wrong with the password that was said again; nothing for who has none. Raises Refused: 429."""
    if not user.has_usable_password():
        return []
    if not isinstance(password, str) or not password:
        return [Problem(("password",), "required", "Vul uw wachtwoord van nu in.")]
    if signing_in.attempt(request, user.get_username(), password) != user:
        return [Problem(("password",), "invalid", "Dit is niet uw wachtwoord van nu.")]
    return []
