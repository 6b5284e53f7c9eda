"""A declaration through the door of the imports: preview, reasons, the concept, and what is computed with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client

from indicators.models import Declaration, Factor, FactorSetVersion, Material, Source
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import AuditEntry, Role, User
from tests import corpus
from tests.pages import Page
from tests.queries import queries_of

from .epd_files import ALUMINIUM, DESK, FITTING, OPERATOR, changed, content_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
SET = "nl-open-2026"
PLACE, UPLOAD = "/api/v1/imports/factors", "/factorsets/inlezen/"
GIVEN = {"factorSet": SET, "version": "2", "mode": "supplement", "layout": "ilcd-epd"}
CODE = "epd-hfe-20220036-iba1-de"
Send = Callable[..., Any]
QUERIES_OF_A_DECLARATION = 2


@pytest.fixture(autouse=True)
def _while_some_are_valid() -> Iterator[None]:
    # Declarations expire: the tests stand in a year in which one of the files holds and another does not.
    with clock.set_to(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]]) -> Send:
    """Posts a file of the tests as the reference manager, or JSON when there is no file."""
    token = bearer(Role.REFERENCE_MANAGER)

    def sent(path: str = PLACE, content: bytes | None = None, name: str = ALUMINIUM, **given: Any) -> Any:
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        if given.pop("as_json", False):
            return client.post(path, json.dumps(given), content_type="application/json", headers=headers)
        file = SimpleUploadedFile(name, content_of(name) if content is None else content)
        fields = {key: value for key, value in {**GIVEN, **given}.items() if value is not None}
        return client.post(path, {**fields, "file": file}, headers=headers)

    return sent


@pytest.fixture
def manager(client: Client, new_person: Callable[..., Any]) -> Client:
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    return client


def confirm(send: Send, preview: Any, **given: Any) -> Any:
    assert preview.status_code == 200, preview.content
    return send(f"/api/v1/imports/{preview.json()['id']}/_confirm", as_json=True, **given)


def publish(client: Client, bearer: Callable[..., dict[str, str]], person: User) -> None:
    """Publishes version 2 of the set, as this person."""
    place = f"/api/v1/factor-sets/{SET}/versions/2"
    token = bearer(Role.REFERENCE_MANAGER, user=person)
    stamp = client.get(place, headers=token)["ETag"]
    headers = {**token, "If-Match": stamp, "Idempotency-Key": corpus.fresh_key()}
    answer = client.post(f"{place}/_publish", "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content


def test_a_preview_stores_nothing_and_tells_all(send: Send) -> None:
    before = (Material.objects.count(), Source.objects.count(), Factor.objects.count())
    answer = send()
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["read"], found["fileRows"], found["layout"]) == (9, 37, "ilcd-epd")
    assert found["counts"] == {"added": 9, "changed": 0, "removed": 0, "same": 0, "kept": found["counts"]["kept"]}
    assert [row["code"] for row in found["newMaterials"]] == [CODE]
    assert {"what": "AP", "why": "Andere grootheid: mol H+ is geen kg SO2.", "rows": 0} in found["leftOut"]
    (declared,) = found["declarations"]
    assert declared["declared"] == {"amount": "1", "unit": "kg", "text": ""}
    assert found["warnings"] == []
    assert (Material.objects.count(), Source.objects.count(), Factor.objects.count()) == before


def test_confirming_makes_the_material_its_source_and_keeps_every_module(send: Send) -> None:
    answer = confirm(send, send())
    assert answer.status_code == 201, answer.content
    material = Material.objects.get(code=CODE)
    assert (material.unit, material.category, material.owner_supplier, material.owner_organisation) == (
        "kg",
        "milieuverklaring",
        None,
        None,
    )
    factor = Factor.objects.get(version__version="2", material=material, indicator__code="climate", module="end")
    assert factor.value == pytest.approx(0.00544325366832375)
    source = factor.source
    assert (source.publisher, source.licence) == (
        "Höfer Metall Technik GmbH & Co KG",
        "Free of charge for all users and uses",
    )
    modules = next(row for row in source.declaration.content["results"] if row["indicator"] == "climate")
    assert ["C2", "", "0.00302406957501057"] in modules["amounts"] or any(
        module == "C2" and value.startswith("0.003024") for module, _, value in modules["amounts"]
    )
    assert modules["used"]["end"] == "C1 + C2 + C3 + C4"


def test_a_kept_declaration_never_changes(send: Send) -> None:
    confirm(send, send())
    row = Declaration.objects.get()
    for act in (row.delete, lambda: Declaration.objects.update(registration="anders")):
        with pytest.raises(Error), transaction.atomic():
            act()


def test_the_same_declaration_twice_is_one_source_and_one_declaration(send: Send) -> None:
    assert confirm(send, send()).status_code == 201
    assert confirm(send, send(version="3")).status_code == 201
    assert Declaration.objects.count() == 1
    assert Source.objects.filter(code__startswith="epd-").count() == 1


def test_the_manager_can_name_the_material(send: Send) -> None:
    found = send(material="aluminium").json()
    assert found["newMaterials"] == []
    assert found["counts"]["changed"] >= 1
    assert {row["material"] for row in found["changed"]} == {"aluminium"}


@pytest.mark.parametrize(
    ("material", "layout", "code"),
    [
        ("alumnium", "ilcd-epd", "unknown_material"),
        ("electricity", "ilcd-epd", "invalid_unit"),
        ("steel", "own", "not_applicable"),
    ],
)
def test_a_material_that_cannot_be_it_is_refused_at_its_field(
    send: Send, material: str, layout: str, code: str
) -> None:
    layouts = {"own": {"layout": "own", "decimal": "."}, "ilcd-epd": {}}[layout]
    answer = send(material=material, **layouts)
    assert answer.status_code == 400
    assert ("material", code) in {(row["attr"], row["code"]) for row in answer.json()["errors"]}


def test_an_expired_declaration_needs_a_reason_that_is_kept(send: Send) -> None:
    preview = send(name=FITTING)
    (warning,) = preview.json()["warnings"]
    assert (warning["attr"], warning["code"]) == ("declarations.0.validUntil", "expired")
    assert "31 december 2022" in warning["detail"]
    refused = confirm(send, preview)
    assert refused.status_code == 409
    assert [(row["code"], row["confirmable"]) for row in refused.json()["errors"]] == [("expired", True)]
    assert not FactorSetVersion.objects.filter(version="2").exists()
    reason = {"attr": warning["attr"], "code": "expired", "reason": "Er is nog geen nieuwe."}
    assert confirm(send, preview, confirmations=[reason]).status_code == 201
    assert "Er is nog geen nieuwe." in AuditEntry.objects.latest("id").reason


def test_what_asks_for_a_reason_cannot_be_brought_in_at_once(send: Send) -> None:
    assert send(f"{PLACE}?confirm=true", name=FITTING).status_code == 409
    assert send(f"{PLACE}?confirm=true").status_code == 201
    assert FactorSetVersion.objects.filter(version="2").count() == 1


def test_an_unlikely_value_needs_a_reason_of_its_own(send: Send) -> None:
    found = send(name=OPERATOR, conversionFactor="kg_per_unit").json()
    codes = [(row["code"], row["attr"].rpartition(".")[2]) for row in found["warnings"]]
    declared = [("expired", "validUntil"), ("implausible", "production"), ("implausible", "beyond")]
    assert codes == [*declared, ("outside_category", "value")]


def test_a_file_that_cannot_be_read_stores_nothing_and_names_every_problem(send: Send) -> None:
    def wrong(document: Any) -> None:
        rows = document["LCIAResults"]["LCIAResult"]
        for row in rows[:2]:
            next(each for each in row["other"]["anies"] if each.get("module"))["value"] = "1,5"

    answer = send(content=changed(ALUMINIUM, wrong), version="1")
    codes = [row["code"] for row in answer.json()["errors"]]
    assert answer.status_code == 400
    assert codes.count("decimal_comma") == 2
    assert len(codes) == 3  # and the version that is taken


def test_a_template_or_a_bomb_is_refused_as_a_whole(send: Send) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa">]><a>&a;</a>'
    answer = send(content=bomb, name="a.xml")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "xml_entities")
    large = send(content=b"<a>" + b"<b/>" * 400_000 + b"</a>", name="a.xml")
    assert (large.status_code, large.json()["errors"][0]["code"]) == (413, "too_large")


def test_an_assessment_counts_what_was_made_and_never_what_lies_beyond(
    send: Send, client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., User]
) -> None:
    assert confirm(send, send()).status_code == 201
    version = FactorSetVersion.objects.get(factor_set__code=SET, version="2")
    modules = set(version.factors.filter(material__code=CODE).values_list("module", flat=True))
    assert modules == {"production", "end", "beyond"}
    publish(client, bearer, new_person(Role.REFERENCE_MANAGER))
    line = {
        "reference": "kozijn",
        "massKg": "12",
        "count": 1,
        "lifetimeYears": "20",
        "circularStrategy": "new",
        "endOfLifePlan": "none",
        "billOfMaterials": [{"material": CODE, "share": "1", "recycled": "0"}],
    }
    given = {"productGroup": "kantoormeubilair", "factorSet": SET, "factorSetVersion": "2", "lines": [line]}
    headers = bearer(Role.NATIONAL_VIEWER)
    published = client.post(
        "/api/v1/assessments", json.dumps(given), content_type="application/json", headers=headers
    )
    assert published.status_code == 200, published.content
    climate = next(row for row in published.json()["lines"][0]["impacts"] if row["indicator"] == "climate")
    # By hand: A1-A3 of the declaration, 1.93153238620983 kg CO2-eq per kg, times 12 kg; C and D are not in it.
    assert climate["production"] == pytest.approx(1.93153238620983 * 12, rel=1e-9)
    assert climate["lifetimeImpact"] == climate["production"]
    assert (climate["complete"], climate["missingFactors"]) == (True, [])


def test_open_epd_comes_through_the_same_door(send: Send) -> None:
    found = send(name=DESK, layout="openepd")
    assert found.status_code == 200, found.content
    assert found.json()["newMaterials"][0]["code"] == "epd-vbp-2024-0017"
    assert confirm(send, found).status_code == 201
    factor = Factor.objects.get(
        version__version="2", source__code__startswith="epd-", module="production", biogenic__lt=0
    )
    assert (factor.value, factor.biogenic, factor.region) == (1.4, -1.6, "NL, BE")


def test_the_page_of_the_preview_shows_modules_mass_and_validity(manager: Client) -> None:
    typed = {"factorSet": SET, "version": "2", "mode": "supplement", "layout": "ilcd-epd", "material": ""}
    file = SimpleUploadedFile(FITTING, content_of(FITTING))
    answer = manager.post(UPLOAD, {**typed, "validFrom": "", "decimal": "", "encoding": "", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    place = answer["Location"]
    page = Page(manager.get(place))
    for words in (
        "Milieuverklaring: Window fitting for horizontal sliding window",
        "0,696 kg (massa)",
        "31 december 2022",
        "niet opgegeven",
        "5,75046217471126",
        "Maken: A1-A3",
        "Andere indicatoren in de verklaring (22)",
        "Einde levensduur: C3 en C4 niet opgegeven. Onbekend is niet nul.",
    ):
        assert words in page.text, words
    assert manager.post(place, page.sent).status_code == 409
    again = Page(manager.post(place, page.sent))
    name = next(name for name in again.inputs if name.endswith(".reason"))
    done = manager.post(place, {**again.sent, name: "Er is geen nieuwere."})
    assert done.status_code == 302, done.content.decode()
    assert "Er is geen nieuwere." in AuditEntry.objects.latest("id").reason


def test_a_factor_opens_to_the_page_with_its_modules(
    client: Client, bearer: Callable[..., dict[str, str]], send: Send, new_person: Callable[..., User]
) -> None:
    confirm(send, send())
    source = Source.objects.get(code__startswith="epd-")
    place = f"/verklaringen/{source.code}/"
    # A concept is only for who makes it; once it is published everybody may open the numbers.
    assert client.get(place).status_code == 404
    publish(client, bearer, new_person(Role.REFERENCE_MANAGER))
    assert place in Page(client.get(f"/materialen/{CODE}/")).links.values()
    page = Page(client.get(place))
    assert page.heading == "Aluminum profile, mill finish"
    for words in (
        "Einde levensduur: C1 + C2 + C3 + C4",
        "Höfer Metall Technik",
        "EN 15804+A2",
        "−0,300629273288693",
    ):
        assert words in page.text, words
    assert len(queries_of(client, place)) <= QUERIES_OF_A_DECLARATION
    assert client.get("/verklaringen/bestaat-niet/").status_code == 404
    add_here = f"/bestanden/bij/source/{source.code}/toevoegen/"
    assert add_here not in page.links.values()
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    assert add_here in Page(client.get(place)).links.values()


@pytest.mark.parametrize(("path", "name", "count"), [("ilcd", ALUMINIUM, 9), ("openepd", DESK, 7)])
def test_each_format_has_an_address_of_its_own(send: Send, path: str, name: str, count: int) -> None:
    answer = send(f"/api/v1/imports/{path}", name=name, layout=None)
    assert answer.status_code == 200, answer.content
    assert answer.json()["read"] == count
    empty = send(f"/api/v1/imports/{path}", as_json=True)
    assert [row["attr"] for row in empty.json()["errors"]] == ["file"]
