"""What people are told about concepts of factor sets and methods, and the basis, in the transaction of the act.

A concept waits for a second person; who made it hears what came of it.
"""

from __future__ import annotations

from django.urls import reverse

from indicators.models import Basis, FactorSetVersion, MethodVersion
from mvi_dashboard.ground import access, audit, webhooks
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.outbox import tell
from mvi_dashboard.ground.webhooks.events import Event

from .publishing import MADE

_HEARS_OF_BASIS = (Role.CONTRACT_MANAGER, Role.POLICY_OFFICER)
"""whose numbers change with the basis"""


def concept_made(actor: Actor, version: FactorSetVersion | MethodVersion) -> None:
    """Those who may check and publish it."""
    people = access.people_who_may(access.REFERENCE_EDIT, None)
    factors = isinstance(version, FactorSetVersion)
    owner = version.factor_set.code if isinstance(version, FactorSetVersion) else version.method.code
    tell(
        "concept-to-check",
        [person for person in people if str(person.actor_key) != actor.key],
        about=version,
        facts={"who": actor.label, "concept": name_of(version)},
        url=reverse(f"indicators:publish_{'version' if factors else 'method'}", args=[owner, version.version]),
    )


def concept_published(actor: Actor, version: FactorSetVersion | MethodVersion) -> None:
    """Those who made it."""
    _tell_makers("concept-published", actor, version)


def concept_thrown_away(actor: Actor, version: FactorSetVersion | MethodVersion) -> None:
    """Those who made it; called before it is deleted."""
    _tell_makers("concept-thrown-away", actor, version)


def basis_changed(basis: Basis) -> None:
    """Contract managers and policy officers of every organisation, and webhooks everywhere."""
    webhooks.happened_everywhere(Event.BASIS_SWITCHED, {"basis": basis.code})
    tell(
        "basis-changed",
        access.people_in(*_HEARS_OF_BASIS),
        about=basis,
        facts={"basis": basis.name_nl},
        url=reverse("indicators:bases"),
    )


def name_of(version: FactorSetVersion | MethodVersion) -> str:
    """What a version is called in a message."""
    owner = version.factor_set if isinstance(version, FactorSetVersion) else version.method
    return f"{owner.name_nl} {version.version}"


def _tell_makers(kind: str, actor: Actor, version: FactorSetVersion | MethodVersion) -> None:
    makers = set(audit.who_had_a_hand(MADE[type(version)], version)) - {actor.key}
    people = access.people_who_may(access.REFERENCE_EDIT, None)
    factors = isinstance(version, FactorSetVersion)
    tell(
        kind,
        [person for person in people if str(person.actor_key) in makers],
        about=version,
        facts={"who": actor.label, "concept": name_of(version)},
        url=reverse("indicators:factor_sets" if factors else "indicators:methods"),
    )
