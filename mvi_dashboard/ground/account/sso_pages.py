"""The way to the sign-in provider of the organisation, and back.

What belongs to one attempt stands in a signed cookie of this browser, for ten minutes and one use; the server
keeps nothing. Coming back is a GET that writes, as the protocol has it: it does nothing without that cookie.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from mvi_dashboard.ground import rate_limits, signing_in
from mvi_dashboard.ground.client_addresses import address_of
from mvi_dashboard.ground.problems import busy, conflict, not_found, too_many
from mvi_dashboard.ground.sign_in_pages import with_next

from . import entering, second_step
from .sso import people, provider
from .sso.configuration import Configuration, current

SECONDS = 600
_SALT = "sso-attempt"
_PATH = "/inloggen/sso/"
AWAY = "De inlogdienst van uw organisatie antwoordt niet. Probeer het later opnieuw."
FAILED = "Inloggen is niet gelukt. Begin opnieuw op de pagina om in te loggen."


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, with what only this browser knows in a cookie."""
    configuration = _configured()
    try:
        attempt = provider.begin(configuration, _way_back())
    except provider.ProviderFailed:
        raise busy(60, AWAY) from None
    told = {
        "state": attempt.state,
        "nonce": attempt.nonce,
        "verifier": attempt.verifier,
        "next": _following(request),
    }
    response = redirect(attempt.url)
    response.set_cookie(
        name(),
        signing.dumps(told, salt=_SALT),
        max_age=SECONDS,
        path=_PATH,
        secure=settings.BEHIND_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """In, when the provider says who this is. Raises Refused."""
    configuration, told = _configured(), _attempt_of(request)
    bucket = (rate_limits.SIGN_IN_ADDRESS, address_of(request))
    if wait := rate_limits.wait_for(*bucket):
        raise too_many(wait, signing_in.TOO_MANY)
    code = request.GET.get("code", "")
    if not code:
        raise conflict("sso_failed", FAILED)
    try:
        claims = provider.finish(
            configuration, code=code, nonce=told["nonce"], verifier=told["verifier"], redirect_uri=_way_back()
        )
    except provider.ProviderFailed:
        raise conflict("sso_failed", FAILED) from None
    user = people.person_of(configuration, claims)
    rate_limits.give_back(*bucket)
    asked = bool(configuration.second_factor & set(map(str, claims.get("amr") or ())))
    if user.second_factor_at is not None and not asked:
        response = second_step.start(redirect(with_next(reverse("login-code"), told["next"])), user)
    else:
        entering.enter(request, user, provider_asked=asked)
        response = redirect(told["next"] or "start")
    response.delete_cookie(name(), path=_PATH, samesite="Lax")
    return response


def name() -> str:
    """The name of the cookie."""
    return "__Secure-mvi-sso" if settings.BEHIND_HTTPS else "mvi-sso"


def _configured() -> Configuration:
    found = current()
    if found is None:
        raise not_found()
    return found


def _attempt_of(request: HttpRequest) -> dict[str, Any]:
    """What this browser knows of the attempt that comes back. Raises Refused: none, or another one."""
    try:
        told: dict[str, Any] = signing.loads(request.COOKIES.get(name(), ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise conflict("sso_failed", FAILED) from None
    if not constant_time_compare(told["state"], request.GET.get("state", "")):
        raise conflict("sso_failed", FAILED)
    return told


def _following(request: HttpRequest) -> str:
    """Where it goes on after signing in: a page of this site, or nothing."""
    asked = request.GET.get("next", "")
    hosts = {request.get_host()}
    fits = url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure())
    return asked if fits else ""


def _way_back() -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('login-sso-back')}"
