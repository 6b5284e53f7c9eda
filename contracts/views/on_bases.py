"""One contract by every method and on earlier factors, on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from contracts import selectors
from contracts.services.beside import OnBasis, beside, verdict_depends
from indicators.selectors import basis_arrays, current_basis
from indicators.views.indicator_filter import chosen_indicator, indicator_filter
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.pages import actor_of, signed_in

_VERDICTS: Mapping[int | None, str] = {-1: "lager dan beloofd", 0: "zoals beloofd", 1: "hoger dan beloofd"}


@signed_in
def on_bases(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same records, calculated in other ways; what holds stands first."""
    actor = actor_of(request)
    contract = selectors.get_contract(actor, public_id)
    arrays = basis_arrays(current_basis())
    info = chosen_indicator(request, arrays)
    found = beside(contract, info.code)
    current = found[0]
    amounts = [amount for each in found for amount in (each.estimated, each.function_forecast)]
    decimals = formats.decimals_of(amounts)
    place = reverse("contracts:contract", args=[contract.public_id])
    context = {
        "contract": contract,
        "info": info,
        "indicator_name": formats.capital(info.name),
        "methods": [_row(each, current, decimals) for each in found if each.kind != "earlier"],
        "earlier": [_row(each, current, decimals) for each in found if each.kind == "earlier"],
        "depends": verdict_depends(found),
        "unknown": sum(1 for each in found if each.kind != "earlier" and each.verdict is None),
        **indicator_filter(request, arrays, info),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": "/contracten/"},
            {"label": contract.reference, "url": place},
            {"label": "Andere methodes en factoren", "url": ""},
        ],
    }
    return render(request, "contracts/on_bases.html", context)


def _row(each: OnBasis, current: OnBasis, decimals: int) -> dict[str, Any]:
    """One basis, with what the step from it to the current one changed."""
    version = each.basis.method_version
    return {
        "basis": each.basis.name_nl,
        "method": version.method.name_nl,
        "version": version.version,
        "current": each.kind == "current",
        "estimated": formats.number(each.estimated, decimals),
        "realised": formats.number(each.realised_to_date, decimals),
        "forecast": formats.number(each.function_forecast, decimals),
        "avoided": formats.number(each.avoided, decimals),
        "complete": each.complete,
        "verdict": _VERDICTS.get(each.verdict, formats.UNKNOWN),
        "change": _step(each.function_forecast, current.function_forecast, decimals),
        "change_estimated": _step(each.estimated, current.estimated, decimals),
    }


def _step(before: float | None, after: float | None, decimals: int) -> str:
    """From the one shown number to the other."""
    if after is None or before is None:
        return formats.UNKNOWN
    return formats.change(formats.rounded(after, decimals) - formats.rounded(before, decimals), decimals)
