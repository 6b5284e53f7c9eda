"""The page of the trail: filters, lines in words, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mvi_dashboard.ground import access
from mvi_dashboard.ground.listing import MOMENT, Cell, Column, Listing
from mvi_dashboard.ground.pages import actor_of, may

from . import showing
from .asking import ORDERS, TRAIL, entries
from .words import words

_PLACE = "Organisatie"


def _of(**asked: str) -> str:
    return f"{reverse('trail')}?{urlencode(asked)}"


def _what(line: showing.Line) -> Cell:
    below: list[str | Cell] = [
        Cell(line.about.title, url=line.about.url),
        Cell("alles hierover", url=_of(object=line.object_id), hidden=f": {line.about.title}"),
        line.organisation,
    ]
    return Cell(line.what, below=below, folded=line.changes)


LIST = Listing(
    "logboek",
    "Handelingen",
    ORDERS,
    Column("Wanneer", lambda line: line.moment, MOMENT, order="moment"),
    Column("Wie", lambda line: line.who, shown=lambda line: Cell(line.who, url=_of(persoon=line.actor_key))),
    Column("Wat", lambda line: line.what, shown=_what),
    Column("Waarover", lambda line: line.about.title, on_page=False),
    Column(_PLACE, lambda line: line.organisation, on_page=False),
    Column(
        "Wat erbij staat",
        lambda line: "; ".join(f"{name}: {value}" for name, value in line.changes),
        on_page=False,
    ),
    Column("Waarom", lambda line: line.reason),
)


@require_safe
@may(access.AUDIT_READ)
def trail(request: HttpRequest) -> HttpResponseBase:
    """Who did what, newest first; of everything, of one object or of one person."""
    actor, asked = actor_of(request), TRAIL.asked_in(request)
    page = LIST.page(request, entries(actor, dict(asked.values)), prepare=showing.lines)
    if page.wants_file:
        return page.file()
    people = showing.people_to_choose(actor)
    verbs = sorted(((verb, said.capitalize()) for verb, said in words().items()), key=lambda pair: pair[1])
    context: dict[str, Any] = {
        **page.context(),
        "chains": showing.chains(actor),
        **asked.form({"actor": people, "verb": verbs}),
    }
    return render(request, "trail.html", context)
