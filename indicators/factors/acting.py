"""Acts on the reference data of the installation: a new version of a set or a method, and its publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from indicators.models import FactorSet, FactorSetVersion, Method, MethodVersion
from indicators.models.coded import State
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Lines, Outcome
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import not_found, stale

Owner = TypeVar("Owner", bound=FactorSet | Method)
Version = TypeVar("Version", bound=FactorSetVersion | MethodVersion)
_STAMPS = {State.DRAFT: 1, State.PUBLISHED: 2, State.SUPERSEDED: 3}


def stamp_of(version: FactorSetVersion | MethodVersion) -> int:
    """The number behind its ETag: only the state of a version ever changes."""
    return _STAMPS[State(version.state)]


class NewVersion(Act[Owner, Outcome]):
    """An act that makes a version of the set or the method with this code."""

    def __init__(self, owners: type[Owner], declaration: ActDeclaration, lines: Lines[Owner, Outcome]) -> None:
        self.owners = owners
        super().__init__(declaration, lines)

    def __call__(
        self,
        actor: Actor,
        *,
        owner: str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """The concept. Raises Refused with every problem."""
        return self.carry_out(actor, owner, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: str) -> Owner:
        """Raises Refused: forbidden, absent. A version that is taken is refused by its key."""
        access.require(actor, self.declaration.permission)
        found = self.owners._default_manager.filter(code=named).first()
        if found is None:
            raise not_found()
        return cast(Owner, found)


class Publication(Act[Version, Version]):
    """An act that publishes a concept of a set or a method: `field` names which of the two."""

    def __init__(
        self, versions: type[Version], field: str, declaration: ActDeclaration, lines: Lines[Version, Version]
    ) -> None:
        self.versions, self.field = versions, field
        super().__init__(declaration, lines)

    def __call__(
        self,
        actor: Actor,
        *,
        owner: str,
        version: str,
        expected_version: int,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Version:
        """The version, frozen; `expected_version` is the stamp that was seen. Raises Refused."""
        return self.carry_out(
            actor, (owner, version), document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: tuple[str, str]) -> Version:
        """Raises Refused: forbidden, absent."""
        access.require(actor, self.declaration.permission)
        owner, version = named
        rows = self.versions._default_manager.select_related(self.field).select_for_update(of=("self",))
        found = rows.filter(**{f"{self.field}__code": owner}, version=version).first()
        if found is None:
            raise not_found()
        return cast(Version, found)

    def require_version(self, target: Version, expected: int) -> None:
        """Raises Refused 412 when its state is another one than was seen."""
        if stamp_of(target) != expected:
            raise stale()


def new_version(
    owners: type[Owner], declaration: ActDeclaration
) -> Callable[[Lines[Owner, Outcome]], NewVersion[Owner, Outcome]]:
    """Makes an act that makes a version, of the lines that are its own."""
    return lambda lines: NewVersion(owners, declaration, lines)


def publication(
    versions: type[Version], field: str, declaration: ActDeclaration
) -> Callable[[Lines[Version, Version]], Publication[Version]]:
    """Makes an act that publishes a concept, of the lines that are its own."""
    return lambda lines: Publication(versions, field, declaration, lines)
