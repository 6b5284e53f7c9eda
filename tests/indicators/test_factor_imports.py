"""Factors from a file: a preview that stores no factor, then a concept with all of them or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.factors import factor_imports
from indicators.factors.factor_changes import MOST_SHOWN
from indicators.models import Factor, FactorSetVersion, ImportPreview, Indicator, Material
from mvi_dashboard.ground import timers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload
from tests import corpus

from .factor_files import ROWS, as_csv, as_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
SET = "nl-open-2026"
PLACE = "/api/v1/imports/factors"
GIVEN = {"factorSet": SET, "version": "2", "mode": "supplement", "decimal": ","}
Send = Callable[..., Any]


@pytest.fixture
def manager(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]]) -> Send:
    """Posts a file as the reference manager, or JSON when there is no file."""
    token = bearer(Role.REFERENCE_MANAGER)

    def sent(path: str = PLACE, content: bytes | None = None, name: str = "factoren.csv", **given: Any) -> Any:
        headers = {**token, "Idempotency-Key": given.pop("key", None) or corpus.fresh_key()}
        if content is None:
            return client.post(path, json.dumps(given), content_type="application/json", headers=headers)
        return client.post(path, {**given, "file": SimpleUploadedFile(name, content)}, headers=headers)

    return sent


def values_of(version: FactorSetVersion) -> set[tuple[Any, ...]]:
    return set(
        version.factors.values_list(
            "material__code",
            "indicator__code",
            "module",
            "value",
            "recycled_value",
            "unit",
            "source__title",
            "year",
        )
    )


def problems_of(manager: Actor, content: bytes, name: str = "a.csv", **given: str) -> list[tuple[str | None, str]]:
    stored = Factor.objects.count(), ImportPreview.objects.count(), FactorSetVersion.objects.count()
    with pytest.raises(Refused) as refused:
        factor_imports.preview_factors(manager, document=GIVEN | given, upload=Upload(name, content))
    assert (Factor.objects.count(), ImportPreview.objects.count(), FactorSetVersion.objects.count()) == stored
    return [(problem.attr, problem.code) for problem in refused.value.problems]


SPELLINGS = {
    "utf-8, comma": (as_csv(), "a.csv", {"decimal": ","}),
    "utf-8 with BOM, point": (as_csv(decimal=".", encoding="utf-8-sig"), "a.csv", {"decimal": "."}),
    "utf-16, tab": (as_csv(delimiter="\t", encoding="utf-16"), "a.txt", {"decimal": ","}),
    "windows-1252": (as_csv(encoding="windows-1252"), "a.csv", {"decimal": ",", "encoding": "windows-1252"}),
    "comma between, point in numbers": (as_csv(decimal=".", delimiter=","), "a.csv", {"decimal": "."}),
    "workbook": (as_xlsx(), "a.xlsx", {"decimal": ","}),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_gives_the_same_concept(spelling: str, send: Send) -> None:
    content, name, told = SPELLINGS[spelling]
    given = GIVEN | {"mode": "replace"} | told
    answer = send(content=content, name=name, **given)
    assert answer.status_code == 200, answer.content
    made = send(f"/api/v1/imports/{answer.json()['id']}/_confirm")
    assert made.status_code == 201, made.content
    version = FactorSetVersion.objects.get(factor_set__code=SET, version="2")
    assert version.state == "draft"
    assert values_of(version) == {
        ("steel", "climate", "production", 2.25, 0.5, "kg CO2-eq/kg", "Proefbron é", 2025),
        ("wood", "climate", "production", 0.125, None, "kg CO2-eq/kg", "Proefbron é", 2025),
        ("steel", "water", "production", 1.5, None, "m3/kg", "Andere bron", None),
    }


def test_a_preview_tells_what_would_change_and_stores_no_factor(send: Send) -> None:
    before = Factor.objects.count(), FactorSetVersion.objects.count(), AuditEntry.objects.count()
    published = FactorSetVersion.objects.get(factor_set__code=SET, version="1")
    steel = published.factors.get(material__code="steel", indicator__code="climate", module="production")
    assert not published.factors.filter(material__code="steel", indicator__code="water").exists()
    body = send(content=as_csv(), **GIVEN).json()
    assert (Factor.objects.count(), FactorSetVersion.objects.count(), AuditEntry.objects.count()) == before
    assert (body["read"], body["errors"], body["comparedWith"]) == (3, [], "1")
    assert (body["delimiter"], body["encoding"], body["file"]) == (";", "utf-8", "factoren.csv")
    assert [row["material"] for row in body["added"]] == ["steel"]
    [change] = [row for row in body["changed"] if row["material"] == "steel"]
    assert (change["before"], change["after"]) == (steel.value, 2.25)
    assert change["ratio"] == pytest.approx(2.25 / steel.value)
    counts = body["counts"]
    assert (counts["added"], counts["removed"]) == (1, 0)
    assert counts["kept"] == published.factors.count() - 2
    replaced = send(content=as_csv(), **GIVEN | {"mode": "replace"}).json()
    assert (replaced["counts"]["removed"], replaced["counts"]["kept"]) == (counts["kept"], 0)
    assert len(replaced["removed"]) == MOST_SHOWN


def test_a_recycled_value_that_the_file_does_not_give_is_named_as_lost(send: Send) -> None:
    published = FactorSetVersion.objects.get(factor_set__code=SET, version="1")
    known = published.factors.get(material__code="plastic-pp", indicator__code="climate")
    assert known.recycled_value is not None
    content = b"materiaal;indicator;waarde;eenheid;bron\nplastic-pp;climate;2,5;kg CO2-eq/kg;Proefbron\n"
    body = send(content=content, **GIVEN).json()
    assert (body["recycledLost"], body["changed"][0]["recycledAfter"]) == (1, None)


def test_supplementing_keeps_every_other_factor_to_the_last_digit(send: Send) -> None:
    published = FactorSetVersion.objects.get(factor_set__code=SET, version="1")
    made = send(f"{PLACE}?confirm=true", as_csv(), **GIVEN)
    assert made.status_code == 201, made.content
    assert ImportPreview.objects.count() == 0
    version = FactorSetVersion.objects.get(factor_set__code=SET, version="2")
    assert version.factors.count() == published.factors.count() + 1 == made.json()["factors"]
    changed = values_of(version) - values_of(published)
    assert len(changed) == 3
    assert version.processing.count() == published.processing.count() > 0
    assert AuditEntry.objects.filter(verb="factor_version.create", object_id=str(version.pk)).exists()


def test_a_list_in_json_is_previewed_and_confirmed_too(send: Send) -> None:
    row = {"material": "steel", "indicator": "climate", "value": "2", "unit": "kg CO2-eq/kg", "source": "x"}
    answer = send(factorSet=SET, version="2", mode="supplement", factors=[row])
    assert answer.status_code == 200, answer.content
    assert (answer.json()["read"], answer.json()["file"]) == (1, None)
    assert send(f"/api/v1/imports/{answer.json()['id']}/_confirm").status_code == 201
    wrong = send(factorSet="niets", version="3", mode="x", factors=[row | {"unit": "g/kg"}])
    assert {(each["attr"], each["code"]) for each in wrong.json()["errors"]} == {
        ("factorSet", "does_not_exist"),
        ("mode", "invalid_choice"),
        ("factors.0.unit", "invalid_unit"),
    }


def test_every_problem_comes_at_once_with_its_row_and_column(manager: Actor) -> None:
    rows = [
        ["steeel", "klimaat", "1.5", "", "kg CO2-eq/kg", "x", ""],
        ["steel", "climate", "-1", "=1+1", "kg CO2-eq/kWh", "", "12"],
        ["wood", "climate", "1e999", "5%", "kg CO2-eq/kg", "x", ""],
        ["wood", "climate", "1", "", "kg CO2-eq/kg", "x", ""],
    ]
    assert set(problems_of(manager, as_csv(rows), mode="x", factorSet="niets")) == {
        ("mode", "invalid_choice"),
        ("factorSet", "does_not_exist"),
        ("rows.2.material", "unknown_material"),
        ("rows.2.indicator", "invalid_choice"),
        ("rows.2.value", "mixed_decimal"),
        ("rows.3.value", "range"),
        ("rows.3.recycledValue", "formula"),
        ("rows.3.unit", "invalid_unit"),
        ("rows.3.source", "required"),
        ("rows.3.year", "invalid"),
        ("rows.4.value", "invalid_number"),
        ("rows.4.recycledValue", "mixed_unit"),
        ("rows.5.material", "duplicate_line"),
    }


def test_in_a_workbook_the_cells_are_named(manager: Actor) -> None:
    rows = [
        ["steeel", "climate", 1.5, "0,5", "kg CO2-eq/kg", "x", None],
        ["wood", "climate", "1,5", 2, "kg", "x", 1],
    ]
    assert set(problems_of(manager, as_xlsx(rows), "a.xlsx")) == {
        ("cells.A2", "unknown_material"),
        ("cells.D2", "mixed_decimal"),
        ("cells.C3", "mixed_decimal"),
        ("cells.E3", "invalid_unit"),
        ("cells.G3", "invalid"),
    }


def test_columns_are_known_by_english_and_dutch_names_and_no_other(manager: Actor) -> None:
    english = ["Material", "indicator", "value", "recycledValue", "unit", "source", "Opmerking"]
    preview = factor_imports.preview_factors(
        manager,
        document=GIVEN,
        upload=Upload("a.csv", as_csv(header=english, rows=[[*row[:6], "tip"] for row in ROWS])),
    )
    assert [row["field"] for row in preview.summary["columns"]] == [
        "material", "indicator", "value", "recycled_value", "unit", "source",
    ]  # fmt: skip
    assert [row["what"] for row in preview.summary["leftOut"]] == ["Kolom Opmerking"]
    wrong = ["material", "indicator", "waarde", "value", "unit", "bronn", "jaar"]
    assert set(problems_of(manager, as_csv(header=wrong))) == {
        ("columns.value", "duplicate_column"),
        ("columns.bronn", "unknown_column"),
        ("columns.source", "missing_column"),
    }


def test_units_are_converted_in_sight_or_refused_with_both_named(manager: Actor) -> None:
    rows = [
        ["steel", "climate", 2250.0, None, "g CO2e/kg", "x", None],
        ["wood", "climate", 125.0, 50.0, "kg CO2-eq/ton", "x", None],
    ]
    preview = factor_imports.preview_factors(manager, document=GIVEN, upload=Upload("a.csv", as_csv(rows)))
    assert preview.summary["units"] == [
        {"from": "g CO2e/kg", "to": "kg CO2-eq/kg", "times": "0.001", "rows": 1},
        {"from": "kg CO2-eq/ton", "to": "kg CO2-eq/kg", "times": "0.001", "rows": 1},
    ]
    version = factor_imports.confirm_import(manager, preview.public_id)
    found = version.factors.get(material__code="wood", indicator__code="climate", module="production")
    assert (found.value, found.recycled_value, found.unit) == (0.125, 0.05, "kg CO2-eq/kg")
    bad = Upload("a.csv", as_csv([["steel", "climate", 1.0, None, "MJ/kg", "x", None]]))
    with pytest.raises(Refused) as refused:
        factor_imports.preview_factors(manager, document=GIVEN | {"version": "3"}, upload=bad)
    assert "'MJ/kg'" in str(refused.value.problems[0].detail)
    assert "kg CO2-eq/kg" in str(refused.value.problems[0].detail)


def test_a_preview_is_confirmed_once_and_only_by_who_made_it(
    manager: Actor, actor_as: Callable[..., Actor], send: Send
) -> None:
    preview = factor_imports.preview_factors(manager, document=GIVEN, upload=Upload("a.csv", as_csv()))
    with pytest.raises(Refused, match="not_found"):
        factor_imports.confirm_import(actor_as(Role.REFERENCE_MANAGER), preview.public_id)
    with pytest.raises(Refused, match="permission_denied"):
        factor_imports.confirm_import(actor_as(Role.NATIONAL_VIEWER), preview.public_id)
    factor_imports.confirm_import(manager, preview.public_id)
    with pytest.raises(Refused, match="confirmed"):
        factor_imports.confirm_import(manager, preview.public_id)
    assert bytes(ImportPreview.objects.get().content) == b""
    assert problems_of(manager, as_csv()) == [("version", "duplicate")]


def test_a_preview_against_a_version_that_no_longer_holds_is_refused(manager: Actor) -> None:
    preview = factor_imports.preview_factors(manager, document=GIVEN, upload=Upload("a.csv", as_csv()))
    FactorSetVersion.objects.filter(factor_set__code=SET).update(state="superseded")
    with pytest.raises(Refused, match="outdated"):
        factor_imports.confirm_import(manager, preview.public_id)
    assert not FactorSetVersion.objects.filter(version="2").exists()


def test_a_preview_lasts_a_day(manager: Actor) -> None:
    preview = factor_imports.preview_factors(manager, document=GIVEN, upload=Upload("a.csv", as_csv()))
    assert factor_imports.drop_expired() == 0
    ImportPreview.objects.update(created_at=preview.created_at - timedelta(days=1, minutes=1))
    with pytest.raises(Refused, match="not_found"):
        factor_imports.get_preview(manager, preview.public_id)
    assert "indicators.old_previews" in timers._timers
    assert factor_imports.drop_expired() == 1


def test_the_same_request_twice_makes_one_preview(send: Send) -> None:
    key = corpus.fresh_key()
    first, again = (send(content=as_csv(), key=key, **GIVEN) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    other = send(content=as_csv(ROWS[:1]), key=key, **GIVEN)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "idempotency_mismatch")
    assert ImportPreview.objects.count() == 1


@pytest.mark.parametrize("role", [Role.NATIONAL_VIEWER, Role.SUPPLIER])
def test_others_may_not_import(
    role: str, client: Client, bearer: Callable[..., dict[str, str]], supplier: Any, manager: Actor
) -> None:
    preview = factor_imports.preview_factors(manager, document=GIVEN, upload=Upload("a.csv", as_csv()))
    headers = bearer(role, supplier if role == Role.SUPPLIER else None) | {"Idempotency-Key": corpus.fresh_key()}
    sent = {**GIVEN, "file": SimpleUploadedFile("a.csv", as_csv())}
    assert client.post(PLACE, sent, headers=headers).status_code == 403
    place = f"/api/v1/imports/{preview.public_id}"
    assert client.get(place, headers=headers).status_code == 403
    confirmed = client.post(f"{place}/_confirm", "{}", content_type="application/json", headers=headers)
    assert confirmed.status_code == 403


def test_a_broken_form_or_a_large_file_is_refused(
    send: Send, client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    headers = bearer(Role.REFERENCE_MANAGER) | {"Idempotency-Key": corpus.fresh_key()}
    broken = client.post(PLACE, b"--x\r\nrommel", content_type="multipart/form-data; boundary=x", headers=headers)
    assert broken.status_code == 400
    assert client.post(PLACE, b"x", content_type="multipart/form-data", headers=headers).status_code == 400
    assert client.post(PLACE, {"factorSet": SET}, headers=headers).json()["errors"][0]["attr"] == "file"
    assert client.post(PLACE, b"a;b", content_type="text/csv", headers=headers).status_code == 415
    assert send(content=b"a;b\n" * 2_700_000, **GIVEN).status_code == 413
    assert send(content=b"a;b\n" * 3_000_000, **GIVEN).status_code == 413
    undecided = send(content=as_csv(), factorSet=SET, version="2")
    assert {row["attr"] for row in undecided.json()["errors"]} == {"mode", "decimal"}


def test_the_number_of_statements_does_not_grow_with_the_rows(manager: Actor) -> None:
    unit = Indicator.objects.get(code="climate").unit
    Material.objects.bulk_create(
        [Material(code=f"proef-{n}", kind="material", unit="kg", name_nl=f"proef {n}") for n in range(5000)]
    )

    def statements(count: int, number: str) -> int:
        rows = [[f"proef-{n}", "climate", 1.5, None, f"{unit}/kg", f"bron {n}", None] for n in range(count)]
        given = GIVEN | {"mode": "replace", "version": number}
        with CaptureQueriesContext(connection) as captured:
            preview = factor_imports.preview_factors(manager, document=given, upload=Upload("a.csv", as_csv(rows)))
            version = factor_imports.confirm_import(manager, preview.public_id)
        assert version.factors.count() == count
        bulk = ("INSERT", 'FROM "indicators_source"', "clock_timestamp", "SAVEPOINT")
        return sum(1 for query in captured.captured_queries if not any(part in query["sql"] for part in bulk))

    assert statements(100, "2") == statements(5000, "3")


def test_the_kind_of_file_is_told_and_the_decimal_sign_only_where_the_layout_does_not_say_it(
    manager: Actor, send: Send
) -> None:
    assert ("layout", "invalid_choice") in problems_of(manager, as_csv(), layout="iets-anders")
    told = {name: value for name, value in GIVEN.items() if name != "decimal"}
    assert send(content=as_csv(), **told).json()["errors"][0]["attr"] == "decimal"
    body = send(content=as_csv(), **GIVEN | {"layout": "own"}).json()
    assert (body["layout"], body["fileRows"], body["newMaterials"]) == ("own", 3, [])
