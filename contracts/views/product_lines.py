"""Each product of a contract apart: the same measures, down to the promised materials with their sources."""

from __future__ import annotations

from typing import Any

from contracts.services import Assessment, quality_of
from contracts.services.references import function_reference_of
from indicators import services as framework
from indicators.resources.assessment import AssessedLine
from indicators.selectors import IndicatorInfo
from indicators.services import Assessed
from indicators.views.quality_words import quality_sentence
from indicators.views.results import line_result
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from tenders import services as tendering

from .bridges import bridge_of
from .figures import IN_TOTALS, LIFETIME, TO_DATE, coverage_of, measures_of
from .key_figures import decimals_for, reference_of


def products_of(found: Assessment, place: int, info: IndicatorInfo, items: str) -> list[dict[str, Any]]:
    """What the page shows of each line of the contract."""
    promised = _promised(found)
    answers = framework.assessment_answer(promised).lines
    assumed = framework.rests_on_assumption(promised).tolist()
    products = []
    for number, (row, line) in enumerate(zip(found.core.rows, found.lines, strict=True)):
        decimals = decimals_for(line, place)
        measures = LIFETIME | TO_DATE | IN_TOTALS
        wide = found.wide.line(number)
        quality = quality_of(wide, [row], place)
        function = function_reference_of(line, found.line_references[number])[place]
        products.append(
            {
                "id": f"product-{number + 1}",
                "name": str(row.offered),
                "accessory": row.offered.role != "main",
                "facts": _facts(row, found, number, items),
                "measures": measures_of(line, wide, place, info.unit, decimals, measures),
                "coverage": coverage_of(line.coverage, items),
                "bridge": bridge_of(line, place, info.unit, function=True, items=items, decimals=decimals),
                "reference": reference_of(
                    line, found.line_references[number], float(function), place, info.unit, wide
                ),
                "quality": quality,
                "measured": line.recorded,
                "assumed": assumed[number],
                "quality_said": quality_sentence(quality, assumed=assumed[number]),
                "trace": _trace(promised, answers[number], number, info),
            }
        )
    return products


def _promised(found: Assessment) -> Assessed:
    """The promised lines, assessed with their trace on the basis of the page."""
    core = found.core
    return tendering.assess_bid(core.promised, [row.offered.item for row in core.rows], core.terms, core.arrays)


def _trace(promised: Assessed, answer: AssessedLine, number: int, info: IndicatorInfo) -> dict[str, Any] | None:
    """How the promised number of one indicator came about; None when nothing of it is known."""
    shown = line_result(promised, answer, promised.given[number])
    for impact, trace in zip(shown["impacts"], shown["traces"], strict=True):
        if impact["code"] == info.code:
            missing = "" if impact["complete"] else ", ".join(impact["missing"])
            return {**trace, "open": False, "missing": missing}
    return None


def _facts(row: Any, found: Assessment, number: int, items: str) -> list[dict[str, str]]:
    line, promise = row.offered, found.core.lines[number].promise
    kind = [{"label": "Soort product", "value": worded(line.product_type.name_nl)}] if line.product_type else []
    per_year = worded(" per jaar") if promise.consumed else ""
    facts = [
        *kind,
        {"label": "Beloofd", "value": f"{formats.number(line.count)} {items}{per_year}"},
        {"label": "Geleverd", "value": f"{formats.number(row.delivered_count)} {items}"},
    ]
    if promise.consumed:
        return facts
    return [
        *facts,
        {"label": "Afgevoerd", "value": f"{formats.number(row.retired_count)} {items}"},
        {"label": "Levensduur", "value": formats.counted(promise.lifetime_years, "jaar", "jaar")},
        {"label": "Strategie", "value": worded(line.strategy.name_nl)},
        {"label": "Na gebruik", "value": worded(line.plan.name_nl)},
        {"label": "Leveringen", "value": _closed(row)},
    ]


def _closed(row: Any) -> str:
    if row.deliveries_closed_on is None:
        return worded("nog open")
    return worded("gesloten op {day}", day=formats.day(row.deliveries_closed_on))
