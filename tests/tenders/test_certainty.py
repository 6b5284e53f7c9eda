"""How sure a ranking is: over REST and on the page, logged while bids are judged, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import AuditEntry
from tenders.models import BidVersion, Tender
from tests.worlds import World

from .conftest import lines

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Submit = Callable[..., BidVersion]


@pytest.fixture
def ask(world: World) -> Callable[..., dict[str, Any]]:
    """The comparison over REST, by supplier: `ask(tender)`; `ask(tender, uncertainty="true")`."""

    def asked(tender: Tender, **query: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
        body = Client().get(f"/api/v1/tenders/{tender.public_id}/comparison", query, headers=headers).json()
        return {**body, "bids": {bid["supplier"]: bid for bid in body["bids"]}}

    return asked


def test_the_same_bill_at_one_and_a_half_times_the_mass_is_surely_worse(
    submit: Submit, opened: Callable[[], Tender], ask: Callable[..., dict[str, Any]]
) -> None:
    submit(lines=lines(1, massKg="10"))
    submit("leverancier-b", lines=lines(1, massKg="15"))
    body = ask(opened(), uncertainty="true")
    light, heavy = body["bids"]["leverancier-a"], body["bids"]["leverancier-b"]
    assert light["probabilityBest"] > 0.98
    assert light["probabilityBest"] + heavy["probabilityBest"] == pytest.approx(1)
    for bid in (light, heavy):
        assert bid["bounds"]["low"] < bid["demandImpact"] < bid["bounds"]["high"]
    assert body["uncertaintyCounts"] is False


def test_two_equal_bids_are_a_toss_and_two_calls_are_equal(
    submit: Submit, opened: Callable[[], Tender], ask: Callable[..., dict[str, Any]]
) -> None:
    submit()
    submit("leverancier-b")
    tender = opened()
    first, second = (ask(tender, uncertainty="true")["bids"] for _ in range(2))
    assert first == second
    assert first["leverancier-a"]["probabilityBest"] == pytest.approx(0.5, abs=0.03)


def test_it_is_there_only_when_asked_and_logged_while_bids_are_judged(
    stage: Callable[[str], Tender], ask: Callable[..., dict[str, Any]]
) -> None:
    tender = stage("opened")
    plain = ask(tender)
    assert {bid["bounds"] for bid in plain["bids"].values()} == {None}
    assert plain["uncertaintyCounts"] is None
    assert not AuditEntry.objects.filter(verb="bids.certainty").exists()
    ask(tender, uncertainty="true")
    entry = AuditEntry.objects.get(verb="bids.certainty")
    assert entry.changes["indicator"] == "climate"


def test_after_the_final_award_it_is_free(
    stage: Callable[[str], Tender], ask: Callable[..., dict[str, Any]]
) -> None:
    body = ask(stage("final"), uncertainty="true")
    assert body["uncertaintyCounts"] is True
    assert not AuditEntry.objects.filter(verb="bids.certainty").exists()


def test_the_page_says_it_in_a_sentence_and_that_it_does_not_count(
    submit: Submit, opened: Callable[[], Tender], world: World, browser: Browser
) -> None:
    submit(lines=lines(1, massKg="10"))
    submit("leverancier-b", lines=lines(1, massKg="15"))
    tender = opened()
    with clock.set_to(world.now + timedelta(days=32)):
        client = browser("inkoper-1")
        place = f"/aanbestedingen/{tender.public_id}/vergelijken/"
        plain = client.get(place).content.decode()
        assert "onzekerheid=ja" in plain
        assert "van de 100 gevallen heeft" not in plain
        text = client.get(f"{place}?onzekerheid=ja").content.decode()
    assert "van de 100 gevallen heeft Leverancier-a het laagste effect" in text
    assert "Telt niet mee" in text
    assert text.count('class="c-range"') == 5, "two bids in a wide and in a narrow drawing, and the legend"
