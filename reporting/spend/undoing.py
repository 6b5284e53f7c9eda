"""Taking back what was brought in, until the next day; and the imports as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import SPEND_EDIT, Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import conflict, forbidden, not_found
from mvi_dashboard.ground.shapes import Object, Reason
from reporting.models import SpendImport

from .importing import KEPT, end_imports

UNDOING = Object({"reason": Reason(1000, label="Waarom?", help="De reden komt in het logboek.")})


class _OnAnImport(Act[SpendImport, SpendImport]):
    """An act on one import that counts."""

    def __call__(
        self,
        actor: Actor,
        *,
        import_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> SpendImport:
        """The import. Raises Refused."""
        return self.carry_out(actor, import_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> SpendImport:
        """Raises Refused: absent, forbidden."""
        seen = get_import(actor, named)
        if not actor.may(SPEND_EDIT, seen.organisation_id):
            raise forbidden()
        Organisation.objects.select_for_update().get(pk=seen.organisation_id)
        return seen

    def require_state(self, target: SpendImport) -> None:
        """Raises Refused 409 when it counts no more, and when its day is over."""
        if target.ended_at is not None:
            raise conflict("already_ended", "Deze uitgaven tellen al niet meer mee.")
        if target.created_at <= clock.now() - KEPT:
            text = "Terugnemen kan tot een dag na het overnemen. Lees een nieuw bestand in dat dit vervangt."
            raise conflict("too_late", text)


@partial(
    _OnAnImport,
    ActDeclaration(verb="spend.undo", title="Neem uitgaven terug", permission=SPEND_EDIT, reads=UNDOING),
)
def undo(doing: Doing[SpendImport]) -> Done[SpendImport]:
    """The import, which counts nowhere any more; what it replaced stays replaced."""
    doing.problems.refuse()
    end_imports([doing.target], doing)
    return Done(doing.target, reason=doing.data["reason"])


def imports_visible_to(actor: Actor) -> QuerySet[SpendImport]:
    """The imports of the organisations that this actor reads."""
    found: QuerySet[SpendImport] = SpendImport.objects.visible_to(actor).select_related("organisation")
    return found


def get_import(actor: Actor, public_id: UUID | str) -> SpendImport:
    """One import. Raises Refused 404."""
    found = imports_visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found
