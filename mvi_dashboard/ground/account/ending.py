"""Ending one open session of the own, on whatever device it is."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import SignedInSession
from mvi_dashboard.ground.problems import not_found

from . import sessions
from .acting import WHO, OwnAct, own_person


class _Ending(OwnAct[SignedInSession, SignedInSession]):
    """An act on a session of the person who acts."""

    def __call__(self, actor: Actor, *, session_id: UUID) -> SignedInSession:
        """What came of it. Raises Refused."""
        return self.carry_out(actor, session_id, document=None, expected_version=None, typed=False, once=None)

    def lock(self, actor: Actor, named: UUID) -> SignedInSession:
        """The session. Raises Refused: absent, also when it is of another person."""
        found = sessions.open_of(own_person(actor)).filter(public_id=named).first()
        if found is None:
            raise not_found()
        return found


@partial(_Ending, ActDeclaration(verb="session.end", title="Log uit op een apparaat", who=WHO, person="Dit"))
def end_session(doing: Doing[SignedInSession]) -> Done[SignedInSession]:
    """The session, which is over."""
    sessions.close(doing.target)
    return Done(doing.target, changes={"began": doing.target.began_at})
