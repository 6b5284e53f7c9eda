"""How a number came about: the trace rows of one line, and the factors that it misses.

Recomputed when somebody asks, never stored. Source: method, sections 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .end_of_life import INCINERATE, LANDFILL, RECYCLE, TREATMENTS
from .factors import Factors, Floats, Kind
from .impact import has_goods
from .kept import counted_recycled
from .lines import Lines, check_lines, normalised_shares

PROCESSING = "processing"
DECLARED = "declared"
"""The maker's own figure, which stands for materials and processing together"""
PRIMARY = "primary"
RECYCLED = "recycled"
CARRIED = "recycled-primary"
"""What recycled material still carries of the primary impact: r (1 - A) Qsin/Qp k"""
ENDS = {RECYCLE: "end-recycling", INCINERATE: "end-recovery", LANDFILL: "end-disposal"}
CREDITS = {RECYCLE: "credit-material", INCINERATE: "credit-energy"}
"""Terms of the end of life, and the benefits beyond the boundary that the method subtracts from them"""


@dataclass(frozen=True)
class TraceRow:
    """One term of the weighted impact of one indicator; the known ``per_kg`` sum to weighted."""

    indicator: str
    item: str
    """code of the material, ``processing`` or ``declared``"""
    row: int | None
    """number of the row in the bill of materials of the line (for its component), None for processing"""
    share: float | None
    recycled: float | None
    """as sent"""
    recycled_counted: float | None
    """0 where the strategy already gave the discount, and for biogenic uptake"""
    intensity: float
    """NaN = unknown"""
    per_kg: float
    """NaN = needed and unknown"""
    term: str = PRIMARY
    """``primary``, ``recycled`` and ``recycled-primary`` (methods that count it), ``processing``, ``declared``, or
    a term of the end of life: see :data:`ENDS` and :data:`CREDITS`"""
    part: float | None = None
    """of a term of the end of life: which part of the material goes this way"""
    between: tuple[float, float] | None = None
    """low and high of the intensity, where it is known between bounds only"""


@dataclass(frozen=True)
class UseTraceRow:
    """One flow or repair of one item for one indicator; times count it is a term of use."""

    indicator: str
    item: str
    row: int
    quantity: float
    times: float
    """T for a quantity per item-year, 1 for once per item"""
    intensity: float
    per_item: float
    """NaN = needed and unknown"""
    between: tuple[float, float] | None = None
    """as :attr:`TraceRow.between`"""


@dataclass(frozen=True)
class MissingFactor:
    """A factor that a result needs and that no source gives."""

    item: str
    share_of_mass: float | None
    """None for processing and for flows"""
    term: str = PRIMARY
    """``recycled`` when the factor of the recycled material is not known, or the term of the end of life"""


def trace(factors: Factors, lines: Lines, line: int) -> list[TraceRow]:
    """The terms of the weighted impact of one line, per indicator in the order of the basis.

    Where the maker's own figure counts, materials and processing are no terms: what they would be is the trace of
    the same line without the figure.
    """
    one = lines.part(line, line + 1)
    check_lines(factors, one)
    share, counted = normalised_shares(one), counted_recycled(one)
    rows: list[TraceRow] = []
    figures = np.full(len(factors.indicators), np.nan)
    if one.declared_production is not None:
        figures = one.declared_production[0] / one.mass_kg[0]
    for i, indicator in enumerate(factors.indicators):
        if not np.isnan(figures[i]):
            per_kg = float(figures[i])
            rows.append(TraceRow(indicator, DECLARED, None, None, None, None, per_kg, per_kg, DECLARED))
            rows += _end_rows(factors, one, i, share)
            continue
        for row, item in enumerate(one.material):
            recycled = 0.0 if factors.kinds[i] == Kind.APART else float(counted[row])
            intensity = float(factors.primary[item, i])
            rows.append(
                TraceRow(
                    indicator, factors.items[item], row, float(share[row]), float(one.recycled[row]),
                    recycled, intensity, _term(float(share[row]) * (1 - recycled), intensity),
                )
            )  # fmt: skip
        rows += _recycled_rows(factors, one, i, share, counted)
        rows += _end_rows(factors, one, i, share)
        rows += _processing_rows(factors, int(one.group[0]), i, goods=bool(has_goods(factors, one)[0]))
    return rows if factors.ranges is None else _with_bounds(rows, factors, one)


def use_trace(factors: Factors, lines: Lines, line: int) -> list[UseTraceRow]:
    """The flows and repairs of one item of one line, per indicator in the order of the basis."""
    one = lines.part(line, line + 1)
    check_lines(factors, one)
    rows, bounds = [], {} if factors.ranges is None else factors.ranges.by_place
    for i, indicator in enumerate(factors.indicators):
        for row, item in enumerate(one.flow):
            if factors.kinds[i] == Kind.MASS and not (one.repair[row] and factors.is_material[item]):
                continue
            once = bool(one.once[row]) and not one.consumed[0]
            times = 1.0 if once else float(one.lifetime_years[0])
            intensity, quantity = float(factors.primary[item, i]), float(one.quantity[row])
            amount = _term(quantity * times, intensity)
            between = bounds.get((False, int(item), False, i))
            rows.append(
                UseTraceRow(indicator, factors.items[item], row, quantity, times, intensity, amount, between)
            )
    return rows


