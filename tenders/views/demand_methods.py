"""The demand of a concept by every method, before it is published."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from indicators.selectors import basis_arrays, current_basis
from indicators.views.indicator_filter import chosen_indicator, indicator_filter
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.pages import actor_of, may
from tenders import selectors
from tenders.services import methods

from .drafting import require_editable
from .words import crumbs, tender_url


@require_safe
@may(access.TENDER_EDIT)
def demand(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Baseline and reference product for the whole demand, by the method that holds and by the others."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    require_editable(actor, tender)
    arrays = basis_arrays(current_basis())
    info = chosen_indicator(request, arrays)
    found = methods.demand_by_method(tender, info.code)
    items = [
        {
            "item": item,
            "rows": [
                {
                    "method": row.basis.method_version.method.name_nl,
                    "version": row.basis.method_version.version,
                    "current": row.basis.code == arrays.code,
                    "baseline": row.baseline,
                    "reference": row.reference,
                    "complete": row.complete,
                }
                for row in rows
            ],
        }
        for item, rows in groupby(found, key=lambda row: row.item)
    ]
    context = {
        "tender": tender,
        "items": items,
        "info": info,
        "indicator_name": formats.capital(info.name),
        **indicator_filter(request, arrays, info),
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Methodes", "")),
    }
    return render(request, "tenders/demand_methods.html", context)
