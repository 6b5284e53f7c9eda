"""One frame for every act: what somebody does that changes something, declared once as data.

@letter_act(ActDeclaration(
    verb="letter.withdraw", title="Trek een brief in", permission=LETTER_EDIT, reads=WITHDRAWAL, version=True,
))
def withdraw_letter(doing: Doing[Letter]) -> Done[Letter]:
    doing.problems.refuse()
    states.change(doing.target, doing.expected_version, {"status": Letter.Status.WITHDRAWN})
    return Done(doing.target, reason=doing.data["reason"])

The frame does what all acts share, in one order and one transaction: lock the target for who may do this, know a
request that was carried out before, person, clock, version, state, read the document, then the act's own lines,
then remember what came of it, then the audit entry. So rights come before anything is told, the clock is read
after the wait for the lock, and the entry is the last statement.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.management import get_commands, load_command_class
from django.db import transaction
from django.db.models import Model
from django.urls import get_resolver
from django.utils.module_loading import autodiscover_modules

from mvi_dashboard.ground.languages import worded

from . import audit, clock
from .access import ACTS as MAY
from .access import Actor
from .idempotency import Once, first_time
from .models import Role, User, Vault
from .problems import Problems, forbidden
from .shapes import Object, read, spelled

Target = TypeVar("Target")
Outcome = TypeVar("Outcome", bound=Model)
Carried = TypeVar("Carried", bound=Callable[..., Any])
_declared: dict[str, ActDeclaration] = {}


@dataclass(frozen=True, kw_only=True)
class ActDeclaration:
    """What is known of an act before anybody does it: for the frame, its endpoint, and the list of acts."""

    verb: str
    """in the audit trail, unless what came of it says another one"""
    title: str
    """what somebody is asked to do, in Dutch: the summary of its endpoint"""
    permission: str = ""
    """of `ground.access`, at the place of the target"""
    who: str = ""
    """who may do it, in words, where no permission says so"""
    reads: Object | None = None
    """the document that it asks for"""
    stored: Callable[[Any], Mapping[str, Any]] | None = None
    """gives the same document of a target as it is now, for an act that changes it"""
    whole: bool = False
    """whether what is not sent stays as it is stored; else only what is sent is read"""
    person: str = ""
    """what only a person may do, as the first word of its refusal; empty when a token of a system may too"""
    version: bool = False
    """whether it is done to the version that was seen"""
    states: tuple[str, ...] = ()
    """the states of the target in which it can be done; empty when its own lines decide"""
    otherwise: str = ""
    """when it can be done, for who tries in another state"""
    status: int = 200
    """of the answer over HTTP"""
    commands: tuple[str, ...] = ()
    """by which an administrator of the installation does it, on the machine itself"""

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who has the permission for it."""
        return tuple(Role(role) for role, permissions in MAY.items() if self.permission in permissions)


@dataclass
class Doing(Generic[Target]):
    """One act at hand: who does it to what, and what its document says."""

    declaration: ActDeclaration
    actor: Actor
    target: Target
    document: Mapping[str, Any]
    expected_version: int
    """meaningful for an act that is done to a version"""
    typed: bool
    """whether a person filled it in in a form"""
    now: datetime
    data: dict[str, Any] = field(default_factory=dict)
    """what could be read of the document"""
    problems: Problems = field(default_factory=Problems)
    before: dict[str, Any] = field(default_factory=dict)
    """the same, of what was stored: for an act whose document is read as a whole"""

    @property
    def person(self) -> User:
        """The person who acts, of an act that asks for one."""
        return require_person(self.actor, self.declaration.person)


@dataclass(frozen=True)
class Done(Generic[Outcome]):
    """What came of an act, and what the audit trail says about it."""

    outcome: Outcome
    about: Model | None = None
    """what the entry is about, when that is not the outcome"""
    place: int | None = None
    """the organisation in whose trail it stands, when what it is about does not say"""
    changes: Mapping[str, Any] | Iterable[str] | None = None
    reason: str = ""
    vault: Vault | None = None
    """withheld until this one is opened"""
    verb: str = ""
    status: int = 0
    unchanged: bool = False
    """nothing was changed, so nothing is written"""


Lines = Callable[[Doing[Target]], Done[Outcome]]


