"""Steps of the road from a demand to a contract, as people take them at a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from mvi_dashboard.ground import clock

from .person import Person

BILL = (
    ("staal", "55", "40"),
    ("plastic, gemiddeld", "30", "50"),
    ("schuim (PUR, zacht)", "10", "0"),
    ("textiel", "5", "0"),
)


def day(days: int) -> str:
    moment = clock.today() + timedelta(days=days)
    return f"{moment.day}-{moment.month}-{moment.year}"


def working_day(days: int) -> date:
    """The first day from Monday to Friday, at least so many days from now."""
    day = clock.today() + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def demand() -> dict[str, str]:
    lot, item = "lots.0", "lots.0.items.0"
    return {
        **{
            "title": "Stoelen voor het wijkcentrum",
            "reference": "VS-REIS-1",
            "deadline": f"{working_day(30)}T12:00",
        },
        **{f"{lot}.title": "Stoelen", f"{lot}.productGroup": "kantoormeubilair"},
        **{f"{lot}.contractStart": day(60), f"{lot}.contractEnd": day(60 + 3652)},
        **{f"{item}.description": "Bureaustoel", f"{item}.neededCount": "100", f"{item}.neededYears": "10"},
    }


def bid_of_a_chair() -> dict[str, str]:
    line = {"reference": "stoel", "name": "Bureaustoel Merel", "massKg": "14,2", "count": "100"}
    line |= {"lifetimeYears": "0", "circularStrategy": "new", "endOfLifePlan": "take-back"}
    rows = {
        f"billOfMaterials.{row}.{name}": value
        for row, values in enumerate(BILL)
        for name, value in zip(("material", "share", "recycled"), values, strict=True)
    }
    return {"price": "19900", **{f"lines.0.{name}": value for name, value in (line | rows).items()}}


def publish_tender(officer: Person) -> str:
    """Ask for a hundred chairs; gives the path of the tender."""
    officer.follow("Maak uw aanbesteding")
    officer.fill(demand())
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


def submit_bid(supplier: Person, tender: str) -> None:
    """Bid, after a mistake that is told; ends at the receipt."""
    supplier.go(tender)
    supplier.go(f"{tender}inschrijven/")
    supplier.fill(bid_of_a_chair())
    if supplier.language == "en":
        supplier.fill({"lines.0.massKg": "14.2"})
    supplier.press("Dien de inschrijving in")
    supplier.reads("Er is niets ingediend.")  # a lifetime of 0 years; what was typed still stands there
    assert supplier.page.locator('[name="lines.0.billOfMaterials.0.share"]').input_value() == "55"
    supplier.check()
    supplier.fill({"lines.0.lifetimeYears": "12"})
    supplier.press("Bereken eerst")
    supplier.reads("Voorlopige uitkomst", "kg CO2-eq")
    supplier.press("Dien de inschrijving in")
    supplier.reads("Ontvangstbewijs")
    supplier.check()


def open_bids(officer: Person, second: Person, tender: str, between: Callable[[], None] = lambda: None) -> None:
    """The first person begins, `between` happens, the second one opens."""
    officer.go(tender)
    assert "Bureaustoel Merel" not in officer.text
    assert "19.900" not in officer.text
    officer.go(f"{tender}openen/")
    officer.check()
    officer.press("Bevestig de opening")
    between()
    second.go(f"{tender}openen/")
    second.check()
    second.press("Open de inschrijvingen")


def decide_award(officer: Person, tender: str, bidder: str) -> None:
    """Compare, and decide for the bid of this supplier."""
    officer.go(f"{tender}vergelijken/")
    officer.reads(bidder, "€ 19.900,00", "Bureaustoel, marktstandaard")
    officer.check()
    officer.follow("Gunnen")
    officer.page.get_by_role("radio", name=bidder).check()
    officer.fill(reason="Laagste effect voor de vraag.", standstillDays="20")
    officer.check()
    officer.press("Leg de beslissing vast")


def finalise_award(officer: Person, tender: str) -> None:
    """Make the contract."""
    officer.go(f"{tender}definitief/")
    officer.fill(reference="C-REIS-1")
    officer.press("Definitief gunnen")
    officer.reads("C-REIS-1")
