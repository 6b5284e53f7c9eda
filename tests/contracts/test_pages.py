"""The pages of contracts: what they say, what they never say, for whom, and in how many queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.kinds import KINDS
from contracts.models import Contract, ContractEffect, Delivery, Repair
from contracts.services.core_lines import last_day
from indicators.models import Material
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.models import Role
from tenders.models import Award
from tests.queries import queries_of
from tests.worlds import World

from .reading import history

pytestmark = pytest.mark.django_db
Log = Callable[..., Any]
Browser = Callable[[str], Client]
MANAGER = "contractmanager-1"
LIST = "/contracten/"
QUERIES_LIST = 11
QUERIES_CONTRACT = 19 + len(KINDS)
TRAIL = 5  # reading a contract is written in the trail: three statements, and the marks of a transaction in one


def _page(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.public_id])


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def _queries(client: Client, address: str) -> int:
    return len(queries_of(client, address))


def test_the_list_shows_promise_forecast_and_coverage(delivered: Contract, browser: Browser) -> None:
    text = _text(browser(MANAGER), LIST)
    assert _page(delivered) in text
    assert "Leverancier-a" in text
    assert "Prognose" in text
    assert "100\xa0%" in text


def test_an_empty_list_says_where_contracts_come_from(world: World, browser: Browser) -> None:
    assert "Er zijn nog geen contracten" in _text(browser(MANAGER), LIST)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zoek=2024-001", True),
        ("zoek=bestaat-niet", False),
        ("productgroep=kantoormeubilair", True),
        ("productgroep=catering", False),
        ("leverancier=leverancier-a", True),
        ("stand=straks", False),
    ],
)
def test_filters_stand_in_the_address(delivered: Contract, browser: Browser, query: str, found: bool) -> None:
    text = _text(browser(MANAGER), f"{LIST}?{query}")
    assert (_page(delivered) in text) is found
    assert 'class="chip"' in text
    assert ("Geen contract past bij deze filters" in text) is not found


@pytest.mark.parametrize("query", ["stand=kapot", "cursor=kapot", "zoek=%00"])
def test_a_filter_that_is_none_is_refused(delivered: Contract, browser: Browser, query: str) -> None:
    assert browser(MANAGER).get(f"{LIST}?{query}").status_code == 400


def test_a_contract_without_records_says_that_nothing_is_measured(world: World, browser: Browser) -> None:
    world.build(["contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    text = _text(browser(MANAGER), _page(contract))
    assert "<h1>Nog niets gemeten</h1>" in text
    assert "n.v.t." in text
    assert "onbekend" in text  # no market standard


def test_the_answer_comes_first_and_tells_volume_apart(two_products: Contract, log: Log, browser: Browser) -> None:
    history(log)
    text = _text(browser(MANAGER), _page(two_products))
    assert "<h1>De prognose is" in text
    assert "Los daarvan is het volume" in text or "Het volume is zoals beloofd" in text
    for word in ("Beloofd tot nu", "Tot nu", "Niet gemeten", "Prognose", "Referentie", "Vermeden", "Armleuning"):
        assert word in text
    for part in ("Aantal", "Materiaal en strategie", "Einde levensduur", "Levensduur", "Gebruik", "Reparaties"):
        assert part in text
    assert "Langer of korter gebruikt" in text


def test_a_forecast_is_never_called_real(two_products: Contract, log: Log, browser: Browser) -> None:
    history(log)
    text = _text(browser(MANAGER), _page(two_products)).lower()
    assert "daadwerkelijk" not in text
    assert "gerealiseerd" not in text


def test_the_promise_opens_down_to_materials_and_sources(delivered: Contract, browser: Browser) -> None:
    text = _text(browser(MANAGER), _page(delivered))
    assert "zo komen wij aan dit getal" in text
    assert "Staal" in text
    assert "Inventory of Carbon and Energy" in text


def test_another_indicator_and_date_are_asked_in_the_address(delivered: Contract, browser: Browser) -> None:
    client = browser(MANAGER)
    before = list(ContractEffect.objects.order_by("pk").values())
    text = _text(client, f"{_page(delivered)}?indicator=primary_abiotic&peildatum=31-01-2024")
    assert "<h1>Nog niets gemeten</h1>" in text
    assert "Stand op 31 januari 2024" in text
    assert "na de dag van de stand, telt niet mee" in text
    assert list(ContractEffect.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(("query", "status"), [("peildatum=31-02-2024", 400), ("indicator=bestaat-niet", 404)])
def test_a_wrong_question_is_refused(delivered: Contract, browser: Browser, query: str, status: int) -> None:
    assert browser(MANAGER).get(f"{_page(delivered)}?{query}").status_code == status


def test_a_corrected_figure_stays_visible_with_its_reason(
    delivered: Contract, log: Log, world: World, browser: Browser
) -> None:
    log("delivery", date="2024-02-01", count=80, replaces=world.names["delivery"], reason="Telfout op de bon.")
    text = _text(browser(MANAGER), _page(delivered))
    assert "80 stuks geleverd" in text
    assert "<del>100 stuks geleverd, 1 februari 2024</del>" in text
    assert "Telfout op de bon." in text


def test_a_withdrawn_figure_stays_visible_with_its_reason(
    delivered: Contract, log: Log, world: World, browser: Browser
) -> None:
    log("delivery", replaces=world.names["delivery"], void=True, reason="Dubbel ingevuld.")
    text = _text(browser(MANAGER), _page(delivered))
    assert "<del>100 stuks geleverd</del>" in text
    assert "Dubbel ingevuld." in text
    assert "<h1>Nog niets gemeten</h1>" in text


def test_names_of_others_are_never_code(delivered: Contract, log: Log, world: World, browser: Browser) -> None:
    changes = {"location": "<script>alert(1)</script>", "reason": "<b>fout</b>"}
    log("delivery", date="2024-02-01", count=90, replaces=world.names["delivery"], **changes)
    text = _text(browser(MANAGER), _page(delivered))
    assert "<script>alert" not in text
    assert "&lt;b&gt;fout" in text


def test_a_supplier_reads_and_changes_nothing(delivered: Contract, world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-a")
    client = browser("leverancier-a-1")
    assert _page(delivered) in _text(client, LIST)
    text = _text(client, _page(delivered))
    assert "Vastleggen</h2>" not in text
    assert "Corrigeren" not in text
    for name in (*(kind.form.page for kind in KINDS), "close", "edit"):
        assert client.get(reverse(f"contracts:{name}", args=[delivered.public_id])).status_code == 403


def test_others_do_not_know_that_it_exists(delivered: Contract, world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-b")
    world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-4")
    for username in ("leverancier-b-1", "contractmanager-4"):
        client = browser(username)
        assert _page(delivered) not in _text(client, LIST)
        for name in ("contract", "deliver", "close", "edit"):
            assert client.get(reverse(f"contracts:{name}", args=[delivered.public_id])).status_code == 404


def test_who_is_not_signed_in_signs_in_first(delivered: Contract, client: Client) -> None:
    for address in (LIST, _page(delivered)):
        assert client.get(address)["Location"].startswith("/inloggen/")


def _copies(contract: Contract, total: int) -> None:
    """As many contracts like this one, with their effects."""
    award, effects = contract.award, list(ContractEffect.objects.filter(contract=contract))
    for number in range(Contract.objects.count(), total):
        award.pk = None
        award._state.adding = True
        award.save()
        made = Contract.objects.create(
            organisation_id=contract.organisation_id,
            award=Award.objects.get(pk=award.pk),
            supplier_id=contract.supplier_id,
            reference=f"K-{number}",
            title=contract.title,
            group=contract.group,
            theme=contract.theme,
            start=contract.start,
            end=contract.end,
            promised_effect=contract.promised_effect,
            created_at=clock.now(),
        )
        for effect in effects:
            effect.pk, effect.contract = None, made
        ContractEffect.objects.bulk_create(effects)


def test_the_list_costs_the_same_for_10_and_50_contracts(delivered: Contract, browser: Browser) -> None:
    client = browser(MANAGER)
    counts = []
    for total in (10, 50):
        _copies(delivered, total)
        counts.append(_queries(client, LIST))
    assert counts == [QUERIES_LIST, QUERIES_LIST]


def test_the_list_goes_on_on_the_next_page(delivered: Contract, browser: Browser) -> None:
    client = browser(MANAGER)
    _copies(delivered, 53)
    response = client.get(LIST)
    text = _text(client, response.context["next_url"])
    assert len(response.context["rows"]) == 50
    assert text.count('<th scope="row">') == 3
    assert "Terug naar het begin" in text


def test_a_contract_costs_the_same_for_10_and_50_records(
    two_products: Contract, log: Log, browser: Browser
) -> None:
    history(log)
    client = browser(MANAGER)
    line, steel = two_products.lines.order_by("pk").first(), Material.objects.get(code="steel")
    counts = []
    for total in (10, 50):
        Repair.objects.bulk_create(
            Repair(
                organisation_id=two_products.organisation_id,
                public_id=uuid.uuid4(),
                contract=two_products,
                recorded_at=clock.now(),
                recorded_by="iemand",
                line=line,
                date=date(2025, 1, 1),
                material=steel,
                mass_kg=1,
            )
            for _ in range(total - Repair.objects.count())
        )
        counts.append(_queries(client, _page(two_products)))
    assert counts == [QUERIES_CONTRACT + TRAIL] * 2
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("day", ["1-1-2000", "31-12-2023"])
def test_any_day_that_has_come_can_be_asked(two_products: Contract, log: Log, browser: Browser, day: str) -> None:
    history(log)
    assert "Prognose" in _text(browser(MANAGER), f"{_page(two_products)}?peildatum={day}")


@pytest.mark.parametrize("door", ["page", "REST"])
def test_a_day_to_come_is_refused_in_every_door_and_the_end_of_this_month_is_called_so(
    delivered: Contract, world: World, browser: Browser, door: str
) -> None:
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}

    def asked(day: str) -> Any:
        if door == "page":
            return browser(MANAGER).get(_page(delivered), {"peildatum": day})
        return Client().get(f"/api/v1/contracts/{delivered.public_id}/effects", {"asOf": day}, headers=headers)

    today = last_day(clock.today()) + timedelta(days=12)
    end = last_day(today)
    with clock.set_to(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        for day in (today + timedelta(days=1), end + timedelta(days=1), date(2100, 1, 1)):
            answer = asked(day.isoformat())
            assert answer.status_code == 400
            assert "Deze dag moet nog komen" in answer.content.decode()
        for text in (today.isoformat(), end.isoformat(), ""):
            answer = asked(text)
            assert answer.status_code == 200, text
            if door == "page":
                of_month = f"Stand op het einde van deze maand ({formats.day(end)})" in answer.content.decode()
                assert of_month == (text != today.isoformat())
