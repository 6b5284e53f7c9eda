"""Publishing: what misses is listed before there is a button, and an unlikely deadline is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from indicators.models import BaselineProduct
from mvi_dashboard.ground.models import AuditEntry, Holiday
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import LotItem, Tender
from tenders.services.publishing import UNLIKELY, doubts_about
from tests import corpus
from tests.pages import Page
from tests.worlds import World

from .test_draft_form import CHAIRS, NEW, OFFICER, closes_at, made, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
Stage = Callable[[str], Tender]
MONDAY_NOON = datetime(2026, 11, 30, 12, tzinfo=AMSTERDAM)


def closing(moment: datetime) -> Tender:
    """A tender that closes at this moment on the Dutch clock."""
    return Tender(deadline=moment.replace(tzinfo=AMSTERDAM))


@pytest.mark.parametrize(("deadline", "words"), [
    ("2027-01-06T12:00", ()),
    ("2026-12-30T12:00", ()),
    ("2026-12-29T12:00", ("29 dagen",)),
    ("2026-11-30T13:00", ("minder dan een dag",)),
    ("2027-01-09T12:00", ("een zaterdag",)),
    ("2027-01-10T03:00", ("een zondag", "buiten kantooruren")),
    ("2027-01-06T23:59", ("buiten kantooruren",)),
    ("2027-11-30T12:00", ()),
    ("2036-01-09T12:00", ("pas over 3.327 dagen",)),
    ("2026-11-30T11:00", ()),
])  # fmt: skip
def test_an_unlikely_deadline_is_one_question_that_names_every_doubt(
    deadline: str, words: tuple[str, ...]
) -> None:
    found = doubts_about(closing(datetime.fromisoformat(deadline)), [], MONDAY_NOON)
    assert len(found) == (1 if words else 0)
    for problem in found:
        assert (problem.attr, problem.code, problem.confirmable) == ("deadline", UNLIKELY, True)
        assert [word for word in words if word in problem.detail] == list(words)


def test_a_deadline_on_a_holiday_is_asked_by_its_name() -> None:
    Holiday.objects.get_or_create(date=date(2027, 5, 6), name="Hemelvaartsdag", year=2027)
    found = doubts_about(closing(datetime(2027, 5, 6, 12)), [], MONDAY_NOON)  # noqa: DTZ001 - made so there
    assert "Dat is een feestdag: Hemelvaartsdag." in found[0].detail


def test_a_new_form_lists_from_the_start_what_publishing_needs(world: World, browser: Browser) -> None:
    page = Page(browser(OFFICER).get(NEW))
    todo = ("Inschrijven kan tot", "Begin van het contract", "Einde van het contract", "Wat u nodig heeft")
    for label in (*todo, "Eén hoofdthema"):
        assert f"Nog doen {label}" in page.text
    assert "Klaar" not in page.text
    links = [
        given["href"][1:] for tag, given in page.tags if tag == "a" and given.get("href", "").startswith("#veld-")
    ]
    assert links
    assert set(links) <= set(page.ids)
    for name in ("deadline", "lots.0.contractStart", "lots.0.contractEnd"):
        label = page.text.split(_label(page, name))[1][:12]
        assert "(mag leeg)" not in label, name


def _label(page: Page, name: str) -> str:
    labels = {"deadline": "Inschrijven kan tot", "contractStart": "Begin van het contract"}
    return labels.get(name.split(".")[-1], "Einde van het contract")


def test_what_was_typed_is_ticked_off_before_it_is_saved(world: World, browser: Browser) -> None:
    typed = {"deadline": "2090-07-01T12:00", "lots.0.contractStart": "1-1-2091", "add": "lots.0.items"}
    page = Page(browser(OFFICER).post(NEW, typed))
    assert "Klaar Inschrijven kan tot" in page.text
    assert "Klaar Begin van het contract" in page.text
    assert "Nog doen Einde van het contract" in page.text


def test_a_concept_that_misses_something_offers_no_button_to_publish(world: World, browser: Browser) -> None:
    client = browser(OFFICER)
    client.post(NEW, {"title": "Iets", "reference": "K-1"})
    tender = made("K-1")
    overview = Page(client.get(page_of("tender", tender)))
    assert overview.links["Wat nog nodig is"] == page_of("publish", tender)
    assert "Publiceren" not in overview.links
    page = Page(client.get(page_of("publish", tender)))
    assert page.heading == "Nog 3 dingen, dan kunt u publiceren"
    assert "De knop Publiceren komt in beeld als alles er is." in page.text
    assert page.buttons == []
    assert f"{page_of('edit', tender)}#veld-deadline" in [
        given.get("href") for tag, given in page.tags if tag == "a"
    ]


@pytest.mark.parametrize(("changes", "product"), [
    ({}, "bureaustoel-referentie"),
    ({"lots.0.items.0.description": "Bureau voor thuis"}, "bureau-referentie"),
    ({"lots.0.items.0.description": "Iets om op te zitten"}, None),
    # The form showed the products of this group and none was chosen: that stays so.
    ({"lots.0.offered": "kantoormeubilair"}, None),
    ({"lots.0.offered": "ict-hardware"}, "bureaustoel-referentie"),
    ({"lots.0.productGroup": "papier", "lots.0.items.0.description": "Kopieerpapier"}, "papier"),
])  # fmt: skip
def test_the_reference_is_filled_in_without_another_button(
    changes: dict[str, str], product: str | None, world: World, browser: Browser
) -> None:
    typed = CHAIRS | {"lots.0.items.0.referenceProduct": ""} | changes
    typed = {name: value for name, value in typed.items() if not name.startswith("ambitions")}
    if product == "papier":
        product = BaselineProduct.objects.get(group__code="papier", kind="reference").code
    page = Page(browser(OFFICER).post(NEW, typed, follow=True))
    chosen = LotItem.objects.get(lot__tender=made()).reference_product
    assert (chosen.code if chosen else None) == product
    assert ("Wij vulden de referentie in" in page.text) is (product is not None)
    if chosen is not None:
        assert chosen.name_nl in page.text


def test_a_reference_that_was_taken_out_stays_out(world: World, browser: Browser) -> None:
    client = browser(OFFICER)
    client.post(NEW, {name: value for name, value in CHAIRS.items() if not name.startswith("ambitions")})
    form = Page(client.get(page_of("edit", made())))
    assert form.sent["lots.0.items.0.referenceProduct"] == "bureaustoel-referentie"
    client.post(page_of("edit", made()), form.sent | {"lots.0.items.0.referenceProduct": ""})
    assert LotItem.objects.get(lot__tender=made()).reference_product is None


def test_an_unlikely_deadline_is_asked_and_its_reason_is_kept(stage: Stage, browser: Browser) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    closes_at(tender, 40, weekday=6)
    place = page_of("publish", tender)
    asked = Page(client.get(place))
    assert "Dat is een zondag. Klopt dat?" in asked.text
    before = corpus.digest()
    refused = Page(client.post(place, asked.sent))
    assert (refused.status, refused.mistakes) == (409, ["veld-deadline"])
    assert corpus.digest() == before
    reason = {"confirmations.0.reason": "De opening van het jaar is op zondag."}
    done = Page(client.post(place, refused.sent | reason, follow=True))
    assert "De aanbesteding is gepubliceerd." in done.text
    assert (
        AuditEntry.objects.filter(verb="tender.publish").latest("seq").changes["confirmed"][0]["reason"]
        == reason["confirmations.0.reason"]
    )


@pytest.mark.parametrize("confirmed", [False, True])
def test_over_rest_an_unlikely_deadline_is_a_warning(confirmed: bool, stage: Stage, world: World) -> None:
    tender = stage("draft")
    closes_at(tender, 40, weekday=6)
    headers = {
        "Authorization": f"Bearer {world.token('procurement-officer')}",
        "Idempotency-Key": corpus.fresh_key(),
        "If-Match": f'"{tender.version}"',
    }
    row = {"attr": "deadline", "code": UNLIKELY, "reason": "Zo is het bedoeld."}
    body: dict[str, Any] = {"confirmations": [row]} if confirmed else {}
    place = f"/api/v1/tenders/{tender.public_id}/_publish"
    for _ in range(2):
        answer = Client().post(place, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        assert [each["code"] for each in answer.json().get("warnings", [])] == ([] if confirmed else [UNLIKELY])


def test_assumptions_are_listed_where_they_are_taken_over(stage: Stage, browser: Browser) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    closes_at(tender, 40)
    asked = Page(client.get(page_of("publish", tender)))
    assert "Uw organisatie nam ze over op" in asked.text
    assert "Langste levensduur die telt" in asked.text
    item = LotItem.objects.filter(lot__tender=tender).first()
    assert item is not None
    assert item.description in asked.text
    assert "aanname" in asked.text.split("Deze aannames gelden")[1]
