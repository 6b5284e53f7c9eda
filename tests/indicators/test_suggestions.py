"""Names as suppliers write them find their material among five to choose from; nothing is ever filled in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from indicators.lines.suggestions import MOST_GUESSES, fits_bill, suggest
from indicators.models import Material
from indicators.selectors import Names, material_names, materials_visible_to, rank
from mvi_dashboard.ground.access import NOBODY
from mvi_dashboard.ground.models import Role, Supplier
from tests.pages import Page

from .test_pages import text_of

pytestmark = pytest.mark.any_database

LEAST_FOUND = 0.90
CORPUS = Path(__file__).parent / "supplier_names.csv"
reference = pytest.mark.usefixtures("reference")
database = pytest.mark.django_db
NAMES = Names(
    (("steel", "staal"), ("steel-pipe", "staal, buis"), ("board", "spaanplaat"), ("foam", "schuim (PUR)"))
)


@database
@reference
def test_nearly_all_names_of_suppliers_find_their_material_among_five() -> None:
    known = materials_visible_to(NOBODY)
    among = {code for code, info in known.items() if fits_bill(info, None)}
    with CORPUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 140
    missed = [row["name"] for row in rows if row["material"] not in suggest(row["name"], known, among=among)]
    assert len(missed) <= (1 - LEAST_FOUND) * len(rows), missed


@database
@reference
def test_every_material_is_found_by_each_of_its_own_names() -> None:
    known = materials_visible_to(NOBODY)
    names = material_names(known)
    solid = {row.code for row in Material.objects.filter(kind=Material.Kind.MATERIAL)}
    missed = [(code, name) for code, name in names.pairs if code in solid and code not in rank(name, names)]
    assert missed == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("STAAL", "steel"), ("stalen", "steel"), ("staalbuis", "steel-pipe"), ("spaanplaten", "board"),
        ("gemelamineerde spaanplaat 18mm", "board"), ("spaanplat", "board"), ("pur", "foam"), ("béton", None),
        ("", None), ("   ", None), ("100 %", None), ("\x00", None), ("zwart", None), ("x" * 5000, None),
    ],
)  # fmt: skip
def test_words_plurals_compounds_and_typing_errors(typed: str, first: str | None) -> None:
    assert rank(typed, NAMES)[:1] == ([first] if first else [])


def test_only_what_fits_in_the_place_is_suggested() -> None:
    assert rank("staal", NAMES, among={"steel-pipe"}) == ["steel-pipe"]
    assert rank("staal", NAMES, most=1) == ["steel"]


def _line(**bill: Any) -> dict[str, Any]:
    return {
        "reference": "kast", "massKg": "20", "count": 1, "lifetimeYears": "10", "circularStrategy": "new",
        "endOfLifePlan": "none", "billOfMaterials": [{"share": "1", "recycled": "0", **bill}],
    }  # fmt: skip


@database
@reference
def test_rest_refuses_an_unknown_material_with_choices(
    client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    def send(line: dict[str, Any]) -> Any:
        document = json.dumps({"productGroup": "kantoormeubilair", "lines": [line]})
        return client.post(
            "/api/v1/assessments", document, content_type="application/json", headers=bearer(Role.NATIONAL_VIEWER)
        )

    answer = send(_line(material="spaanplaat gemelamineerd"))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert problem["attr"] == "lines.0.billOfMaterials.0.material"
    assert problem["suggestions"][0] == "wood-particle-board"
    assert "bedoelde u" in problem["detail"]
    assert "suggestions" not in send(_line(material="unobtainium")).json()["errors"][0]
    use = [{"flow": "stroom", "quantity": "1", "unit": "kWh", "basis": "item-year", "role": "use"}]
    (problem,) = send(_line(material="steel") | {"use": use}).json()["errors"]
    assert problem["suggestions"][0] == "electricity"
    many = _line(material="x") | {
        "billOfMaterials": [{"material": f"staalplat {n}", "share": "0.02", "recycled": "0"} for n in range(50)]
    }
    with_choices = [row for row in send(many).json()["errors"] if "suggestions" in row]
    assert len(with_choices) == MOST_GUESSES


@database
@reference
def test_the_form_lets_a_person_choose_and_fills_in_nothing(client: Client) -> None:
    page = Page(client.get("/reken-zelf/"))
    typed = page.sent | {
        "productGroup": "kantoormeubilair", "lines.0.reference": "kast", "lines.0.massKg": "20",
        "lines.0.count": "1",
        "lines.0.lifetimeYears": "10", "lines.0.circularStrategy": "new", "lines.0.endOfLifePlan": "none",
        "lines.0.billOfMaterials.0.material": "gemelamineerde spaanplaten",
        "lines.0.billOfMaterials.0.share": "100", "lines.0.billOfMaterials.0.recycled": "0",
    }  # fmt: skip
    answer = client.post("/reken-zelf/", typed)
    assert answer.status_code == 400
    again = Page(answer)
    assert again.sent["lines.0.billOfMaterials.0.material"] == "gemelamineerde spaanplaten"
    assert again.sent["lines.0.billOfMaterials.0.chosen"] == ""
    assert "bedoelde u" in text_of(answer)
    chosen = again.sent | {"lines.0.billOfMaterials.0.chosen": "wood-particle-board"}
    done = client.post("/reken-zelf/", chosen)
    assert done.status_code == 200
    assert Page(done).sent["lines.0.billOfMaterials.0.material"] == "spaanplaat"


@database
@reference
def test_what_is_pasted_and_unknown_shows_its_choices_before_anything_is_sent(client: Client) -> None:
    page = Page(client.get("/reken-zelf/"))
    pasted = page.sent | {"lines.0.pasted": "spaanplaten gemelamineerd; 60; 0\nstaal; 40; 0", "paste": "lines.0"}
    again = Page(client.post("/reken-zelf/", pasted))
    assert again.sent["lines.0.billOfMaterials.0.chosen"] == ""
    assert "lines.0.billOfMaterials.1.chosen" not in again.sent
    assert again.sent["lines.0.billOfMaterials.1.material"].startswith("staal")


@database
@reference
def test_suggestions_over_rest_and_on_the_page_keep_private_materials_private(
    client: Client, bearer: Callable[..., dict[str, str]], new_supplier: Callable[..., Supplier]
) -> None:
    own, other = new_supplier(), new_supplier()
    Material.objects.create(code="eco-mix", kind="material", unit="kg", name_nl="Ecomixplaat", owner_supplier=own)

    def codes(headers: dict[str, str]) -> list[str]:
        answer = client.get("/api/v1/materials/suggestions?name=ecomixplaat", headers=headers)
        return [row["code"] for row in answer.json()["suggestions"]]

    assert codes(bearer(Role.SUPPLIER, own))[:1] == ["eco-mix"]
    assert "eco-mix" not in codes(bearer(Role.SUPPLIER, other))
    assert client.get("/api/v1/materials/suggestions", headers=bearer(Role.NATIONAL_VIEWER)).status_code == 400
    text = text_of(client.get("/materialen/?zoek=gemelamineerde+spaanplaten"))
    assert "Bedoelde u een van deze?" in text
    assert "spaanplaat" in text
