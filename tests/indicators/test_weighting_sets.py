"""Weighting sets: as they ship, over REST, on the pages, and frozen once published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client

from indicators import releases as loader
from indicators.models import Weight, WeightingSetVersion, WeightMapping
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused

from .test_assess_page import PLACE, inputs_of
from .test_assessments_api import SOFA
from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
RELEASE = settings.BASE_DIR / "fixtures" / "reference-2026.1"


@pytest.fixture
def api(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Asks, or sends a document."""
    headers = bearer(Role.NATIONAL_VIEWER)

    def asked(path: str, document: Any = None) -> Any:
        if document is None:
            return client.get(f"/api/v1/{path}", headers=headers)
        body = json.dumps(document)
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    return asked


@pytest.mark.parametrize(("code", "categories", "price"), [("a1", 11, 0.05), ("a2", 16, 0.116)])
def test_an_assessment_names_value_counted_and_missing_categories(
    code: str, categories: int, price: float, api: Callable[..., Any]
) -> None:
    found = api("assessments", SOFA | {"weightingSet": code}).json()["environmentalCost"]
    assert found["weightingSet"] == code
    assert found["value"] == pytest.approx(126.931946667 * price, abs=1e-8)
    assert (found["unit"], found["categories"], found["of"]) == ("EUR", 1, categories)
    assert len(found["missing"]) == categories - 1
    assert [part["category"] for part in found["parts"]] == ["GWP"]
    assert found["parts"][0]["verified"] is (code == "a2")


def test_an_incomplete_indicator_is_a_missing_category_and_the_value_is_null(api: Callable[..., Any]) -> None:
    document = json.loads(json.dumps(SOFA)) | {"weightingSet": "a2"}
    document["lines"][0]["billOfMaterials"] = [{"material": "cotton", "share": "1", "recycled": "0"}]
    found = api("assessments", document).json()["environmentalCost"]
    assert (found["value"], found["categories"]) == (None, 0)
    assert "Klimaat (GWP)" in found["missing"]


def test_the_list_shows_prices_with_their_mapping_and_source(api: Callable[..., Any]) -> None:
    sets = {row["code"]: row for row in api("weighting-sets").json()["results"]}
    assert {code: len(row["categories"]) for code, row in sets.items()} == {"a1": 11, "a2": 16}
    a2 = {row["code"]: row for row in sets["a2"]["categories"]}
    assert (a2["GWP"]["eurPerUnit"], a2["GWP"]["verified"]) == (0.116, True)
    assert a2["PM"]["verified"] is False
    assert {row["verified"] for row in sets["a1"]["categories"]} == {False}
    [climate] = a2["GWP"]["mapping"]
    assert (climate["indicator"], climate["factor"], climate["sameQuantity"]) == ("climate", 1.0, True)
    assert climate["source"]
    assert a2["AP"]["mapping"][0]["sameQuantity"] is False
    assert a2["ODP"]["mapping"] == []


def test_the_calculator_shows_the_indication_and_never_calls_it_something_else(client: Client) -> None:
    sent = inputs_of(client.get(PLACE + "?voorbeeld=bank")) | {"weightingSet": "a2"}
    text = text_of(client.post(PLACE, sent)).replace("\u00a0", " ")
    assert "Milieukosten-indicatie (1 van 16 categorieën): € 14,72" in text
    assert "Aantasting ozonlaag (ODP)" in text
    assert "MKI" not in text
    without = inputs_of(client.get(PLACE + "?voorbeeld=bank"))
    assert "Milieukosten-indicatie" not in text_of(client.post(PLACE, without))


def test_the_page_of_bases_shows_both_sets(client: Client) -> None:
    text = text_of(client.get("/grondslagen/"))
    for part in ("Weegset A1", "Weegset A2", "0,00033", "te verifiëren", "telt niet mee", "telt mee (× 1)"):
        assert part in text
    assert "MKI" not in text


def test_loading_again_changes_nothing() -> None:
    before = WeightMapping.objects.count()
    assert loader.load(RELEASE).added["weegsets"] == 0
    assert WeightMapping.objects.count() == before


@pytest.mark.parametrize("model", [WeightingSetVersion, Weight, WeightMapping])
def test_a_published_set_never_changes(model: Any) -> None:
    column = {WeightingSetVersion: "name_nl", Weight: "eur", WeightMapping: "factor"}[model]
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**{column: 5})


def test_an_indicator_that_would_be_paid_twice_is_refused_with_its_row(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(RELEASE, folder)
    for name in ("weighting_sets.csv", "weights.csv", "weight_mappings.csv"):
        text = (folder / name).read_text(encoding="utf-8").replace("a2,1,", "a3,1,")
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "weight_mappings.csv").open("a", encoding="utf-8") as file:
        file.write("a3,1,POCP,climate,1,true,definition,\n")
    with pytest.raises(Refused) as refused:
        loader.load(folder)
    assert [(each.path[0], each.code) for each in refused.value.problems] == [
        ("weight_mappings.csv", "double_count")
    ]
    assert not WeightingSetVersion.objects.filter(code="a3").exists()
