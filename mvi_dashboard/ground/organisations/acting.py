"""The two kinds of acts on an organisation: of its own administrator, and of who administers the installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act
from mvi_dashboard.ground.models import REAL, Organisation
from mvi_dashboard.ground.problems import Kind, Problem, conflict, forbidden, not_found, refuse

BY_INSTALLATION = "administrator of the installation"
ENDED = "Deze organisatie is er niet meer: er verandert niets meer aan."
MOST_CHOICES = 200
"""With more of them the code is typed, which the list helps to find"""
Document = Mapping[str, Any]


def require_installation(actor: Actor) -> None:
    """Refuse (401 or 403) who does not administer the installation."""
    if access.administers_installation(actor):
        return
    if actor.is_anonymous:
        raise refuse("not_authenticated", "U bent niet ingelogd.", kind=Kind.NOT_AUTHENTICATED)
    raise forbidden()


def with_code(code: str) -> Organisation:
    """The organisation with this code; none to practise in. Raises Refused: absent."""
    known = Organisation.objects.filter(REAL).select_related("parent", "successor", "split_from")
    found = known.filter(code=code).first()
    if found is None:
        raise not_found()
    return found


def administered(actor: Actor, code: str) -> Organisation:
    """The organisation with this code, for who administers it. Raises Refused: absent."""
    found = with_code(code)
    if not actor.may(access.ADMINISTER, found.pk):
        raise not_found()
    return found


def living(but: Organisation | None = None) -> list[tuple[str, str]]:
    """Code and name of the organisations that can be chosen; none when there are too many to choose from."""
    rows = Organisation.objects.filter(REAL, Q(valid_to=None) | Q(valid_to__gte=clock.today()))
    rows = rows if but is None else rows.exclude(pk=but.pk)
    found = list(rows.order_by("name", "code").values_list("code", "name")[: MOST_CHOICES + 1])
    return found if len(found) <= MOST_CHOICES else []


def named_other(
    code: str, field: str, but: Organisation | None = None
) -> tuple[Organisation | None, list[Problem]]:
    """Another organisation that is there now, as it was filled in under this field."""
    found = Organisation.objects.filter(REAL, code=code).first()
    if found is None:
        return None, [Problem((field,), "does_not_exist", "Er is geen organisatie met deze code.")]
    if but is not None and found.pk == but.pk:
        return None, [Problem((field,), "invalid", "Kies een andere organisatie dan deze zelf.")]
    if is_over(found):
        return None, [Problem((field,), "ended", "Deze organisatie is er niet meer: kies een andere.")]
    return found, []


def is_over(organisation: Organisation) -> bool:
    """Whether its last day has passed."""
    return organisation.valid_to is not None and organisation.valid_to < clock.today()


def lock_tree() -> None:
    """Within a transaction: nobody else changes a place in the tree until it ends, so that no circle can arise."""
    rows = Organisation.objects.select_for_update(no_key=True)
    list(rows.order_by("pk").values_list("pk", flat=True))


class _OnOne(Act[Organisation, Organisation]):
    """An act on one organisation, by its code."""

    def __call__(
        self, actor: Actor, *, code: str, document: Document | None = None, typed: bool = False
    ) -> Organisation:
        """The organisation. Raises Refused with every problem."""
        return self.carry_out(actor, code, document=document, expected_version=None, typed=typed, once=None)


class ByAdministrator(_OnOne):
    """An act of who administers the organisation."""

    def lock(self, actor: Actor, named: str) -> Organisation:
        """Raises Refused: absent."""
        found = administered(actor, named)
        row: Organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=found.pk)
        return row


class ByInstallation(_OnOne):
    """An act of who administers the installation, on one that is still there."""

    def lock(self, actor: Actor, named: str) -> Organisation:
        """Raises Refused: forbidden, absent. The whole tree is held."""
        require_installation(actor)
        lock_tree()
        return with_code(named)

    def require_state(self, target: Organisation) -> None:
        """Raises Refused 409 when it is no more."""
        if is_over(target):
            raise conflict("ended", ENDED)
