"""Factors that are known between bounds, to calculate with in tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indicators.calculation.bounds import NO_RANGES
from indicators.calculation.end_of_life import CircularFootprint
from indicators.calculation.factors import Factors, Formula
from indicators.calculation.lines import Lines
from indicators.calculation.ranges import Ranges

from .lines_of import random_lines

Place = tuple[bool, int, bool, int]
"""processing, row, recycled, indicator"""


def with_ranges(factors: Factors, *ranges: tuple[Place, float, float]) -> Factors:
    """The factors with a range at each place: (place, low, high), around the value of the table."""
    rows = []
    for (processing, row, recycled, indicator), low, high in ranges:
        table = factors.processing if processing else factors.recycled if recycled else factors.primary
        rows.append((processing, row, recycled, indicator, low, table[row, indicator], high))
    return replace(factors, ranges=Ranges(*zip(*rows, strict=True)) if rows else NO_RANGES)


def random_case(
    seed: int, length: int, formula: Formula = Formula.METABOLIC, *, many: int = 40
) -> tuple[Factors, Lines]:
    """Lines of every kind on factors with holes, some of which are known between bounds only."""
    factors, lines = random_lines(seed, length)
    draw = np.random.default_rng(seed + 1)
    if formula is not Formula.METABOLIC:
        recycled = np.where(draw.random((30, 5)) < 0.2, np.nan, draw.random((30, 5)))
        footprint = None
        if formula is Formula.PEF_CFF:
            vector = lambda: np.where(draw.random(30) < 0.1, np.nan, draw.random(30))  # noqa: E731
            table = lambda: np.where(draw.random((30, 5)) < 0.1, np.nan, draw.random((30, 5)))  # noqa: E731
            footprint = CircularFootprint(
                vector(), vector(), vector(), vector(), recycled, factors.primary, table(), table(), table()
            )
        factors = replace(factors, recycled=recycled, formula=formula, footprint=footprint)
        ends = draw.random((2, len(lines.material))) / 2
        lines = replace(lines, recycled_at_end=ends[0], recovered_at_end=ends[1])
    places = [
        (True, row, False, i) for row in range(6) for i in range(5) if not np.isnan(factors.processing[row, i])
    ]
    places += [
        (False, row, False, i) for row in range(30) for i in range(5) if not np.isnan(factors.primary[row, i])
    ]
    if factors.recycled is not None:
        known = np.argwhere(~np.isnan(factors.recycled))
        places += [(False, int(row), True, int(i)) for row, i in known]
    chosen = draw.permutation(len(places))[:many]
    wide = []
    for number in chosen.tolist():
        processing, row, again, i = places[number]
        table = factors.processing if processing else factors.recycled if again else factors.primary
        value = float(table[row, i])
        wide.append((places[number], value * draw.choice([0, 0.2, 0.9, 1]), value * draw.choice([1, 1.1, 4])))
    ranged = [(place, low, high if low == 0 else min(high, low * 1000)) for place, low, high in wide]
    return with_ranges(factors, *ranged), lines
