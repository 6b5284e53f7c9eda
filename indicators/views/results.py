"""An assessment as a page shows it: totals, impacts per product, what is missing, how each number came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from indicators import services
from indicators.calculation import explain
from indicators.lines import Line
from indicators.resources.assessment import (
    AssessedLine,
    EnvironmentalCost,
    Impact,
    ImpactTotal,
    MakerFigure,
    MissingFactor,
    TraceRow,
    UseTraceRow,
)
from indicators.resources.bounds import Bounds
from indicators.selectors import BasisArrays, IndicatorInfo
from indicators.services import Assessed
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.wording import between

_DIGITS = 10
_INTRO = (
    "Effect per kg = aandeel × (1 − gerecycled deel) × effect van 1 kg van het materiaal. "
    "Gerecycled materiaal telt in deze methode voor 0."
)
_INTRO_OF_SERVICE = "Effect per {unit} = de delen bij elkaar: aandeel × effect van 1 {unit}."
_INTRO_WITH_RECYCLED = (
    "Effect per kg = aandeel × (1 − gerecycled deel) × effect van 1 kg nieuw materiaal "
    "+ aandeel × gerecycled deel × effect van 1 kg gerecycled materiaal."
)

_INTRO_WITH_END = (
    "Effect per kg = materiaal (nieuw deel, en het gerecyclede deel verdeeld met factor A) + einde van de "
    "levensduur (recyclen, verbranden, storten). Wat anderen daardoor niet hoeven te maken gaat eraf en staat op "
    "een eigen regel."
)
_TERMS: dict[Any, str] = {
    explain.RECYCLED: "gerecycled deel",
    explain.CARRIED: "gerecycled deel, aandeel in nieuw materiaal",
    "end-recycling": "recyclen aan het eind",
    "credit-material": "voordeel: materiaal dat niet nieuw gemaakt hoeft te worden",
    "end-recovery": "verbranden aan het eind",
    "credit-energy": "voordeel: energie uit verbranden",
    "end-disposal": "storten aan het eind",
}

Row = Mapping[str, Any]


def result_of(assessed: Assessed) -> dict[str, Any]:
    """What `indicators/result.html` needs; indicators of which nothing is known stand apart."""
    answer = services.assessment_answer(assessed)
    infos = {info.code: info for info in assessed.arrays.indicators}
    totals = [_total(row, infos[row.indicator]) for row in answer.totals]
    return {
        "basis": assessed.arrays.name,
        "method": assessed.arrays.method,
        "group": assessed.group,
        "headline": totals[0] if totals else None,
        "totals": [row for row in totals if row["known"]],
        "unknown": [row["name"] for row in totals if not row["known"]],
        "lines": [
            line_result(assessed, row, line) for row, line in zip(answer.lines, assessed.given, strict=True)
        ],
        "bounded": any(row["lifetime_between"] for row in totals),
        "cost": _cost(answer.environmental_cost),
        "notices": [problem.detail for problem in assessed.notices],
        "confirmed": [row.get("reason") for row in assessed.confirmed],
    }


def _cost(cost: EnvironmentalCost | None) -> dict[str, Any] | None:
    """The environmental cost with prices in all their digits."""
    if cost is None:
        return None
    bounds = cost.bounds
    return {
        "found": cost,
        "between": ""
        if bounds is None
        else worded("tussen {low} en {high}", low=formats.euros(bounds.low), high=formats.euros(bounds.high)),
        "parts": [(part, exact_text(part.eur_per_unit)) for part in cost.parts],
    }


def line_result(assessed: Assessed, answer: AssessedLine, line: Line) -> dict[str, Any]:
    """One product: impacts per indicator with what is missing, its data quality and the traces."""
    infos = {info.code: info for info in assessed.arrays.indicators}
    impacts = [_impact(row, infos[row.indicator], assessed.arrays) for row in answer.impacts]
    known = [row for row in impacts if row["known"]]
    consumed = assessed.group.is_consumed
    return {
        "title": line.title,
        "reference": answer.reference,
        "quality": answer.data_quality,
        "maker": [_maker(row, infos[row.indicator]) for row in answer.maker_figures],
        "unit": answer.bill_unit,
        "impacts": known,
        "unknown": [row for row in impacts if not row["known"]],
        "fallbacks": [row for row in impacts if row["fallback"]],
        "traces": [
            _trace(answer, line, row, infos[row["code"]], first=number == 0, consumed=consumed)
            for number, row in enumerate(known)
        ],
    }


def _maker(row: MakerFigure, info: IndicatorInfo) -> dict[str, Any]:
    """The maker's own figure beside between what ours lies, in words."""
    bounds = row.bounds
    return {
        "name": formats.capital(worded(info.name)),
        "value": f"{formats.number(row.value)} {row.unit}",
        "ours": "" if bounds is None else f"{between(bounds.low, bounds.high)} {row.unit}",
        "counts": row.counts,
        "reason": row.reason,
        "told": f"{row.method}, {row.year}{', ' + row.file if row.file else ''}",
        "verified": row.verified,
    }


