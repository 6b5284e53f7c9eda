"""Ranges of factors: what they may be, and the same factors at one of their values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indicators.calculation.errors import (
    CalculationError,
    OutsideRange,
    RangeOutOfOrder,
    RangeTooWide,
    RangeWithoutValue,
    ShapeMismatch,
    UnknownItem,
)
from indicators.calculation.ranges import Ranges

from .lines_of import ICT, METAL, MYSTERY, PLASTIC, small_factors
from .ranged import with_ranges
from .test_circular_footprint import cff

ONE = {
    "is_processing": [True], "row": [ICT], "recycled": [False], "indicator": [0], "low": [120.0],
    "central": [156.0], "high": [200.0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"low": [157]}, RangeOutOfOrder),
        ({"high": [155]}, RangeOutOfOrder),
        ({"low": [-1]}, RangeOutOfOrder),
        ({"high": [np.inf]}, RangeOutOfOrder),
        ({"central": [np.nan]}, RangeOutOfOrder),
        ({"low": [0.1], "high": [200]}, RangeTooWide),
        ({"central": [150]}, RangeWithoutValue),
        ({"is_processing": [False], "row": [MYSTERY]}, RangeWithoutValue),
        ({"row": [5]}, UnknownItem),
        ({"row": [-1]}, UnknownItem),
        ({"indicator": [3]}, UnknownItem),
        ({"recycled": [True]}, ShapeMismatch),
        ({"is_processing": [False], "recycled": [True]}, ShapeMismatch),
        ({"low": [1, 2]}, ShapeMismatch),
        ({name: value * 2 for name, value in ONE.items()}, ShapeMismatch),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else each.__name__,
)
def test_a_range_that_cannot_be_is_refused(changes, error):
    with pytest.raises(error) as refused:
        replace(small_factors(), ranges=Ranges(**(ONE | changes)))
    assert isinstance(refused.value, CalculationError)


def test_a_range_from_zero_may_be_as_wide_as_it_is():
    assert replace(small_factors(), ranges=Ranges(**(ONE | {"low": [0]}))).at_low().processing[ICT, 0] == 0


def test_all_ranges_are_low_or_high_at_once_and_nothing_else_changes():
    factors = with_ranges(small_factors(), ((True, ICT, False, 0), 120, 200), ((False, METAL, False, 0), 8, 14))
    low, high = factors.at_low(), factors.at_high()
    assert (low.processing[ICT, 0], low.primary[METAL, 0]) == (120, 8)
    assert (high.processing[ICT, 0], high.primary[METAL, 0]) == (200, 14)
    assert low.ranges is high.ranges is None
    np.testing.assert_array_equal(low.primary[PLASTIC:], factors.primary[PLASTIC:])
    assert factors.processing[ICT, 0] == 156


def test_one_range_is_settled_while_the_others_stay_open():
    factors = with_ranges(small_factors(), ((True, ICT, False, 0), 120, 200), ((False, METAL, False, 0), 8, 14))
    settled = factors.with_range(0, 130)
    assert settled.processing[ICT, 0] == 130
    assert settled.ranges.high.tolist() == [14]
    with pytest.raises(OutsideRange):
        factors.with_range(1, 15)
    with pytest.raises(OutsideRange):
        factors.at_values([130])


def test_without_ranges_there_is_one_value():
    factors = small_factors()
    assert factors.at_low() is factors.at_high() is factors


def test_in_a_closed_loop_what_recycling_replaces_moves_along():
    factors = with_ranges(cff(), ((False, METAL, False, 0), 5, 20), ((False, PLASTIC, True, 0), 1, 2))
    high = factors.at_high()
    assert high.footprint.substituted[METAL, 0] == high.primary[METAL, 0] == 20
    assert high.footprint.recycling[PLASTIC, 0] == high.recycled[PLASTIC, 0] == 2
    other = with_ranges(cff(substituted=small_factors().primary * 0.9), ((False, METAL, False, 0), 5, 20))
    assert other.at_high().footprint.substituted[METAL, 0] == 9
