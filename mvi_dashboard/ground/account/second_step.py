"""Between password and code: who said the password well is not signed in yet.

What stands between the two is a signed cookie and no session: it opens nothing but the page for the code, for five
minutes, and is worth nothing once the password changed, the sessions were ended or the person was blocked.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from mvi_dashboard.ground.models import User

SECONDS = 300
_SALT = "second-step"
_PATH = "/inloggen/"


def start(response: HttpResponse, user: User) -> HttpResponse:
    """The answer, with which the browser may go on to the page for the code."""
    text = signing.dumps({"person": user.pk, "state": _state(user)}, salt=_SALT)
    response.set_cookie(
        name(),
        text,
        max_age=SECONDS,
        path=_PATH,
        secure=settings.BEHIND_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def person_of(request: HttpRequest) -> User | None:
    """Who said the password well a moment ago; None for anybody else."""
    try:
        told = signing.loads(request.COOKIES.get(name(), ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=told["person"], is_active=True).first()
    if user is None or user.second_factor_at is None or not constant_time_compare(told["state"], _state(user)):
        return None
    return user


def end(response: HttpResponse) -> HttpResponse:
    """The answer, after which the browser has nothing of this any more."""
    response.delete_cookie(name(), path=_PATH, samesite="Lax")
    return response


def name() -> str:
    """The name of the cookie."""
    return "__Secure-mvi-code" if settings.BEHIND_HTTPS else "mvi-code"


def _state(user: User) -> str:
    """What a session of this person must match, not to be found from the cookie."""
    return salted_hmac(_SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()
