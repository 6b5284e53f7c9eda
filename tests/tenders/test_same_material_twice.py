"""One material in two rows of a bill: as another part of the product, or with other recycled content."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import tenders.services
from mvi_dashboard.ground.problems import Refused
from tenders import checks
from tenders.models import BidVersion, BomRow, Tender
from tenders.selectors import sent_lines
from tests.pages import Page
from tests.worlds import World, bid_document

from .conftest import lines
from .typed import typed

pytestmark = pytest.mark.django_db
NEW_AND_SCRAP = [
    {"material": "steel", "share": "0.6", "recycled": "0.25"},
    {"material": "steel", "share": "0.4", "recycled": "0"},
]


def test_a_bill_with_new_and_scrap_steel_is_read_back_as_it_was_sent(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    version = submit(lines=lines(1, billOfMaterials=NEW_AND_SCRAP))
    opened()
    row = version.lines.get()
    assert [
        (each.material, each.share, each.recycled) for each in sent_lines([row])[row.pk].bill_of_materials
    ] == [("steel", Decimal("0.6"), Decimal("0.25")), ("steel", Decimal("0.4"), Decimal(0))]
    assert list(checks.line_differences()) == []
    assert list(checks.result_differences()) == []


def test_two_recycled_shares_count_as_their_weighted_mean(world: World, submit: Callable[..., BidVersion]) -> None:
    """0.6 * (1 - 0.25) + 0.4 * (1 - 0) = 0.85 new steel, as in one row with 15 % recycled."""
    apart = submit(lines=lines(1, billOfMaterials=NEW_AND_SCRAP))
    mean = [{"material": "steel", "share": "1", "recycled": "0.15"}]
    together = submit("leverancier-b", lines=lines(1, billOfMaterials=mean))
    found = []
    for supplier, version in (("leverancier-a", apart), ("leverancier-b", together)):
        answer = tenders.services.bid_answer(world.supplier_actor(supplier), version.bid)
        assert answer.assessed is not None
        results = answer.assessed.results
        found.append(results.lifetime[0, answer.assessed.arrays.position("climate")])
    assert found[0] == pytest.approx(found[1], rel=1e-12)


@pytest.mark.parametrize("recycled", ["0.25", "0.250000"])
def test_what_says_the_same_twice_is_refused_with_the_row_that_it_repeats(world: World, recycled: str) -> None:
    bill = [NEW_AND_SCRAP[0], {**NEW_AND_SCRAP[1], "recycled": recycled}]
    document = bid_document(world.names["lot"], lines=lines(1, billOfMaterials=bill))
    actor = world.supplier_actor("leverancier-a")
    with pytest.raises(Refused) as refused:
        tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)
    (problem,) = refused.value.problems
    assert (problem.attr, problem.code) == ("lines.0.billOfMaterials.1.material", "duplicate_line")
    assert "(regel 1), met hetzelfde onderdeel en hetzelfde gerecyclede deel" in problem.detail


def test_a_row_cannot_be_stored_twice(submit: Callable[..., BidVersion], opened: Callable[[], Tender]) -> None:
    version = submit(lines=lines(1, billOfMaterials=NEW_AND_SCRAP))
    opened()
    row = BomRow.objects.get(line__bid_version=version, number=1)
    row.pk, row.number = None, 3
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_workbook_holds_new_and_scrap_of_one_part(book: Any, send: Callable[..., Any]) -> None:
    sheet = book["Materialen"]
    for column in (2, 3):
        sheet.cell(row=3, column=column).value = sheet.cell(row=2, column=column).value
    answer = send(book, confirm=False)
    rows = answer.json()["document"]["lines"][0]["billOfMaterials"]
    assert answer.json()["errors"] == []
    assert [(row["component"], row["material"]) for row in rows] == [("onderstel", "steel")] * 2
    assert rows[0]["recycled"] != rows[1]["recycled"]


def test_a_form_takes_new_and_scrap_and_refuses_what_says_the_same(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.supplier_actor("leverancier-a")
    client = browser("leverancier-a-1")
    address = reverse("tenders:bid_form", args=[world.names["tender"]])
    sent = Page(client.get(address)).sent | typed(bid_document(world.names["lot"]))
    sent |= {"lines.0.billOfMaterials.1.material": "staal"}
    page = Page(client.post(address, sent | {"compute": "1"}))
    assert page.status == 200
    assert "Voorlopige uitkomst" in page.text
    page = Page(client.post(address, sent | {"lines.0.billOfMaterials.1.recycled": "25", "compute": "1"}))
    assert page.status == 400
    assert "hetzelfde gerecyclede deel" in page.message_at("lines.0.billOfMaterials.1.material")
