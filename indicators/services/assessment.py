"""From checked lines to impacts with their trace, and the answer that shows them.

Source: method, sections 1 to 3 and 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.calculation import explain, impact, quality, storage
from indicators.calculation.lines import Lines
from indicators.models import ProductGroup
from indicators.selectors import (
    FALLBACK_LABEL,
    BasisArrays,
    Fallback,
    Weighting,
    basis_arrays,
    find_basis,
    find_weighting,
    get_group,
)
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import Kind, Problem, Refused, refuse
from mvi_dashboard.ground.shapes import lift_confirmed, read

from .costs import cost_answer
from .line_arrays import lines_to_arrays
from .line_checks import check_lines, known_to
from .line_shapes import assessment_shape

SUPPLIER = "supplier"
# A term is one row of a bill or of use for one indicator: what an answer is made of, and grows with.
MOST_TERMS = 200_000
MOST_TRACED = 40_000


@dataclass(frozen=True)
class Assessed:
    """Lines with their results on one basis; `notices` are for the sender, `confirmed` what was confirmed."""

    arrays: BasisArrays
    group: ProductGroup
    documents: Sequence[Mapping[str, Any]]
    lines: Lines
    results: impact.Results
    input_hash: str
    notices: Sequence[Problem] = ()
    confirmed: Sequence[Mapping[str, Any]] = ()
    weighting: Weighting | None = None


def assess_lines(
    arrays: BasisArrays,
    group: ProductGroup,
    documents: Sequence[Mapping[str, Any]],
    *,
    lifetimes: Sequence[float] | None = None,
    plan_counts: Sequence[bool] | None = None,
    notices: Sequence[Problem] = (),
    confirmed: Sequence[Mapping[str, Any]] = (),
) -> Assessed:
    """The results of lines that were checked before; arguments as in `lines_to_arrays`."""
    lines = lines_to_arrays(arrays, group, documents, lifetimes=lifetimes, plan_counts=plan_counts)
    results = impact.assess(arrays.factors, lines)
    inputs = {"group": group.code, "lines": [dict(document) for document in documents]}
    input_hash = storage.input_hash(inputs, arrays.code)
    return Assessed(arrays, group, documents, lines, results, input_hash, notices, confirmed)


def assess_document(actor: Actor, *, document: Mapping[str, Any], typed: bool = False) -> Assessed:
    """The assessment of a document without storing anything; `typed` = from a Dutch form.

    Raises Refused with every problem of the document at once.
    """
    group = _group_of(document)
    consumed = group.is_consumed if group is not None else False
    data, problems = read(assessment_shape(consumed=consumed), document, typed=typed)
    if group is None and data.get("product_group") is not None:
        text = "Deze productgroep bestaat niet."
        problems.append(Problem(("productGroup",), "invalid_choice", text))
    arrays, missing = _arrays_of(data)
    problems += missing
    weighting, missing = _weighting_of(data)
    problems += missing
    notices: list[Problem] = []
    if group is not None and arrays is not None:
        found, notices = check_lines(data.get("lines") or (), group=group, arrays=arrays, known=known_to(actor))
        problems += found
    standing, confirmed = lift_confirmed(problems, data.get("confirmations"))
    if standing:
        raise Refused(standing)
    assert group is not None
    assert arrays is not None
    _require_answerable(data["lines"], arrays)
    notices += _above_cap(data["lines"], group)
    assessed = assess_lines(arrays, group, data["lines"], notices=notices, confirmed=confirmed)
    return replace(assessed, weighting=weighting)


def assessment_answer(assessed: Assessed, *, with_trace: bool = True) -> dict[str, Any]:
    """The answer of `POST /assessments`: impacts per line with trace, totals, and what they were made with.

    Of very many lines the last are told without their trace, and `traced` says so.
    """
    arrays = assessed.arrays
    method, version = arrays.method
    factor_set, set_version = arrays.factor_sets[0]
    traced = _traced_lines(assessed) if with_trace else 0
    return {
        "basis": arrays.code,
        "method": {"code": method, "version": version},
        "factorSet": {"code": factor_set, "version": set_version},
        "inputHash": assessed.input_hash,
        "lines": [
            _line_answer(assessed, number, with_trace, number < traced)
            for number in range(len(assessed.documents))
        ],
        "totals": totals_answer(assessed),
        "environmentalCost": _cost(assessed),
        "confirmations": [dict(item) for item in assessed.confirmed],
    }


def totals_answer(assessed: Assessed) -> list[dict[str, Any]]:
    """The sums over the lines, one entry per indicator; null where nothing is known."""
    totals = impact.totals(assessed.results)
    return [
        {
            "indicator": info.code,
            "unit": info.unit,
            "lifetimeImpact": _known(totals.lifetime[i]),
            "perYear": _known(totals.per_year[i]),
            "complete": bool(totals.complete[i]),
            "incompleteLines": int(totals.incomplete_lines[i]),
        }
        for i, info in enumerate(assessed.arrays.indicators)
    ]


def quality_split(assessed: Assessed, number: int) -> dict[str, float]:
    """The share of each class of activity data in |impact| of a line; all of a bid is supplier data."""
    lifetime = assessed.results.lifetime[number : number + 1]
    row = quality.class_split(lifetime, [SUPPLIER])[0]
    found = {name: float(part) for name, part in zip(quality.ACTIVITY_CLASSES, row, strict=True)}
    return {name: part for name, part in found.items() if part > 0}


def bill_unit(assessed: Assessed, number: int) -> str:
    """What the bill of a line counts in (kg, kWh, pkm): `weightedPerKg` and `perKg` are per one of these."""
    first = assessed.lines.material[assessed.lines.bill_start[number]]
    return assessed.arrays.units[assessed.arrays.factors.items[int(first)]]


def _group_of(document: Mapping[str, Any]) -> ProductGroup | None:
    code = document.get("productGroup") if isinstance(document, Mapping) else None
    if not isinstance(code, str) or "\x00" in code:
        return None
    try:
        return get_group(code)
    except Refused:
        return None


def _arrays_of(data: Mapping[str, Any]) -> tuple[BasisArrays | None, list[Problem]]:
    basis = find_basis(
        factor_set=data.get("factor_set") or "",
        version=data.get("factor_set_version") or "",
        method=data.get("method") or "",
    )
    if basis is None:
        names = [name for name in ("factorSet", "factorSetVersion", "method") if data.get(_snake(name))]
        text = (
            "Deze factoren en methode gaan niet samen: kies bij 'Rekenen met' iets anders, of een andere methode."
        )
        return None, [Problem((name,), "does_not_exist", text) for name in names]
    return basis_arrays(basis), []


def _weighting_of(data: Mapping[str, Any]) -> tuple[Weighting | None, list[Problem]]:
    code = data.get("weighting_set")
    weighting = find_weighting(code) if code else None
    if code and weighting is None:
        text = "Deze weegset bestaat niet; laat het veld weg of kies er een uit de lijst met weegsets."
        return None, [Problem(("weightingSet",), "does_not_exist", text)]
    return weighting, []


def _cost(assessed: Assessed) -> dict[str, Any] | None:
    if assessed.weighting is None:
        return None
    return cost_answer(assessed.weighting, assessed.arrays.indicators, impact.totals(assessed.results))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _above_cap(lines: Sequence[Mapping[str, Any]], group: ProductGroup) -> list[Problem]:
    cap = group.lifetime_cap_years
    if cap is None:
        return []
    text = f"In een vergelijking telt hoogstens {cap:g} jaar, tenzij u een garantie geeft."
    return [
        Problem(("lines", number, "lifetimeYears"), "above_cap", text)
        for number, line in enumerate(lines)
        if float(line["lifetime_years"]) > cap
    ]


def terms_of(line: Mapping[str, Any], arrays: BasisArrays) -> int:
    """How many terms the answer for this line is made of at most."""
    rows = len(line.get("bill_of_materials") or ()) + len(line.get("use") or ())
    return (1 + rows) * len(arrays.indicators)


def _require_answerable(lines: Sequence[Mapping[str, Any]], arrays: BasisArrays) -> None:
    """Raises Refused when the answer would be larger than we give, before it is worked out."""
    terms = sum(terms_of(line, arrays) for line in lines)
    if terms > MOST_TERMS:
        most = formats.number(MOST_TERMS)
        text = (
            f"Dit is te veel om in één keer uit te rekenen: regels maal indicatoren is {formats.number(terms)}, "
            f"hoogstens {most}. "
            "Stuur de producten in delen."
        )
        raise refuse("too_large", text, "lines", kind=Kind.TOO_LARGE)


def _traced_lines(assessed: Assessed) -> int:
    """How many of the lines, from the first, are told term by term."""
    left = MOST_TRACED
    for number, line in enumerate(assessed.documents):
        left -= terms_of(line, assessed.arrays)
        if left < 0:
            return number
    return len(assessed.documents)


def _line_answer(assessed: Assessed, number: int, with_trace: bool, traced: bool) -> dict[str, Any]:
    results, document = assessed.results, assessed.documents[number]
    answer = {
        "reference": document.get("reference"),
        "name": document.get("name") or "",
        "rFactor": float(results.strategy_factor[number]),
        "eolFactor": float(results.end_of_life_factor[number]),
        "dataQuality": quality_split(assessed, number),
        "billUnit": bill_unit(assessed, number),
        "impacts": _impacts(assessed, number),
    }
    if with_trace:
        answer["traced"] = traced
        answer["trace"] = trace_rows(assessed, number) if traced else []
        answer["useTrace"] = use_trace_rows(assessed, number) if traced else []
    return answer


def _impacts(assessed: Assessed, number: int) -> list[dict[str, Any]]:
    results = assessed.results
    missing = explain.missing_factors(assessed.arrays.factors, assessed.lines, number)
    fallbacks = assessed.arrays.fallbacks.get(assessed.group.code, {})
    return [
        {
            "indicator": info.code,
            "unit": info.unit,
            "complete": bool(results.complete[number, i]),
            "missingFactors": [
                {"material": factor.item, "shareOfMass": factor.share_of_mass}
                | ({"term": factor.term} if factor.term != explain.PRIMARY else {})
                for factor in missing.get(info.code, [])
            ],
            "weightedPerKg": _known(results.weighted[number, i]),
            "production": _known(results.production[number, i]),
            "productionBeforeEol": _known(results.production_before_e[number, i]),
            "creditsIncluded": _known(results.credits[number, i]),
            "use": _known(results.use[number, i]),
            "lifetimeImpact": _known(results.lifetime[number, i]),
            "perYear": _known(results.per_year[number, i]),
            "clusterFallback": None
            if results.complete[number, i]
            else _fallback(fallbacks.get(info.code), float(assessed.lines.mass_kg[number])),
        }
        for i, info in enumerate(assessed.arrays.indicators)
    ]


def _fallback(found: Fallback | None, mass_kg: float) -> dict[str, Any] | None:
    """An indication beside an incomplete impact, for the making of one item; it is in no other number."""
    if found is None:
        return None
    return {
        "label": FALLBACK_LABEL,
        "perKg": found.value,
        "unit": found.unit,
        "perItem": found.value * mass_kg,
        "source": found.source_line,
    }


def trace_rows(assessed: Assessed, number: int) -> list[dict[str, Any]]:
    """The terms of the weighted impact of one line, each with its source; known terms sum to weighted."""
    arrays, bill = assessed.arrays, list(assessed.documents[number]["bill_of_materials"])
    rows = []
    for term in explain.trace(arrays.factors, assessed.lines, number):
        processing = term.row is None
        key = (assessed.group.code if processing else _factor_of(arrays, term), term.indicator)
        source = (arrays.processing_provenance if processing else arrays.provenance).get(key)
        rows.append(
            {
                "indicator": term.indicator,
                "item": term.item,
                "term": term.term,
                "name": "maken in de fabriek" if processing else arrays.names[term.item],
                "component": "" if term.row is None else bill[term.row].get("component") or "",
                "share": term.share,
                "recycled": term.recycled,
                "recycledCounted": term.recycled_counted,
                "part": term.part,
                "intensity": _known(term.intensity),
                "perKg": _known(term.per_kg),
                "source": source.label if source else None,
                "sourceUrl": source.url if source else None,
                "quality": source.quality if source else None,
            }
        )
    return rows


def _factor_of(arrays: BasisArrays, term: explain.TraceRow) -> str:
    """The item whose factor a term uses: of burning and landfilling that of a flow."""
    treatment = next((way for way, name in explain.ENDS.items() if name == term.term), "")
    return arrays.routes.factors.get((term.item, treatment), term.item)


def use_trace_rows(assessed: Assessed, number: int) -> list[dict[str, Any]]:
    """The flows and repairs of one item of a line, each with its source; times count they are use."""
    arrays = assessed.arrays
    rows = []
    for term in explain.use_trace(arrays.factors, assessed.lines, number):
        source = arrays.provenance.get((term.item, term.indicator))
        rows.append(
            {
                "indicator": term.indicator,
                "item": term.item,
                "name": arrays.names[term.item],
                "quantity": term.quantity,
                "unit": arrays.units[term.item],
                "times": term.times,
                "intensity": _known(term.intensity),
                "perItem": _known(term.per_item),
                "source": source.label if source else None,
                "sourceUrl": source.url if source else None,
            }
        )
    return rows


def _known(value: float | np.float64 | NDArray[np.float64]) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
