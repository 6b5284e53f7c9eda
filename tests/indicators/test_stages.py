"""Which stage of a source counts: production for what a product is made of, and nothing in its place."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from indicators.calculation.explain import missing_factors
from indicators.calculation.impact import assess
from indicators.factors.bases import build_beside, make_current
from indicators.lines import BomRow, Line, UseRow, lines_to_arrays
from indicators.models import Basis, Factor, FactorSetVersion, Material
from indicators.selectors import basis_arrays, current_basis
from indicators.selectors.lookups import get_group
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.models import Role
from tests import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
SET = "nl-open-2026"
Send = Callable[..., Any]
ONLY_TRANSPORT = (
    b"materiaal;indicator;module;waarde;eenheid;bron;jaar\n"
    b"epd-10997;climate;transport;0,05;kg CO2-eq/kg;Proef;2025\n"
)
"""A declaration of which only the transport to the site (A4) was taken over."""


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., Any]) -> Send:
    """Posts as a reference manager; a second one publishes."""
    first, second = (bearer(Role.REFERENCE_MANAGER, user=new_person(Role.REFERENCE_MANAGER)) for _ in range(2))

    def sent(path: str, document: dict[str, Any], content: bytes | None = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        token = second if path.endswith("_publish") else first
        every = {**token, "Idempotency-Key": corpus.fresh_key()} | named
        if content is not None:
            return client.post(
                path, {**document, "file": SimpleUploadedFile("factoren.csv", content)}, headers=every
            )
        return client.post(path, json.dumps(document), content_type="application/json", headers=every)

    return sent


def line(material: str, flow: str = "electricity") -> Line:
    return Line(
        mass_kg=Decimal(10), count=1, lifetime_years=Decimal(10), circular_strategy="new", end_of_life_plan="none",
        bill_of_materials=[BomRow(material=material, share=Decimal(1), recycled=Decimal(0))],
        use=[UseRow(flow=flow, quantity=Decimal(0), basis="item-year", role="use")],
    )  # fmt: skip


def publish_supplement(send: Send, content: bytes) -> Basis:
    Material.objects.get_or_create(
        code="epd-10997", defaults={"kind": "material", "unit": "kg", "name_nl": "Proef"}
    )
    given = {"factorSet": SET, "version": "2", "mode": "supplement", "decimal": ","}
    made = send("/api/v1/imports/factors", given, content)
    assert made.status_code == 200, made.content
    done = send(f"/api/v1/imports/{made.json()['id']}/_confirm", {})
    assert done.status_code == 201, done.content
    published = send(f"/api/v1/factor-sets/{SET}/versions/2/_publish", {}, If_Match='"1"')
    assert published.status_code == 200, published.content
    return Basis.objects.get(state=Basis.State.BUILDING)


@pytest.mark.parametrize("stage", ["transport", "use", "end"])
def test_a_material_with_another_stage_and_no_production_is_missing_and_never_zero(send: Send, stage: str) -> None:
    basis = publish_supplement(send, ONLY_TRANSPORT.replace(b"transport", stage.encode()))
    arrays = basis_arrays(basis)
    lines = lines_to_arrays(arrays, get_group("kantoormeubilair"), [line("epd-10997"), line("steel")])
    results, place = assess(arrays.factors, lines), arrays.position("climate")
    assert not results.complete[0, place]
    assert str(results.production[0, place]) == "nan"
    assert [each.item for each in missing_factors(arrays.factors, lines, 0)["climate"]] == ["epd-10997"]
    assert results.production[1, place] == pytest.approx(28.9)


@pytest.mark.parametrize("method", ["cutoff", "pef-cff"])
def test_it_is_missing_in_every_method(send: Send, method: str) -> None:
    publish_supplement(send, ONLY_TRANSPORT)
    other = Basis.objects.filter(method_version__method__code=method).order_by("-id").first()
    assert other is not None
    arrays = basis_arrays(other)
    lines = lines_to_arrays(arrays, get_group("kantoormeubilair"), [line("epd-10997")])
    results = assess(arrays.factors, lines)
    assert not results.complete[0, arrays.position("climate")]
    assert "epd-10997" in {each.item for each in missing_factors(arrays.factors, lines, 0)["climate"]}


def test_a_flow_is_one_stage_on_all_indicators() -> None:
    flow, source = Material.objects.get(code="drinking-water"), Factor.objects.first().source  # type: ignore[union-attr]
    version = FactorSetVersion.objects.get(factor_set__code=SET, version="1")
    with triggers.suspended():
        for indicator, stage, value in (("climate", "use", 1.0), ("acidification", "transport", 2.0)):
            made = Factor(version=version, material=flow, module=stage, value=value, unit="x", source=source)
            made.indicator = next(each for each in _indicators() if each.code == indicator)
            made.save()
    basis_arrays.__globals__["_built"].cache_clear()
    arrays = basis_arrays(current_basis())
    row = arrays.factors.primary[arrays.item_index["drinking-water"]]
    basis_arrays.__globals__["_built"].cache_clear()
    assert row[arrays.position("climate")] == 1.0
    assert str(row[arrays.position("acidification")]) == "nan"


def _indicators() -> list[Any]:
    return list(apps.get_model("indicators", "Indicator").objects.all())


def test_a_basis_from_before_keeps_its_numbers_and_makes_way_for_one_without(send: Send) -> None:
    basis = publish_supplement(send, ONLY_TRANSPORT)
    make_current(basis)
    migration = importlib.import_module("indicators.migrations.0011_stages_stand_in")
    with triggers.suspended():
        migration.keep_what_was_counted(apps, SimpleNamespace(connection=connection))
    marked = set(Basis.objects.filter(stages_stand_in=True).values_list("layers__version__version", flat=True))
    old = current_basis()
    assert old.stages_stand_in
    assert "2" in marked
    basis_arrays.__globals__["_built"].cache_clear()
    arrays = basis_arrays(old)
    assert arrays.factors.primary[arrays.item_index["epd-10997"], arrays.position("climate")] == 0.05
    new = build_beside()
    assert new is not None
    arrays = basis_arrays(new)
    assert str(arrays.factors.primary[arrays.item_index["epd-10997"], arrays.position("climate")]) == "nan"
    make_current(new)
    assert build_beside() is None
