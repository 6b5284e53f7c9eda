"""The pages of tenders and bids: what they say in each state, to whom, and which buttons they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground import clock, triggers
from mvi_dashboard.ground.models import Role
from tenders.models import BidVersion, Tender
from tests import worlds
from tests.pages import Page
from tests.worlds import World

from .conftest import lines, receipt

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
Submit = Callable[..., BidVersion]
OFFICER, AUDITOR, BIDDER = "inkoper-1", "auditor-1", "leverancier-a-1"
LIST, OWN = "/aanbestedingen/", "/inschrijvingen/"
SEALED = "Wat erin staat en van wie ze zijn, ziet u pas na de opening."

# state: (tag, heading, what an officer can do besides reading)
SAID = {
    "draft": ("Concept", "Dit is nog een concept", ["Publiceren", "Wijzigen", "Stop"]),
    "published": ("Gepubliceerd", "Inschrijven kan tot", ["Stop"]),
    "closed": ("Gesloten", "De inschrijving is gesloten", ["Stop"]),
    "ready": ("Gesloten", "De inschrijving is gesloten", ["Openen", "Stop"]),
    "first": ("Gesloten", "De inschrijving is gesloten", ["Openen", "Stop"]),
    "opened": ("Geopend", "De inschrijvingen zijn geopend", ["Vergelijken", "Beslissen over gunning", "Stop"]),
    "decided": ("Gunning beslist", "Over de gunning is beslist", ["Vergelijken", "Beslissing terugnemen"]),
    "final": ("Definitief gegund", "De gunning is definitief", ["Vergelijken"]),
    "cancelled": ("Ingetrokken", "Deze aanbesteding is gestopt", []),
}
BUTTONS = (
    *("Publiceren", "Wijzigen", "Stop", "Openen", "Vergelijken", "Beslissen over gunning"),
    *("Beslissing terugnemen", "Definitief gunnen"),
)


def address(name: str, tender: Tender) -> str:
    """The page of a tender."""
    return reverse(f"tenders:{name}", args=[tender.public_id])


def buttons_of(page: Page) -> list[str]:
    """What can be done on a tender page."""
    return [button for button in BUTTONS if any(label.startswith(button) for label in page.links)]


@pytest.mark.parametrize("state", SAID)
def test_the_tender_page_says_where_it_stands_and_what_can_be_done(
    state: str, stage: Stage, browser: Browser
) -> None:
    tag, heading, acts = SAID[state]
    page = Page(browser(OFFICER).get(address("tender", stage(state))))
    assert page.heading.startswith(heading)
    assert f">{tag}</span>" in page.html
    assert sorted(buttons_of(page)) == sorted(acts)
    assert ("Er zijn 2 inschrijvingen." in page.text) is (state != "draft")
    assert (SEALED in page.text) is (state in ("published", "closed", "ready", "first"))


@pytest.mark.parametrize("state", SAID)
def test_who_only_reads_gets_no_button_that_changes_something(
    state: str, stage: Stage, browser: Browser, world: World
) -> None:
    world.actor(Role.AUDITOR, world.city, AUDITOR)
    tender = stage(state)
    client = browser(AUDITOR)
    page = Page(client.get(address("tender", tender)))
    assert buttons_of(page) == (["Vergelijken"] if "Vergelijken" in SAID[state][2] else [])
    assert "Nieuwe aanbesteding" not in Page(client.get(LIST)).links
    for name in ("edit", "publish", "open", "cancel", "decide", "withdraw"):
        assert client.get(address(name, tender)).status_code == 403


def test_a_page_that_comes_too_late_says_when_it_could_be_done(stage: Stage, browser: Browser) -> None:
    tender, client = stage("cancelled"), browser(OFFICER)
    acts = {
        "publish": tenders.services.publish_tender,
        "cancel": tenders.services.cancel_tender,
        "decide": tenders.services.decide_award,
    }
    for name, act in acts.items():
        answer = client.get(address(name, tender))
        assert answer.status_code == 409
        assert f"{act.declaration.otherwise} Deze aanbesteding is: ingetrokken." in answer.content.decode()


@pytest.mark.parametrize("state", SAID)
def test_the_list_of_the_organisation_shows_state_and_number_of_bids(
    state: str, stage: Stage, browser: Browser
) -> None:
    tender = stage(state)
    page = Page(browser(OFFICER).get(LIST))
    # Beside the concept stands the published tender with which each of these worlds starts, without bids.
    number = "nog niet gepubliceerd" if state == "draft" else "2"
    assert f"{tender.reference} Gemeente Voorbeeldstad {SAID[state][0]} " in page.text
    assert f" uur {number} " in page.text
    assert page.links["Nieuwe aanbesteding"] == reverse("tenders:new")


def test_a_state_that_there_is_not_is_refused_with_those_that_there_are(browser: Browser) -> None:
    answer = browser(OFFICER).get(f"{LIST}?status=onzin")
    assert answer.status_code == 400
    assert "Stand: Onbekende keuze" in answer.content.decode()


@pytest.mark.parametrize(("status", "found"), [("closed", True), ("published", False)])
def test_the_list_is_filtered_by_the_state_that_the_clock_gives(
    status: str, found: bool, stage: Stage, browser: Browser
) -> None:
    tender = stage("closed")
    page = Page(browser(OFFICER).get(f"{LIST}?status={status}"))
    assert (address("tender", tender) in page.links.values()) is found
    assert ("Geen aanbestedingen in deze stand" in page.text) is not found


def test_empty_lists_say_what_to_do(reference: None, world: World, browser: Browser) -> None:
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    world.actor(Role.AUDITOR, world.water, "auditor-4")
    world.supplier_actor("leverancier-a")
    officer = Page(browser("inkoper-4").get(LIST))
    assert officer.links["Maak uw eerste aanbesteding"] == reverse("tenders:new")
    assert "Er zijn nog geen aanbestedingen" in Page(browser("auditor-4").get(LIST)).text
    bidder = Page(browser(BIDDER).get(OWN))
    assert "U heeft nog niet ingeschreven" in bidder.text
    assert bidder.links["Bekijk de aanbestedingen"] == LIST
    with triggers.suspended():
        Tender.objects.update(published_at=None, status=Tender.Status.DRAFT)
    assert "Er staat nog niets open" in Page(browser(BIDDER).get(LIST)).text


@pytest.mark.parametrize("state", SAID)
def test_a_bidder_sees_own_bid_and_receipt_and_never_the_officers_part(
    state: str, stage: Stage, browser: Browser, world: World
) -> None:
    world.supplier_actor("leverancier-a")
    tender = stage(state)
    client = browser(BIDDER)
    if state == "draft":
        assert client.get(address("tender", tender)).status_code == 404
        return
    page = Page(client.get(address("tender", tender)))
    assert page.heading.startswith(SAID[state][1])
    assert "Ingediend" in page.text
    assert buttons_of(page) == []
    may_change = any("Dien een nieuwe versie in" in label for label in page.links)
    assert may_change is (state == "published")
    assert ("gegund aan" in page.text) is (state in ("decided", "final"))
    assert ("Reden:" in page.text) is (state in ("decided", "final"))
    for word in ("inschrijvingen.", "Geschatte waarde"):
        assert word not in page.text
    own = Page(client.get(OWN))
    assert "Ingediend" in own.text
    assert "versie 1" in own.text
    assert SAID[state][0] in own.text


@pytest.mark.parametrize("state", ["published", "closed", "opened", "final", "cancelled"])
def test_the_own_bid_can_be_changed_only_until_the_deadline(
    state: str, stage: Stage, browser: Browser, world: World
) -> None:
    stage(state)
    page = Page(browser(BIDDER).get(f"{OWN}{world.names['bid']}/"))
    received = "Definitief aan u gegund" if state == "final" else "Wij ontvingen uw inschrijving op"
    assert page.heading.startswith(received)
    assert ("Intrekken" in page.links) is (state == "published")
    assert ("Dien een nieuwe versie in" in page.links) is (state == "published")
    version = BidVersion.objects.get(bid__public_id=world.names["bid"])
    given = receipt(version)
    for proof in (given.sha256, given.salt, given.signature):
        assert f"<code>{proof}</code>" in page.html
    assert "€ 25.000" in page.text.replace("\xa0", " ")


def test_before_bidding_starts_it_says_from_when(world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-a")
    tender = Tender.objects.get()
    with clock.set_to(world.now - timedelta(hours=3)):
        page = Page(browser(BIDDER).get(address("tender", tender)))
        assert page.heading.startswith("Inschrijven kan vanaf")
        assert "inschrijven kan nu niet" in page.text
        assert "Inschrijven kan nu niet" in Page(browser(BIDDER).get(address("bid_form", tender))).text


def test_what_can_be_done_with_the_own_bid_follows_its_state(
    world: World, submit: Submit, browser: Browser
) -> None:
    actor = world.supplier_actor("leverancier-a")
    tender = Tender.objects.get()
    lot = tender.lots.get().public_id
    client = browser(BIDDER)

    def offered() -> set[str]:
        labels = Page(client.get(address("tender", tender))).links
        return {label.split(" :")[0] for label in labels if label.endswith(": perceel 1")}

    assert offered() == {"Schrijf in"}
    bid = tenders.services.save_draft(actor, tender_id=tender.public_id, lot_id=lot, document={"price": "1"})
    assert offered() == {"Ga verder met uw concept"}
    concept = Page(client.get(f"{OWN}{bid.public_id}/"))
    assert concept.heading == "Deze inschrijving is nog een concept"
    assert "Er is nog niets ingediend." in concept.text
    assert "Dien het in voor" in concept.text
    with clock.set_to(world.now + timedelta(days=31)):
        late = Page(client.get(f"{OWN}{bid.public_id}/"))
        assert "Inschrijven kan nu niet." in late.text
        assert "Intrekken" not in late.links
    submit()
    assert offered() == {"Dien een nieuwe versie in"}
    bid.refresh_from_db()
    tenders.services.withdraw_bid(actor, bid_id=bid.public_id, expected_version=bid.version)
    assert offered() == {"Schrijf in"}


@pytest.mark.parametrize("submitted", [True, False])
def test_a_withdrawn_bid_says_so(submitted: bool, world: World, submit: Submit, browser: Browser) -> None:
    actor = world.supplier_actor("leverancier-a")
    lot = world.names["lot"]
    if submitted:
        bid = submit().bid
    else:
        bid = tenders.services.save_draft(actor, tender_id=world.names["tender"], lot_id=lot, document={})
    tenders.services.withdraw_bid(actor, bid_id=bid.public_id, expected_version=bid.version)
    client = browser(BIDDER)
    page = Page(client.get(f"{OWN}{bid.public_id}/"))
    assert page.heading == "Deze inschrijving is ingetrokken"
    assert "Intrekken" not in page.links
    assert "Dien het in" not in page.text
    assert client.get(f"{OWN}{bid.public_id}/intrekken/").status_code == 409
    assert "Ingetrokken" in Page(client.get(OWN)).text


def test_withdrawing_asks_first_and_then_does(world: World, submit: Submit, browser: Browser) -> None:
    bid = submit().bid
    client, place = browser(BIDDER), f"{OWN}{bid.public_id}/intrekken/"
    asked = Page(client.get(place))
    assert asked.heading == "Wilt u uw inschrijving intrekken?"
    bid.refresh_from_db()
    assert bid.state == "submitted"
    stale = client.post(place, {"version": "99"})
    assert stale.status_code == 412
    assert stale.headers["Cache-Control"] == "private, no-cache"
    done = client.post(place, asked.sent, follow=True)
    bid.refresh_from_db()
    assert bid.state == "withdrawn"
    assert "Uw inschrijving is ingetrokken." in Page(done).text


def test_after_the_deadline_nothing_is_withdrawn(world: World, stage: Stage, browser: Browser) -> None:
    stage("closed")
    client, place = browser(BIDDER), f"{OWN}{world.names['bid']}/intrekken/"
    late = Page(client.post(place, Page(client.get(place)).sent))
    assert late.status == 409
    assert "De inschrijftermijn sloot op" in late.text


def test_opening_asks_two_persons_one_after_the_other(stage: Stage, browser: Browser, world: World) -> None:
    tender = stage("ready")
    place = address("open", tender)
    client = browser(OFFICER)
    assert Page(client.get(place)).heading == "Wilt u de inschrijvingen openen?"
    waiting = Page(client.post(place, follow=True))
    assert waiting.heading == "Wacht op een tweede persoon"
    assert waiting.buttons == []
    assert client.post(place).status_code == 409, "the same person is not the second one"
    assert "inkoper-1 heeft de opening bevestigd." in Page(client.get(address("tender", tender))).text
    second = browser("inkoper-2")
    assert Page(second.get(place)).heading == "Opent u als tweede?"
    assert "De inschrijvingen zijn geopend." in Page(second.post(place, follow=True)).text
    assert second.get(place).status_code == 409


def test_opening_before_its_moment_offers_no_button(stage: Stage, browser: Browser) -> None:
    page = Page(browser(OFFICER).get(address("open", stage("closed"))))
    assert "Openen kan vanaf" in page.text
    assert page.buttons == []


def test_an_officer_elsewhere_who_co_signs_learns_no_more_than_needed(
    stage: Stage, browser: Browser, world: World
) -> None:
    world.agree_to_cosign()
    world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    tender = stage("ready")
    place = address("open", tender)
    assert browser("inkoper-4").get(place).status_code == 404
    tenders.services.open_tender(world.officer, tender_id=tender.public_id)
    page = Page(browser("inkoper-4").get(place))
    assert page.heading == "Opent u als tweede?"
    for word in (tender.title, tender.reference, "Inschrijvingen 2"):
        assert word not in page.text
    assert browser("inkoper-4").post(place)["Location"] == "/"
    assert Tender.objects.get(pk=tender.pk).status == Tender.Status.OPENED


def test_the_comparison_puts_the_least_effect_first_and_opens_down_to_sources(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender = stage("opened")
    client = browser(OFFICER)
    page = Page(client.get(address("compare", tender)))
    assert page.heading == "Leverancier-b heeft voor klimaat (CO2) het laagste effect"
    assert "De gunning beslist u zelf." in page.text
    assert page.text.index("Leverancier-b Bureaustoel 1") < page.text.index("Leverancier-a Bureaustoel 2")
    assert "Inventory of Carbon and Energy" in page.text
    assert "Gunnen" in page.links
    energy = Page(client.get(f"{address('compare', tender)}?indicator=energy_nonrenewable"))
    assert energy.heading == "Geen inschrijving is volledig voor niet-hernieuwbare energie"
    assert "Leverancier-a Bureaustoel geen onvolledig" in energy.text


@pytest.mark.parametrize(
    "query", ["indicator=onzin", "perceel=onzin", f"perceel={'0' * 8}-0000-4000-8000-{'0' * 12}"]
)
def test_a_wrong_question_about_a_comparison_is_refused(query: str, stage: Stage, browser: Browser) -> None:
    tender = stage("opened")
    assert browser(OFFICER).get(f"{address('compare', tender)}?{query}").status_code in (400, 404)


def test_a_comparison_without_bids_says_so(world: World, browser: Browser) -> None:
    tender = Tender.objects.get()
    worlds._open(world, tender, world.now + timedelta(days=32))
    page = Page(browser(OFFICER).get(address("compare", tender)))
    assert page.heading == "Er is niet ingeschreven op dit perceel"
    assert "Gunnen" not in page.links


def test_an_opened_bid_is_read_by_officers_with_the_way_to_the_comparison(
    stage: Stage, browser: Browser, world: World
) -> None:
    tender = stage("decided")
    page = Page(browser(OFFICER).get(f"{OWN}{world.names['bid']}/"))
    assert page.heading == "De inschrijving van Leverancier-a"
    assert page.links["Naar de vergelijking"].startswith(address("compare", tender))
    assert "Intrekken" not in page.links
    assert "gegund aan Leverancier-a" in Page(browser(OFFICER).get(address("tender", tender))).text


def test_a_tender_with_two_lots_asks_which_one(world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-a")
    tender = Tender.objects.get()
    second = tender.lots.get()
    second.pk, second.public_id, second.number, second.title = None, Tender().public_id, 2, "Tafels"
    second._state.adding = True
    with triggers.suspended():
        second.save()
    page = Page(browser(BIDDER).get(address("bid_form", tender)))
    assert page.heading == "Op welk perceel schrijft u in?"
    assert f"?perceel={second.public_id}" in page.links["Perceel 2: Tafels"]


def test_names_that_others_typed_are_never_code(world: World, submit: Submit, browser: Browser) -> None:
    with triggers.suspended():
        Tender.objects.update(title="<script>alert(1)</script>")
    bid = submit(clientReference="<b>ref</b>", lines=lines(1, name="<img src=x>")).bid
    client = browser(BIDDER)
    for place in (LIST, OWN, address("tender", Tender.objects.get()), f"{OWN}{bid.public_id}/"):
        page = client.get(place).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>ref" not in page
