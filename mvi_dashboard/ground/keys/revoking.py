"""Revoking a key: worth nothing from now on, with a reason, by its person or by who looks after the place."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from mvi_dashboard.ground import taking_back
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.problems import forbidden
from mvi_dashboard.ground.shapes import Object, Reason

from .making import OnAKey

REVOKING = Object(
    {"reason": Reason(taking_back.LONGEST_REASON, label="Waarom?", help="De reden komt in het logboek.")}
)


def require_at_work(actor: Actor) -> None:
    """Refuse who practises: a key is real. Raises Refused 403."""
    if actor.practice_id is not None:
        raise forbidden("U oefent nu. Ga terug naar het echte werk om een sleutel in te trekken.")


class _Revoking(OnAKey):
    """An act on a key that ends, also of an organisation that is no more."""

    to_end = True

    def lock(self, actor: Actor, named: UUID | str) -> ApiToken:
        """Raises Refused: absent; forbidden while practising."""
        require_at_work(actor)
        return super().lock(actor, named)


@partial(
    _Revoking,
    ActDeclaration(
        verb="token.revoke",
        title="Trek een sleutel in",
        who="its person; organisation-administrator and supplier, at the own place; of an organisation that is no "
        "more: who administers its successor or the installation, until it is handed over",
        reads=REVOKING,
        commands=("revoke_api_token",),
    ),
)
def revoke_key(doing: Doing[ApiToken]) -> Done[ApiToken]:
    """The key, which opens nothing any more."""
    doing.problems.refuse()
    changes = taking_back.end_token(doing.target, doing.now)
    return Done(doing.target, reason=doing.data["reason"], changes=changes)
