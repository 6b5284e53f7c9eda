"""What an organisation that shares totals only gives away: never a single contract, however one asks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client

from contracts.models import Contract, ContractEffect, StaleScope
from mvi_dashboard.ground.models import Organisation, Role
from reporting import services
from reporting.models.cells import COUNTED, SUMMED
from reporting.selectors import Question, Row, Scope, national_scope, scope_of
from tests import corpus
from tests.reporting.made import contract_in, copies
from tests.worlds import World

pytestmark = pytest.mark.django_db
PLACES = [
    *(("kantoormeubilair", "klimaat", 2023, number) for number in (5, 6)),
    ("kantoormeubilair", "circulair", 2023, 1),
    ("ict-hardware", "klimaat", 2024, 5),
    ("ict-hardware", "circulair", 2023, 2),
    ("papier", "klimaat", 2023, 1),
    ("catering", "circulair", 2024, 6),
]
"""Group, theme, year of award, and how many contracts there are"""
YEARS = (2025, 2026)


@pytest.fixture
def world(reference: None) -> World:
    made = World(corpus.this_moment())
    made.build(["contract"])
    return made


def country(world: World) -> Scope:
    """The scope of the national viewer."""
    return national_scope(world.actor(Role.NATIONAL_VIEWER, None, "landelijk-1"))


def only(*places: tuple[str, str, int, int]) -> int:
    """These contracts and no other; the n-th has 2 ** (2n + k) in its k-th year, so that a sum names its parts."""
    number = 0
    for group, theme, year, count in places:
        for _ in range(count):
            amounts = {one: 2.0 ** (2 * number + place) for place, one in enumerate(YEARS)}
            if number % 4:  # the second year has few contracts of each kind
                amounts.pop(YEARS[1])
            contract_in(group, theme, year, sum(amounts.values()), amounts)
            number += 1
    first = Contract.objects.get(reference="C-2024-001")
    ContractEffect.objects.filter(contract=first).delete()
    return number


def questions() -> Iterator[Question]:
    """What somebody may combine."""
    keys = ("organisation", "cluster", "productGroup", "theme", "year")
    groupings = [some for size in range(4) for some in itertools.combinations(keys, size)]
    filters: list[dict[str, Any]] = [{}]
    filters += [{"group": group} for group in ("kantoormeubilair", "ict-hardware", "papier", "catering")]
    filters += [{"theme": "klimaat"}, {"theme": "circulair"}, {"year": 2023}, {"year": 2024}]
    filters += [{"year": year} for year in YEARS] + [{"cluster": "kantoorfaciliteiten"}]
    filters += [one | other for one, other in itertools.combinations(filters[1:], 2) if not set(one) & set(other)]
    for view in ("purchase", "spread", "realised"):
        for grouping, found in itertools.product(groupings, filters):
            yield Question(year_view=view, indicator="climate", group_by=grouping, **found)


def parts_of(row: Row, number: int) -> list[float]:
    """Which amounts are in this sum."""
    bits = int(row.values["estimated"] or 0)
    assert bits < 4**number
    return [float(bits >> place & 1) for place in range(2 * number)]


def test_no_combination_of_answers_gives_the_amount_of_a_single_contract(world: World) -> None:
    number = only(*PLACES)
    scope = country(world)
    answers = set()
    asked = list(questions())
    for question in asked[:: len(asked) // 400]:
        for row in services.read_effects(scope, question).rows:
            assert row.withheld == (row.values["estimated"] is None)
            if not row.withheld:
                answers.add((question.year_view == "purchase", tuple(parts_of(row, number))))
    known = np.array([parts for _purchase, parts in answers])
    assert len(known) > 3, "whole groups are shared"
    for contract in range(number):
        for wanted in ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0)):
            secret = np.zeros(2 * number)
            secret[2 * contract : 2 * contract + 2] = wanted if contract % 4 == 0 else (wanted[0], 0.0)
            if secret.any():
                found, *_rest = np.linalg.lstsq(known.T, secret, rcond=None)
                assert not np.allclose(known.T @ found, secret, atol=1e-6), (contract, wanted)


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
@pytest.mark.parametrize(
    "filters",
    [
        {"group": "kantoormeubilair"},
        {"theme": "klimaat"},
        {"year": 2024},
        {"group": "kantoormeubilair", "theme": "klimaat"},
        {"group_by": ("productGroup",)},
        {"group_by": ("organisation", "year")},
    ],
)
def test_a_filter_that_selects_fewer_than_five_contracts_is_not_answered(
    world: World, view: str, filters: dict[str, Any]
) -> None:
    only(("kantoormeubilair", "klimaat", 2024, 1))
    found = services.read_effects(country(world), Question(year_view=view, indicator="climate", **filters)).rows
    if filters.get("year") and view != "purchase":
        assert found == []
        return
    assert [row.withheld for row in found] == [True]
    assert {found[0].values[name] for name in (*SUMMED, *COUNTED)} == {None}


def test_years_do_not_make_one_contract_into_five(world: World) -> None:
    world.build(["delivered"])
    found = services.read_effects(
        country(world), Question(year_view="spread", indicator="climate", group="kantoormeubilair")
    )
    assert [row.withheld for row in found.rows] == [True]


def test_what_is_left_of_the_total_is_never_one_group_of_few_contracts(world: World) -> None:
    only(
        ("kantoormeubilair", "klimaat", 2023, 7),
        ("ict-hardware", "klimaat", 2023, 5),
        ("papier", "klimaat", 2023, 1),
    )
    found = services.read_effects(country(world), Question(indicator="climate", group_by=("productGroup",))).rows
    shown = [(row.keys["productGroup"][0], row.values["contracts"]) for row in found]
    assert shown == [("kantoormeubilair", 7), (None, None)]


def test_the_whole_of_an_organisation_is_shared(world: World) -> None:
    total = services.read_effects(country(world), Question(indicator="climate", year_view="spread")).rows
    assert [(row.withheld, row.values["contracts"]) for row in total] == [(False, 1)]


def test_who_shares_contracts_or_asks_about_the_own_organisation_gets_every_row(world: World) -> None:
    question = Question(indicator="climate", group="kantoormeubilair", group_by=("theme", "year"))
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    assert [row.withheld for row in services.read_effects(scope_of(policy), question).rows] == [False]
    Organisation.objects.filter(pk=world.city.pk).update(national_share="contracts")
    assert [row.withheld for row in services.read_effects(country(world), question).rows] == [False]


def test_the_api_and_the_csv_give_no_numbers_of_what_is_withheld(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.token('national-viewer')}"}
    path = "/api/v1/reports/effects?indicator=climate&organisation=voorbeeldstad&productGroup=kantoormeubilair"
    row = Client().get(path, headers=headers).json()["results"][0]
    numbers = {name: value for name, value in row.items() if name not in ("indicator", "unit", "withheld")}
    assert numbers["reference"] == numbers["avoided"] == {"estimated": None, "forecast": None}
    assert all(value is None for value in numbers.values() if not isinstance(value, dict))
    text = Client().get(path, headers=headers | {"Accept": "text/csv"}).content.decode()
    assert not any(digit in text.splitlines()[1].replace("kg CO2-eq", "") for digit in "0123456789")


def test_many_contracts_are_told_apart_by_group_theme_and_year(world: World) -> None:
    copies(9)
    assert StaleScope.objects.exists()
    keys = ("productGroup", "theme", "year")
    found = services.read_effects(country(world), Question(indicator="climate", group_by=keys)).rows
    assert [(row.withheld, row.values["contracts"]) for row in found] == [(False, 10)]
