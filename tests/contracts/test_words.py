"""One word for one number on the pages of contracts, what was changed by whom, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import contracts.services
from contracts.models import Contract, ContractEffect
from contracts.selectors import due_for
from contracts.services import change_contract
from contracts.views.figures import coverage_of
from indicators.calculation.actual import Coverage
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.pages import Due
from tests import standing, worlds
from tests.queries import queries_of
from tests.worlds import World

from .reading import climate

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
furnish = standing.states("delivered")
Log = Callable[..., Any]
Browser = Callable[[str], Client]
MANAGER = "contractmanager-1"
LIST = "/contracten/"
FUNCTION = "Prognose"


def _page(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.public_id])


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def _heavier(log: Log, world: World) -> None:
    """The same chairs, a fifth heavier than promised."""
    log(
        "delivery", date="2024-02-01", count=100, massKg="15", replaces=world.names["delivery"], reason="Gewogen."
    )  # fmt: skip


def test_only_the_forecast_over_the_promised_lifetime_is_called_so(delivered: Contract, browser: Browser) -> None:
    response = browser(MANAGER).get(_page(delivered))
    function, account = response.context["function_bridge"], response.context["account_bridge"]
    for bridge, name in ((function, FUNCTION), (account, "Telt in de totalen")):
        assert bridge["end_label"] == name
        assert bridge["chart"].legend[1]["label"] == name
        assert bridge["chart"].steps[-1].label == name
    assert f'<th scope="row">{FUNCTION} <span' in response.content.decode()
    assert response.context["products"][0]["bridge"]["end_label"] == FUNCTION


def test_what_is_written_off_has_a_name_of_its_own(delivered: Contract, browser: Browser) -> None:
    spread, realised = browser(MANAGER).get(_page(delivered)).context["years"]
    labels = [[column["label"] for column in table["columns"]] for table in (spread, realised)]
    assert labels[0][2] == "Tot nu afgeschreven"
    assert labels[1][2] == "Tot nu"
    assert "eindigt op de dag van de stand" in spread["note"]


def test_a_deviation_stands_in_the_list_too(delivered: Contract, log: Log, world: World, browser: Browser) -> None:
    client, tag = browser(MANAGER), '<span class="tag tag-error">Afwijking</span>'
    assert tag not in _text(client, LIST)
    _heavier(log, world)
    assert tag in _text(client, LIST)
    assert tag in _text(client, _page(delivered))


def test_more_items_are_no_deviation(delivered: Contract, log: Log, browser: Browser) -> None:
    more = [{"attr": "count", "code": "above_contracted", "reason": "Meer mensen."}]
    log("delivery", date="2024-03-01", count=50, confirmations=more)
    assert "Afwijking</span>" not in _text(browser(MANAGER), LIST)


def test_coverage_says_that_repairs_are_not_in_it() -> None:
    use = coverage_of(Coverage((10.0, 10.0), (0.0, 0.0), (0.0, 0.0)), "stuks")[1]
    assert use["value"] == "n.v.t."
    assert "Reparaties tellen hier niet mee" in use["text"]


def test_a_delivery_without_effect_is_something_recorded(delivered: Contract, browser: Browser) -> None:
    # Of this indicator no factor of the chairs is known, so that nothing can be divided over classes.
    address = f"{_page(delivered)}?indicator=water"
    response = browser(MANAGER).get(address)
    assert not response.context["quality"]
    text = response.content.decode()
    assert "Nog niets gemeten" not in text
    assert "Wat is vastgelegd, heeft tot nu geen effect dat wij kennen." in text


def test_a_supplier_without_contracts_reads_how_one_comes(world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-b")
    text = _text(browser("leverancier-b-1"), LIST)
    assert "Een contract ontstaat als u de opdracht krijgt." in text
    assert "definitief gunt" not in text


def test_changes_of_the_contract_stand_among_what_happened(
    delivered: Contract, world: World, browser: Browser
) -> None:
    line = delivered.lines.get()
    term = {"reference": delivered.reference, "end": "2028-06-30"}
    change_contract(
        world.manager, contract_id=delivered.public_id, document=term, expected_version=delivered.version
    )
    same = {"reference": delivered.reference}
    change_contract(
        world.manager, contract_id=delivered.public_id, document=same, expected_version=delivered.version + 1
    )
    for document in ({"date": "2025-01-01"}, {"reopen": True}):
        contracts.services.close_deliveries(
            world.manager, contract_id=delivered.public_id, document={"line": str(line.public_id)} | document
        )
    response = browser(MANAGER).get(_page(delivered))
    changes = [each for each in response.context["happenings"] if not each.form]
    made = {each.title: each for each in changes}
    assert len(changes) == 3
    assert made["Contract gewijzigd"].details == ["Einde: 30 juni 2028"]
    assert made["Leveringen gesloten"].details == ["Laatste dag: 1 januari 2025"]
    assert made["Leveringen weer open"].day == clock.today()
    assert {each.by for each in made.values()} == {str(world.manager.user)}
    assert f"Door {world.manager.user}." in response.content.decode()
    world.supplier_actor("leverancier-a")
    seen = _text(browser("leverancier-a-1"), _page(delivered))
    assert "Contract gewijzigd" in seen
    assert f"Door {delivered.organisation.name}." in seen
    assert f"Door {world.manager.user}." not in seen


def _due(world: World) -> list[Due]:
    return list(due_for(world.manager))


def test_a_deviation_waits_for_the_contract_manager(
    delivered: Contract, log: Log, world: World, browser: Browser
) -> None:
    assert not [each for each in _due(world) if "anders gaat dan beloofd" in each.title]
    _heavier(log, world)
    waits = [each.detail for each in _due(world) if "anders gaat dan beloofd" in each.title]
    assert waits == ["De prognose is 16\xa0% hoger dan beloofd."]
    assert "16\xa0% hoger dan beloofd</h1>" in _text(browser(MANAGER), _page(delivered))


def test_use_that_is_recorded_for_less_than_half_waits(delivered: Contract, log: Log, world: World) -> None:
    today = clock.today()
    period = {"periodStart": str(today - timedelta(days=60)), "periodEnd": str(today - timedelta(days=31))}
    log("use", flow="electricity", quantity="40", unit="kWh", **period)
    assert climate(delivered).coverage_use < 0.5
    assert [each.title for each in _due(world)] == ["Vul het gebruik aan van C-2024-001 Bureaustoelen"]


def test_what_waits_costs_the_same_for_more_contracts(delivered: Contract, world: World, client: Client) -> None:
    client.force_login(world.manager.user)
    before = len(queries_of(client, "/"))
    world.names.pop("bid")
    worlds._contract_from(world, "C-2024-003")
    assert ContractEffect.objects.values("contract").distinct().count() == 2
    assert len(queries_of(client, "/")) == before


def test_a_withdrawn_delivery_waits_again(delivered: Contract, log: Log, world: World) -> None:
    log("delivery", replaces=world.names["delivery"], reason="Dubbel.", void=True)
    assert [each.title.split(" van ")[0] for each in _due(world)] == ["Leg de levering vast"]


def test_what_is_recorded_says_how_sure_it_is_in_a_sentence(delivered: Contract, browser: Browser) -> None:
    page = browser(MANAGER).get(_page(delivered))
    text = page.content.decode()
    assert (
        page.context["quality_said"]
        == "Niets daarvan komt van een meter. Het zwakste gegeven is: van leverancier."
    )
    assert text.count(page.context["quality_said"]) == 2, "of the contract and of its product"
