"""The tables behind declarations: they name indicators that exist, in their own unit, and each thing once."""

from __future__ import annotations

import csv
from collections import Counter

from django.conf import settings

from indicators.factors.exchange.epd import tables, units

OURS = settings.BASE_DIR / "fixtures" / "reference-2026.1" / "indicators.csv"


def our_units() -> dict[str, str]:
    with OURS.open(encoding="utf-8", newline="") as text:
        return {row["code"]: row["unit"] for row in csv.DictReader(text)}


def test_what_is_the_same_quantity_has_our_indicator_and_our_unit() -> None:
    ours = our_units()
    same = [known for known in tables.indicators() if known.same_quantity]
    assert {known.code for known in same} == {"GWP", "GWP-total", "PENRT", "FW"}
    assert all(known.unit == ours[known.indicator] for known in same)
    assert all(known.indicator in ours for known in tables.indicators() if known.indicator)


def test_every_identifier_stands_once_and_every_row_has_a_reason() -> None:
    twice = [key for key, count in Counter(known.key for known in tables.indicators()).items() if count > 1]
    assert twice == []
    assert all(known.reason for known in tables.indicators())
    assert all(known.most_per_kg for known in tables.indicators() if known.same_quantity)


def test_the_density_of_anything_closes_the_list_and_no_range_is_empty() -> None:
    *kinds, anything = tables.densities()
    assert anything.words == ()
    assert all(kind.words for kind in kinds)
    assert all(0 < kind.least < kind.most <= anything.most for kind in kinds)


def test_units_of_properties_and_groups_can_be_read() -> None:
    for name, unit in tables.units_of_keys().values():
        assert units.ratio(unit, unit) == 1 or units.indicator_ratio(unit, unit) == 1, name


def test_a_unit_is_never_an_expression() -> None:
    for text in ("9^9^9^9", "kg^99", "kg**kg", "__import__", "kg kg", "", "1e9*kg"):
        assert units.ratio(text, "kg") is None, text
