"""The main road in a real browser: from a demand to the dashboards, each page checked with axe and at 320 px."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Role
from tenders.models import Lot
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BILL = (
    ("staal", "55", "40"),
    ("plastic, gemiddeld", "30", "50"),
    ("schuim (PUR, zacht)", "10", "0"),
    ("textiel", "5", "0"),
)


def _day(days: int) -> str:
    moment = clock.today() + timedelta(days=days)
    return f"{moment.day}-{moment.month}-{moment.year}"


def _working_day(days: int) -> date:
    """The first day from Monday to Friday, at least so many days from now."""
    day = clock.today() + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _demand() -> dict[str, str]:
    lot, item = "lots.0", "lots.0.items.0"
    return {
        **{
            "title": "Stoelen voor het wijkcentrum",
            "reference": "VS-REIS-1",
            "deadline": f"{_working_day(30)}T12:00",
        },
        **{f"{lot}.title": "Stoelen", f"{lot}.productGroup": "kantoormeubilair"},
        **{f"{lot}.contractStart": _day(60), f"{lot}.contractEnd": _day(60 + 3652)},
        **{f"{item}.description": "Bureaustoel", f"{item}.neededCount": "100", f"{item}.neededYears": "10"},
    }


def _bid() -> dict[str, str]:
    line = {"reference": "stoel", "name": "Bureaustoel Merel", "massKg": "14,2", "count": "100"}
    line |= {"lifetimeYears": "0", "circularStrategy": "new", "endOfLifePlan": "take-back"}
    rows = {
        f"billOfMaterials.{row}.{name}": value
        for row, values in enumerate(BILL)
        for name, value in zip(("material", "share", "recycled"), values, strict=True)
    }
    return {"price": "19900", **{f"lines.0.{name}": value for name, value in (line | rows).items()}}


@pytest.fixture
def sign_in(chromium: Any, live_server: Any, world: World) -> Callable[..., Person]:
    """Signs somebody in: `sign_in(Role.AUDITOR, "auditor-1")`, of the city unless another place is given."""

    def make(role: str, username: str, place: Any = "") -> Person:
        return Person(chromium, live_server.url, world.person(role, place or world.city, username))

    return make


def _publish(officer: Person) -> str:
    officer.follow("Maak uw aanbesteding")
    officer.fill(_demand())
    theme = officer.page.locator('[name="ambitions.0.theme"] option').nth(1).get_attribute("value")
    officer.fill({"ambitions.0.theme": str(theme), "ambitions.0.level": "2"})
    officer.page.locator('[name="ambitions.0.main"]').check()
    officer.check()
    officer.press("Opslaan als concept")
    officer.reads("Wij vulden de referentie in: Bureaustoel, marktstandaard")
    officer.follow("Publiceren")
    officer.check()
    officer.press("Publiceren")
    officer.reads("Gepubliceerd", "Stoelen voor het wijkcentrum")
    officer.check()
    return str(officer.page.url).removeprefix(officer.server)


def _submit(supplier: Person, tender: str) -> None:
    supplier.go(tender)
    supplier.go(f"{tender}inschrijven/")
    supplier.fill(_bid())
    supplier.press("Dien de inschrijving in")
    supplier.reads("Er is niets ingediend")  # a lifetime of 0 years; what was typed still stands there
    assert supplier.page.locator('[name="lines.0.billOfMaterials.0.share"]').input_value() == "55"
    supplier.check()
    supplier.fill({"lines.0.lifetimeYears": "12"})
    supplier.press("Bereken eerst")
    supplier.reads("Voorlopige uitkomst", "kg CO2-eq")
    supplier.press("Dien de inschrijving in")
    supplier.reads("Ontvangstbewijs")
    supplier.check()


def _award(officer: Person, second: Person, tender: str, later: Callable[[timedelta], None]) -> None:
    officer.go(tender)
    assert "Bureaustoel Merel" not in officer.text
    assert "19.900" not in officer.text
    later(timedelta(days=33))
    for person in (officer, second):
        person.go(f"{tender}openen/")
        person.check()
        person.press("Bevestig de opening" if person is officer else "Open de inschrijvingen")
    officer.go(f"{tender}vergelijken/")
    officer.reads("Leverancier-a", "€ 19.900,00", "Bureaustoel, marktstandaard")
    officer.check()
    officer.follow("Gunnen")
    officer.page.locator('[name="bid"]').first.check()
    officer.fill(reason="Laagste effect voor de vraag.", standstillDays="20")
    officer.check()
    officer.press("Leg de beslissing vast")
    later(timedelta(days=31))
    officer.go(f"{tender}definitief/")
    officer.fill(reference="C-REIS-1")
    officer.press("Definitief gunnen")
    officer.reads("C-REIS-1")


def _deliver(manager: Person) -> None:
    manager.follow("Leg de levering vast van C-REIS-1")
    manager.reads("Beloofd")
    manager.check()
    manager.page.locator('main a[href*="/levering/"]').first.click()
    manager.fill(date=_day(0), count="60")
    manager.check()
    manager.press("Opslaan")
    manager.reads("60", "Prognose")
    manager.check()


def test_from_a_demand_to_the_dashboards(
    sign_in: Callable[..., Person], world: World, later: Callable[[timedelta], None]
) -> None:
    officer = sign_in(Role.PROCUREMENT_OFFICER, "inkoper-1")
    officer.check()
    tender = _publish(officer)
    _submit(sign_in(Role.SUPPLIER, "leverancier-a-1", world.suppliers["leverancier-a"]), tender)
    _award(officer, sign_in(Role.PROCUREMENT_OFFICER, "inkoper-2"), tender, later)
    assert Lot.objects.get().state == Lot.State.FINAL
    _deliver(sign_in(Role.CONTRACT_MANAGER, "contractmanager-1"))

    policy = sign_in(Role.POLICY_OFFICER, "beleid-1")
    policy.follow("Bekijk het dashboard")
    policy.reads("Kantoormeubilair", "Prognose", "1 contract")
    policy.check()
    policy.follow("Bekijk deze figuur van dichtbij")
    policy.reads("Kantoormeubilair", "Dezelfde cijfers als tabel")
    policy.page.locator(".js-plotly-plot").wait_for()
    policy.check()
    policy.follow("Terug naar het dashboard")
    policy.page.locator('main a[href*="/contracten/"][href*="indicator=climate"]').first.click()
    policy.reads("C-REIS-1", "Bureaustoel Merel", "60")
    policy.check()
    policy.go("/dashboard/landelijk/")
    policy.check()
