"""Looking up a code of the common procurement vocabulary: which product group it is, and which codes are none."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from indicators import selectors

from .catalogue import crumbs_to
from .lists import CPV_LIST, CpvRow
from .searching import SEARCH


def cpv(request: HttpRequest) -> HttpResponseBase:
    """The codes that were asked with their group, and how much of the vocabulary the groups claim."""
    search = SEARCH.asked_in(request).values["search"] or ""
    prefixes = selectors.cpv_prefixes()
    context: dict[str, Any] = {
        "search": search,
        "coverage": None,
        "crumbs": crumbs_to("CPV-codes", ("Productgroepen", "indicators:groups")),
    }
    if search:
        found = selectors.find_cpv(search)
        page = CPV_LIST.page(request, found, prepare=lambda rows: [CpvRow.of(row, prefixes) for row in rows])
        if page.wants_file:
            return page.file()
        context |= page.context()
    else:
        context["coverage"] = selectors.cpv_coverage(prefixes)
    return render(request, "indicators/cpv.html", context)