def _total(row: ImpactTotal, info: IndicatorInfo) -> dict[str, Any]:
    return {
        "name": formats.capital(worded(info.name)),
        "unit": info.unit,
        "lifetime": row.lifetime_impact,
        "per_year": row.per_year,
        "lifetime_between": _between(row.bounds),
        "per_year_between": _between(row.per_year_bounds),
        "complete": row.complete,
        "known": row.per_year is not None,
    }


def _between(bounds: Bounds | None) -> str:
    """Between what a value lies, in words; empty without a range."""
    return "" if bounds is None else between(bounds.low, bounds.high)


def _impact(row: Impact, info: IndicatorInfo, arrays: BasisArrays) -> dict[str, Any]:
    return {
        "code": info.code,
        "name": formats.capital(worded(info.name)),
        "unit": info.unit,
        "definition": info.definition,
        "per_kg": row.weighted_per_kg,
        "before_eol": row.production_before_eol,
        "production": row.production,
        "credits": row.credits_included,
        "use": row.use,
        "lifetime": row.lifetime_impact,
        "per_year": row.per_year,
        "bounds": row.weighted_per_kg_bounds,
        "per_kg_between": _between(row.weighted_per_kg_bounds),
        "production_between": _between(row.production_bounds),
        "use_between": _between(row.use_bounds),
        "lifetime_between": _between(row.bounds),
        "per_year_between": _between(row.per_year_bounds),
        "complete": row.complete,
        "known": row.per_year is not None,
        "missing": [_missing(each, arrays) for each in row.missing_factors],
        "fallback": row.cluster_fallback,
    }


def _missing(row: MissingFactor, arrays: BasisArrays) -> str:
    name = worded(arrays.names.get(row.material, "maken in de fabriek"))
    if row.term in _TERMS:
        name = f"{name}, {worded(_TERMS[row.term])}"
    share = row.share_of_mass
    return (
        name
        if share is None
        else worded("{name} ({share} van de massa)", name=name, share=formats.percentage(share))
    )


def _trace(
    answer: AssessedLine,
    line: Line,
    impact: Row,
    info: IndicatorInfo,
    *,
    first: bool,
    consumed: bool,
) -> dict[str, Any]:
    used = {row.term for row in answer.trace}
    intro = worded(_INTRO_WITH_RECYCLED if explain.RECYCLED in used else _INTRO)
    if answer.bill_unit != "kg":
        intro = worded(_INTRO_OF_SERVICE, unit=answer.bill_unit)
    if used & set(explain.ENDS.values()):
        intro = worded(_INTRO_WITH_END)
    terms = [row for row in answer.trace if row.indicator == info.code]
    flows = [row for row in answer.use_trace if row.indicator == info.code]
    return {
        "id": "",
        "title": worded("{impact}: zo komen wij aan dit getal", impact=impact["name"]),
        "intro": intro,
        "open": first,
        "table": _bill_table(terms, impact, info, answer.bill_unit),
        "use_table": _use_table(flows, info) if flows else None,
        "steps": _steps(answer, line, impact, info, consumed=consumed),
        "note": _note(impact),
    }


def _note(impact: Row) -> str:
    said = worded("Het werkelijke getal heeft meer cijfers dan u hier ziet; wij rekenen zonder af te ronden.")
    if impact["lifetime_between"]:
        return worded("{said} Bij een bandbreedte staat in de bron hoe de grenzen zijn afgeleid.", said=said)
    return said


def _bill_table(terms: Sequence[TraceRow], impact: Row, info: IndicatorInfo, unit: str) -> dict[str, Any]:
    ended = any(row.part is not None for row in terms)
    columns = [
        {"label": worded("Materiaal")},
        {"label": worded("Aandeel"), "term": "aandeel", "num": True},
        {"label": worded("Welk deel"), "num": True}
        if ended
        else {"label": worded("Gerecycled, telt mee"), "term": "gerecycled-deel", "num": True},
        {
            "label": worded("Effect per kg materiaal") if unit == "kg" else worded("Effect per {unit}", unit=unit),
            "term": "factor",
            "unit": info.unit,
            "num": True,
        },
        {
            "label": worded("Per kg product") if unit == "kg" else worded("Deel per {unit}", unit=unit),
            "term": "gewogen-impact",
            "unit": info.unit,
            "num": True,
        },
        {"label": worded("Bron")},
    ]
    rows = [
        [
            formats.capital(_term_name(row)),
            _percent(row.share),
            _percent(row.recycled_counted if row.part is None else row.part),
            _with_bounds(row.intensity, row.bounds),
            _with_bounds(row.per_kg, row.per_kg_bounds),
            _source(row),
        ]
        for row in terms
    ]
    total = [
        worded("Gewogen effect per {unit}", unit=unit),
        None,
        None,
        None,
        _with_bounds(impact["per_kg"], impact["bounds"]),
        None,
    ]
    return {
        "caption": worded(
            "{impact} per {word}", impact=impact["name"], word="kg product" if unit == "kg" else unit
        ),
        "columns": columns,
        "rows": rows,
        "total": total,
    }


def _term_name(row: TraceRow) -> str:
    part = [worded(_TERMS[row.term])] if row.term in _TERMS else []
    return ", ".join([worded(row.name), *([row.component] if row.component else []), *part])


