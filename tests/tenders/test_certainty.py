"""How sure a ranking is: over REST and on the page, logged while bids are judged, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

import tenders.services
from indicators.calculation import CORE_VERSION
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import AuditEntry
from tenders.models import BidVersion, LineResult, Tender
from tests.worlds import World, _make_tender, _name_tender, _publish, bid_document

from .conftest import lines

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
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
    assert {(bid["bounds"], bid["sensitivity"]) for bid in plain["bids"].values()} == {(None, None)}
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


REUSED = {"circularStrategy": "reuse", "massKg": "30", "endOfLifePlan": "take-back"}
"""Lighter than a new chair of 10 kg only by its R of 0.2: 30 * 0.2 = 6."""


def varied_of(bid: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The variations of one bid by their name."""
    return {row["variation"]: row for row in bid["sensitivity"]}


def test_a_ranking_that_hangs_on_r_is_said_so(
    submit: Submit,
    opened: Callable[[], Tender],
    ask: Callable[..., dict[str, Any]],
    world: World,
    browser: Browser,
) -> None:
    plain = [{"material": "steel", "share": "1", "recycled": "0"}]
    submit(lines=lines(1, billOfMaterials=plain, use=[], **REUSED))
    submit("leverancier-b", lines=lines(1, billOfMaterials=plain, use=[], massKg="10"))
    tender = opened()
    bids = ask(tender, uncertainty="true")["bids"]
    reused, new = varied_of(bids["leverancier-a"]), varied_of(bids["leverancier-b"])
    assert list(reused) == [
        "no-strategy-discount", "no-end-of-life-discount", "no-discounts", "shorter-life", "longer-life",
    ]  # fmt: skip
    assert bids["leverancier-a"]["demandImpact"] < bids["leverancier-b"]["demandImpact"]
    assert reused["no-discounts"]["demandImpact"] == pytest.approx(3 * new["no-discounts"]["demandImpact"])
    assert reused["no-strategy-discount"]["changesPlace"]
    assert new["no-strategy-discount"]["changesPlace"]
    assert not reused["no-end-of-life-discount"]["changesPlace"]
    assert new["shorter-life"]["demandImpact"] == pytest.approx(bids["leverancier-b"]["demandImpact"] / 0.8)
    assert bids["leverancier-a"]["assumption"] is True
    assert bids["leverancier-b"]["assumption"] is False
    with clock.set_to(world.now + timedelta(days=32)):
        place = f"/aanbestedingen/{tender.public_id}/vergelijken/"
        text = browser("inkoper-1").get(f"{place}?onzekerheid=ja").content.decode()
    assert "De volgorde verandert als R niet telt." in text
    assert "De volgorde verandert als R en E allebei niet tellen." in text
    assert "De volgorde verandert als E niet telt." not in text
    assert text.index("Telt niet mee") < text.index("Wat als een aanname anders is?")


def test_a_life_that_one_supplier_claims_varies_for_that_bid_alone(
    submit: Submit,
    opened: Callable[[], Tender],
    ask: Callable[..., dict[str, Any]],
    world: World,
    browser: Browser,
) -> None:
    submit(lines=lines(1, use=[], massKg="10"))
    submit("leverancier-b", lines=lines(1, use=[], massKg="11"))
    tender = opened()
    bids = ask(tender, uncertainty="true")["bids"]
    first, second = varied_of(bids["leverancier-a"]), varied_of(bids["leverancier-b"])
    assert first["shorter-life"]["changesPlace"]
    assert second["longer-life"]["changesPlace"]
    assert not first["longer-life"]["changesPlace"]
    assert not second["shorter-life"]["changesPlace"]
    with clock.set_to(world.now + timedelta(days=32)):
        place = f"/aanbestedingen/{tender.public_id}/vergelijken/"
        text = browser("inkoper-1").get(f"{place}?onzekerheid=ja").content.decode()
    assert "als alleen de levensduur van Leverancier-a 20\xa0% korter is" in text
    assert "als alleen de levensduur van Leverancier-b 20\xa0% langer is" in text


