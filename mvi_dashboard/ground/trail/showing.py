"""The entries of the trail as a person reads them: names for keys, words for verbs, titles for objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.audit import SYSTEM
from mvi_dashboard.ground.models import ApiToken, AuditEntry, ChainCheck, Membership, Organisation, User

from .objects import Named, names_of
from .words import said

MOST_PEOPLE = 500
"""so many persons can be chosen in the filter"""
_SYSTEM = "Het systeem"
_UNKNOWN = "Een persoon die hier niet meer bekend is"


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    moment: datetime
    who: str
    actor_key: str
    what: str
    verb: str
    about: Named
    object_type: str
    object_id: str
    reason: str
    changes: Sequence[tuple[str, str]]
    organisation: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """These entries in words; the names of all of them by a fixed number of queries."""
    found = list(entries)
    people = people_by_key({each.actor_key for each in found})
    named = names_of((each.object_type, each.object_id) for each in found)
    return [
        Line(
            moment=each.moment,
            who=people.get(each.actor_key, _UNKNOWN),
            actor_key=each.actor_key,
            what=said(each.verb),
            verb=each.verb,
            about=named.get((each.object_type, each.object_id), Named("")),
            object_type=each.object_type,
            object_id=each.object_id,
            reason=each.reason,
            changes=_changes(each.changes),
            organisation=each.organisation.name if each.organisation else "",
        )
        for each in found
    ]


def people_by_key(keys: Iterable[str]) -> dict[str, str]:
    """What persons and systems are called, by the key that the trail knows them by; two queries."""
    wanted = set(keys)
    found = {SYSTEM.key: _SYSTEM} if SYSTEM.key in wanted else {}
    uuids = [key for key in wanted if key != SYSTEM.key]
    if not uuids:
        return found
    found |= {str(each.actor_key): str(each) for each in User.objects.filter(actor_key__in=uuids)}
    tokens = ApiToken.objects.filter(actor_key__in=uuids, user=None)
    return found | {str(each.actor_key): f"Systeem {each.name or each.prefix}" for each in tokens}


def people_to_choose(actor: Actor) -> list[tuple[str, str]]:
    """Key and name of who has or had a role where this actor may read the trail."""
    places = actor.organisations_for(access.AUDIT_READ)
    found = User.objects.filter(pk__in=Membership.objects.filter(organisation_id__in=places).values("user"))
    rows = found.order_by("last_name", "first_name", "username")[:MOST_PEOPLE]
    return [(str(each.actor_key), str(each)) for each in rows]


def chains(actor: Actor) -> list[ChainCheck]:
    """When the chain of each organisation that this actor may read was last followed from end to end."""
    places = actor.organisations_for(access.AUDIT_READ)
    return list(
        ChainCheck.objects.filter(Q(organisation_id__in=places)).select_related("organisation").order_by("pk")
    )


def heading(actor: Actor) -> dict[str, Any]:
    """What stands above a file of the trail: of whom, and as it was when."""
    places = Organisation.objects.filter(pk__in=actor.organisations_for(access.AUDIT_READ)).order_by("name")
    return {"organisations": [place.name for place in places], "as_of": clock.now()}


def _changes(changes: Any) -> list[tuple[str, str]]:
    """What was changed, as names and values on one line each."""
    if not isinstance(changes, dict):
        return []
    return [(str(name), _plain(value)) for name, value in changes.items()]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(each)}" for name, each in value.items())
    return "leeg" if value is None else str(value)
