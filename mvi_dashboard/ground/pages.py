"""What every page shares: who asks, what a refusal looks like, who must sign in, and pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from . import access, keyset
from .access import Actor
from .account import entering, sessions
from .practice.marking import mark_file
from .problems import Kind, Refused, forbidden
from .races import is_taken, overtaken
from .shapes import document_of

PAGE = 50
MOST_DUE = 10
"""so many of one kind wait on the start page; the lists have them all"""
_LONGEST_NUMBER = 10
View = Callable[..., HttpResponseBase]
_TEMPLATES = {
    Kind.NOT_FOUND: "404.html",
    Kind.FORBIDDEN: "403.html",
    Kind.INVALID: "400.html",
    Kind.TOO_MANY: "429.html",
    Kind.UNAVAILABLE: "503.html",
}
# Why there is no form to draw again: it is not there for this person, or not now.
_NO_FORM = (Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.NOT_AUTHENTICATED, Kind.UNAVAILABLE)
LOST_DATABASE = (OperationalError, InterfaceError)
PRACTICE = "practice"
"""In the session: the practice organisation in which somebody works until going back"""
LOGGED_OUT = "U was uitgelogd: wat u typte is niet opgeslagen."
_RETRY_AFTER = "30"
_BEFORE_SECOND_FACTOR = ("second-factor-begin", "second-factor-confirm", "logout", "livez", "readyz")
"""pages that open for who must set up a second factor and has not; the last two ask nobody who he is"""
_OF_A_FORM = (200, 400, 409, 412)
# Only the browser of this person keeps it, for its Back: a page that was sent cannot be asked for again.
_FOR_BACK = "private, no-cache"


@dataclass(frozen=True)
class Due:
    """Something that waits for this person: shown on the start page, with where to do it."""

    title: str
    detail: str
    url: str
    moment: datetime | None = None
    overdue: bool = False


class PageMiddleware:
    """Gives pages `request.actor`, and shows a refusal or a lost database as a page of our own."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; what a person may see is not kept by any cache, but for a form that was drawn again."""
        if not request.path.startswith("/api/"):
            request.actor = SimpleLazyObject(lambda: actor_of_session(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        mark_file(request, response)
        response.headers.setdefault("Cache-Control", _FOR_BACK if _drawn_again(request, response) else "no-store")
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """The set-up of a second factor, for who must have one before anything else; and who is seen is noted."""
        match = request.resolver_match
        if request.path.startswith("/api/") or (match and match.view_name in _BEFORE_SECOND_FACTOR):
            return None
        if not request.user.is_authenticated:
            return None
        sessions.note_seen(request)
        if not entering.owes_second_factor(request):
            return None
        page = reverse("second-factor-begin")
        if request.method == "GET" and "HX-Request" not in request.headers and request.path != "/":
            page = f"{page}?{urlencode({'next': request.get_full_path()})}"
        return HttpResponseClientRedirect(page) if "HX-Request" in request.headers else redirect(page)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal that no view caught; None leaves the rest to Django."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(exception, Refused):
            return refusal_page(request, exception)
        if isinstance(exception, IntegrityError) and is_taken(exception):
            return refusal_page(request, overtaken(exception))
        return database_away() if isinstance(exception, LOST_DATABASE) else None


def _drawn_again(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this page answers what was sent with a form: refused, calculated, or with a row more."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return request.method == "POST" and is_page and response.status_code in _OF_A_FORM


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page that says why not: signing in first, absent, forbidden, or in a state that does not allow it."""
    if refused.kind is Kind.NOT_AUTHENTICATED:
        return _sign_in_first(request)
    template = _TEMPLATES.get(refused.kind, "409.html")
    response = render(request, template, {"problems": refused.problems}, status=refused.kind.value)
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """The way to the page for signing in, which says it when something that was typed went no further.

    What htmx asked for is a part of a page: the whole page goes there, after the browser asked, and comes back.
    """
    if request.method == "POST":
        messages.warning(request, LOGGED_OUT)
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    page = request.htmx.current_url_abs_path or request.get_full_path()  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(redirect_to_login(page).url)


def database_away() -> HttpResponse:
    """The page for when the database does not answer."""
    response = error_page("503.html", 503)
    response.headers["Retry-After"] = _RETRY_AFTER
    return response


def error_page(template: str, status: int) -> HttpResponse:
    """A page that asks nothing of anybody, not even who looks at it: the session is in the database too."""
    return HttpResponse(render_to_string(template, {"nobody_is_asked": True}), status=status)


def signed_in(view: View) -> View:
    """The view, after signing in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        return view(request, *args, **kwargs)

    return guarded


def may(*acts: str) -> Callable[[View], View]:
    """The view, for whoever may do one of these acts somewhere; others get a clear 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.actor.may(act) for act in acts):  # type: ignore[attr-defined]
                raise forbidden()
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def actor_of_session(request: HttpRequest) -> Actor:
    """The actor of who signed in: at work, or practising."""
    practising = request.session.get(PRACTICE) if request.user.is_authenticated else None
    return access.actor_of_user(request.user, practising if isinstance(practising, int) else None)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for this page."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def redrawn(refused: Refused) -> int:
    """The status with which a form is drawn again; raises the refusal when there is no form to draw."""
    if refused.kind in _NO_FORM:
        raise refused
    return int(refused.kind.value)


def posted_document(request: HttpRequest, *beside: str) -> dict[str, Any]:
    """The document behind a posted form, without the token of the page and what stands `beside` the document."""
    left_out = {"csrfmiddlewaretoken", *beside}
    return document_of((name, str(value)) for name, value in request.POST.items() if name not in left_out)


def posted_number(request: HttpRequest, name: str) -> int:
    """A whole number that a page of ours sent along; 0, which never fits, for anything else."""
    text = str(request.POST.get(name) or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else 0


def next_page(
    request: HttpRequest, queryset: QuerySet[Any], order: Sequence[str], limit: int = PAGE
) -> tuple[list[Any], str | None]:
    """The rows of this page and the address of the next one (None on the last); filters stay in the address."""
    rows, cursor = keyset.slice_after(queryset, order=order, limit=limit, cursor=request.GET.get("cursor"))
    if cursor is None:
        return rows, None
    query = request.GET.copy()
    query["cursor"] = cursor
    return rows, f"{request.path}?{query.urlencode()}"
