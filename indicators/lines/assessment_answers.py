"""Assessed lines as the typed answer that REST and the pages give: impacts, their trace and the totals."""

from __future__ import annotations

import numpy as np

from indicators.calculation import explain, impact
from indicators.calculation.bounds import Bounds as FoundBounds
from indicators.calculation.known import known
from indicators.methods.costs import cost_answer
from indicators.resources import assessment as answered
from indicators.resources.bounds import Bounds
from indicators.resources.methods import VersionOf
from indicators.selectors import FALLBACK_LABEL, BasisArrays, Fallback, Provenance
from mvi_dashboard.ground.described import LEFT_OUT
from mvi_dashboard.ground.problem_answers import remarks_of

from .assessment import MOST_TRACED, SUPPLIER, Assessed, bill_unit, quality_split, terms_of
from .maker_figures import Figure, said_of


def assessment_answer(assessed: Assessed) -> answered.Assessment:
    """The answer of `POST /assessments`: impacts per line with trace, totals, and what they were made with.

    Of very many lines the last are told without their trace, and `traced` says so.
    """
    arrays = assessed.arrays
    method, version = arrays.method
    factor_set, set_version = arrays.factor_sets[0]
    traced = _traced_lines(assessed)
    return answered.Assessment(
        basis=arrays.code,
        method=VersionOf(code=method, version=version),
        factor_set=VersionOf(code=factor_set, version=set_version),
        input_hash=assessed.input_hash,
        lines=[_line(assessed, number, number < traced) for number in range(len(assessed.given))],
        totals=totals_answer(assessed),
        environmental_cost=_cost(assessed),
        confirmations=answered.confirmed_rows(assessed.confirmed),
        warnings=remarks_of(assessed.notices),
    )


def totals_answer(assessed: Assessed) -> list[answered.ImpactTotal]:
    """The sums over the lines, one entry per indicator; null where nothing is known."""
    totals, low, high = _totals(assessed)
    bounded = np.asarray(assessed.bounds.bounded.any(axis=0))
    return [
        answered.ImpactTotal(
            indicator=info.code,
            unit=info.unit,
            lifetime_impact=known(totals.lifetime[i]),
            per_year=known(totals.per_year[i]),
            bounded=bool(bounded[i]),
            bounds=Bounds.of(low.lifetime[i], high.lifetime[i], bounded=bool(bounded[i])),
            per_year_bounds=Bounds.of(low.per_year[i], high.per_year[i], bounded=bool(bounded[i])),
            complete=bool(totals.complete[i]),
            incomplete_lines=int(totals.incomplete_lines[i]),
        )
        for i, info in enumerate(assessed.arrays.indicators)
    ]


def _totals(assessed: Assessed) -> list[impact.Totals]:
    """The sums over the lines: what counts, the lowest and the highest; bounds of a sum are the sums of bounds."""
    bounds = assessed.bounds
    return [impact.totals(each) for each in (bounds.results, bounds.low, bounds.high)]


def trace_rows(assessed: Assessed, number: int) -> list[answered.TraceRow]:
    """The terms of the weighted impact of one line, each with its source; known terms sum to weighted."""
    arrays, bill = assessed.arrays, assessed.given[number].bill_of_materials
    rows = []
    for term in explain.trace(arrays.factors, assessed.lines, number):
        source = _source_of(assessed, number, term)
        rows.append(
            answered.TraceRow(
                indicator=term.indicator,
                item=term.item,
                term=term.term,
                name=_NAMES.get(term.item) or arrays.names[term.item],
                component="" if term.row is None else bill[term.row].component or "",
                share=term.share,
                recycled=term.recycled,
                recycled_counted=term.recycled_counted,
                part=term.part,
                intensity=known(term.intensity),
                per_kg=known(term.per_kg),
                bounded=term.between is not None,
                bounds=_between(term.between),
                per_kg_bounds=_between(term.between, _weight(term)),
                source=source.label if source else None,
                source_url=source.url if source else None,
                quality=source.quality if source else None,
            )
        )
    return rows


_NAMES = {explain.PROCESSING: "maken in de fabriek", explain.DECLARED: "eigen getal van de maker"}


def _source_of(assessed: Assessed, number: int, term: explain.TraceRow) -> Provenance | None:
    """Where the number in a term comes from."""
    arrays = assessed.arrays
    if term.item == explain.PROCESSING:
        return arrays.making_source(assessed.group.code, assessed.given[number].product_type, term.indicator)
    if term.item != explain.DECLARED:
        return arrays.provenance.get((_factor_of(arrays, term), term.indicator))
    own = next(
        each.given
        for each in assessed.figures
        if each.counts and (each.line, each.given.indicator) == (number, term.indicator)
    )
    return Provenance(own.method, own.file, "", own.year, "", "verified" if own.verified else SUPPLIER)


def use_trace_rows(assessed: Assessed, number: int) -> list[answered.UseTraceRow]:
    """The flows and repairs of one item of a line, each with its source; times count they are use."""
    arrays = assessed.arrays
    rows = []
    for term in explain.use_trace(arrays.factors, assessed.lines, number):
        source = arrays.provenance.get((term.item, term.indicator))
        rows.append(
            answered.UseTraceRow(
                indicator=term.indicator,
                item=term.item,
                name=arrays.names[term.item],
                quantity=term.quantity,
                unit=arrays.units[term.item],
                times=term.times,
                intensity=known(term.intensity),
                per_item=known(term.per_item),
                bounded=term.between is not None,
                bounds=_between(term.between),
                per_item_bounds=_between(term.between, term.quantity * term.times),
                source=source.label if source else None,
                source_url=source.url if source else None,
            )
        )
    return rows


