"""Places: shared by who is tied, given only when all can be placed; and prices on the footing of effects."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

import tenders.services
from indicators.calculation import ties
from indicators.models import Material
from indicators.selectors import basis_arrays, current_basis
from mvi_dashboard.ground import clock, formats
from tenders.models import BidLine, BidVersion, LotItem, Tender
from tenders.services.methods import MethodRanking, order_is_tested
from tenders.services.placing import places_of
from tenders.services.prices import price_for_demand
from tests.pages import Page
from tests.worlds import World

from .conftest import MOMENTS, _acted, lines
from .test_page_queries import OFFICER, page_of

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Submit = Callable[..., BidVersion]
Opened = Callable[[], Tender]


@pytest.mark.parametrize(("first", "second", "same"), [
    (1.0, 1.0 + 9e-10, True), (1.0, 1.0 + 2e-9, False), (1e6, 1e6 + 5e-4, True), (1e6, 1e6 + 1e-2, False),
    (0.0, 1e-15, True), (1e-8, 2e-8, False), (float("nan"), float("nan"), False), (-3.0, 3.0, False),
])  # fmt: skip
def test_what_differs_less_than_a_billionth_is_a_tie(first: float, second: float, same: bool) -> None:
    assert bool(ties.tied(first, second)) is same
    assert bool(ties.tied(second, first)) is same


def test_a_row_of_small_steps_does_not_end_on_one_place() -> None:
    steps = {number: 1.0 + number * 0.9e-9 for number in range(4)}
    assert ties.places(steps) == {0: 1, 1: 1, 2: 3, 3: 3}


def test_no_bid_has_a_place_when_one_cannot_be_placed() -> None:
    assert places_of({1: 1, 2: 2, 3: 2}) == {1: 1, 2: 2, 3: 2}
    assert places_of({1: 1, 2: None, 3: 2}) == {1: None, 2: None, 3: None}


@pytest.mark.parametrize(("first", "second", "tested"), [
    ({1: 1, 2: 2}, {1: 1, 2: 1}, True),
    ({1: 1, 2: 2}, {1: 1, 2: None}, False),
    ({1: 1, 2: 2, 3: None}, {1: 1, 2: 2, 3: None}, False),
    ({1: 1}, {1: 1}, False),
])  # fmt: skip
def test_an_order_is_tested_when_every_method_places_every_bid(
    first: dict[int, int | None], second: dict[int, int | None], tested: bool
) -> None:
    rankings = [MethodRanking("m", "1", False, {}, ranks, places_of(ranks)) for ranks in (first, second)]
    assert order_is_tested(rankings) is tested


def of_unknown() -> list[dict[str, Any]]:
    """A bill with a material of which the climate factor is not known."""
    arrays = basis_arrays(current_basis())
    unknown = np.isnan(arrays.factors.primary[:, arrays.position("climate")])
    codes = [code for code, absent in zip(arrays.factors.items, unknown, strict=True) if absent]
    found = Material.objects.filter(code__in=codes, kind="material").order_by("code").first()
    assert found is not None
    rows = (("steel", "0.9"), (found.code, "0.1"))
    return [{"material": code, "share": share, "recycled": "0"} for code, share in rows]


def compared(world: World, tender: Tender, **query: str) -> dict[str, Any]:
    """The bids of the comparison over REST, by supplier."""
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    body = Client().get(f"/api/v1/tenders/{tender.public_id}/comparison", query, headers=headers).json()
    return {bid["supplier"]: bid for bid in body["bids"]}


def test_two_equal_bids_share_their_place_on_the_page_and_over_rest(
    world: World, submit: Submit, opened: Opened, browser: Browser
) -> None:
    # The same chair, once as one line and once as two: the sums differ only by rounding.
    submit(lines=[{**row, "count": count} for row, count in zip(lines(2), (30, 70), strict=True)])
    submit("leverancier-b", lines=[{**row, "count": count} for row, count in zip(lines(2), (10, 90), strict=True)])
    submit("leverancier-c", lines=lines(1, massKg="90"))
    tender = opened()
    found = compared(world, tender)
    assert [found[f"leverancier-{name}"]["place"] for name in "abc"] == [1, 1, 3]
    with clock.set_to(world.now + MOMENTS["opened"]):
        page = Page(browser(OFFICER).get(page_of("compare", tender)))
        sure = Page(browser(OFFICER).get(page_of("compare", tender) + "?onzekerheid=ja"))
        award = Page(browser(OFFICER).get(page_of("decide", tender)))
    assert page.heading == "Leverancier-a en Leverancier-b delen voor klimaat (CO2) het laagste effect"
    assert page.text.count("1 gedeeld") == 2
    assert "gevallen heeft" not in sure.text
    assert "geen van hen is beter" in sure.text
    assert award.text.count("gedeelde plaats 1") == 2
    assert "plaats 3" in award.text


def test_an_incomplete_bid_leaves_all_without_a_place(
    world: World, submit: Submit, opened: Opened, browser: Browser
) -> None:
    submit(lines=lines(1, massKg="20"))
    submit("leverancier-b", lines=lines(1, massKg="90"))
    submit("leverancier-c", lines=lines(1, massKg="1", billOfMaterials=of_unknown()))
    tender = opened()
    found = compared(world, tender)
    assert [found[f"leverancier-{name}"]["complete"] for name in "abc"] == [True, True, False]
    assert {bid["place"] for bid in found.values()} == {None}
    with clock.set_to(world.now + MOMENTS["opened"]):
        page = Page(browser(OFFICER).get(page_of("compare", tender)))
        sure = Page(browser(OFFICER).get(page_of("compare", tender) + "?onzekerheid=ja"))
        award = Page(browser(OFFICER).get(page_of("decide", tender)))
    assert page.heading == "Er is geen volgorde voor klimaat (CO2): niet elke inschrijving is volledig"
    assert "Van de volledige inschrijvingen heeft Leverancier-a het laagste effect" in page.text
    assert 'class="best"' not in page.html
    assert "Van de volledige inschrijvingen heeft Leverancier-a in" in sure.text
    assert "Geen van deze veranderingen draait" not in sure.text
    assert "plaats 1" not in award.text


def test_what_could_not_be_tested_is_not_said_to_turn_nothing(
    world: World, submit: Submit, browser: Browser
) -> None:
    world.names["bid"] = str(submit(lines=lines(1, massKg="20")).bid.public_id)
    submit("leverancier-b", lines=lines(1, massKg="1", billOfMaterials=of_unknown()))
    with clock.set_to(world.now + MOMENTS["final"]):
        tender = _acted(world, "final")
        page = Page(browser(OFFICER).get(page_of("compare", tender)))
    assert "Geen enkele methode draait de volgorde om" not in page.text
    assert "is niet te zeggen" in page.text


def line(item: int, count: str, years: str, role: str = "main") -> BidLine:
    """One line for a demand that lasts so many years."""
    return BidLine(
        item_id=item, item=LotItem(pk=item, needed_years=Decimal(years)), count=Decimal(count), role=role
    )


@pytest.mark.parametrize(("offered", "lifetimes", "price"), [
    # The office sofa of the design: EUR 31,200 for 8 years is EUR 39,000 for the 10 years that are needed.
    ([line(1, "40", "10")], [8], "39000.00"),
    ([line(1, "40", "10")], [9], "34666.67"),
    # Alternatives: 20 last 5 years and 20 last 15, together 400 of the 400 item years.
    ([line(1, "20", "10"), line(1, "20", "10")], [5, 15], "31200.00"),
    ([line(1, "40", "10"), line(1, "40", "10", "accessory")], [8, 1], "39000.00"),
    # Two demands in the same ratio have one price for both; in another ratio it cannot be divided.
    ([line(1, "40", "10"), line(2, "5", "5")], [8, 4], "39000.00"),
    ([line(1, "40", "10"), line(2, "5", "5")], [8, 5], None),
    ([], [], None),
])  # fmt: skip
def test_a_price_stands_on_the_footing_of_the_effect(
    offered: list[BidLine], lifetimes: list[float], price: str | None
) -> None:
    found = price_for_demand(Decimal("31200.00"), offered, np.array(lifetimes, dtype=float))
    assert found == (None if price is None else Decimal(price))
    assert price_for_demand(None, offered, np.array(lifetimes, dtype=float)) is None


def test_a_contract_of_three_years_that_is_a_day_short_is_bought_once() -> None:
    years = np.array([2.9973])
    offered = [line(1, "9000", "3")]
    assert price_for_demand(Decimal("41400.00"), offered, years, consumed=True) == Decimal("41400.00")
    assert price_for_demand(Decimal("41400.00"), offered, np.array([2.0]), consumed=True) == Decimal("62100.00")


def test_no_price_is_rounded_where_bids_stand_side_by_side(
    world: World, submit: Submit, opened: Opened, browser: Browser
) -> None:
    submit(price="24000.50", lines=lines(1, lifetimeYears="8"))
    tender = opened()
    needed = float(LotItem.objects.get().needed_years)
    bid = compared(world, tender)["leverancier-a"]
    assert bid["price"] == 24000.5
    assert bid["priceForDemand"] == pytest.approx(24000.5 * needed / 8, abs=0.01)
    times = next(iter(bid["wholePurchases"].values()))
    assert bid["priceOfWholePurchases"] == times * 24000.5
    with clock.set_to(world.now + MOMENTS["opened"]):
        pages = [Page(browser(OFFICER).get(page_of(name, tender))) for name in ("compare", "decide")]
    for page in pages:
        amounts = re.findall(r"€\s[0-9.]+(?:,[0-9]+)?", page.text)
        assert "€ 24.000,50" in amounts
        assert all(re.search(r",[0-9]{2}$", amount) for amount in amounts), amounts


def test_a_declared_result_and_ours_are_both_of_one_piece(
    world: World, submit: Submit, opened: Opened, browser: Browser
) -> None:
    declared = {
        "line": "stoel 0",
        "kind": "epd",
        "indicator": "climate",
        "value": "30",
        "unit": "kg CO2-eq per stuk",
    }
    version = submit(lines=lines(1), declaredResults=[declared])
    tender = opened()
    comparison = tenders.services.compare_tender(world.officer, tender_id=tender.public_id)
    of_all = float(comparison.bids[0].assessed.results.lifetime[0, comparison.arrays.position("climate")])
    with clock.set_to(world.now + MOMENTS["opened"] + timedelta(minutes=5)):
        address = f"{page_of('compare', tender)}?inschrijving={version.bid.public_id}"
        page = Page(browser(OFFICER).get(address))
    assert f"{formats.number(of_all / 100)} kg CO2-eq per stuk" in page.text
    assert f"alle 100: {formats.number(of_all)} kg CO2-eq" in page.text
