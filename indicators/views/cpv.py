"""Looking up a code of the common procurement vocabulary: which product group it is, and which codes are none."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators import selectors
from mvi_dashboard.ground.pages import next_page

from .catalogue import crumbs_to

_LONGEST_SEARCH = 100


def cpv(request: HttpRequest) -> HttpResponse:
    """The codes that were asked with their group, and how much of the vocabulary the groups claim."""
    search = request.GET.get("zoek", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
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
        context["rows"] = [(row, prefixes.match(row.code)) for row in rows]
    else:
        context["coverage"] = selectors.cpv_coverage(prefixes)
    return render(request, "indicators/cpv.html", context)
