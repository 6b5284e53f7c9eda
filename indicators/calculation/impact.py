"""The impact of product lines: weighted per kg, production, use, lifetime and per year, for each indicator.

    weighted   = sum over materials of p (1 - r) k + a
    production = weighted * mass * count * R * E
    use        = count * (T * sum over yearly flows of q k + sum over flows once of q k)
    lifetime   = production + use          per year = lifetime / T

The maker's own figure of a line, where there is one, counts for weighted * mass.
With the method ``cutoff`` recycled material has an impact too: p ((1 - r) k + r k_rec); its E is 1 by its tables.
With ``pef-cff`` that is p ((1 - r) k + r (A k_rec + (1 - A) k Qsin/Qp)), and instead of E production has the
end-of-life terms of :mod:`indicators.calculation.end_of_life`, to which R does not apply.
Source: method, sections 1-3 and 3b. Arrays of L lines by I indicators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from .end_of_life import Ends
from .factors import Bits, Bools, Factors, Floats, from_bits, to_bits
from .kept import counted_recycled
from .lines import Integers, Lines, check_lines, normalised_shares
from .ragged import any_row, join_rows, sum_rows

BLOCK = 8192
"""Lines at a time: the rows of a block stay in the processor's cache."""


@dataclass(frozen=True)
class UnitProducts:
    """What one item of each line is made of, in impacts (n, I): the parts of comparison and actual.

    Per year of one item = ((kept * R + added) * E + once) / T + yearly. A consumed unit has T = 1 here, so
    that this is its impact per unit. R and E are per indicator: 1 where they do not apply.
    """

    weighted: Floats
    """per kg"""
    kept: Floats
    """per item, material and processing to which R applies"""
    added: Floats
    """per item, newly added parts to which R does not apply"""
    strategy_factor: Floats
    end_of_life_factor: Floats
    lifetime_years: Floats
    """(n,)"""
    once: Floats
    """per item"""
    yearly: Floats
    """per item-year, or per unit of a consumed group"""
    missing: Bools
    """a needed factor is unknown"""
    production_null: Bools
    """no needed factor of material or processing is known"""
    use_null: Bools
    null: Bools
    """no needed factor at all is known"""
    ends: Ends | None = None
    """of a method with end-of-life terms"""

    @property
    def end(self) -> Floats | float:
        """(n, I) end-of-life terms per item by the plan; 0 for a method that has none."""
        return 0.0 if self.ends is None else self.ends.plan

    @property
    def production_before_e(self) -> Floats:
        """(n, I) per item, with R and without E."""
        return self.kept * self.strategy_factor + self.added

    @property
    def production(self) -> Floats:
        """(n, I) per item, with R and E or end-of-life terms."""
        return self.production_before_e * self.end_of_life_factor + self.end

    @property
    def per_year(self) -> Floats:
        """(n, I) per item and year."""
        return (self.production + self.once) / self.lifetime_years[:, None] + self.yearly

    @property
    def per_year_by_moment(self) -> dict[str, Floats]:
        """(n, I) the same apart: what falls when it is ``made``, while ``used`` and when it has ``ended``."""
        years = self.lifetime_years[:, None]
        return {
            "made": (self.production_before_e + self.once) / years,
            "used": self.yearly,
            "ended": (self.production - self.production_before_e) / years,
        }

    def rows(self, rows: Sequence[int]) -> UnitProducts:
        """These products alone, in this order."""
        chosen = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "ends"}
        ends = None if self.ends is None else self.ends.rows(rows)
        return UnitProducts(**{name: table[list(rows)] for name, table in chosen.items()}, ends=ends)


@dataclass(frozen=True)
class Results:
    """L lines by I indicators. A value is NaN (null) when none of the factors that it needs is known.

    An incomplete value is the sum of what is known; it has no rank, no avoided and no cost.
    """

    weighted: Floats
    production: Floats
    production_before_e: Floats
    use: Floats
    lifetime: Floats
    per_year: Floats
    complete: Bools
    strategy_factor: Floats
    """(L,) R as bought"""
    end_of_life_factor: Floats
    """(L,) E of the plan"""
    credits: Floats
    """(L, I) what production is lower by for material and energy that others no longer need to make"""

    @property
    def combined_factor(self) -> Floats:
        """(L,) R * E, shown beside both."""
        return self.strategy_factor * self.end_of_life_factor


