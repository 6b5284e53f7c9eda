"""A method has versions with a life; what must hold is checked at publication, and organisations adopt it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from indicators.methods import adoption
from indicators.models import AssumptionAdoption, Basis, MethodVersion
from indicators.selectors import bases_beside, basis_arrays, current_basis, due_for, find_basis
from mvi_dashboard.ground import jobs, verification
from mvi_dashboard.ground.models import AuditEntry, Job, Organisation, Role
from tests import corpus
from tests.conftest import PASSWORD
from tests.worlds import World

from .test_pages import text_of

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/methods/metabolic-2019/versions"
Send = Callable[..., Any]


@pytest.fixture
def send(
    reference: None, client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., Any]
) -> Send:
    """Posts as the reference manager; a second one publishes."""
    token = bearer(Role.REFERENCE_MANAGER)
    second = bearer(Role.REFERENCE_MANAGER, user=new_person(Role.REFERENCE_MANAGER))

    def sent(path: str, document: dict[str, Any] | None = None, **headers: str) -> Any:
        given = {**(second if path.endswith("_publish") else token), "Idempotency-Key": corpus.fresh_key()} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return client.post(path, json.dumps(document or {}), content_type="application/json", headers=given)

    return sent


def draft(send: Send, place: str = PLACE, **changes: Any) -> Any:
    """A concept, version 2, with these factors."""
    return send(place, {"version": "2", "reason": "Onderzoek 2026.", **changes})


def publish(send: Send, made: Any, version: str = "2", place: str = PLACE) -> Any:
    """Publishes what was just made."""
    return send(f"{place}/{version}/_publish", If_Match=made["ETag"])


def factors_of(version: MethodVersion) -> dict[str, float]:
    """R per strategy."""
    return dict(version.strategy_factors.values_list("strategy__code", "factor"))


def test_a_concept_keeps_what_is_not_sent_and_says_what_the_rest_rests_on(send: Send) -> None:
    made = draft(send, strategies=[{"code": "refurbish", "factor": "0.7"}])
    assert made.status_code == 201, made.content
    old, new = (MethodVersion.objects.get(method__code="metabolic-2019", version=number) for number in "12")
    assert factors_of(new) == factors_of(old) | {"refurbish": 0.7}
    refurbish = new.strategy_factors.get(strategy__code="refurbish")
    assert (refurbish.note, refurbish.assumption) == ("Onderzoek 2026.", True)
    assert new.strategy_factors.get(strategy__code="repair").note != "Onderzoek 2026."
    assert new.state == "draft"
    assert {row["code"]: row["factor"] for row in made.json()["strategies"]}["refurbish"] == 0.7


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"strategies": [{"code": "rethink", "factor": "0.9"}]}, "strategies.rethink", "double_discount"),
        ({"strategies": [{"code": "reduce", "factor": "0.5"}]}, "strategies.reduce", "double_discount"),
        ({"strategies": [{"code": "recycle", "factor": "0.8"}]}, "strategies.recycle", "double_discount"),
        ({"strategies": [{"code": "reuse", "factor": "0.1"}]}, "destinations.reuse", "two_owners"),
        ({"destinations": [{"code": "reuse", "factor": "0.7"}]}, "destinations.reuse", "two_owners"),
    ],
)
def test_a_version_that_counts_a_discount_twice_is_not_published(
    send: Send, changes: dict[str, Any], path: str, code: str
) -> None:
    made = draft(send, **changes)
    answer = publish(send, made)
    assert answer.status_code == 400, answer.content
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(path, code)]
    assert MethodVersion.objects.get(method__code="metabolic-2019", version="2").state == "draft"


def test_reuse_that_adds_up_to_one_or_more_over_two_owners_is_published(send: Send) -> None:
    made = draft(
        send,
        strategies=[{"code": "reuse", "factor": "0.3"}],
        destinations=[{"code": "reuse", "factor": "0.7"}],
    )
    assert publish(send, made).status_code == 200


@pytest.mark.parametrize("method", ["cutoff", "pef-cff"])
def test_a_method_without_e_takes_no_discount_for_the_end_of_life(send: Send, method: str) -> None:
    place = f"/api/v1/methods/{method}/versions"
    made = draft(send, place, plans=[{"code": "take-back", "factor": "0.9"}])
    answer = publish(send, made, place=place)
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [("plans.take-back", "range")]


def test_every_mistake_in_a_concept_is_named_at_once_and_nothing_is_stored(send: Send) -> None:
    sent = {
        "version": "1",
        "reason": "Proef",
        "strategies": [{"code": "refurbisch", "factor": "0.7"}, {"code": "repair", "factor": "1.5"}],
        "plans": [{"code": "none", "factor": "1"}, {"code": "none", "factor": "0.9"}],
    }
    answer = send(PLACE, sent)
    found = {(error["attr"], error["code"]) for error in answer.json()["errors"]}
    assert found == {
        ("version", "already_exists"),
        ("strategies.0.code", "does_not_exist"),
        ("strategies.1.factor", "max_value"),
        ("plans.1.code", "duplicate_line"),
    }
    assert "refurbish" in answer.content.decode()
    assert MethodVersion.objects.filter(method__code="metabolic-2019").count() == 1


def test_publishing_builds_a_basis_beside_the_current_one_and_old_numbers_stay(send: Send) -> None:
    world = World(corpus.this_moment())
    world.build(["contract", "delivered"])
    before = current_basis()
    made = draft(send, strategies=[{"code": "refurbish", "factor": "0.7"}])
    assert publish(send, made).status_code == 200
    assert current_basis() == before
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    after = current_basis()
    assert (after.method_version.version, before.method_version.version) == ("2", "1")
    assert basis_arrays(after).strategy_factors["refurbish"] == 0.7
    assert basis_arrays(before).strategy_factors["refurbish"] == 0.8
    assert find_basis(method="metabolic-2019") == after
    [due] = due_for(world.officer)
    assert (due.url, "versie 2" in due.detail) == ("/aannames/", True)
    adoption.adopt_assumptions(world.officer, organisation=world.city.pk, document={"reason": "Besluit."})
    assert due_for(world.officer) == []
    beside = {basis.method_version.method.code: basis for basis in bases_beside(after)}
    assert beside["metabolic-2019"] == Basis.objects.get(pk=before.pk)
    assert set(beside) == {"metabolic-2019", "cutoff", "pef-cff"}
    assert list(verification.differences()) == []


def test_a_new_version_of_another_method_stands_beside_the_current_basis_at_once(send: Send) -> None:
    place = "/api/v1/methods/pef-cff/versions"
    made = draft(send, place, plans=[{"code": "none", "factor": "1", "recycled": "0.2", "recovered": "0.8"}])
    before = current_basis()
    assert publish(send, made, place=place).status_code == 200
    assert current_basis() == before
    beside = {basis.method_version.method.code: basis for basis in bases_beside(before)}
    assert beside["pef-cff"].method_version.version == "2"
    assert basis_arrays(beside["pef-cff"]).routes.plans["none"] == (0.2, 0.8)


def test_a_plan_that_sends_more_than_everything_somewhere_is_refused(send: Send) -> None:
    place = "/api/v1/methods/pef-cff/versions"
    # 0.95 recycled beside the 0.1 that the plan already burns
    answer = draft(send, place, plans=[{"code": "take-back", "factor": "1", "recycled": "0.95"}])
    assert [(e["attr"], e["code"]) for e in answer.json()["errors"]] == [("plans.0.recovered", "range")]


def test_only_the_reference_manager_makes_versions(
    reference: None, client: Client, bearer: Callable[..., dict[str, str]], organisation: Any
) -> None:
    headers = {**bearer(Role.POLICY_OFFICER, organisation), "Idempotency-Key": corpus.fresh_key()}
    answer = client.post(PLACE, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 403


def test_an_organisation_adopts_the_assumptions_once_with_its_reason(
    reference: None, client: Client, bearer: Callable[..., dict[str, str]], organisation: Any
) -> None:
    token = bearer(Role.POLICY_OFFICER, organisation)

    def post(**document: Any) -> Any:
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        return client.post(
            "/api/v1/assumption-adoptions", json.dumps(document), content_type="application/json", headers=headers
        )

    assert post().status_code == 400
    assert post(reason="Collegebesluit 12.", method="metabolic-2019", version="9").status_code == 400
    made = post(reason="Collegebesluit 12.")
    assert made.status_code == 201, made.content
    assert (made.json()["method"], made.json()["version"]) == ("metabolic-2019", "1")
    assert post(reason="Nog eens.").status_code == 409
    [row] = client.get("/api/v1/assumption-adoptions", headers=token).json()["results"]
    assert row["reason"] == "Collegebesluit 12."
    with pytest.raises(DatabaseError), transaction.atomic():
        AssumptionAdoption.objects.update(reason="anders")


def test_publishing_a_tender_adopts_what_nobody_adopted_before(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["open-tender"])
    [adopted] = AssumptionAdoption.objects.all()
    assert adopted.organisation_id == world.city.pk
    assert adopted.method_version == current_basis().method_version
    assert "publiceren" in adopted.reason
    assert AuditEntry.objects.filter(verb="assumptions.adopt", organisation=world.city).count() == 1


def test_others_do_not_see_what_an_organisation_adopted(
    reference: None, client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    world = World(corpus.this_moment())
    world.build(["open-tender"])
    token = bearer(Role.POLICY_OFFICER, Organisation.objects.exclude(pk=world.city.pk).first())
    assert client.get("/api/v1/assumption-adoptions", headers=token).json()["results"] == []


def test_the_pages_show_every_version_and_its_assumptions(reference: None, client: Client) -> None:
    text = text_of(client.get("/methodes/"))
    for name in ("metabolic-2019", "cutoff", "pef-cff"):
        assert name in text
    text = text_of(client.get("/methodes/pef-cff/1/"))
    assert "Parameters per materiaal" in text
    assert "90 % gerecycled, 10 % verbrand" in text.replace("\u00a0", " ")
    assert "Hergebruik" in text_of(client.get("/aannames/"))
    assert client.get("/methodes/pef-cff/9/").status_code == 404


def test_the_reference_manager_makes_and_publishes_a_version_with_forms(
    reference: None, client: Client, new_person: Callable[..., Any]
) -> None:
    person = new_person(Role.REFERENCE_MANAGER)
    client.login(username=person.username, password=PASSWORD)
    page = client.get("/methodes/metabolic-2019/nieuwe-versie/")
    sent: dict[str, str] = {}
    for table in page.context["tables"]:
        for number, row in enumerate(table["rows"]):
            given = page.context["document"][table["kind"]][number]
            sent |= {f"{row['place']}.{name}": value for name, value in given.items()}
    place = next(key for key, value in sent.items() if value == "refurbish" and key.startswith("strategies"))
    sent[place.replace(".code", ".factor")] = "1,7"
    refused = client.post("/methodes/metabolic-2019/nieuwe-versie/", sent)
    assert refused.status_code == 400
    assert 'value="1,7"' in refused.content.decode()
    sent |= {"version": "2", "reason": "Onderzoek", place.replace(".code", ".factor"): "0,7"}
    made = client.post("/methodes/metabolic-2019/nieuwe-versie/", sent, follow=True)
    assert "0,7" in text_of(made)
    page = client.get("/methodes/metabolic-2019/2/vaststellen/")
    assert "Een tweede persoon stelt deze versie vast" in text_of(page)
    own = client.post("/methodes/metabolic-2019/2/vaststellen/", page.context["hidden"])
    assert (own.status_code, MethodVersion.objects.get(version="2").state) == (409, "draft")
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    page = client.get("/methodes/metabolic-2019/2/vaststellen/")
    done = client.post("/methodes/metabolic-2019/2/vaststellen/", page.context["hidden"], follow=True)
    assert "Versie 2 is vastgesteld" in text_of(done)


def test_a_policy_officer_adopts_on_the_page(
    reference: None, client: Client, new_person: Callable[..., Any], organisation: Any
) -> None:
    person = new_person(Role.POLICY_OFFICER, organisation)
    client.login(username=person.username, password=PASSWORD)
    assert "nog niet overgenomen" in text_of(client.get("/aannames/"))
    empty = client.post("/aannames/", {"organisation": organisation.pk, "reason": ""})
    assert empty.status_code == 400
    done = client.post("/aannames/", {"organisation": organisation.pk, "reason": "Besluit."}, follow=True)
    assert "Besluit." in text_of(done)
    assert client.post("/aannames/", {"organisation": 999999, "reason": "Proef"}).status_code == 403


def test_a_concept_that_was_made_before_another_was_published_does_not_undo_it(send: Send) -> None:
    first = draft(send, strategies=[{"code": "refurbish", "factor": "0.7"}])
    second = draft(send, version="3", plans=[{"code": "take-back", "factor": "0.8"}])
    assert publish(send, first).status_code == 200
    answer = publish(send, second, version="3")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "outdated")
    assert MethodVersion.objects.get(method__code="metabolic-2019", version="3").state == "draft"
