"""Unknown is not zero: which factors a result needs, and what it is without them."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.calculation.explain import MissingFactor, missing_factors, trace, use_trace
from indicators.calculation.impact import assess, totals

from .lines_of import (
    ICT,
    KWH,
    MATERIALS_ONLY,
    METAL,
    MYSTERY,
    PLASTIC,
    REFURBISHED,
    UNKNOWN,
    UNKNOWN_FLOW,
    a_line,
    joined,
    random_lines,
    small_factors,
)

CLIMATE, ABIOTIC, BIOGENIC = range(3)


def test_a_material_without_a_factor_makes_the_result_incomplete_and_is_named_with_its_share():
    factors, line = small_factors(), a_line([(METAL, 3, 0), (MYSTERY, 1, 0)])
    results = assess(factors, line)
    assert results.complete[0].tolist() == [False, True, False]
    assert results.weighted[0, CLIMATE] == 7.5
    assert missing_factors(factors, line, 0)["climate"] == [MissingFactor("mystery", 0.25)]


def test_a_fully_recycled_material_needs_no_factor_except_for_biogenic_uptake():
    results = assess(small_factors(), a_line([(METAL, 0.5, 0), (MYSTERY, 0.5, 1)]))
    assert results.complete[0].tolist() == [True, True, False]


def test_a_result_without_any_known_factor_is_null():
    results = assess(small_factors(), a_line([(MYSTERY, 1, 0)]))
    assert np.isnan(results.lifetime[0, CLIMATE])
    assert np.isnan(results.weighted[0, CLIMATE])
    assert results.lifetime[0, ABIOTIC] == 1


def test_what_is_delivered_as_a_flow_needs_no_factor_for_its_making():
    factors, travel = small_factors(), a_line([(KWH, 1, 0)], group=UNKNOWN)
    assert assess(factors, travel).complete[0, CLIMATE]
    assert missing_factors(factors, travel, 0)["climate"] == []
    mixed = a_line([(KWH, 0.5, 0), (METAL, 0.5, 0)], group=UNKNOWN)
    assert not assess(factors, mixed).complete[0, CLIMATE]


def test_known_use_beside_unknown_production_is_the_sum_of_what_is_known():
    results = assess(small_factors(), a_line([(MYSTERY, 1, 0)], [(KWH, 10)]))
    assert np.isnan(results.production[0, CLIMATE])
    assert results.lifetime[0, CLIMATE] == 16
    assert not results.complete[0, CLIMATE]


def test_unknown_processing_is_a_missing_factor_of_its_own():
    factors, line = small_factors(), a_line([(METAL, 1, 0)], group=UNKNOWN)
    assert missing_factors(factors, line, 0)["climate"] == [MissingFactor("processing", None)]
    assert missing_factors(factors, line, 0)["primary_abiotic"] == []


def test_a_group_marked_materials_only_misses_no_processing():
    assert assess(small_factors(), a_line([(METAL, 1, 0)], group=MATERIALS_ONLY)).complete.all()


def test_a_flow_without_a_factor_is_missing_unless_its_quantity_is_zero():
    factors = small_factors()
    missing = a_line([(METAL, 1, 0)], [(UNKNOWN_FLOW, 2)])
    none = a_line([(METAL, 1, 0)], [(UNKNOWN_FLOW, 0)])
    assert missing_factors(factors, missing, 0)["climate"] == [MissingFactor("unknown-flow", None)]
    assert assess(factors, missing).complete[0].tolist() == [False, True, False]
    assert assess(factors, none).complete.all()


def test_a_total_sums_what_is_known_and_counts_the_incomplete_lines():
    lines = joined(a_line([(METAL, 1, 0)]), a_line([(MYSTERY, 1, 0)]))
    sums = totals(assess(small_factors(), lines))
    assert sums.lifetime[CLIMATE] == 10
    assert sums.incomplete_lines.tolist() == [1, 0, 1]
    assert sums.complete.tolist() == [False, True, False]


def test_the_trace_rows_sum_to_the_weighted_impact():
    factors, lines = random_lines(3, 12)
    results = assess(factors, lines)
    for line in range(12):
        rows = trace(factors, lines, line)
        for i, indicator in enumerate(factors.indicators):
            per_kg = [row.per_kg for row in rows if row.indicator == indicator]
            if not np.isnan(results.weighted[line, i]):
                assert np.nansum(per_kg) == pytest.approx(results.weighted[line, i], rel=1e-12, abs=1e-12)


def test_the_missing_factors_are_named_exactly_where_the_result_is_incomplete():
    factors, lines = random_lines(4, 12)
    complete = assess(factors, lines).complete
    for line in range(12):
        named = missing_factors(factors, lines, line)
        assert [not named[code] for code in factors.indicators] == complete[line].tolist()


def test_the_trace_shows_processing_and_the_recycled_content_that_did_not_count():
    line = a_line([(METAL, 0.6, 0.9), (PLASTIC, 0.4, 0.5, 1)], group=REFURBISHED, r=0.8)
    rows = [row for row in trace(small_factors(), line, 0) if row.indicator == "climate"]
    assert [(row.item, row.recycled, row.recycled_counted) for row in rows] == [
        ("metal", 0.9, 0.0),
        ("plastic", 0.5, 0.5),
        ("processing", None, None),
    ]


def test_the_use_trace_sums_to_the_use_of_one_item():
    line = a_line([(METAL, 1, 0)], [(KWH, 10), (METAL, 2, 0, 1)], group=ICT)
    results = assess(small_factors(), line)
    rows = use_trace(small_factors(), line, 0)
    for i, indicator in enumerate(small_factors().indicators):
        assert sum(r.per_item for r in rows if r.indicator == indicator) == pytest.approx(results.use[0, i])