@dataclass(frozen=True)
class Totals:
    """Sums over lines, (I,) each: of what is known, null when no line has a known value."""

    production: Floats
    use: Floats
    lifetime: Floats
    per_year: Floats
    complete: Bools
    incomplete_lines: Integers


def assess(factors: Factors, lines: Lines) -> Results:
    """The impact of each line.

    >>> from indicators.calculation.golden import golden_case
    >>> factors, lines = golden_case()
    >>> results = assess(factors, lines)
    >>> [round(float(value), 10) for value in results.weighted[1]]   # refurbished: climate, materials
    [1.8945066667, 2.92]
    >>> [round(float(value), 4) for value in results.per_year[:, 0]]  # new against refurbished, T = 10
    [35.4, 12.6932]

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    check_lines(factors, lines)
    blocks = [
        _results(_unit_products(factors, part), part)
        for first in range(0, len(lines), BLOCK)
        for part in [_part(lines, first)]
    ]
    if len(blocks) == 1:
        return blocks[0]
    if not blocks:
        return _results(_unit_products(factors, lines), lines)
    return Results(**{f.name: np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(Results)})


def unit_products(factors: Factors, lines: Lines) -> UnitProducts:
    """What one item of each line consists of, for comparison and for promise against actual.

    Raises:
        CalculationError: see :func:`indicators.calculation.lines.check_lines`.
    """
    check_lines(factors, lines)
    return _unit_products(factors, lines)


def totals(results: Results) -> Totals:
    """The sums over all lines; per year is the sum of the lines', never a total divided by a lifetime."""
    return Totals(
        production=_known_sum(results.production),
        use=_known_sum(results.use),
        lifetime=_known_sum(results.lifetime),
        per_year=_known_sum(results.per_year),
        complete=np.asarray(results.complete.all(axis=0)),
        incomplete_lines=np.asarray((~results.complete).sum(axis=0)),
    )


def _known_sum(values: Floats) -> Floats:
    null = np.isnan(values)
    sums: Floats = np.where(null, 0.0, values).sum(axis=0)
    if len(values):
        sums[null.all(axis=0)] = np.nan
    return sums


def _part(lines: Lines, first: int) -> Lines:
    if len(lines) <= BLOCK:
        return lines
    return lines.part(first, min(first + BLOCK, len(lines)))


def _results(unit: UnitProducts, lines: Lines) -> Results:
    count = lines.count[:, None]
    years = lines.lifetime_years[:, None]
    # a consumed line has units per year during T years; a durable one has items that last T years
    made = np.where(lines.consumed, lines.count * lines.lifetime_years, lines.count)[:, None]
    before = unit.production_before_e * made
    production = before * unit.end_of_life_factor + unit.end * made
    credit = np.zeros_like(before) if unit.ends is None else unit.ends.credits * made
    use = (unit.yearly * years + unit.once) * count
    lifetime = production + use
    if unit.missing.any():
        for values, null in (
            (before, unit.production_null),
            (production, unit.production_null),
            (use, unit.use_null),
            (lifetime, unit.null),
        ):
            values[null] = np.nan
        weighted = np.where(unit.production_null, np.nan, unit.weighted)
    else:
        weighted = unit.weighted
    return Results(
        weighted, production, before, use, lifetime, lifetime / years, ~unit.missing,
        lines.strategy_factor, lines.end_of_life_factor, credit,
    )  # fmt: skip


