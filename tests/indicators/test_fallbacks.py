"""The fallback of a cluster is shown and counts in no number; a list of critical materials has a version."""

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
from indicators.models import ClusterFallback, CriticalListing, Material
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
RELEASE = settings.BASE_DIR / "fixtures" / "reference-2026.1"
PER_KG = {"energie": 7.00, "gww": 0.26, "kantoorgebouwen": 1.77, "transport": 2.01}


@pytest.fixture
def api(client: Client, bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """Asks, or sends a document."""
    headers = bearer(Role.NATIONAL_VIEWER)

    def asked(path: str, document: Any = None) -> Any:
        if document is None:
            return client.get(f"/api/v1/{path}", headers=headers).json()
        return client.post(
            f"/api/v1/{path}", json.dumps(document), content_type="application/json", headers=headers
        ).json()

    return asked


def test_four_clusters_have_a_fallback_with_its_source() -> None:
    rows = ClusterFallback.objects.select_related("cluster", "source")
    assert {row.cluster.code: row.value for row in rows} == PER_KG
    assert {row.source.code for row in rows} == {"metabolic-2019"}
    with pytest.raises(DatabaseError), transaction.atomic():
        ClusterFallback.objects.update(value=1)


def test_a_group_without_a_complete_product_shows_it_and_says_what_it_is(client: Client) -> None:
    text = text_of(client.get("/productgroepen/verkeersregelinstallaties/"))
    assert "Er is nog geen basisproduct en geen referentieproduct" in text
    assert "Terugvaloptie van het cluster" in text
    assert "ongeveer 0,26 kg CO2-eq/kg product" in text
    assert "Die telt nergens mee" in text


def test_a_group_that_is_counted_in_something_else_than_kg_has_none(
    client: Client, api: Callable[..., Any]
) -> None:
    assert "past geen terugvaloptie" in text_of(client.get("/productgroepen/gladheidsbestrijding/"))
    assert api("product-groups/gladheidsbestrijding")["clusterFallback"] == []
    (found,) = api("product-groups/wegen")["clusterFallback"]
    assert (found["label"], found["value"], found["unit"]) == (
        "terugvaloptie van het cluster",
        0.26,
        "kg CO2-eq/kg",
    )


def test_an_incomplete_impact_gets_an_indication_that_is_in_no_number(api: Callable[..., Any]) -> None:
    line = {
        "reference": "asfalt", "massKg": "500", "count": 2, "lifetimeYears": "10", "circularStrategy": "new",
        "endOfLifePlan": "none", "billOfMaterials": [{"material": "asphalt", "share": "1", "recycled": "0"}],
    }  # fmt: skip
    impacts = api("assessments", {"productGroup": "wegen", "lines": [line]})["lines"][0]["impacts"]
    found = {row["indicator"]: row for row in impacts}
    climate = found["climate"]
    assert climate["complete"] is False
    assert climate["clusterFallback"]["perItem"] == pytest.approx(500 * 0.26)
    assert climate["production"] == pytest.approx(1000 * 0.03921249)
    assert found["primary_abiotic"]["clusterFallback"] is None
    chair = {**line, "massKg": "10", "billOfMaterials": [{"material": "steel", "share": "1", "recycled": "0"}]}
    own = api("assessments", {"productGroup": "kantoormeubilair", "lines": [chair]})["lines"][0]["impacts"]
    assert all(row["clusterFallback"] is None for row in own)


def test_a_fallback_in_another_unit_is_refused_by_row(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(RELEASE, folder)
    file = folder / "cluster_fallbacks.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("kg CO2-eq/kg", "kg CO2-eq/m2", 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        loader.load(folder)
    assert [problem.attr for problem in refused.value.problems] == ["cluster_fallbacks.csv.2.unit"]


def test_what_is_critical_names_the_version_of_the_list(client: Client, api: Callable[..., Any]) -> None:
    on_list = set(CriticalListing.objects.values_list("material__code", flat=True))
    assert on_list == set(Material.objects.filter(critical=True).values_list("code", flat=True))
    text = text_of(client.get("/materialen/copper/"))
    assert "EU-lijst van kritieke grondstoffen 2023 (Verordening (EU) 2024/1252, bijlage II)" in text
    assert "nee, volgens de EU-lijst van kritieke grondstoffen 2023" in text_of(client.get("/materialen/steel/"))
    (copper,) = [row for row in api("materials?search=copper")["results"] if row["code"] == "copper"]
    assert copper["criticalLists"][0]["list"] == "eu-crm-2023"
    assert copper["criticalLists"][0]["listedAs"] == "copper"


def test_every_public_material_has_two_names_a_category_and_an_origin() -> None:
    public = Material.objects.filter(owner_organisation=None, owner_supplier=None)
    assert not public.filter(name_nl="").exists()
    assert not public.filter(name_en="").exists()
    assert not public.filter(category="").exists()
    assert not public.exclude(kind=Material.Kind.FLOW).filter(composition="").exists()
