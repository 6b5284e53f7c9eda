"""The bids by every method beside each other: after the award only, with a sign when the order turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

import tenders.services
from indicators import services as framework
from indicators.calculation import impact
from indicators.models import BaselineProduct
from indicators.selectors import basis_arrays
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.problems import Refused
from tenders.models import BidVersion, LotItem, Tender
from tenders.services.methods import MethodRanking, demand_by_method, order_depends, rank_by_method
from tenders.services.placing import places_of
from tests.indicators.test_pages import text_of
from tests.worlds import World

from .conftest import MOMENTS, _acted, lines
from .test_page_queries import MOST, OFFICER, TRAIL, bids, cost, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Submit = Callable[..., BidVersion]
Browser = Callable[[str], Client]
SIGN = "De volgorde hangt af van de methode"


def steel(mass: str, recycled: str) -> list[dict[str, Any]]:
    """A chair of steel only."""
    rows = [{"material": "steel", "share": "1", "recycled": recycled}]
    return lines(1, massKg=mass, billOfMaterials=rows, circularStrategy="new", endOfLifePlan="none", use=[])


def awarded(world: World, submit: Submit, first: list[Any], second: list[Any], state: str = "final") -> Tender:
    """The tender in this state with one bid of a and one of b."""
    world.names["bid"] = str(submit(lines=first).bid.public_id)
    submit("leverancier-b", lines=second)
    with clock.set_to(world.now + MOMENTS[state]):
        return _acted(world, state)


def test_a_heavy_recycled_chair_wins_by_one_method_and_loses_by_the_other(
    world: World, submit: Submit, browser: Browser
) -> None:
    # Per chair: 10 kg all recycled: metabolic-2019 0, cutoff 10 x 0.47 = 4.7. 1 kg new: 2.89 by both.
    tender = awarded(world, submit, steel("10", "1"), steel("1", "0"))
    with clock.set_to(world.now + MOMENTS["final"] + timedelta(hours=1)):
        comparison = tenders.services.compare_tender(world.officer, tender_id=tender.public_id)
        own, other, footprint = rank_by_method(comparison, comparison.arrays.position("climate"))
        a, b = (each.bid.pk for each in sorted(comparison.bids, key=lambda each: each.bid.supplier.code))
        assert (own.published, other.published, footprint.published) == (True, False, False)
        assert footprint.method == "PEF: circulaire voetafdrukformule"
        assert [footprint.ranks[a], footprint.ranks[b]] == [2, 1]
        assert ([own.ranks[a], own.ranks[b]], [other.ranks[a], other.ranks[b]]) == ([1, 2], [2, 1])
        assert own.impacts[a] == 0
        assert own.impacts[b] == other.impacts[b]
        assert other.impacts[a] / other.impacts[b] == pytest.approx(4.7 / 2.89)
        text = text_of(browser(OFFICER).get(page_of("compare", tender)))
    assert SIGN in text
    assert "(gepubliceerd)" in text
    assert "Cut-off" in text


def test_without_a_turn_there_is_no_sign(world: World, submit: Submit, browser: Browser) -> None:
    tender = awarded(world, submit, steel("10", "0.5"), steel("1", "0.5"))
    with clock.set_to(world.now + MOMENTS["final"]):
        text = text_of(browser(OFFICER).get(page_of("compare", tender)))
    assert SIGN not in text
    assert "Geen enkele methode draait de volgorde om" in text


@pytest.mark.parametrize("state", ["opened", "decided"])
def test_while_bids_are_judged_only_the_published_method_counts(
    state: str, world: World, submit: Submit, browser: Browser
) -> None:
    tender = awarded(world, submit, steel("10", "1"), steel("1", "0"), state)
    with clock.set_to(world.now + MOMENTS[state]):
        text = text_of(browser(OFFICER).get(page_of("compare", tender)))
        with pytest.raises(Refused) as refused:
            tenders.services.compare_tender(world.officer, tender_id=tender.public_id, basis="nl-open-2026-cutoff")
        assert tenders.services.compare_tender(
            world.officer, tender_id=tender.public_id, basis="metabolic-bankstel"
        )
    assert SIGN not in text
    assert "volgens elke methode" not in text
    assert refused.value.problems[0].code == "other_method"


@pytest.mark.parametrize("more", [0, 4])
def test_the_page_after_the_award_costs_a_few_queries_more_for_any_number_of_bids(
    more: int, world: World, submit: Submit, browser: Browser
) -> None:
    bids(world, submit, more)
    awarded(world, submit, steel("10", "1"), steel("1", "0"))
    client = browser(OFFICER)
    with clock.set_to(world.now + MOMENTS["final"]):
        address = page_of("compare", Tender.objects.get())
        client.get(address)
        # Which bases there are, and the reference product once more for each other method; nothing per bid.
        assert cost(client, address) == MOST + TRAIL + 5


@pytest.mark.parametrize(
    ("first", "second", "depends"),
    [
        ({1: 1, 2: 2}, {1: 2, 2: 1}, True),
        ({1: 1, 2: 2}, {1: 1, 2: 2}, False),
        ({1: 1, 2: 2}, {1: 1, 2: 1}, False),
        ({1: 1, 2: 2}, {1: None, 2: 1}, False),
        ({1: 1, 2: 2, 3: 3}, {1: 1, 2: 3, 3: 2}, True),
    ],
)
def test_the_order_depends_on_the_method_only_where_two_bids_turn_round(
    first: dict[int, int | None], second: dict[int, int | None], depends: bool
) -> None:
    rankings = [MethodRanking("m", "1", False, {}, ranks, places_of(ranks)) for ranks in (first, second)]
    assert order_depends(rankings) is depends


def test_before_publication_the_demand_stands_by_every_method(
    stage: Callable[[str], Tender], browser: Browser
) -> None:
    tender, client = stage("draft"), browser(OFFICER)
    chair = BaselineProduct.objects.filter(group__code="kantoormeubilair", kind="reference").first()
    LotItem.objects.filter(lot__tender=tender).update(reference_product=chair)
    found = demand_by_method(tender, "climate")
    assert [row.basis.method_version.method.code for row in found] == ["metabolic-2019", "cutoff", "pef-cff"]
    item = found[0].item
    lines = framework.lines_to_arrays(
        basis_arrays(found[0].basis), item.lot.group, [framework.product_line(item.reference_product)]
    )
    results = impact.assess(basis_arrays(found[0].basis).factors, lines)
    per_year = float(results.per_year[0, basis_arrays(found[0].basis).position("climate")])
    assert found[0].reference == pytest.approx(per_year * float(item.needed_count) * float(item.needed_years))
    text = text_of(client.get(f"/aanbestedingen/{tender.public_id}/methodes/"))
    assert "hiermee publiceert u" in text
    assert "PEF: circulaire voetafdrukformule" in text
    assert "Vraag per methode" in text_of(client.get(f"/aanbestedingen/{tender.public_id}/"))


def test_after_publication_the_demand_stands_by_its_own_method_only(
    stage: Callable[[str], Tender], browser: Browser
) -> None:
    tender, client = stage("published"), browser(OFFICER)
    with pytest.raises(Refused) as refused:
        demand_by_method(tender, "climate")
    assert refused.value.problems[0].code == "wrong_state"
    assert client.get(f"/aanbestedingen/{tender.public_id}/methodes/").status_code == 409
