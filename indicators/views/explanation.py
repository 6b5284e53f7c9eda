"""What every number means, with the worked example of the source calculated here and now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators import selectors
from indicators.calculation import explain, golden, impact
from indicators.calculation.factors import Factors
from indicators.calculation.lines import Lines

NAMES = {
    "steel": "Staal",
    "other-metals": "Andere metalen",
    "plastic": "Plastic",
    "textile": "Textiel",
    "wood": "Hout",
    "rubber": "Rubber",
    "foam": "Schuim",
}
_NEW, _REFURBISHED = 0, 1
_PER_HUNDRED = 100


def explanation(request: HttpRequest) -> HttpResponse:
    """The page for beginners."""
    factors, lines = golden.golden_case()
    results = impact.assess(factors, lines)
    climate, materials = (_of_indicator(factors, lines, results, place) for place in (0, 1))
    context = {
        "kg": sum(golden.BASELINE_KG),
        "years": float(lines.lifetime_years[_NEW]),
        "climate": climate,
        "materials": materials,
        "steel": climate["baseline"][0],
        "wood": next(row for row in climate["baseline"] if row["code"] == "wood"),
        "indicators": selectors.indicator_rows().order_by("position", "id"),
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Uitleg", "url": ""}],
    }
    return render(request, "indicators/explanation.html", context)


def _of_indicator(factors: Factors, lines: Lines, results: impact.Results, place: int) -> dict[str, Any]:
    """Both sofas on one indicator, with the terms of each."""
    new, less = (float(results.weighted[line, place]) for line in (_NEW, _REFURBISHED))
    indicator = factors.indicators[place]
    kg = float(sum(golden.BASELINE_KG))
    rows = [row for row in explain.trace(factors, lines, _REFURBISHED) if row.indicator == indicator]
    return {
        "new": new,
        "refurbished": less,
        "change": less / new - 1,
        "printed": golden.PRINTED[place],
        "divided": less * _PER_HUNDRED / kg,
        "new_production": float(results.production[_NEW, place]),
        "production": float(results.production[_REFURBISHED, place]),
        "per_year": float(results.per_year[_REFURBISHED, place]),
        "baseline": [
            {
                "code": code,
                "name": NAMES[code],
                "kg": kg_,
                "impact": impacts[place],
                "intensity": impacts[place] / kg_,
            }
            for code, kg_, impacts in zip(
                golden.MATERIALS, golden.BASELINE_KG, golden.BASELINE_IMPACT, strict=True
            )
        ],
        "baseline_impact": sum(impacts[place] for impacts in golden.BASELINE_IMPACT),
        "terms": [
            {
                "name": NAMES[row.item],
                "share": row.share,
                "recycled": row.recycled,
                "intensity": row.intensity,
                "per_kg": row.per_kg,
            }
            for row in rows
            if row.row is not None
        ],
    }
