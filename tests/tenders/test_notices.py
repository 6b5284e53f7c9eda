"""Announcements: what of real files is read and left out, what it becomes, and what goes out as OCDS."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

import tenders.services
from contracts.models import Contract
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.exchange.notices import read_notice
from tenders.models import TakenNotice, Tender
from tenders.services import Notice
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db
OCDS, EFORMS = Path(__file__).parents[1] / "ocds", Path(__file__).parents[1] / "eforms"


@pytest.fixture
def world(reference: None) -> World:
    made = World(corpus.this_moment())
    made.build(["reference"])
    return made


def read(path: Path) -> Notice:
    return read_notice(path.read_bytes())


def take(world: World, notice: Notice, **choice: Any) -> Tender:
    document = {"lots": [choice] * len(notice.lots)} if choice else {}
    return tenders.services.take_notice(world.officer, notice=notice, document=document)


def refused_by(path: Path) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(path)
    return [each.code for each in refused.value.problems]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("INVALID_cn_24_empty.xml", ["required"] * 4),
        ("INVALID_can_24_stage-2.xml", ["required"] * 3),
        ("can-modif_24_value.xml", ["contract_change"]),
        ("change-cn_24_void.xml", ["withdrawn"]),
    ],
)
def test_a_notice_that_cannot_be_taken_over_says_why(name: str, codes: list[str]) -> None:
    assert refused_by(EFORMS / name) == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [("cove_not_json.json", ["parse_error"]), ("cove_ocds_release_nulls.json", ["required"] * 2)],
)
def test_broken_ocds_says_what_is_wrong(name: str, codes: list[str]) -> None:
    assert refused_by(OCDS / name) == codes


def test_an_entity_is_refused_before_it_is_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ContractNotice>&a;</ContractNotice>'
    with pytest.raises(Refused) as refused:
        read_notice(bomb)
    assert refused.value.problems[0].code == "xml_entities"


def test_what_an_eforms_notice_says_is_read_and_its_unit_is_never_guessed() -> None:
    found = read(EFORMS / "can_24_maximal.xml")
    assert (found.kind, found.reference, str(found.value)) == ("award", "2023-P-0001", "9999999.99")
    assert [(lot.cpv, lot.start, lot.end) for lot in found.lots] == [
        ("75121000", date(2023, 1, 1), date(2023, 5, 23))
    ] * 2
    assert all(item.pieces is None for lot in found.lots for item in lot.items)
    why = dict(found.left_out)["Aantal van LOT-0001"]
    assert why == "Het aantal is 1000 HUR: hoeveel stuks dat is, vult u zelf in."
    facts = dict(found.facts)
    assert facts["BT-774 groen inkopen"] == "clim-mitig (LOT-0001, LOT-0002)"
    assert facts["BT-717 schone voertuigen"] == "true (LOT-0001)"
    assert ("BT-725 voertuigen", "vehicles-zero-emission: 2") in found.facts


def test_of_a_notice_in_many_languages_the_dutch_words_count() -> None:
    found = read(EFORMS / "cn_24_multilingual.xml")
    assert found.title.startswith("Verlening van IT-diensten")
    assert found.deadline == datetime(2020, 2, 3, 13, tzinfo=UTC)


def test_what_is_withheld_is_not_read_and_is_said_with_its_day() -> None:
    found = read(EFORMS / "can_25_withheld.xml")
    assert not any(what == "Gegund" for what, _ in found.facts)
    assert ("Niet openbaar: win-cho", "Dit gegeven is achtergehouden tot 2024-12-31: wij lezen het niet.") in (
        found.left_out
    )


def test_a_release_of_ocds_keeps_miles_and_pounds_out() -> None:
    found = read(OCDS / "tender.json")
    assert (found.value, found.lots[0].items[0].pieces) == (None, None)
    why = dict(found.left_out)
    assert why["Geschatte waarde"] == "Het bedrag is in GBP: wij rekenen niet om."
    assert why["Cycle lane improvements"] == "Het aantal is 8 Miles: hoeveel stuks dat is, vult u zelf in."
    assert (
        read(OCDS / "contract.json").title == "Award of contract to build new cycle lanes in the centre of town."
    )


def test_a_tender_of_prozorro_with_lots_and_awards_is_read() -> None:
    found = read(OCDS / "prozorro.json")
    assert (found.procedure, len(found.lots), found.read["gunningen"]) == ("UA-2027-01-01-000001-a", 2, 2)
    assert any(what == "bids" for what, _ in found.left_out)


def test_a_notice_becomes_a_concept_once_and_a_second_one_of_its_procedure_changes_that(world: World) -> None:
    found = read(EFORMS / "cn_24_open.xml")
    made = take(world, found, productGroup="kantoormeubilair", neededYears="5")
    assert (made.status, made.reference) == ("draft", "RC-CPU-19-065")
    lot = made.lots.get()
    assert (lot.contract_start, lot.items.count()) == (date(2020, 9, 1), 0)
    assert take(world, found) == made
    assert (Tender.objects.count(), TakenNotice.objects.count()) == (1, 1)
    later = read(EFORMS / "cn_24_open.xml")
    later.key, later.title = "een latere 02", "Onderhoud, gewijzigd"
    assert take(world, later) == made
    made.refresh_from_db()
    assert (made.title, made.lots.count(), TakenNotice.objects.count()) == ("Onderhoud, gewijzigd", 1, 2)


def test_what_is_published_here_is_not_changed_by_a_notice(world: World) -> None:
    found = read(EFORMS / "cn_24_open.xml")
    made = take(world, found)
    Tender.objects.filter(pk=made.pk).update(status="cancelled")
    later = read(EFORMS / "cn_24_open.xml")
    later.key = "een latere 02"
    with pytest.raises(Refused) as refused:
        take(world, later)
    assert refused.value.problems[0].code == "published"


def test_an_item_in_pieces_comes_along_when_years_are_given(world: World) -> None:
    release = {
        "ocid": "ocds-voorbeeld-1", "id": "1", "date": "2026-01-05T10:00:00+01:00",
        "tender": {
            "id": "T-1", "title": "Stoelen", "value": {"amount": 1000.5, "currency": "EUR"},
            "items": [{
                "id": "1", "description": "Bureaustoel", "quantity": 40, "unit": {"name": "stuks"},
                "classification": {"scheme": "CPV", "id": "39112000-0"},
            }],
        },
    }  # fmt: skip
    notice = read_notice(json.dumps(release).encode())
    made = take(world, notice, productGroup="kantoormeubilair", neededYears="8")
    item = made.lots.get().items.get()
    assert (item.needed_count, item.needed_years, str(made.value)) == (40, 8, "1000.50")


def test_of_two_procedures_nothing_is_taken_over() -> None:
    releases = [{"ocid": f"ocds-x-{n}", "tender": {"title": "T"}} for n in (1, 2)]
    with pytest.raises(Refused) as refused:
        read_notice(json.dumps({"releases": releases}).encode())
    assert refused.value.problems[0].code == "too_many"


def _valid(package: dict[str, Any]) -> list[str]:
    schema = json.loads((OCDS / "release-schema.json").read_text())
    whole = json.loads((OCDS / "release-package-schema.json").read_text())
    resource = Resource.from_contents(schema, default_specification=DRAFT4)
    address = whole["properties"]["releases"]["items"]["$ref"]
    validator = Draft4Validator(whole, registry=Registry().with_resource(address, resource))
    return [f"{list(each.path)}: {each.message}" for each in validator.iter_errors(package)]


def test_every_tender_and_contract_goes_out_as_valid_ocds_and_comes_back_as_itself(world: World) -> None:
    world.build(["contract"])
    client, contract = Client(), Contract.objects.get()
    tender = contract.award.lot.tender
    assert world.officer.user is not None
    client.force_login(world.officer.user)
    package = client.get(f"/api/v1/tenders/{tender.public_id}/ocds").json()
    assert _valid(package) == []
    assert package["releases"][0]["awards"][0]["suppliers"][0]["id"] == contract.supplier.code
    assert "value" not in package["releases"][0]["awards"][0]
    out = client.get(f"/api/v1/contracts/{contract.public_id}/ocds").json()
    assert _valid(out) == []
    effect = out["releases"][0]["contracts"][0]["effects"][0]
    assert (effect["indicator"], effect["unit"]) == ("climate", "kg CO2-eq")
    before = tender.version
    assert take(world, read_notice(json.dumps(package).encode())) == tender
    tender.refresh_from_db()
    assert (tender.version, Tender.objects.count(), TakenNotice.objects.count()) == (before, 1, 0)


def test_a_supplier_gets_no_value_and_another_organisation_nothing(world: World) -> None:
    world.build(["open-tender"])
    found, client = Tender.objects.get(), Client()
    user = world.supplier_actor("leverancier-a").user
    assert user is not None
    client.force_login(user)
    release = client.get(f"/api/v1/tenders/{found.public_id}/ocds").json()["releases"][0]
    assert _valid(client.get(f"/api/v1/tenders/{found.public_id}/ocds").json()) == []
    assert "value" not in release["tender"]
    neighbour = world.person(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    client.force_login(neighbour)
    assert client.get(f"/api/v1/tenders/{found.public_id}/ocds").status_code == 404
    assert client.get(f"/aanbestedingen/{found.public_id}/ocds.json").status_code == 404


def test_the_page_shows_first_and_takes_over_then(world: World, client: Client) -> None:
    assert world.officer.user is not None
    client.force_login(world.officer.user)
    page = "/aanbestedingen/uit-een-aankondiging/"
    text = (EFORMS / "cn_24_open.xml").read_text()
    shown = client.post(page, {"text": text})
    assert shown.status_code == 200, shown.content.decode()
    assert "Duur van LOT-0000" in shown.content.decode()
    assert not Tender.objects.exists()
    done = client.post(page, {"text": text, "neem": "ja", "lots.0.productGroup": "kantoormeubilair"})
    assert done.status_code == 302, done.content.decode()
    made = Tender.objects.get()
    assert "Niet overgenomen: Duur van LOT-0000" in client.get(done.url).content.decode()
    assert client.post(page, {"text": text, "neem": "ja"}).url == done.url
    assert client.get(f"/aanbestedingen/{made.public_id}/ocds.json").status_code == 200
    wrong = client.post(page, {"text": "<x/>"})
    assert (wrong.status_code, "maar x" in wrong.content.decode()) == (400, True)


def test_the_same_over_rest(world: World) -> None:
    def send(query: str = "", role: str = "procurement-officer") -> Any:
        headers = {"Authorization": f"Bearer {world.token(role)}", "Idempotency-Key": corpus.fresh_key()}
        body = {"text": (EFORMS / "can_24_minimal.xml").read_text()}
        return Client().post(
            f"/api/v1/imports/ocds{query}", body, content_type="application/json", headers=headers
        )

    preview = send().json()
    assert (preview["kind"], preview["read"]["gunningen"], preview["tender"]) == ("award", 1, None)
    assert preview["leftOut"][0]["what"] == "Bedrag van de gunning"
    made = send("?confirm=true")
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    again = send("?confirm=true")
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert send(role="contract-manager").status_code == Kind.FORBIDDEN.value
