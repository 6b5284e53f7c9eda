"""Totals are equal in every year view and grouping, to the last measure, and each contract counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.kinds import kind_named
from contracts.models import Contract, ContractEffect
from mvi_dashboard.ground.models import Role
from reporting import services
from reporting.models.cells import COUNTED
from reporting.selectors import Question, Row, scope_of
from tests import standing, worlds
from tests.contracts.conftest import ARM_REST, CHAIR, ITEM
from tests.worlds import World

pytestmark = pytest.mark.django_db
MEASURES = (
    *("estimated", "forecast", "realised_to_date", "reference_estimated", "reference_forecast"),
    *("avoided_estimated", "avoided_forecast", *COUNTED),
)


@standing.furnished
def furnish(made: World) -> None:
    """A contract for chairs and one for chairs with arm rests and a reference, both partly delivered."""
    made.build(["contract", "delivered"])
    made.names.pop("bid")
    made.names["bidDocument"] = worlds.bid_document("", lines=[CHAIR, ARM_REST])
    contract = worlds._contract_from(made, "C-2024-002", items=[ITEM])
    made.names |= {"second": str(contract.public_id)}
    made.names |= {row.bid_line.reference: str(row.public_id) for row in contract.lines.select_related("bid_line")}


@pytest.fixture
def log(world: World) -> Callable[..., Any]:
    """Logs on the second contract: `log("delivery", line=..., date="2024-02-01", count=60)`."""

    def make(kind: str, **document: Any) -> Any:
        act = kind_named(kind).log
        return act(world.manager, contract_id=world.names["second"], document=document)

    return make


def read(world: World, **asked: Any) -> list[Row]:
    """The rows for the policy officer."""
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    return services.read_effects(scope_of(policy), Question(**asked)).rows


def sums(rows: list[Row], names: tuple[str, ...] = MEASURES) -> dict[tuple[str, str], float]:
    """Per indicator and measure what the rows come to; unknown as nothing."""
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        for name in names:
            found[row.indicator, name] = found.get((row.indicator, name), 0.0) + (row.values[name] or 0.0)
    return found


@pytest.mark.parametrize("view", ["spread", "realised"])
def test_every_year_view_has_the_totals_of_the_year_of_award(
    world: World, log: Callable[..., Any], view: str
) -> None:
    log("delivery", line=world.names["stoel"], date="2024-02-10", count=60)
    log("delivery", line=world.names["leuning"], date="2024-02-10", count=60)
    log("retirement", line=world.names["stoel"], date="2025-06-01", count=7, destination="recycle")
    whole = sums(read(world))
    assert any(value for (_indicator, name), value in whole.items() if name == "avoided_forecast")
    # To date is what is written off by then in the spread view, and what happened by then in the others.
    same = tuple(name for name in MEASURES if view != "spread" or not name.endswith("_to_date"))
    expected = {key: value for key, value in whole.items() if key[1] in same}
    assert sums(read(world, year_view=view), same) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
@pytest.mark.parametrize("year", [None, 2024])
def test_totals_per_contract_or_supplier_are_those_of_the_stored_totals(
    world: World, view: str, year: int | None
) -> None:
    whole = sums(read(world, year_view=view, year=year))
    measures = tuple(name for name in MEASURES if name not in COUNTED)
    for keys in (("contract",), ("supplier",), ("productGroup", "theme")):
        rows = read(world, year_view=view, year=year, group_by=keys)
        assert sums(rows) == pytest.approx(whole, rel=1e-9), keys
    rows = read(world, year_view=view, year=year, group_by=("contract", "year"))
    by_year = read(world, year_view=view, year=year, group_by=("year",))
    assert sums(rows) == pytest.approx(sums(by_year), rel=1e-9), "per year a contract counts in each of its years"
    assert sums(rows, measures) == pytest.approx(sums(read(world, year_view=view, year=year), measures), rel=1e-9)


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
def test_each_contract_counts_once_over_all_years(world: World, view: str) -> None:
    row = next(row for row in read(world, year_view=view) if row.indicator == "climate")
    assert row.values["contracts"] == 2
    assert row.values["contracts_with_reference"] == Contract.objects.filter(
        effects__indicator__code="climate", effects__reference_estimated__isnull=False
    ).distinct().count()  # fmt: skip


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
def test_a_contract_of_which_nothing_is_known_is_counted_as_incomplete(world: World, view: str) -> None:
    assert not ContractEffect.objects.filter(indicator__code="materials", estimated__isnull=False).exists()
    row = read(world, year_view=view, indicator="materials")[0]
    assert row.values["estimated"] is None
    assert (row.values["contracts"], row.values["incomplete_contracts"]) == (2, 2)
