"""The page before a basis of a release becomes the current one: what it does to totals, and what it rests on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators import selectors
from indicators.factors import bases
from indicators.methods import trials
from indicators.models import Basis
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import may
from mvi_dashboard.ground.problems import Problem, Refused, not_found

from .catalogue import crumbs_to
from .publishing import totals_of


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Asks first, with what changes in the totals; then everything is recalculated and it becomes current."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = next((each for each in bases.released_bases() if each.code == code), None)
    if found is None:
        raise not_found()
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            bases.recalculate(actor, document={"basis": code})
        except Refused as refused:
            problems = refused.problems
        else:
            text = f"Wij herrekenen alles op {found.name_nl}. Onder Taken ziet u hoe ver dat is."
            messages.success(request, text)
            return redirect("indicators:bases")
    effect = trials.effect_of_basis(found)
    context = {
        "title": "Rekenbasis geldig maken",
        "eyebrow": found.name_nl,
        "question": "Wilt u deze rekenbasis geldig maken?",
        "lead": "Wij herrekenen eerst alle contracten. Daarna gaat alles in één keer over.",
        "warning": "De rekenbasis van nu blijft leesbaar, maar wordt niet meer geldig.",
        "submit_label": "Herreken en maak geldig",
        "facts": _facts(selectors.current_basis(), found),
        "back_url": reverse("indicators:bases"),
        "crumbs": crumbs_to("Geldig maken", ("Rekenbasis", "indicators:bases")),
        "effect": effect,
        "totals": [] if effect is None else totals_of(effect),
        "problems": problems,
    }
    return render(request, "indicators/publish.html", context, status=409 if problems else 200)


def _facts(now: Basis, then: Basis) -> list[dict[str, Any]]:
    """What each rests on, and what can be counted on the new one alone."""
    names = {row.code: row.name_nl for row in selectors.indicator_rows()}
    more = [names[code] for code in then.indicators if code not in now.indicators]
    return [
        {"label": "Nu", "value": now.name_nl},
        {"label": "Rust nu op", "value": _rests_on(now)},
        {"label": "Straks", "value": then.name_nl},
        {"label": "Rust straks op", "value": _rests_on(then)},
        {"label": "Nieuwe indicatoren", "value": ", ".join(more) or "geen"},
    ]


def _rests_on(basis: Basis) -> str:
    layers = basis.layers.select_related("version__factor_set").order_by("rank")
    sets = [f"{layer.version.factor_set.name_nl}, versie {layer.version.version}" for layer in layers]
    method = basis.method_version
    return "; ".join([*sets, f"{method.method.name_nl}, versie {method.version}"])
