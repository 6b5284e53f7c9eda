"""The board of data quality: what is not sure, and what it matters."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from django.test import Client

from indicators.factors import factor_drafts, row_changes
from indicators.factors.doubts import WHY, doubts_on, parts_of
from indicators.models import BaselineMaterial, BaselineProduct, Factor, Indicator, Processing
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role

from .test_making import ROW, SET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases")]


@pytest.fixture
def climate(reference: None) -> Indicator:
    return Indicator.objects.get(code="climate")


def test_the_order_is_width_times_effect_and_unknown_making_stands_first(climate: Indicator) -> None:
    found = doubts_on(climate)
    weights = [each.weight for each in found]
    assert weights == sorted(weights, reverse=True)
    unknown = [each for each in found if math.isinf(each.weight)]
    assert all(isinstance(each.row, Processing) and each.row.state == "unknown" for each in unknown)
    assert any(0 < each.weight < math.inf for each in found)


def test_effects_are_parts_of_the_average_products(climate: Indicator) -> None:
    told = [each.effect for each in doubts_on(climate) if each.effect is not None]
    assert told
    assert all(0 <= effect <= 1 for effect in told)
    assert sum(told) <= 1 + 1e-9


def test_the_effect_of_making_is_its_part_worked_by_hand(climate: Indicator) -> None:
    # On products of one group only: 1 kg of steel at 2 and making at 6 per kg is 6 of 8.
    steel = Factor(pk=1, material_id=7, value=2.0)
    making = Processing(pk=9, group_id=3, state="value", value=6.0)
    product = BaselineProduct(group_id=3, mass_kg=1, lifetime_years=5)
    part = BaselineMaterial(material_id=7, share=1, recycled=0)
    found = dict(parts_of(product, [part], [], {7: steel}, {(3, None): making}))
    assert found == {("factor", 1): 2.0, ("making", 9): 6.0}


@pytest.mark.parametrize("why", sorted(WHY))
def test_each_filter_keeps_only_what_it_names(why: str, climate: Indicator) -> None:
    assert all(why in each.why for each in doubts_on(climate, why=why))


def test_what_is_changed_counts_once_it_is_published(climate: Indicator, actor_as: Callable[..., Actor]) -> None:
    def of_clothing() -> list[tuple[float | None, float | None]]:
        rows = [each for each in doubts_on(climate) if isinstance(each.row, Processing)]
        return [
            (each.low, each.high)
            for each in rows
            if each.row.group.code == "bedrijfskleding" and each.row.product_type is None  # type: ignore[union-attr]
        ]

    before = of_clothing()
    concept = row_changes.change_making(actor_as(Role.REFERENCE_MANAGER), owner=SET, document=ROW)
    assert of_clothing() == before
    second = actor_as(Role.REFERENCE_MANAGER)
    factor_drafts.publish_draft(second, owner=SET, version=concept.version, expected_version=1)
    assert of_clothing() == [(10, 40)]


def test_everybody_reads_the_board_over_rest(client: Client) -> None:
    body = client.get("/api/v1/data-quality?indicator=climate&why=range").json()
    assert body["indicator"] == "climate"
    assert body["total"] >= len(body["rows"]) > 0
    assert all("range" in row["why"] and row["low"] is not None for row in body["rows"])
    assert client.get("/api/v1/data-quality?indicator=bestaat-niet").status_code == 404
