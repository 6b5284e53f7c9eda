"""A kWh is called a kWh: on the form, in the result, in the workbook and over REST."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook  # type: ignore[import-untyped]

from indicators.selectors.lookups import get_group
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from tenders.exchange import bid_workbook, layout_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
LINE = {
    "reference": "stroom", "name": "Stroom", "massKg": "1", "count": 1000, "lifetimeYears": "4",
    "circularStrategy": "new", "endOfLifePlan": "none",
    "billOfMaterials": [{"material": "electricity", "share": "1", "recycled": "0"}],
}  # fmt: skip


def typed() -> dict[str, str]:
    fields = {name: str(value) for name, value in LINE.items() if name != "billOfMaterials"}
    row = {"material": "elektriciteit (Nederlandse mix)", "share": "100", "recycled": "0"}
    fields |= {f"billOfMaterials.0.{name}": value for name, value in row.items()}
    return {"productGroup": "elektriciteit"} | {f"lines.0.{name}": value for name, value in fields.items()}


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_a_result_in_kwh_speaks_of_kwh(client: Client) -> None:
    page = text_of(client.post("/reken-zelf/", typed()))
    assert "Materialen per eenheid" in page
    assert "Gewogen effect per kWh" in page
    assert "Hoeveelheid per eenheid × 1 kWh" in page
    assert "Massa per stuk" not in page
    assert "per kg product" not in page


def test_rest_names_the_unit_that_per_kg_counts_in(client: Client, bearer: Callable[..., dict[str, str]]) -> None:
    document = {"productGroup": "elektriciteit", "lines": [LINE]}
    headers = bearer(Role.REFERENCE_MANAGER)
    answer = client.post(
        "/api/v1/assessments", json.dumps(document), content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["lines"][0]["billUnit"] == "kWh"


@pytest.mark.parametrize(
    ("group", "heading"), [("elektriciteit", "Hoeveelheid per eenheid"), ("ict-hardware", "Massa per stuk (kg)")]
)
def test_the_workbook_asks_in_the_words_of_the_group(
    group: str, heading: str, actor_as: Callable[..., Actor]
) -> None:
    layout = layout_of(get_group(group), None, "light")
    book = load_workbook(io.BytesIO(bid_workbook(layout, actor_as(Role.REFERENCE_MANAGER))))
    assert heading in [cell.value for cell in book["Producten"][1]]


def test_a_workbook_from_before_is_still_read() -> None:
    products = layout_of(get_group("elektriciteit"), None, "light").by_name["producten"]
    column = products.column_of("Massa per stuk (kg)")
    assert column is not None
    assert column.code == "massKg"
