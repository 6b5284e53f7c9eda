"""Without a demo: an empty database, its first administrator, and people who come in by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from mvi_dashboard.ground.outbox.sending import send_waiting
from tests.files_made import picture
from tests.worlds import PASSWORD

from .person import NARROW, Person
from .road import decide_award, finalise_award, open_bids, publish_tender, submit_bid

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
CITY = "voorbeeldstad.example"


def _link(kind: str, to: str) -> str:
    """The path of the link of this kind in the last mail to this address."""
    send_waiting()
    sent = [each for each in mail.outbox if each.to == [to]]
    found = re.search(rf"https?://[^/\s]+(/{kind}/\S+/)", str(sent[-1].body))
    assert found, sent[-1].body
    return found[1]


def _mails(to: str) -> list[str]:
    """The subjects of what was mailed to this address, without what waits."""
    send_waiting()
    return [str(each.subject) for each in mail.outbox if each.to == [to]]


def _set_up(person: Person) -> None:
    """The first administrator, on a phone, by keyboard."""
    out = StringIO()
    call_command("setup", stdout=out)
    person.page.set_viewport_size(NARROW)
    person.go(re.sub(r"^https?://[^/]+", "", out.getvalue().strip()))
    person.check()
    person.type_through(
        organisationName="Gemeente Voorbeeldstad", organisationCode="voorbeeldstad", firstName="Fatma",
        lastName="Aydin", email=f"f.aydin@{CITY}", password=PASSWORD, passwordAgain=PASSWORD,
    )  # fmt: skip
    assert "/inloggen/" in person.page.url, person.text[:800]
    person.fill(username=f"f.aydin@{CITY}", password=PASSWORD)
    person.press("Inloggen")
    person.reads("Eerste dag", "Gemeente Voorbeeldstad")
    person.check()


def _invite(administrator: Person, name: str, role: str) -> None:
    administrator.go("/organisatie/mensen/")
    administrator.fill(email=f"{name}@{CITY}")
    administrator.page.locator(f'main [name="roles"][value="{role}"]').check()
    administrator.press("Stuur de uitnodiging")


def _join(person: Person, name: str) -> Person:
    person.go(_link("uitnodiging", f"{name}@{CITY}"))
    person.check()
    person.type_through(
        firstName=name[0].upper(), lastName=name[2:].title(), password=PASSWORD, passwordAgain=PASSWORD
    )
    person.sign_in(f"{name}@{CITY}")
    return person


def _register(person: Person, firm: str, number: str, address: str) -> Person:
    person.go("/leveranciers/aanmelden/")
    person.check()
    person.fill(name=firm, number=number, firstName="Sam", lastName="de Wit", email=address)
    person.page.locator('main [name="email"]').press("Enter")
    person.page.wait_for_load_state("networkidle")
    person.check()
    person.go(_link("leveranciers/bevestigen", address))
    person.check()
    person.type_through(password=PASSWORD, passwordAgain=PASSWORD)
    person.sign_in(address)
    return person


def _add_evidence(supplier: Person) -> None:
    """A certificate beside the bid, which is then handed in once more: what counts is handed in as a whole."""
    supplier.go("/inschrijvingen/")
    supplier.page.locator('main tbody a[href^="/inschrijvingen/"]').first.click()
    supplier.follow(supplier.worded("Bewijs bekijken en toevoegen"))
    supplier.check()
    supplier.follow(supplier.worded("Bestand toevoegen"))
    supplier.page.locator('main input[type="file"]').set_input_files(
        {"name": "certificaat.png", "mimeType": "image/png", "buffer": picture()}
    )
    supplier.fill(kind="certificate", subject="Gerecycled staal, 40 %")
    supplier.press("Bestand toevoegen")
    supplier.reads("certificaat.png", "Uw bestanden zijn anders dan bij wat u indiende")
    supplier.check()
    supplier.page.get_by_role("link", name=supplier.worded("Naar uw inschrijving")).first.click()
    supplier.page.wait_for_load_state("networkidle")
    supplier.press("Dien de nieuwe versie in")
    supplier.reads("Ontvangstbewijs")


def test_from_an_empty_database_to_a_contract(
    chromium: Any, live_server: Any, later: Callable[[timedelta], None]
) -> None:
    def browser() -> Person:
        return Person(chromium, live_server.url)

    administrator = browser()
    _set_up(administrator)
    names = {"s.devries": "procurement-officer", "e.bos": "procurement-officer", "m.yilmaz": "contract-manager"}
    for name, role in names.items():
        _invite(administrator, name, role)
    officer, second, manager = (_join(browser(), name) for name in names)
    # One supplier works in English, the other one in Dutch.
    abroad = Person(chromium, live_server.url, locale="en-GB")
    firm = _register(abroad, "Voorbeeld Meubels B.V.", "12345678", "sam@meubels.example")
    other = _register(browser(), "Anders Zitten B.V.", "87654321", "sam@anders.example")

    tender = publish_tender(officer)
    submit_bid(firm, tender)
    submit_bid(other, tender)
    _add_evidence(firm)
    later(timedelta(days=33))
    open_bids(
        officer, second, tender,
        lambda: _is_told(f"e.bos@{CITY}", "wacht op u om te openen"),
    )  # fmt: skip
    officer.go(f"{tender}vergelijken/")
    opened = officer.page.locator("details", has_text="Voorbeeld Meubels").locator('a[href*="/inschrijvingen/"]')
    officer.go(str(opened.first.get_attribute("href")))
    officer.reads("certificaat.png", "Gerecycled staal, 40 %")
    decide_award(officer, tender, "Voorbeeld Meubels B.V.")
    for address in ("sam@meubels.example", "sam@anders.example"):
        _is_told(address, "De uitkomst van Stoelen voor het wijkcentrum is bekend")
    later(timedelta(days=31))
    finalise_award(officer, tender)
    manager.go("/contracten/")
    assert "C-REIS-1" in manager.text
    manager.reads("C-REIS-1", "Voorbeeld Meubels B.V.")


def _is_told(address: str, said: str) -> None:
    assert any(said in subject for subject in _mails(address)), _mails(address)
