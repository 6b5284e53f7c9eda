"""The open concept of a factor set: the one that a change goes into, or a new one with all that holds now.

A change of one row needs no file and no number of a version: who changes two rows after another changes one
concept. Who changed anything in it does not publish it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.models import FactorSet, FactorSetVersion
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done, Lines
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import conflict, not_found
from mvi_dashboard.ground.shapes import quoted

from . import factor_drafts, telling

_LAST_NUMBER = re.compile(r"^(.*?)(\d+)$").match


@dataclass(frozen=True)
class Place:
    """Where a change goes: a set, and which of its concepts; without a name the open one, or a new one."""

    owner: FactorSet
    version: str = ""


class ConceptChange(Act[Place, FactorSetVersion]):
    """An act on rows of the concept of a factor set."""

    def __call__(
        self,
        actor: Actor,
        *,
        owner: str,
        version: str = "",
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> FactorSetVersion:
        """The concept with the change in it. Raises Refused."""
        named = (owner, version)
        return self.carry_out(actor, named, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: tuple[str, str]) -> Place:
        """Raises Refused: forbidden, absent. The set is locked, so nobody opens a second concept meanwhile."""
        access.require(actor, self.declaration.permission)
        owner, version = named
        found = FactorSet.objects.select_for_update().filter(code=owner).first()
        if found is None:
            raise not_found()
        return Place(found, version)


def concept_change(
    declaration: ActDeclaration,
) -> Callable[[Lines[Place, FactorSetVersion]], ConceptChange]:
    """Makes an act that changes rows of a concept, of the lines that are its own."""
    return lambda lines: ConceptChange(declaration, lines)


def concept_of(place: Place) -> FactorSetVersion | None:
    """The concept that a change goes into; None when one is to be made.

    Raises Refused: absent, or 409 when the version that is named is published or rests on one that was superseded.
    """
    versions = place.owner.versions.select_related("factor_set")
    newest = newest_published(place.owner.versions.all())
    if not place.version:
        return versions.filter(state=State.DRAFT, base=newest).order_by("-pk").first()
    found = versions.filter(version=place.version).first()
    if found is None:
        raise not_found()
    if found.state != State.DRAFT:
        raise factor_drafts.frozen(found.version)
    if newest is not None and found.base_id != newest.pk:
        text = f"Versie {quoted(newest.version)} is intussen vastgesteld. Maak uw wijziging op die versie."
        raise conflict("outdated", text)
    return found


def holding(place: Place) -> FactorSetVersion | None:
    """What a change is compared with: the concept, else the version that holds. Raises Refused as `concept_of`."""
    return concept_of(place) or newest_published(place.owner.versions.select_related("factor_set"))


def opened(actor: Actor, place: Place) -> FactorSetVersion:
    """The concept that a change goes into; made with all that holds now when there is none."""
    found = concept_of(place)
    if found is not None:
        return found
    newest = newest_published(place.owner.versions.all())
    draft = factor_drafts.copy_as_draft(place.owner, newest, next_number(place.owner))
    telling.concept_made(actor, draft)
    return draft


def next_number(owner: FactorSet) -> str:
    """A number for a new version of this set that is not taken: one more than that of the last.

    >>> bool(_LAST_NUMBER("2026.2")), _LAST_NUMBER("concept")
    (True, None)
    """
    taken = set(owner.versions.values_list("version", flat=True))
    newest = newest_published(owner.versions.all())
    last = newest.version if newest is not None else "0"
    parts = _LAST_NUMBER(last)
    stem, number = (parts.group(1), int(parts.group(2))) if parts else (f"{last}-", 1)
    number += 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def done(
    doing: Doing[Place], version: FactorSetVersion, said: Mapping[str, Any], reason: str = ""
) -> Done[FactorSetVersion]:
    """A change in a concept, as the audit trail tells it."""
    return Done(version, changes={"version": version.version, **said}, reason=reason)