def _unit_products(factors: Factors, lines: Lines) -> UnitProducts:
    width = len(factors.indicators)
    kept, added, missing, known = _materials(factors, lines)
    processing = factors.counted_processing[lines.group]
    kept += processing
    # What is delivered as a flow (a kilometre, a kWh) is not manufactured: nothing is unknown about its making.
    missing |= np.where(has_goods(factors, lines)[:, None], factors.processing_missing[lines.group], np.uint64(0))
    known |= factors.processing_known[lines.group]
    yearly, once, use_missing, use_known = _uses(factors, lines)
    mass = lines.mass_kg[:, None]
    if lines.declared_production is not None:
        # The maker's own figure stands for all of production, so nothing of that is unknown any more.
        own = ~np.isnan(lines.declared_production)
        kept, added = np.where(own, lines.declared_production / mass, kept), np.where(own, 0.0, added)
        missing, known = missing & ~to_bits(own), known | to_bits(own)
    weighted, ends = kept + added, None
    if factors.footprint is not None:
        ends, end_missing, end_known = _ends(factors, lines)
        weighted = weighted + ends.plan / mass
        missing, known = missing | end_missing, known | end_known
    anywhere = missing | use_missing
    return UnitProducts(
        weighted=weighted,
        kept=kept * mass,
        added=added * mass,
        strategy_factor=np.where(factors.is_apart, 1.0, lines.strategy_factor[:, None]),
        end_of_life_factor=np.where(factors.is_mass | factors.is_apart, 1.0, lines.end_of_life_factor[:, None]),
        lifetime_years=np.where(lines.consumed, 1.0, lines.lifetime_years),
        once=once,
        yearly=yearly,
        missing=from_bits(anywhere, width),
        production_null=from_bits(missing & ~known, width),
        use_null=from_bits(use_missing & ~use_known, width),
        null=from_bits(anywhere & ~(known | use_known), width),
        ends=ends,
    )


def has_goods(factors: Factors, lines: Lines) -> Bools:
    """(L,) false for a bill of flows only (travel, heat): nothing is manufactured there."""
    goods = factors.is_material[lines.material][:, None]
    found: Bools = any_row(goods, lines.bill_start, len(lines))[:, 0]
    found |= np.diff(lines.bill_start) == 0
    return found


def _materials(factors: Factors, lines: Lines) -> tuple[Floats, Floats, Bits, Bits]:
    """Kept and added impact per kg (L, I), and which indicators miss or know a needed factor (L, W)."""
    share, counted = normalised_shares(lines), counted_recycled(lines)
    coefficient = share * (1 - counted)
    start, length = lines.bill_start, len(lines)
    terms = _terms(factors, lines.material, coefficient, share)
    need = np.where(coefficient[:, None] != 0, factors.all_bits & ~factors.apart_bits, np.uint64(0))
    need |= np.where(share[:, None] != 0, factors.apart_bits, np.uint64(0))
    if factors.secondary is not None:
        second, more, missing, known = _recycled_terms(factors, lines, share * counted)
        terms += second
        need |= more
    else:
        missing = known = np.zeros(1, dtype=np.uint64)
    unknown = factors.unknown_bits[lines.material]
    missing, known = unknown & need | missing, ~unknown & need | known
    added = np.zeros((length, len(factors.indicators)))
    new_parts = lines.added & np.repeat(lines.strategy_factor < 1, np.diff(start))
    if new_parts.any():
        added = sum_rows(np.where(new_parts[:, None], terms, 0.0), start, length)
        terms = np.where(new_parts[:, None], 0.0, terms)
    kept = sum_rows(terms, start, length)
    return kept, added, join_rows(missing, start, length), join_rows(known, start, length)


def _recycled_terms(factors: Factors, lines: Lines, counted: Floats) -> tuple[Floats, Bits, Bits, Bits]:
    """What recycled material counts (B, I); which primary factors it needs, and what misses or is known (B, W).

    counted: (B,) share times the recycled fraction that counts.
    """
    assert factors.secondary is not None
    own, primary = (part[lines.material] for part in factors.recycled_parts)
    unknown = (counted != 0) & (np.isnan(own) | np.isnan(primary))
    own = np.where(counted == 0, 0.0, np.nan_to_num(own)) * counted
    primary = np.where(counted == 0, 0.0, np.nan_to_num(primary)) * counted
    second = factors.secondary[lines.material]
    needed = (own != 0)[:, None] & factors.has_end
    terms = np.where(needed, np.nan_to_num(second) * own[:, None], 0.0)
    terms += np.where(factors.has_end, factors.values[lines.material] * primary[:, None], 0.0)
    missing = to_bits(needed & np.isnan(second) | unknown[:, None] & factors.has_end)
    carried = to_bits((primary != 0)[:, None] & factors.has_end)
    return terms, carried, missing, to_bits(needed & ~np.isnan(second))


