"""The page of the trail: filters, lines in words, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mvi_dashboard.ground import access
from mvi_dashboard.ground.pages import actor_of, may, next_page

from . import showing
from .asking import ORDER, TRAIL, entries
from .words import words


@require_safe
@may(access.AUDIT_READ)
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first; of everything, of one object or of one person."""
    actor, asked = actor_of(request), TRAIL.asked_in(request)
    found, next_url = next_page(request, entries(actor, dict(asked.values)), ORDER)
    people = showing.people_to_choose(actor)
    verbs = sorted(((verb, said.capitalize()) for verb, said in words().items()), key=lambda pair: pair[1])
    context: dict[str, Any] = {
        "lines": showing.lines(found),
        "chains": showing.chains(actor),
        "several": len(actor.organisations_for(access.AUDIT_READ)) > 1,
        "next_url": next_url,
        "first_url": asked.first_url,
        **asked.form({"actor": people, "verb": verbs}),
    }
    return render(request, "trail.html", context)
