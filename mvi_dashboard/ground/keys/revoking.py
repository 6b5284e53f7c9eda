"""Revoking a key: worth nothing from now on, with a reason, by its person or by who looks after the place."""

from __future__ import annotations

from functools import partial

from mvi_dashboard.ground import taking_back
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.shapes import Object, Reason

from .making import OnAKey

REVOKING = Object(
    {"reason": Reason(taking_back.LONGEST_REASON, label="Waarom?", help="De reden komt in het logboek.")}
)


@partial(
    OnAKey,
    ActDeclaration(
        verb="token.revoke",
        title="Trek een sleutel in",
        who="its person; organisation-administrator and supplier, at the own place",
        reads=REVOKING,
        commands=("revoke_api_token",),
    ),
)
def revoke_key(doing: Doing[ApiToken]) -> Done[ApiToken]:
    """The key, which opens nothing any more."""
    doing.problems.refuse()
    changes = taking_back.end_token(doing.target, doing.now)
    return Done(doing.target, reason=doing.data["reason"], changes=changes)
