"""Names of trade and grades, Dutch, English and German, find their material; nothing is ever filled in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from indicators.models import MaterialName
from indicators.selectors import Names, rank
from mvi_dashboard.ground.models import Role
from tests.pages import Page
from tests.reference import forget

from .test_pages import text_of

pytestmark = pytest.mark.any_database

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
RELEASES = ("reference-2026.1", "reference-2026.2")


def _rows(release: str, file: str) -> list[dict[str, str]]:
    with (FIXTURES / release / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@cache
def _shipped() -> tuple[Names, frozenset[str]]:
    """Every name of what both releases hold, and the codes of what goods are made of."""
    materials = [row for release in RELEASES for row in _rows(release, "materials.csv")]
    pairs = [(row["code"], row[column]) for row in materials for column in ("name_nl", "name_en", "code")]
    pairs += [
        (row["material"], row["name"]) for release in RELEASES for row in _rows(release, "material_names.csv")
    ]
    return Names(tuple(dict.fromkeys(pairs))), frozenset(
        row["code"] for row in materials if row["kind"] == "material"
    )


@pytest.mark.parametrize(
    ("typed", "material"),
    [
        ("kunststof", "kunststof-algemeen"), ("eiken", "wood-hardwood"), ("PA 6", "plastic-pa6"),
        ("PA6", "plastic-pa6"), ("pa-6", "plastic-pa6"), ("PA 6.6", "plastic-pa66"), ("S235JR", "steel"),
        ("S235 JR", "steel"), ("S355J2+N", "steel"), ("Kupfer", "copper"), ("Edelstahl 1.4301", "steel-stainless"),
        ("1.4404", "steel-stainless"), ("RVS 316L", "steel-stainless"), ("EN AW-6060", "aluminium-alloy"),
        ("Weißblech", "steel-packaging"), ("Gusseisen", "iron"), ("rundleer", "leather"), ("bamboe", "bamboo"),
        ("marmoleum", "linoleum"), ("HPL", "hpl"), ("Trespa", "hpl"), ("POM", "plastic-pom"),
        ("EPDM", "rubber-epdm"), ("TPE", "plastic-tpe"), ("PLA", "plastic-pla"), ("viscose", "viscose"),
        ("Holz", "hout-algemeen"), ("PC-ABS", "plastic-pc-abs"), ("plexiglas 3 mm", "plastic-pmma"),
        ("kunstleer", "leather-artificial"), ("tapijttegels", "carpet-tile"), ("HR++ glas", "glass-insulating"),
        ("kalkzandsteen", "sand-lime-brick"), ("C30/37", "concrete"), ("PA6 GF30", "plastic-pa-gf"),
        ("geextrudeerd polystyreen", "plastic-xps"),
    ],
)  # fmt: skip
def test_what_traders_write_finds_its_material_first_or_second(typed: str, material: str) -> None:
    names, solid = _shipped()
    assert material in rank(typed, names, among=solid)[:2]


@pytest.mark.parametrize("typed", ["100 %", "12", "zwart", "RAL 9010", "onbekend", "type 6"])
def test_a_number_or_a_colour_alone_means_no_material(typed: str) -> None:
    names, solid = _shipped()
    assert rank(typed, names, among=solid) == []


def test_every_material_of_both_releases_is_found_by_each_of_its_names() -> None:
    names, solid = _shipped()
    missed = [(code, name) for code, name in names.pairs if code in solid and code not in rank(name, names)]
    assert missed == []


def test_the_names_that_suppliers_wrote_still_find_their_material_among_the_many_new_ones() -> None:
    names, solid = _shipped()
    with (Path(__file__).parent / "supplier_names.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    missed = [row["name"] for row in rows if row["material"] not in rank(row["name"], names, among=solid)]
    assert len(missed) <= 0.02 * len(rows), missed


@pytest.fixture
def grades(reference: None) -> Iterator[None]:
    """Two grades as names of the material that they are."""
    for code, name in (("steel-stainless", "1.4301"), ("steel-packaging", "Weißblech")):
        material_id = MaterialName.objects.filter(material__code=code).values_list("material_id", flat=True)[0]
        MaterialName.objects.get_or_create(material_id=material_id, language="de", name=name)
    forget()
    yield
    forget()


@pytest.mark.django_db
@pytest.mark.usefixtures("grades")
def test_a_grade_is_understood_by_rest_the_list_and_the_form_and_chosen_by_a_person(
    client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    headers = bearer(Role.NATIONAL_VIEWER)
    answer = client.get("/api/v1/materials/suggestions?name=PA-6%20zwart", headers=headers)
    assert answer.json()["suggestions"][0]["code"] == "plastic-pa6"
    line: dict[str, Any] = {
        "reference": "kast", "massKg": "20", "count": 1, "lifetimeYears": "10", "circularStrategy": "new",
        "endOfLifePlan": "none", "billOfMaterials": [{"material": "PA 6", "share": "1", "recycled": "0"}],
    }  # fmt: skip
    document = json.dumps({"productGroup": "kantoormeubilair", "lines": [line]})
    refused = client.post("/api/v1/assessments", document, content_type="application/json", headers=headers)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["suggestions"][0] == "plastic-pa6"
    assert "roestvast staal" in text_of(client.get("/materialen/?zoek=plaat+1.4301"))
    page = Page(client.get("/reken-zelf/"))
    pasted = page.sent | {"lines.0.pasted": "PA-6; 60; 0\nstaal; 40; 0", "paste": "lines.0"}
    assert Page(client.post("/reken-zelf/", pasted)).sent["lines.0.billOfMaterials.0.chosen"] == ""
