"""Bounds of totals: the sums of those of their contracts, and none that give few contracts away."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from django.test import Client

from contracts.models import BOUNDS, Contract, ContractEffect, StaleScope
from contracts.models.measures import MEASURES
from mvi_dashboard.ground import formats, triggers, wording
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation, Role
from reporting.checks import cell_differences, shared_differences
from reporting.models import Cell, SharedCell
from reporting.models.cells import HIDDEN, SUMMED
from reporting.selectors import Question, national_scope, scope_of
from reporting.selectors.hidden_bounds import may_tell_bounds
from reporting.services import put_right, read_effects
from tests import corpus
from tests.contracts.test_bounds import with_making_between
from tests.indicators.test_pages import text_of
from tests.reporting.made import copies
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranged(reference: None) -> World:
    """One contract whose making is known between bounds, and six more like it."""
    world = World(corpus.this_moment())
    world.build(["delivered"])
    with_making_between()
    with triggers.suspended():
        copies(6)
    put_right()
    return world


def report(world: World, **asked: Any) -> Any:
    return read_effects(scope_of(world.officer, ""), Question(indicator="climate", **asked))


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
def test_bounds_of_a_total_are_the_sums_of_those_of_its_contracts(ranged: World, view: str) -> None:
    [row] = report(ranged, year_view=view).rows
    effects = list(ContractEffect.objects.filter(indicator__code="climate", basis__state="current"))
    assert len(effects) == 7
    for code in ("estimated", "forecast"):
        own = [(getattr(each, f"{code}_low"), getattr(each, f"{code}_high")) for each in effects]
        assert row.bounds(code) == pytest.approx([sum(each[end] for each in own) for end in (0, 1)], rel=1e-9)
    assert row.bounded
    assert not row.bounds_hidden


def test_what_has_no_bounds_counts_with_its_value(ranged: World) -> None:
    some = ContractEffect.objects.filter(indicator__code="climate", basis__state="current").order_by("pk")
    plain = some.last()
    assert plain is not None
    with triggers.suspended():
        ContractEffect.objects.filter(pk=plain.pk).update(**dict.fromkeys(BOUNDS), spread_bounds=None)
    StaleScope.objects.create(organisation_id=plain.organisation_id, group_id=plain.group_id, year=plain.year)
    waiting = report(ranged).rows[0].bounds("estimated")
    put_right()
    others = list(some.exclude(pk=plain.pk))
    low = sum(each.estimated_low for each in others) + plain.estimated
    high = sum(each.estimated_high for each in others) + plain.estimated
    assert report(ranged).rows[0].bounds("estimated") == pytest.approx((low, high), rel=1e-9)
    assert waiting == pytest.approx((low, high), rel=1e-9), "who reads before it is put right reads the same"


def test_cells_with_a_changed_bound_are_found(ranged: World) -> None:
    assert not list(cell_differences())
    Cell.objects.filter(organisation=None, indicator__code="climate", year_view="purchase").update(
        forecast_high=None, forecast_low=None
    )
    assert any("forecast_high" in line for line in cell_differences())


def test_rows_by_contract_and_by_group_tell_the_same_bounds(ranged: World) -> None:
    [whole] = report(ranged).rows
    rows = report(ranged, group_by=("contract",)).rows
    assert len(rows) == Contract.objects.count() == 7
    for code in ("estimated", "realised_to_date", "forecast"):
        ends = [row.bounds(code) for row in rows]
        summed = [sum(each[end] for each in ends) for end in (0, 1)]
        assert whole.bounds(code) == pytest.approx(summed, rel=1e-9)


def viewer(world: World) -> Actor:
    return world.actor(Role.NATIONAL_VIEWER, None, "landelijk")


def test_who_shares_totals_tells_bounds_of_a_part_on_one_range_and_none_per_year(ranged: World) -> None:
    Organisation.objects.update(national_share=Organisation.NationalShare.TOTALS)
    put_right()
    assert not list(shared_differences())
    [row] = read_effects(national_scope(viewer(ranged)), Question(indicator="climate")).rows
    assert row.bounds("estimated") is not None
    for year in read_effects(
        national_scope(viewer(ranged)), Question(indicator="climate", year_view="realised")
    ).rows:
        assert year.bounds_hidden
        assert year.bounds("estimated") is None


def test_one_contract_on_another_range_hides_the_bounds_of_its_part(ranged: World) -> None:
    Organisation.objects.update(national_share=Organisation.NationalShare.TOTALS)
    other = ContractEffect.objects.filter(indicator__code="climate", basis__state="current").order_by("pk").last()
    assert other is not None
    with triggers.suspended():
        for code in {code for code in BOUNDS.values() if getattr(other, code) is not None}:
            value, low = getattr(other, code), getattr(other, f"{code}_low")
            if low is not None:
                ContractEffect.objects.filter(pk=other.pk).update(**{f"{code}_low": value - 2 * (value - low)})
    SharedCell.objects.all().delete()
    put_right()
    [row] = read_effects(national_scope(viewer(ranged)), Question(indicator="climate")).rows
    assert row.values[HIDDEN] == 7
    assert row.bounded
    assert row.bounds("estimated") is None


def test_dashboards_say_between_what_a_total_lies(ranged: World, client: Client) -> None:
    client.force_login(ranged.person(Role.CONTRACT_MANAGER, ranged.city, "contractmanager-1"))
    [row] = report(ranged).rows
    page = text_of(client.get("/dashboard/?jaren=purchase"))
    low, high = row.bounds("forecast") or (0.0, 0.0)
    said = wording.between(low / 1000, high / 1000, formats.decimals_of([(row.values["forecast"] or 0.0) / 1000]))
    assert f"De prognose ligt {said} ton CO2-eq" in page
    assert page.count(said) >= 4, (
        "in the note, at the key figure, and in the tables of groups, years and indicators"
    )
    assert "Tussen grenzen: van de laagste tot de hoogste uitkomst" in page, "the legend of whiskers"
    assert re.search(r"\d+ % Bandbreedte|Bandbreedte[^%]*\d+ %", page), "its part of what happened"
    drawn = client.get("/dashboard/?jaren=purchase").content.decode()
    assert drawn.count('class="c-range"') >= 2


def test_the_national_page_says_that_bounds_may_not_be_told(ranged: World, client: Client) -> None:
    Organisation.objects.update(national_share=Organisation.NationalShare.TOTALS)
    put_right()
    client.force_login(ranged.person(Role.NATIONAL_VIEWER, None, "landelijk"))
    page = text_of(client.get("/dashboard/landelijk/?jaren=realised"))
    assert "Een deel van deze cijfers ligt tussen grenzen." in page
    assert "niet te vertellen" in page


def test_files_carry_the_lowest_and_the_highest(ranged: World, client: Client) -> None:
    client.force_login(ranged.person(Role.CONTRACT_MANAGER, ranged.city, "contractmanager-1"))
    lines = client.get("/dashboard/cijfers.csv?jaren=purchase").getvalue().decode("utf-8-sig").splitlines()
    head, first = (line.split(";") for line in lines[:2])
    at = dict(zip(head, first, strict=True))
    [row] = report(ranged).rows
    assert at["Prognose, laagste"] == formats.field_value(row.bounds("forecast")[0])  # type: ignore[index]
    assert at["Prognose, hoogste"] == formats.field_value(row.bounds("forecast")[1])  # type: ignore[index]


def columns_of(values: Any) -> dict[str, Any]:
    return {
        name: np.array(values, dtype=float) if name == "estimated" else np.zeros(len(values)) for name in SUMMED
    }


def bounds_of(low: Any, high: Any) -> dict[str, Any]:
    nothing = np.full(len(low), np.nan)
    found = dict.fromkeys(BOUNDS, nothing)
    return found | {"estimated_low": -np.array(low, dtype=float), "estimated_high": np.array(high, dtype=float)}


@pytest.mark.parametrize(
    ("low", "high", "may"),
    [
        ([1, 2, 3, 4, 5], [2, 4, 6, 8, 10], True),
        ([1, 2, 3, 4, 0], [2, 4, 6, 8, 0], False),
        ([1, 2, 3, 4, 5, 6, 7], [2, 4, 6, 8, 10, 6, 7], False),
        ([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], [2, 4, 6, 8, 10, 3, 6, 9, 12, 15], True),
        ([3.5, 5.5, 6.5, 8.5, 9.5, 1], [7, 11, 13, 17, 19, 2], False),
    ],
    ids=["one range", "few between bounds", "few on another range", "two ranges of five", "in proportion but one"],
)
def test_bounds_are_told_when_each_range_is_of_enough_contracts(low: Any, high: Any, may: bool) -> None:
    values = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41][: len(low)]
    assert may_tell_bounds(columns_of(values), bounds_of(low, high), set(MEASURES) - {"estimated"}) is may