def test_the_data_behind_every_bid_are_named_without_asking_for_draws(
    stage: Callable[[str], Tender], ask: Callable[..., dict[str, Any]], browser: Browser
) -> None:
    tender = stage("opened")
    body = ask(tender)
    for bid in body["bids"].values():
        assert bid["dataQuality"] == {"supplier": 1.0}
        assert bid["worstQuality"] == "supplier"
        assert sum(bid["factorQuality"].values()) == pytest.approx(1)
        assert set(bid["factorQuality"]) <= {"definition", "good", "fair", "poor", "assumption", "unstated"}
    text = browser("inkoper-1").get(f"/aanbestedingen/{tender.public_id}/vergelijken/").content.decode()
    assert "Op wat voor gegevens rust dit?" in text
    assert "Deel van het effect per kwaliteit van de factor" in text
    assert "Niets daarvan komt van een meter. Het zwakste gegeven is: van leverancier." in text


def test_a_bid_of_which_nothing_is_known_has_no_split(
    submit: Submit, opened: Callable[[], Tender], ask: Callable[..., dict[str, Any]]
) -> None:
    submit(lines=lines(1, billOfMaterials=[{"material": "textile", "share": "1", "recycled": "0"}], use=[]))
    unknown = ask(opened(), indicator="land_crop")["bids"]["leverancier-a"]
    assert unknown["demandImpact"] is None
    assert unknown["dataQuality"] == {}
    assert unknown["worstQuality"] is None
    assert unknown["factorQuality"] == {}


def test_what_is_not_drawn_is_named_the_making_too(
    world: World, ask: Callable[..., dict[str, Any]], opened: Callable[[], Tender]
) -> None:
    made = _make_tender(world, world.now, productGroup="ict-hardware")
    _name_tender(world, _publish(world, made, world.now))
    for supplier, mass in (("leverancier-a", "2"), ("leverancier-b", "2.1")):
        document = bid_document(world.names["lot"], lines=lines(1, massKg=mass, lifetimeYears="5"))
        tenders.services.submit_bid(
            world.supplier_actor(supplier), tender_id=world.names["tender"], document=document
        )
    body = ask(opened(), uncertainty="true")
    assert "het maken van het product" in body["drawnAsCertain"]


def test_furniture_has_no_making_to_name(
    submit: Submit, ask: Callable[..., dict[str, Any]], opened: Callable[[], Tender]
) -> None:
    submit()
    assert "het maken van het product" not in ask(opened(), uncertainty="true")["drawnAsCertain"]


def test_a_kwh_is_one_kwh_in_every_draw(
    world: World, ask: Callable[..., dict[str, Any]], opened: Callable[[], Tender]
) -> None:
    items = [{"number": 1, "description": "Stroom", "neededCount": 1000, "neededYears": "4"}]
    made = _make_tender(world, world.now, productGroup="elektriciteit", items=items)
    _name_tender(world, _publish(world, made, world.now))
    row = {"material": "electricity", "share": "1", "recycled": "0"}
    for supplier in ("leverancier-a", "leverancier-b"):
        bid = lines(1, massKg="1", count=1000, billOfMaterials=[row])
        document = bid_document(world.names["lot"], lines=bid)
        tenders.services.submit_bid(
            world.supplier_actor(supplier), tender_id=world.names["tender"], document=document
        )
    bids = ask(opened(), uncertainty="true")["bids"]
    assert bids["leverancier-a"]["bounds"] == bids["leverancier-b"]["bounds"]
    assert bids["leverancier-a"]["probabilityBest"] == 0.5


def test_the_version_of_the_core_is_one_and_is_stored(submit: Submit, opened: Callable[[], Tender]) -> None:
    submit()
    opened()
    assert set(LineResult.objects.values_list("core_version", flat=True)) == {CORE_VERSION}
