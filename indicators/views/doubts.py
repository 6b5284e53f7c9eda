"""The board of data quality: which data are not sure, the widest times the largest first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators import selectors
from indicators.factors.doubts import KINDS, WHY, Doubt, doubts_on
from indicators.models import CLIMATE, Factor, Processing
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.pages import actor_of
from mvi_dashboard.ground.problems import not_found

from .catalogue import crumbs_to
from .edit_links import change_factor_url, edit_url
from .making import said

MOST_SHOWN = 100
_FILTERS = Filters(
    indicator=Filter("indicator", "Indicator"),
    why=Filter("waarom", "Waarom", choices=WHY),
    kind=Filter("soort", "Soort", choices=KINDS),
)


def board(request: HttpRequest) -> HttpResponse:
    """What is to be verified, old, wide or unknown, on one indicator."""
    actor, asked = actor_of(request), _FILTERS.asked_in(request)
    rows = list(selectors.indicator_rows().order_by("position", "id"))
    wanted = asked.texts["indicator"] or CLIMATE
    indicator = next((row for row in rows if row.code == wanted), None)
    if indicator is None:
        raise not_found()
    found = doubts_on(indicator, why=asked.texts["why"], kind=asked.texts["kind"])
    edits = actor.may(access.REFERENCE_EDIT)
    years = [each.year for each in found if each.year is not None]
    context = {
        "indicator": indicator,
        "rows": [_row(each, edits=edits) for each in found[:MOST_SHOWN]],
        "counts": [
            {"label": formats.capital(label), "value": sum(1 for each in found if why in each.why)}
            for why, label in WHY.items()
        ],
        "oldest": min(years) if years else None,
        "total": len(found),
        "most": MOST_SHOWN,
        "may_edit": edits,
        **asked.form({"indicator": [(row.code, row.name_nl) for row in rows]}, shown={"indicator": wanted}),
        "crumbs": crumbs_to("Gegevenskwaliteit"),
    }
    return render(request, "indicators/doubts.html", context)


def _row(doubt: Doubt, *, edits: bool) -> dict[str, Any]:
    code, url = doubt.version.factor_set.code, ""
    if edits and isinstance(doubt.row, Factor):
        url = change_factor_url(doubt.row, code)
    elif edits and isinstance(doubt.row, Processing):
        url = edit_url(doubt.row, code)
    return {
        "doubt": doubt,
        "kind": KINDS[doubt.kind],
        "said": said(doubt.row, formats.number),
        "why": ", ".join(WHY[each] for each in doubt.why),
        "effect": formats.percentage(doubt.effect),
        "width": formats.percentage(doubt.width),
        "url": url,
    }
