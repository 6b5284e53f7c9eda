"""Contracts of what is used up: what was eaten is logged per period, the promise follows the contract's time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import contracts.services
from contracts.checks import effect_differences
from contracts.models import Contract, Delivery
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.problems import Refused
from reporting.services import put_right
from tests import worlds
from tests.shown import Shown, wrong_in
from tests.shown import number as shown_number
from tests.worlds import World

from .reading import climate

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Log = Callable[..., Any]
BILL = [
    {"material": "food-rijst-witte", "massKg": "0.1", "recycled": "0"},
    {"material": "food-tomaat", "massKg": "0.2", "recycled": "0"},
]


@pytest.fixture
def energy(world: World) -> Contract:
    """Electricity for four years, 100,000 kWh a year, from 2024."""
    world.build(["consumed-contract"])
    return Contract.objects.get(public_id=world.names["contract"])


@pytest.fixture
def meals(world: World) -> Contract:
    """Catering for four years, 1,000 meals of 0.4 kg a year, from 2024."""
    rows = [
        {"material": "food-rijst-witte", "massKg": "0.2", "recycled": "0"},
        {"material": "food-tomaat", "massKg": "0.2", "recycled": "0"},
    ]
    line = {"reference": "lunch", "name": "Lunch", "item": 1, "massKg": "0.4", "count": 1000, "lifetimeYears": "4"}
    line |= {"circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": rows}
    world.names["bidDocument"] = worlds.bid_document("", lines=[line])
    items = [{"number": 1, "description": "Lunch", "neededCount": 1000, "neededYears": "4"}]
    items[0] |= {"referenceProduct": "warme-lunch-referentie"}
    contract: Contract = worlds._contract_from(world, "C-2024-LUNCH", productGroup="catering", items=items)
    world.names |= {"contract": str(contract.public_id), "line": str(contract.lines.get().public_id)}
    return contract


def _ends(world: World, contract: Contract, end: str) -> None:
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}
    address = f"/api/v1/contracts/{contract.public_id}"
    tag = Client().get(address, headers=headers)["ETag"]
    answer = Client().patch(
        address, {"end": end}, content_type="application/json", headers=headers | {"If-Match": tag}
    )
    assert answer.status_code == 200, answer.content


def _effects(world: World, contract: Contract, as_of: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}
    answer = Client().get(f"/api/v1/contracts/{contract.public_id}/effects?asOf={as_of}", headers=headers).json()
    found: dict[str, Any] = next(each for each in answer["impacts"] if each["indicator"] == "climate")
    return found


def test_a_contract_that_is_extended_keeps_its_promise_per_year(energy: Contract, world: World, log: Log) -> None:
    yearly = climate(energy).estimated / 4
    _ends(world, energy, "2028-12-31")
    found = _effects(world, energy, "2024-12-31")
    assert found["estimated"] == pytest.approx(4 * yearly)
    assert found["forecast"] == pytest.approx(5 * yearly)
    assert found["functionForecast"] == pytest.approx(4 * yearly)
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="100000")
    found = _effects(world, energy, "2024-12-31")
    assert found["realisedToDate"] == pytest.approx(found["estimatedToDate"])
    assert found["forecast"] == pytest.approx(5 * yearly)
    assert {row["part"]: row["value"] for row in found["deviation"]}["quantity"] == pytest.approx(yearly)
    assert all(abs(row["value"]) < 1e-6 for row in found["functionDeviation"])
    assert list(effect_differences()) == []


@pytest.mark.parametrize("years", [1, 3, 9, 20])
def test_a_contract_of_any_length_forecasts_the_promise_per_year(
    energy: Contract, world: World, years: int
) -> None:
    _ends(world, energy, f"{2023 + years}-12-31")
    found = _effects(world, energy, "2024-05-15")
    assert found["forecast"] == pytest.approx(found["estimated"] / 4 * years)
    assert found["functionForecast"] == pytest.approx(found["estimated"])


def test_an_extension_leaves_what_is_avoided_and_the_number_of_meals_as_they_were(
    meals: Contract, world: World, log: Log, browser: Callable[[str], Client]
) -> None:
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="900")
    client, address = browser("contractmanager-1"), reverse("contracts:contract", args=[meals.public_id])
    methods = reverse("contracts:on_bases", args=[meals.public_id])
    before = Shown(client.get(address).content.decode())
    assert "900 in plaats van 1.000 maaltijden per jaar" in before.text
    assert before.figure("Vermeden")
    by_method = [row[1:] for row in Shown(client.get(methods).content.decode()).tables[0].rows]
    _ends(world, meals, "2031-12-31")
    after = Shown(client.get(address).content.decode())
    for label in ("Beloofd", "Beloofd voor dit aantal", "Prognose", "Prognose min beloofd", "Vermeden"):
        assert after.figure(label) == before.figure(label), label
    assert [row[1:] for row in Shown(client.get(methods).content.decode()).tables[0].rows] == by_method
    assert "over de beloofde looptijd van 4 jaar" in after.text
    assert "900 in plaats van 1.000 maaltijden per jaar; 8 in plaats van 4 jaar" in " ".join(after.said)
    assert "Daar telt de looptijd zoals die nu is (8 in plaats van 4 jaar)" in after.text
    found = _effects(world, meals, "2024-12-31")
    for column, effect in (("estimated", "estimated"), ("forecast", "forecast")):
        assert found["avoided"][column] == pytest.approx(found["reference"][column] - found[effect])
    # The number of meals a year and their price for the climate are as before: the market is twice as long too.
    assert found["reference"]["forecast"] == pytest.approx(2 * 0.9 * found["reference"]["estimated"])


def test_a_year_in_which_a_contract_was_extended_has_a_promise_too(
    meals: Contract, world: World, log: Log, browser: Callable[[str], Client]
) -> None:
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="900")
    _ends(world, meals, "2031-12-31")
    put_right()
    client, address = browser("contractmanager-1"), reverse("contracts:contract", args=[meals.public_id])
    page = Shown(client.get(address).content.decode())
    said = shown_number(page.figures[0]["value"].split(" ")[0])
    assert "voor elk jaar van het contract zoals dat nu loopt (8 in plaats van 4 jaar)" in page.text
    for table in [table for table in page.tables if table.heads and table.heads[0] == "Jaar"]:
        column = [shown_number(row[table.heads.index("Beloofd")]) for row in table.rows]
        assert len(column) == 8
        assert max(column) - min(column) <= 1
        assert sum(column) == pytest.approx(2 * said, abs=1)
    for year in ("2027", "2028", ""):
        board = Shown(client.get("/dashboard/", {"jaar": year}).content.decode())
        assert "10 % minder dan beloofd" in board.title, year
        assert not list(wrong_in(board))
    awarded = Shown(client.get("/dashboard/", {"jaren": "purchase"}).content.decode())
    assert "80 % meer dan beloofd" in awarded.title
    assert "Dat iets langer of korter meegaat of loopt dan beloofd, scheelt +" in awarded.lead
    assert "verlengd" in " ".join(
        Shown(client.get("/dashboard/", {"jaren": "purchase"}).content.decode()).text.split()
    )


def test_the_promise_until_now_says_that_the_extension_is_in_it(
    meals: Contract, world: World, browser: Callable[[str], Client]
) -> None:
    _ends(world, meals, "2031-12-31")
    found = _effects(world, meals, "2024-12-31")
    assert found["estimatedToDate"] == pytest.approx(found["estimated"] / 4)
    with clock.set_to(datetime(2030, 1, 15, 12, tzinfo=UTC)):
        found = _effects(world, meals, "2029-12-31")
        assert found["estimatedToDate"] == pytest.approx(found["estimated"] / 4 * 6)
        said = browser("contractmanager-1").get(reverse("contracts:contract", args=[meals.public_id]))
        assert "ook in de tijd waarmee het contract is verlengd" in " ".join(Shown(said.content.decode()).said)


def test_what_was_eaten_is_logged_over_rest_with_its_materials(meals: Contract, world: World) -> None:
    before = climate(meals)
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}", "Idempotency-Key": "januari"}
    document = {"line": world.names["line"], "count": "500", "billOfMaterials": BILL}
    document |= {"periodStart": "2024-01-01", "periodEnd": "2024-06-30"}
    address = f"/api/v1/contracts/{meals.public_id}/deliveries"
    answer = Client().post(address, document, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["periodStart"], said["periodEnd"]) == ("2024-01-01", "2024-06-30")
    assert [row["material"] for row in said["billOfMaterials"]] == ["food-rijst-witte", "food-tomaat"]
    assert Delivery.objects.get().mass_kg == Decimal("0.3")
    after = climate(meals)
    assert 0 < after.realised_to_date < before.estimated / 8
    assert after.deviation["composition"] < 0


@pytest.mark.parametrize("code", ["steel", "waste-organic", "paint"])
def test_what_was_eaten_is_food_in_the_delivered_bill_too(meals: Contract, log: Log, code: str) -> None:
    bill = [{"material": code, "share": "1", "recycled": "0"}]
    with pytest.raises(Refused) as refused:
        log("delivery", count="500", periodStart="2024-01-01", periodEnd="2024-06-30", billOfMaterials=bill)
    assert ("billOfMaterials.0.material", "not_applicable") in {
        (problem.attr, problem.code) for problem in refused.value.problems
    }
    assert not Delivery.objects.exists()


def test_what_was_eaten_is_logged_in_the_form_with_its_materials(
    meals: Contract, world: World, browser: Callable[[str], Client]
) -> None:
    client = browser("contractmanager-1")
    address = reverse("contracts:deliver", args=[meals.public_id])
    text = client.get(address).content.decode()
    assert "Per eenheid<br>kg" in text
    assert "billOfMaterials.0.massKg" in text
    assert "Overgenomen van" not in text
    form = {"line": world.names["line"], "count": "500", "periodStart": "01-01-2024", "periodEnd": "30-06-2024"}
    for number, row in enumerate(BILL):
        form |= {f"billOfMaterials.{number}.material": row["material"]}
        form |= {f"billOfMaterials.{number}.massKg": row["massKg"].replace(".", ",")}
        form |= {f"billOfMaterials.{number}.recycled": "0"}
    sent = client.post(address, form)
    assert sent.status_code == 302, sent.content.decode()
    made = Delivery.objects.get()
    assert [row["mass_kg"] for row in made.bill] == ["0.1", "0.2"]
    correct = client.get(f"{address}?vervangt={made.public_id}").content.decode()
    assert 'value="0,2"' in correct


def test_the_form_offers_the_flow_that_a_unit_is_made_of(
    energy: Contract, browser: Callable[[str], Client]
) -> None:
    text = browser("contractmanager-1").get(reverse("contracts:deliver", args=[energy.public_id])).content.decode()
    assert "Per eenheid<br>kWh" in text
    assert '<option value="electricity">' in text
    assert '<option value="steel">' not in text


def test_what_is_used_up_has_no_strategy_and_no_future(meals: Contract, log: Log) -> None:
    with pytest.raises(Refused) as refused:
        log("delivery", periodStart="2024-01-01", periodEnd="2099-06-30", count="5", circularStrategy="reuse")
    assert {(each.attr, each.code) for each in refused.value.problems} == {
        ("circularStrategy", "not_applicable"), ("periodEnd", "future"),
    }  # fmt: skip


def test_more_than_the_contract_has_in_its_time_as_it_is_now_is_confirmed(
    energy: Contract, world: World, log: Log
) -> None:
    with pytest.raises(Refused) as refused:
        log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="450000")
    assert [each.code for each in refused.value.problems] == ["above_contracted"]
    _ends(world, energy, "2028-12-31")
    assert log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="450000").count == 450000


def test_closing_compares_what_came_with_what_was_promised_until_now(
    energy: Contract, log: Log, browser: Callable[[str], Client]
) -> None:
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="80000")
    text = browser("contractmanager-1").get(reverse("contracts:close", args=[energy.public_id])).content.decode()
    today = contracts.services.standings_of(energy, date(2024, 12, 31))
    assert [(each.delivered, each.due, each.whole) for each in today] == [
        (pytest.approx(80000), pytest.approx(100000), pytest.approx(400000))
    ]
    assert "Tot nu geleverd en beloofd" in text
    assert re.search(r"80\.000 van [\d.]+ kWh; in het hele contract zijn 400\.000 kWh beloofd", text)
    assert "80.000 van 100.000" not in text
    assert "in het hele contract zijn 400.000" in text


def test_closing_goods_shows_what_was_due(delivered: Contract, browser: Callable[[str], Client]) -> None:
    text = (
        browser("contractmanager-1").get(reverse("contracts:close", args=[delivered.public_id])).content.decode()
    )
    assert "100 van 100 stuks" in text


def test_what_is_used_up_is_told_in_its_own_words_and_per_year(
    energy: Contract, log: Log, browser: Callable[[str], Client]
) -> None:
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="80000")
    address = reverse("contracts:contract", args=[energy.public_id])
    text = browser("contractmanager-1").get(address).content.decode()
    assert re.search(r"in plaats van 100\.000 kWh per jaar", text)
    assert "80.000 kWh geleverd" in text


def test_what_is_used_up_is_not_offered_to_be_repaired(energy: Contract, browser: Callable[[str], Client]) -> None:
    client = browser("contractmanager-1")
    for name in ("contract", "deliver"):
        text = client.get(reverse(f"contracts:{name}", args=[energy.public_id])).content.decode()
        assert reverse("contracts:use", args=[energy.public_id]) in text
        for kind in ("repair", "repair_period", "retire"):
            assert reverse(f"contracts:{kind}", args=[energy.public_id]) not in text
