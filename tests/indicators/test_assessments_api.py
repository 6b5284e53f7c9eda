"""POST /assessments: the golden case, what is missing, what is refused, and nothing stored."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from indicators.lines import assessment
from mvi_dashboard.ground.models import AuditEntry, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]

ROWS = (
    *(("steel", "0.18", "0.90"), ("other-metals", "0.05", "0.50"), ("plastic", "0.14", "0")),
    *(("textile", "0.05", "0.75"), ("wood", "0.55", "0.50"), ("rubber", "0.01", "0"), ("foam", "0.02", "0")),
)
SOFA: dict[str, Any] = {
    "productGroup": "kantoormeubilair",
    "method": "metabolic-2019",
    "factorSet": "metabolic-bankstel",
    "lines": [
        {
            "reference": "bank",
            "massKg": "67",
            "count": 1,
            "lifetimeYears": "10",
            "circularStrategy": "new",
            "endOfLifePlan": "none",
            "billOfMaterials": [
                {"material": material, "share": share, "recycled": recycled} for material, share, recycled in ROWS
            ],
        }
    ],
}


@pytest.fixture
def assess(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Sends a document."""
    headers = bearer(Role.NATIONAL_VIEWER)

    def sent(document: dict[str, Any]) -> Any:
        body = json.dumps(document)
        return client.post("/api/v1/assessments", body, content_type="application/json", headers=headers)

    return sent