def _cost(assessed: Assessed) -> answered.EnvironmentalCost | None:
    if assessed.weighting is None:
        return None
    return cost_answer(assessed.weighting, assessed.arrays.indicators, *_totals(assessed))


def _between(ends: tuple[float, float] | None, times: float = 1.0) -> Bounds | None:
    """Low and high of an intensity, so many times."""
    return None if ends is None else Bounds.of(ends[0] * times, ends[1] * times)


def _weight(term: explain.TraceRow) -> float:
    """How often its intensity stands in a term of the sum."""
    if term.intensity:
        return term.per_kg / term.intensity
    return 1.0 if term.share is None else term.share * (1 - (term.recycled_counted or 0.0))


def _traced_lines(assessed: Assessed) -> int:
    """How many of the lines, from the first, are told term by term."""
    left = MOST_TRACED
    for number, line in enumerate(assessed.given):
        left -= terms_of(line, assessed.arrays)
        if left < 0:
            return number
    return len(assessed.given)


def _line(assessed: Assessed, number: int, traced: bool) -> answered.AssessedLine:
    results, line = assessed.results, assessed.given[number]
    return answered.AssessedLine(
        reference=line.reference,
        name=line.name or "",
        r_factor=float(results.strategy_factor[number]),
        eol_factor=float(results.end_of_life_factor[number]),
        data_quality=quality_split(assessed, number),
        maker_figures=[_maker_figure(each) for each in assessed.figures if each.line == number],
        bill_unit=bill_unit(assessed, number),
        impacts=_impacts(assessed, number),
        traced=traced,
        trace=trace_rows(assessed, number) if traced else [],
        use_trace=use_trace_rows(assessed, number) if traced else [],
    )


def _maker_figure(each: Figure) -> answered.MakerFigure:
    given = each.given
    return answered.MakerFigure(
        indicator=given.indicator,
        value=float(given.value),
        unit=given.unit,
        boundary=given.boundary,
        method=given.method,
        year=given.year,
        verified=given.verified,
        file=given.file,
        counts=each.counts,
        reason=None if each.counts else said_of(each),
        bounds=Bounds.of(each.low, each.high),
    )


def _impacts(assessed: Assessed, number: int) -> list[answered.Impact]:
    results = assessed.results
    bounds = assessed.bounds
    missing = explain.missing_factors(assessed.arrays.factors, assessed.lines, number)
    fallbacks = assessed.arrays.fallbacks.get(assessed.group.code, {})
    return [
        answered.Impact(
            indicator=info.code,
            unit=info.unit,
            complete=bool(results.complete[number, i]),
            missing_factors=[_missing(factor) for factor in missing.get(info.code, [])],
            weighted_per_kg=known(results.weighted[number, i]),
            production=known(results.production[number, i]),
            production_before_eol=known(results.production_before_e[number, i]),
            credits_included=known(results.credits[number, i]),
            use=known(results.use[number, i]),
            lifetime_impact=known(results.lifetime[number, i]),
            per_year=known(results.per_year[number, i]),
            bounded=bool(bounds.bounded[number, i]),
            bounds=_ends(bounds, "lifetime", number, i),
            weighted_per_kg_bounds=_ends(bounds, "weighted", number, i),
            production_bounds=_ends(bounds, "production", number, i),
            use_bounds=_ends(bounds, "use", number, i),
            per_year_bounds=_ends(bounds, "per_year", number, i),
            cluster_fallback=None
            if results.complete[number, i]
            else _fallback(fallbacks.get(info.code), float(assessed.lines.mass_kg[number])),
        )
        for i, info in enumerate(assessed.arrays.indicators)
    ]


def _ends(found: FoundBounds, name: str, number: int, place: int) -> Bounds | None:
    """Between what one value of a line lies; None where no range moves it."""
    low, high = (float(getattr(each, name)[number, place]) for each in (found.low, found.high))
    return Bounds.of(low, high, bounded=low < high)


def _missing(factor: explain.MissingFactor) -> answered.MissingFactor:
    return answered.MissingFactor(
        material=factor.item,
        share_of_mass=factor.share_of_mass,
        term=factor.term if factor.term != explain.PRIMARY else LEFT_OUT,
    )


def _fallback(found: Fallback | None, mass_kg: float) -> answered.FallbackPerItem | None:
    """An indication beside an incomplete impact, for the making of one item; it is in no other number."""
    if found is None:
        return None
    return answered.FallbackPerItem(
        label=FALLBACK_LABEL,
        per_kg=found.value,
        unit=found.unit,
        per_item=found.value * mass_kg,
        source=found.source_line,
    )


def _factor_of(arrays: BasisArrays, term: explain.TraceRow) -> str:
    """The item whose factor a term uses: of burning and landfilling that of a flow."""
    treatment = next((way for way, name in explain.ENDS.items() if name == term.term), "")
    return arrays.routes.factors.get((term.item, treatment), term.item)
