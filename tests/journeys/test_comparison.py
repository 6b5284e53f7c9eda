"""Bids on laptops in a real browser: a type that is suggested, a maker's own figure, and an order that depends."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from indicators.models import Basis
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.models import Role
from tests.worlds import World

from .person import Person
from .road import day, working_day

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LOT, ITEM, LINE = "lots.0", "lots.0.items.0", "lines.0"
DEMAND = {
    "title": "Laptops voor de wijkteams",
    "reference": "VS-REIS-2",
    f"{LOT}.title": "Laptops",
    f"{LOT}.productGroup": "ict-hardware",
    f"{ITEM}.description": "Laptops",
    f"{ITEM}.cpv": "30213100-6",
    f"{ITEM}.neededCount": "100",
    f"{ITEM}.neededYears": "5",
}
BID = {
    "price": "80000",
    f"{LINE}.reference": "laptop",
    f"{LINE}.name": "Laptop Wulp",
    f"{LINE}.massKg": "1,5",
    f"{LINE}.count": "100",
    f"{LINE}.lifetimeYears": "5",
    f"{LINE}.circularStrategy": "new",
    f"{LINE}.endOfLifePlan": "take-back",
    f"{LINE}.billOfMaterials.0.material": "aluminium",
    f"{LINE}.billOfMaterials.0.share": "60",
    f"{LINE}.billOfMaterials.0.recycled": "0",
    f"{LINE}.billOfMaterials.1.material": "staal",
    f"{LINE}.billOfMaterials.1.share": "40",
    f"{LINE}.billOfMaterials.1.recycled": "0",
}
FIGURE = {
    "indicator": "climate",
    "value": "240",
    "unit": "kg CO2-eq",
    "boundary": "cradle-to-gate",
    "method": "EN 15804",
    "year": "2025",
    "file": "voetafdruk.pdf",
}


@pytest.fixture
def last_release(world: World, both_releases: None) -> None:
    """Tenders count with the release that has product types."""
    with triggers.suspended():
        Basis.objects.filter(state=Basis.State.CURRENT).update(state=Basis.State.SUPERSEDED)
        Basis.objects.filter(code="nl-open-2026-2").update(state=Basis.State.CURRENT)


def _publish(officer: Person) -> str:
    officer.go("/aanbestedingen/nieuw/")
    moment = f"{working_day(30)}T12:00"
    officer.fill(DEMAND | {"deadline": moment, f"{LOT}.contractStart": day(60), f"{LOT}.contractEnd": day(2000)})
    theme = officer.page.locator('[name="ambitions.0.theme"] option').nth(1).get_attribute("value")
    officer.fill({"ambitions.0.theme": str(theme), "ambitions.0.level": "2"})
    officer.page.locator('[name="ambitions.0.main"]').check()
    officer.page.locator('[name="refresh"]').first.click()
    officer.page.wait_for_load_state("networkidle")
    officer.reads("Bedoelt u")
    officer.page.locator(f'button[name="choose"][value="{ITEM}.productType=laptop"]').click()
    officer.page.wait_for_load_state("networkidle")
    assert officer.page.locator(f'[name="{ITEM}.productType"]').input_value() == "laptop"
    officer.check()
    officer.press("Opslaan als concept")
    officer.follow("Publiceren")
    officer.press("Publiceren")
    officer.reads("Gepubliceerd", "Laptops voor de wijkteams")
    return str(officer.page.url).removeprefix(officer.server)


def _submit(supplier: Person, tender: str, **more: str) -> None:
    supplier.go(f"{tender}inschrijven/")
    supplier.fill(BID | more)
    supplier.press("Dien de inschrijving in")
    supplier.reads("Klopt het? Bevestig het met een reden.")
    supplier.fill({"confirmations.0.reason": "Het gebruik hoort niet bij de vraag."})
    supplier.press("Dien de inschrijving in")
    supplier.reads("Ontvangstbewijs")


def test_an_officer_reads_on_what_the_order_depends_and_takes_the_numbers_along(
    chromium: Any,
    live_server: Any,
    world: World,
    last_release: None,
    later: Callable[[timedelta], None],
) -> None:
    def sign_in(role: str, username: str, place: Any) -> Person:
        return Person(chromium, live_server.url, world.person(role, place, username))

    officer = sign_in(Role.PROCUREMENT_OFFICER, "inkoper-1", world.city)
    tender = _publish(officer)
    figure = {f"{LINE}.declaredProduction.0.{name}": value for name, value in FIGURE.items()}
    _submit(sign_in(Role.SUPPLIER, "leverancier-a-1", world.suppliers["leverancier-a"]), tender)
    _submit(sign_in(Role.SUPPLIER, "leverancier-b-1", world.suppliers["leverancier-b"]), tender, **figure)
    second = sign_in(Role.PROCUREMENT_OFFICER, "inkoper-2", world.city)
    later(timedelta(days=33))
    for person in (officer, second):
        person.go(f"{tender}openen/")
        person.press("Bevestig de opening" if person is officer else "Open de inschrijvingen")
    officer.go(f"{tender}vergelijken/")
    officer.reads("dat hangt af van het maken", "Daarboven is", "Dit telt in de gunning", "kruisen bij")
    officer.check()
    with officer.page.expect_download() as waiting:
        officer.page.get_by_role("link", name="Download deze vergelijking (CSV)").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Rij"] for row in rows] == ["inschrijving", "inschrijving", "volgorde"]
    assert (rows[-1]["Volgorde"], rows[-1]["Hangt af van"]) == ("hangt af", "het maken")
    officer.page.get_by_text("Welke getallen niet precies bekend zijn").click()
    officer.follow("Wat een bandbreedte met een keuze doet")
    officer.reads("Wat is een bandbreedte", "De lijnen van")
    officer.check()
