"""The totals of an organisation by its own categories."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from indicators.models import CategoryScheme
from indicators.selectors.categories import schemes_visible_to, with_categories
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.problems import not_found
from reporting import services
from reporting.selectors import by_own_category, largest_first, scope_of
from reporting.selectors.own import OWN

from . import figures, summaries, words
from .filters import asked_in

_KEYS = ("productGroup",)
"""What has to be told of contracts to stand in a category: then the rows add up to the total"""


@may(access.REPORT_READ)
def own_categories(request: HttpRequest) -> HttpResponse:
    """The same totals as the dashboard, added up by the scheme that is chosen (else the newest one that holds)."""
    actor = actor_of(request)
    asked = asked_in(request, "reporting:own_categories")
    scope = scope_of(actor, asked.organisation, predecessors=asked.predecessors)
    if scope.organisation is None:
        raise not_found()
    schemes = _schemes(actor, scope.organisation.pk)
    chosen = _chosen(schemes, request.GET.get("indeling", ""))
    context: dict[str, Any] = {
        "organisation": scope.organisation,
        "schemes": schemes,
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Dashboard", "url": reverse("reporting:organisation")},
            {"label": "Eigen categorieën", "url": ""},
        ],
    }
    if chosen is None:
        return render(request, "reporting/own_categories.html", context)
    report = services.read_effects(scope, asked.question)
    asked = asked.in_its_year(report.frame, words.year_of(report))
    rows = report.frame.in_year(asked.year).told(_KEYS)
    whole = rows.total()
    years = sorted(report.frame.options("year"), reverse=True)
    choices = {"year": years, "theme": report.frame.options("theme")}
    context |= {"scheme": chosen, "as_of": words.as_of(report), **asked.form(choices)}
    if whole is not None:
        scale = figures.scale_for(whole, tons=figures.in_tons(whole))
        found = largest_first(by_own_category(rows, chosen), "forecast")
        context["table"] = figures.group_table(found, whole, OWN, scale, "Eigen categorie")
        context["source"] = words.source(report, found)
        left_out = words.left_out(report.left.of(_KEYS, asked.year), report)
        context["notes"] = [note for note in (left_out, summaries.without_forecast_note(whole)) if note]
        context["basis_said"] = words.basis(asked, scale.unit)
    return render(request, "reporting/own_categories.html", context)


def _schemes(actor: Actor, organisation: int) -> list[CategoryScheme]:
    """The schemes of this organisation that hold today with their categories, the newest first; two queries."""
    today = clock.today()
    found = with_categories(schemes_visible_to(actor).filter(organisation=organisation)).order_by(
        "-valid_from", "-pk"
    )
    return [
        each
        for each in found
        if (each.valid_from is None or each.valid_from <= today)
        and (each.valid_to is None or today <= each.valid_to)
    ]


def _chosen(schemes: list[CategoryScheme], asked: str) -> CategoryScheme | None:
    if asked:
        chosen = next((each for each in schemes if str(each.public_id) == asked), None)
        if chosen is None:
            raise not_found()
        return chosen
    return schemes[0] if schemes else None
