"""Who asks: a bearer token, or the session of somebody who signed in on the pages."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from mvi_dashboard.ground import access, clock, token_use
from mvi_dashboard.ground.account import entering
from mvi_dashboard.ground.models import ApiToken
from mvi_dashboard.ground.pages import actor_of_session
from mvi_dashboard.ground.problems import Kind, refuse
from mvi_dashboard.ground.suppliers.families import with_others
from mvi_dashboard.ground.throttling import take_place_of_address

from .answers import not_signed_in

_LONGEST_TOKEN = 200
SECOND_FACTOR_FIRST = "Uw organisatie vraagt een tweede factor. Stel die eerst in op de pagina van uw profiel."


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; unknown, expired and revoked tokens get the same 401."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        """The person behind the token (or nobody) and the token; None without the header."""
        header = request._request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, sent = header.partition(" ")
        token = _find(sent.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            take_place_of_address(request._request)
            raise not_signed_in()
        token_use.note_use(token)
        actor = access.actor_of_token(token)
        request._request.actor = actor  # type: ignore[attr-defined]
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The scheme that a 401 asks for."""
        return "Bearer"


class Session(BaseAuthentication):
    """The session cookie of the pages; whoever writes must also send the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The person who signed in; None when nobody did."""
        http_request = request._request
        user = getattr(http_request, "user", None)
        http_request.actor = actor_of_session(http_request) if user else access.NOBODY  # type: ignore[attr-defined]
        if user is None or not user.is_active:
            return None
        _check_csrf(http_request)
        if entering.owes_second_factor(http_request):
            raise refuse("second_factor_required", SECOND_FACTOR_FIRST, kind=Kind.FORBIDDEN)
        return user, None


def _find(sent: str) -> ApiToken | None:
    if not sent or len(sent) > _LONGEST_TOKEN:
        return None
    sha256 = hashlib.sha256(sent.encode()).hexdigest()
    rows = with_others(ApiToken.objects.select_related("user", "organisation", "supplier"))
    token = rows.filter(sha256=sha256).first()
    if token is None or token.revoked_at is not None or token.expires_at <= clock.now():
        return None
    return None if token.user is not None and not token.user.is_active else token


def _check_csrf(request: HttpRequest) -> None:
    def nobody(_: HttpRequest) -> None:
        return None

    check = CSRFCheck(nobody)  # type: ignore[arg-type]
    check.process_request(request)
    if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise refuse(
            "csrf_failed",
            "Uw sessie is verlopen. Ververs de pagina, meld u zo nodig opnieuw aan en probeer het nog eens.",
            kind=Kind.FORBIDDEN,
        )
