"""Locks and versions of a contract. The contract's own row is locked for every record, so that its effect is
never made of half of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from contracts.models import Contract
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Lines, Outcome
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import forbidden, not_found, stale

_WITH = ("organisation", "group", "award__lot__group", "award__lot__tender", "award__bid_version")


class ContractAct(Act[Contract, Outcome]):
    """An act of an organisation on one of its contracts."""

    def __call__(
        self,
        actor: Actor,
        *,
        contract_id: UUID | str,
        document: Mapping[str, Any],
        expected_version: int | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. Raises Refused with every problem."""
        return self.carry_out(
            actor, contract_id, document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID | str) -> Contract:
        """The contract. Raises Refused: absent, forbidden."""
        return lock_contract(actor, named, self.declaration.permission)

    def require_version(self, target: Contract, expected: int) -> None:
        """Raises Refused 412 when somebody else changed it."""
        if target.version != expected:
            raise stale()


def contract_act(declaration: ActDeclaration) -> Callable[[Lines[Contract, Outcome]], ContractAct[Outcome]]:
    """Makes an act on a contract of the lines that are its own."""
    return lambda lines: ContractAct(declaration, lines)


def lock_contract(actor: Actor, public_id: UUID | str, act: str) -> Contract:
    """The contract, locked for a change by somebody who may. Raises Refused: absent, forbidden.

    Who may not waits for nobody: only rows that are left by the conditions are locked.
    """
    locked = Contract.objects.select_for_update(of=("self",)).select_related(*_WITH)
    own = locked.filter(organisation_id__in=actor.organisations_for(act))
    found: Contract | None = own.filter(public_id=public_id).first()
    if found is None:
        seen = Contract.objects.visible_to(actor).filter(public_id=public_id).exists()
        raise forbidden() if seen else not_found()
    return found


def change(contract: Contract, expected_version: int, changes: Mapping[str, Any]) -> None:
    """Write these fields on exactly the version that was seen. Raises Refused 412."""
    seen = Contract.objects.filter(pk=contract.pk, version=expected_version)
    if not seen.update(version=F("version") + 1, **changes):
        raise stale()
    for name, value in changes.items():
        setattr(contract, name, value)
    contract.version = expected_version + 1
