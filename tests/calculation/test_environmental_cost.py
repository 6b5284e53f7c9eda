"""The milieukosten-indicatie: k of n categories, and never a price for what is unknown."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation.environmental_cost import Category, MappedIndicator, environmental_cost
from indicators.calculation.errors import NegativeFactor

GWP = Category("GWP", "Klimaat", 0.116, [MappedIndicator("climate", 1.0, True)])
ACID = Category("AP", "Verzuring", 0.39, [MappedIndicator("acidification", math.nan, False)])
OZONE = Category("ODP", "Ozonlaag", 32.0)
TOXIC = Category("TOX", "Giftigheid", 2.0, [MappedIndicator("a", 0.5, True), MappedIndicator("b", 3.0, True)])


def test_the_worked_example() -> None:
    # The refurbished sofa: 126.931946667 kg CO2-eq x EUR 0.116 = EUR 14.7241058134; the other two are missing.
    found = environmental_cost([GWP, ACID, OZONE], {"climate": 126.931946667, "acidification": 5.0})
    assert found.value == pytest.approx(14.724105813372, abs=1e-12)
    assert (list(found.amounts), found.of, found.missing) == (["GWP"], 3, ["Verzuring", "Ozonlaag"])


def test_a_category_of_two_indicators_needs_both() -> None:
    # 0.5 x 4 + 3 x 2 = 8 units x EUR 2 = EUR 16.
    assert environmental_cost([TOXIC], {"a": 4.0, "b": 2.0}).value == 16
    assert environmental_cost([TOXIC], {"a": 4.0}).missing == ["Giftigheid"]


def test_another_quantity_does_not_count_even_with_the_same_unit() -> None:
    with_it = environmental_cost([GWP, ACID], {"climate": 1.0, "acidification": 9.0})
    assert with_it == environmental_cost([GWP, ACID], {"climate": 1.0})


@pytest.mark.parametrize("totals", [{}, {"climate": math.nan}])
def test_without_any_category_the_value_is_unknown_and_not_zero(totals: dict[str, float]) -> None:
    found = environmental_cost([GWP, OZONE], totals)
    assert math.isnan(found.value)
    assert found.missing == ["Klimaat", "Ozonlaag"]


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e6))
def test_it_is_linear_in_what_is_known(climate: float, a: float, times: float) -> None:
    one = environmental_cost([GWP, TOXIC], {"climate": climate, "a": a, "b": 1.0})
    many = environmental_cost([GWP, TOXIC], {"climate": climate * times, "a": a * times, "b": times})
    assert many.value == pytest.approx(one.value * times, rel=1e-9, abs=1e-9)
    assert len(many.amounts) + len(many.missing) == many.of == 2


@pytest.mark.parametrize(
    "wrong", [Category("X", "x", -1.0), Category("X", "x", 1.0, [MappedIndicator("climate", math.nan, True)])]
)
def test_a_price_or_factor_that_cannot_be_is_refused(wrong: Category) -> None:
    with pytest.raises(NegativeFactor):
        environmental_cost([wrong], {"climate": 1.0})
