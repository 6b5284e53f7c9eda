"""Before a version takes the place of the one that holds: a second person, what disappears, what totals do."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from contracts.models import ContractEffect
from indicators.factors import bases
from indicators.models import Basis, Factor, FactorSetVersion, MethodVersion
from mvi_dashboard.ground import formats, jobs
from mvi_dashboard.ground.models import AuditEntry, Job, Role, User
from tests import corpus, standing
from tests.pages import Page
from tests.queries import queries_of
from tests.sharing import share_contracts
from tests.worlds import World

from .test_new_versions import spelled
from .test_pages import text_of

pytestmark = pytest.mark.django_db
SET = "nl-open-2026"
PLACE = f"/api/v1/factor-sets/{SET}/versions"
ONE_ROW = [{"material": "steel", "indicator": "climate", "value": "2.89", "unit": "kg CO2-eq/kg", "source": "x"}]
FEWER = {"attr": "factors", "code": "factors_removed", "reason": "Besluit van de stuurgroep."}
Send = Callable[..., Any]


@standing.furnished
def furnish(made: World) -> None:
    made.build(["contract", "delivered"])
    share_contracts()


@pytest.fixture
def people(reference: None, new_person: Callable[..., User]) -> tuple[User, User]:
    """Two reference managers."""
    return new_person(Role.REFERENCE_MANAGER), new_person(Role.REFERENCE_MANAGER)


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]) -> Send:
    """Posts as the first reference manager, or as `by`; None is a token of nobody."""

    def sent(path: str, document: dict[str, Any], by: User | None = people[0], **headers: str) -> Any:
        given = {**bearer(Role.REFERENCE_MANAGER, user=by), "Idempotency-Key": corpus.fresh_key()}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post(path, json.dumps(document), content_type="application/json", headers=given)

    return sent


def all_factors(**times: float) -> list[dict[str, Any]]:
    """All factors of the version that holds, some of them so many times (by material, on climate)."""
    rows = Factor.objects.filter(version__factor_set__code=SET, version__state="published")
    return [
        {
            "material": row.material.code,
            "indicator": row.indicator.code,
            "module": row.module,
            "value": spelled(
                row.value * (times.get(row.material.code, 1) if row.indicator.code == "climate" else 1)
            ),
            "recycledValue": None if row.recycled_value is None else spelled(row.recycled_value),
            "unit": row.unit,
            "source": row.source.code,
        }
        for row in rows.select_related("material", "indicator", "source")
    ]


def codes(answer: Any) -> list[tuple[str, str, bool]]:
    return [(row["attr"], row["code"], row["confirmable"]) for row in answer.json()["errors"]]


def state_of(version: str) -> str:
    return str(FactorSetVersion.objects.get(factor_set__code=SET, version=version).state)


def test_who_made_a_concept_does_not_publish_it(send: Send, people: tuple[User, User]) -> None:
    made = send(PLACE, {"version": "2", "factors": all_factors()})
    assert made.status_code == 201, made.content
    own = send(f"{PLACE}/2/_publish", {}, If_Match=made["ETag"])
    assert (own.status_code, codes(own)) == (409, [(None, "second_officer", False)])
    nobody = send(f"{PLACE}/2/_publish", {}, None, If_Match=made["ETag"])
    assert (nobody.status_code, state_of("2")) == (403, "draft")
    done = send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"])
    assert (done.status_code, state_of("2")) == (200, "published")


def test_a_concept_that_was_made_before_another_was_published_does_not_undo_it(
    send: Send, people: tuple[User, User]
) -> None:
    first = send(PLACE, {"version": "2", "factors": all_factors(steel=1.5)})
    second = send(PLACE, {"version": "3", "factors": all_factors(glass=1.5)})
    assert send(f"{PLACE}/2/_publish", {}, people[1], If_Match=first["ETag"]).status_code == 200
    answer = send(f"{PLACE}/3/_publish", {}, people[1], If_Match=second["ETag"])
    assert (answer.status_code, codes(answer)) == (409, [(None, "outdated", False)])
    assert (state_of("2"), state_of("3")) == ("published", "draft")


@pytest.mark.parametrize("version", ["6/1", ".", "..", "a b", "é?#x", "-1", "1.", "2%2F"])
def test_a_version_that_cannot_stand_in_an_address_is_refused_and_pages_stay(
    send: Send, people: tuple[User, User], client: Client, version: str
) -> None:
    answer = send(PLACE, {"version": version, "factors": all_factors()})
    assert (answer.status_code, codes(answer)) == (400, [("version", "invalid", False)])
    of_method = send("/api/v1/methods/cutoff/versions", {"version": version, "reason": "Onderzoek."})
    assert (of_method.status_code, codes(of_method)) == (400, [("version", "invalid", False)])
    client.force_login(people[0])
    form = client.post("/methodes/cutoff/nieuwe-versie/", {"version": version, "reason": "Onderzoek."})
    assert "letter of cijfer" in form.content.decode()
    assert {client.get(page).status_code for page in ("/factorsets/", "/methodes/")} == {200}


def test_a_version_without_most_factors_is_asked_about_and_says_what_disappears(
    send: Send, people: tuple[User, User]
) -> None:
    count = len(all_factors())
    made = send(PLACE, {"version": "2", "factors": ONE_ROW})
    asked = send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"])
    assert (asked.status_code, codes(asked)) == (409, [("factors", "factors_removed", True)])
    detail = asked.json()["errors"][0]["detail"]
    before, removed = formats.number(count), formats.number(count - 1)
    assert f"Van de {before} factoren die nu gelden, verdwijnen er {removed}" in detail
    assert "Zonder factor:" in detail
    assert (state_of("1"), state_of("2"), Basis.objects.filter(state="building").count()) == (
        "published",
        "draft",
        0,
    )
    done = send(f"{PLACE}/2/_publish", {"confirmations": [FEWER]}, people[1], If_Match=made["ETag"])
    assert done.status_code == 200, done.content
    entry = AuditEntry.objects.get(verb="factor_version.publish")
    assert (entry.reason, entry.changes["removed"]) == ("factors_removed: Besluit van de stuurgroep.", count - 1)


def test_one_factor_in_a_hundred_may_disappear_without_a_question(send: Send, people: tuple[User, User]) -> None:
    rows = all_factors()
    made = send(PLACE, {"version": "2", "factors": rows[: len(rows) - len(rows) // 100]})
    assert send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("times", "asked"), [(10.0, False), (10.1, True), (0.1, False), (0.09, True), (0.0, True)]
)
def test_a_value_that_jumps_is_asked_of_who_makes_and_of_who_publishes(
    times: float, asked: bool, send: Send, people: tuple[User, User]
) -> None:
    rows = all_factors(steel=times)
    place = next(n for n, row in enumerate(rows) if (row["material"], row["indicator"]) == ("steel", "climate"))
    document: dict[str, Any] = {"version": "2", "factors": rows}
    first = send(PLACE, document)
    assert first.status_code == (409 if asked else 201)
    if not asked:
        return
    assert codes(first) == [(f"factors.{place}.value", "plausibility", True)]
    assert "van 2,89 naar " in first.json()["errors"][0]["detail"]
    assert not FactorSetVersion.objects.filter(factor_set__code=SET, version="2").exists()
    reason = {"attr": f"factors.{place}.value", "code": "plausibility", "reason": "Nieuwe bron."}
    made = send(PLACE, document | {"confirmations": [reason]})
    assert made.status_code == 201, made.content
    assert "Nieuwe bron." in AuditEntry.objects.get(verb="factor_version.create").reason
    again = send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"])
    assert (again.status_code, codes(again)) == (409, [("factors", "plausibility", True)])
    assert "van 2,89 naar " in again.json()["errors"][0]["detail"]


def test_a_file_with_a_jump_asks_at_its_row_before_there_is_a_concept(
    client: Client, people: tuple[User, User]
) -> None:
    client.force_login(people[0])
    content = "materiaal;indicator;waarde;gerecycled;eenheid;bron\nsteel;climate;2890;0,47;kg CO2-eq/kg;x\n"
    sent = {"factorSet": SET, "version": "2", "mode": "supplement", "layout": "own", "decimal": ","}
    shown = client.post(
        "/factorsets/inlezen/", sent | {"file": SimpleUploadedFile("a.csv", content.encode())}, follow=True
    )
    assert "van 2,89 naar 2.890" in text_of(shown).replace("\u00a0", " ")
    place = shown.redirect_chain[-1][0]
    assert client.post(place, {}).status_code == 409
    page = Page(client.get(place))
    name = "confirmations.0.reason"
    assert client.post(place, page.sent | {name: "Nieuwe bron."}).status_code == 302


def test_a_thousand_jumps_are_one_question(send: Send) -> None:
    rows = [row | {"value": spelled(float(row["value"]) * 1000)} for row in all_factors() if float(row["value"])]
    answer = send(PLACE, {"version": "2", "factors": rows})
    assert (answer.status_code, codes(answer)) == (409, [("factors", "plausibility", True)])


def test_the_consequences_tell_totals_now_and_then_and_which_contracts_become_incomplete(
    world: World, send: Send, client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]
) -> None:
    send(PLACE, {"version": "2", "factors": all_factors(steel=2)})
    send(PLACE, {"version": "3", "factors": ONE_ROW})
    token = bearer(Role.REFERENCE_MANAGER, user=people[1])
    before = ContractEffect.objects.get(indicator__code="climate", basis__state="current")
    stored = ContractEffect.objects.count(), Basis.objects.count()
    found = client.get(f"{PLACE}/2/consequences", headers=token).json()
    climate = next(row for row in found["effect"]["totals"] if row["indicator"] == "climate")
    assert (found["removed"], found["jumps"], found["toConfirm"]) == (0, 0, [])
    assert climate["estimated"]["before"] == before.estimated < climate["estimated"]["after"]
    assert (found["effect"]["counted"], found["effect"]["incomplete"]) == (1, 0)
    worse = client.get(f"{PLACE}/3/consequences", headers=token).json()
    assert worse["effect"]["incomplete"] == 1
    assert worse["effect"]["totals"][0]["contracts"] == 0
    assert [row["code"] for row in worse["toConfirm"]] == ["factors_removed"]
    assert (ContractEffect.objects.count(), Basis.objects.count()) == stored, "nothing is stored"
    assert client.get(f"{PLACE}/3/consequences", headers=bearer(Role.NATIONAL_VIEWER)).status_code == 403


def test_what_was_estimated_before_is_what_the_totals_become(
    world: World, send: Send, client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]
) -> None:
    made = send(PLACE, {"version": "2", "factors": all_factors(steel=2)})
    found = client.get(f"{PLACE}/2/consequences", headers=bearer(Role.REFERENCE_MANAGER, user=people[1])).json()
    climate = next(row for row in found["effect"]["totals"] if row["indicator"] == "climate")
    assert send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"]).status_code == 200
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    now = ContractEffect.objects.get(indicator__code="climate", basis__state="current")
    assert (now.estimated, now.forecast) == pytest.approx(
        (climate["estimated"]["after"], climate["forecast"]["after"])
    )


def test_what_was_published_before_and_is_not_calculated_yet_is_told_beside_the_estimate(
    world: World, send: Send, client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]
) -> None:
    made = send(PLACE, {"version": "2", "factors": all_factors(steel=2)})
    assert send(f"{PLACE}/2/_publish", {}, people[1], If_Match=made["ETag"]).status_code == 200
    document = {"version": "2", "reason": "Proef", "strategies": [{"code": "refurbish", "factor": "0.7"}]}
    assert send("/api/v1/methods/metabolic-2019/versions", document).status_code == 201
    concept = MethodVersion.objects.get(method__code="metabolic-2019", version="2")
    assert [name.rpartition(", ")[2] for name in bases.published_ahead(concept)] == ["versie 2"]
    client.force_login(people[1])
    page = reverse("indicators:publish_method", args=[concept.method.code, concept.version])
    assert "nog niet is doorgerekend" in text_of(client.get(page))
    found = client.get(
        "/api/v1/methods/metabolic-2019/versions/2/consequences", headers=bearer(Role.REFERENCE_MANAGER)
    )
    [name] = found.json()["effect"]["publishedAhead"]
    assert name.endswith("versie 2")
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    assert bases.published_ahead(concept) == []


def test_the_page_asks_shows_totals_and_says_who_waits(
    world: World, send: Send, client: Client, people: tuple[User, User]
) -> None:
    send(PLACE, {"version": "2", "factors": ONE_ROW})
    page = f"/factorsets/{SET}/2/vaststellen/"
    client.force_login(people[0])
    assert "Wacht op een tweede persoon" in text_of(client.get("/factorsets/"))
    text = text_of(client.get(page))
    assert "Een tweede persoon stelt deze versie vast" in text
    assert "Stel vast" not in text
    client.force_login(people[1])
    text = text_of(client.get(page))
    assert "1 contract wordt onvolledig" in text
    assert "verdwijnen er" in text
    assert str(people[0]) in text
    assert client.post(page, {"version": "1"}).status_code == 409
    assert state_of("2") == "draft"
    given = {f"confirmations.0.{name}": value for name, value in FEWER.items()}
    assert client.post(page, {"version": "1"} | given).status_code == 302
    assert state_of("2") == "published"


def test_the_work_of_the_page_does_not_grow_with_the_factors(
    world: World, send: Send, client: Client, people: tuple[User, User]
) -> None:
    send(PLACE, {"version": "2", "factors": ONE_ROW})
    send(PLACE, {"version": "3", "factors": all_factors()})
    client.force_login(people[1])
    few, many = (len(queries_of(client, f"/factorsets/{SET}/{number}/vaststellen/")) for number in (2, 3))
    assert many <= few + 1


def test_an_assumption_of_a_method_that_jumps_is_asked_about(send: Send, people: tuple[User, User]) -> None:
    place = "/api/v1/methods/metabolic-2019/versions"
    document = {"version": "2", "reason": "Proef", "strategies": [{"code": "refurbish", "factor": "0.01"}]}
    made = send(place, document)
    assert made.status_code == 201, made.content
    own = send(f"{place}/2/_publish", {}, If_Match=made["ETag"])
    assert (own.status_code, codes(own)) == (409, [(None, "second_officer", False)])
    asked = send(f"{place}/2/_publish", {}, people[1], If_Match=made["ETag"])
    assert (asked.status_code, codes(asked)) == (409, [("factors", "plausibility", True)])
    reason = {"attr": "factors", "code": "plausibility", "reason": "Onderzoek."}
    done = send(f"{place}/2/_publish", {"confirmations": [reason]}, people[1], If_Match=made["ETag"])
    assert done.status_code == 200, done.content


def with_a_hidden_row() -> bytes:
    book = Workbook()
    book.active.append(["materiaal", "indicator", "waarde", "eenheid", "bron"])
    for material in ("steel", "aluminium"):
        book.active.append([material, "climate", 2.5, "kg CO2-eq/kg", "Proef"])
    book.active.row_dimensions[3].hidden = True
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_hidden_row_in_a_file_of_factors_is_refused_over_rest_and_on_the_page(
    client: Client, bearer: Callable[..., dict[str, str]], people: tuple[User, User]
) -> None:
    sent = {"factorSet": SET, "version": "2", "mode": "supplement", "layout": "own", "decimal": ","}
    before = corpus.digest()

    def file() -> dict[str, SimpleUploadedFile]:
        return {"file": SimpleUploadedFile("a.xlsx", with_a_hidden_row())}

    token = bearer(Role.REFERENCE_MANAGER, user=people[0]) | {"Idempotency-Key": corpus.fresh_key()}
    answer = client.post("/api/v1/imports/factors", sent | file(), headers=token)
    assert (answer.status_code, codes(answer)) == (400, [("rows.3", "hidden_row", False)])
    client.force_login(people[0])
    page = client.post("/factorsets/inlezen/", sent | file())
    assert page.status_code == 400
    assert "Rij 3 is gevuld en verborgen" in text_of(page)
    assert corpus.digest() == before


@pytest.mark.parametrize("strategies", [[], [{"code": "refurbish", "factor": "0.8"}]])
def test_a_concept_of_a_method_that_changes_nothing_is_refused(send: Send, strategies: list[Any]) -> None:
    document = {"version": "9", "reason": "Proef", "strategies": strategies}
    answer = send("/api/v1/methods/metabolic-2019/versions", document)
    assert [code for _attr, code, _confirmable in codes(answer)] == ["nothing_changed"]
    assert not MethodVersion.objects.filter(version="9").exists()
