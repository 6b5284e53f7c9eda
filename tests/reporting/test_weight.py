"""A page weighs in tons or in kilograms, whatever stands on it."""

from __future__ import annotations

import pytest

from reporting.selectors import Row
from reporting.views.figures import in_tons, scale_for
from reporting.views.summaries import other_indicators


def _row(unit: str, amount: float | None) -> Row:
    values = dict.fromkeys(("estimated", "estimated_of_forecast", "forecast"), amount)
    values |= {"realised_to_date": None, "incomplete_contracts": 0.0}
    return Row(keys={}, indicator=unit, unit=unit, name=unit, values=values)


CLIMATE, METAL, ENERGY = _row("kg CO2-eq", 250_000.0), _row("kg", 12.5), _row("MJ", 5_000_000.0)


@pytest.mark.parametrize(
    ("about", "tons"),
    [(CLIMATE, True), (METAL, False), (ENERGY, True), (_row("kg", None), False), (_row("kg", -10_000.0), True)],
)
def test_what_a_page_is_about_decides_its_weight(about: Row, tons: bool) -> None:
    assert in_tons(about, [CLIMATE, METAL, ENERGY]) is tons


@pytest.mark.parametrize(
    ("about", "units"), [(CLIMATE, {"ton CO2-eq", "ton", "MJ"}), (METAL, {"kg CO2-eq", "kg", "MJ"})]
)
def test_no_page_has_tons_and_kilograms(about: Row, units: set[str]) -> None:
    rows = [CLIMATE, METAL, ENERGY]
    table = other_indicators(rows, tons=in_tons(about, rows))
    assert {row[1] for row in table["rows"]} == units


def test_the_same_amount_is_written_in_either() -> None:
    assert scale_for(CLIMATE, tons=True).said(250_000.0) == "250"
    assert scale_for(CLIMATE, tons=False).said(250_000.0) == "250.000"
    assert scale_for(METAL, tons=True).said(12.5) == "0,0125"
    assert scale_for(ENERGY, tons=True).unit == "MJ"