def _ends(factors: Factors, lines: Lines) -> tuple[Ends, Bits, Bits]:
    """The end-of-life terms per item, and which indicators miss or know a factor of the plan (L, W).

    What is consumed has no end of life: it is used up, and its waste is a flow.
    """
    share = np.where(np.repeat(lines.consumed, np.diff(lines.bill_start)), 0.0, normalised_shares(lines))
    share = share * np.repeat(lines.mass_kg, np.diff(lines.bill_start))
    ways = lines.treatments
    start, length, width = lines.bill_start, len(lines), len(factors.indicators)
    plan = np.zeros((length, width))
    credit, missing, known = plan.copy(), np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.uint64)
    treated, unknown = np.zeros((len(ways), length, width)), np.zeros((len(ways), length, width), dtype=bool)
    for way, part in enumerate(ways):
        values, credits = factors.treated[way][lines.material], factors.treated_credits[way][lines.material]
        holes = np.isnan(values)
        whole = np.where(holes, 0.0, values) * share[:, None]
        treated[way] = sum_rows(whole, start, length)
        unknown[way] = sum_rows((holes & (share != 0)[:, None]).astype(float), start, length) > 0
        plan += sum_rows(whole * part[:, None], start, length)
        counted = np.where(holes, 0.0, credits) * (share * part)[:, None]
        credit += sum_rows(counted, start, length)
        needed = ((share * part) != 0)[:, None] & factors.has_end
        missing = missing | join_rows(to_bits(needed & holes), start, length)
        known = known | join_rows(to_bits(needed & ~holes), start, length)
    return Ends(plan, credit, treated, unknown), missing, known


def _terms(factors: Factors, item: Integers, coefficient: Floats, apart: Floats) -> Floats:
    terms = factors.values[item]
    if factors.is_apart.any():
        biogenic = terms[:, factors.is_apart] * apart[:, None]
        terms *= coefficient[:, None]
        terms[:, factors.is_apart] = biogenic
    else:
        terms *= coefficient[:, None]
    return terms


def _uses(factors: Factors, lines: Lines) -> tuple[Floats, Floats, Bits, Bits]:
    """Impact per item-year and once per item (L, I), and which indicators miss or know a factor (L, W)."""
    length, start, width = len(lines), lines.use_start, len(factors.indicators)
    if not len(lines.flow):
        none = np.zeros((length, width))
        nothing = np.zeros((length, factors.all_bits.shape[-1]), dtype=np.uint64)
        return none, none.copy(), nothing, nothing.copy()
    terms = factors.values[lines.flow] * lines.quantity[:, None]
    in_product = lines.repair & factors.is_material[lines.flow]
    terms[:, factors.is_mass] *= in_product[:, None]
    # flows of a consumed group are per unit, whatever their basis says
    once_row = lines.once & ~np.repeat(lines.consumed, np.diff(start))
    once = np.zeros((length, width))
    if once_row.any():
        once = sum_rows(np.where(once_row[:, None], terms, 0.0), start, length)
        terms = np.where(once_row[:, None], 0.0, terms)
    need = np.where(in_product[:, None], factors.all_bits, factors.all_bits & ~factors.mass_bits)
    need = np.where(lines.quantity[:, None] != 0, need, np.uint64(0))
    unknown = factors.unknown_bits[lines.flow]
    missing, known = join_rows(unknown & need, start, length), join_rows(~unknown & need, start, length)
    return sum_rows(terms, start, length), once, missing, known
