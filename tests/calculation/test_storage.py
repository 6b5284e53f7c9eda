"""What is stored comes back bit for bit, and the same inputs have the same hash."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pytest

from indicators.calculation.impact import assess
from indicators.calculation.quality import class_split, worst_class
from indicators.calculation.storage import STORED, canonical_json, input_hash, pack_result, unpack_result

from .lines_of import random_lines


def test_a_packed_result_comes_back_bit_for_bit():
    factors, lines = random_lines(6, 8)
    results = assess(factors, lines)
    for line in range(8):
        stored = unpack_result(*pack_result(results, line), indicators=5)
        for name in STORED:
            np.testing.assert_array_equal(getattr(stored, name), getattr(results, name)[line])
        assert (stored.complete == results.complete[line]).all()


def test_the_bytes_stand_per_indicator_in_the_order_of_the_basis():
    factors, lines = random_lines(6, 1)
    results = assess(factors, lines)
    table = np.frombuffer(pack_result(results, 0)[0]).reshape(5, 5)
    np.testing.assert_array_equal(table[1], [getattr(results, name)[0, 1] for name in STORED])


def test_the_same_inputs_have_the_same_hash_however_they_are_spelled():
    first = {"mass": Decimal("67.000"), "rows": [{"material": "wood", "share": Decimal("0.5")}]}
    second = {"rows": ({"share": Decimal("0.50"), "material": "wood"},), "mass": Decimal(67)}
    assert input_hash(first, "basis-1") == input_hash(second, "basis-1")
    assert input_hash(first, "basis-1").startswith("sha256:")
    assert input_hash(first, "basis-1") != input_hash(first, "basis-2")


@pytest.mark.parametrize(
    ("value", "spelling"),
    [(Decimal("100"), '"100"'), (Decimal("0.00"), '"0"'), (datetime.date(2026, 1, 2), '"2026-01-02"')],
)
def test_a_value_has_one_spelling(value, spelling):
    assert canonical_json(value) == spelling


def test_the_split_over_classes_of_data_is_of_the_absolute_impact():
    split = class_split([[60, np.nan], [-30, 5], [10, 0]], ["supplier", "measured", "average"])
    np.testing.assert_allclose(split, [[0.3, 0, 0.6, 0.1, 0], [1, 0, 0, 0, 0]])


def test_the_worst_class_counts_from_five_percent():
    assert worst_class([0.5, 0.46, 0, 0.04, 0]) == "verified"
    assert worst_class([np.nan] * 5) is None
