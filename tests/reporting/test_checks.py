"""`manage.py verify` finds totals that are wrong, absent or left over, from whichever side one looks."""

from __future__ import annotations

import pytest
from django.db.models import F

from contracts.models import ContractEffect
from reporting import services
from reporting.checks import cell_differences, effects_absent
from reporting.models import Cell
from tests import standing
from tests.worlds import World

pytestmark = pytest.mark.django_db


@standing.furnished
def furnish(made: World) -> None:
    made.build(["contract", "delivered"])
    services.put_right()
    assert [*cell_differences(), *effects_absent()] == []


def test_cells_without_effects_are_a_difference(world: World) -> None:
    ContractEffect.objects.all().delete()
    assert all("should not be there" in line for line in cell_differences())
    assert len(list(cell_differences())) == Cell.objects.filter(organisation__isnull=False).count()


def test_a_contract_without_effects_is_a_difference(world: World) -> None:
    ContractEffect.objects.filter(indicator__code="climate").delete()
    assert [line.split(":")[0] for line in effects_absent()] == [f"contract {world.names['contract']}"]


@pytest.mark.parametrize("own", [True, False])
def test_cells_that_are_absent_are_a_difference(world: World, own: bool) -> None:
    Cell.objects.filter(organisation__isnull=not own).delete()
    assert any("is absent" in line for line in cell_differences())


@pytest.mark.parametrize(
    "name", ["contracts", "new_contracts", "incomplete_contracts", "contracts_with_reference"]
)
def test_a_wrong_count_is_a_difference(world: World, name: str) -> None:
    first = Cell.objects.filter(organisation__isnull=False, year_view="spread").earliest("pk")
    Cell.objects.filter(pk=first.pk).update(**{name: F(name) + 1})
    assert any(f": {name} of" in line for line in cell_differences())
