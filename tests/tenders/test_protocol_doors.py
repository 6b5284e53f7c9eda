"""A question that is changed on a screen, over REST or in a file: every face asks it, running tenders do not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from indicators.models import ProductGroup, ProtocolVersion
from indicators.protocols import protocol_concepts as concepts
from indicators.protocols.protocol_effects import answered_in, effect_of
from indicators.protocols.question_files import workbook_of_protocol
from indicators.protocols.questions import questions_in
from indicators.selectors import protocol_for
from mvi_dashboard.ground.models import Role, User
from tenders.models import BidLine, Lot
from tests import corpus
from tests.pages import Page
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CHAIRS = "kantoormeubilair"
HERE = f"/protocollen/{CHAIRS}/"


@pytest.fixture
def people(reference: None, new_person: Callable[..., User]) -> tuple[User, User]:
    return new_person(Role.REFERENCE_MANAGER), new_person(Role.REFERENCE_MANAGER)


def page(client: Client, user: User, path: str) -> Page:
    client.force_login(user)
    return Page(client.get(path))


def press(client: Client, found: Page, path: str, **typed: str) -> Page:
    return Page(client.post(path, {**found.sent, **typed}, follow=True))


def test_a_question_is_added_on_a_screen_published_by_another_and_asked_by_every_face(
    client: Client, people: tuple[User, User], world: World
) -> None:
    lot = Lot.objects.select_related("protocol").get(public_id=world.names["lot"])
    pinned = lot.protocol
    world.names.pop("tender")
    world.build(["draft-tender"])
    assert "Wijzig de vragen" in page(client, people[0], f"/productgroepen/{CHAIRS}/").text
    form = page(client, people[0], f"{HERE}nieuwe-vraag/")
    typed = {
        "code": "makingEnergy",
        "labelNl": "Energie van het maken",
        "helpNl": "Deel het verbruik van uw fabriek door het aantal stoelen.",
        "type": "decimal",
        "unit": "kWh per stoel",
        "min": "20",
        "max": "0,5",
    }
    wrong = press(client, form, f"{HERE}nieuwe-vraag/", **typed)
    assert (wrong.status, "lager dan de laagste" in wrong.text) == (400, True)
    made = press(client, wrong, f"{HERE}nieuwe-vraag/", **{**typed, "min": "0,5", "max": "20"})
    assert "Energie van het maken nieuw kWh per stoel 0,5 tot 20 standaard mag leeg nog niet gevraagd" in made.text
    assert "Zo ziet een leverancier de nieuwe vraag" in made.text
    own = page(client, people[0], f"{HERE}vaststellen/")
    assert "Een tweede persoon stelt dit concept vast" in own.text
    closing = page(client, people[1], f"{HERE}vaststellen/")
    assert "1 lopende aanbesteding houdt de vragen van toen, bij 1 organisatie." in closing.text
    assert "1 aanbesteding in concept vraagt dit" in closing.text
    assert "Energie van het maken: nieuw" in closing.text
    path = f"/api/v1/product-groups/{CHAIRS}/data-request"
    assert "makingEnergy" not in client.get(path).json()["properties"]["answers"]["properties"]
    done = press(client, closing, f"{HERE}vaststellen/", reason="Het maken was onbekend.")
    assert "is vastgesteld en geldt vanaf nu" in done.text

    asked = client.get(path).json()["properties"]["answers"]["properties"]["makingEnergy"]
    assert (asked["title"], asked["x-unit"]) == ("Energie van het maken", "kWh per stoel")
    book = load_workbook(io.BytesIO(client.get(f"/productgroepen/{CHAIRS}/werkboek/").content))
    assert any("Energie van het maken" in str(cell.value) for cell in book["Gegevens"][1])
    assert "Energie van het maken" in Page(client.get(f"/productgroepen/{CHAIRS}/uitvraag/")).text
    lot.refresh_from_db()
    assert lot.protocol == pinned
    world.supplier_actor("leverancier-a")
    client.force_login(User.objects.get(username="leverancier-a-1"))
    bid = f"/aanbestedingen/{lot.tender.public_id}/inschrijven/"
    assert "Energie van het maken" not in client.get(bid, follow=True).content.decode()


def test_rest_tells_changes_and_publishes_the_same(
    client: Client, people: tuple[User, User], bearer: Callable[..., dict[str, str]]
) -> None:
    first, second = (bearer(Role.REFERENCE_MANAGER, user=person) for person in people)
    path = f"/api/v1/protocols/{CHAIRS}"
    seen = client.get(path, headers=first)
    keys = [each["key"] for each in seen.json()["questions"]]
    assert (seen.status_code, "line.massKg" in keys) == (200, True)
    assert len(client.get("/api/v1/protocols", headers=first).json()["protocols"]) == 47
    bad = {
        "code": "x y",
        "labelNl": "",
        "type": "choice",
        "unit": "kWu",
        "askedFrom": "full",
        "requiredFrom": "light",
    }
    sent = client.post(
        f"{path}/questions", bad, "application/json", headers={**first, "Idempotency-Key": corpus.fresh_key()}
    )
    told = {(each["attr"], each["code"]) for each in sent.json()["errors"]}
    assert {
        *(("code", "invalid"), ("labelNl", "required"), ("helpNl", "required"), ("unit", "not_applicable")),
        *(("requiredFrom", "order"), ("choices", "required")),
    } == told
    etag = {**first, "If-Match": seen["ETag"]}
    changed = client.patch(
        f"{path}/questions/line.massKg", {"labelNl": "Wat weegt een stoel?"}, "application/json", headers=etag
    )
    assert (changed.status_code, changed.json()["concept"]) == (200, "1.1"), changed.content
    assert client.delete(f"{path}/questions/line.massKg", headers=etag).status_code == 412
    etag = {**first, "If-Match": changed["ETag"]}
    kept = client.delete(f"{path}/questions/line.massKg", headers=etag)
    assert (kept.status_code, kept.json()["errors"][0]["code"]) == (400, "needed")
    effect = client.get(f"{path}/consequences", headers=first).json()
    assert (effect["groups"], [each["key"] for each in effect["questions"]]) == ([CHAIRS], ["line.massKg"])
    assert [each["level"] for each in effect["complete"]] == ["light", "standard", "full"]
    assert "Wat weegt een stoel?" in effect["complete"][0]["needed"]
    for headers, status in ((first, 409), (second, 200)):
        etag = {**headers, "If-Match": changed["ETag"], "Idempotency-Key": corpus.fresh_key()}
        answer = client.post(f"{path}/_publish", {"reason": "Duidelijker."}, "application/json", headers=etag)
        assert answer.status_code == status, answer.content
    assert answer.json()["version"] == "1.1"


def _file(rows: list[list[str]]) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return SimpleUploadedFile("vragen.csv", text.getvalue().encode())


def _bring_in(client: Client, rows: list[list[str]]) -> Page:
    return Page(client.post(f"{HERE}inlezen/", {"decimal": ",", "file": _file(rows)}, follow=True))


def test_a_file_changes_adds_and_drops_or_says_by_cell_what_is_wrong(
    client: Client, people: tuple[User, User]
) -> None:
    client.force_login(people[0])
    text = client.get(f"{HERE}vragen.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    head = rows[0]
    at = {name: head.index(name) for name in ("Sleutel", "Vraag", "Soort antwoord", "Eenheid", "Vervalt")}
    assert "niets anders" in _bring_in(client, rows).text
    dropped = next(row for row in rows if row[0] == "materialPassport")
    dropped[at["Vervalt"]] = "ja"
    new = ["" for _ in head]
    said = {"Sleutel": "makingEnergy", "Vraag": "Energie", "Soort antwoord": "getal", "Eenheid": "kWu"}
    for name, value in said.items():
        new[at[name]] = value
    new[head.index("Uitleg")] = "Van het maken."
    new[head.index("Gevraagd vanaf niveau")] = "zwaar"
    wrong = _bring_in(client, [*rows, new])
    assert wrong.status == 400
    number = len(rows) + 1
    assert f"Rij {number}, kolom Eenheid" in wrong.text
    assert f"Rij {number}, kolom Gevraagd vanaf niveau" in wrong.text
    assert not ProtocolVersion.objects.filter(state="draft").exists()
    new[at["Eenheid"]], new[head.index("Gevraagd vanaf niveau")] = "kWh per stoel", "standaard"
    done = _bring_in(client, [*rows, new])
    assert done.status == 200
    place = concepts.place_of(CHAIRS)
    keys = questions_in(place.shown.definition)
    assert ("makingEnergy" in keys, "materialPassport" in keys) == (True, False)
    sheet = load_workbook(io.BytesIO(workbook_of_protocol(place))).active
    assert "makingEnergy" in [row[0].value for row in sheet]


def test_how_often_a_question_was_answered_is_counted_in_open_bids_only(world: World, people: Any) -> None:
    place = concepts.place_of(CHAIRS)
    assert world.names["lot"]
    assert answered_in(place) == {}
    world.names.pop("tender", None)
    world.build(["opened-tender"])
    counted = answered_in(concepts.place_of(CHAIRS))
    bids = BidLine.objects.values("bid_version__bid").distinct().count()
    assert bids > 0
    assert {each.asked for each in counted.values()} == {bids}
    assert counted["dataOrigin"].answered == 0
    assert "materialPassport" not in counted, "this lot asks at standard, and that question comes from full on"


def test_a_general_question_reaches_the_groups_without_a_protocol_of_their_own(people: Any) -> None:
    effect = effect_of(concepts.place_of("algemeen"))
    own = {row.group_id for row in ProtocolVersion.objects.exclude(group=None)}
    assert len(effect.groups) + len(effect.keeping) == ProductGroup.objects.count()
    assert {group.pk for group in effect.keeping} == own
    assert all(protocol_for(group).code == "algemeen" for group in effect.groups)  # type: ignore[union-attr]


def test_pages_are_for_reference_managers_and_say_what_was_not_changed(
    client: Client, people: tuple[User, User], world: World
) -> None:
    for path in ("/protocollen/", HERE, f"{HERE}vragen/line.massKg/", f"{HERE}wijzigen/", f"{HERE}nieuwe-vraag/"):
        assert page(client, people[0], path).status == 200, path
    for key in ("line.massKg", "dataOrigin", "use.flow"):
        path = f"{HERE}vragen/{key}/"
        assert "U wijzigde niets." in press(client, page(client, people[0], path), path).text, key
    assert not ProtocolVersion.objects.filter(state="draft").exists()
    assert page(client, people[0], f"{HERE}vaststellen/").status == 409
    assert page(client, people[0], "/protocollen/bestaat-niet/").status == 404
    assert page(client, people[0], f"{HERE}vragen/bestaat-niet/").status == 404
    client.force_login(User.objects.get(pk=world.officer.user.pk))
    assert client.get(HERE).status_code == 403
