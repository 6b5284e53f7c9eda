"""Acts on a tender: found and locked for who may, on the version and in the state that the act asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Lines, Outcome
from mvi_dashboard.ground.idempotency import Once
from tenders.models import Tender

from . import states


class TenderAct(Act[Tender, Outcome]):
    """An act of an organisation on one of its tenders."""

    def __call__(
        self,
        actor: Actor,
        *,
        tender_id: UUID | str,
        document: Mapping[str, Any] | None = None,
        expected_version: int | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. Raises Refused with every problem."""
        return self.carry_out(
            actor, tender_id, document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID | str) -> Tender:
        """The tender. Raises Refused: absent, forbidden."""
        return states.lock_tender(actor, named, self.declaration.permission)

    def require_version(self, target: Tender, expected: int) -> None:
        """Raises Refused 412 with who changed it."""
        states.require_version(target, expected)

    def require_state(self, target: Tender) -> None:
        """Raises Refused 409 `wrong_state`."""
        if self.declaration.states:
            states.require_status(target, self.declaration.states, self.declaration.otherwise)


def tender_act(declaration: ActDeclaration) -> Callable[[Lines[Tender, Outcome]], TenderAct[Outcome]]:
    """Makes an act on a tender of the lines that are its own."""
    return lambda lines: TenderAct(declaration, lines)
