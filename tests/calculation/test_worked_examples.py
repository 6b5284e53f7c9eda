"""The worked examples: numbers worked out by hand, with their derivation in the file."""

from __future__ import annotations

import pytest

from indicators.calculation.golden import golden_case
from indicators.calculation.impact import assess

from .lines_of import (
    FOOD,
    ICT,
    INCLUDED,
    KWH,
    METAL,
    PACKAGING,
    PLASTIC,
    REFURBISHED,
    a_line,
    small_factors,
    worked_example,
)

CASES = {
    "laptop": a_line(
        [(METAL, 0.5, 0.2), (PLASTIC, 0.5, 0)], [(KWH, 50), (PACKAGING, 1, 1)],
        group=ICT, mass=2, count=2, years=5, e=0.9,
    ),
    "refurbished": a_line([(METAL, 0.6, 0.9), (PLASTIC, 0.4, 0.5, 1)], group=REFURBISHED, r=0.8),
    "repaired": a_line([(METAL, 1, 0)], [(METAL, 0.5, 0, 1)], group=INCLUDED),
    "meals": a_line([(FOOD, 1, 0)], [(KWH, 0.1)], mass=0.5, count=100, years=2, consumed=True),
}  # fmt: skip


@pytest.mark.parametrize(
    "row", worked_example("golden_sofa.csv"), ids=lambda row: "-".join(list(row.values())[:3])
)
def test_the_sofa_of_the_source_gives_the_numbers_of_its_own_formula(row):
    factors, lines = golden_case()
    results = assess(factors, lines)
    values = getattr(results, row["quantity"])
    line, indicator = ("new", "refurbished").index(row["line"]), factors.indicators.index(row["indicator"])
    assert values[line, indicator] == pytest.approx(float(row["expected"]), rel=1e-12)
    assert results.complete.all()


@pytest.mark.parametrize("row", worked_example("lines.csv"), ids=lambda row: "-".join(list(row.values())[:3]))
def test_a_line_worked_out_by_hand_is_what_the_core_calculates(row):
    factors = small_factors()
    results = assess(factors, CASES[row["case"]])
    value = getattr(results, row["quantity"])[0, factors.indicators.index(row["indicator"])]
    assert value == pytest.approx(float(row["expected"]), rel=1e-12)
