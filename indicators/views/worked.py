"""The worked example with the reader's own numbers: each step in words, with the numbers, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import selectors, services
from indicators.calculation import golden, impact
from indicators.resources.assessment import TraceRow
from indicators.services import Assessed, Sofa
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.forms import NlDecimalField, NlIntegerField, add_problems
from mvi_dashboard.ground.pages import actor_of
from mvi_dashboard.ground.problems import Path, Problem, Refused
from mvi_dashboard.ground.wording import in_sentence

from .explanation import NAMES
from .results import exact_text as said

_FIELDS = {
    "massKg": "massa",
    "count": "aantal",
    "lifetimeYears": "jaren",
    "circularStrategy": "strategie",
    "endOfLifePlan": "plan",
    "use": "reparatie",
}
_REMARKS = {
    "double_discount": "Een opgeknapt product met gerecycled materiaal krijgt niet twee keer korting. "
    "Daarom telt het gerecyclede deel nu niet mee.",
    "plausibility": "Dit is ongewoon voor een bank. Wij rekenen er wel mee.",
    "shares_sum": "De aandelen zijn samen niet precies 100 %. Wij rekenen naar 100 %.",
}


class SofaForm(forms.Form):
    """What the reader may change; whether it can be calculated is up to the service."""

    massa = NlDecimalField(label="Massa", unit="kg", help_text="Wat één bank weegt.")
    aantal = NlIntegerField(label="Aantal", unit="stuks")
    jaren = NlDecimalField(label="Levensduur", unit="jaar", help_text="Hoe lang één bank meegaat.")
    strategie = forms.ChoiceField(label="Circulaire strategie (R)", help_text="Hoe de bank tot stand komt.")
    plan = forms.ChoiceField(label="Plan na gebruik (E)", help_text="Wat er na gebruik gebeurt.")
    reparatie = NlDecimalField(
        label="Nieuwe bekleding bij reparatie", unit="kg per jaar", required=False, help_text="Textiel, per bank."
    )
    indicator = forms.ChoiceField(label="Wat wilt u zien?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in NAMES.items():
            self.fields[_share(code)] = _part(f"Aandeel {in_sentence(name)}")
            self.fields[_recycled(code)] = _part(f"Gerecycled deel {in_sentence(name)}")
        stamp = selectors.reference_stamp()
        bought = [row for row in selectors.strategies(stamp).values() if row.purchase_allowed]
        self._choose("strategie", [(row.code, row.name_nl) for row in bought])
        self._choose("plan", [(code, row.name_nl) for code, row in selectors.plans(stamp).items()])
        self._choose("indicator", [("climate", "Klimaat"), ("materials", "Grondstoffen")])

    def rows(self) -> list[dict[str, Any]]:
        """Per material its name and its two fields, for the table of the form."""
        return [
            {"name": name, "fields": [self[_share(code)], self[_recycled(code)]]} for code, name in NAMES.items()
        ]

    def sofa(self) -> Sofa:
        """What was typed; only of a form that is valid."""
        typed = self.cleaned_data
        return Sofa(
            shares={code: typed[_share(code)] for code in golden.MATERIALS},
            recycled={code: typed[_recycled(code)] for code in golden.MATERIALS},
            mass_kg=typed["massa"],
            count=typed["aantal"],
            lifetime_years=typed["jaren"],
            strategy=typed["strategie"],
            plan=typed["plan"],
            repair_kg_per_year=typed["reparatie"] or Decimal(0),
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = "Kies een waarde uit de lijst."


@require_safe
def worked(request: HttpRequest) -> HttpResponse:
    """The example of the source, or with the numbers in the address; what cannot be calculated is said there."""
    example = _initial(services.source_sofa())
    given = {name: request.GET[name] for name in SofaForm(initial=example).fields if name in request.GET}
    form = SofaForm({**_as_typed(example), **given}) if given else SofaForm(_as_typed(example))
    shown = _calculated(request, form) if form.is_valid() else None
    context = {
        "form": form,
        "own": bool(given),
        "shown": shown,
        "source": _source(form.cleaned_data.get("indicator") or "climate"),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Uitleg", "url": reverse("indicators:explanation")},
            {"label": "Rekenvoorbeeld", "url": ""},
        ],
    }
    return render(request, "indicators/worked.html", context, status=200 if shown else 400)


def _calculated(request: HttpRequest, form: SofaForm) -> dict[str, Any] | None:
    """The steps, or None with the messages in the form."""
    sofa = form.sofa()
    try:
        assessed, unusual = services.assess_sofa(actor_of(request), sofa)
    except Refused as refused:
        add_problems(form, refused.problems, lambda path: _field_of(path, sofa.materials))
        return None
    return steps_of(assessed, form.cleaned_data["indicator"]) | {"remarks": _remarks(unusual)}


def _field_of(path: Path, materials: Sequence[str]) -> str | None:
    """The field of the form in which a part of the document was typed."""
    name = path[2] if len(path) > 2 else ""
    if name == "billOfMaterials" and len(path) > 4:
        code = materials[int(path[3])]
        return _recycled(code) if path[4] == "recycled" else _share(code)
    return _FIELDS.get(str(name))


def steps_of(assessed: Assessed, indicator: str) -> dict[str, Any]:
    """What `indicators/worked.html` needs: per step its numbers and what came out, from the core."""
    info = assessed.arrays.indicators[assessed.arrays.position(indicator)]
    answer = services.assessment_answer(assessed).lines[0]
    row = next(each for each in answer.impacts if each.indicator == indicator)
    terms = [_term(each) for each in answer.trace if each.indicator == indicator]
    lines = assessed.lines
    mass, count, years = (said(float(each[0])) for each in (lines.mass_kg, lines.count, lines.lifetime_years))
    uses = [
        f"{count} × {said(each.times)} × {said(each.quantity)} × {said(each.intensity)}"
        for each in answer.use_trace
        if each.indicator == indicator
    ]
    return {
        "name": formats.capital(info.name),
        "unit": info.unit,
        "terms": terms,
        "sum": " + ".join(each["outcome"] for each in terms),
        "weighted": said(row.weighted_per_kg),
        "before": f"{said(row.weighted_per_kg)} × {mass} × {count} × {said(answer.r_factor)}",
        "before_outcome": said(row.production_before_eol),
        "production": f"{said(row.production_before_eol)} × {said(answer.eol_factor)}",
        "production_outcome": said(row.production),
        "use": " + ".join(uses),
        "use_outcome": said(row.use),
        "lifetime": f"{said(row.production)} + {said(row.use)}",
        "lifetime_outcome": said(row.lifetime_impact),
        "per_year": f"{said(row.lifetime_impact)} : {years}",
        "per_year_outcome": said(row.per_year),
        "headline": row.per_year,
    }


def _term(row: TraceRow) -> dict[str, str]:
    share, recycled, intensity = (said(value) for value in (row.share, row.recycled_counted, row.intensity))
    return {
        "name": NAMES[row.item],
        "numbers": f"{share} × (1 − {recycled}) × {intensity}",
        "outcome": said(row.per_kg),
    }


def _source(indicator: str) -> dict[str, Any]:
    """What the source prints, and the new sofa, on one of its two indicators."""
    factors, lines = golden.golden_case()
    place = factors.indicators.index(indicator) if indicator in factors.indicators else 0
    results = impact.assess(factors, lines)
    new, refurbished = 0, 1
    return {
        "kg": float(lines.mass_kg[new]),
        "years": float(lines.lifetime_years[new]),
        "printed": golden.PRINTED[place],
        "weighted": float(results.weighted[refurbished, place]),
        "per_hundred": float(results.weighted[refurbished, place]) * 100,
        "divided": float(results.weighted[refurbished, place]) * 100 / float(lines.mass_kg[new]),
        "new": float(results.weighted[new, place]),
        "new_per_year": float(results.per_year[new, place]),
    }


def _remarks(problems: Sequence[Problem]) -> list[str]:
    return list(dict.fromkeys(_REMARKS.get(problem.code, problem.detail) for problem in problems))


def _initial(sofa: Sofa) -> dict[str, Any]:
    parts = {_share(code): sofa.shares[code] for code in golden.MATERIALS}
    parts |= {_recycled(code): sofa.recycled[code] for code in golden.MATERIALS}
    return parts | {
        "massa": sofa.mass_kg,
        "aantal": sofa.count,
        "jaren": sofa.lifetime_years,
        "strategie": sofa.strategy,
        "plan": sofa.plan,
        "reparatie": sofa.repair_kg_per_year,
        "indicator": "climate",
    }


def _as_typed(values: dict[str, Any]) -> dict[str, Any]:
    """Values in the words of the form; an address may hold a few of them, the rest is the example."""
    fields = SofaForm().fields
    return {
        name: field.shown(value) if isinstance(field := fields[name], NlDecimalField | NlIntegerField) else value
        for name, value in values.items()
    }


def _part(label: str) -> NlDecimalField:
    return NlDecimalField(label=label, percent=True, min_value=0, max_value=1)


def _share(code: str) -> str:
    return f"aandeel-{code}"


def _recycled(code: str) -> str:
    return f"gerecycled-{code}"
