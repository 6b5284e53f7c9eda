"""In which language a page is: that of its reader where the page has it, else Dutch; whole pages, never a mix.

The reader's language is the one of the profile, else the one that was chosen at the foot of a page, else the one
that the browser likes most. Over REST problems and their titles have English, by Accept-Language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from mvi_dashboard.ground import languages
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.listing import AS_FILE
from mvi_dashboard.ground.pages import LOST_DATABASE, database_away
from mvi_dashboard.ground.problems import not_found

_ASK_NOBODY = ("/livez", "/readyz")
_A_YEAR = 365 * 24 * 3600
FOR_ALL = frozenset(
    (
        *(
            "login",
            "logout",
            "login-code",
            "login-sso",
            "login-sso-back",
            "password",
            "accessibility",
            "about-api",
        ),
        *("indicators:explanation", "indicators:terms"),
        *("password-forgotten", "password-forgotten-sent", "password-new", "invitation", "language"),
        *("profile", "profile-email", "profile-email-confirm", "profile-sessions", "profile-signout-everywhere"),
        *("profile-session-end", "second-factor-begin", "second-factor-confirm", "second-factor-off"),
        *("second-factor-codes", "messages", "messages-read", "message-open"),
        *("supplier-register", "supplier-registered", "supplier-confirm"),
    )
)
"""pages that are in English for everybody, by the name of their address"""
FOR_SUPPLIERS = frozenset(
    (
        "start",
        *("own-supplier", "supplier-let-in", "supplier-turn-away", "supplier-change"),
        *("people", "person", "person-role", "role-end", "invitation-resend", "invitation-withdraw"),
        "search",
        *("keys", "key-own", "key-system", "key-renew", "key-revoke"),
        *("tenders:list", "tenders:tender", "tenders:bids", "contracts:list", "contracts:contract"),
        *("tenders:bid_form", "tenders:bid", "tenders:bid_files", "tenders:bid_withdraw"),
        *("files-of", "file-add", "file", "file-withdraw"),
    )
)
"""pages that are in English as a supplier or a visitor sees them: an officer sees more there, which is in Dutch"""


class LanguageMiddleware:
    """Speaks the language of the page while it is made; stands last, as it asks who looks and what is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with its language in the head of a page."""
        over_rest = request.path.startswith("/api/")
        try:
            reader = _asked(request) if over_rest or request.path in _ASK_NOBODY else reader_language(request)
        except LOST_DATABASE:
            # Who looks is in the database too: nothing more is asked of it.
            with languages.speaking(_asked(request)):
                return database_away()
        # Until it is known which page is asked, and for one that is not there: errors are in both languages.
        with languages.speaking(reader, typing=not over_rest):
            request.reader_language = reader  # type: ignore[attr-defined]
            response = self.get_response(request)
            if "html" in response.headers.get("Content-Type", ""):
                response.headers.setdefault("Content-Language", languages.spoken())
        patch_vary_headers(response, ["Accept-Language"] if over_rest else ["Accept-Language", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Dutch for a page that has no English for this reader."""
        if not languages.english() or request.path.startswith("/api/"):
            return
        # A file has one form, whoever asks it.
        if AS_FILE in request.GET or not _is_in_english(request):
            languages.change_to(languages.DUTCH, typing=False)


def reader_language(request: HttpRequest) -> str:
    """The language of who looks at this page."""
    chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    chosen = chosen or request.COOKIES.get(languages.COOKIE, "")
    return chosen if chosen in languages.LANGUAGES else _asked(request)


def _asked(request: HttpRequest) -> str:
    header = request.headers.get("Accept-Language", "")
    return languages.asked_by_browser(header) if header else languages.DUTCH


def _is_in_english(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in FOR_ALL:
        return True
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return name in FOR_SUPPLIERS and (actor.is_anonymous or actor.supplier_id is not None)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For the base template: the language of this page, of its reader, and the way to the other one."""
    spoken = languages.spoken()
    reader = getattr(request, "reader_language", spoken)
    other = languages.DUTCH if reader == languages.ENGLISH else languages.ENGLISH
    return {
        "only_dutch": reader != spoken,
        "other_language": {"code": other, "name": languages.LANGUAGES[other], "url": _way_to(request, other)},
    }


def _way_to(request: HttpRequest, language: str) -> str:
    """Where this page is seen in another language; who chose one in the profile changes it there."""
    if request.user.is_authenticated and request.user.language:
        return reverse("profile")
    back = request.get_full_path() if request.method == "GET" else request.path
    return f"{reverse('language', args=[language])}?{urlencode({'terug': back})}"


def choose(request: HttpRequest, language: str) -> HttpResponse:
    """Keeps the language that was chosen at the foot of a page, and goes back to it."""
    if language not in languages.LANGUAGES:
        raise not_found()
    back = request.GET.get("terug", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if known and back.startswith("/") else "start")
    response.set_cookie(
        languages.COOKIE,
        language,
        max_age=_A_YEAR,
        secure=settings.BEHIND_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
