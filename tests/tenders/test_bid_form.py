"""The bid form without JavaScript: rows come and go, a paste from Excel, a concept, a calculation, a receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground import clock
from tenders.models import Bid, BidVersion, Tender
from tenders.selectors import get_bid
from tests import corpus
from tests.pages import Page
from tests.worlds import World, bid_document

from .conftest import lines, receipt
from .typed import typed

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
BIDDER = "leverancier-a-1"
BILL = "lines.0.billOfMaterials"
# What somebody types: Dutch names, percentages, commas.
CHAIR = {
    "price": "25.000,50",
    "clientReference": "Offerte 7",
    "lines.0.reference": "stoel",
    "lines.0.name": "Bureaustoel Comfort",
    "lines.0.massKg": "12,5",
    "lines.0.count": "100",
    "lines.0.lifetimeYears": "7,5",
    "lines.0.circularStrategy": "new",
    "lines.0.endOfLifePlan": "none",
    f"{BILL}.0.material": "Staal",
    f"{BILL}.0.share": "62,5",
    f"{BILL}.0.recycled": "25",
    f"{BILL}.1.material": "hout, gemiddeld",
    f"{BILL}.1.share": "37,5 %",
    f"{BILL}.1.recycled": "0",
}


class Form:
    """The bid form in the browser of one bidder."""

    def __init__(self, client: Client, tender: str) -> None:
        self.client = client
        self.address = reverse("tenders:bid_form", args=[tender])

    def get(self) -> Page:
        """The form as it opens."""
        return Page(self.client.get(self.address))

    def press(self, button: str, value: str = "1", **changes: Any) -> Page:
        """The answer to a button, after typing a chair over what the page has."""
        sent = self.get().sent | CHAIR | changes.pop("typed", {})
        return Page(self.client.post(self.address, sent | {button: value}))


@pytest.fixture
def form(world: World, browser: Browser) -> Form:
    """The form of Leverancier A on the open tender."""
    world.supplier_actor("leverancier-a")
    return Form(browser(BIDDER), world.names["tender"])


def rows_of(page: Page, part: str = BILL, field: str = "material") -> list[str]:
    """What stands in one column of the grid."""
    found = []
    while (name := f"{part}.{len(found)}.{field}") in page.sent:
        found.append(page.sent[name])
    return found


def check_typed_still_there(page: Page, sent: dict[str, str]) -> None:
    """Each input that was sent holds what was typed."""
    for name, text in sent.items():
        assert page.sent[name] == text, name


def test_a_new_form_knows_what_is_asked(form: Form) -> None:
    page = form.get()
    assert page.heading == "Wat biedt u aan?"
    assert page.sent["lines.0.count"] == "100"
    assert rows_of(page) == [""] * 4
    assert page.mistakes == []


def test_enter_in_a_box_saves_the_concept_and_never_submits(form: Form) -> None:
    page = form.get()
    first = next(given for tag, given in page.tags if tag == "button" and given.get("name"))
    assert first["name"] == "save"
    assert page.buttons[-5:-1] == [  # the last one reads a workbook, in a form of its own
        ("submit", "1", "Dien de inschrijving in"),
        ("save", "1", "Opslaan als concept"),
        ("prove", "1", "Opslaan en bewijs toevoegen"),
        ("compute", "1", "Bereken eerst"),
    ]


def test_rows_and_products_come_and_go_by_a_round_trip_and_store_nothing(form: Form) -> None:
    before = corpus.digest()
    longer = form.press("add-row", BILL)
    assert longer.status == 200
    assert len(rows_of(longer)) == 5
    assert "Er is een regel bij." in longer.text
    check_typed_still_there(longer, {name: text for name, text in CHAIR.items() if "material" not in name})
    shorter = form.press("remove-row", f"{BILL}.0")
    assert rows_of(shorter) == ["hout, gemiddeld", "", "", ""]
    use = form.press("add-row", "lines.0.use")
    assert len(rows_of(use, "lines.0.use", "flow")) == 2
    two = form.press("add-line", "lines")
    assert two.sent["lines.1.reference"] == ""
    both = {"lines.1.reference": "leuning"}
    assert form.press("remove-line", "lines.0", typed=both).sent["lines.0.reference"] == "leuning"
    assert corpus.digest() == before


def test_a_paste_from_a_spreadsheet_is_read_in_dutch(form: Form) -> None:
    text = "Materiaal\tAandeel\tGerecycled\r\nStaal\t62,5\t25\r\nHOUT\t37,5%\t0,5\r\n\r\n"
    blank = dict.fromkeys((name for name in CHAIR if name.startswith(BILL)), "")
    page = form.press("paste", "lines.0", typed={**blank, "lines.0.pasted": text})
    assert page.status == 200
    assert rows_of(page)[:2] == ["staal", "hout, gemiddeld"]
    assert rows_of(page, field="share")[:2] == ["62,5", "37,5"]
    assert rows_of(page, field="recycled")[:2] == ["25", "0,5"]
    assert "Controleer ze" in page.text
    assert page.sent["lines.0.pasted"] == ""
    assert "100 %" in page.text


@pytest.mark.parametrize("name", ["unobtainium", "stal", "houtt", "staalplaatjes"])
def test_a_pasted_name_that_we_do_not_know_is_never_matched_in_silence(name: str, form: Form) -> None:
    blank = dict.fromkeys((key for key in CHAIR if key.startswith(BILL)), "")
    pasted = {**blank, "lines.0.pasted": f"{name}\t100\t0"}
    page = form.press("paste", "lines.0", typed=pasted)
    assert rows_of(page)[0] == name
    before = corpus.digest()
    refused = Page(form.client.post(form.address, page.sent | {"submit": "1"}))
    assert refused.status == 400
    assert f"Wij kennen geen materiaal '{name}'" in refused.message_at(f"{BILL}.0.material")
    assert rows_of(refused)[0] == name
    assert corpus.digest() == before


def test_submitting_with_a_paste_that_was_not_read_shows_the_rows_first(form: Form) -> None:
    page = form.press("submit", typed={"lines.0.pasted": "schuim\t5\t0"})
    assert page.status == 200
    assert rows_of(page)[2].startswith("schuim")
    assert not Bid.objects.exists()


def test_calculating_first_stores_nothing_and_says_so(form: Form) -> None:
    before = corpus.digest()
    page = form.press("compute")
    assert page.status == 200
    assert "Voorlopige uitkomst" in page.text
    assert "Er is niets opgeslagen en niets ingediend" in page.text
    assert "uw prijs is € 25.000,50 zonder btw" in page.text.replace("\xa0", " ")
    assert "Klimaat (CO2)" in page.text
    check_typed_still_there(page, {"price": "25.000,50", "lines.0.massKg": "12,5", f"{BILL}.0.share": "62,5"})
    assert corpus.digest() == before


def test_a_concept_comes_back_as_it_was_typed_wrong_or_not(form: Form, world: World) -> None:
    half = {"price": "bijna klaar", "lines.0.massKg": "1.250", "lines.0.count": ""}
    saved = form.press("save", typed=half)
    assert saved.status == 302
    bid = Bid.objects.get()
    assert (bid.state, BidVersion.objects.count()) == (Bid.State.CONCEPT, 0)
    assert bid.draft is not None
    assert b"Comfort" not in bytes(bid.draft)
    page = form.get()
    assert "Uw concept is opgeslagen en verzegeld. Het telt nog niet mee." in page.text
    check_typed_still_there(page, {**half, "lines.0.name": "Bureaustoel Comfort", f"{BILL}.1.share": "37,5 %"})
    assert rows_of(page)[:2] == ["staal", "hout, gemiddeld"]


def test_submitting_gives_a_receipt_and_seals_what_was_meant(form: Form, world: World) -> None:
    done = form.client.post(form.address, form.get().sent | CHAIR | {"submit": "1"}, follow=True)
    page = Page(done)
    assert page.heading.startswith("Wij ontvingen uw inschrijving op")
    assert "Wij ontvingen uw inschrijving op" in page.text.split("Ontvangstbewijs")[0]
    version = BidVersion.objects.get()
    assert receipt(version).sha256 in page.text
    assert "€ 25.000,50" in page.text.replace("\xa0", " ")
    actor = world.supplier_actor("leverancier-a")
    sealed = tenders.services.bid_answer(actor, get_bid(actor, version.bid.public_id)).document
    assert sealed["price"] == "25000.50"
    assert [row["share"] for row in sealed["lines"][0]["billOfMaterials"]] == ["0.625", "0.375"]
    assert [row["material"] for row in sealed["lines"][0]["billOfMaterials"]] == ["steel", "wood"]
    assert sealed["lines"][0]["massKg"] == "12.5"


def test_a_new_version_starts_from_the_last_one_and_keeps_it(
    form: Form, submit: Callable[..., BidVersion], world: World
) -> None:
    first = submit(lines=lines(2))
    page = form.get()
    assert page.sent["lines.1.reference"] == "stoel 1"
    assert rows_of(page)[:2] == ["staal", "plastic, gemiddeld"]
    assert page.sent["price"] == "25000,00"
    assert page.buttons[-5][2] == "Dien de nieuwe versie in"
    answer = form.client.post(form.address, page.sent | {"price": "24.000", "submit": "1"})
    assert answer.status_code == 302
    assert [version.number for version in BidVersion.objects.order_by("number")] == [1, 2]
    assert receipt(BidVersion.objects.get(number=1)) == receipt(first)
    assert form.get().sent["price"] == "24000"


def test_pressing_twice_submits_once_and_both_get_the_receipt(form: Form) -> None:
    sent = form.get().sent | CHAIR | {"submit": "1"}
    answers = [form.client.post(form.address, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert BidVersion.objects.count() == 1
    newer = form.get().sent | {"price": "1", "submit": "1"}
    assert [form.client.post(form.address, newer).status_code for _ in range(2)] == [302, 302]
    assert BidVersion.objects.count() == 2
    overtaken = Page(form.client.post(form.address, sent | {"price": "2"}))
    assert (overtaken.status, overtaken.sent["price"]) == (412, "2")


def test_the_same_bid_after_a_withdrawal_is_a_new_one(form: Form, world: World) -> None:
    for _ in range(2):
        assert form.press("submit").status == 302
        bid = Bid.objects.order_by("pk").last()
        assert bid is not None
        assert bid.state == Bid.State.SUBMITTED
        actor = world.supplier_actor("leverancier-a")
        tenders.services.withdraw_bid(actor, bid_id=bid.public_id, expected_version=bid.version)
    assert Bid.objects.count() == 2


@pytest.mark.parametrize("state", ["nothing", "concept", "submitted"])
def test_a_form_that_a_colleague_overtook_is_refused_with_everything_still_there(
    state: str, form: Form, submit: Callable[..., BidVersion], world: World
) -> None:
    if state == "concept":
        form.press("save")
    elif state == "submitted":
        submit()
    mine = form.get().sent | CHAIR | {"price": "11,11"}
    if state == "submitted":
        bid = Bid.objects.get()
        document = bid_document(world.names["lot"], price="22.22")
        actor = world.supplier_actor("leverancier-a")
        tenders.services.replace_bid(actor, bid_id=bid.public_id, document=document, expected_version=bid.version)
    else:
        submit()
    before = corpus.digest()
    page = Page(form.client.post(form.address, mine | {"submit": "1"}))
    assert page.status == 412
    assert "intussen gewijzigd" in page.text
    assert page.sent["price"] == "11,11"
    assert page.sent["lines.0.name"] == "Bureaustoel Comfort"
    assert corpus.digest() == before


def test_everything_that_is_wrong_is_told_at_once_at_its_own_field(form: Form) -> None:
    wrong = {
        "price": "",
        "lines.0.massKg": "1.250",
        "lines.0.count": "1,5",
        "lines.0.lifetimeYears": "lang",
        "lines.0.circularStrategy": "",
        f"{BILL}.0.material": "stal",
        f"{BILL}.0.share": "160",
        f"{BILL}.1.recycled": "",
    }
    before = corpus.digest()
    page = form.press("submit", typed=wrong)
    assert page.status == 400
    assert page.title.startswith("Fout: ")
    assert page.ids["fouten"] == f"Pas {len(page.mistakes)} dingen aan. Er is niets ingediend."
    for name, text in wrong.items():
        assert len(page.message_at(name)) > len("Fout: "), name
        assert f"veld-{name.replace('.', '-')}" in page.mistakes
        assert page.sent[name] == text
    kept = {name: text for name, text in CHAIR.items() if name not in wrong and "material" not in name}
    check_typed_still_there(page, kept)
    assert "Bedoelt u duizend" in page.message_at("lines.0.massKg")
    assert "bedoelde u 'staal" in page.message_at(f"{BILL}.0.material")
    assert corpus.digest() == before


def test_every_link_of_the_summary_leads_to_something(form: Form) -> None:
    wrong = {
        f"{BILL}.0.share": "10",
        "lines.0.use.0.flow": "onzin",
        "lines.0.use.0.quantity": "x",
        "price": "0,001",
    }
    for button in ("submit", "compute"):
        page = form.press(button, typed=wrong)
        assert page.status == 400
        assert len(page.mistakes) >= 3
        assert set(page.mistakes) <= set(page.ids)


def test_a_demand_that_is_not_answered_has_its_message(form: Form) -> None:
    page = form.press("submit", typed={"lines.0.role": "accessory"})
    assert page.status == 400
    assert "Bied ook iets aan voor vraag 1: Bureaustoel." in page.ids["veld-lines"]


def test_an_empty_form_is_refused_and_drawn_again(form: Form) -> None:
    before = corpus.digest()
    page = Page(form.client.post(form.address, {"submit": "1"}))
    assert page.status == 400
    assert page.message_at("price")
    assert "veld-lines" in page.mistakes
    assert rows_of(page) == [""] * 4
    assert corpus.digest() == before


def test_too_late_is_told_and_nothing_typed_is_lost(form: Form, world: World) -> None:
    sent = form.get().sent | CHAIR
    before = corpus.digest()
    with clock.set_to(world.now + timedelta(days=31)):
        for button in ("submit", "save"):
            page = Page(form.client.post(form.address, sent | {button: "1"}))
            assert page.status == 409
            assert "De inschrijftermijn sloot op" in page.text
            assert "Inschrijven kan nu niet" in page.text
            check_typed_still_there(page, {"price": "25.000,50", f"{BILL}.1.share": "37,5 %"})
    assert corpus.digest() == before


@pytest.mark.parametrize("forged", [
    {"lines": "x"}, {"lines.0": "x"}, {BILL: "x"}, {"lines.a.b": "x"}, {f"{BILL}.0": "x"}, {"price.0": "x"},
    {"version": "1e9"}, {"confirmations.0": "x"}, {"confirmations": "x"}, {"declaredResults": "x"},
    {"lines.0.massKg.value": "1"}, {"lines.0.use.0.unit": "kg"},
])  # fmt: skip
@pytest.mark.parametrize("button", [{"submit": "1"}, {"compute": "1"}, {"add-row": BILL}, {"paste": "lines.7"}])
def test_strange_names_in_the_form_break_nothing(
    forged: dict[str, str], button: dict[str, str], form: Form
) -> None:
    answer = form.client.post(form.address, forged | button)
    assert answer.status_code in ((400,) if {"submit", "compute"} & set(button) else (200,))
    assert not Bid.objects.exists()


def test_only_bidders_bid(world: World, browser: Browser) -> None:
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    client, before = browser("inkoper-1"), corpus.digest()
    document = typed(bid_document(world.names["lot"])) | {"submit": "1"}
    assert client.get(address).status_code == 403
    assert client.post(address, document).status_code == 403
    assert corpus.digest() == before
    assert Tender.objects.get().lots.count() == 1
