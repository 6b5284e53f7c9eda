"""Many records at once: all or nothing, or the good ones; the same rules as one by one, and few statements."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.kinds import kind_named
from contracts.models import Contract, ContractEffect, Delivery, Retirement, UseRecord
from mvi_dashboard.ground.models import AuditEntry
from tests.worlds import World

pytestmark = pytest.mark.django_db
WHY = "Nageteld bij de leverancier."


@pytest.fixture
def send(world: World, client: Client) -> Callable[..., Any]:
    """Sends an array over REST: `send("deliveries", rows, partial=True)`."""

    def post(path: str, rows: Any, *, key: str = "een", partial: bool | None = None) -> Any:
        query = "" if partial is None else f"?partial={str(partial).lower()}"
        return client.post(
            f"/api/v1/contracts/{world.names['contract']}/{path}{query}",
            json.dumps(rows),
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {world.token('contract-manager')}",
                "Idempotency-Key": key,
            },
        )

    return post


def delivery(world: World, number: int, **changes: Any) -> dict[str, Any]:
    day = date(2024, 2, 1) + timedelta(days=number % 300)
    row = {"line": world.names["line"], "date": day.isoformat(), "count": 1, "sourceReference": f"bon {number}"}
    return row | changes


def errors(answer: Any) -> list[tuple[str | None, str]]:
    return [(each["attr"], each["code"]) for each in answer.json()["errors"]]


@pytest.fixture
def contract(world: World) -> Contract:
    """A contract for 100 chairs; nothing delivered."""
    world.build(["contract"])
    return Contract.objects.get(public_id=world.names["contract"])


def test_many_records_do_what_one_by_one_does(contract: Contract, world: World, send: Callable[..., Any]) -> None:
    for number in range(5):
        kind_named("delivery").log(world.manager, contract_id=contract.public_id, document=delivery(world, number))
    one_by_one = list(ContractEffect.objects.order_by("pk").values_list("forecast", "realised_to_date"))
    withdrawn = [
        {"replaces": str(each.public_id), "void": True, "reason": WHY} for each in Delivery.objects.order_by("pk")
    ]
    assert send("deliveries", withdrawn, key="weg").status_code == 201
    answer = send("deliveries", [delivery(world, number, sourceReference=f"x {number}") for number in range(5)])
    assert answer.status_code == 201, answer.json()
    together = list(ContractEffect.objects.order_by("pk").values_list("forecast", "realised_to_date"))
    assert [each[0] for each in together] == pytest.approx([each[0] for each in one_by_one])
    body = answer.json()
    assert (body["added"], body["refused"]) == (5, 0)
    assert [each["id"] for each in body["results"]] == [
        str(each.public_id) for each in Delivery.objects.filter(void=False, replaced_by=None).order_by("pk")
    ]
    assert contract.lines.get().delivered_count == 5
    entry = AuditEntry.objects.filter(verb="delivery.log_many").latest("seq")
    assert (entry.object_id, entry.changes["added"]) == (body["id"], 5)


def test_one_wrong_row_is_enough_for_nothing_and_each_problem_stands_at_its_row(
    contract: Contract, world: World, send: Callable[..., Any]
) -> None:
    rows = [
        delivery(world, 0),
        delivery(world, 1, count="veel"),
        delivery(world, 2, date="2020-01-01"),
        "geen regel",
        delivery(world, 4, sourceReference="bon 0"),
    ]
    answer = send("deliveries", rows)
    assert answer.status_code == 400
    found = errors(answer)
    assert ("[1].count", "invalid_integer") in found
    assert ("[2].date", "before_contract") in found
    assert ("[3]", "invalid") in found
    assert ("[4].sourceReference", "duplicate") in found
    assert not [each for each in found if each[0] is not None and each[0].startswith("[0]")]
    assert not Delivery.objects.exists()
    assert not AuditEntry.objects.filter(verb="delivery.log_many").exists()


def test_the_good_rows_are_kept_when_that_is_asked_and_sent_again_the_answer_is_the_same(
    contract: Contract, world: World, send: Callable[..., Any]
) -> None:
    rows = [delivery(world, 0), delivery(world, 1, count=0), delivery(world, 2)]
    answer = send("deliveries", rows, partial=True)
    assert answer.status_code == 201
    assert [each["status"] for each in answer.json()["results"]] == [201, 400, 201]
    [error] = answer.json()["results"][1]["errors"]
    assert error["attr"] == "[1].count"
    assert send("deliveries", rows, partial=True).json() == answer.json()
    assert send("deliveries", rows).status_code == 409
    assert Delivery.objects.count() == 2
    assert send("deliveries", [rows[1]], key="twee", partial=True).status_code == 400


@pytest.mark.parametrize(("rows", "code"), [([], "required"), ([{}] * 1001, "max_length"), ("tekst", "invalid")])
def test_an_array_holds_one_to_a_thousand_rows(
    contract: Contract, send: Callable[..., Any], rows: Any, code: str
) -> None:
    answer = send("deliveries", rows)
    assert (answer.status_code, errors(answer)) == (400, [(None, code)])


def test_rows_that_were_sent_together_see_each_other(
    delivered: Contract, world: World, send: Callable[..., Any]
) -> None:
    gone = {"line": world.names["line"], "date": "2025-03-01", "count": 60, "destination": "recycle"}
    answer = send("retirements", [gone, gone])
    assert (answer.status_code, errors(answer)) == (409, [("[1].count", "exceeds_delivered")])
    use = {
        "line": world.names["line"],
        "flow": "electricity",
        "quantity": "10",
        "unit": "kWh",
        "periodStart": "2024-03-01",
        "periodEnd": "2024-03-31",
    }
    later = use | {"periodStart": "2024-04-01", "periodEnd": "2024-04-30"}
    answer = send("use-records", [use, later, use | {"meter": ""}])
    assert (answer.status_code, errors(answer)[0]) == (409, ("[2].periodStart", "duplicate"))
    correction = {"replaces": world.names["delivery"], "reason": WHY, "line": world.names["line"]}
    twice = [correction | {"date": "2024-02-01", "count": count} for count in (90, 80)]
    answer = send("deliveries", twice)
    assert (answer.status_code, errors(answer)) == (409, [("[1].replaces", "already_replaced")])
    more = send("deliveries", [delivery(world, number, count=1) for number in range(2)])
    assert (more.status_code, errors(more)) == (
        409,
        [("[0].count", "above_contracted"), ("[1].count", "above_contracted")],
    )
    assert (Retirement.objects.count(), UseRecord.objects.count(), Delivery.objects.count()) == (0, 0, 1)


def test_forty_records_ask_as_few_statements_as_ten(
    contract: Contract, world: World, send: Callable[..., Any]
) -> None:
    lot = contract.lines.get()
    kinds: list[tuple[str, Callable[[int], dict[str, Any]]]] = [
        ("deliveries", lambda number: delivery(world, number, count=1)),
        (
            "use-records",
            lambda number: {
                "line": str(lot.public_id),
                "flow": "electricity",
                "quantity": "1",
                "unit": "kWh",
                "periodStart": "2024-06-01",
                "periodEnd": "2024-06-30",
                "meter": f"m-{number}",
            },
        ),
        (
            "retirements",
            lambda number: {
                "line": str(lot.public_id),
                "date": (date(2025, 12, 1) - timedelta(days=number)).isoformat(),
                "count": 1,
                "destination": "recycle",
            },
        ),
    ]
    send("deliveries", [delivery(world, 1000, count=1)], key="eerste")
    for path, row in kinds:
        counts = []
        for key, numbers in (("tien", range(10)), ("meer", range(10, 50))):
            rows = [row(number) for number in numbers]
            with CaptureQueriesContext(connection) as asked:
                answer = send(path, rows, key=f"{path} {key}")
            assert answer.status_code == 201, answer.json()
            counts.append(
                len([each for each in asked if "INSERT INTO" not in each["sql"] or "contracts_" in each["sql"]])
            )
        assert counts[1] <= counts[0] + 2, path
        assert counts[1] <= 70, path
