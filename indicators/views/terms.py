"""The list of terms: what every word of the field means, indicators too; found by a plain search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import glossary, selectors
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded

from .searching import SEARCH


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """All terms in the order of the alphabet, or those that answer to what was asked."""
    asked = SEARCH.asked_in(request).values["search"] or ""
    indicators = [
        glossary.of_indicator(row.code, row.name_nl, row.definition_nl, row.unit)
        for row in selectors.indicator_rows().order_by("position", "id")
    ]
    every = [*glossary.terms().values(), *indicators]
    found = glossary.alphabetical(term for term in every if not asked or term.answers(asked))
    context = {
        "asked": asked,
        "terms": [(term, formats.capital(worded(term.name))) for term in found],
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Uitleg", "url": reverse("indicators:explanation")},
            {"label": "Begrippen", "url": ""},
        ],
    }
    return render(request, "indicators/terms.html", context)
