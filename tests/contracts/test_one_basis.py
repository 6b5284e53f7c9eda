"""A contract speaks of one basis: title, key figures, tag and list agree; totals stand apart, with a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from contracts.models import Contract, ContractEffect
from contracts.selectors import KEPT, effect_off_promise, promise_counts, promise_sums, with_promise
from reporting.services import put_right
from tests.contracts.reading import climate
from tests.shown import Shown, wrong_in
from tests.worlds import World

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]
Browser = Callable[[str], Client]
MANAGER = "contractmanager-1"


def seen(client: Client, contract: Contract) -> Shown:
    """The page of the contract."""
    return Shown(client.get(reverse("contracts:contract", args=[contract.public_id])).content.decode())


def test_items_that_last_shorter_are_worse_in_title_key_figures_and_list_though_totals_are_lower(
    delivered: Contract, log: Log, browser: Browser
) -> None:
    log("retirement", date="2026-02-01", count=60, destination="landfill")
    effect = climate(delivered)
    assert effect.forecast is not None
    assert effect.estimated is not None
    assert effect.forecast < effect.estimated, "the totals count less, as the life is shorter"
    client = browser(MANAGER)
    page = seen(client, delivered)
    assert "hoger dan beloofd" in page.title
    assert (page.figure("Prognose min beloofd") or 0) > 0
    assert not list(wrong_in(page))
    assert "In de totalen van de organisatie telt dit contract voor" in page.text
    [table] = Shown(client.get("/contracten/").content.decode()).tables
    assert table.rows[0][table.heads.index("Prognose min beloofd")].startswith("+")
    assert "Afwijking" in table.rows[0][0]


def test_more_items_are_a_key_figure_of_their_own_and_no_deviation(
    delivered: Contract, log: Log, browser: Browser
) -> None:
    more = [{"attr": "count", "code": "above_contracted", "reason": "Meer mensen."}]
    log("delivery", date="2024-03-01", count=50, confirmations=more)
    page = seen(browser(MANAGER), delivered)
    assert page.title == "De prognose is zoals beloofd"
    assert page.amount("Beloofd voor dit aantal") == page.amount("Prognose")
    assert page.figure("Prognose min beloofd") == 0
    assert not list(wrong_in(page))


def test_a_durable_contract_has_to_date_in_its_table_and_says_that_the_life_is_a_lower_bound(
    delivered: Contract, browser: Browser
) -> None:
    page = seen(browser(MANAGER), delivered)
    assert [each["label"] for each in page.figures[:4]] == [
        "Beloofd",
        "Prognose",
        "Prognose min beloofd",
        "Vermeden",
    ]
    assert "Tot nu" in [row[0] for table in page.tables for row in table.rows]
    assert "De prognose van de levensduur is daarom een ondergrens" in page.text


def test_what_is_delivered_without_any_effect_is_recorded_in_list_task_and_counts(
    world: World, log: Log, browser: Browser
) -> None:
    world.build(["consumed-contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    client = browser(MANAGER)

    def listed() -> str:
        [table] = Shown(client.get("/contracten/").content.decode()).tables
        return table.rows[0][table.heads.index("Prognose min beloofd")]

    assert not climate(contract).recorded
    assert (listed(), seen(client, contract).title) == ("nog niets gemeten", "Nog niets gemeten")
    wind = [{"material": "electricity-green-wind", "share": "1", "recycled": "0"}]
    log("delivery", periodStart="2024-01-01", periodEnd="2024-12-31", count="100000", billOfMaterials=wind)
    effect = climate(contract)
    assert effect.realised_to_date == 0
    assert effect.recorded
    title = seen(client, contract).title
    assert "lager dan beloofd" in title
    assert listed().replace("−", "") in title
    found = promise_counts(
        with_promise(ContractEffect.objects.filter(pk=effect.pk)).aggregate(**promise_sums(Q()))
    )
    assert (found.known, found.kept) == (1, 1)
    put_right()
    assert "nog niets gemeten" not in Shown(client.get("/dashboard/", {"jaar": ""}).content.decode()).title


def test_what_comes_back_every_month_stands_on_top(delivered: Contract, browser: Browser) -> None:
    html = browser(MANAGER).get(reverse("contracts:contract", args=[delivered.public_id])).content.decode()
    assert html.index('class="do"') < html.index('class="glance-figures"')
    for name in ("deliver", "use", "repair", "retire"):
        assert html.count(f'href="{reverse(f"contracts:{name}", args=[delivered.public_id])}"') >= 1


@pytest.mark.parametrize("off", [-0.2, 0.0, KEPT * 0.9, KEPT * 1.1, 0.5])
def test_contracts_are_counted_by_the_rule_of_one_contract(delivered: Contract, off: float) -> None:
    effect = climate(delivered)
    assert effect.estimated is not None
    parts = dict.fromkeys(effect.function_deviation, 0.0) | {"quantity": 10.0}
    parts["use"] = off * (effect.estimated + 10.0)
    ContractEffect.objects.filter(pk=effect.pk).update(
        function_deviation=parts,
        function_quantity=10.0,
        function_forecast=effect.estimated + sum(parts.values()),
    )
    changed = climate(delivered)
    rows = ContractEffect.objects.filter(pk=effect.pk)
    found = promise_counts(with_promise(rows).aggregate(**promise_sums(Q())))
    assert found.known == 1
    assert found.broken == int(effect_off_promise(changed) > KEPT)