def missing_factors(factors: Factors, lines: Lines, line: int) -> dict[str, list[MissingFactor]]:
    """Per indicator the factors that the line needs and no source gives: materials, processing, flows.

    A material that stands in several components is named once, with the sum of its shares.
    """
    found: dict[str, dict[tuple[str, str], float | None]] = {code: {} for code in factors.indicators}
    for row in trace(factors, lines, line):
        if np.isnan(row.per_kg):
            key = (row.item, PRIMARY if row.term == PROCESSING else row.term)
            share = None if row.share is None else (found[row.indicator].get(key) or 0.0) + row.share
            found[row.indicator][key] = share
    for use in use_trace(factors, lines, line):
        if np.isnan(use.per_item):
            found[use.indicator].setdefault((use.item, PRIMARY), None)
    return {
        code: [MissingFactor(item, share, term) for (item, term), share in items.items()]
        for code, items in found.items()
    }


def _with_bounds(rows: list[TraceRow], factors: Factors, one: Lines) -> list[TraceRow]:
    """The rows with low and high of their intensity. What the end of life makes of a range has no bounds here."""
    assert factors.ranges is not None
    bounds, column = factors.ranges.by_place, {code: i for i, code in enumerate(factors.indicators)}
    found = []
    for row in rows:
        i = column[row.indicator]
        place = (True, int(one.group[0]), False, i)
        if row.row is not None:
            place = (False, int(one.material[row.row]), row.term == RECYCLED, i)
        counts = row.term in (PRIMARY, RECYCLED, CARRIED, PROCESSING)
        found.append(replace(row, between=bounds.get(place) if counts else None))
    return found


def _term(coefficient: float, intensity: float) -> float:
    """Coefficient times intensity; a term with coefficient exactly 0 needs no factor."""
    return 0.0 if coefficient == 0 else coefficient * intensity


def _recycled_rows(factors: Factors, one: Lines, i: int, share: Floats, counted: Floats) -> list[TraceRow]:
    """What the recycled part of each material costs, where the method counts it."""
    if factors.secondary is None or factors.kinds[i] != Kind.ORDINARY:
        return []
    rows = []
    for row, item in enumerate(one.material):
        part = float(counted[row])
        own, carried = (float(each[item]) for each in factors.recycled_parts)
        for term, weight, intensity in (
            (RECYCLED, part * own if part else 0.0, float(factors.secondary[item, i])),
            (CARRIED, part * carried if part else 0.0, float(factors.primary[item, i])),
        ):
            if weight:
                rows.append(
                    TraceRow(
                        factors.indicators[i], factors.items[item], row, float(share[row]),
                        float(one.recycled[row]), part, intensity, float(share[row]) * weight * intensity, term,
                    )
                )  # fmt: skip
    return rows


def _end_rows(factors: Factors, one: Lines, i: int, share: Floats) -> list[TraceRow]:
    """The end of life of each material by its plan, and the credits as negative rows of their own."""
    if factors.footprint is None or factors.kinds[i] != Kind.ORDINARY or one.consumed[0]:
        return []
    rows = []
    ways = [part.tolist() for part in one.treatments]
    for row, item in enumerate(one.material):
        for way, treatment in enumerate(TREATMENTS):
            part = float(share[row]) * ways[way][row]
            if not part:
                continue
            burden, credit = (
                float(table[way, item, i]) for table in (factors.footprint.burdens, factors.footprint.credits)
            )
            found = [(ENDS[treatment], burden)]
            if treatment in CREDITS and credit != 0:
                found.append((CREDITS[treatment], -credit))
            if np.isnan(burden) or np.isnan(credit):
                # A way of which one part is unknown counts in nothing: its known part is no term of the sum.
                found = [(term, intensity) for term, intensity in found if np.isnan(intensity)]
            rows += [
                TraceRow(
                    factors.indicators[i], factors.items[item], row, float(share[row]), None, None,
                    intensity, part * intensity, term, ways[way][row],
                )
                for term, intensity in found
                if intensity != 0
            ]  # fmt: skip
    return rows


def _processing_rows(factors: Factors, group: int, i: int, *, goods: bool) -> list[TraceRow]:
    value = float(factors.processing[group, i])
    if factors.kinds[i] == Kind.MASS or value == 0:
        return []
    if np.isnan(value) and (factors.materials_only[group] or not goods):
        return []
    return [TraceRow(factors.indicators[i], PROCESSING, None, None, None, None, value, value, PROCESSING)]
