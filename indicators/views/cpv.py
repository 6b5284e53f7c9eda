"""Looking up a code of the common procurement vocabulary: which product group it is, and which codes are none."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators import selectors
from mvi_dashboard.ground.pages import next_page

from .catalogue import crumbs_to
from .searching import SEARCH


def cpv(request: HttpRequest) -> HttpResponse:
    """The codes that were asked with their group, and how much of the vocabulary the groups claim."""
    search = SEARCH.asked_in(request).values["search"] or ""
    prefixes = selectors.cpv_prefixes()
    context: dict[str, Any] = {
        "search": search,
        "rows": [],
        "next_url": None,
        "coverage": None,
        "crumbs": crumbs_to("CPV-codes", ("Productgroepen", "indicators:groups")),
    }
    if search:
        rows, context["next_url"] = next_page(request, selectors.find_cpv(search), ("code",))
        context["rows"] = [(row, prefixes.match(row.code), prefixes.type_of(row.code)) for row in rows]
    else:
        context["coverage"] = selectors.cpv_coverage(prefixes)
    return render(request, "indicators/cpv.html", context)
