"""The road of a supplier in English: every text of the house went through the catalogue and has English there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from mvi_dashboard import catalogue
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import ApiToken, Invitation, Membership
from tenders.models import Bid, BidVersion, Tender
from tests.pages import Page
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ENGLISH = {"accept-language": "en"}
BIDDER = "leverancier-a-1"
_BLOCKS = re.compile(r"^(a|abbr|b|code|em|i|mark|small|span|strong|sub|sup|time)$")
_READ = ("aria-label", "title", "placeholder", "alt", "data-term", "data-definition")
# Of a sentence in Dutch at least one of these stands in it; names of goods and organisations have none.
_DUTCH = re.compile(
    r"\b(de|het|een|uw|u|dit|deze|niet|geen|wij|zijn|wordt|naar|nog|als|alle|kies|vul|moet|kunt|"
    r"onbekend|ook|er|hoeveel|waarom|terug|opslaan|aantal|eenheid|bewijs)\b",
    re.I,
)
_CHAIR = {
    "price": "25000.50",
    "lines.0.reference": "chair",
    "lines.0.massKg": "12.5",
    "lines.0.count": "100",
    "lines.0.lifetimeYears": "7.5",
    "lines.0.circularStrategy": "new",
    "lines.0.endOfLifePlan": "none",
    "lines.0.billOfMaterials.0.material": "steel",
    "lines.0.billOfMaterials.0.share": "62.5",
    "lines.0.billOfMaterials.0.recycled": "25",
    "lines.0.billOfMaterials.1.material": "wood, average",
    "lines.0.billOfMaterials.1.share": "37.5 %",
    "lines.0.billOfMaterials.1.recycled": "0",
}


class Unmarked(HTMLParser):
    """What stands on a page outside the marks of the catalogue."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._line, self._unseen, self._quoted = "", 0, ""
        self.feed(html)
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("lang") == "nl" or (given.get("href") or "").startswith("http"):
            # What somebody wrote in Dutch and is said to be, and the name of a source.
            self._quoted = tag
            self._unseen += 1
        self._unseen += tag in ("script", "style", "svg", "code", "blockquote")
        self.lines += [_outside(value) for name, value in attrs if value and name in _READ]
        self._edge(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style", "svg", "code", "blockquote")
        if tag == self._quoted:
            self._quoted = ""
            self._unseen -= 1
        self._edge(tag)

    def handle_data(self, data: str) -> None:
        self._line += "" if self._unseen else data

    def _edge(self, tag: str) -> None:
        if not _BLOCKS.match(tag):
            self._end()

    def _end(self) -> None:
        self.lines.append(_outside(re.sub(r"\s+", " ", self._line)))
        self._line = ""


def _outside(text: str) -> str:
    """The text without what stands between marks, also within each other."""
    before = None
    while before != text:
        before, text = text, re.sub("«[^«»]*»", " ", text)
    return text


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A language in which each text of the catalogue stands between marks; gives what was not found in it."""
    known = {str(each.id) for each in catalogue.read() if each.string}
    lacking: set[str] = set()

    def said(text: Any) -> str:
        found = str(text)
        if translation.get_language() != "en" or "«" in found:
            return found
        if found not in known:
            lacking.add(found)
            return found
        one, comma, many = found.partition(",")
        pair = comma and " " not in (one[-1:], many[:1]) and many.count(",") == 0
        return f"«{one}»,«{many}»" if pair else f"«{found}»"

    monkeypatch.setattr(translation._trans, "gettext", said)
    return lacking


def check(answer: Any, where: str) -> Page:
    """The page, on which nothing in Dutch stands outside the catalogue."""
    page = Page(answer)
    assert '<html lang="en"' in page.html, where
    wrong = [line for line in Unmarked(page.html).lines if _DUTCH.search(line)]
    assert wrong == [], f"{where}: {wrong}"
    return page


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/inloggen/", "/wachtwoord/vergeten/", "/wachtwoord/vergeten/verstuurd/", "/toegankelijkheid/"),
        *("/leveranciers/aanmelden/", "/leveranciers/aanmelden/verstuurd/", "/nergens/", "/taal/xx/"),
        *("/uitleg/", "/uitleg/begrippen/", "/uitleg/begrippen/?zoek=effect", "/uitleg/begrippen/?zoek=xyzzy"),
        *(
            "/zoeken/",
            "/zoeken/?q=xyzzy",
            "/zoeken/?q=%25",
            "/zoeken/?q=staal",
            "/zoeken/?q=effect&soort=begrippen",
        ),
        *("/uitnodiging/x/", "/leveranciers/bevestigen/x/"),
    ],
)
def test_what_everybody_sees_is_in_english(reference: None, marked: set[str], path: str) -> None:
    client = Client(headers=ENGLISH)
    check(client.get(path), path)
    if path in ("/inloggen/", "/leveranciers/aanmelden/", "/wachtwoord/vergeten/"):
        check(client.post(path, {"username": "iemand", "password": "x"}), f"{path} refused")


def test_a_supplier_goes_the_whole_road_in_english(
    world: World, browser: Callable[[str], Client], marked: set[str]
) -> None:
    world.supplier_actor("leverancier-a")
    client = browser(BIDDER)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    tender = world.names["tender"]
    form = reverse("tenders:bid_form", args=[tender])
    for path in (
        *("/", "/profiel/", "/profiel/e-mail/", "/profiel/sessies/", "/wachtwoord/", "/profiel/tweede-factor/"),
        *(
            "/berichten/",
            "/leverancier/",
            "/zoeken/",
            "/zoeken/?soort=aanbestedingen",
            "/aanbestedingen/",
            "/inschrijvingen/",
            "/contracten/",
        ),
        *(reverse("tenders:tender", args=[tender]), form),
    ):
        check(client.get(path), path)
    empty = check(client.post(form, {"submit": "1"}), "an empty bid")
    assert empty.mistakes
    sent = check(client.get(form), form).sent
    for button in ("add-row", "save", "compute"):
        value = "lines.0.billOfMaterials" if button == "add-row" else "1"
        check(client.post(form, sent | _CHAIR | {button: value}, follow=True), button)
    wrong = (
        sent
        | _CHAIR
        | {"price": "12x", "lines.0.massKg": "1,250", "lines.0.billOfMaterials.0.material": "unobtainium"}
    )
    refused = check(client.post(form, wrong | {"submit": "1"}), "a bid with mistakes")
    assert (
        "«Bedoelt u duizend of meer? Schrijf 1250. Bedoelt u een decimale punt? Schrijf 1.2500.»" in refused.html
    )
    client.post(form, sent | _CHAIR | {"submit": "1"}, follow=True)
    bid = Bid.objects.get(lot__tender__public_id=tender)
    check(client.get(reverse("tenders:bid", args=[bid.public_id])), "the bid with its receipt")
    check(client.get(reverse("tenders:bid_files", args=[bid.public_id])), "the evidence")
    check(client.get(reverse("tenders:bid_withdraw", args=[bid.public_id])), "withdrawing")
    for path in ("/", "/berichten/", "/aanbestedingen/", "/inschrijvingen/"):
        check(client.get(path), f"{path} after the bid")
    with clock.set_to(world.now + timedelta(days=40)):
        check(client.get(form), "too late")


def test_a_supplier_looks_after_people_and_keys_in_english(
    world: World, browser: Callable[[str], Client], marked: set[str]
) -> None:
    world.supplier_actor("leverancier-a")
    client = browser(BIDDER)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    own = reverse("key-own")
    check(client.post(own, {}), "a key of nothing")
    key = {"name": "koppeling", "role": "supplier", "days": "30"}
    check(client.post(own, Page(client.get(own)).sent | key), "the key, shown once")
    people = reverse("people")
    check(client.post(people, {"email": "x"}), "nobody invited")
    invited = {"email": "nieuw@voorbeeld.invalid", "validTo": "2030-01-31"}
    check(client.post(people, Page(client.get(people)).sent | invited, follow=True), "somebody invited")
    token, invitation = ApiToken.objects.get(), Invitation.objects.get()
    role = Membership.objects.get(user__username=BIDDER)
    for path in (
        *(people, f"{people}?zoek=niemand", f"{people}?stand=weg", reverse("keys"), own, reverse("key-system")),
        *(reverse(name, args=[role.user.actor_key]) for name in ("person", "person-role")),
        *(reverse(name, args=[invitation.public_id]) for name in ("invitation-resend", "invitation-withdraw")),
        *(reverse(name, args=[token.actor_key]) for name in ("key-renew", "key-revoke")),
        *(f"{reverse('keys')}?stand=voorbij", reverse("role-end", args=[role.public_id])),
    ):
        check(client.get(path), path)
    alone = client.post(reverse("role-end", args=[role.public_id]), {"reason": "weg"})
    check(alone, "the last person stays")
    assert alone.status_code == 409
    check(client.post(reverse("key-revoke", args=[token.actor_key]), {"reason": "klaar"}, follow=True), "revoked")


def test_what_was_typed_in_english_is_stored_as_it_was_meant(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.supplier_actor("leverancier-a")
    client = browser(BIDDER)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    form = reverse("tenders:bid_form", args=[world.names["tender"]])
    page = Page(client.post(form, Page(client.get(form)).sent | _CHAIR | {"submit": "1"}, follow=True))
    assert page.mistakes == []
    assert "We received your bid on" in page.text
    line = BidVersion.objects.get().bid
    assert Tender.objects.get(public_id=world.names["tender"]).lots.get() == line.lot
    again = Page(client.get(form)).sent
    assert {name: again[name] for name in ("price", "lines.0.massKg", "lines.0.lifetimeYears")} == {
        "price": "25000.50",
        "lines.0.massKg": "12.5",
        "lines.0.lifetimeYears": "7.5",
    }


def test_an_officer_reads_the_same_page_in_dutch(world: World, browser: Callable[[str], Client]) -> None:
    client = browser("inkoper-1")
    page = client.get(reverse("tenders:tender", args=[world.names["tender"]]), headers=ENGLISH)
    assert page.headers["Content-Language"] == "nl"
    assert "Inschrijven kan tot" in page.content.decode()
