"""The maker's own figure for making one item: where it counts, where it stands beside, and what is refused.

A chair of 10 kg of new steel, made for 1.2 to 4.0 (2.2) kg CO2-eq per kg: making one is 40.9 to 68.9 (50.9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

import tenders.services
from indicators.models import ProtocolVersion
from mvi_dashboard.ground import triggers, verification
from mvi_dashboard.ground.problems import Refused
from tenders.models import BidLine, BidVersion, LineResult, Lot, Tender
from tests.pages import Page
from tests.reference import forget
from tests.worlds import World

from .ranged import CENTRAL, HIGH, LOW, NEEDED, STEEL, chair, making_between
from .test_page_queries import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Submit = Callable[..., BidVersion]
FIGURE: dict[str, Any] = {
    "indicator": "climate", "value": "45", "unit": "kg CO2-eq", "boundary": "cradle-to-gate", "method": "EN 15804",
    "year": 2025, "verified": True, "file": "epd-stoel.pdf",
}  # fmt: skip


@pytest.fixture
def allowed(world: World) -> Iterator[None]:
    """The protocol of office furniture lets makers give their own figure for climate; making is a range."""
    with triggers.suspended():
        for version in ProtocolVersion.objects.all():
            version.definition = {**version.definition, "declared_production": ["climate"]}
            version.save(update_fields=["definition"])
    forget()
    with making_between():
        yield
    forget()


def figure(**changes: Any) -> list[dict[str, Any]]:
    return [FIGURE | changes]


def assessed(world: World, **line: Any) -> Any:
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    plain = {name: value for name, value in chair("10", "8")[0].items() if name != "item"} | {"count": 1} | line
    body = json.dumps({"productGroup": "kantoormeubilair", "lines": [plain]})
    return Client().post("/api/v1/assessments", body, content_type="application/json", headers=headers)


def climate(rows: Any) -> Any:
    return next(row for row in rows if row["indicator"] == "climate")


def test_a_figure_that_fits_counts_for_materials_and_making_alone(world: World, allowed: None) -> None:
    line = assessed(world, declaredProduction=figure()).json()["lines"][0]
    impact = climate(line["impacts"])
    assert impact["production"] == pytest.approx(45)
    assert impact["weightedPerKg"] == pytest.approx(4.5)
    assert (impact["bounded"], impact["bounds"]) == (False, None)
    (shown,) = line["makerFigures"]
    assert (shown["counts"], shown["reason"]) == (True, None)
    assert shown["bounds"] == pytest.approx({"low": 10 * (STEEL + LOW), "high": 10 * (STEEL + HIGH)})
    own = climate(line["trace"])
    assert (own["item"], own["perKg"], own["quality"]) == ("declared", 4.5, "verified")
    assert "EN 15804, 2025, epd-stoel.pdf" in own["source"]
    assert line["dataQuality"] == {"verified": 1.0}
    other = next(row for row in line["impacts"] if row["indicator"] == "primary_abiotic")
    assert other["production"] == pytest.approx(10), "the figure is about one indicator only"


def test_what_nobody_checked_is_what_the_supplier_says(world: World, allowed: None) -> None:
    line = assessed(world, declaredProduction=figure(verified=False)).json()["lines"][0]
    assert line["dataQuality"] == {"supplier": 1.0}


@pytest.mark.parametrize(("changes", "why"), [
    ({"boundary": "cradle-to-grave"}, "een ander deel van de keten"),
    ({"value": "39"}, "buiten de grenzen"),
    ({"value": "4500"}, "buiten de grenzen"),
])  # fmt: skip
def test_a_figure_that_does_not_fit_stands_beside_with_the_reason(
    world: World, allowed: None, changes: dict[str, str], why: str
) -> None:
    answer = assessed(world, declaredProduction=figure(**changes)).json()
    line = answer["lines"][0]
    assert climate(line["impacts"])["production"] == pytest.approx(10 * (STEEL + CENTRAL))
    assert climate(line["impacts"])["bounded"] is True
    assert line["makerFigures"][0]["counts"] is False
    assert why in line["makerFigures"][0]["reason"]
    remark = next(each for each in answer["warnings"] if each["code"] == "declared_beside")
    assert remark["attr"] == "lines.0.declaredProduction.0"


@pytest.mark.parametrize(("changes", "attr", "code"), [
    ({"per": "bid"}, "per", "per_item"),
    ({"unit": "ton CO2-eq"}, "unit", "unit_mismatch"),
    ({"indicator": "onzin"}, "indicator", "invalid_choice"),
    ({"indicator": "primary_abiotic", "unit": "kg"}, "indicator", "not_applicable"),
    ({"value": "-1"}, "value", "range"),
    ({"boundary": "half"}, "boundary", "invalid_choice"),
])  # fmt: skip
def test_what_is_no_figure_of_one_item_is_refused(
    world: World, allowed: None, changes: dict[str, str], attr: str, code: str
) -> None:
    answer = assessed(world, declaredProduction=figure(**changes))
    assert answer.status_code == 400
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [
        (f"lines.0.declaredProduction.0.{attr}", code)
    ]


def test_the_same_indicator_twice_is_refused(world: World, allowed: None) -> None:
    answer = assessed(world, declaredProduction=[FIGURE, FIGURE])
    assert [each["code"] for each in answer.json()["errors"]] == ["duplicate_line"]


def test_without_leave_of_the_protocol_a_bid_with_a_figure_is_refused(world: World, submit: Submit) -> None:
    with pytest.raises(Refused) as refused:
        submit(lines=chair("10", declaredProduction=figure()))
    assert [each.code for each in refused.value.problems] == ["not_applicable"]
    assert not BidVersion.objects.exists()


def test_the_form_offers_a_figure_where_the_protocol_allows_it_and_sends_it(
    world: World, allowed: None, submit: Submit, browser: Callable[[str], Client]
) -> None:
    submit(lines=chair("10", declaredProduction=figure(value="45.5")))
    client = browser("leverancier-a-1")
    address = page_of("bid_form", Tender.objects.get())
    page = Page(client.get(address))
    assert page.sent["lines.0.declaredProduction.0.value"] == "45,5"
    assert page.sent["lines.0.declaredProduction.0.indicator"] == "climate"
    computed = Page(client.post(address, page.sent | {"lines.0.declaredProduction.0.value": "46", "compute": "1"}))
    assert computed.sent["lines.0.declaredProduction.0.value"] == "46"
    assert "doet het maken van één stuk 46 kg CO2-eq" in computed.text


def test_without_leave_of_the_protocol_the_form_has_no_such_inputs(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.supplier_actor("leverancier-a")
    page = Page(browser("leverancier-a-1").get(page_of("bid_form", Tender.objects.get())))
    assert not [name for name in page.sent if "declaredProduction" in name]


def test_the_workbook_has_a_sheet_for_it_that_is_read_back(
    world: World, allowed: None, lot: Lot, book: Any, send: Callable[..., Any]
) -> None:
    sheet = book["Getallen van de maker"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = {
        "Kenmerk van het product": book["Producten"].cell(2, 1).value, "Indicator": "climate", "Waarde": 300,
        "Eenheid": "kg CO2-eq", "Grens": "van grondstof tot fabriekspoort", "Methode": "EN 15804", "Jaar": 2025,
    }  # fmt: skip
    for head, value in row.items():
        sheet.cell(2, heads[head]).value = value
    answer = send(book, confirm=False)
    assert answer.status_code == 200, answer.content
    (given,) = answer.json()["document"]["lines"][0]["declaredProduction"]
    assert (given["indicator"], given["boundary"], given["year"]) == ("climate", "cradle-to-gate", 2025)


def test_a_bid_counts_with_the_figure_of_its_maker_from_door_to_comparison(
    world: World,
    allowed: None,
    submit: Submit,
    opened: Callable[[], Tender],
    browser: Callable[[str], Client],
) -> None:
    submit("leverancier-a", lines=chair("10", declaredProduction=figure()))
    submit("leverancier-b", lines=chair("10"))
    tender = opened()
    own, other = tenders.services.compare_tender(world.officer, tender_id=tender.public_id).bids
    assert own.comparison.demand_impact[0] == pytest.approx(NEEDED * 4.5)
    assert own.between.demand_impact.low[0] == own.between.demand_impact.high[0]
    assert other.comparison.demand_impact[0] == pytest.approx(NEEDED * (STEEL + CENTRAL))
    stored = BidLine.objects.get(bid_version__bid__supplier__code="leverancier-a")
    assert stored.declared_production[0]["value"] == "45"
    assert list(verification.differences(["results", "lines"])) == []
    kept = LineResult.objects.get(line=stored)
    assert kept.quality == {"verified": 1.0}
    page = Page(browser("inkoper-1").get(page_of("compare", tender)))
    assert "doet het maken van één stuk 45 kg CO2-eq (EN 15804, 2025, epd-stoel.pdf; getoetst)" in page.text
    assert "Het getal van de maker telt." in page.text
    # 4.5 lies between 4.09 and 6.89: who is lower depends on the making of the other.
    assert "hangt af van het maken" in page.text
