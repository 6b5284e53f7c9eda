"""Records are corrected by newer ones; the stock follows; who may log and who may close."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import contracts.services
from contracts.kinds import kind_named, record_rows
from contracts.models import Contract, Delivery, Retirement, UseRecord
from contracts.selectors import active, get_contract
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Kind, Refused
from tests.worlds import World

from .reading import climate, cohorts

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]


def _stock(contract: Contract) -> tuple[Decimal, Decimal]:
    line = contract.lines.get()
    return line.delivered_count, line.retired_count


def test_a_correction_replaces_and_keeps_the_old(delivered: Contract, log: Log, world: World) -> None:
    old = Delivery.objects.get(public_id=world.names["delivery"])
    new = log("delivery", date="2024-02-01", count=80, replaces=str(old.public_id), reason="Telfout.")
    assert [each.pk for each in active(Delivery, delivered)] == [new.pk]
    assert [each.count for each in record_rows(delivered)[kind_named("delivery")]] == [80, 100]
    assert Delivery.objects.get(pk=old.pk).count == 100
    assert _stock(delivered) == (80, 0)
    assert climate(delivered).coverage_delivered == pytest.approx(0.8)


def test_a_correction_says_why(delivered: Contract, log: Log, world: World) -> None:
    with pytest.raises(Refused) as refused:
        log("delivery", date="2024-02-01", count=80, replaces=world.names["delivery"])
    assert [problem.attr for problem in refused.value.problems] == ["reason"]
    assert _stock(delivered) == (100, 0)


def test_a_withdrawn_record_counts_no_more(delivered: Contract, log: Log, world: World) -> None:
    gone = kind_named("delivery").log(
        world.manager,
        contract_id=delivered.public_id,
        document={"replaces": world.names["delivery"], "void": True, "reason": "Dubbel ingevuld."},
    )
    assert gone.void
    assert not active(Delivery, delivered).exists()
    assert _stock(delivered) == (0, 0)
    assert climate(delivered).realised_to_date == 0


@pytest.mark.parametrize("typed", [False, True])
def test_withdrawing_says_why(delivered: Contract, world: World, typed: bool) -> None:
    document = {"replaces": world.names["delivery"], "void": "true" if typed else True}
    with pytest.raises(Refused) as refused:
        kind_named("delivery").log(world.manager, contract_id=delivered.public_id, document=document, typed=typed)
    assert [problem.attr for problem in refused.value.problems] == ["reason"]


def test_a_use_record_can_be_withdrawn(delivered: Contract, log: Log) -> None:
    period = {"periodStart": "2024-03-01", "periodEnd": "2024-12-31"}
    record = log("use", flow="electricity", quantity="1000", unit="kWh", **period)
    log("use", replaces=str(record.public_id), void=True, reason="Verkeerde meter.")
    assert not active(UseRecord, delivered).exists()


def test_a_retirement_without_a_delivery_takes_the_oldest_first(world: World, log: Log) -> None:
    world.build(["contract"])
    first = log("delivery", date="2024-02-01", count=30)
    second = log("delivery", date="2024-03-01", count=70)
    log("retirement", date="2025-06-30", count=50, destination="reuse")
    assert list(Retirement.objects.values_list("delivery_id", "count")) == [(None, 50)]
    contract = Contract.objects.get(public_id=world.names["contract"])
    assert _stock(contract) == (100, 50)
    gone = [each for each in cohorts(contract) if each.retired is not None]
    assert [(each.key, each.count) for each in gone] == [(str(first.pk), 30), (str(second.pk), 20)]


def test_no_more_can_go_than_came(delivered: Contract, log: Log) -> None:
    with pytest.raises(Refused) as refused:
        log("retirement", date="2025-06-30", count=101, destination="reuse")
    assert refused.value.kind is Kind.CONFLICT
    assert _stock(delivered) == (100, 0)


def _close(actor: Actor, contract: Contract, line: str) -> None:
    document = {"line": line, "date": "2025-01-01"}
    contracts.services.close_deliveries(actor, contract_id=contract.public_id, document=document)


def test_a_facility_manager_logs_and_does_not_close(delivered: Contract, world: World) -> None:
    facility = world.actor(Role.FACILITY_MANAGER, world.city, "facilitair-1")
    kind_named("repair").log(
        facility,
        contract_id=delivered.public_id,
        document={"line": world.names["line"], "date": "2025-03-01", "material": "steel", "massKg": "1"},
    )
    with pytest.raises(Refused) as refused:
        _close(facility, delivered, world.names["line"])
    assert refused.value.kind is Kind.FORBIDDEN


def test_somebody_elses_contract_is_absent(world: World) -> None:
    world.build(["foreign-contract"])
    foreign = Contract.objects.get(public_id=world.names["foreignContract"])
    for attempt in (
        lambda: get_contract(world.manager, foreign.public_id),
        lambda: _close(world.manager, foreign, world.names["foreignLine"]),
        lambda: kind_named("repair").log(world.manager, contract_id=foreign.public_id, document={}),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.kind is Kind.NOT_FOUND


def test_a_supplier_reads_its_own_contract_and_logs_nothing(delivered: Contract, world: World) -> None:
    own, other = world.supplier_actor("leverancier-a"), world.supplier_actor("leverancier-b")
    assert get_contract(own, delivered.public_id) == delivered
    with pytest.raises(Refused) as refused:
        kind_named("repair").log(own, contract_id=delivered.public_id, document={})
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refused) as refused:
        get_contract(other, delivered.public_id)
    assert refused.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize("whole_first", [True, False])
def test_use_of_a_product_and_of_the_whole_contract_is_not_counted_twice(
    two_products: Contract, world: World, log: Log, whole_first: bool
) -> None:
    log("delivery", date="2024-02-01", count=100)
    log("delivery", date="2024-02-01", count=100, line=world.names["leuning"])
    use = {"flow": "electricity", "quantity": "500", "unit": "kWh"}
    use |= {"periodStart": "2024-02-01", "periodEnd": "2025-01-31", "meter": "hal"}
    whole, chairs = use, use | {"line": world.names["stoel"]}
    first, second = (whole, chairs) if whole_first else (chairs, whole)
    log("use", **first)
    with pytest.raises(Refused) as refused:
        log("use", **second)
    assert [(each.attr, each.code) for each in refused.value.problems] == [("periodStart", "duplicate")]
    said = "voor het hele contract" if whole_first else "voor een van de producten"
    assert said in refused.value.problems[0].detail
    # Another meter, another time, and a product that has no part in what the contract uses, are something else.
    log("use", **second | {"meter": "kelder"})
    log("use", **second | {"periodStart": "2025-02-01", "periodEnd": "2025-02-28"})
    if whole_first:
        log("use", **use | {"line": world.names["leuning"], "meter": "trap"})


def test_use_of_far_more_than_was_promised_is_asked(delivered: Contract, log: Callable[..., Any]) -> None:
    used = {"flow": "electricity", "unit": "kWh", "periodStart": "2024-03-01", "periodEnd": "2024-03-31"}
    with pytest.raises(Refused) as refused:
        log("use", quantity="9999999", **used)
    [question] = refused.value.problems
    assert (question.attr, question.code, question.confirmable) == ("quantity", "implausible", True)
    reason = {"attr": "quantity", "code": "implausible", "reason": "Een lekkende verwarming."}
    assert log("use", quantity="9999999", **used, confirmations=[reason]).quantity == 9999999
