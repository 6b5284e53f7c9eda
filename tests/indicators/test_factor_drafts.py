"""A new version of a factor set: checked as a whole, made as a concept, published and then frozen."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from indicators.factors.factor_drafts import content_hash
from indicators.models import Factor, FactorSetVersion, Processing
from mvi_dashboard.ground.models import AuditEntry, Role
from tests import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

PLACE = "/api/v1/factor-sets/nl-open-2026/versions"
FEWER = {"confirmations": [{"attr": "factors", "code": "factors_removed", "reason": "Alleen staal."}]}
ROWS = [row for row in corpus.all_rows().values() if row["kind"] == "factor"]


def draft(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(corpus.all_rows()["BASE-factor"]["payload"]) | changes


@pytest.fixture
def send(
    client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., Any]
) -> Callable[..., Any]:
    """Posts as the reference manager (a second one publishes), each time with a new key unless one is given."""
    token = bearer(Role.REFERENCE_MANAGER)
    second = bearer(Role.REFERENCE_MANAGER, user=new_person(Role.REFERENCE_MANAGER))

    def sent(document: dict[str, Any], path: str = PLACE, **headers: str) -> Any:
        given = {**(second if path.endswith("_publish") else token), "Idempotency-Key": corpus.fresh_key()}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = json.dumps(document)
        return client.post(path, body, content_type="application/json", headers=given)

    return sent


def test_a_draft_holds_its_factors_and_keeps_the_processing(send: Callable[..., Any]) -> None:
    answer = send(draft())
    assert answer.status_code == 201, answer.content
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"{PLACE}/2"
    body = answer.json()
    assert (body["version"], body["state"], body["factors"], body["contentHash"]) == ("2", "draft", 1, None)
    version = FactorSetVersion.objects.get(factor_set__code="nl-open-2026", version="2")
    factor = version.factors.get()
    assert (factor.value, factor.recycled_value, factor.unit) == (1.9, 0.8, "kg CO2-eq/kg")
    assert factor.source.title == "Nationale Milieudatabase"
    earlier = Processing.objects.filter(version__factor_set__code="nl-open-2026", version__version="1")
    assert version.processing.count() == earlier.count() > 0
    assert AuditEntry.objects.filter(verb="factor_version.create", object_id=str(version.pk)).exists()


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_row_of_the_corpus_is_refused_as_listed(row: dict[str, Any], send: Callable[..., Any]) -> None:
    before = Factor.objects.count(), FactorSetVersion.objects.count()
    answer = send(corpus.patched(draft(), row["payload"]["patch"]))
    expected = row["expected"]
    assert answer.status_code == expected["status"], answer.content
    assert (expected["attr"], expected["code"]) in [(e["attr"], e["code"]) for e in answer.json()["errors"]]
    assert (Factor.objects.count(), FactorSetVersion.objects.count()) == before


def test_codes_urls_and_recycled_values_are_checked_too(send: Callable[..., Any]) -> None:
    wrong = draft()["factors"][0] | {
        "material": "steeel",
        "indicator": "klimaat",
        "recycledValue": "-1",
        "sourceUrl": "javascript:alert(1)",
        "year": 12,
    }
    answer = send(draft(factors=[wrong]))
    assert answer.status_code == 400
    assert {row["attr"] for row in answer.json()["errors"]} == {
        "factors.0.material",
        "factors.0.indicator",
        "factors.0.recycledValue",
        "factors.0.sourceUrl",
        "factors.0.year",
    }


def test_negative_is_allowed_beyond_the_system_boundary(send: Callable[..., Any]) -> None:
    row = draft()["factors"][0] | {"module": "beyond", "value": "-1.9"}
    assert send(draft(factors=[row])).status_code == 201


def test_the_same_request_twice_makes_one_version(send: Callable[..., Any]) -> None:
    key = corpus.fresh_key()
    first, again = send(draft(), Idempotency_Key=key), send(draft(), Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert send(draft(version="3"), Idempotency_Key=key).status_code == 409
    assert send(draft()).status_code == 409
    assert send(draft(version="4"), Idempotency_Key="").status_code == 400


def test_a_draft_is_seen_only_by_who_makes_it(
    send: Callable[..., Any], client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    send(draft())
    manager, other = bearer(Role.REFERENCE_MANAGER), bearer(Role.NATIONAL_VIEWER)
    for path in (f"{PLACE}/2", "/api/v1/factor-sets/nl-open-2026/factors?version=2"):
        assert client.get(path, headers=manager).status_code == 200
        assert client.get(path, headers=other).status_code == 404
    for path in (PLACE, "/api/v1/factor-sets"):
        assert '"2"' not in json.dumps(client.get(path, headers=other).json())


def test_publishing_freezes_the_version_and_supersedes_the_one_before(send: Callable[..., Any]) -> None:
    send(draft())
    place = f"{PLACE}/2/_publish"
    assert send({}, place).status_code == 428
    assert send({}, place, If_Match='"7"').status_code == 412
    answer = send(FEWER, place, If_Match='"1"')
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "published"
    assert answer.json()["contentHash"].startswith("sha256:")
    states = dict(FactorSetVersion.objects.filter(factor_set__code="nl-open-2026").values_list("version", "state"))
    assert states == {"1": "superseded", "2": "published"}
    assert send({}, place, If_Match='"1"').status_code == 412
    again = send({}, place, If_Match='"2"')
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "frozen_version")
    assert send(draft()).json()["errors"][0]["code"] == "frozen_version"


def test_the_hash_of_a_version_covers_factors_as_the_loader_does(send: Callable[..., Any]) -> None:
    loaded = FactorSetVersion.objects.get(factor_set__code="metabolic-bankstel", version="1")
    assert content_hash(loaded) == loaded.content_hash


@pytest.mark.parametrize("role", [Role.NATIONAL_VIEWER, Role.SUPPLIER])
def test_others_may_not_make_a_version(
    role: str, client: Client, bearer: Callable[..., dict[str, str]], supplier: Any
) -> None:
    headers = bearer(role, supplier if role == Role.SUPPLIER else None)
    headers["Idempotency-Key"] = corpus.fresh_key()
    body = json.dumps(draft())
    answer = client.post(PLACE, body, content_type="application/json", headers=headers)
    assert answer.status_code == 403


def test_an_absent_set_is_absent(send: Callable[..., Any]) -> None:
    assert send(draft(), "/api/v1/factor-sets/niets/versions").status_code == 404
    assert send({}, "/api/v1/factor-sets/nl-open-2026/versions/9/_publish", If_Match='"1"').status_code == 404
