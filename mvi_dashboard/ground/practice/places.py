"""Which organisation somebody practises in, and the roles there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from mvi_dashboard.ground.models import Organisation

if TYPE_CHECKING:
    from mvi_dashboard.ground.access import Grant


def in_practice(grants: Iterable[Grant], practice_id: int) -> tuple[Grant, ...]:
    """The same roles at the practice organisation of where they hold; none once it is emptied."""
    place = practice_in_use(practice_id)
    if place is None:
        return ()
    return tuple(
        replace(grant, organisation_id=place.pk, path=place.path, practising=True)
        for grant in grants
        if grant.organisation_id == place.practice_of_id
    )


def practice_in_use(pk: int) -> Organisation | None:
    """The practice organisation with this key; None once it was emptied."""
    return Organisation.objects.filter(pk=pk, practice_of__isnull=False, practice_emptied_at=None).first()


def practice_of(organisation: Organisation) -> Organisation | None:
    """The one in which the people of this organisation practise now, if there is one."""
    return Organisation.objects.filter(practice_of=organisation, practice_emptied_at=None).first()
