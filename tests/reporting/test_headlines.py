"""Volume and performance are told apart: more or fewer goods neither break nor keep a promise."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

import contracts.services
from contracts.kinds import kind_named
from contracts.models import ContractEffect
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(reference: None) -> World:
    made = World(corpus.this_moment())
    made.build(["contract"])
    return made


def deliver(world: World, count: int) -> None:
    """So many chairs; more than promised is confirmed."""
    document = {"line": world.names["line"], "date": "2024-02-01", "count": count}
    confirmed = {"attr": "count", "code": "above_contracted", "reason": "meer nodig"}
    try:
        kind_named("delivery").log(world.manager, contract_id=world.names["contract"], document=document)
    except Refused:
        document["confirmations"] = [confirmed]
        kind_named("delivery").log(world.manager, contract_id=world.names["contract"], document=document)


def page(world: World) -> dict[str, Any]:
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    return client.get("/dashboard/?jaren=purchase").context


def climate() -> ContractEffect:
    return ContractEffect.objects.get(indicator__code="climate")


def test_half_as_many_goods_again_is_volume_and_not_a_broken_promise(world: World) -> None:
    deliver(world, 150)
    effect = climate()
    assert effect.function_quantity == pytest.approx(effect.function_deviation["quantity"])
    assert effect.function_quantity == pytest.approx((effect.estimated or 0) / 2)
    shown = page(world)
    forecast = next(kpi for kpi in shown["kpis"] if kpi["label"] == "Prognose")
    assert shown["title"].startswith(f"De prognose komt uit op {forecast['value']} "), "one basis: the totals"
    assert shown["title"].endswith("50\xa0% meer dan beloofd")
    assert "gaat zoals beloofd. Dat is per gebruikt jaar, zonder volume" in shown["promise_kept"]
    assert "Los daarvan is het volume anders dan beloofd: +" in shown["lead"]
    assert "(+50\xa0%)" in forecast["note"]
    assert "volume en duur van het gebruik tellen mee" in forecast["note"]


def test_fewer_goods_do_not_keep_a_promise(world: World) -> None:
    deliver(world, 50)
    line = ContractEffect.objects.get(indicator__code="climate").contract.lines.get()
    contracts.services.close_deliveries(
        world.manager,
        contract_id=world.names["contract"],
        document={"line": str(line.public_id), "date": "2024-03-01"},
    )
    document = {"line": world.names["line"], "date": "2025-06-01", "count": 50, "destination": "landfill"}
    kind_named("retirement").log(world.manager, contract_id=world.names["contract"], document=document)
    shown = page(world)
    assert "minder dan beloofd" in shown["title"], "half as many, so less in the totals"
    assert "gaat niet zoals beloofd" in shown["promise_kept"], "used much shorter than promised"
    assert "Los daarvan is het volume anders dan beloofd: \u2212" in shown["lead"]


def test_goods_as_promised_have_no_volume_to_tell(world: World) -> None:
    deliver(world, 100)
    assert "Het volume is samen zoals beloofd." in page(world)["lead"]