def sofa(**changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(SOFA)
    document["lines"][0] |= changes
    return document


def climate_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return next(row for row in answer.json()["lines"][0]["impacts"] if row["indicator"] == "climate")


def test_the_golden_case(assess: Callable[..., Any]) -> None:
    answer = assess(SOFA)
    found = climate_of(answer)
    assert found["weightedPerKg"] == pytest.approx(1.8945066667, abs=1e-9)
    assert found["production"] == pytest.approx(126.931946667, abs=1e-7)
    assert found["use"] == 0
    assert found["perYear"] == pytest.approx(12.6931946667, abs=1e-8)
    assert (found["complete"], found["missingFactors"]) == (True, [])
    body = answer.json()
    assert body["method"] == {"code": "metabolic-2019", "version": "1"}
    assert body["factorSet"] == {"code": "metabolic-bankstel", "version": "1"}
    assert body["inputHash"].startswith("sha256:")
    assert body["lines"][0]["dataQuality"] == {"supplier": 1.0}
    assert (body["environmentalCost"], body["warnings"]) == (None, [])
    total = next(row for row in body["totals"] if row["indicator"] == "climate")
    assert total["perYear"] == pytest.approx(12.6931946667, abs=1e-8)


def test_the_trace_sums_to_the_weighted_impact_and_names_its_source(assess: Callable[..., Any]) -> None:
    answer = assess(SOFA)
    rows = [row for row in answer.json()["lines"][0]["trace"] if row["indicator"] == "climate"]
    assert sum(row["perKg"] for row in rows) == pytest.approx(climate_of(answer)["weightedPerKg"], abs=1e-9)
    steel = rows[0]
    assert (steel["item"], steel["share"], steel["recycled"], steel["intensity"]) == ("steel", 0.18, 0.9, 6.88)
    assert steel["perKg"] == pytest.approx(0.12384)
    assert "klimaatneutraal" in steel["source"]


def test_refurbishing_and_taking_back_multiply_the_production(assess: Callable[..., Any]) -> None:
    rows = [{**row, "recycled": "0"} for row in SOFA["lines"][0]["billOfMaterials"]]
    plain = climate_of(assess(sofa(billOfMaterials=rows)))
    less = climate_of(assess(sofa(billOfMaterials=rows, circularStrategy="refurbish", endOfLifePlan="take-back")))
    assert less["production"] == pytest.approx(plain["production"] * 0.8 * 0.9)


def test_a_missing_factor_is_named_with_its_share_and_never_zero(assess: Callable[..., Any]) -> None:
    document = sofa(
        billOfMaterials=[
            {"material": "steel", "share": "0.75", "recycled": "0"},
            {"material": "cotton", "share": "0.25", "recycled": "0"},
        ]
    )
    found = climate_of(assess(document))
    assert found["complete"] is False
    assert found["missingFactors"] == [{"material": "cotton", "shareOfMass": 0.25}]
    assert found["weightedPerKg"] == pytest.approx(0.75 * 6.88)


def test_an_indicator_without_any_factor_is_null(assess: Callable[..., Any]) -> None:
    document = sofa(billOfMaterials=[{"material": "cotton", "share": "1", "recycled": "0"}])
    found = climate_of(assess(document))
    assert (found["complete"], found["weightedPerKg"], found["perYear"]) == (False, None, None)


def test_use_counts_over_the_lifetime(assess: Callable[..., Any]) -> None:
    document = sofa(use=[{"flow": "electricity", "quantity": "5", "unit": "kWh", "basis": "item-year"}])
    del document["factorSet"]
    twice = copy.deepcopy(document)
    twice["lines"][0]["use"][0]["quantity"] = "10"
    once = climate_of(assess(document))["use"]
    assert once > 0
    assert climate_of(assess(twice))["use"] == pytest.approx(2 * once)


def test_all_problems_come_at_once_with_their_paths(assess: Callable[..., Any]) -> None:
    document = sofa(massKg="-1", circularStrategy="nieuw") | {"iets": 1}
    document["lines"][0]["billOfMaterials"][0]["share"] = "18"
    answer = assess(document)
    assert answer.status_code == 400
    found = {(row["attr"], row["code"]) for row in answer.json()["errors"]}
    assert {
        ("iets", "unknown_field"),
        ("lines.0.massKg", "range"),
        ("lines.0.circularStrategy", "invalid_choice"),
        ("lines.0.billOfMaterials.0.share", "range"),
    } <= found


def test_shares_that_nearly_sum_to_one_get_a_warning(assess: Callable[..., Any]) -> None:
    document = sofa()
    document["lines"][0]["billOfMaterials"][0]["share"] = "0.181"
    answer = assess(document)
    assert answer.status_code == 200
    assert [(row["attr"], row["code"]) for row in answer.json()["warnings"]] == [
        ("lines.0.billOfMaterials", "shares_sum")
    ]


def test_the_implausible_is_confirmed_with_a_reason(assess: Callable[..., Any]) -> None:
    document = sofa(massKg="900")
    refused = assess(document)
    assert refused.status_code == 409
    error = refused.json()["errors"][0]
    assert error["confirmable"]
    reasons = [{"attr": error["attr"], "code": error["code"], "reason": "Een heel grote bank."}]
    assert assess(document | {"confirmations": reasons}).status_code == 200


def test_a_lifetime_above_the_cap_is_used_as_given_with_a_warning(assess: Callable[..., Any]) -> None:
    document = sofa(massKg="2", lifetimeYears="8") | {"productGroup": "ict-hardware"}
    answer = assess(document)
    found = climate_of(answer)
    assert found["perYear"] == pytest.approx(found["lifetimeImpact"] / 8)
    assert [(row["attr"], row["code"]) for row in answer.json()["warnings"]] == [
        ("lines.0.lifetimeYears", "above_cap")
    ]


@pytest.mark.parametrize("name", ["factorSet", "factorSetVersion", "method", "weightingSet"])
def test_what_cannot_be_calculated_with_is_named(name: str, assess: Callable[..., Any]) -> None:
    answer = assess(SOFA | {name: "niets"})
    assert answer.status_code == 400
    assert name in [row["attr"] for row in answer.json()["errors"]]


def test_an_assessment_stores_nothing_and_asks_no_key(assess: Callable[..., Any]) -> None:
    before = AuditEntry.objects.count()
    assert assess(SOFA).json() == assess(SOFA).json()
    assert AuditEntry.objects.count() == before


def test_nobody_assesses_without_signing_in(client: Client) -> None:
    answer = client.post("/api/v1/assessments", json.dumps(SOFA), content_type="application/json")
    assert answer.status_code == 401


def bill(rows: int) -> list[dict[str, str]]:
    """A bill of one material, in as many parts."""
    share = {"material": "steel", "share": f"{1 / rows:.6f}", "recycled": "0"}
    return [{**share, "component": f"deel {number}"} for number in range(rows)]


def lines(count: int, rows: int) -> dict[str, Any]:
    """So many lines with so many rows each."""
    parts = bill(rows)
    document = sofa()
    line = document["lines"][0]
    return document | {
        "lines": [line | {"reference": str(number), "billOfMaterials": parts} for number in range(count)]
    }


def test_an_answer_that_would_be_too_large_is_refused_before_it_is_worked_out(
    assess: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessment, "MOST_TERMS", 2_000)
    answer = assess(lines(100, 100))
    assert answer.status_code == 413, answer.content[:500]
    error = answer.json()["errors"][0]
    assert (error["attr"], error["code"]) == ("lines", "too_large")
    assert "2.000" in error["detail"]


def test_very_many_lines_are_told_without_the_trace_of_the_last(assess: Callable[..., Any]) -> None:
    answer = assess(lines(200, 120))
    assert answer.status_code == 200, answer.content[:500]
    told = answer.json()["lines"]
    assert (told[0]["traced"], told[-1]["traced"], told[-1]["trace"]) == (True, False, [])
    assert told[0]["trace"]
    assert told[-1]["impacts"] == told[0]["impacts"]
    assert len(answer.content) < 16 * 1024 * 1024
