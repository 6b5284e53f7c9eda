"""The page of the search box: per kind what was found, and one kind in pages."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from indicators import glossary
from indicators.selectors import indicator_rows
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.filters import Filter, Filters, Sought
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.pages import actor_of, next_page
from mvi_dashboard.ground.searching import LONGEST, FoundKind, Hit, Question

APPS = ("tenders", "contracts", "indicators")
TERMS = "begrippen"
FIRST, MOST_COUNTED = 5, 100
KINDS: dict[str, FoundKind] = {
    kind.code: kind for app in APPS for kind in import_module(f"{app}.selectors.finding").FOUND
}
_CHOICES = {**{code: kind.title for code, kind in KINDS.items()}, TERMS: "Begrippen"}
SEARCH = Filters(
    typed=Filter("q", "Zoeken", shape=Sought(LONGEST, required=False), typed=True),
    kind=Filter("soort", "Soort", choices=_CHOICES),
)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What this reader may open and has all of these words; without words the newest of each kind."""
    asked = SEARCH.asked_in(request)
    typed, wanted = asked.values["typed"] or "", asked.values["kind"]
    actor, question = actor_of(request), Question.of(typed)
    open_kinds = {code: kind for code, kind in KINDS.items() if kind.open_to(actor)}
    sections: list[dict[str, Any]] = []
    next_url = None
    if question.words or not typed:
        if wanted in open_kinds:
            kind = open_kinds[wanted]
            rows, next_url = next_page(request, kind.rows(actor, question), kind.order)
            sections = [_section(kind.title, [kind.hit(row) for row in rows])]
        elif wanted is None:
            sections = [_first(kind, actor, question, typed) for kind in open_kinds.values()]
        if wanted in (None, TERMS):
            sections.append(_terms(question, typed, whole=wanted == TERMS))
    context = {
        "searched": typed,
        "kind": wanted,
        "sections": [each for each in sections if each["hits"]],
        "no_words": bool(typed) and not question.words,
        "next_url": next_url,
        "first_url": asked.first_url,
        "all_url": asked.address(kind="") if wanted else "",
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Zoeken", "url": ""}],
    }
    return render(request, "search.html", context)


def _first(kind: FoundKind, actor: Actor, question: Question, typed: str) -> dict[str, Any]:
    """The first of a kind, and how many there are; counted no further than somebody reads."""
    found = list(kind.rows(actor, question).order_by(*kind.order)[: MOST_COUNTED + 1])
    return _section(kind.title, [kind.hit(row) for row in found[:FIRST]], len(found), kind.words, kind.code, typed)


def _terms(question: Question, typed: str, *, whole: bool) -> dict[str, Any]:
    """Words of the field: those with every word in their name or definition."""
    indicators = (
        glossary.of_indicator(row.code, row.name_nl, row.definition_nl, row.unit) for row in indicator_rows()
    )
    every = glossary.alphabetical([*glossary.terms().values(), *indicators])
    found = [
        Hit(formats.capital(worded(term.name)), term.url, worded(term.definition))
        for term in every
        if all(term.answers(word) for word in question.words)
    ]
    shown = found if whole else found[:FIRST]
    return _section(_CHOICES[TERMS], shown, len(found), ("begrip", "begrippen"), TERMS, typed)


def _section(
    title: str,
    hits: list[Hit],
    number: int = 0,
    words: tuple[str, str] = ("", ""),
    code: str = "",
    typed: str = "",
) -> dict[str, Any]:
    more = number > len(hits)
    counted = formats.counted(min(number, MOST_COUNTED), *words) if number else ""
    return {
        "title": worded(title),
        "hits": hits,
        "id": code,
        "counted": worded("meer dan {counted}", counted=counted)
        if number > MOST_COUNTED and code != TERMS
        else counted,
        "more_url": f"?{urlencode({'q': typed, 'soort': code})}" if more else "",
        "more": worded("Alle {many}", many=formats.counted(2, *words).removeprefix("2 ")) if more else "",
    }
