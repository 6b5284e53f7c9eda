"""What cannot be is refused, and what is odd asks for a reason; each in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import contracts.services
from contracts.models import Contract, Repair, UseRecord
from indicators.models import Material
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.problems import Kind, Problem, Refused
from tests.worlds import World

from .reading import climate

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Log = Callable[..., Any]
PERIOD = {"periodStart": "2024-05-01", "periodEnd": "2025-04-30"}


def _refusal(act: Callable[[], Any]) -> tuple[Problem, Kind]:
    with pytest.raises(Refused) as refused:
        act()
    assert len(refused.value.problems) == 1
    return refused.value.problems[0], refused.value.kind


def _flow(unit: str) -> Material:
    found = Material.objects.filter(kind="flow", unit=unit).exclude(code="electricity").first()
    assert found is not None
    return found


def test_more_repair_than_all_goods_weigh_asks_for_a_reason(delivered: Contract, log: Log) -> None:
    log("repair", date="2025-03-01", material="steel", massKg="1250")
    problem, kind = _refusal(lambda: log("repair", date="2025-03-01", material="steel", massKg="1250.1"))
    assert (problem.attr, problem.code, problem.confirmable) == ("massKg", "implausible", True)
    assert kind is Kind.CONFLICT
    reason = [{"attr": "massKg", "code": "implausible", "reason": "Alle onderstellen vervangen."}]
    log("repair", date="2025-03-01", material="steel", massKg="1250.1", confirmations=reason)
    assert Repair.objects.count() == 2


def test_chairs_are_not_mended_with_food(delivered: Contract, log: Log, browser: Callable[[str], Client]) -> None:
    food = Material.objects.filter(kind="food", unit="kg").first()
    assert food is not None
    problem, _kind = _refusal(lambda: log("repair", date="2025-03-01", material=food.code, massKg="1"))
    assert (problem.attr, problem.code) == ("material", "unknown_material")
    client = browser("contractmanager-1")
    for name in ("repair", "deliver"):
        text = client.get(reverse(f"contracts:{name}", args=[delivered.public_id])).content.decode()
        assert 'value="steel"' in text
        assert f'value="{food.code}"' not in text


def test_a_flow_that_nobody_promised_asks_for_a_reason(delivered: Contract, log: Log) -> None:
    flow = _flow("m3")
    document = {"flow": flow.code, "quantity": "5", "unit": "m3", **PERIOD}
    problem, kind = _refusal(lambda: log("use", **document))
    assert (problem.attr, problem.code, problem.confirmable) == ("flow", "implausible", True)
    assert kind is Kind.CONFLICT
    reason = [{"attr": "flow", "code": "implausible", "reason": "De stoelen worden gereinigd."}]
    log("use", **document, confirmations=reason)
    assert UseRecord.objects.get().confirmations == reason


def test_messages_say_what_to_do(delivered: Contract, log: Log) -> None:
    log("use", flow="electricity", quantity="5", unit="kWh", **PERIOD)
    log("retirement", date="2025-06-30", count=11, destination="reuse")
    flow = _flow("m3")
    name = flow.name_nl[:1].upper() + flow.name_nl[1:]
    backwards = {"periodStart": "2025-05-02", "periodEnd": "2025-05-01"}
    attempts: list[tuple[Callable[[], Any], str]] = [
        (
            lambda: log("use", flow=flow.code, quantity="5", unit="kWh", **PERIOD),
            f"{name} vult u in als m3: reken eerst om.",
        ),
        (
            lambda: log("use", flow="electricity", quantity="5", unit="kWh", **PERIOD),
            "Voor deze periode staat er al iets (1 mei 2024 tot en met 30 april 2025): corrigeer die regel.",
        ),
        (
            lambda: log("repair_period", **backwards),
            "De laatste dag moet na de eerste dag liggen.",
        ),
        (
            lambda: log("retirement", date="2025-06-30", count=50000, destination="reuse"),
            "Geleverd: 100 stuks, en al 11 afgevoerd: u kunt er nog 89 afvoeren.",
        ),
    ]
    for act, words in attempts:
        assert _refusal(act)[0].detail == words


def _close(contract: Contract, world: World, **document: Any) -> Any:
    given = {"line": world.names["line"]} | document
    return contracts.services.close_deliveries(world.manager, contract_id=contract.public_id, document=given)


def test_deliveries_close_on_the_last_one_or_later(delivered: Contract, world: World) -> None:
    problem, _kind = _refusal(lambda: _close(delivered, world, date="2024-01-31"))
    assert (problem.attr, problem.code) == ("date", "before_delivery")
    assert "1 februari 2024" in problem.detail
    _close(delivered, world, date="2024-02-01")
    assert delivered.lines.get().deliveries_closed_on is not None


def test_closed_deliveries_get_another_day_or_open_again(world: World, log: Log) -> None:
    world.build(["contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    log("delivery", date="2024-02-01", count=40)
    still_open = climate(contract).forecast
    _close(contract, world, date="2025-01-01")
    _close(contract, world, date="2025-02-01")
    assert str(contract.lines.get().deliveries_closed_on) == "2025-02-01"
    assert climate(contract).forecast != pytest.approx(still_open)
    problem, _kind = _refusal(lambda: _close(contract, world, date="2025-02-01", reopen=True))
    assert problem.attr == "date"
    _close(contract, world, reopen=True)
    assert contract.lines.get().deliveries_closed_on is None
    assert climate(contract).forecast == pytest.approx(still_open)


def test_the_page_that_closes_opens_again(
    delivered: Contract, world: World, browser: Callable[[str], Client]
) -> None:
    client, address = browser("contractmanager-1"), reverse("contracts:close", args=[delivered.public_id])
    assert 'name="reopen"' not in client.get(address).content.decode()
    today = clock.today()
    document = {"line": world.names["line"], "date": today.strftime("%d-%m-%Y")}
    assert client.post(address, document).status_code == 302
    text = client.get(address).content.decode()
    assert "gesloten op" in text
    assert 'name="reopen"' in text
    assert client.post(address, {**document, "date": ""}).status_code == 400
    future = (today + timedelta(days=1)).strftime("%d-%m-%Y")
    assert client.post(address, {**document, "date": future}).status_code == 400
    assert client.post(address, {**document, "date": "", "reopen": "on"}).status_code == 302
    assert delivered.lines.get().deliveries_closed_on is None


def test_a_contract_ends_after_it_begins(delivered: Contract, world: World) -> None:
    problem, _kind = _refusal(
        lambda: contracts.services.change_contract(
            world.manager,
            contract_id=delivered.public_id,
            document={"end": "2023-12-31"},
            expected_version=delivered.version,
        )
    )
    assert problem.detail == "De einddatum moet na de begindatum liggen."


@pytest.mark.parametrize(
    ("kind", "document", "attr"),
    [
        ("use", {"flow": "electricity", "quantity": "1", "unit": "kWh", "periodEnd": "2024-12-31"}, "periodStart"),
        ("repair_period", {"periodEnd": "2024-12-31"}, "periodStart"),
        ("repair", {"material": "steel", "massKg": "1"}, "date"),
        ("delivery", {"count": 1}, "date"),
    ],
)
def test_nothing_is_recorded_of_before_the_contract(
    kind: str, document: dict[str, Any], attr: str, delivered: Contract, log: Log
) -> None:
    with pytest.raises(Refused) as refused:
        log(kind, **document, **{attr: "2023-12-31"})
    assert [(each.attr, each.code) for each in refused.value.problems if each.attr == attr] == [
        (attr, "before_contract")
    ]
    assert refused.value.kind is Kind.INVALID


def test_a_period_before_the_contract_is_refused_beside_a_right_day(delivered: Contract, log: Log) -> None:
    days = {"date": "2024-03-01", "periodStart": "2020-01-01", "periodEnd": "2024-03-01"}
    with pytest.raises(Refused) as refused:
        log("delivery", count=1, **days)
    assert ("periodStart", "before_contract") in [(each.attr, each.code) for each in refused.value.problems]


def test_a_contract_does_not_begin_after_what_was_recorded(delivered: Contract, world: World) -> None:
    def change(start: str) -> Contract:
        return contracts.services.change_contract(
            world.manager, contract_id=delivered.public_id, document={"start": start},
            expected_version=Contract.objects.get().version,
        )  # fmt: skip

    problem, _kind = _refusal(lambda: change("2024-02-02"))
    assert (problem.attr, problem.code) == ("start", "after_records")
    assert "1 februari 2024" in problem.detail.replace("\u00a0", " ")
    assert change("2024-02-01").start.isoformat() == "2024-02-01"


@pytest.mark.parametrize(("mass", "asked"), [("62.5", False), ("62.6", True), ("2.5", False), ("2.4", True)])
def test_a_mass_far_from_the_promise_asks_for_a_reason(
    mass: str, asked: bool, delivered: Contract, log: Log
) -> None:
    more = [{"attr": "count", "code": "above_contracted", "reason": "Extra."}]
    if not asked:
        assert log("delivery", date="2024-03-01", count=1, massKg=mass, confirmations=more)
        return
    problem, kind = _refusal(lambda: log("delivery", date="2024-03-01", count=1, massKg=mass, confirmations=more))
    assert (problem.attr, problem.code, kind) == ("massKg", "implausible", Kind.CONFLICT)
    assert "12,5 kg" in problem.detail
    assert mass.replace(".", ",") in problem.detail
    reason = {"attr": "massKg", "code": "implausible", "reason": "Ander model."}
    assert log("delivery", date="2024-03-01", count=1, massKg=mass, confirmations=[*more, reason]).confirmations


def test_one_meter_that_is_read_twice_over_the_same_days_asks_for_a_reason(
    delivered: Contract, log: Log, world: World, browser: Callable[[str], Client]
) -> None:
    """Of one line and flow it is refused; of another flow the meter may be divided: asked at every door."""
    log("use", flow="electricity", quantity="5", unit="kWh", meter="M-1", **PERIOD)
    flow = _flow("m3")
    later = {"periodStart": "2025-04-30", "periodEnd": "2025-06-30"}
    promised = {"attr": "flow", "code": "implausible", "reason": "De stoelen worden gereinigd."}
    document = {"flow": flow.code, "quantity": "5", "unit": "m3", "meter": " m-1", **later}
    problem, kind = _refusal(lambda: log("use", **document, confirmations=[promised]))
    assert (problem.attr, problem.code, problem.confirmable) == ("periodStart", "overlap", True)
    assert kind is Kind.CONFLICT
    assert "1 mei 2024 tot en met 30 april 2025" in problem.detail
    assert "30 april 2025 tot en met 30 juni 2025" in problem.detail
    page = browser("contractmanager-1").post(
        reverse("contracts:use", args=[delivered.public_id]),
        document
        | {"periodStart": "30-4-2025", "periodEnd": "30-6-2025"}
        | {"line": str(delivered.lines.get().public_id)}
        | {f"confirmations.0.{name}": value for name, value in promised.items()},
    )
    assert page.status_code == 409
    assert "Van meter" in page.content.decode()
    assert UseRecord.objects.count() == 1
    shared = {"attr": "periodStart", "code": "overlap", "reason": "Verdeeld over twee stromen."}
    log("use", **document, confirmations=[promised, shared])
    log("use", **document | {"meter": "M-2"}, confirmations=[promised])
    assert UseRecord.objects.count() == 3
