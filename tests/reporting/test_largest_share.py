"""A total that rests on one contract says so: on every dashboard and over REST, never of what is hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from contracts.models import ContractEffect, StaleScope
from mvi_dashboard.ground.models import Organisation, Role
from tests import standing
from tests.worlds import World

from .made import copies

pytestmark = pytest.mark.django_db
WARNING = "Let op: 95\xa0%"


@standing.furnished
def furnish(made: World) -> None:
    """Six contracts of one organisation; one of them makes 95 of the 100 kg that are avoided."""
    made.build(["contract"])
    copies(5, reference_forecast=10.0, reference_estimated=10.0, avoided_forecast=1.0, avoided_estimated=1.0)
    first = ContractEffect.objects.filter(contract__reference="C-2024-001")
    first.update(
        reference_forecast=100.0, reference_estimated=100.0, avoided_forecast=95.0, avoided_estimated=95.0
    )


def _shares(world: World, national: str) -> None:
    Organisation.objects.filter(pk=world.city.pk).update(national_share=national)
    row = ContractEffect.objects.first()
    assert row is not None
    StaleScope.objects.create(organisation_id=row.organisation_id, group_id=row.group_id, year=row.year)


def _answer(world: World, role: str, query: str = "") -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {world.token(role)}"}
    answer = Client().get(f"/api/v1/reports/effects?indicator=climate{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


@pytest.mark.parametrize("query", ["", "&groupBy=productGroup,year"])
def test_rest_names_the_share_of_the_largest_contract(world: World, query: str) -> None:
    assert [row["largestShare"] for row in _answer(world, "contract-manager", query)] == [pytest.approx(0.95)]


def test_nothing_avoided_has_no_share(world: World) -> None:
    ContractEffect.objects.update(avoided_forecast=-1.0)
    _shares(world, "none")
    assert [row["largestShare"] for row in _answer(world, "contract-manager")] == [None]


@pytest.mark.parametrize("path", ["/dashboard/?jaren=purchase", "/dashboard/landelijk/?jaren=purchase"])
def test_every_dashboard_warns_for_one_contract_that_makes_the_number(world: World, path: str) -> None:
    _shares(world, "public")
    client = Client()
    client.force_login(world.person(Role.CONTRACT_MANAGER, world.city, "contractmanager-1"))
    assert WARNING in client.get(path).content.decode()


def test_who_shares_totals_only_gives_no_contract_away(world: World) -> None:
    _shares(world, "totals")
    assert {row["largestShare"] for row in _answer(world, "national-viewer")} == {None}
    client = Client()
    client.force_login(world.person(Role.NATIONAL_VIEWER, None, "landelijk-1"))
    assert "van één contract" not in client.get("/dashboard/landelijk/").content.decode()
