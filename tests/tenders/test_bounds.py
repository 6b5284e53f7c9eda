"""Bids that rest on a range: their bounds, their order, and what they have like all others.

Making costs 1.2 to 4.0 (2.2 counts) and steel 2.89 kg CO2-eq per kg; electricity 0.244 per kWh. For 100 chairs
and ten years A (10 kg) costs 1000 (2.89 + a), B (5 kg, 10 kWh a year) 1000 (3.885 + 0.5 a) and C (11 kg)
1100 (2.89 + a).
A - B = 1000 (0.5 a - 0.995), so they are equal at a = 1.99; C is always above A.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client

import tenders.services
from indicators.calculation import storage
from mvi_dashboard.ground import triggers, verification
from tenders.models import BidVersion, LineResult, Tender
from tenders.services import LotComparison
from tenders.views.order_words import order_said
from tests.pages import Page
from tests.worlds import World

from .conftest import lines
from .ranged import CENTRAL, ELECTRICITY, HIGH, LOW, NEEDED, STEEL, chair, held_beside, making_between
from .test_page_queries import MOST, TRAIL, bids, cost, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Submit = Callable[..., BidVersion]
OFFICER = "inkoper-1"
CLIMATE = 0


@pytest.fixture
def ranged(world: World) -> Iterator[None]:
    with making_between():
        yield


@pytest.fixture
def three(ranged: None, submit: Submit, opened: Callable[[], Tender]) -> Tender:
    """A, B and C as above."""
    submit("leverancier-a", lines=chair("10"))
    submit("leverancier-b", lines=chair("5", kwh="10"))
    submit("leverancier-c", lines=chair("11"))
    return opened()


def compared(world: World, tender: Tender) -> LotComparison:
    return tenders.services.compare_tender(world.officer, tender_id=tender.public_id)


def asked(world: World, tender: Tender, **query: str) -> Any:
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    answer = Client().get(f"/api/v1/tenders/{tender.public_id}/comparison", query, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


EXPECTED = {
    "leverancier-a": [NEEDED * (STEEL + a) for a in (LOW, CENTRAL, HIGH)],
    "leverancier-b": [NEEDED * (0.5 * (STEEL + a) + 10 * ELECTRICITY) for a in (LOW, CENTRAL, HIGH)],
    "leverancier-c": [1.1 * NEEDED * (STEEL + a) for a in (LOW, CENTRAL, HIGH)],
}


def test_a_bid_that_rests_on_a_range_has_a_place_and_its_bounds(world: World, three: Tender) -> None:
    found = asked(world, three)
    for bid in found["bids"]:
        low, central, high = EXPECTED[bid["supplier"]]
        assert (bid["complete"], bid["bounded"]) == (True, True)
        assert bid["demandImpact"] == pytest.approx(central)
        assert bid["demandImpactBounds"] == pytest.approx({"low": low, "high": high})
        assert bid["bounds"] == bid["demandImpactBounds"]
    assert {bid["supplier"]: bid["place"] for bid in found["bids"]} == {
        "leverancier-b": 1, "leverancier-a": 2, "leverancier-c": 3,
    }  # fmt: skip


def test_the_order_says_per_pair_whether_it_is_certain_or_where_it_turns(world: World, three: Tender) -> None:
    found = asked(world, three)
    names = {bid["bid"]: bid["supplier"][-1] for bid in found["bids"]}
    order = {(names[pair["better"]], names[pair["worse"]]): pair for pair in found["order"]}
    assert order.keys() == {("b", "a"), ("b", "c"), ("a", "c")}
    assert order["a", "c"]["certainty"] == "certain"
    assert order["a", "c"]["dependsOn"] == []
    assert order["a", "c"]["bounds"] == pytest.approx({"low": 409, "high": 689})
    turning = order["b", "a"]
    assert turning["certainty"] == "depends"
    assert turning["bounds"] == pytest.approx({"low": NEEDED * (0.6 - 0.995), "high": NEEDED * (2.0 - 0.995)})
    (on,) = turning["dependsOn"]
    assert (on["factor"], on["makingOf"]) == ("processing", "kantoormeubilair")
    assert on["breakEven"] == pytest.approx(1.99)
    assert on["betterBelow"] is False
    assert on["bounds"] == {"low": LOW, "high": HIGH}
    # C - B = 1000 (1.1 (2.89 + a) - 3.885 - 0.5 a) = 1000 (0.6 a - 0.706), zero at 1.1767: below the range.
    assert order["b", "c"]["certainty"] == "certain"


def test_the_page_says_where_the_order_turns_and_names_no_lowest_bid(
    world: World, three: Tender, browser: Callable[[str], Client]
) -> None:
    page = Page(browser(OFFICER).get(page_of("compare", three)))
    assert "Leverancier-b of Leverancier-a: dat hangt af van het maken" in page.text
    assert "Leverancier-a is lager zolang het maken onder 1,99 kg CO2-eq per kg blijft." in page.text
    assert "Daarboven is Leverancier-b lager." in page.text
    assert "Daarmee heeft Leverancier-b het laagste effect." in page.text
    assert "Met de rekenwaarde komt Leverancier-b op 4.985 kg CO2-eq" in page.text
    assert "tussen 4.090 en 6.890" in page.text
    assert "laagste, mediaan en hoogste van twaalf stoelen" in page.text


def test_the_page_shows_both_ends_where_the_lines_cross_and_what_counts_in_the_award(
    world: World, three: Tender, browser: Callable[[str], Client]
) -> None:
    page = Page(browser(OFFICER).get(page_of("compare", three)))
    assert "Leverancier-c is altijd hoger." in page.text
    assert "De strepen overlappen. De volgorde is niet overal gelijk" in page.text
    assert page.text.count("4.485 tot 5.885") == 2, "in the wide drawing and in the narrow one"
    assert "De lijnen van Leverancier-b en Leverancier-a kruisen bij 1,99" in page.text
    # Without making, how many kilograms of it count, and the whole at 1.2, 2.2 and 4.0 kg CO2-eq per kg.
    assert "Leverancier-b Bureaustoel, gaat 10 jaar mee 3.885 500 4.485 4.985 5.885" in page.text
    assert "U publiceerde voor het maken de rekenwaarde 2,20 kg CO2-eq per kg." in page.text
    said = "Leverancier-b komt op 4.985 kg CO2-eq. Leverancier-a komt op 5.090 kg CO2-eq."
    assert f"{said} Het verschil is 105 kg CO2-eq, dat is 2 %." in page.text.replace(" .", ".").replace(" ,", ",")
    assert "Nieuwe gegevens over het maken vragen mag nu niet meer." in page.text


def test_bids_that_share_all_their_range_are_equal_for_every_value_of_it(
    ranged: None, submit: Submit, opened: Callable[[], Tender], browser: Callable[[str], Client]
) -> None:
    submit("leverancier-a", lines=chair("10"))
    submit("leverancier-b", lines=chair("10"))
    page = Page(browser(OFFICER).get(page_of("compare", opened())))
    assert "Het effect is gelijk voor elke waarde van het maken tussen 1,20 en 4,00 kg CO2-eq per kg." in page.text
    assert "Zij komen op 5.090 kg CO2-eq. Er is geen verschil." in page.text.replace(" .", ".")
    assert "kruisen" not in page.text


def test_an_order_that_no_value_turns_is_said_to_hold_for_all_of_them(
    world: World, ranged: None, submit: Submit, opened: Callable[[], Tender], browser: Callable[[str], Client]
) -> None:
    submit("leverancier-a", lines=chair("10"))
    submit("leverancier-c", lines=chair("11"))
    page = Page(browser(OFFICER).get(page_of("compare", opened())))
    # Their bounds overlap (4090..6890 and 4499..7579), and yet the order is certain.
    assert "De volgorde geldt voor elke waarde van het maken tussen 1,20 en 4,00 kg CO2-eq per kg." in page.text
    assert "Leverancier-a heeft voor" in page.text
    assert "het laagste effect, wat het maken ook is" in page.text
    assert "De strepen overlappen. Toch is de volgorde zeker" in page.text
    assert "U kunt deze volgorde gebruiken in de gunning." in page.text
    assert "kruisen" not in page.text


def test_where_making_decides_the_page_says_that_mass_and_life_do_the_rest(
    world: World, submit: Submit, opened: Callable[[], Tender], browser: Callable[[str], Client]
) -> None:
    """Making of 2.2 beside steel of which 90 % is recycled (0.289) is 88 %, beside new steel 43 %."""
    with making_between():
        again = [{"material": "steel", "share": "1", "recycled": "0.9"}]
        submit("leverancier-a", lines=chair("10", billOfMaterials=again))
        submit("leverancier-c", lines=chair("11", billOfMaterials=again))
        tender = opened()
        page = Page(browser(OFFICER).get(page_of("compare", tender)))
        assert asked(world, tender)["onlyMassAndLife"] is True
    assert "Daarom maken binnen deze soort alleen massa en levensduur verschil." in page.text


def test_where_materials_count_as_well_the_page_does_not_say_so(
    world: World, three: Tender, browser: Callable[[str], Client]
) -> None:
    assert asked(world, three)["onlyMassAndLife"] is False
    assert "alleen massa en levensduur" not in Page(browser(OFFICER).get(page_of("compare", three))).text


def test_what_bid_and_reference_share_falls_out_of_avoided(
    world: World, ranged: None, submit: Submit, opened: Callable[[], Tender]
) -> None:
    """The reference weighs 16 kg for ten years, 1.6 times as much of the range as A."""
    held_beside("bureaustoel-referentie")
    submit("leverancier-a", lines=chair("10"))
    (each,) = compared(world, opened()).bids
    avoided, parts = each.between.avoided, each.between.parts
    width = 0.6 * NEEDED * (HIGH - LOW)
    assert avoided.high[CLIMATE] - avoided.low[CLIMATE] == pytest.approx(width)
    apart = each.between.reference.high[CLIMATE] - each.between.demand_impact.low[CLIMATE]
    assert avoided.high[CLIMATE] < apart, "the bounds of both, subtracted, would be wider than the truth"
    assert parts["composition"].high[CLIMATE] - parts["composition"].low[CLIMATE] == pytest.approx(width)
    assert sum(part.value[CLIMATE] for part in parts.values()) == pytest.approx(avoided.value[CLIMATE])


def test_what_is_said_of_the_order_holds_in_ten_thousand_points_of_the_box(
    world: World, submit: Submit, opened: Callable[[], Tender]
) -> None:
    with making_between(plastic=(2.0, 6.0)):
        mixed = [
            ("leverancier-a", "10", "0.8", "3"),
            ("leverancier-b", "7", "0.2", "9"),
            ("leverancier-c", "16", "0.5", "12"),
        ]
        for code, mass, steel, kwh in mixed:
            bill = [
                {"material": "steel", "share": steel, "recycled": "0"},
                {"material": "plastic", "share": str(round(1 - float(steel), 2)), "recycled": "0"},
            ]
            submit(code, lines=chair(mass, kwh=kwh, billOfMaterials=bill))
        found = compared(world, opened())
        orders = found.orders(CLIMATE)
        points = np.random.default_rng(11).uniform(size=(10_000, len(orders.ranges)))
        ranges = orders.ranges
        values = ranges.low + points * (ranges.high - ranges.low)
        impacts = orders.values + (values - ranges.central) @ orders.slopes.T
        states = set()
        for first, second in ((0, 1), (0, 2), (1, 2)):
            apart = impacts[:, first] - impacts[:, second]
            order = orders.order(first, second)
            assert order is not None
            states.add(order.state.value)
            assert apart.min() >= order.low - 1e-6
            assert apart.max() <= order.high + 1e-6
            if order.state.value == "certain":
                assert (np.sign(apart) == np.sign(order.difference)).all()
            elif order.reverses:
                assert apart.min() < 0 < apart.max()
            for each in order.turning:
                at = ranges.central.copy()
                k = int(np.flatnonzero(orders.places == each.place)[0])
                at[k] = each.break_even
                equal = orders.values + (at - ranges.central) @ orders.slopes.T
                assert equal[first] == pytest.approx(equal[second])
        assert states == {"depends", "certain"}
        said = order_said(found, CLIMATE, {each.bid.pk: each.bid.supplier.code for each in found.bids})
        assert said is not None
        names = [each.bid.supplier.code for each in found.bids]
        lowest = {names[number] for number in np.unique(impacts.argmin(axis=1))}
        assert lowest == {name for name in names if name in said.title}
        turns = re.findall(r"dan is (\S+) lager zolang (.+?) onder ([\d,]+) kg", said.statement)
        assert {name for _, name, _ in turns} == {"het maken", "plastic, gemiddeld"}
        for lower, name, value in turns:
            k = [each["name"].lower() for each in said.ranges].index(name)
            for factor, below in ((0.98, True), (1.02, False)):
                at = ranges.central.copy()
                at[k] = float(value.replace(",", ".")) * factor
                pair = (orders.values + (at - ranges.central) @ orders.slopes.T)[:2]
                assert (names[int(pair.argmin())] == lower) is below


def test_bounds_are_kept_with_the_result_and_are_checked(three: Tender) -> None:
    result = LineResult.objects.order_by("pk").first()
    assert result is not None
    assert result.low is not None
    assert result.high is not None
    width = len(result.basis.indicators)
    low = storage.unpack_result(bytes(result.low), bytes(result.missing), width)
    high = storage.unpack_result(bytes(result.high), bytes(result.missing), width)
    assert (low.weighted[CLIMATE], high.weighted[CLIMATE]) == pytest.approx((STEEL + LOW, STEEL + HIGH))
    assert result.quality == pytest.approx(
        {"supplier": STEEL / (STEEL + CENTRAL), "range": CENTRAL / (STEEL + CENTRAL)}
    )
    assert list(verification.differences(["results"])) == []
    with triggers.suspended():
        LineResult.objects.filter(pk=result.pk).update(low=bytes(result.high))
    assert any("low of weighted comes out differently" in each for each in verification.differences(["results"]))


def test_a_result_without_a_range_keeps_no_bounds(submit: Submit, opened: Callable[[], Tender]) -> None:
    submit(lines=lines(1))
    opened()
    result = LineResult.objects.get()
    assert (result.low, result.high) == (None, None)


def test_ranges_are_drawn_and_what_is_not_is_said(
    world: World, three: Tender, browser: Callable[[str], Client]
) -> None:
    certainty = tenders.services.certainty_of(world.officer, compared(world, three), CLIMATE)
    assert "het maken van het product" not in certainty.drawn_as_certain
    assert certainty.not_drawn == ("T",)
    page = Page(browser(OFFICER).get(page_of("compare", three) + "?onzekerheid=ja"))
    assert "; de levensduur staat daarbij vast." in page.text


@pytest.mark.parametrize("total", [2, 8])
def test_a_comparison_on_ranges_costs_no_query_more(
    total: int,
    world: World,
    ranged: None,
    submit: Submit,
    opened: Callable[[], Tender],
    browser: Callable[[str], Client],
) -> None:
    bids(world, submit, total)
    tender = opened()
    assert cost(browser(OFFICER), page_of("compare", tender)) == MOST + TRAIL
