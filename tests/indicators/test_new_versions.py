"""A published version gives a new basis beside the old one; everything moves over in one go, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from contracts.kinds import kind_named
from contracts.models import Contract, ContractEffect
from indicators.factors.version_diff import diff_versions
from indicators.models import Basis, Factor, FactorSetVersion
from indicators.selectors import basis_arrays, current_basis
from mvi_dashboard.ground import jobs, verification
from mvi_dashboard.ground.models import Job, Role
from tenders.models import LineResult
from tests import corpus, standing
from tests.queries import queries_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
SET = "nl-open-2026"
PLACE = f"/api/v1/factor-sets/{SET}"
Send = Callable[..., Any]


furnish = standing.states("contract", "delivered")


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., Any]) -> Send:
    """Posts as the reference manager; a second one publishes."""
    token = bearer(Role.REFERENCE_MANAGER)
    second = bearer(Role.REFERENCE_MANAGER, user=new_person(Role.REFERENCE_MANAGER))

    def sent(path: str, document: dict[str, Any] | None = None, **headers: str) -> Any:
        given = {**(second if path.endswith("_publish") else token), "Idempotency-Key": corpus.fresh_key()} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return client.post(path, json.dumps(document or {}), content_type="application/json", headers=given)

    return sent


def spelled(value: float) -> str:
    """Plain notation with every digit that fits."""
    return f"{Decimal(repr(value)):.15f}"


def new_version(send: Send, number: str = "2", steel: float = 2.0) -> None:
    """All factors of the newest version, with twice (or so) the steel; published."""
    rows = []
    for row in Factor.objects.filter(version__factor_set__code=SET, version__state="published").select_related(
        "material", "indicator", "source"
    ):
        times = steel if row.material.code == "steel" and row.indicator.code == "climate" else 1.0
        recycled = None if row.recycled_value is None else spelled(row.recycled_value)
        rows.append(
            {
                "material": row.material.code,
                "indicator": row.indicator.code,
                "module": row.module,
                "value": spelled(row.value * times),
                "recycledValue": recycled,
                "unit": row.unit,
                "source": row.source.code,
            }
        )
    made = send(f"{PLACE}/versions", {"version": number, "factors": rows})
    assert made.status_code == 201, made.content[:500]
    answer = send(f"{PLACE}/versions/{number}/_publish", If_Match=made["ETag"])
    assert answer.status_code == 200, answer.content


def climate(basis: Basis) -> ContractEffect:
    return ContractEffect.objects.get(basis=basis, indicator__code="climate")


def test_a_new_version_moves_contracts_to_a_new_basis_and_leaves_the_old_numbers(world: World, send: Send) -> None:
    old = current_basis()
    before = climate(old)
    promised = {row.pk: (bytes(row.values), row.input_hash) for row in LineResult.objects.all()}
    new_version(send)
    assert current_basis() == old, "everything is recalculated first"
    building = Basis.objects.get(state=Basis.State.BUILDING)
    contract = Contract.objects.get()
    kind_named("delivery").log(
        world.manager,
        contract_id=contract.public_id,
        document={
            "line": world.names["line"], "date": "2024-03-01", "count": 1,
            "confirmations": [{"attr": "count", "code": "above_contracted", "reason": "Extra."}],
        },
    )  # fmt: skip
    assert climate(building).estimated, "what is recorded meanwhile stands on both"
    job = Job.objects.get(kind="bases.build")
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problems
    now = current_basis()
    assert (now, now.state) == (building, Basis.State.CURRENT)
    assert climate(now).estimated > climate(old).estimated == before.estimated
    assert Basis.objects.get(pk=old.pk).state == Basis.State.SUPERSEDED
    assert {row.pk: (bytes(row.values), row.input_hash) for row in LineResult.objects.all()} == promised
    assert list(verification.differences()) == []


def test_a_total_moves_with_the_basis(world: World, send: Send, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(Role.POLICY_OFFICER, world.city)

    def estimated() -> tuple[str, float]:
        body = Client().get("/api/v1/reports/effects?indicator=climate", headers=headers).json()
        return body["basis"], body["results"][0]["estimated"]

    old_basis, old = estimated()
    new_version(send)
    assert estimated() == (old_basis, old)
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    new_basis, new = estimated()
    assert new_basis != old_basis
    assert new == pytest.approx(climate(current_basis()).estimated)
    assert new > old


def test_only_one_basis_is_built_at_a_time_and_a_stopped_job_goes_on(
    world: World, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_version(send)
    again = send("/api/v1/recalculations")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "building")
    job = Job.objects.get(kind="bases.build")
    monkeypatch.setattr("contracts.services.reassess", lambda contract_id: 1 / 0)
    jobs.run(job.pk)
    assert Basis.objects.filter(state=Basis.State.BUILDING).exists()
    monkeypatch.undo()
    Job.objects.update(lease_until=None)
    while Job.objects.get(pk=job.pk).state in Job.ACTIVE:
        assert jobs.run(job.pk)
    assert not Basis.objects.filter(state=Basis.State.BUILDING).exists()


def test_nothing_newer_is_nothing_to_recalculate(world: World, send: Send, capsys: Any) -> None:
    answer = send("/api/v1/recalculations")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "nothing_new")
    call_command("recalculate")
    assert "al op de nieuwste versies" in capsys.readouterr().out


def test_the_differences_between_two_versions(world: World, send: Send) -> None:
    new_version(send, steel=1.1)
    old, new = (FactorSetVersion.objects.get(factor_set__code=SET, version=number) for number in "12")
    diff = diff_versions(old, new)
    moved = [change for change in diff.changed if change.ratio != pytest.approx(1, rel=1e-9)]
    assert [change.key for change in moved] == [("steel", "climate", "production")]
    assert moved[0].ratio == pytest.approx(1.1)
    assert (len(diff.added), len(diff.removed)) == (0, 0)
    assert diff.same + len(diff.changed) == old.factors.count()


def test_added_and_removed_factors_are_told_over_rest(
    world: World, send: Send, bearer: Callable[..., dict[str, str]]
) -> None:
    made = send(
        f"{PLACE}/versions",
        {
            "version": "3",
            "factors": [
                {"material": "steel", "indicator": "climate", "value": "1", "unit": "kg CO2-eq/kg", "source": "x"},
                {"material": "steel", "indicator": "climate", "module": "beyond", "value": "-1",
                 "unit": "kg CO2-eq/kg", "source": "x"},
            ],
        },
    )  # fmt: skip
    assert made.status_code == 201
    headers = bearer(Role.REFERENCE_MANAGER)
    body = Client().get(f"{PLACE}/differences?from=1&to=3", headers=headers).json()
    assert [(row["material"], row["module"]) for row in body["added"]] == [("steel", "beyond")]
    assert body["changed"][0]["after"] == 1.0
    assert (
        len(body["removed"])
        == Factor.objects.filter(version__version="1", version__factor_set__code=SET).count() - 1
    )
    outsider = Client().get(f"{PLACE}/differences?from=1&to=3", headers=bearer(Role.AUDITOR, world.city))
    assert outsider.status_code == 404, "a concept is nobody else's"


def test_published_factors_and_bases_are_refused_by_the_database(world: World) -> None:
    for statement in (
        "UPDATE indicators_factor SET value = value + 1",
        "DELETE FROM indicators_factor",
        "UPDATE indicators_basis SET hash = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_reference_manager_publishes_on_a_page(world: World, send: Send, client: Client) -> None:
    document = {
        "version": "4",
        "factors": [
            {"material": "steel", "indicator": "climate", "value": "1", "unit": "kg CO2-eq/kg", "source": "x"}
        ],
    }
    assert send(f"{PLACE}/versions", document).status_code == 201
    assert "/factorsets/nl-open-2026/4/vaststellen/" not in client.get("/factorsets/").content.decode()
    client.force_login(world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    assert "/factorsets/nl-open-2026/4/vaststellen/" in client.get("/factorsets/").content.decode()
    page = "/factorsets/nl-open-2026/4/vaststellen/"
    assert "verandert nooit meer" in client.get(page).content.decode()
    refused = client.post(page, {"version": "9"})
    assert refused.status_code == 412
    asked = client.post(page, {"version": "1"})
    assert asked.status_code == 409
    reasons = {
        "confirmations.0.attr": "factors", "confirmations.0.code": "factors_removed",
        "confirmations.0.reason": "Alleen staal.",
    }  # fmt: skip
    assert client.post(page, {"version": "1"} | reasons).status_code == 302
    assert FactorSetVersion.objects.get(version="4").state == "published"
    text = client.get("/factorsets/nl-open-2026/1/naar/4/").content.decode()
    assert "Eruit" in text
    assert len(queries_of(client, "/factorsets/")) <= 12
    assert len(queries_of(client, "/factorsets/nl-open-2026/1/naar/4/")) <= 12


def test_modules_are_never_added_up_and_what_lies_beyond_never_counts(world: World, send: Send) -> None:
    unit = {"indicator": "climate", "unit": "kg CO2-eq/kg", "source": "x"}
    rows = [
        {**unit, "material": "steel", "module": "end", "value": "5"},
        {**unit, "material": "steel", "module": "beyond", "value": "-3"},
        {**unit, "material": "steel", "module": "production", "value": "1"},
    ]
    made = send(f"{PLACE}/versions", {"version": "5", "factors": rows})
    fewer = {"confirmations": [{"attr": "factors", "code": "factors_removed", "reason": "Proef."}]}
    assert send(f"{PLACE}/versions/5/_publish", fewer, If_Match=made["ETag"]).status_code == 200
    arrays = basis_arrays(Basis.objects.get(state=Basis.State.BUILDING))
    assert arrays.factors.primary[arrays.item_index["steel"], arrays.position("climate")] == 1.0
