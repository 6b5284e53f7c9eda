"""Units of factors fit or do not; nothing is converted that was not meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.calculation.units import conversion


@pytest.mark.parametrize(
    ("given", "wanted", "times"),
    [
        ("kg CO2-eq/kg", "kg CO2-eq/kg", "1"),
        ("g CO2e/kg", "kg CO2-eq/kg", "0.001"),
        ("kg CO2 eq/t", "kg CO2-eq/kg", "0.001"),
        ("g CO₂-eq/g", "kg CO2-eq/kg", "1"),
        ("kWh/kg", "MJ/kg", "3.6"),
        ("l/kg", "m3/kg", "0.001"),
        ("m³/kg", "m3/kg", "1"),
        ("m2·yr/ton", "m2·yr/kg", "0.001"),
    ],
)
def test_a_unit_that_fits_is_converted(given: str, wanted: str, times: str) -> None:
    assert conversion(given, wanted) == Decimal(times)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("kg CO2-eq/kWh", "kg CO2-eq/kg"),
        ("kg SO2-eq/kg", "kg CO2-eq/kg"),
        ("kg CO2/kg", "kg CO2-eq/kg"),
        ("MJ/kg", "kg CO2-eq/kg"),
        ("kg CO2-eq", "kg CO2-eq/kg"),
        ("kg CO2-eq/stuk", "kg CO2-eq/kg"),
        ("", "MJ/kg"),
    ],
)
def test_a_unit_that_does_not_fit_is_not_converted(given: str, wanted: str) -> None:
    assert conversion(given, wanted) is None
