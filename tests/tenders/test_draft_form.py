"""The tender form: lots and items come and go, all that is wrong at once, and nobody's change is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from indicators.models import Theme
from mvi_dashboard.ground import accounts, audit, clock
from mvi_dashboard.ground.models import Holiday, Role
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import LotItem, Tender
from tests import corpus
from tests.pages import Page
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
OFFICER = "inkoper-1"
NEW = "/aanbestedingen/nieuw/"
CHAIRS = {
    "title": "Stoelen & tafels",
    "reference": "2027-15",
    "estimatedValue": "1.250.000,50",
    "deadline": "2090-07-01T12:00",
    "openingAt": "2090-07-02T12:00",
    "lots.0.title": "Stoelen",
    "lots.0.productGroup": "kantoormeubilair",
    "lots.0.contractStart": "1-1-2091",
    "lots.0.contractEnd": "31-12-2094",
    "lots.0.items.0.description": "Bureaustoel",
    "lots.0.items.0.cpv": "39112000-0",
    "lots.0.items.0.neededCount": "1200",
    "lots.0.items.0.neededYears": "7,5",
    "lots.0.items.0.referenceProduct": "bureaustoel-referentie",
    "ambitions.0.level": "2",
    "ambitions.0.motivation": "Stoelen gaan lang mee.",
    "ambitions.0.main": "true",
}


@pytest.fixture
def chairs(world: World) -> dict[str, str]:
    """A whole tender as somebody types it."""
    theme = Theme.objects.order_by("position", "id").first()
    assert theme is not None
    return CHAIRS | {"ambitions.0.theme": theme.code}


def made(reference: str = "2027-15") -> Tender:
    """The tender with this reference."""
    return Tender.objects.get(reference=reference)


def page_of(name: str, tender: Tender) -> str:
    """The page of a tender."""
    return reverse(f"tenders:{name}", args=[tender.public_id])


def closes_at(tender: Tender, days: int, hour: int = 12, weekday: int = 2) -> None:
    """Moves the deadline of a concept to this weekday (Wednesday), at least so many days from now."""
    day = clock.now().astimezone(AMSTERDAM).date() + timedelta(days=days)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while Holiday.objects.filter(date=day).exists():
        day += timedelta(days=7)
    moment = datetime.combine(day, time(hour), AMSTERDAM)
    Tender.objects.filter(pk=tender.pk).update(deadline=moment, opening_at=moment)


def check_refused(page: Page, before: str, kept: dict[str, str], status: int = 400) -> None:
    """The form is drawn again with what was typed, and nothing is stored."""
    assert page.status == status
    assert page.title.startswith("Fout: ")
    assert page.mistakes
    assert set(page.mistakes) <= set(page.ids)
    for name, text in kept.items():
        assert page.sent[name] == text, name
    assert corpus.digest() == before


def test_a_new_tender_is_stored_as_a_concept(chairs: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    page = Page(client.get(NEW))
    assert page.heading == "Wat heeft u nodig?"
    done = client.post(NEW, page.sent | chairs)
    tender = made()
    assert done["Location"] == page_of("tender", tender)
    assert (tender.status, tender.value) == (Tender.Status.DRAFT, Decimal("1250000.50"))
    assert tender.deadline is not None
    assert tender.deadline.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M") == "01-07-2090 12:00"
    item = LotItem.objects.get(lot__tender=tender)
    assert (item.needed_count, item.needed_years) == (Decimal("1200"), Decimal("7.5"))
    assert item.cpv is not None
    assert item.reference_product is not None
    again = Page(client.get(page_of("edit", tender)))
    for name, text in chairs.items():
        if not name.endswith((".cpv", "Value", "contractStart")):
            assert again.sent[name] == text, name


def test_only_a_name_and_a_number_are_needed_to_begin(world: World, browser: Browser) -> None:
    client = browser(OFFICER)
    sent = Page(client.get(NEW)).sent | {"title": "Iets", "reference": "K-1"}
    assert client.post(NEW, sent).status_code == 302
    assert not made("K-1").lots.exists()
    page = Page(client.get(page_of("tender", made("K-1"))))
    assert "Er zijn nog geen percelen. Kies Wijzigen en zeg wat u nodig heeft." in page.text


def test_rows_come_and_go_by_a_round_trip_and_store_nothing(chairs: dict[str, str], browser: Browser) -> None:
    client, before = browser(OFFICER), corpus.digest()

    def press(typed: dict[str, str], **button: str) -> Page:
        page = Page(client.post(NEW, typed | button))
        assert page.status == 200
        return page

    page = press(Page(client.get(NEW)).sent | chairs, add="lots.0.items")
    for name, text in chairs.items():
        assert page.sent[name] == text, name
    assert page.sent["lots.0.items.1.description"] == ""
    page = press(page.sent | {"lots.0.items.1.description": "Tafel"}, add="lots")
    assert page.sent["lots.1.title"] == ""
    page = press(page.sent | {"lots.1.title": "Kasten"}, remove="lots.0.items.0")
    assert page.sent["lots.0.items.0.description"] == "Tafel"
    page = press(page.sent, remove="lots.0")
    assert page.sent["lots.0.title"] == "Kasten"
    page = press(page.sent, add="ambitions")
    assert page.sent["ambitions.1.level"] == ""
    assert corpus.digest() == before


def test_a_row_in_which_nothing_was_typed_keeps_its_place_and_is_not_stored(
    chairs: dict[str, str], browser: Browser
) -> None:
    client = browser(OFFICER)
    page = Page(client.post(NEW, Page(client.get(NEW)).sent | chairs | {"add": "lots"}))
    page = Page(client.post(NEW, page.sent | {"add": "lots"}))
    assert page.sent["lots.2.title"] == ""
    third = {"lots.2.title": "Kasten", "lots.2.productGroup": "kantoormeubilair"}
    assert client.post(NEW, page.sent | third).status_code == 302
    assert [(lot.number, lot.title) for lot in made().lots.order_by("number")] == [(1, "Stoelen"), (2, "Kasten")]


def test_the_products_of_a_group_are_shown_after_asking(world: World, browser: Browser) -> None:
    client = browser(OFFICER)
    page = Page(client.post(NEW, {"lots.0.productGroup": "kantoormeubilair", "refresh": "lots.0"}))
    assert page.status == 200
    assert 'value="bureaustoel-referentie"' in page.html
    assert 'value="bureaustoel-referentie"' not in Page(client.get(NEW)).html


def test_the_first_button_saves(world: World, browser: Browser) -> None:
    page = Page(browser(OFFICER).get(NEW))
    form = page.html[page.html.index("<main") :]
    first = form[form.index("<button") : form.index("</button>")]
    assert first.split()[-1] == "Opslaan"
    assert "name=" not in first


WRONG = {
    "title": "",
    "reference": "",
    "estimatedValue": "veel",
    "biddingStartsAt": "2090-08-01T12:00",
    "openingAt": "2090-06-01T12:00",
    "lots.0.title": "",
    "lots.0.contractEnd": "31-2-2094",
    "lots.0.items.0.description": "",
    "lots.0.items.0.cpv": "123",
    "lots.0.items.0.neededCount": "1.200",
    "lots.0.items.0.neededYears": "0",
    "ambitions.0.level": "",
}


def test_everything_that_is_wrong_is_told_at_once_at_its_own_field(
    chairs: dict[str, str], browser: Browser
) -> None:
    client, before = browser(OFFICER), corpus.digest()
    page = Page(client.post(NEW, Page(client.get(NEW)).sent | chairs | WRONG))
    kept = {name: text for name, text in (chairs | WRONG).items() if name != "ambitions.0.main"}
    check_refused(page, before, kept)
    expected = {*WRONG, "deadline"} - {"biddingStartsAt"}  # the start is judged at the end that lies before it
    assert {f"veld-{name.replace('.', '-')}" for name in expected} <= set(page.mistakes)
    for name in expected:
        assert len(page.message_at(name)) > len("Fout: "), name
    assert "Er is nog niets opgeslagen." in page.ids["fouten"]


@pytest.mark.parametrize(("typed", "attr"), [
    ({"lots.0.productGroup": "bestaat-niet"}, "lots.0.productGroup"),  # BOM-023 of the corpus
    ({"lots.0.productGroup": "catering"}, "lots.0.items.0.referenceProduct"),
    ({"lots.0.items.0.referenceProduct": "onzin"}, "lots.0.items.0.referenceProduct"),
    ({"ambitions.0.theme": "onzin"}, "ambitions.0.theme"),
    ({"ambitions.0.level": "4"}, "ambitions.0.level"),
    ({"lots.0.contractEnd": "1-1-2090"}, "lots.0.contractEnd"),
    ({"deadline": "2090-07-03T12:00"}, "openingAt"),
    ({"deadline": "morgen"}, "deadline"),
    ({"title": "a\x00b"}, "title"),
    ({"title": "\u200b\u00ad"}, "title"),
    ({"lots.0.title": "\u2060"}, "lots.0.title"),
    ({"lots.0.items.0.neededYears": "0,0001"}, "lots.0.items.0.neededYears"),
    ({"lots.0.items.0.neededYears": "1000"}, "lots.0.items.0.neededYears"),
    ({"lots.0.items.0.neededCount": "0,000001"}, "lots.0.items.0.neededCount"),
    ({"title": "stoel\u202exslx.exe"}, "title"),
    ({"estimatedValue": "-1"}, "estimatedValue"),
])  # fmt: skip
def test_one_wrong_field_has_its_message(
    typed: dict[str, str], attr: str, chairs: dict[str, str], browser: Browser
) -> None:
    client, before = browser(OFFICER), corpus.digest()
    page = Page(client.post(NEW, Page(client.get(NEW)).sent | chairs | typed))
    check_refused(page, before, {"reference": "2027-15", "lots.0.items.0.description": "Bureaustoel"})
    assert page.mistakes == [f"veld-{attr.replace('.', '-')}"]
    assert len(page.message_at(attr)) > len("Fout: ")


def test_a_reference_that_exists_is_told_at_its_field(chairs: dict[str, str], browser: Browser) -> None:
    client = browser(OFFICER)
    taken = Tender.objects.get().reference
    before = corpus.digest()
    page = Page(client.post(NEW, Page(client.get(NEW)).sent | chairs | {"reference": taken}))
    check_refused(page, before, chairs | {"reference": taken}, status=409)
    assert f"Kenmerk {taken} bestaat al" in page.message_at("reference")


def test_who_works_for_two_organisations_chooses_one(
    chairs: dict[str, str], world: World, browser: Browser
) -> None:
    user = world.person(Role.PROCUREMENT_OFFICER, world.city, "inkoper-5")
    role = Role.PROCUREMENT_OFFICER
    accounts.add_membership(audit.SYSTEM, user=user, role=role, organisation=world.water)
    client = browser("inkoper-5")
    page = Page(client.get(NEW))
    assert page.sent["organisation"] == ""
    for wrong in ("", "bestaat-niet"):
        before = corpus.digest()
        again = Page(client.post(NEW, page.sent | chairs | {"organisation": wrong}))
        check_refused(again, before, chairs)
        assert again.message_at("organisation")
    assert client.post(NEW, page.sent | chairs | {"organisation": "waterschap-voorbeeld"}).status_code == 302
    assert made().organisation == world.water


def test_an_organisation_of_somebody_else_is_not_chosen(chairs: dict[str, str], browser: Browser) -> None:
    client, before = browser(OFFICER), corpus.digest()
    answer = client.post(NEW, chairs | {"organisation": "waterschap-voorbeeld"})
    assert answer.status_code == 400
    assert corpus.digest() == before


@pytest.mark.parametrize("username", ["auditor-1", "contractmanager-1", "leverancier-a-1"])
def test_only_officers_make_tenders(username: str, chairs: dict[str, str], world: World, browser: Browser) -> None:
    world.actor(Role.AUDITOR, world.city, "auditor-1")
    world.supplier_actor("leverancier-a")
    client, before = browser(username), corpus.digest()
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, chairs).status_code == 403
    assert corpus.digest() == before


def test_a_concept_is_changed_on_the_version_that_was_seen(stage: Stage, browser: Browser) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    page = Page(client.get(page_of("edit", tender)))
    changed = page.sent | {"title": "Anders", "lots.0.items.0.neededCount": "80"}
    assert client.post(page_of("edit", tender), changed).status_code == 302
    tender.refresh_from_db()
    assert tender.title == "Anders"
    assert LotItem.objects.get(lot__tender=tender).needed_count == 80
    assert "De wijzigingen zijn opgeslagen." in Page(client.get(page_of("tender", tender))).text


def _retitled(world: World, tender: Tender, document: dict[str, Any]) -> Tender:
    return tenders.services.change_tender(
        world.second_officer, tender_id=tender.public_id, document=document, expected_version=tender.version
    )


def test_a_change_of_a_colleague_is_told_and_not_overwritten(stage: Stage, browser: Browser, world: World) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    address = page_of("edit", tender)
    mine = Page(client.get(address)).sent | {"title": "Mijn titel", "lots.0.items.0.neededCount": "80"}
    _retitled(world, tender, {"title": "Haar titel"})
    before = corpus.digest()
    for _ in range(2):  # sending it again does not help: the version that was seen stays the old one
        page = Page(client.post(address, mine))
        check_refused_as_stale(page, mine, before)
        mine = page.sent
    assert page.links["Open de nieuwe stand"] == address
    longer = Page(client.post(address, mine | {"add": "lots"}))
    assert longer.sent["version"] == mine["version"]


def check_refused_as_stale(page: Page, mine: dict[str, str], before: str) -> None:
    """Who was first is named, all that was typed is there, nothing is stored."""
    assert page.status == 412
    assert "Iemand anders was u voor" in page.text
    assert "intussen gewijzigd door inkoper-2" in page.text
    assert {name: page.sent[name] for name in mine} == mine
    assert corpus.digest() == before


def test_what_was_typed_survives_that_a_colleague_published(stage: Stage, browser: Browser, world: World) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    address = page_of("edit", tender)
    mine = Page(client.get(address)).sent | {"title": "Mijn titel"}
    tenders.services.publish_tender(
        world.second_officer, tender_id=tender.public_id, expected_version=tender.version
    )
    before = corpus.digest()
    page = Page(client.post(address, mine))
    check_refused_as_stale(page, mine, before)
    assert page.links["Bekijk de aanbesteding"] == page_of("tender", tender)
    assert client.get(address).status_code == 409


def test_publishing_asks_first_and_then_opens_the_tender(stage: Stage, browser: Browser) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    closes_at(tender, 40)
    address = page_of("publish", tender)
    asked = Page(client.get(address))
    assert asked.heading == "Wilt u deze aanbesteding publiceren?"
    assert "Dit kunt u niet terugdraaien" in asked.text
    tender.refresh_from_db()
    assert tender.status == Tender.Status.DRAFT
    done = Page(client.post(address, asked.sent, follow=True))
    assert "De aanbesteding is gepubliceerd." in done.text
    tender.refresh_from_db()
    assert tender.status == Tender.Status.PUBLISHED
    assert client.get(address).status_code == 409
    assert client.post(address, asked.sent).status_code == 409


def test_publishing_another_version_than_was_read_is_refused(stage: Stage, browser: Browser, world: World) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    address = page_of("publish", tender)
    asked = Page(client.get(address))
    _retitled(world, tender, {"title": "Haar titel"})
    before = corpus.digest()
    page = Page(client.post(address, asked.sent))
    assert page.status == 412
    assert "intussen gewijzigd door inkoper-2" in page.text
    assert corpus.digest() == before


def test_what_still_misses_for_publication_is_told_beside_the_fields(world: World, browser: Browser) -> None:
    client = browser(OFFICER)
    typed = {"title": "Iets", "reference": "K-1", "lots.0.title": "A", "lots.0.productGroup": "kantoormeubilair"}
    client.post(NEW, typed)
    tender, before = made("K-1"), corpus.digest()
    asked = Page(client.get(page_of("publish", tender)))
    assert asked.heading == "Nog 5 dingen, dan kunt u publiceren"
    assert asked.buttons == []
    page = Page(client.post(page_of("publish", tender), {"version": str(tender.version)}))
    check_refused(page, before, typed)
    for name in ("deadline", "lots.0.contractStart", "lots.0.contractEnd"):
        assert page.message_at(name)
    for place in ("veld-lots-0-items", "veld-ambitions"):
        assert len(page.ids[place]) > len("Fout: ")
    actions = [given.get("action") for tag, given in page.tags if tag == "form"]
    assert page_of("edit", tender) in actions, "saving changes the concept, it does not publish"


@pytest.mark.parametrize("forged", [
    {"lots": "x"}, {"lots.0": "x"}, {"lots.0.items": "x"}, {"lots.a.b": "x"}, {"ambitions": "x"}, {"title.0": "x"},
    {"version": "1e9", "title": "x"}, {"lots.0.items.0.number": "7"},
])  # fmt: skip
@pytest.mark.parametrize("button", [
    {}, {"add": "x"}, {"add": "lots.0.items"}, {"add": "lots.999.items"}, {"remove": "lots.7"},
    {"refresh": "lots.0"},
])  # fmt: skip
def test_strange_names_in_the_form_break_nothing(
    forged: dict[str, str], button: dict[str, str], world: World, browser: Browser
) -> None:
    before = corpus.digest()
    answer = browser(OFFICER).post(NEW, forged | button)
    assert answer.status_code == (200 if button else 400)
    assert corpus.digest() == before
