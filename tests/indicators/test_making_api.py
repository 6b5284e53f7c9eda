"""The making of a version, one factor and a concept that is thrown away, over REST."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.factors import making_file
from indicators.models import FactorSetVersion, MethodVersion, Processing
from mvi_dashboard.ground.models import AuditEntry, Role, User
from tests import corpus

from .test_making import ROW, SET, THROWN, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases"), pytest.mark.any_database]
PLACE = f"/api/v1/factor-sets/{SET}/versions"
Send = Callable[..., Any]
FACTOR_ROW = {
    "material": "steel", "indicator": "climate", "value": "2.9", "recycledValue": "0.5", "low": "2.1",
    "high": "3.5",
    "unit": "kg CO2-eq/kg", "source": "ice-v2-2011", "derivation": "Nagezocht.",
}  # fmt: skip


@pytest.fixture
def people(reference: None, new_person: Callable[..., User]) -> tuple[User, User]:
    """Two reference managers."""
    return new_person(Role.REFERENCE_MANAGER), new_person(Role.REFERENCE_MANAGER)


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]) -> Send:
    def sent(method: str, path: str, document: Any = None, by: User = people[0], **headers: str) -> Any:
        given = {**bearer(Role.REFERENCE_MANAGER, user=by), "Idempotency-Key": corpus.fresh_key()}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if document is None:
            return client.get(path, headers=given)
        if "file" in document:
            return client.post(path, document, headers=given)
        ask = getattr(client, method)
        return ask(path, json.dumps(document), content_type="application/json", headers=given)

    return sent


@pytest.fixture
def concept(send: Send) -> FactorSetVersion:
    """The concept that a file of one row opened."""
    answer = send(
        "post", "/api/v1/imports/processing", {"factorSet": SET, "mode": "supplement", "processing": [ROW]}
    )
    assert answer.status_code == 200, answer.content
    made = send("post", f"/api/v1/imports/processing/{answer.json()['id']}/_confirm", {})
    assert made.status_code == 201, made.content
    return FactorSetVersion.objects.get(factor_set__code=SET, version=made.json()["version"])


def test_everybody_reads_the_making_of_a_published_version(client: Client) -> None:
    held = published()
    body = client.get(f"{PLACE}/{held.version}/processing?productGroup=bedrijfskleding&indicator=climate").json()
    whole = next(row for row in body["results"] if row["productType"] is None)
    row = held.processing.get(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert (whole["state"], whole["low"], whole["value"], whole["high"]) == (
        row.state,
        row.low,
        row.value,
        row.high,
    )
    text = client.get(f"{PLACE}/{held.version}/processing", headers={"Accept": "text/csv"})
    assert b"".join(text.streaming_content).decode() == "".join(making_file.file_of(held))


def test_a_row_of_a_concept_is_changed_and_that_of_a_published_version_is_not(
    send: Send, concept: FactorSetVersion
) -> None:
    answer = send("patch", f"{PLACE}/{concept.version}/processing", ROW | {"high": "41"})
    assert answer.status_code == 200, answer.content
    [row] = concept.processing.filter(group__code="bedrijfskleding", product_type=None, indicator__code="climate")
    assert row.high == 41
    refused = send("patch", f"{PLACE}/{published().version}/processing", ROW)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "frozen_version")


def test_a_version_can_be_sent_with_its_making(send: Send) -> None:
    row = {name: FACTOR_ROW[name] for name in ("material", "indicator", "value", "unit", "source")}
    answer = send("post", PLACE, {"version": "maken", "factors": [row], "processing": [ROW]})
    assert answer.status_code == 201, answer.content
    made = FactorSetVersion.objects.get(factor_set__code=SET, version="maken")
    assert [(each.group.code, each.value) for each in made.processing.all()] == [("bedrijfskleding", 20)]
    kept = send("post", PLACE, {"version": "zonder", "factors": [row]})
    assert kept.status_code == 201, kept.content
    other = FactorSetVersion.objects.get(factor_set__code=SET, version="zonder")
    assert other.processing.count() == published().processing.count()


def test_wrong_making_in_a_version_is_refused_at_its_place_and_nothing_is_stored(send: Send) -> None:
    row = {name: FACTOR_ROW[name] for name in ("material", "indicator", "value", "unit", "source")}
    before = FactorSetVersion.objects.count(), Processing.objects.count()
    rows = [ROW, ROW | {"productType": "laptop"}, ROW | {"low": "30"}]
    answer = send("post", PLACE, {"version": "fout", "factors": [row], "processing": rows})
    assert answer.status_code == 400
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [
        ("processing.1.productType", "wrong_group"),
        ("processing.2.low", "range"),
        ("processing.2.productGroup", "duplicate_line"),
    ]
    assert (FactorSetVersion.objects.count(), Processing.objects.count()) == before


BAD_FACTORS = {
    "low above the value": ({"low": "3.0"}, [("low", "range")]),
    "negative": ({"low": "-1"}, [("low", "range")]),
    "over a factor 1,000": ({"low": "0.001", "high": "3.5"}, [("high", "range")]),
    "one bound": ({"high": None}, [("high", "required")]),
    "bounds of a value that is not there": (
        {"recycledValue": None, "recycledLow": "1", "recycledHigh": "2"}, [("recycledValue", "required")],
    ),
    "an unknown material": ({"material": "staaal"}, [("material", "unknown_material")]),
    "another unit": ({"unit": "kg CO2-eq/l"}, [("unit", "invalid_unit")]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FACTORS)
def test_a_wrong_factor_is_refused_at_its_field(name: str, send: Send, concept: FactorSetVersion) -> None:
    changed, expected = BAD_FACTORS[name]
    before = set(concept.factors.values_list("pk", "value"))
    answer = send("patch", f"{PLACE}/{concept.version}/factors", FACTOR_ROW | changed)
    assert answer.status_code == 400
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == expected
    assert set(concept.factors.values_list("pk", "value")) == before


def test_one_factor_of_a_concept_is_changed_with_its_bounds(send: Send, concept: FactorSetVersion) -> None:
    answer = send("patch", f"{PLACE}/{concept.version}/factors", FACTOR_ROW)
    assert answer.status_code == 200, answer.content
    row = concept.factors.get(material__code="steel", indicator__code="climate", module="production")
    assert (row.low, row.value, row.high, row.derivation) == (2.1, 2.9, 3.5, "Nagezocht.")
    body = send(
        "get", f"/api/v1/factor-sets/{SET}/differences?from={published().version}&to={concept.version}"
    ).json()
    [change] = body["changed"]
    assert (change["material"], change["lowBefore"], change["lowAfter"], change["highAfter"]) == (
        "steel", None, 2.1, 3.5
    )  # fmt: skip
    [making] = body["processing"]
    assert (making["productGroup"], making["after"]["high"]) == ("bedrijfskleding", 40)


def test_a_concept_is_thrown_away_by_another_manager(
    send: Send, concept: FactorSetVersion, people: tuple[User, User]
) -> None:
    path = f"{PLACE}/{concept.version}/_throw-away"
    assert send("post", path, {}, by=people[1], If_Match='"1"').json()["errors"][0]["attr"] == "reason"
    answer = send("post", path, THROWN, by=people[1], If_Match='"1"')
    assert answer.status_code == 200, answer.content
    assert concept.version not in [row["version"] for row in answer.json()["versions"]]
    assert send("get", f"{PLACE}/{concept.version}").status_code == 404
    assert AuditEntry.objects.filter(verb="factor_version.throw_away").count() == 1


def test_a_concept_of_a_method_is_thrown_away_too(send: Send) -> None:
    held = MethodVersion.objects.filter(state="published", method__code="metabolic-2019").latest("pk")
    row = held.strategy_factors.select_related("strategy").order_by("pk").first()
    assert row is not None
    factor = {"code": row.strategy.code, "factor": "0.55"}
    place = "/api/v1/methods/metabolic-2019/versions"
    document = {"version": "weg", "reason": "Om te proberen.", "strategies": [factor]}
    assert send("post", place, document).status_code == 201
    answer = send("post", f"{place}/weg/_throw-away", THROWN, If_Match='"1"')
    assert answer.status_code == 200, answer.content
    assert "weg" not in answer.json()["versions"]
    published_one = send("post", f"{place}/{held.version}/_throw-away", THROWN, If_Match='"2"')
    assert published_one.status_code == 409


def test_a_file_over_rest_shows_first_and_stores_nothing(send: Send) -> None:
    content = "".join(making_file.file_of(published())).encode()
    before = FactorSetVersion.objects.count()
    document = {"factorSet": SET, "mode": "replace", "decimal": ",", "file": SimpleUploadedFile("m.csv", content)}
    answer = send("post", "/api/v1/imports/processing", document)
    assert answer.status_code == 200, answer.content
    assert answer.json()["counts"]["same"] == published().processing.count()
    assert FactorSetVersion.objects.count() == before
