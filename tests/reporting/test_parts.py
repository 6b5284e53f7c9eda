"""What the rows of one part tell together: many parts made by chance, attacked by linear algebra."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from reporting.selectors import Part, Row
from reporting.selectors.years_told import View, years_told
from reporting.services.shared import part_rows
from tests.reporting import attack

PARTS = 400


def rows_of(secrets: list[attack.Secret]) -> list[tuple[str, int | None, Row]]:
    """(year view, year, row) of a part with these contracts."""
    own = {number: {**attack.fields_of(secret), "year": secret.year} for number, secret in enumerate(secrets)}
    part = Part(tuple(own), 1, 1, secrets[0].year)
    return [
        (view, year, Row({}, "climate", "kg", "klimaat", values)) for view, year, values in part_rows(part, own)
    ]


def secrets_of(seed: int) -> list[attack.Secret]:
    """From five to twelve contracts in one part."""
    number = random.Random(seed).randrange(5, 13)
    return attack.secrets_of(seed, [(1, "papier", "klimaat", 2023, number)])


def test_the_rows_of_a_part_together_tell_of_no_fewer_than_five_contracts() -> None:
    told: Counter[tuple[str, str]] = Counter()
    for seed in range(PARTS):
        secrets = secrets_of(seed)
        found = []
        for view, year, row in rows_of(secrets):
            found += attack.equations([row], view, secrets)
            told.update(
                (view if year is None else f"{view} per year", name) for name in row.values if row.values[name]
            )
        assert attack.isolated(found) == [], seed
    for bound in ("estimated_low", "forecast_low", "forecast_high"):
        assert told["purchase per year", bound] > PARTS / 100, (bound, "is told often enough to be attacked")
    for name in ("estimated", "forecast", "realised_to_date", "avoided_estimated", "avoided_forecast"):
        for view in ("purchase per year", "spread", "realised", "spread per year", "realised per year"):
            assert told[view, name] > PARTS / 20, (view, name, "is told often enough to be attacked")


@pytest.mark.parametrize(("beginning", "told"), [(0, 3), (1, 0), (4, 0), (5, 3)])
def test_years_that_differ_in_few_contracts_are_not_told_apart(beginning: int, told: int) -> None:
    # Twelve contracts of the same amount every year, of which some begin in the second of three years.
    table = np.outer(np.arange(1.0, 13.0), np.ones(3))
    table[12 - beginning :, 0] = 0.0
    view = View(table != 0, {"estimated": table})
    apart = years_told({"spread": view, "realised": view}, {"estimated": table.sum(axis=1)})
    # One year alone would give them away as well: twice that year less the other two is theirs.
    assert {name: int(found.sum()) for name, found in apart.items()} == {"spread": told, "realised": told}
