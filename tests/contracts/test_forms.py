"""Recording over forms: prefilled, all problems at once beside their inputs, once per press, and corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Contract, Delivery, Repair, RepairPeriod, Retirement, UseRecord
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.idempotency import Once
from tenders.models import Tender
from tests import worlds
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Log = Callable[..., Any]
Browser = Callable[[str], Client]
MANAGER = "contractmanager-1"


def _address(name: str, contract: Contract, query: str = "") -> str:
    return reverse(f"contracts:{name}", args=[contract.public_id]) + query


def _contract(world: World) -> Contract:
    world.build(["contract"])
    return Contract.objects.get(public_id=world.names["contract"])


def test_the_only_product_and_flow_stand_there_already(
    delivered: Contract, world: World, browser: Browser
) -> None:
    client = browser(MANAGER)
    assert f'value="{world.names["line"]}" selected' in client.get(_address("deliver", delivered)).content.decode()
    text = client.get(_address("use", delivered)).content.decode()
    assert 'value="electricity" selected' in text
    assert 'value="kWh"' in text


def test_each_form_records(world: World, browser: Browser) -> None:
    contract = _contract(world)
    client, line = browser(MANAGER), world.names["line"]
    steps = [
        ("deliver", {"date": "1-2-2024", "count": "100", "massKg": "12,5"}, Delivery),
        ("use", {"flow": "electricity", "quantity": "1.200,5", "unit": ""}, UseRecord),
        ("repair", {"date": "01-03-2025", "material": "steel", "massKg": "2,5"}, Repair),
        ("repair_period", {}, RepairPeriod),
        ("retire", {"date": "30-6-2025", "count": "10", "destination": "reuse"}, Retirement),
    ]
    period = {"periodStart": "1-3-2024", "periodEnd": "31-12-2024"}
    for name, document, model in steps:
        more = period if name in ("use", "repair_period") else {}
        response = client.post(_address(name, contract), {"line": line, **document, **more})
        assert response.status_code == 302, (name, response.content.decode())
        assert response["Location"] == _address("contract", contract), "at its top, where the message stands"
        assert model.objects.count() == 1
    assert UseRecord.objects.get().flow.unit == "kWh"


def test_all_problems_come_at_once_with_what_was_typed(world: World, browser: Browser) -> None:
    contract = _contract(world)
    document = {"line": world.names["line"], "date": "31-2-2024", "count": "1.5", "massKg": "1.250"}
    response = browser(MANAGER).post(_address("deliver", contract), document)
    text = response.content.decode()
    assert response.status_code == 400
    assert "Fout: Wat is er geleverd?" in text
    for name in ("date", "count", "massKg"):
        assert f'href="#veld-{name}"' in text
        assert f'value="{document[name]}"' in text
    assert not Delivery.objects.exists()


def test_the_first_button_saves(delivered: Contract, browser: Browser) -> None:
    text = browser(MANAGER).get(_address("deliver", delivered)).content.decode()
    form = text[text.index('<form method="post" novalidate>') :]
    first = form[form.index("<button") :]
    assert first[: first.index("</button>")].endswith("Opslaan")


def test_more_than_was_promised_asks_for_a_reason(delivered: Contract, world: World, browser: Browser) -> None:
    client, address = browser(MANAGER), _address("deliver", delivered)
    document = {"line": world.names["line"], "date": "1-3-2024", "count": "5"}
    asked = client.post(address, document)
    assert asked.status_code == 409
    assert "confirmations.0.reason" in asked.content.decode()
    given = {"confirmations.0.attr": "count", "confirmations.0.code": "above_contracted"}
    done = client.post(address, {**document, **given, "confirmations.0.reason": "Vijf extra voor de balie."})
    assert done.status_code == 302
    assert "Bevestigd: Vijf extra voor de balie." in client.get(_address("contract", delivered)).content.decode()


def test_a_form_that_is_sent_twice_records_once(world: World, browser: Browser) -> None:
    contract = _contract(world)
    document = {"line": world.names["line"], "date": "1-2-2024", "count": "10", "sleutel": "0" * 32}
    client = browser(MANAGER)
    answers = [client.post(_address("deliver", contract), document) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Delivery.objects.count() == 1


def _looks_before_the_other_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look finds nothing, as when both presses look before either has stored anything."""
    real, looks = Once.recall, []

    def recall(once: Once) -> bool:
        looks.append(once)
        return len(looks) > 1 and real(once)

    monkeypatch.setattr(Once, "recall", recall)


