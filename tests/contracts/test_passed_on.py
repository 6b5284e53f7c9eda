"""Items that one contract passes on and another takes over: two owners, one production."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.checks import effect_differences
from contracts.kinds import kind_named
from contracts.models import Contract, Retirement
from indicators.calculation.calendar_time import moment
from mvi_dashboard.ground.problems import Refused
from tests import standing, worlds
from tests.worlds import World

from .reading import assessed, climate

pytestmark = pytest.mark.django_db
furnish = standing.states("delivered")
Log = Callable[..., Any]
GONE = {"date": "2026-02-01", "count": 20, "destination": "reuse"}


@pytest.fixture
def receiver(delivered: Contract, world: World) -> Contract:
    """Another contract for the same chairs, in which twenty are taken over."""
    names, world.names = world.names, {}
    made: Contract = worlds._contract_from(world, "C-2024-009")
    world.names = names
    return made


def _produced(contract: Contract) -> float:
    """What of climate is not use: production with the end of life."""
    found = assessed(contract)
    place = found.core.arrays.position("climate")
    kwh = sum(
        float(line.intensity["electricity"][place]) * record.quantity
        for line in found.core.lines
        for record in line.use_records
    )
    return float(found.whole.realised_to_date[place]) - kwh


def _take_over(world: World, receiver: Contract, gone: Retirement, **more: Any) -> Any:
    document = {"line": str(receiver.lines.get().public_id), "date": "2026-03-01", "count": 20}
    document |= {"receivedFrom": str(gone.public_id)} | more
    return kind_named("delivery").log(world.manager, contract_id=receiver.public_id, document=document)


def test_the_giver_bears_what_was_used_and_the_receiver_the_rest(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    unit = _produced(delivered) / 100
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    years = float(delivered.lines.get().bid_line.lifetime_years)
    used = (moment(date(2026, 2, 1)) - moment(date(2024, 2, 1))) / years
    assert _produced(delivered) == pytest.approx(unit * (80 + 20 * used))
    _take_over(world, receiver, gone)
    assert _produced(receiver) == pytest.approx(unit * 20 * (1 - used))
    assert list(effect_differences()) == []


def test_without_a_receiver_or_a_second_life_the_destination_counts(delivered: Contract, log: Log) -> None:
    whole = _produced(delivered)
    log("retirement", **GONE)
    log("retirement", receiver="Recycler", **GONE | {"destination": "recycle"})
    assert _produced(delivered) == pytest.approx(whole / 100 * (60 + 20 * 0.8 + 20 * 0.95))


def test_a_correction_of_the_giver_is_followed_by_the_receiver(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    _take_over(world, receiver, gone)
    before = climate(receiver).realised_to_date
    correction = {"replaces": str(gone.public_id), "reason": "Datum.", "receiver": "Gemeente Voorbeeldstad"}
    log("retirement", **GONE | {"date": "2025-02-01"} | correction)
    assert climate(receiver).realised_to_date > before
    assert list(effect_differences()) == []


def test_what_was_taken_over_stays_passed_on(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    with pytest.raises(Refused) as refused:
        _take_over(world, receiver, gone, count=21)
    assert [(each.attr, each.code) for each in refused.value.problems] == [("count", "exceeds_delivered")]
    with pytest.raises(Refused) as refused:
        _take_over(world, receiver, gone, date="2026-01-31")
    assert [(each.attr, each.code) for each in refused.value.problems] == [("date", "before_delivery")]
    _take_over(world, receiver, gone)
    said = {"replaces": str(gone.public_id), "reason": "Fout.", "receiver": "Gemeente Voorbeeldstad"}
    for change in ({"count": 19}, {"date": "2026-03-02"}, {"destination": "landfill"}, {"receiver": ""}):
        with pytest.raises(Refused) as refused:
            log("retirement", **GONE | said | change)
        assert "nam hiervan 20 stuks over" in refused.value.problems[0].detail
    with pytest.raises(Refused):
        log("retirement", replaces=str(gone.public_id), reason="Dubbel.", void=True)


def test_a_retirement_that_passes_nothing_on_cannot_be_taken_over(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    gone = log("retirement", **GONE)
    for named, code in ((gone, "invalid_choice"), (delivered, "does_not_exist")):
        with pytest.raises(Refused) as refused:
            _take_over(world, receiver, named)
        assert [(each.attr, each.code) for each in refused.value.problems] == [("receivedFrom", code)]


def test_three_owners_share_one_production_whatever_was_corrected_first(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    names, world.names = world.names, {}
    last: Contract = worlds._contract_from(world, "C-2024-010")
    world.names = names
    unit = _produced(delivered) / 100
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE | {"date": "2025-02-01"})
    _take_over(world, receiver, gone, date="2025-02-01")
    on = {"line": str(receiver.lines.get().public_id), "receiver": "Gemeente Voorbeeldstad"}
    again = kind_named("retirement").log(
        world.manager, contract_id=receiver.public_id, document=GONE | on | {"date": "2026-02-01"}
    )
    _take_over(world, last, again, date="2026-02-01", line=str(last.lines.get().public_id))

    def shares() -> list[float]:
        first = _produced(delivered) - 80 * unit
        return [made / (20 * unit) for made in (first, _produced(receiver), _produced(last))]

    assert sum(shares()) == pytest.approx(1)
    before = climate(last).realised_to_date
    correction = {"replaces": str(gone.public_id), "reason": "Datum.", "receiver": "Gemeente Voorbeeldstad"}
    log("retirement", **GONE | {"date": "2024-08-01"} | correction)
    assert sum(shares()) == pytest.approx(1)
    assert climate(last).realised_to_date > before
    assert list(effect_differences()) == []


def test_items_that_come_back_to_their_first_owner_on_the_same_day_end_somewhere(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    day = {"date": "2026-02-01"}
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE | day)
    _take_over(world, receiver, gone, **day)
    on = {"line": str(receiver.lines.get().public_id), "receiver": "Gemeente Voorbeeldstad"}
    on["confirmations"] = [{"attr": "date", "code": "implausible", "reason": "Meteen weer opgehaald."}]
    back = kind_named("retirement").log(world.manager, contract_id=receiver.public_id, document=GONE | on | day)
    more = [{"attr": "count", "code": "above_contracted", "reason": "Terug."}]
    log("delivery", count=20, receivedFrom=str(back.public_id), confirmations=more, **day)
    assert list(effect_differences()) == []


def test_primary_material_stays_with_who_bought_it(
    delivered: Contract, receiver: Contract, world: World, log: Log
) -> None:
    def primary(contract: Contract) -> float:
        found = assessed(contract)
        return float(found.whole.realised_to_date[found.core.arrays.position("primary_abiotic")])

    whole = primary(delivered)
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    _take_over(world, receiver, gone)
    assert primary(delivered) + primary(receiver) == pytest.approx(whole)


def test_only_the_same_goods_are_taken_over(
    delivered: Contract, world: World, log: Log, browser: Callable[[str], Client]
) -> None:
    names, world.names = world.names, {}
    laptops: Contract = worlds._contract_from(world, "C-2024-ICT", productGroup="ict-hardware")
    world.names = names
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    with pytest.raises(Refused) as refused:
        _take_over(world, laptops, gone)
    assert [(each.attr, each.code) for each in refused.value.problems] == [("receivedFrom", "invalid_choice")]
    form = browser("contractmanager-1").get(reverse("contracts:deliver", args=[laptops.public_id]))
    assert str(gone.public_id) not in form.content.decode()


def test_taking_over_works_by_form_and_over_rest(
    delivered: Contract, receiver: Contract, world: World, log: Log, browser: Callable[[str], Client]
) -> None:
    gone = log("retirement", receiver="Gemeente Voorbeeldstad", **GONE)
    client = browser("contractmanager-1")
    address = reverse("contracts:deliver", args=[receiver.public_id])
    text = client.get(address).content.decode()
    assert "Overgenomen van" in text
    assert str(gone.public_id) in text
    assert (
        "Overgenomen van"
        not in client.get(reverse("contracts:deliver", args=[delivered.public_id])).content.decode()
    )
    form = {"line": receiver.lines.get().public_id, "date": "01-03-2026", "count": "5"}
    sent = client.post(address, form | {"receivedFrom": gone.public_id})
    assert sent.status_code == 302
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}", "Idempotency-Key": "overgenomen"}
    document = {"line": str(form["line"]), "date": "2026-03-02", "count": 5, "receivedFrom": str(gone.public_id)}
    answer = Client().post(
        f"/api/v1/contracts/{receiver.public_id}/deliveries",
        document,
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["receivedFrom"] == str(gone.public_id)


@pytest.mark.parametrize("receiver", ["x", "-", "?? 1"])
def test_a_receiver_is_somebody_who_can_be_found(delivered: Contract, log: Log, receiver: str) -> None:
    with pytest.raises(Refused) as refused:
        log("retirement", receiver=receiver, **GONE)
    assert [(problem.attr, problem.code) for problem in refused.value.problems] == [("receiver", "invalid")]