def _use_table(flows: Sequence[UseTraceRow], info: IndicatorInfo) -> dict[str, Any]:
    columns = [
        {"label": worded("Verbruik")},
        {"label": worded("Hoeveelheid"), "num": True},
        {"label": worded("Aantal keer"), "num": True},
        {"label": worded("Effect per eenheid"), "unit": info.unit, "num": True},
        {"label": worded("Per stuk"), "unit": info.unit, "num": True},
        {"label": worded("Bron")},
    ]
    rows = [
        [
            formats.capital(worded(row.name)),
            f"{exact_text(row.quantity)} {row.unit}",
            exact_text(row.times),
            _with_bounds(row.intensity, row.bounds),
            _with_bounds(row.per_item, row.per_item_bounds),
            _source(row),
        ]
        for row in flows
    ]
    return {"caption": worded("Verbruik en reparatie per stuk"), "columns": columns, "rows": rows, "total": None}


def _steps(
    answer: AssessedLine,
    line: Line,
    impact: Row,
    info: IndicatorInfo,
    *,
    consumed: bool,
) -> list[dict[str, str]]:
    """From the effect per kg to that per year; R and E as they work out for this indicator."""
    if impact["production"] is None:
        return []
    mass, count, years = (float(each or 0) for each in (line.mass_kg, line.count, line.lifetime_years))
    items = count * (years if consumed else 1)
    rows = [row for row in answer.trace if row.indicator == info.code and row.part is not None]
    per_kg = impact["per_kg"] - sum(row.per_kg or 0.0 for row in rows)
    strategy = _ratio(impact["before_eol"], per_kg * mass * items, answer.r_factor)
    amount = (
        worded("× {count} per jaar × {years} jaar", count=exact_text(count), years=exact_text(years))
        if consumed
        else f"× {exact_text(count)}"
    )
    unit = answer.bill_unit
    return [
        {"label": worded("Effect per {unit}", unit=unit), "value": f"{exact_text(per_kg)} {info.unit}"},
        {
            "label": worded("Hoeveelheid per eenheid") if consumed else worded("Massa per stuk"),
            "value": f"× {exact_text(mass)} {unit}",
        },
        {"label": worded("Aantal"), "value": amount},
        {"label": worded("R, circulaire strategie (aanname)"), "value": f"× {strategy}"},
        *(_end_steps(impact, rows) if rows else [_plan_step(answer, impact)]),
        {"label": worded("Maken"), "value": f"= {exact_text(impact['production'])}"},
        {"label": worded("Verbruik en reparatie"), "value": f"+ {exact_text(impact['use'])}"},
        {"label": worded("Hele levensduur"), "value": f"= {exact_text(impact['lifetime'])} {info.unit}"},
        {
            "label": worded("Gedeeld door {years} jaar", years=exact_text(years)),
            "value": worded("{impact} per jaar", impact=exact_text(impact["per_year"])),
        },
    ]


def _plan_step(answer: AssessedLine, impact: Row) -> dict[str, str]:
    plan = _ratio(impact["production"], impact["before_eol"], answer.eol_factor)
    return {"label": worded("E, plan na gebruik (aanname)"), "value": f"× {plan}"}


def _end_steps(impact: Row, rows: Sequence[TraceRow]) -> list[dict[str, str]]:
    """A method that calculates the end of life adds it; what others no longer need to make stands apart."""
    steps = [
        {
            "label": worded("Einde levensduur"),
            "value": f"+ {exact_text(impact['production'] - impact['before_eol'])}",
        }
    ]
    if any(row.term in explain.CREDITS.values() for row in rows):
        steps.append(
            {"label": worded("waarvan voordelen voor anderen"), "value": f"− {exact_text(impact['credits'])}"}
        )
    return steps


def _ratio(after: float | None, before: float | None, otherwise: float) -> str:
    """What was multiplied with: R skips added parts, and neither works on every indicator."""
    factor = after / before if after is not None and before else otherwise
    return formats.number(factor, 2 if abs(round(factor, 2) - factor) < 1e-9 else 4)


def exact_text(value: Any) -> str:
    """All digits that mean something: what the float adds after the tenth is left out."""
    if formats.is_unknown(value):
        return formats.unknown()
    return formats.exact(float(f"{float(value):.{_DIGITS}g}"))


def _with_bounds(value: float | None, bounds: Bounds | None) -> str | SafeString:
    """A number of the trace in all its digits, and between what it lies where it is no more certain than that."""
    said = exact_text(value)
    if bounds is None:
        return said
    inside = worded("tussen {low} en {high}", low=exact_text(bounds.low), high=exact_text(bounds.high))
    return format_html('{} <span class="sub">{}</span>', said, inside)


def _percent(fraction: float | None) -> str:
    return "" if fraction is None else f"{exact_text(fraction * 100)}{formats.NO_BREAK}%"


def _source(row: TraceRow | UseTraceRow) -> str | SafeString:
    if not row.source:
        return worded("geen bron")
    return format_html('<a href="{}">{}</a>', row.source_url, row.source) if row.source_url else row.source
