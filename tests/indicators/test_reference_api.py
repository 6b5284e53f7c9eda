"""The reference data over REST: every list answers, pages follow each other, nothing private leaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.test import Client

from indicators.models import FactorSetVersion, Indicator, Material
from mvi_dashboard.ground.models import Role, Supplier
from tests import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

LISTS = (
    *("indicators", "materials", "clusters", "product-groups", "themes", "methods", "weighting-sets"),
    *("circular-strategies", "end-of-life-plans", "destinations", "factor-sets", "bases"),
    *("factor-sets/nl-open-2026/factors", "factor-sets/metabolic-bankstel/factors?version=1"),
    *("cpv-codes", "cpv-codes?search=meubel"),
    *("factor-sets/nl-open-2026/versions", "product-groups/kantoormeubilair/products"),
)


@pytest.fixture
def get(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Asks as somebody with a token of the whole country."""
    headers = bearer(Role.NATIONAL_VIEWER)

    def asked(path: str, headers: dict[str, str] = headers) -> Any:
        return client.get(f"/api/v1/{path}", headers=headers)

    return asked


@pytest.mark.parametrize("path", LISTS)
def test_every_list_answers_with_results(path: str, get: Callable[..., Any]) -> None:
    answer = get(path)
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"results", "next"}
    assert answer.json()["results"]


@pytest.mark.parametrize(
    "path",
    [*LISTS, "materials/suggestions?name=staal", "product-groups/suggestions?name=stoelen",
     "product-groups/kantoormeubilair", "product-groups/kantoormeubilair/data-request",
     "product-groups/kantoormeubilair/workbook", "methods/metabolic-2019/versions/1",
     "factor-sets/nl-open-2026/versions/1", "factor-sets/nl-open-2026/differences?from=1&to=1"],
)  # fmt: skip
def test_anybody_reads_what_the_country_reads_without_a_token(
    path: str, client: Client, get: Callable[..., Any]
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    if answer["Content-Type"] == "application/json":
        assert {**answer.json(), "next": None} == {**get(path).json(), "next": None}, "cursors are sealed anew"


@pytest.mark.parametrize("path", ["factor-sets/nl-open-2026/versions", "methods/metabolic-2019/versions"])
def test_without_a_token_nobody_writes(path: str, client: Client) -> None:
    headers = {"Idempotency-Key": corpus.fresh_key()}
    answer = client.post(f"/api/v1/{path}", {}, content_type="application/json", headers=headers)
    assert answer.status_code == 401


def test_without_a_token_nobody_sees_a_concept_or_what_somebody_keeps_for_itself(
    client: Client, supplier: Supplier
) -> None:
    Material.objects.create(
        code="eigen-schuim", kind="material", unit="kg", name_nl="eigen schuim", owner_supplier=supplier
    )
    published = FactorSetVersion.objects.get(factor_set__code="nl-open-2026", version="1")
    FactorSetVersion.objects.create(factor_set=published.factor_set, version="2", state="draft")
    sets = {row["code"]: row for row in client.get("/api/v1/factor-sets").json()["results"]}
    assert [row["version"] for row in sets["nl-open-2026"]["versions"]] == ["1"]
    assert client.get("/api/v1/factor-sets/nl-open-2026/versions/2").status_code == 404
    assert client.get("/api/v1/materials?search=eigen-schuim").json()["results"] == []
    assert client.get("/api/v1/materials", headers={"Authorization": "Bearer onbekend"}).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["product-groups/niets", "product-groups/niets/products", "product-groups/niets/data-request",
     "factor-sets/niets/factors", "factor-sets/nl-open-2026/factors?version=9",
     "factor-sets/nl-open-2026/versions/9"],
)  # fmt: skip
def test_what_does_not_exist_is_absent(path: str, get: Callable[..., Any]) -> None:
    assert get(path).status_code == 404


def test_pages_follow_each_other_to_the_last_indicator(get: Callable[..., Any]) -> None:
    found, path = [], "indicators?limit=5"
    while path:
        page = get(path).json()
        found += [row["code"] for row in page["results"]]
        path = (page["next"] or "").rpartition("/api/v1/")[2]
    assert found == list(Indicator.objects.order_by("position", "id").values_list("code", flat=True))


