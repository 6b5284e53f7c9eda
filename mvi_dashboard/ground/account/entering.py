"""The moment at which somebody comes in: session, what is remembered of it, and its entry in the trail."""

from __future__ import annotations

from django.contrib.auth import login, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from mvi_dashboard.ground import signing_in
from mvi_dashboard.ground.models import User

from . import sessions

_BACKEND = "django.contrib.auth.backends.ModelBackend"
PROVIDER_ASKED = "provider-asked-second-factor"


@transaction.atomic
def enter(request: HttpRequest, user: User, *, provider_asked: bool = False) -> None:
    """Give this person a session with a new key; all of it, or nothing.

    `provider_asked`: the sign-in provider asked for a second factor itself.
    """
    login(request, user, backend=_BACKEND)
    if provider_asked:
        request.session[PROVIDER_ASKED] = True
    sessions.begin(request, user)
    signing_in.note_sign_in(user)


@transaction.atomic
def stay(request: HttpRequest) -> None:
    """Let this session go on, under a new key, after an act that ended all sessions of its person."""
    user = request.user
    if isinstance(user, User):
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        sessions.begin(request, user)


def owes_second_factor(request: HttpRequest) -> bool:
    """Whether who asks must set up a second factor before anything else: required, and nobody asked for one."""
    owes: bool = request.actor.owes_second_factor  # type: ignore[attr-defined]
    return owes and not request.session.get(PROVIDER_ASKED, False)
