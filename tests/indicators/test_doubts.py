"""The board of data quality: what is not sure, and what it matters."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable

import pytest
from django.test import Client

from indicators.factors import factor_drafts, row_changes
from indicators.factors.doubts import KINDS, WHY, Doubt, doubts_on
from indicators.factors.product_doubts import parts_of
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
    found = doubts_on(climate)
    told = {
        kind: [each.effect for each in found if each.kind == kind and each.effect is not None] for kind in KINDS
    }
    assert all(told.values())
    assert all(0 <= effect <= 1 for effects in told.values() for effect in effects)
    assert sum(told["making"]) + sum(told["factor"]) <= 1 + 1e-9
    # Of the average products and of the reference products, so at most two wholes.
    assert sum(told["product"]) + sum(told["use"]) <= 2 + 1e-9


def test_the_effect_of_making_is_its_part_worked_by_hand(climate: Indicator) -> None:
    # On products of one group only: 1 kg of steel at 2 and making at 6 per kg is 6 of 8.
    steel = Factor(pk=1, material_id=7, value=2.0)
    making = Processing(pk=9, group_id=3, state="range", low=4.0, value=6.0, high=9.0)
    product = BaselineProduct(group_id=3, mass_kg=1, lifetime_years=5)
    part = BaselineMaterial(material_id=7, share=1, recycled=0)
    found = list(parts_of(product, [part], [], {7: steel}, {(3, None): making}))
    assert [(each.shared, each.amount) for each in found] == [
        (("factor", 1), (2.0, 2.0, 2.0)),
        (("making", 9), (4.0, 6.0, 9.0)),
    ]


@pytest.mark.parametrize("why", sorted(WHY))
def test_each_filter_keeps_only_what_it_names(why: str, climate: Indicator) -> None:
    assert all(why in each.why for each in doubts_on(climate, why=why))


def test_what_is_changed_counts_once_it_is_published(climate: Indicator, actor_as: Callable[..., Actor]) -> None:
    def of_clothing() -> list[tuple[float | None, float | None]]:
        return [
            (each.low, each.high)
            for each in doubts_on(climate)
            if isinstance(each.row, Processing)
            if each.row.group.code == "bedrijfskleding" and each.row.product_type is None
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


def test_a_product_to_be_verified_stands_there_with_its_mass_its_life_and_its_use(climate: Indicator) -> None:
    product = BaselineProduct.objects.get(code="laptop-basis-2")
    own = {each.kind: each for each in doubts_on(climate, why="verify") if each.product == product}
    assert set(own) == {"product", "lifetime", "use"}
    kind = product.product_type
    assert kind is not None
    life = own["lifetime"]
    assert (life.low, life.value, life.high) == (kind.lifetime_usual_min_years, 4, kind.lifetime_usual_max_years)
    assert own["product"].name == "Laptop (1,65 kg)"
    assert own["use"].unit == "kg CO2-eq per stuk"
    # What is made of it is known between the bounds of its making and materials.
    assert own["product"].low < own["product"].value < own["product"].high  # type: ignore[operator]
    # Making and materials rest on the bill, and count per year by the life; use is the rest.
    assert own["product"].effect == life.effect
    assert all(each.effect and each.effect > 0 for each in own.values())


def test_a_product_that_is_verified_or_followed_up_stands_there_no_more(climate: Indicator) -> None:
    def of(code: str) -> list[Doubt]:
        return [each for each in doubts_on(climate) if each.product and each.product.code == code]

    assert of("laptop-basis-2")
    assert not of("laptop-basis")
    sure = BaselineProduct.objects.create(
        **{name: getattr(_laptop(), name) for name in ("group", "kind", "strategy", "plan", "source", "mass_kg")},
        code="laptop-zeker",
        name_nl="Zekere laptop",
        lifetime_years=4,
        valid_from="2026-01-01",
        quality="average",
    )
    assert not of(sure.code)


def _laptop() -> BaselineProduct:
    return BaselineProduct.objects.get(code="laptop-basis-2")


def test_page_rest_and_file_say_the_same(client: Client, actor_as: Callable[..., Actor]) -> None:
    client.force_login(actor_as(Role.REFERENCE_MANAGER).user)
    asked = "?indicator=climate&waarom=verify&soort=lifetime"
    page = client.get(f"/gegevenskwaliteit/{asked}").content.decode()
    answer = client.get("/api/v1/data-quality?indicator=climate&why=verify&kind=lifetime")
    body = answer.json()
    assert {row["kind"] for row in body["rows"]} == {"lifetime"}
    assert body["rows"][0]["factorSet"] is None
    for sent in (
        client.get(f"/gegevenskwaliteit/rijen.csv{asked}"),
        client.get("/api/v1/data-quality?why=verify&kind=lifetime", headers={"Accept": "text/csv"}),
    ):
        text = b"".join(sent).decode("utf-8-sig")  # type: ignore[arg-type]
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert [row["Product"] for row in rows] == [row["product"] for row in body["rows"]][: len(rows)]
        assert len(rows) == body["total"]
    first = body["rows"][0]["product"]
    assert f'href="/referentie/producten/{first}/#veld-values-lifetimeYears"' in page
    assert 'id="veld-values-lifetimeYears"' in client.get(f"/referentie/producten/{first}/").content.decode()
