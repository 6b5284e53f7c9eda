"""Corrections keep the stock right: by product, by delivery and by day."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import contracts.services
from contracts.checks import stock_differences
from contracts.models import Contract, Delivery, Retirement
from contracts.selectors import active
from contracts.services import assessing
from indicators.calculation.errors import RecordOutOfOrder
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.problems import Kind, Refused
from tests.worlds import World

from .reading import assessed, climate

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]
MORE = [{"attr": "count", "code": "above_contracted", "reason": "Tien extra."}]


@pytest.fixture
def second(delivered: Contract, log: Log) -> Delivery:
    """Ten chairs more, a month after the hundred."""
    made: Delivery = log("delivery", date="2024-03-01", count=10, confirmations=MORE)
    return made


def _retired(contract: Contract) -> Decimal:
    assert list(stock_differences()) == []
    found: Decimal = contract.lines.get().retired_count
    return found


_COMMON = ("organisation", "contract", "line", "date", "destination", "recorded_at", "recorded_by")


def _problems(refused: Any) -> list[tuple[str | None, str]]:
    return [(problem.attr, problem.code) for problem in refused.value.problems]


def _split(log: Log, **more: Any) -> Retirement:
    """105 chairs gone, as a record of before was kept: a row per delivery, in one batch."""
    made: Retirement = log("retirement", date="2024-06-01", count=105, destination="recycle", **more)
    first, second = Delivery.objects.order_by("date")
    batch = uuid.uuid4()
    with triggers.suspended():
        Retirement.objects.filter(pk=made.pk).update(delivery=first, count=100, batch=batch)
        values = {name: getattr(made, name) for name in _COMMON}
        Retirement.objects.create(**values, delivery=second, count=5, batch=batch)
    return Retirement.objects.get(pk=made.pk)


@pytest.mark.parametrize("kind", ["delivery", "retirement"])
def test_a_correction_stays_with_the_same_product(
    two_products: Contract, world: World, log: Log, kind: str
) -> None:
    made = log("delivery", date="2024-02-01", count=10)
    log("delivery", line=world.names["leuning"], date="2024-02-01", count=10)
    document: dict[str, Any] = {"date": "2024-02-01", "count": 10}
    if kind == "retirement":
        document = {"date": "2024-06-01", "count": 5, "destination": "recycle"}
        made = log("retirement", **document)
    with pytest.raises(Refused) as refused:
        log(kind, line=world.names["leuning"], replaces=str(made.public_id), reason="Ander product.", **document)
    assert _problems(refused) == [("line", "invalid_choice")]
    assert list(stock_differences()) == []


def test_what_came_from_two_deliveries_is_corrected_as_a_whole(
    delivered: Contract, second: Delivery, log: Log
) -> None:
    old = _split(log)
    log(
        "retirement",
        date="2024-06-01",
        count=102,
        destination="recycle",
        replaces=str(old.public_id),
        reason="Telfout.",
    )
    assert [(each.delivery_id, each.count) for each in active(Retirement, delivered)] == [(None, 102)]
    assert _retired(delivered) == 102


def test_a_correction_to_less_than_one_delivery_leaves_nothing_of_the_other(
    delivered: Contract, second: Delivery, log: Log
) -> None:
    old = _split(log)
    new = log(
        "retirement", date="2024-06-01", count=40, destination="reuse", replaces=str(old.public_id), reason="Fout."
    )
    assert [each.pk for each in active(Retirement, delivered)] == [new.pk]
    assert _retired(delivered) == 40
    log(
        "retirement",
        date="2024-06-01",
        count=104,
        destination="reuse",
        replaces=str(new.public_id),
        reason="Toch.",
    )
    assert [each.count for each in active(Retirement, delivered)] == [104]
    assert _retired(delivered) == 104


@pytest.mark.parametrize("number", [0, 1])
def test_any_row_of_a_split_retirement_withdraws_it_all(
    delivered: Contract, second: Delivery, log: Log, number: int
) -> None:
    _split(log)
    named = Retirement.objects.order_by("pk")[number]
    log("retirement", replaces=str(named.public_id), reason="Dubbel.", void=True)
    assert not active(Retirement, delivered).exists()
    assert _retired(delivered) == 0
    again = log("retirement", date="2024-06-01", count=110, destination="recycle")
    assert again.count == 110
    assert _retired(delivered) == 110


def test_a_split_retirement_is_one_thing_on_the_page_and_in_its_form(
    delivered: Contract, second: Delivery, log: Log, browser: Callable[[str], Client]
) -> None:
    old = _split(log)
    client = browser("contractmanager-1")
    page = reverse("contracts:contract", args=[delivered.public_id])
    text = client.get(page).content.decode()
    assert "105 stuks afgevoerd" in text
    assert "Levering niet genoemd: de oudste eerst" in text
    form = client.get(reverse("contracts:retire", args=[delivered.public_id]) + f"?vervangt={old.public_id}")
    assert 'value="105"' in form.content.decode()
    log(
        "retirement",
        date="2024-06-01",
        count=30,
        destination="recycle",
        replaces=str(old.public_id),
        reason="Telfout.",
    )
    text = " ".join(client.get(page).content.decode().split())
    assert "30 stuks afgevoerd" in text
    assert text.count("Reden: Telfout.") == 1
    assert "105 stuks afgevoerd: recycling, 1 juni 2024" in text


def test_the_form_keeps_the_delivery_also_when_that_was_corrected(
    delivered: Contract, second: Delivery, log: Log, browser: Callable[[str], Client]
) -> None:
    gone = log("retirement", delivery=str(second.public_id), date="2024-06-01", count=3, destination="recycle")
    correction = {"replaces": str(second.public_id), "reason": "Andere dag.", "confirmations": MORE}
    newer = log("delivery", date="2024-03-02", count=10, **correction)
    address = reverse("contracts:retire", args=[delivered.public_id]) + f"?vervangt={gone.public_id}"
    text = browser("contractmanager-1").get(address).content.decode()
    assert f'value="{newer.public_id}" selected' in text


def test_a_split_retirement_names_its_batch_over_rest(
    delivered: Contract, second: Delivery, log: Log, world: World
) -> None:
    _split(log)
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}
    rows = Client().get(f"/api/v1/contracts/{delivered.public_id}/retirements", headers=headers).json()["results"]
    assert [float(row["count"]) for row in rows] == [100, 5]
    assert rows[0]["batch"] == rows[1]["batch"] is not None


def test_a_delivery_keeps_what_was_retired_from_it(delivered: Contract, second: Delivery, log: Log) -> None:
    log("retirement", delivery=str(second.public_id), date="2024-06-01", count=10, destination="recycle")
    correction = {"replaces": str(second.public_id), "reason": "Telfout.", "confirmations": MORE}
    with pytest.raises(Refused) as refused:
        log("delivery", date="2024-03-01", count=9, **correction)
    assert _problems(refused) == [("count", "exceeds_delivered")]
    assert refused.value.kind is Kind.CONFLICT
    corrected = log("delivery", date="2024-03-02", count=10, **correction)
    with pytest.raises(Refused) as refused:
        log("delivery", date="2024-03-02", count=9, **correction | {"replaces": str(corrected.public_id)})
    assert _problems(refused) == [("count", "exceeds_delivered")]


def test_a_delivery_cannot_come_after_what_was_retired_from_it(
    delivered: Contract, world: World, log: Log
) -> None:
    log("retirement", date="2024-06-01", count=10, destination="recycle")
    with pytest.raises(Refused) as refused:
        log("delivery", date="2024-09-01", count=100, replaces=world.names["delivery"], reason="Later.")
    assert _problems(refused) == [("date", "after_retirement")]
    assert refused.value.kind is Kind.CONFLICT


def test_a_delivery_of_which_items_went_cannot_be_withdrawn(
    delivered: Contract, second: Delivery, log: Log
) -> None:
    gone = log("retirement", delivery=str(second.public_id), date="2024-06-01", count=3, destination="recycle")
    with pytest.raises(Refused) as refused:
        log("delivery", replaces=str(second.public_id), reason="Dubbel.", void=True)
    assert _problems(refused) == [("replaces", "exceeds_delivered")]
    assert "corrigeer eerst die afvoer" in refused.value.problems[0].detail
    log("retirement", replaces=str(gone.public_id), reason="Dubbel.", void=True)
    log("delivery", replaces=str(second.public_id), reason="Dubbel.", void=True)
    assert assessed(delivered).whole.coverage.delivered == 1


def test_records_that_contradict_each_other_are_refused_and_nothing_stays(
    delivered: Contract, world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = climate(delivered).forecast

    def contradict(*_given: Any) -> None:
        raise RecordOutOfOrder("Out of order.")

    monkeypatch.setattr(assessing, "assess_core", contradict)
    acts: list[Callable[[], Any]] = [
        lambda: log("retirement", date="2025-06-30", count=10, destination="reuse"),
        lambda: contracts.services.change_contract(
            world.manager,
            contract_id=delivered.public_id,
            document={"end": "2029-12-31"},
            expected_version=delivered.version,
        ),
        lambda: contracts.services.close_deliveries(
            world.manager,
            contract_id=delivered.public_id,
            document={"line": world.names["line"], "date": "2025-01-01"},
        ),
    ]
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.kind is Kind.CONFLICT
    fresh = Contract.objects.get(pk=delivered.pk)
    assert (fresh.end, fresh.version, fresh.lines.get().deliveries_closed_on) == (
        delivered.end,
        delivered.version,
        None,
    )
    assert not Retirement.objects.exists()
    assert climate(delivered).forecast == before


def test_a_correction_may_keep_its_source_and_nobody_elses(delivered: Contract, log: Log) -> None:
    def repair(source: str, **more: Any) -> Any:
        document = {"date": "2025-03-01", "material": "steel", "massKg": "1", "sourceReference": source}
        return log("repair", **document | more)

    first, other = repair("werkbon 1"), repair("werkbon 2")
    correction = {"reason": "Gewogen.", "massKg": "2"}
    second = repair("werkbon 1", replaces=str(first.public_id), **correction)
    third = repair("werkbon 1", replaces=str(second.public_id), **correction)
    assert third.source_reference == "werkbon 1"
    for again in ({}, {"replaces": str(other.public_id), **correction}):
        with pytest.raises(Refused) as refused:
            repair("werkbon 1", **again)
        assert _problems(refused) == [("sourceReference", "duplicate")]


def test_a_split_retirement_keeps_its_source(delivered: Contract, second: Delivery, log: Log) -> None:
    gone = {"date": "2024-06-01", "destination": "recycle", "sourceReference": "afvoerbon 1"}
    _split(log, sourceReference="afvoerbon 1")
    part = Retirement.objects.order_by("pk")[1]
    new = log("retirement", count=104, replaces=str(part.public_id), reason="Telfout.", **gone)
    assert new.source_reference == "afvoerbon 1"
    assert _retired(delivered) == 104


def test_somebody_who_was_later_is_sent_to_the_new_record(delivered: Contract, world: World, log: Log) -> None:
    correction = {"date": "2024-02-01", "replaces": world.names["delivery"], "reason": "Telfout."}
    log("delivery", count=90, **correction)
    with pytest.raises(Refused) as refused:
        log("delivery", count=80, **correction)
    assert refused.value.problems[0].detail == "Iemand heeft deze regel al gecorrigeerd: open de nieuwe regel."


def test_what_goes_days_after_it_came_is_asked(delivered: Contract, log: Callable[..., Any]) -> None:
    gone = {"date": "2024-02-02", "count": 5, "destination": "recycle"}
    with pytest.raises(Refused) as refused:
        log("retirement", **gone)
    [question] = refused.value.problems
    assert (question.attr, question.code, question.confirmable) == ("date", "implausible", True)
    reason = {"attr": "date", "code": "implausible", "reason": "Waterschade bij de verhuizing."}
    assert log("retirement", **gone, confirmations=[reason]).count == 5
