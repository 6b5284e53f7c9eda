"""The same calculation as a loop that reads like the method: oracle of the tests, peer of the benchmark.

Slow on purpose. Nothing of the product calls it; :mod:`indicators.calculation.impact` must agree with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .end_of_life import CircularFootprint
from .factors import Factors, Formula, Kind
from .lines import Lines

PlainResult = tuple[float, float, float, float, float, bool]
"""weighted, production, use, lifetime, per year, complete"""
Tables = tuple[list[list[float]], list[list[float]], list[int], list[list[float]] | None, CircularFootprint | None]
"""primary, processing, kinds, recycled where the method counts it, parameters of the circular footprint formula"""
Flags = tuple[list[bool], list[bool]]
"""is material, materials only"""
Columns = dict[str, list[Any]]


class _Tally:
    """A sum of terms that remembers whether a needed factor was missing or known."""

    def __init__(self) -> None:
        self.total, self.missing, self.known = 0.0, False, False

    def add(self, coefficient: float, factor: float) -> float:
        if coefficient == 0:
            return 0.0
        if math.isnan(factor):
            self.missing = True
            return 0.0
        self.known = True
        self.total += coefficient * factor
        return coefficient * factor

    def value(self) -> float:
        return math.nan if self.missing and not self.known else self.total


def plain_assess(factors: Factors, lines: Lines) -> list[list[PlainResult]]:
    """Per line and indicator: weighted, production, use, lifetime, per year, complete."""
    counts = factors.formula is not Formula.METABOLIC and factors.recycled is not None
    recycled = factors.recycled.tolist() if counts and factors.recycled is not None else None
    tables = (
        factors.primary.tolist(),
        factors.processing.tolist(),
        factors.kinds.tolist(),
        recycled,
        factors.footprint,
    )
    flags = factors.is_material.tolist(), factors.materials_only.tolist()
    given = [name for name in lines.__dataclass_fields__ if getattr(lines, name) is not None]
    columns = {name: getattr(lines, name).tolist() for name in given}
    columns["ways"] = np.stack(lines.treatments, axis=-1).tolist()
    return [list(_line(n, tables, flags, columns)) for n in range(len(lines))]


def _line(n: int, tables: Tables, flags: Flags, columns: Columns) -> Iterator[PlainResult]:
    kinds = tables[2]
    for i, kind in enumerate(kinds):
        weighted, production = _production(n, i, kind, tables, flags, columns)
        use = _use(n, i, kind, tables, flags, columns)
        years = columns["lifetime_years"][n]
        missing = weighted.missing or use.missing
        lifetime = production.total + use.total
        if missing and not weighted.known and not use.known:
            lifetime = math.nan
        made = math.nan if math.isnan(weighted.value()) else production.total
        yield weighted.value(), made, use.value(), lifetime, lifetime / years, not missing


def _production(
    n: int, i: int, kind: int, tables: Tables, flags: Flags, columns: Columns
) -> tuple[_Tally, _Tally]:
    rows = range(columns["bill_start"][n], columns["bill_start"][n + 1])
    total = sum(columns["share"][b] for b in rows)
    r_factor, e_factor = columns["strategy_factor"][n], columns["end_of_life_factor"][n]
    if kind == Kind.APART:
        r_factor = e_factor = 1.0
    if kind == Kind.MASS:
        e_factor = 1.0
    weighted, production, ended = _Tally(), _Tally(), 0.0
    figure = columns["declared_production"][n][i] if "declared_production" in columns else math.nan
    if not math.isnan(figure):
        production.total += weighted.add(1.0, figure / columns["mass_kg"][n]) * r_factor
    for b in rows:
        share = columns["share"][b] / total
        if tables[4] is not None and kind == Kind.ORDINARY:
            ended += _ended(columns, n, b, i, share, tables[4], weighted)
        if math.isnan(figure):
            term = _material(n, b, i, kind, share, tables, columns, weighted)
            production.total += term if columns["added"][b] else term * r_factor
    if kind != Kind.MASS and math.isnan(figure):
        making = tables[1][columns["group"][n]][i]
        if math.isnan(making):
            goods = not rows or any(flags[0][columns["material"][b]] for b in rows)
            weighted.missing |= goods and not flags[1][columns["group"][n]]
        elif making != 0:
            production.total += weighted.add(1.0, making) * r_factor
    units = columns["count"][n] * (columns["lifetime_years"][n] if columns["consumed"][n] else 1.0)
    production.total *= columns["mass_kg"][n] * units * e_factor
    production.total += ended * columns["mass_kg"][n] * units
    return weighted, production


def _material(
    n: int, b: int, i: int, kind: int, share: float, tables: Tables, columns: Columns, weighted: _Tally
) -> float:
    """The term of one row of the bill, per kg of product."""
    primary, _processing, _kinds, secondary, footprint = tables
    material, recycled = columns["material"][b], columns["recycled"][b]
    if columns["strategy_factor"][n] < 1 and not columns["added"][b]:
        recycled = min(recycled, columns["kept_recycled_max"][b]) if "kept_recycled_max" in columns else 0.0
    if kind == Kind.APART:
        recycled = 0.0
    term = weighted.add(share * (1 - recycled), primary[material][i])
    if secondary is None or kind != Kind.ORDINARY:
        return term
    own, carried = 1.0, 0.0
    if footprint is not None:
        own, carried = float(footprint.allocation[material]), float(footprint.from_primary[material])
    if math.isnan(own) or math.isnan(carried):
        weighted.missing |= recycled != 0
        own, carried = float(np.nan_to_num(own)), float(np.nan_to_num(carried))
    term += weighted.add(share * recycled * own, secondary[material][i])
    return term + weighted.add(share * recycled * carried, primary[material][i])


def _ended(
    columns: Columns, n: int, b: int, i: int, share: float, footprint: CircularFootprint, weighted: _Tally
) -> float:
    """What happens to one row at the end; nothing to what is consumed."""
    if columns["consumed"][n]:
        return 0.0
    material = columns["material"][b]
    ways = zip(columns["ways"][b], footprint.treated[:, material, i].tolist(), strict=True)
    return sum(weighted.add(share * part, value) for part, value in ways)


def _use(n: int, i: int, kind: int, tables: Tables, flags: Flags, columns: Columns) -> _Tally:
    use = _Tally()
    for u in range(columns["use_start"][n], columns["use_start"][n + 1]):
        flow = columns["flow"][u]
        if kind == Kind.MASS and not (columns["repair"][u] and flags[0][flow]):
            continue
        once = columns["once"][u] and not columns["consumed"][n]
        use.add(columns["quantity"][u] * (1.0 if once else columns["lifetime_years"][n]), tables[0][flow][i])
    use.total *= columns["count"][n]
    return use
