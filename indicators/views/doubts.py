"""The board of data quality: which data are not sure, the widest times the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import selectors
from indicators.factors.doubts import KINDS, WHY, Doubt, doubts_on
from indicators.factors.doubts_file import FILE_NAME, file_of
from indicators.models import CLIMATE, Indicator
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.filters import Asked, Filter, Filters
from mvi_dashboard.ground.pages import actor_of
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.throttling import take_export

from .catalogue import crumbs_to
from .edit_links import repair_url
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
    indicator = _indicator(asked, rows)
    found = _found(asked, indicator)
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
        **asked.form(
            {
                "indicator": [(row.code, row.name_nl) for row in rows],
                "why": [(code, formats.capital(label)) for code, label in WHY.items()],
                "kind": [(code, formats.capital(label)) for code, label in KINDS.items()],
            },
            shown={"indicator": indicator.code},
        ),
        "file_url": f"{reverse('indicators:doubts_csv')}?{request.GET.urlencode()}",
        "crumbs": crumbs_to("Gegevenskwaliteit"),
    }
    return render(request, "indicators/doubts.html", context)


@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """All rows of the board, with the same filters, as a CSV."""
    asked = _FILTERS.asked_in(request)
    found = _found(asked, _indicator(asked, list(selectors.indicator_rows())))
    take_export(request)
    answer = StreamingHttpResponse(file_of(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _indicator(asked: Asked, rows: Sequence[Indicator]) -> Indicator:
    """The indicator that is asked; climate when none is. Raises Refused: absent."""
    wanted = asked.texts["indicator"] or CLIMATE
    indicator = next((row for row in rows if row.code == wanted), None)
    if indicator is None:
        raise not_found()
    return indicator


def _found(asked: Asked, indicator: Indicator) -> list[Doubt]:
    return doubts_on(indicator, why=asked.texts["why"], kind=asked.texts["kind"])


def _row(doubt: Doubt, *, edits: bool) -> dict[str, Any]:
    return {
        "doubt": doubt,
        "kind": KINDS[doubt.kind],
        "stands_in": doubt.product.code if doubt.version is None and doubt.product else "",
        "said": _said(doubt),
        "why": ", ".join(WHY[each] for each in doubt.why),
        "effect": formats.percentage(doubt.effect),
        "width": formats.percentage(doubt.width),
        "url": repair_url(doubt) if edits else "",
    }


def _said(doubt: Doubt) -> str:
    if doubt.product is None:
        return said(doubt.row, formats.number)
    return "onbekend" if doubt.value is None else said(doubt, formats.number)