def test_two_presses_at_the_same_moment_record_once(
    delivered: Contract, world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"line": world.names["line"], "date": "1-6-2024", "material": "steel", "massKg": "1"}
    client, pressed = browser(MANAGER), document | {"sleutel": "a" * 32}
    assert client.post(_address("repair", delivered), pressed).status_code == 302
    _looks_before_the_other_is_done(monkeypatch)
    assert client.post(_address("repair", delivered), pressed).status_code == 302
    assert Repair.objects.count() == 1


def test_a_correction_starts_from_what_stood_there(delivered: Contract, world: World, browser: Browser) -> None:
    client = browser(MANAGER)
    address = _address("deliver", delivered, f"?vervangt={world.names['delivery']}")
    text = client.get(address).content.decode()
    assert 'value="100"' in text
    assert 'value="01-02-2024"' in text
    assert 'value="pakbon 2024-001"' in text
    document = {
        "line": world.names["line"], "date": "1-2-2024", "count": "80", "sourceReference": "pakbon 2024-001",
    }  # fmt: skip
    assert client.post(address, document).status_code == 400  # no reason
    assert client.post(address, {**document, "reason": "Telfout."}).status_code == 302
    assert [each.count for each in Delivery.objects.order_by("pk")] == [100, 80]
    assert Delivery.objects.get(count=80).replaces.count == 100


def test_a_record_is_withdrawn_with_a_reason(delivered: Contract, world: World, browser: Browser) -> None:
    client = browser(MANAGER)
    address = _address("deliver", delivered, f"?vervangt={world.names['delivery']}&vervalt=ja")
    text = client.get(address).content.decode()
    assert "Laat u deze levering vervallen?" in text
    assert "(mag leeg)" not in text
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 400
    assert "Zeg waarom u dit corrigeert." in refused.content.decode()
    assert client.post(address, {"reason": "Dubbel."}).status_code == 302
    assert Delivery.objects.get(void=True).reason == "Dubbel."


@pytest.mark.parametrize("given", ["kapot", "00000000-0000-4000-8000-000000000000"])
def test_a_record_that_is_not_there_cannot_be_corrected(delivered: Contract, browser: Browser, given: str) -> None:
    assert browser(MANAGER).get(_address("deliver", delivered, f"?vervangt={given}")).status_code == 404


def test_delivered_materials_can_differ_and_come_back(delivered: Contract, world: World, browser: Browser) -> None:
    client = browser(MANAGER)
    address = _address("deliver", delivered, f"?vervangt={world.names['delivery']}")
    rows = {
        "billOfMaterials.0.material": "steel",
        "billOfMaterials.0.share": "30",
        "billOfMaterials.0.recycled": "0",
        "billOfMaterials.1.material": "wood",
        "billOfMaterials.1.share": "60",
        "billOfMaterials.1.recycled": "12,5",
    }
    document = {"line": world.names["line"], "date": "1-2-2024", "count": "100", "reason": "Hout.", **rows}
    refused = client.post(address, document)
    assert refused.status_code == 400
    assert "90" in refused.content.decode()
    assert client.post(address, {**document, "billOfMaterials.0.share": "40"}).status_code == 302
    made = Delivery.objects.get(bill__isnull=False)
    text = client.get(_address("deliver", delivered, f"?vervangt={made.public_id}")).content.decode()
    assert 'name="billOfMaterials.1.share" value="60"' in text
    assert 'name="billOfMaterials.1.recycled" value="12,5"' in text


