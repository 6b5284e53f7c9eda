"""The description of a body says what is accepted: goods and what is used up, new records and withdrawals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from contracts.kinds import KINDS, kind_named
from mvi_dashboard.ground.problems import Refused
from tests import corpus
from tests.worlds import World, bid_document

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PERIOD = {"periodStart": "2024-01-01", "periodEnd": "2024-03-31", "count": "24500.5"}


@pytest.fixture
def fits(client: Client, reference: None) -> Any:
    """Whether a document is one that the description of this path allows."""
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    def judge(path: str, document: dict[str, Any]) -> bool:
        body = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        return bool(Draft202012Validator(body).is_valid(document))

    return judge


def accepted(world: World, document: dict[str, Any]) -> bool:
    try:
        kind_named("delivery").log(world.manager, contract_id=world.names["contract"], document=document)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        (PERIOD, True),
        ({"periodStart": "2024-01-01", "count": "1"}, False),
        ({"periodStart": "2024-01-01", "periodEnd": "2024-03-31"}, False),
        ({"date": "2024-02-01", "count": "1.5"}, False),
    ],
)
def test_a_delivery_of_what_is_used_up_is_described_as_it_is_accepted(
    world: World, fits: Any, changes: dict[str, Any], right: bool
) -> None:
    world.build(["consumed-contract"])
    document = {"line": world.names["line"], **changes}
    assert fits("/contracts/{id}/deliveries", document) is right
    assert accepted(world, document) is right


@pytest.mark.parametrize(("changes", "right"), [({"date": "2024-02-01", "count": 3}, True), ({"count": 3}, False)])
def test_a_delivery_of_goods_is_described_as_it_is_accepted(
    world: World, fits: Any, changes: dict[str, Any], right: bool
) -> None:
    world.build(["contract"])
    document = {"line": world.names["line"], **changes}
    assert fits("/contracts/{id}/deliveries", document) is right
    assert accepted(world, document) is right


def test_a_withdrawal_is_described_for_every_kind_and_accepted(world: World, fits: Any) -> None:
    world.build(["delivered"])
    withdrawal = {"replaces": world.names["delivery"], "void": True, "reason": "Dubbel vastgelegd."}
    for place in (kind.path for kind in KINDS):
        assert fits(f"/contracts/{{id}}/{place}", withdrawal), place
        assert not fits(f"/contracts/{{id}}/{place}", {"replaces": withdrawal["replaces"]}), place
    assert accepted(world, withdrawal)


@pytest.mark.parametrize("kind", ["delivery", "use", "retirement"])
def test_the_base_record_is_described(world: World, fits: Any, kind: str) -> None:
    world.build(["delivered"])
    document = corpus.filled(corpus.all_rows()[f"BASE-{kind}"]["payload"], world.names, world.now)
    assert fits(f"/contracts/{{id}}/{kind_named(kind).path}", document)


def test_a_bid_of_what_is_used_up_and_its_assessment_are_described(world: World, fits: Any) -> None:
    row = {"material": "electricity", "share": "1", "recycled": "0"}
    line = {"reference": "stroom", "massKg": "1", "count": "100000.5", "circularStrategy": "new"}
    line |= {"endOfLifePlan": "none", "billOfMaterials": [row]}
    bid = bid_document("00000000-0000-4000-8000-000000000000", lines=[line])
    assert fits("/tenders/{id}/bids", bid)
    assert fits("/tenders/{id}/bids", bid | {"lines": [line | {"answers": {"origin": "zon"}}]})
    assert not fits("/tenders/{id}/bids", bid | {"lines": [line | {"massa": "1"}]})
    assert fits("/assessments", {"productGroup": "elektriciteit", "lines": [line | {"lifetimeYears": "4"}]})