def test_a_factor_names_its_source_and_an_unknown_recycled_value_is_null(get: Callable[..., Any]) -> None:
    rows = get("factor-sets/metabolic-bankstel/factors?indicator=climate").json()["results"]
    steel = next(row for row in rows if row["material"] == "steel")
    wanted = {
        *("material", "indicator", "module", "value", "recycledValue", "unit", "geometricSd"),
        *("source", "sourceUrl", "year", "region", "quality"),
    }
    assert wanted <= set(steel)
    assert steel["value"] == 6.88
    assert steel["recycledValue"] is None
    assert steel["source"] == "Op weg naar klimaatneutraal en circulair inkopen"


def test_strategies_plans_and_destinations_show_their_assumed_factor(get: Callable[..., Any]) -> None:
    strategies = {row["code"]: row for row in get("circular-strategies").json()["results"]}
    assert (strategies["refurbish"]["factor"], strategies["refurbish"]["assumption"]) == (0.8, True)
    assert strategies["refuse"]["factor"] is None
    plans = {row["code"]: row["factor"] for row in get("end-of-life-plans").json()["results"]}
    assert plans["take-back"] == 0.9
    places = {row["code"]: row for row in get("destinations").json()["results"]}
    assert places["landfill"]["factor"] == 1
    assert any(row["followsPlan"] and row["factor"] is None for row in places.values())


def test_one_basis_is_current(get: Callable[..., Any]) -> None:
    rows = get("bases").json()["results"]
    assert [row["code"] for row in rows if row["current"]] == ["nl-open-2026"]
    assert rows[0]["method"] == {"code": "metabolic-2019", "version": "1"}
    assert rows[0]["factorSets"] == [{"rank": 1, "code": "nl-open-2026", "version": "1"}]


def test_materials_are_found_by_dutch_name_synonym_and_code(get: Callable[..., Any]) -> None:
    def codes(query: str) -> list[str]:
        return [row["code"] for row in get(f"materials?limit=500&{query}").json()["results"]]

    assert "steel" in codes("search=staal")
    assert "electricity" in codes("search=stroom&kind=flow")
    assert codes("search=xyzzy") == []
    assert get("materials?kind=iets").status_code == 400


def test_a_private_material_is_seen_only_by_its_owner(
    get: Callable[..., Any],
    bearer: Callable[..., dict[str, str]],
    supplier: Supplier,
    other_supplier: Supplier,
) -> None:
    Material.objects.create(
        code="eigen-schuim", kind="material", unit="kg", name_nl="eigen schuim", owner_supplier=supplier
    )
    mine = get("materials?search=eigen-schuim", bearer(Role.SUPPLIER, supplier)).json()["results"]
    assert [row["own"] for row in mine] == [True]
    assert get("materials?search=eigen-schuim", bearer(Role.SUPPLIER, other_supplier)).json()["results"] == []
    assert get("materials?search=eigen-schuim").json()["results"] == []


def test_the_data_request_accepts_the_line_of_the_base_bid_and_says_what_it_means(get: Callable[..., Any]) -> None:
    schema = get("product-groups/kantoormeubilair/data-request").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    line = corpus.all_rows()["BASE-bid"]["payload"]["lines"][0]
    jsonschema.validate(line, schema)
    assert schema["properties"]["massKg"]["x-unit"] == "kg"
    for name, field in schema["properties"].items():
        assert field["title"], name
        assert field["description"], name
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line | {"circularStrategy": "refuse"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(line | {"iets": 1}, schema)


def test_every_group_has_a_data_request(get: Callable[..., Any]) -> None:
    groups = [row["code"] for row in get("product-groups?limit=500").json()["results"]]
    assert len(groups) == 46
    for code in groups:
        jsonschema.Draft202012Validator.check_schema(get(f"product-groups/{code}/data-request").json())


def test_a_product_of_the_group_is_a_line_that_fits_its_own_data_request(get: Callable[..., Any]) -> None:
    schema = get("product-groups/kantoormeubilair/data-request").json()
    products = get("product-groups/kantoormeubilair/products").json()["results"]
    assert "bankstel-basis" in [row["code"] for row in products]
    for product in products:
        jsonschema.validate(product["line"], schema)
