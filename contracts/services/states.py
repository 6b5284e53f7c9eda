"""Locks and versions of a contract. The contract's own row is locked for every record, so that its effect is
never made of half of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from contracts.models import Contract
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.once import Once, first_time
from mvi_dashboard.ground.problems import forbidden, not_found, stale

_WITH = ("organisation", "award__lot__group", "award__lot__tender", "award__bid_version")


def lock_contract(actor: Actor, public_id: UUID | str, act: str, once: Once | None = None) -> Contract:
    """The contract, locked for a change by somebody who may. Raises Refused: absent, forbidden.

    Who may not waits for nobody: only rows that are left by the conditions are locked.
    """
    locked = Contract.objects.select_for_update(of=("self",)).select_related(*_WITH)
    own = locked.filter(organisation_id__in=actor.organisations_for(act))
    found: Contract | None = own.filter(public_id=public_id).first()
    if found is None:
        seen = Contract.objects.visible_to(actor).filter(public_id=public_id).exists()
        raise forbidden() if seen else not_found()
    first_time(once)
    return found


def require_version(contract: Contract, expected_version: int) -> None:
    """Refuse (412) when somebody else changed it, before anything else is judged."""
    if contract.version != expected_version:
        raise stale()


def change(contract: Contract, expected_version: int, changes: Mapping[str, Any]) -> None:
    """Write these fields on exactly the version that was seen. Raises Refused 412."""
    seen = Contract.objects.filter(pk=contract.pk, version=expected_version)
    if not seen.update(version=F("version") + 1, **changes):
        raise stale()
    for name, value in changes.items():
        setattr(contract, name, value)
    contract.version = expected_version + 1
