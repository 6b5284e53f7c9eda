"""Bad input over the bid form: what REST refuses, the form refuses at the same field, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from tenders.models import Bid, Tender
from tenders.selectors import get_bid
from tests import corpus
from tests.pages import Page
from tests.worlds import World

from .typed import typed

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
BIDDER = "leverancier-a-1"

# Rows that the bid form does not meet, and why.
NOT_HERE = {
    "NUM-052": "a factor: another door",
    "NUM-053": "a factor: another door",
    "NUM-054": "a factor: another door",
    "NUM-902": "a tender: see the tests of its own form",
    "NUM-903": "a tender: see the tests of its own form",
    "NUM-908": "a tender: see the tests of its own form",
    "NUM-905": "a delivery: its own form",
    "NUM-906": "a delivery: its own form",
    "BOM-903": "a tender: see the tests of its own form",
    "NUM-055": "use of a contract: its own form",
    "NUM-056": "a retirement: its own form",
    "BOM-005": "a form has no null: a row in which nothing was typed is left out",
    "BOM-023": "a tender: see the tests of its form",
    "BOM-024": "the lot stands in the address: see the test below",
    "OK-012": "use of a contract: its own form",
    "BASE-contract": "a contract: its own form",
    "BASE-use": "use of a contract: its own form",
    "BASE-retirement": "a retirement: its own form",
    "BASE-delivery": "a delivery: its own form",
    "BASE-factor": "a factor: another door",
    "BASE-tender": "a tender: see the tests of its form",
}
# What is wrong in JSON and right in a Dutch form.
RIGHT_WHEN_TYPED = {
    "NUM-022": "spaces around what was typed say nothing",
    "NUM-023": "a comma is how the Dutch write decimals",
}
# Names that no input of the form has: they can only be forged, so that the summary is all there is.
FORGED = {"BOM-015", "BOM-017", "BOM-018"}
ROWS = [row for row in corpus.rows_of("BASE", "NUM", "BOM", "OK") if row["id"] not in NOT_HERE]
BAD = [row for row in ROWS if row["expected"]["status"] >= 400 and row["id"] not in RIGHT_WHEN_TYPED]
GOOD = [row for row in ROWS if row["expected"]["status"] < 400 or row["id"] in RIGHT_WHEN_TYPED]


class Form:
    """The bid form with what a row of the corpus makes somebody type."""

    def __init__(self, row: dict[str, Any], world: World, client: Client) -> None:
        world.build([need for need in corpus.needs_of(row) if need != "open-tender"])
        self.client = client
        self.document = corpus.document_of(row, world.names, world.now)
        self.address = reverse("tenders:bid_form", args=[world.names["tender"]])
        self.typed = typed(self.document)

    def submit(self, **more: str) -> Page:
        """The answer to the button that submits."""
        return Page(self.client.post(self.address, {**self.typed, "submit": "1", **more}))


@pytest.fixture
def form_of(world: World, browser: Browser) -> Callable[[dict[str, Any]], Form]:
    """Makes the form of a row."""
    world.supplier_actor("leverancier-a")

    def make(row: dict[str, Any]) -> Form:
        return Form(row, world, browser(BIDDER))

    return make


def said_at(page: Page, attr: str) -> str:
    """The message beside this input, or in the box above the rows that it is about."""
    if attr in page.inputs:
        return page.message_at(attr)
    return page.ids[f"veld-{attr.replace('.', '-')}"]


def check_beside(page: Page, expected: dict[str, Any]) -> None:
    """The problem stands at its own field, and the summary links to it."""
    place = f"veld-{expected['attr'].replace('.', '-')}"
    assert place in page.mistakes
    message = said_at(page, expected["attr"])
    assert len(message) > len("Fout: ")
    assert "null" not in message


@pytest.mark.parametrize("row", BAD, ids=[row["id"] for row in BAD])
def test_what_rest_refuses_the_form_refuses_at_the_same_field(
    row: dict[str, Any], form_of: Callable[[dict[str, Any]], Form]
) -> None:
    form, expected = form_of(row), row["expected"]
    before = corpus.digest()
    page = form.submit()
    assert page.status == expected["status"], page.text[:500]
    assert page.title.startswith("Fout: ")
    assert "Er is niets ingediend." in page.ids["fouten"]
    assert corpus.digest() == before
    if row["id"] in FORGED:
        for problem in expected.get("errors") or [expected]:
            assert f"veld-{problem['attr'].replace('.', '-')}" in page.mistakes
    elif expected.get("confirmable"):
        check_confirming(form, page, expected)
    else:
        for problem in expected.get("errors") or [expected]:
            check_beside(page, problem)
    check_nothing_typed_is_lost(form, page)


def check_nothing_typed_is_lost(form: Form, page: Page) -> None:
    """Every text box holds what was typed in it; materials under the name by which people know them."""
    for name, text in form.typed.items():
        given = page.inputs.get(name, {})
        if given.get("type") == "text" and text.strip() and not name.endswith((".material", ".flow")):
            # A browser ends lines with CR LF; they come back with LF.
            assert page.sent[name] == text.replace("\r\n", "\n"), name
    materials = [name for name, text in form.typed.items() if name.endswith(".material") and text]
    assert all(page.sent[name] for name in materials)


def check_confirming(form: Form, page: Page, expected: dict[str, Any]) -> None:
    """What is implausible is asked back with a reason; with one it is accepted."""
    asked = {name: value for name, value in page.sent.items() if name.startswith("confirmations.")}
    assert asked["confirmations.0.attr"] == expected["attr"]
    assert asked["confirmations.0.code"] == expected["code"]
    still = form.submit(**asked)
    assert still.status == 409, "no reason, no confirmation"
    reasons = {name: "Zo is het echt." for name in asked if name.endswith(".reason")}
    assert form.submit(**{**asked, **reasons}).status == 302
    assert Bid.objects.get(supplier__code="leverancier-a").state == Bid.State.SUBMITTED


@pytest.mark.parametrize("row", GOOD, ids=[row["id"] for row in GOOD])
def test_a_good_twin_is_accepted_and_means_the_same_as_over_rest(
    row: dict[str, Any], form_of: Callable[[dict[str, Any]], Form], world: World
) -> None:
    form = form_of(row)
    page = form.submit()
    assert page.status == 302, page.text[:800]
    bid = Bid.objects.get()
    actor = world.supplier_actor("leverancier-a")
    sealed = tenders.services.bid_answer(actor, get_bid(actor, bid.public_id)).document
    assert _meaning(sealed, form.document) == _meaning(form.document, form.document)
    told = Page(form.client.get(reverse("tenders:bid", args=[bid.public_id])))
    assert form.document["lines"][0]["name"] in told.text
    if "warnings" in row["expected"]:
        assert "Let op" in told.text


def _meaning(value: Any, like: Any) -> Any:
    """The parts of a document that another one has too, with numbers as numbers."""
    if isinstance(like, dict):
        return {name: _meaning(value[name], part) for name, part in like.items() if name != "item"}
    if isinstance(like, list):
        assert len(value) == len(like)
        return [_meaning(one, other) for one, other in zip(value, like, strict=True)]
    text = str(value).strip().lower()
    try:
        return Decimal(text.replace(",", "."))
    except ArithmeticError:
        return text


def test_the_lot_of_another_tender_is_absent(world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-a")
    world.build(["other-tender"])
    client, before = browser(BIDDER), corpus.digest()
    document = typed(corpus.all_rows()["BASE-bid"]["payload"])
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    elsewhere = client.post(f"{address}?perceel={world.names['otherLot']}", document | {"submit": "1"})
    assert elsewhere.status_code == 404
    assert corpus.digest() == before
    forged = client.post(address, document | {"submit": "1", "lot": world.names["otherLot"]})
    assert forged.status_code == 302, "the address says which lot, whatever is sent beside it"
    assert Bid.objects.get().lot == Tender.objects.get(public_id=world.names["tender"]).lots.get()


def test_the_corpus_over_the_form_is_not_empty() -> None:
    assert len(BAD) > 45
    assert len(GOOD) > 10
    assert not (set(NOT_HERE) | set(RIGHT_WHEN_TYPED) | FORGED) - set(corpus.all_rows())