def test_deliveries_are_closed_after_a_page_that_asks(delivered: Contract, world: World, browser: Browser) -> None:
    client, address = browser(MANAGER), _address("close", delivered)
    assert "Komen er geen leveringen meer?" in client.get(address).content.decode()
    tomorrow = clock.today() + timedelta(days=1)
    future = {"line": world.names["line"], "date": tomorrow.strftime("%d-%m-%Y")}
    assert client.post(address, future).status_code == 400
    assert client.post(address, {"line": world.names["line"], "date": "1-1-2025"}).status_code == 302
    assert delivered.lines.get().deliveries_closed_on is not None


def test_a_contract_is_changed_on_the_version_that_was_seen(delivered: Contract, browser: Browser) -> None:
    client, address = browser(MANAGER), _address("edit", delivered)
    assert f'name="version" value="{delivered.version}"' in client.get(address).content.decode()
    document = {
        "reference": "C-NIEUW",
        "start": "1-1-2024",
        "end": "31-12-2028",
        "version": str(delivered.version),
    }
    assert client.post(address, document).status_code == 302
    assert client.post(address, {**document, "end": "31-12-2029"}).status_code == 412
    backwards = {**document, "version": str(delivered.version + 1), "end": "31-12-2023"}
    refused = client.post(address, backwards)
    assert refused.status_code == 400
    assert 'href="#veld-end"' in refused.content.decode()
    delivered.refresh_from_db()
    assert (delivered.reference, delivered.end.year) == ("C-NIEUW", 2028)


def _decided(world: World, days_ago: int) -> Tender:
    start = world.now - timedelta(days=32 + days_ago)
    term = {"contractStart": "2026-01-01", "contractEnd": "2030-12-31"}
    tender = worlds._past_tender(world, start, ("leverancier-a",), **term)
    worlds._open(world, tender, start + timedelta(days=31))
    worlds._decide(world, tender, start + timedelta(days=32))
    return Tender.objects.get(pk=tender.pk)


def test_the_final_award_makes_the_contract(world: World, browser: Browser) -> None:
    tender, client = _decided(world, 30), browser("inkoper-1")
    address = reverse("contracts:finalise", args=[tender.public_id])
    assert "Gunt u nu definitief?" in client.get(address).content.decode()
    document = {"reference": "", "lot": world.names["lot"], "version": str(tender.version)}
    assert client.post(address, document).status_code == 400
    done = client.post(address, {**document, "reference": "C-2026-9"})
    assert done["Location"] == _address("contract", Contract.objects.get(reference="C-2026-9"))


def test_two_presses_at_the_same_moment_make_one_contract(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender, client = _decided(world, 30), browser("inkoper-1")
    address = reverse("contracts:finalise", args=[tender.public_id])
    document = {"reference": "C-9", "lot": world.names["lot"], "version": str(tender.version), "sleutel": "b" * 32}
    done = client.post(address, document)
    _looks_before_the_other_is_done(monkeypatch)
    again = client.post(address, document)
    assert (done.status_code, again.status_code) == (302, 302)
    assert done["Location"] == again["Location"]
    assert Contract.objects.count() == 1


def test_before_the_end_of_the_standstill_it_says_how_long(world: World, browser: Browser) -> None:
    tender, client = _decided(world, 3), browser("inkoper-1")
    address = reverse("contracts:finalise", args=[tender.public_id])
    text = client.get(address).content.decode()
    assert "De wachttijd loopt nog" in text
    assert '<form method="post" novalidate' not in text
    document = {"reference": "C-1", "lot": world.names["lot"], "version": str(tender.version)}
    refused = client.post(address, document)
    assert refused.status_code == 409
    assert "De wachttijd loopt tot en met" in refused.content.decode()
    assert not Contract.objects.exists()


def test_only_who_decides_makes_it_final(world: World, browser: Browser) -> None:
    tender = _decided(world, 30)
    address = reverse("contracts:finalise", args=[tender.public_id])
    world.supplier_actor("leverancier-b")
    assert browser("leverancier-b-1").get(address).status_code in (403, 404)
    assert browser(MANAGER).get(address).status_code == 404
