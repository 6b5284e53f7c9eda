"""Locks and versions of a contract. The contract's own row is locked for every record, so that its effect is
never made of half of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from contracts.models import Contract
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import forbidden, not_found, stale

_WITH = ("organisation", "award__lot__group", "award__lot__tender", "award__bid_version")


def lock_contract(actor: Actor, public_id: UUID | str, act: str) -> Contract:
    """The contract, locked for a change by somebody who may. Raises Refused: absent, forbidden."""
    locked = Contract.objects.select_for_update(of=("self",)).select_related(*_WITH)
    found: Contract | None = locked.filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    if not actor.may(act, found.organisation_id):
        own = actor.supplier_id is not None and actor.supplier_id == found.supplier_id
        if own or actor.may(access.CONTRACT_READ, found.organisation_id):
            raise forbidden()
        raise not_found()
    return found


def change(contract: Contract, expected_version: int, changes: Mapping[str, Any]) -> None:
    """Write these fields on exactly the version that was seen. Raises Refused 412."""
    seen = Contract.objects.filter(pk=contract.pk, version=expected_version)
    if not seen.update(version=F("version") + 1, **changes):
        raise stale()
    for name, value in changes.items():
        setattr(contract, name, value)
    contract.version = expected_version + 1
