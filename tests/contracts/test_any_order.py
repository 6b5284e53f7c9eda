"""The order in which records are logged never changes a number, at any date."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.test import Client

from contracts import models
from contracts.checks import effect_differences, stock_differences
from contracts.kinds import KINDS
from contracts.models import Contract, Delivery
from contracts.selectors import ActiveRecords, active
from contracts.services.assessing import assess_core
from contracts.services.core_lines import core_contract
from indicators.calculation.actual import assess_line
from indicators.calculation.records import Delivery as Came
from indicators.calculation.records import Retirement as Gone
from indicators.calculation.service import standing
from indicators.selectors import basis_arrays, current_basis
from mvi_dashboard.ground.problems import Refused
from tests.calculation.contract_of import REPAIRED, product, used
from tests.worlds import World

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]
HISTORIES = int(os.environ.get("MVI_HISTORIES", "60"))
IN_THE_DATABASE = int(os.environ.get("MVI_SHUFFLED_CONTRACTS", "4"))
DAY = datetime.date
AS_OF = [DAY(2024, 6, 30), DAY(2025, 1, 31), DAY(2025, 12, 31), DAY(2026, 6, 30), DAY(2031, 12, 31)]
ODD = [{"attr": name, "code": code, "reason": "Klopt."} for name, code in
       (("count", "above_contracted"), ("massKg", "implausible"), ("flow", "implausible"))]  # fmt: skip
MEASURES = ("estimated", "estimated_to_date", "realised_to_date", "forecast", "function_forecast")


def _history(draw: Random) -> tuple[list[Came], list[Gone]]:
    """Deliveries, some on one day, and retirements of them, named and unnamed, some on one day."""
    days = [DAY(2024, 1, 1) + datetime.timedelta(days=draw.randrange(0, 600)) for _ in range(3)]
    came = [
        Came(str(number), draw.choice(days), draw.randint(1, 6), product(draw.uniform(50, 200)))
        for number in range(draw.randint(1, 5))
    ]
    later = [DAY(2025, 9, 1) + datetime.timedelta(days=draw.randrange(0, 900)) for _ in range(2)]
    gone, left = [], {each.key: int(each.count) for each in came}
    for _ in range(draw.randint(0, 6)):
        source = draw.choice([each for each in came if left[each.key]] or came)
        count = min(left[source.key], draw.randint(1, 3))
        left[source.key] -= count
        if count:
            named = source.key if draw.random() < 0.4 else None
            gone.append(
                Gone(
                    draw.choice(later),
                    count,
                    draw.choice([None, 0.8, 0.95, 1.0]),
                    named,
                    None,
                    draw.random() < 0.2,
                )
            )
    return came, gone


def test_histories_in_any_order_give_the_same_numbers() -> None:
    retired = 0
    for number in range(HISTORIES):
        draw = Random(number)
        came, gone = _history(draw)
        use = [used(draw.uniform(5, 50), items=draw.choice([None, 1, 3])), used(9.0, "2025-01-01", "2025-12-31")]
        line = replace(REPAIRED, deliveries=came, retirements=gone, use_records=use)
        retired += len(gone)
        shuffled = replace(
            line, **{name: draw.sample(getattr(line, name), len(getattr(line, name)))
                     for name in ("deliveries", "retirements", "use_records")},
        )  # fmt: skip
        for as_of in AS_OF:
            one, other = assess_line(line, as_of), assess_line(shuffled, as_of)
            for measure in MEASURES:
                np.testing.assert_allclose(
                    getattr(other, measure),
                    getattr(one, measure),
                    rtol=1e-9,
                    atol=1e-9,
                    err_msg=f"history {number}",
                )
            for key, table in one.years.values.items():
                np.testing.assert_allclose(other.years.values[key], table, rtol=1e-9, atol=1e-7)
    assert retired > HISTORIES


RECORDS: list[tuple[str, dict[str, Any]]] = [
    ("deliveries", {"date": "2024-02-01", "count": 40}),
    ("deliveries", {"date": "2024-02-01", "count": 10, "massKg": "20"}),
    ("deliveries", {"date": "2024-08-15", "count": 50, "massKg": "11"}),
    ("retirements", {"date": "2025-03-01", "count": 30, "destination": "landfill"}),
    ("retirements", {"date": "2025-03-01", "count": 15, "destination": "reuse"}),
    ("retirements", {"date": "2025-09-01", "count": 10, "destination": "recycle"}),
    ("retirements", {"date": "2025-06-01", "count": 5, "destination": "reuse", "receiver": "Waterschap X"}),
    ("use-records", {"flow": "electricity", "unit": "kWh", "quantity": "150", "items": 10,
                     "periodStart": "2024-09-01", "periodEnd": "2025-08-31"}),
    ("repairs", {"date": "2025-01-10", "material": "steel", "massKg": "3"}),
    ("repair-periods", {"periodStart": "2024-09-01", "periodEnd": "2025-08-31"}),
]  # fmt: skip


def _logged(world: World, order: list[int]) -> None:
    """Every record over REST in this order; one that is too early to be told is told again after the others."""
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}
    address = f"/api/v1/contracts/{world.names['contract']}"
    waiting = list(order)
    while waiting:
        refused = []
        for number in waiting:
            kind, document = RECORDS[number]
            answer = Client().post(
                f"{address}/{kind}", {"line": world.names["line"], **document, "confirmations": ODD},
                content_type="application/json", headers=headers | {"Idempotency-Key": f"{number}-{len(waiting)}"},
            )  # fmt: skip
            if answer.status_code != 201:
                assert {each["code"] for each in answer.json()["errors"]} <= {
                    "before_delivery", "exceeds_delivered", "no_item_years", "range",
                }  # fmt: skip
                refused.append(number)
        assert len(refused) < len(waiting)
        waiting = refused


def _numbers(contract: Contract) -> list[Any]:
    fresh = Contract.objects.select_related("award__lot__group", "award__lot__tender").get(pk=contract.pk)
    core = core_contract(fresh, basis_arrays(current_basis()))
    found = [assess_core(core, as_of).whole for as_of in AS_OF]
    return [getattr(each, measure) for each in found for measure in MEASURES]


def test_the_order_of_logging_over_rest_changes_no_number(world: World) -> None:
    world.build(["contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    orders = [list(range(len(RECORDS)))]
    orders += [Random(number).sample(orders[0], len(orders[0])) for number in range(IN_THE_DATABASE - 1)]
    found = []
    for order in orders:
        with transaction.atomic():
            _logged(world, order)
            found.append(_numbers(contract))
            assert [*stock_differences(), *effect_differences()] == []
            transaction.set_rollback(True)
    for numbers in found[1:]:
        for one, other in zip(found[0], numbers, strict=True):
            np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9)


def test_a_delivery_that_is_logged_late_is_still_the_oldest(world: World, log: Log) -> None:
    world.build(["contract"])
    log("delivery", date="2024-06-01", count=50)
    gone = log("retirement", date="2025-06-01", count=20, destination="recycle")
    log("delivery", date="2024-02-01", count=50)
    assert gone.delivery is None
    contract = Contract.objects.get(public_id=world.names["contract"])
    oldest = active(Delivery, contract).get(date="2024-02-01")
    line = core_contract(contract, basis_arrays(current_basis())).lines[0]
    left = [each for each in standing(line, DAY(2025, 12, 31)).cohorts if each.retired is not None]
    assert [(each.key, each.count) for each in left] == [(str(oldest.pk), 20)]


def test_a_delivery_that_others_need_cannot_shrink_or_go(world: World, log: Log) -> None:
    world.build(["contract"])
    first = log("delivery", date="2024-02-01", count=50)
    log("retirement", date="2024-03-01", count=40, destination="recycle")
    log("delivery", date="2024-06-01", count=50)
    for change in ({"date": "2024-02-01", "count": 39}, {"date": "2024-03-02", "count": 50}, {"void": True}):
        with pytest.raises(Refused) as refused:
            log("delivery", replaces=str(first.public_id), reason="Telfout.", **change)
        assert {each.code for each in refused.value.problems} <= {"exceeds_delivered", "after_retirement"}
    log("delivery", replaces=str(first.public_id), reason="Telfout.", date="2024-03-01", count=40)
    named = {"destination": "reuse", "date": "2024-07-01", "delivery": str(first.public_id)}
    with pytest.raises(Refused) as refused:
        log("retirement", count=1, **named)
    assert [each.code for each in refused.value.problems] == ["exceeds_delivered"]
    log("retirement", date="2024-07-01", count=50, destination="reuse")
    assert list(stock_differences()) == []


def test_every_kind_of_record_that_effects_are_made_of_is_shuffled() -> None:
    made_of = {kind.path for kind in KINDS if hasattr(models, kind.model.__name__)}
    assert {kind for kind, _document in RECORDS} == made_of
    assert len(made_of) == len(fields(ActiveRecords)) - 1  # and the chain of deliveries
