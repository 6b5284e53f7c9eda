"""A calendar year compares what falls in it with a reference that does, and says what it does not know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client

from contracts.kinds import kind_named
from contracts.models import Contract, ContractEffect
from contracts.selectors import SERIES, VIEWS, unpack_years
from mvi_dashboard.ground.models import Role
from reporting import services
from reporting.models import SharedCell
from reporting.selectors import YEARLY_FIELDS, Question, scope_of, yearly_values
from reporting.services.shared import shared_cells
from tests import standing, worlds
from tests.contracts.conftest import ARM_REST, CHAIR, ITEM
from tests.worlds import World

from .made import copies

pytestmark = pytest.mark.django_db


@standing.furnished
def furnish(made: World) -> None:
    """A contract for chairs with a reference, of which the material use is not known; all delivered."""
    made.build([])
    made.names["bidDocument"] = worlds.bid_document("", lines=[CHAIR, ARM_REST])
    contract = worlds._contract_from(made, "C-2024-001", items=[ITEM])
    for row in contract.lines.select_related("bid_line"):
        document = {"line": str(row.public_id), "date": "2024-02-01", "count": 100}
        kind_named("delivery").log(made.manager, contract_id=str(contract.public_id), document=document)
    made.names["contract"] = str(contract.public_id)


def years_of(indicator: str, view: str) -> dict[int, dict[str, float | None]]:
    effect = ContractEffect.objects.filter(indicator__code=indicator).values(*YEARLY_FIELDS)[0]
    return dict(yearly_values(effect, view))


def test_the_reference_is_made_in_the_year_in_which_the_goods_are_delivered(world: World) -> None:
    stored = ContractEffect.objects.get(indicator__code="climate")
    table = unpack_years(stored.spread_first_year, stored.spread).values
    delivered = 2024 - stored.spread_first_year
    for name in ("estimated", "forecast"):
        own, reference = (table["realised", which] for which in (name, f"reference_{name}"))
        assert own[delivered] == max(own)
        assert reference[delivered] == max(reference)
        assert reference[delivered] > 2 * reference[delivered + 1], "not an equal part of it in every year of use"


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_not_known_is_incomplete_in_every_year_in_which_the_contract_has_something(
    world: World, view: str
) -> None:
    known, unknown = years_of("climate", view), years_of("materials", view)
    assert len(known) > 2
    assert set(unknown) == set(known)
    for values in unknown.values():
        assert values["incomplete_contracts"] == 1
        assert values.get("estimated") is None


@pytest.mark.parametrize("view", VIEWS)
def test_a_total_of_a_year_says_unknown_and_not_nothing(world: World, view: str) -> None:
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    for keys in ((), ("contract",)):
        asked = Question(year_view=view, year=2025, indicator="materials", group_by=keys)
        row = services.read_effects(scope_of(policy), asked).rows[0]
        assert row.values["estimated"] is None
        assert row.values["contracts"] == row.values["incomplete_contracts"] == 1


def test_a_part_that_is_shared_says_the_same(world: World) -> None:
    contract = Contract.objects.get()
    effect = ContractEffect.objects.get(indicator__code="materials")
    assert np.isnan(unpack_years(effect.spread_first_year, effect.spread).values["realised", SERIES[0]]).any()
    copies(9)
    cells = [
        cell
        for cell in shared_cells(effect.basis, contract.organisation_id)
        if cell.indicator_id == effect.indicator_id and cell.year_view == "realised"
    ]
    assert cells
    assert isinstance(cells[0], SharedCell)
    for cell in cells:
        assert cell.estimated is None
        assert cell.contracts == cell.incomplete_contracts == 10


def page(world: World, address: str) -> Any:
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    return client.get(address)


def test_an_unknown_indicator_stands_among_the_others_of_a_year(world: World) -> None:
    rows = page(world, "/dashboard/?jaar=2025").context["indicators"]["rows"]
    unknown = [row for row in rows if row[2] == "onbekend"]
    assert unknown
    assert all(row[5] == "1" for row in unknown)
