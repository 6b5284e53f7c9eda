"""A comparison as a file: the same rows as the page and the API, for who may read them, and it leaves a trace."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from mvi_dashboard.ground import table_files
from mvi_dashboard.ground.models import AuditEntry, Supplier
from tenders.models import BidVersion, Tender
from tests.worlds import World

from .ranged import chair, making_between
from .test_page_queries import page_of

pytestmark = pytest.mark.django_db
OFFICER, BIDDER = "inkoper-1", "leverancier-a-1"


@pytest.fixture
def ranged(world: World) -> Iterator[None]:
    with making_between():
        yield


@pytest.fixture
def tender(ranged: None, submit: Callable[..., BidVersion], opened: Callable[[], Tender]) -> Tender:
    """A, B and C of `test_bounds`; A has a name that a spreadsheet would run."""
    Supplier.objects.filter(code="leverancier-a").update(name="=1+1 B.V.")
    submit("leverancier-a", lines=chair("10"))
    submit("leverancier-b", lines=chair("5", kwh="10"))
    submit("leverancier-c", lines=chair("11"))
    return opened()


def asked(world: World, tender: Tender, accept: str, actor: str = "procurement-officer") -> Any:
    headers = {"Authorization": f"Bearer {world.token(actor)}", "Accept": accept}
    return Client().get(f"/api/v1/tenders/{tender.public_id}/comparison", headers=headers)


def number(text: str) -> float | None:
    return float(text) if text else None


def test_the_file_over_rest_has_the_rows_of_the_json(world: World, tender: Tender) -> None:
    told = asked(world, tender, "application/json").json()
    answer = asked(world, tender, "text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {(row["organisation"], row["lot"], row["indicator"], row["basis"], row["unit"]) for row in rows} == {
        ("voorbeeldstad", "1", "climate", told["basis"], "kg CO2-eq")
    }
    assert all(row["asOf"].startswith("20") for row in rows)
    bids = {row["bid"]: row for row in rows if row["row"] == "bid"}
    assert len(bids) == 3
    for bid in told["bids"]:
        row = bids[bid["bid"]]
        for name in ("demandImpact", "reference", "avoided", "price", "priceForDemand"):
            assert number(row[name]) == (None if bid[name] is None else float(bid[name])), name
        for name in ("demandImpactBounds", "referenceBounds", "avoidedBounds"):
            ends = bid[name] or {"low": None, "high": None}
            assert [number(row[f"{name}.{end}"]) for end in ("low", "high")] == [ends["low"], ends["high"]], name
        assert (row["supplier"], int(row["place"])) == (bid["supplier"], bid["place"])
        assert (row["complete"], row["bounded"]) == ("True", "True")
    pairs = [row for row in rows if row["row"] == "order"]
    assert [(row["better"][-1], row["worse"][-1], row["certainty"]) for row in pairs] == [
        ("b", "a", "depends"),
        ("b", "c", "certain"),
        ("a", "c", "certain"),
    ]
    assert (pairs[0]["dependsOn"], number(pairs[0]["breakEven"]), pairs[0]["betterBelow"]) == (
        "het maken",
        pytest.approx(1.99),
        "False",
    )
    assert [row["breakEven"] for row in pairs[1:]] == ["", ""]


def test_the_page_offers_both_files_with_the_numbers_that_it_shows(
    tender: Tender, browser: Callable[[str], Client]
) -> None:
    client = browser(OFFICER)
    text = client.get(page_of("compare", tender)).content.decode()
    for name in ("compare_csv", "compare_xlsx"):
        assert f'href="{page_of(name, tender)}?perceel=' in text
    answer = client.get(page_of("compare_csv", tender))
    assert 'filename="vergelijking-' in answer["Content-Disposition"]
    content = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    first = {row["Leverancier"]: row for row in rows if row["Rij"] == "inschrijving"}
    assert list(first) == ["Leverancier-b", "'=1+1 B.V.", "Leverancier-c"], (
        "by place, and nothing that a sheet runs"
    )
    assert float(first["Leverancier-b"]["Effect voor de hele vraag"].replace(",", ".")) == pytest.approx(4985)
    assert first["Leverancier-b"]["Volledig"] == "ja"
    turning = next(row for row in rows if row["Volgorde"] == "hangt af")
    assert float(turning["Omslagpunt"].replace(",", ".")) == pytest.approx(1.99)
    sheet = load_workbook(io.BytesIO(client.get(page_of("compare_xlsx", tender)).content)).active
    heads, *cells = sheet.iter_rows()
    places = {cell.value: number for number, cell in enumerate(heads)}
    assert len(cells) == len(rows)
    assert cells[0][places["Effect voor de hele vraag"]].value == pytest.approx(4985)
    risky = cells[1][places["Leverancier"]]
    assert (risky.value, risky.data_type) == ("=1+1 B.V.", "s"), "a text, not a formula"


def test_a_file_is_for_who_may_read_the_page_and_leaves_a_trace(
    world: World, tender: Tender, browser: Callable[[str], Client]
) -> None:
    for name in ("compare_csv", "compare_xlsx"):
        page = browser(BIDDER).get(page_of("compare", tender)).status_code
        assert browser(BIDDER).get(page_of(name, tender)).status_code == page in (403, 404)
    assert asked(world, tender, table_files.XLSX, "leverancier-a").status_code in (403, 404)
    before = AuditEntry.objects.filter(verb="bids.read").count()
    assert asked(world, tender, table_files.XLSX)["Content-Type"] == table_files.XLSX
    browser(OFFICER).get(page_of("compare_csv", tender))
    read = AuditEntry.objects.filter(verb="bids.read").order_by("pk")[before:]
    assert [each.changes["file"] for each in read] == ["xlsx", "csv"]


def test_an_indicator_or_lot_that_is_not_there_gives_no_file(
    tender: Tender, browser: Callable[[str], Client]
) -> None:
    for query in ("?indicator=geen", "?perceel=geen"):
        assert browser(OFFICER).get(page_of("compare_csv", tender) + query).status_code == 404
