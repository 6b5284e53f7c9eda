"""For which roles an organisation requires a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.accounts import WITHOUT_PLACE
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import Membership, OrganisationSettings, Role, User
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.shapes import Boolean, Object, camel

ROLES = tuple(role for role in Role if role != Role.SUPPLIER and role not in WITHOUT_PLACE)


def _name(role: str) -> str:
    return role.replace("-", "_")


REQUIRED = Object({_name(role): Boolean(required=False, default=False, label=str(role.label)) for role in ROLES})


def settings_of(organisation_id: int) -> OrganisationSettings:
    """The switches of this organisation, whether it changed one yet or not."""
    found = OrganisationSettings.objects.filter(organisation=organisation_id).first()
    return found or OrganisationSettings(organisation_id=organisation_id)


def stored_roles(decided: OrganisationSettings) -> dict[str, Any]:
    """The same document as it is now."""
    return {camel(_name(role)): role in decided.totp_roles for role in ROLES}


class _Deciding(Act[OrganisationSettings, OrganisationSettings]):
    """An act of an organisation on its switches."""

    def __call__(
        self, actor: Actor, *, organisation: int, document: Mapping[str, Any], typed: bool = False
    ) -> OrganisationSettings:
        """What came of it. Raises Refused."""
        return self.carry_out(
            actor, organisation, document=document, expected_version=None, typed=typed, once=None
        )

    def lock(self, actor: Actor, named: int) -> OrganisationSettings:
        """The switches. Raises Refused: forbidden."""
        access.require(actor, self.declaration.permission, named)
        OrganisationSettings.objects.get_or_create(organisation_id=named)
        return OrganisationSettings.objects.select_for_update().get(organisation_id=named)


@partial(
    _Deciding,
    ActDeclaration(
        verb="organisation.second_factor",
        title="Kies voor welke rollen een tweede factor nodig is",
        permission=access.ADMINISTER,
        reads=REQUIRED,
    ),
)
def require_second_factor(doing: Doing[OrganisationSettings]) -> Done[OrganisationSettings]:
    """The switches; who has such a role and no second factor can do nothing before setting it up."""
    doing.problems.refuse()
    decided = doing.target
    roles = [str(role) for role in ROLES if doing.data[_name(role)]]
    if roles == decided.totp_roles:
        return Done(decided, unchanged=True)
    decided.totp_roles = roles
    decided.save(update_fields=["totp_roles"])
    return Done(decided, changes={"roles": roles})


def people_of(organisation_id: int) -> Any:
    """Who has a role there today, each once."""
    today = clock.today()
    held = Membership.objects.filter(organisation=organisation_id, ended_at=None)
    held = held.exclude(valid_from__gt=today).exclude(valid_to__lt=today)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def get_person(actor: Actor, actor_key: Any) -> User:
    """A person of an organisation that this actor administers. Raises Refused: absent."""
    places = actor.organisations_for(access.ADMINISTER)
    found = User.objects.filter(actor_key=actor_key, memberships__organisation__in=places).distinct().first()
    if found is None:
        raise not_found()
    return found
