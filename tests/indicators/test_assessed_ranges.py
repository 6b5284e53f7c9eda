"""Assessments on factors that are known between bounds, and of kept parts by a method that bounds them.

Making office furniture costs 1.2 to 4.0 kg CO2-eq per kg (2.2 counts), steel 2.89.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from indicators.models import MethodVersion
from indicators.selectors import basis, current_basis
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.models import Role
from tests.pages import Page
from tests.tenders.ranged import CENTRAL, HIGH, LOW, STEEL, making_between

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
KG, YEARS = 10, 8


@pytest.fixture
def ranged() -> Iterator[None]:
    with making_between():
        yield


@pytest.fixture
def bounded_method() -> Iterator[None]:
    """The current method as its second version says: kept parts count up to the reference."""
    version = current_basis().method_version
    with triggers.suspended():
        parameters = {**version.parameters, "kept_recycled": "reference"}
        MethodVersion.objects.filter(pk=version.pk).update(parameters=parameters)
    basis._built.cache_clear()
    yield
    basis._built.cache_clear()


@pytest.fixture
def assess(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Assesses one chair of steel: `assess(circularStrategy="refurbish")`."""
    headers = bearer(Role.NATIONAL_VIEWER)

    def sent(recycled: str = "0", document: dict[str, Any] | None = None, **changes: Any) -> Any:
        line = {
            "reference": "stoel", "massKg": KG, "count": 1, "lifetimeYears": YEARS, "circularStrategy": "new",
            "endOfLifePlan": "none",
            "billOfMaterials": [{"material": "steel", "share": "1", "recycled": recycled}],
        }  # fmt: skip
        body = {"productGroup": "kantoormeubilair", "lines": [line | changes], **(document or {})}
        return client.post(
            "/api/v1/assessments", json.dumps(body), content_type="application/json", headers=headers
        )

    return sent


def climate(rows: Any) -> Any:
    return next(row for row in rows if row["indicator"] == "climate")


def test_each_value_that_rests_on_a_range_answers_its_bounds(assess: Callable[..., Any], ranged: None) -> None:
    answer = assess().json()
    line = answer["lines"][0]
    impact, total = climate(line["impacts"]), climate(answer["totals"])
    assert (impact["complete"], impact["bounded"]) == (True, True)
    low, central, high = (KG * (STEEL + a) for a in (LOW, CENTRAL, HIGH))
    assert impact["lifetimeImpact"] == pytest.approx(central)
    assert impact["bounds"] == pytest.approx({"low": low, "high": high})
    assert impact["perYearBounds"] == pytest.approx({"low": low / YEARS, "high": high / YEARS})
    assert impact["weightedPerKgBounds"] == pytest.approx({"low": STEEL + LOW, "high": STEEL + HIGH})
    assert impact["useBounds"] is None
    assert total["bounds"] == impact["bounds"]
    assert line["dataQuality"] == pytest.approx(
        {"supplier": STEEL / (STEEL + CENTRAL), "range": CENTRAL / (STEEL + CENTRAL)}
    )
    making = next(row for row in line["trace"] if row["item"] == "processing")
    assert making["bounds"] == {"low": LOW, "high": HIGH}
    assert "mediaan en hoogste van twaalf stoelen" in making["source"]
    other = next(row for row in line["impacts"] if row["indicator"] == "primary_abiotic")
    assert (other["bounded"], other["bounds"]) == (False, None)


def test_the_environmental_cost_has_bounds(assess: Callable[..., Any], ranged: None) -> None:
    cost = assess(document={"weightingSet": "a2"}).json()["environmentalCost"]
    part = next(each for each in cost["parts"] if each["bounds"])
    price = part["eurPerUnit"]
    assert part["bounds"] == pytest.approx(
        {"low": price * KG * (STEEL + LOW), "high": price * KG * (STEEL + HIGH)}
    )
    assert cost["bounds"]["low"] < cost["value"] < cost["bounds"]["high"]


def test_a_kept_part_counts_recycled_content_up_to_that_of_the_reference(
    assess: Callable[..., Any], bounded_method: None
) -> None:
    """The reference chair has 59 % recycled steel: of 90 % that was declared, 59 % counts."""
    answer = assess(recycled="0.9", circularStrategy="refurbish").json()
    line = answer["lines"][0]
    steel = climate(line["trace"])
    assert (steel["recycled"], steel["recycledCounted"]) == (0.9, 0.59)
    assert climate(line["impacts"])["lifetimeImpact"] == pytest.approx(KG * line["rFactor"] * 0.41 * STEEL)
    remark = next(each for each in answer["warnings"] if each["code"] == "recycled_capped")
    assert remark["attr"] == "lines.0.billOfMaterials.0.recycled"
    assert "59" in remark["detail"]


def test_less_than_the_reference_counts_as_it_is_and_is_not_remarked(
    assess: Callable[..., Any], bounded_method: None
) -> None:
    answer = assess(recycled="0.3", circularStrategy="refurbish").json()
    assert climate(answer["lines"][0]["trace"])["recycledCounted"] == 0.3
    assert not [each for each in answer["warnings"] if each["code"] == "recycled_capped"]


def test_the_first_version_of_the_method_still_asks_to_confirm_a_double_discount(
    assess: Callable[..., Any],
) -> None:
    answer = assess(recycled="0.9", circularStrategy="refurbish")
    assert answer.status_code == 409
    assert [each["code"] for each in answer.json()["errors"]] == ["double_discount"]


def test_the_page_says_between_what_the_outcome_lies_and_where_that_comes_from(
    client: Client, ranged: None
) -> None:
    chair = {
        "productGroup": "kantoormeubilair", "lines.0.reference": "stoel", "lines.0.massKg": "10",
        "lines.0.count": "1", "lines.0.lifetimeYears": "8", "lines.0.circularStrategy": "new",
        "lines.0.endOfLifePlan": "none", "lines.0.billOfMaterials.0.material": "staal",
        "lines.0.billOfMaterials.0.share": "100", "lines.0.billOfMaterials.0.recycled": "0", "weightingSet": "a2",
    }  # fmt: skip
    page = Page(client.post("/reken-zelf/", chair))
    assert page.status == 200
    assert "50,9 tussen 40,9 en 68,9" in page.text
    assert "2,2 tussen 1,2 en 4" in page.text
    assert "laagste, mediaan en hoogste van twaalf stoelen" in page.text
    assert "Bandbreedte 43" in page.text
    assert "Dit ligt tussen €" in page.text
