"""A form changes nothing that was not touched: every edit page, opened and sent back as a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import tenders.services
from indicators.groups import category_schemes, proposals
from indicators.models import BaselineProduct, CategoryScheme, ProposedRow
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.shapes import Moment, Number, Object, Text, document_of, read, shown
from mvi_dashboard.ground.unreadable import Unreadable
from tenders.models import Bid, Lot, LotItem, Tender, TenderTheme
from tests import corpus, standing
from tests.worlds import World, tender_document

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Opened = tuple[str, str, Callable[[], Any]]


class Sent(HTMLParser):
    """What a browser sends back for the main form of a page, to the letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pairs: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self.inputs: dict[str, dict[str, str]] = {}
        self._main = self._form = False
        self._select = self._area = ""
        self._begun = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the value of an input; remember in which select or textarea we are."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        self._main = self._main or tag == "main"
        if tag == "form":
            self._form = self._main and given.get("method") == "post"
        if not self._form:
            return
        if tag == "button" and name:
            self.buttons[name] = given.get("value", "")
        elif tag == "option" and self._select and "selected" in given:
            self.pairs[self._select] = given.get("value", "")
        elif tag in ("input", "select", "textarea") and name:
            self.inputs[name] = given
            self._take(tag, name, given)

    def _take(self, tag: str, name: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select, self.pairs[name] = name, ""
        elif tag == "textarea":
            self._area, self.pairs[name], self._begun = name, "", False
        elif given.get("type") not in ("checkbox", "radio", "file") or "checked" in given:
            self.pairs[name] = given.get("value", "on" if "checked" in given else "")

    def handle_data(self, data: str) -> None:
        """The text of a textarea: its first line end is not part of it, the others are sent as CR LF."""
        if self._area:
            if not self._begun:
                data, self._begun = data.removeprefix("\n"), True
            self.pairs[self._area] += data.replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave the form, select or textarea."""
        if tag == "form":
            self._form = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


SECOND_TIME = datetime(2027, 10, 31, 1, 30, 15, 250000, tzinfo=UTC)  # 02.30 in winter time
FIRST_TIME = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 02.30 in summer time


def _draft(world: World) -> Opened:
    """A concept as REST can make it: to the second, in the hour that comes twice, with texts of all kinds."""
    document = tender_document(world, world.now)
    document |= {
        "title": "Stoelen  &amp; “tafels” ",
        "biddingStartsAt": "2027-01-01T09:00:30+01:00",
        "deadline": FIRST_TIME.isoformat(),
        "openingAt": SECOND_TIME.isoformat(),
        "estimatedValue": "1250000.50",
    }
    document["lots"][0] |= {"number": 7, "title": " Perceel zeven"}
    document["lots"][0]["items"] = [
        {"number": 3, "description": "Stoel", "neededCount": "100.500", "neededYears": "7.25"}
    ]
    document["lots"][0].pop("neededCount", None)
    document["lots"][0].pop("neededYears", None)
    document["ambitions"][0]["motivation"] = "\n  Eerst een lege regel.\nDan deze, <b>zo</b>.\n\n"
    tender = tenders.services.create_tender(world.officer, document=document)

    def state() -> Any:
        return [list(model.objects.order_by("pk").values()) for model in (Tender, Lot, LotItem, TenderTheme)]

    return reverse("tenders:edit", args=[tender.public_id]), "inkoper-1", state


def _contract(world: World) -> Opened:
    world.build(["contract"])
    world.actor(Role.CONTRACT_MANAGER, world.city, "contractmanager-1")
    address = reverse("contracts:edit", args=[world.names["contract"]])
    return address, "contractmanager-1", corpus.digest


def _scheme(world: World) -> Opened:
    actor = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    document = {
        "code": "eigen",
        "name": "Eigen indeling",
        "categories": [
            {"code": "a", "name": "Stoelen", "productGroup": "kantoormeubilair"},
            {"code": "b", "name": "Overig", "productGroup": None},
        ],
    }
    scheme = category_schemes.create_scheme(actor, document=document)
    address = reverse("indicators:category_scheme", args=[scheme.public_id])
    return (
        address,
        "beleid-1",
        lambda: [
            list(CategoryScheme.objects.values()),
            [list(each.categories.order_by("pk").values()) for each in CategoryScheme.objects.all()],
        ],
    )


def _concept(world: World) -> Opened:
    """A concept of a bid, as somebody typed it."""
    world.build(["open-tender"])
    actor = world.supplier_actor("leverancier-a")
    tenders.services.save_draft(
        actor,
        tender_id=world.names["tender"],
        lot_id=world.names["lot"],
        document={"price": "25.000,50", "lines": [{"reference": "stoel", "massKg": "12,50", "count": "100"}]},
    )
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    return address, "leverancier-a-1", lambda: list(Bid.objects.values("version", "state"))


def _reference_row(world: World) -> Opened:
    """A product of which a successor was written down already, with its bill."""
    actor = world.actor(Role.REFERENCE_MANAGER, None, "referentie-1")
    code = BaselineProduct.objects.filter(successor=None, kind="reference").order_by("code")[0].code
    row = proposals.get_row(actor, "products", code)
    proposals.change_row(
        actor,
        kind="products",
        code=code,
        expected_version=row.stamp,
        document={"values": {"note": "\n Eerst een lege regel.\nDan deze, <b>zo</b>."}},
    )
    address = reverse("indicators:reference_row", args=["producten", code])
    return address, "referentie-1", lambda: list(ProposedRow.objects.order_by("pk").values())


EDITS: dict[str, Callable[[World], Opened]] = {
    "tenders:edit": _draft,
    "contracts:edit": _contract,
    "indicators:category_scheme": _scheme,
    "tenders:bid_form": _concept,
    "indicators:reference_row": _reference_row,
}


# These act on what is there; there is nothing in them that was stored before.
ACTS = {
    "confirm.html",
    "contracts/finalise.html",
    "contracts/record_form.html",
    "contracts/register.html",
    "contracts/state_bill.html",
    "deputies.html",
    "files/add.html",
    "indicators/protocol_change.html",
    "indicators/protocol_question.html",
    "key_form.html",
    "people.html",
    "reporting/spend_categories.html",
    "reporting/spend_file.html",
    "reporting/spend_take.html",
    "tenders/decide.html",
    "tenders/publish.html",
    "webhook_form.html",
}
PAGES = {
    "tenders/form.html": "tenders:edit",
    "contracts/edit.html": "contracts:edit",
    "indicators/category_scheme.html": "indicators:category_scheme",
    "tenders/bid_form.html": "tenders:bid_form",
    "indicators/reference_row.html": "indicators:reference_row",
}


furnish = standing.states("reference")


def opened(world: World, client: Client, name: str) -> tuple[str, Sent, Callable[[], Any]]:
    """(address, what its form would send, how to read what is stored), signed in as who may edit."""
    address, username, state = EDITS[name](world)
    client.force_login(next(user for (_role, known), user in world.people.items() if known == username))
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return address, Sent(answer.content.decode()), state


def changes() -> list[str]:
    """The verbs in the trail, without reading."""
    verbs = AuditEntry.objects.order_by("seq").values_list("verb", flat=True)
    return [verb for verb in verbs if not verb.endswith((".read", ".list"))]


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_page_sent_back_untouched_changes_nothing(name: str, world: World, client: Client) -> None:
    address, form, state = opened(world, client, name)
    before, trail = state(), changes()
    button = {"save": form.buttons["save"]} if "save" in form.buttons else {}
    answer = client.post(address, form.pairs | button)
    assert answer.status_code == 302, answer.content.decode()
    assert state() == before
    assert changes() == trail


def test_every_page_that_changes_what_is_stored_is_tried() -> None:
    """Such a page sends the version that was seen."""
    found = set()
    for top in ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting"):
        for path in (settings.BASE_DIR / top / "templates").rglob("*.html"):
            if re.search(r'name="version"|"parts/hidden.html"', path.read_text(encoding="utf-8")):
                found.add(str(path.relative_to(settings.BASE_DIR / top / "templates")))
    assert found - ACTS == set(PAGES)
    assert set(PAGES.values()) == set(EDITS)


def test_of_a_concept_only_what_was_touched_changes(world: World, client: Client) -> None:
    address, form, _state = opened(world, client, "tenders:edit")
    tender, lot, item = Tender.objects.get(), Lot.objects.get(), LotItem.objects.get()
    assert client.post(address, form.pairs | {"title": "Alleen stoelen"}).status_code == 302
    changed = Tender.objects.get()
    assert (changed.title, changed.version) == ("Alleen stoelen", tender.version + 1)
    for field in ("bidding_starts_at", "deadline", "opening_at", "value", "reference"):
        assert getattr(changed, field) == getattr(tender, field), field
    assert (Lot.objects.get().public_id, Lot.objects.get().number) == (lot.public_id, 7)
    assert LotItem.objects.get().pk == item.pk
    assert form.inputs["biddingStartsAt"]["value"] == "2027-01-01T09:00:30"
    assert form.inputs["biddingStartsAt"]["step"] == "1"
    assert "step" not in form.inputs["deadline"]


def test_the_deadline_of_another_moment_is_stored_and_one_that_is_there_twice_is_asked(
    world: World, client: Client
) -> None:
    address, form, _state = opened(world, client, "tenders:edit")
    twice = client.post(address, form.pairs | {"deadline": "2028-10-29T02:30"})
    assert twice.status_code == 400
    assert "twee keer" in twice.content.decode()
    skipped = client.post(address, form.pairs | {"deadline": "2027-03-28T02:30"})
    assert skipped.status_code == 400
    assert client.post(address, form.pairs | {"deadline": "2027-09-01T23:59:59"}).status_code == 302
    assert Tender.objects.get().deadline == datetime(2027, 9, 1, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("name", EDITS)
def test_no_input_is_set_back_by_the_button_back_of_a_browser(name: str, world: World, client: Client) -> None:
    """With autocomplete="off" a browser that goes back shows the old numbers again."""
    _address, form, _state = opened(world, client, name)
    assert form.inputs
    assert [given for given in form.inputs.values() if given.get("autocomplete") == "off"] == []


def test_nothing_in_the_house_asks_a_browser_to_forget_what_was_typed() -> None:
    tops = ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting")
    files = (path for top in tops for path in (settings.BASE_DIR / top).rglob("*.*"))
    wrong = re.compile(r"autocomplete\W{1,5}off")
    sources = [path for path in files if path.suffix in (".py", ".html", ".js")]
    assert sources
    assert [str(path) for path in sources if wrong.search(path.read_text(encoding="utf-8"))] == []


SHAPE = Object({
    "moment": Moment(required=False),
    "number": Number(required=False, decimals=40),
    "text": Text(2000, multiline=True, required=False, default=""),
})  # fmt: skip


def test_any_stored_moment_comes_back_whole() -> None:
    """Each half hour around both changes of the clock, with and without seconds."""
    for start in (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 10, 30, 22, tzinfo=UTC)):
        for number in range(12):
            for more in (timedelta(), timedelta(seconds=59), timedelta(microseconds=1)):
                moment = start + timedelta(minutes=30 * number) + more
                data, problems = read(SHAPE, {"moment": shown(moment)}, typed=True, stored={"moment": moment})
                assert (data["moment"], list(problems)) == (moment, [])


@pytest.mark.parametrize("number", ["0.1", "36000.00", "1E-20", "0.00000000000000000001", "123456.7890"])
def test_any_stored_number_comes_back_whole(number: str) -> None:
    stored = Decimal(number)
    for known in ({"number": stored}, None):
        data, problems = read(SHAPE, {"number": shown(stored)}, typed=True, stored=known)
        assert (data["number"], list(problems)) == (stored, [])


def test_lines_typed_in_a_form_end_as_they_do_over_rest() -> None:
    posted = document_of([("text", "Een.\r\nTwee.\r\n\r\nDrie.")])
    data, problems = read(SHAPE, posted, typed=True)
    assert (data["text"], list(problems)) == ("Een.\nTwee.\n\nDrie.", [])


def test_a_moment_that_is_there_twice_is_not_guessed() -> None:
    with pytest.raises(Unreadable) as unreadable:
        Moment().read_typed("2027-10-31T02:30")
    assert unreadable.value.code == "ambiguous"
    with_zone = Moment().read_typed("2027-10-31T02:30+01:00")
    assert with_zone == SECOND_TIME.replace(second=0, microsecond=0)