class Act(ABC, Generic[Target, Outcome]):
    """An act to call as a function; what kind of target it has says how that is found and locked."""

    def __init__(self, declaration: ActDeclaration, lines: Lines[Target, Outcome]) -> None:
        if declaration.version and type(self).require_version is Act.require_version:
            raise RuntimeError(f"{declaration.verb} asks for a version that its target does not have")
        _declare(declaration)
        self.declaration = declaration
        self._lines = lines
        self.__doc__ = lines.__doc__

    def may(self, actor: Actor, organisation_id: int | None = None) -> bool:
        """Whether this actor has its permission here, or anywhere without a place: who is offered its page."""
        return actor.may(self.declaration.permission, organisation_id)

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Outcome:
        """What came of it; each kind of target says by what it is named. Raises Refused with every problem."""

    @abstractmethod
    def lock(self, actor: Actor, named: Any) -> Target:
        """The target, locked for a change by somebody who may. Raises Refused: absent, forbidden."""

    def require_version(self, target: Target, expected: int) -> None:
        """Raises Refused 412 when somebody else changed it; said by each kind of target that has versions."""

    def require_state(self, target: Target) -> None:
        """Raises Refused 409 when the target stands in another state than those of the declaration."""

    def read(self, doing: Doing[Target]) -> None:
        """Put what the document says in `data`, and what is wrong with it in `problems`."""
        asked = self.declaration
        if asked.reads is None:
            return
        stored = None if asked.stored is None else asked.stored(doing.target)
        sent = doing.document
        if asked.whole and stored is not None:
            kept = {key: spelled(value) for key, value in stored.items() if value is not None}
            doing.before, _ = read(asked.reads, kept)
            sent = sent if doing.typed else kept | dict(sent)
        doing.data, doing.problems = read(asked.reads, sent, typed=doing.typed, stored=stored)

    def carry_out(
        self,
        actor: Actor,
        named: Any,
        *,
        document: Mapping[str, Any] | None,
        expected_version: int | None,
        typed: bool,
        once: Once | None,
    ) -> Outcome:
        """What came of it. `named` is what `lock` finds the target by. Raises Refused."""
        declaration = self.declaration
        with transaction.atomic():
            target = self.lock(actor, named)
            first_time(once)
            if declaration.person:
                require_person(actor, declaration.person)
            now = clock.now()
            if declaration.version:
                if expected_version is None:
                    raise TypeError(f"{declaration.verb} asks for the version that was seen")
                self.require_version(target, expected_version)
            self.require_state(target)
            doing = Doing(declaration, actor, target, document or {}, expected_version or 0, typed, now)
            self.read(doing)
            done = self._lines(doing)
            if not done.unchanged:
                self._write(doing, done, once)
        return done.outcome

    def _write(self, doing: Doing[Target], done: Done[Outcome], once: Once | None) -> None:
        if once is not None:
            once.remember(done.status or self.declaration.status, done.outcome)
        about = done.about or done.outcome
        audit.record(
            doing.actor,
            done.verb or self.declaration.verb,
            about,
            organisation=done.place or getattr(about, "organisation_id", None),
            reason=done.reason,
            changes=done.changes,
            vault=done.vault,
            moment=doing.now,
        )


def by_command(declaration: ActDeclaration) -> Callable[[Carried], Carried]:
    """Declares what takes rows and words of a command line instead of a document, and sees to its own entry."""

    def declare(lines: Carried) -> Carried:
        _declare(declaration)
        return lines

    return declare


def _declare(declaration: ActDeclaration) -> None:
    if declaration.verb in _declared:
        raise RuntimeError(f"two acts are called {declaration.verb}")
    _declared[declaration.verb] = declaration


def require_person(actor: Actor, act: str) -> User:
    """The person who acts. Raises Refused 403 for a token that belongs to nobody; `act` is the word for it."""
    if actor.user is None:
        raise forbidden(worded("{act} kan alleen een persoon: gebruik een sleutel op naam.", act=act))
    return actor.user


def declared() -> list[ActDeclaration]:
    """Every act, by verb; what declares them is read first: services, and what addresses and commands lead to."""
    autodiscover_modules("services")
    get_resolver().url_patterns  # noqa: B018 (reading it imports the views)
    for name, app in get_commands().items():
        if not app.startswith("django."):
            load_command_class(app, name)
    return [_declared[verb] for verb in sorted(_declared)]


def table() -> str:
    """Every act with who may do it, as rows of Markdown."""
    rows = ["| act | who may | in which state | asks for |", "|---|---|---|---|"]
    for each in declared():
        commands = " or ".join(f"`manage.py {name}`" for name in each.commands)
        people = each.who or ", ".join(sorted(each.roles))
        machine = f"administrator of the installation, with {commands}" if commands else ""
        who = "; ".join(filter(None, (people, machine)))
        asks = [
            *(["a person"] if each.person else []),
            *(["the version that was seen"] if each.version else []),
            *(["a document"] if each.reads is not None and each.reads.fields else []),
        ]
        states = ", ".join(each.states) or "-"
        rows.append(f"| `{each.verb}` | {who} | {states} | {', '.join(asks) or '-'} |")
    return "\n".join(rows) + "\n"
