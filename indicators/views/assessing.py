"""Calculating for oneself: the form of product lines over `assess_document`; nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from indicators import selectors, services
from indicators.calculation import golden
from indicators.models import ProductGroup
from indicators.services import Assessed
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.pages import actor_of, redrawn
from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.shapes import Object

from . import line_forms
from .results import result_of

_EXAMPLE = "bank"


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest) -> HttpResponse:
    """The form, and above it the result once everything is right."""
    actor = actor_of(request)
    if request.method != "POST":
        document = example() if request.GET.get("voorbeeld") == _EXAMPLE else {}
        return _page(request, document)
    document = line_forms.posted(request.POST, actor)
    changed = line_forms.edited(document, request.POST, actor)
    if changed is not None:
        focus = line_forms.focus_of(changed, request.POST)
        return _page(request, changed, note=line_forms.note_of(request.POST), focus=focus)
    try:
        assessed = services.assess_document(actor, document=with_reasons_only(document), typed=True)
    except Refused as refused:
        return _page(request, document, problems=refused.problems, status=redrawn(refused))
    return _page(request, document, assessed=assessed)


def example() -> dict[str, Any]:
    """The refurbished sofa of the source as a filled form."""
    rows = zip(golden.MATERIALS, golden.REFURBISHED_SHARE, golden.REFURBISHED_RECYCLED, strict=True)
    line = {
        "reference": "bank",
        "name": "Bank uit het rekenvoorbeeld",
        "massKg": sum(golden.BASELINE_KG),
        "count": 1,
        "lifetimeYears": 10,
        "circularStrategy": "new",
        "endOfLifePlan": "none",
        "billOfMaterials": [
            {"material": material, "share": share, "recycled": recycled} for material, share, recycled in rows
        ],
    }
    filled = line_forms.as_typed({"lines": [line]})
    return filled | {"productGroup": "kantoormeubilair", "factorSet": "metabolic-bankstel"}


def _page(
    request: HttpRequest,
    document: dict[str, Any],
    *,
    problems: list[Problem] | None = None,
    assessed: Assessed | None = None,
    note: str = "",
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    groups = {group.code: group for group in selectors.product_groups().prefetch_related(None).order_by("name_nl")}
    group = groups.get(str(document.get("productGroup") or ""))
    context = {
        "document": document,
        "shape": _shape(group),
        "groups": [(code, row.name_nl) for code, row in groups.items()],
        "factor_sets": _factor_sets(),
        "methods": _methods(),
        "weighting_sets": selectors.weighting_choices(),
        "note": note,
        "focus": focus,
        "result": result_of(assessed) if assessed else None,
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Reken zelf", "url": ""}],
    }
    actor = actor_of(request)
    context |= line_forms.line_form_context(actor, document, group, problems or [])
    return render(request, "indicators/assess.html", context, status=status)


def _shape(group: ProductGroup | None) -> Object:
    return services.assessment_shape(consumed=group.is_consumed if group else False)


def _factor_sets() -> list[tuple[str, str]]:
    """The first factor set of every basis, by the name of the oldest basis on it."""
    named: dict[str, str] = {}
    for basis in selectors.bases().order_by("id"):
        for layer in list(basis.layers.all())[:1]:
            named.setdefault(layer.version.factor_set.code, basis.name_nl)
    return list(named.items())


def _methods() -> list[tuple[str, str]]:
    """Every method that there is a basis of."""
    rows = selectors.bases().prefetch_related(None).order_by("id")
    return list({row.method_version.method.code: row.method_version.method.name_nl for row in rows}.items())
