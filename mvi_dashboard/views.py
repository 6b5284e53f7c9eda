"""Pages that belong to no app: the start page per role, the accessibility statement, errors."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.example import example
from mvi_dashboard.ground.pages import LOST_DATABASE, Due, actor_of, database_away, error_page
from mvi_dashboard.ground.people import setting_up
from mvi_dashboard.ground.rest.answers import problem_404, problem_500
from mvi_dashboard.ground.suppliers import letting_in
from mvi_dashboard.welcome import welcome_for

APPS = ("indicators", "tenders", "contracts", "reporting")


def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person; for visitors what this site is."""
    if not request.user.is_authenticated:
        # Nobody can sign in as long as there is nobody: then this page says how to begin.
        return render(request, "start_public.html", {"example": example(), "is_set_up": setting_up.is_set_up()})
    actor = actor_of(request)
    context = {
        "welcome": welcome_for(actor),
        "due": [*letting_in.due_for(actor), *_of_apps("due_for", actor)],
        "news": _of_apps("news_for", actor),
        "may_be_replaced": bool(actor.organisation_ids) and actor.practice_id is None,
    }
    return render(request, "start.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.html")


def about_api(request: HttpRequest) -> HttpResponse:
    """How another system asks the same as people do on pages, for who has to arrange it."""
    address = request.build_absolute_uri(reverse("openapi")).removesuffix("/openapi.json")
    return render(request, "about_api.html", {"address": address})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, as a page or as a problem."""
    return render(request, "400.html", status=400)


def no_permission(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, as a page."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, as a page, or as a problem under /api."""
    if request.path.startswith("/api/"):
        return problem_404(request, exception)
    # No way to another language: it would repeat the address that is not there.
    return render(request, "404.html", {"other_language": None}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is away; as a problem under /api. It asks nothing of the database."""
    error = sys.exc_info()[1]
    if request.path.startswith("/api/"):
        return problem_500(request, error)
    if isinstance(error, LOST_DATABASE):
        return database_away()
    return error_page("500.html", 500)


def _of_apps(name: str, actor: Any) -> list[Due]:
    """What each app has for this person: `due_for` is to be done, `news_for` only to be known."""
    found: list[Due] = []
    for app in APPS:
        provider = getattr(import_module(f"{app}.selectors"), name, None)
        if provider is not None:
            found.extend(provider(actor))
    return found
