"""What a bidder declares itself stands beside our number, with what is known about it, and never instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground.problems import Refused
from tenders.models import BidVersion, DeclaredResult, Tender
from tenders.services.declared import standing
from tests.worlds import World

from .conftest import lines

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TODAY = date(2026, 6, 1)
WHOLE = {
    "kind": "mki", "name": "", "value": 2.75, "unit": "euro per stuk", "method": "Bepalingsmethode",
    "method_version": "1.1", "tool": "Rekenprogramma X", "verification": "Toetsbureau", "valid_until": TODAY,
}  # fmt: skip
SENT = {
    "line": "stoel 0", "kind": "mki", "value": "2.75", "unit": "euro per stuk", "method": "Bepalingsmethode",
    "methodVersion": "1.1", "tool": "Rekenprogramma X", "verification": "Toetsbureau", "validUntil": "2090-01-01",
}  # fmt: skip


def test_a_whole_and_verified_mki_may_be_called_so_until_its_last_day() -> None:
    found = standing(DeclaredResult(**WHOLE), TODAY)
    assert (found.name, found.marks) == ("MKI", [])


@pytest.mark.parametrize("missing", ["unit", "method", "method_version", "tool", "verification"])
def test_an_mki_that_lacks_something_is_not_called_so(missing: str) -> None:
    found = standing(DeclaredResult(**WHOLE | {missing: ""}), TODAY)
    assert found.name == "Opgegeven milieukosten"
    assert len(found.lacks) == 1
    assert any("telt niet als MKI" in mark for mark in found.marks)
    assert ("niet getoetst" in found.marks) == (missing == "verification")


@pytest.mark.parametrize("until", [None, date(2026, 5, 31)])
def test_an_mki_without_a_day_or_after_it_is_not_called_so(until: date | None) -> None:
    found = standing(DeclaredResult(**WHOLE | {"valid_until": until}), TODAY)
    assert found.name == "Opgegeven milieukosten"
    assert found.expired == (until is not None)


def test_a_label_that_nobody_verified_is_marked() -> None:
    found = standing(DeclaredResult(kind="energy-label", grade="A"), TODAY)
    assert (found.name, found.marks) == ("Energielabel", ["niet getoetst"])


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"value": None}, "value"),
        ({"unit": ""}, "unit"),
        ({"line": "stoel 9"}, "line"),
        ({"kind": "cijfer"}, "kind"),
    ],
)
def test_a_result_without_a_value_unit_or_product_is_refused(
    changes: dict[str, Any], attr: str, submit: Callable[..., BidVersion]
) -> None:
    with pytest.raises(Refused) as refused:
        submit(lines=lines(1), declaredResults=[SENT | changes])
    assert [problem.attr for problem in refused.value.problems] == [f"declaredResults.0.{attr}"]


def test_a_declared_result_stands_beside_ours_on_the_bid_and_in_the_comparison(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender], world: World, browser: Callable[[str], Client]
) -> None:
    rows = [SENT, SENT | {"kind": "energy-label", "value": None, "unit": "", "grade": "B", "verification": ""}]
    version = submit(lines=lines(1), declaredResults=rows)
    own = browser("leverancier-a-1").get(reverse("tenders:bid", args=[version.bid.public_id])).content.decode()
    opened()
    assert DeclaredResult.objects.count() == 2
    address = reverse("tenders:compare", args=[world.names["tender"]])
    compared = browser("inkoper-1").get(f"{address}?inschrijving={version.bid.public_id}").content.decode()
    for page in (own, compared):
        assert "Verklaard door de leverancier; niet door ons berekend" in page
        assert "MKI" in page
        assert "2,75 euro per stuk" in page
        assert "klasse B" in page
        assert "niet getoetst" in page


def test_what_is_declared_changes_no_number_of_ours(submit: Callable[..., BidVersion], world: World) -> None:
    plain = submit("leverancier-a", lines=lines(1))
    declaring = submit("leverancier-b", lines=lines(1), declaredResults=[SENT])
    impacts = [
        tenders.services.bid_answer(world.supplier_actor(code), version.bid).impacts
        for code, version in (("leverancier-a", plain), ("leverancier-b", declaring))
    ]
    assert impacts[0] == impacts[1]
    assert impacts[0]
