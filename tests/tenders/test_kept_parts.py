"""Kept parts of a bid, by a method that bounds what their recycled content counts: up to the reference.

The reference chair has 59 % recycled steel; new steel is 2.89 kg CO2-eq per kg.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tenders.services
from mvi_dashboard.ground import verification
from tenders.models import BidVersion, LineResult, Tender
from tests.indicators.test_assessed_ranges import bounded_method  # noqa: F401 (fixture)
from tests.worlds import World

from .ranged import NEEDED, STEEL, chair, held_beside

pytestmark = pytest.mark.django_db
KG = 10


def refurbished(recycled: str) -> list[dict[str, Any]]:
    """A refurbished chair of steel of which so much was recycled; without energy in use."""
    bill = [{"material": "steel", "share": "1", "recycled": recycled}]
    return chair(str(KG), circularStrategy="refurbish", billOfMaterials=bill)


@pytest.mark.parametrize(("reference", "counts"), [("bureaustoel-referentie", 0.59), ("", 0.0)])
@pytest.mark.usefixtures("bounded_method")
def test_a_kept_part_of_a_bid_counts_up_to_the_reference_of_its_demand(
    world: World, submit: Callable[..., BidVersion], opened: Callable[[], Tender], reference: str, counts: float
) -> None:
    if reference:
        held_beside(reference)
    version = submit(lines=refurbished("0.9"))
    answer = tenders.services.bid_answer(world.supplier_actor("leverancier-a"), version.bid)
    assert "recycled_capped" in [each.code for each in answer.notices]
    assert answer.assessed is not None
    factor = float(answer.assessed.results.strategy_factor[0])
    (each,) = tenders.services.compare_tender(world.officer, tender_id=opened().public_id).bids
    expected = NEEDED / 10 * KG * factor * (1 - counts) * STEEL
    assert each.comparison.demand_impact[0] == pytest.approx(expected)
    assert list(verification.differences(["results", "lines"])) == []


@pytest.mark.usefixtures("bounded_method")
def test_a_refurbished_bid_like_the_reference_is_not_worse_than_it(
    world: World, submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    held_beside("bureaustoel-referentie")
    bill = [("steel", "0.42", "0.59"), ("plastic-pp", "0.26", "0"), ("aluminium-cast", "0.14", "0.33")]
    bill += [("foam", "0.1", "0"), ("textile", "0.08", "0")]
    rows = [{"material": code, "share": share, "recycled": recycled} for code, share, recycled in bill]
    submit(lines=chair("16", circularStrategy="refurbish", billOfMaterials=rows))
    (each,) = tenders.services.compare_tender(world.officer, tender_id=opened().public_id).bids
    assert each.comparison.avoided[0] > 0
    assert each.comparison.parts["composition"][0] >= 0


def test_by_the_first_version_a_result_rests_on_what_it_rested_on(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    reason = [{"attr": "lines.0.circularStrategy", "code": "double_discount", "reason": "Gebruikt staal."}]
    submit(lines=refurbished("0.9"), confirmations=reason)
    opened()
    result = LineResult.objects.get()
    assert result.low is None
    assert list(verification.differences(["results", "lines"])) == []
