"""The road of the reference manager: choose a file, see what is wrong or what would change, then confirm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.models import FactorSetVersion, ImportPreview
from mvi_dashboard.ground.models import Role
from tests.pages import Page
from tests.queries import queries_of

from .factor_files import ROWS, as_csv, as_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
UPLOAD = "/factorsets/inlezen/"
TYPED = {
    "factorSet": "nl-open-2026",
    "version": "2",
    "validFrom": "1-1-2027",
    "decimal": ",",
    "mode": "supplement",
}


@pytest.fixture
def client(client: Client, new_person: Callable[..., Any]) -> Client:
    """Signed in as the reference manager."""
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    return client


def send(client: Client, content: bytes | None, name: str = "factoren.csv", **typed: str) -> Any:
    file = {"file": SimpleUploadedFile(name, content)} if content is not None else {}
    return client.post(UPLOAD, TYPED | typed | file)


def test_from_the_sets_to_a_concept(client: Client) -> None:
    assert Page(client.get("/factorsets/")).links["Factoren inlezen"] == UPLOAD
    form = Page(client.get(f"{UPLOAD}?set=nl-open-2026"))
    assert form.sent["factorSet"] == "nl-open-2026"
    assert form.inputs["file"]["type"] == "file"
    answer = send(client, as_xlsx(), "factoren.xlsx")
    assert answer.status_code == 302, answer.content.decode()
    page = Page(client.get(answer["Location"]))
    assert page.heading == "Wat verandert versie 2?"
    for words in (
        "Er is nog niets veranderd",
        "Factoren gelezen 3",
        "Erbij 1",
        "Eruit 0",
        "factoren.xlsx",
        "staal",
        "2,25",
    ):
        assert words in page.text, words
    assert not FactorSetVersion.objects.filter(version="2").exists()
    confirmed = client.post(answer["Location"], follow=True)
    assert "Versie 2 staat klaar als concept" in confirmed.content.decode()
    version = FactorSetVersion.objects.get(factor_set__code="nl-open-2026", version="2")
    assert (version.state, str(version.valid_from)) == ("draft", "2027-01-01")
    assert "Dit is bevestigd" in Page(client.get(answer["Location"])).text
    again = client.post(answer["Location"])
    assert again.status_code == 409
    assert "al bevestigd" in again.content.decode()


def test_what_is_wrong_stands_at_its_field_and_per_row_and_column(client: Client) -> None:
    rows = [["<b>x</b>", *ROWS[0][1:]], [*ROWS[1][:2], "1.5", *ROWS[1][3:]]]
    page = Page(send(client, as_csv(rows), version=""))
    assert page.status == 400
    assert page.title.startswith("Fout: ")
    assert page.mistakes == ["veld-version", "veld-file"]
    assert "2 dingen" in page.message_at("file")
    assert "Rij 2, kolom Materiaal" in page.text
    assert "Rij 3, kolom Waarde" in page.text
    assert "<b>x</b>" not in page.html
    assert page.sent["decimal"] == ","
    assert ImportPreview.objects.count() == 0
    cells = Page(send(client, as_xlsx(rows), "a.xlsx"))
    assert "Cel A2" in cells.text
    header = Page(send(client, b"materiaal;bronn\nsteel;x\n"))
    assert "Kolom bronn" in header.text
    assert "Het bestand" in Page(send(client, b"a;b\n\xe9;1\n")).text


def test_without_a_file_every_field_still_gets_its_message(client: Client) -> None:
    page = Page(send(client, None, decimal="", mode=""))
    assert set(page.mistakes) == {"veld-file", "veld-decimal", "veld-mode"}
    assert "hoogstens 10 MB" in Page(send(client, b"a;b\n" * 2_700_000)).message_at("file")


def test_units_columns_and_what_was_left_out_are_shown(client: Client) -> None:
    rows = [["steel", "climate", 2250.0, None, "g CO2e/kg", "x", None, "tip"]]
    header = ["materiaal", "indicator", "waarde", "gerecycled", "eenheid", "bron", "jaar", "opmerking"]
    answer = send(client, as_csv(rows, header), mode="replace")
    page = Page(client.get(answer["Location"]))
    for words in ("g CO2e/kg", "0,001", "Kolom opmerking", "puntkomma", "UTF-8", "Eruit"):
        assert words in page.text, words
    assert len(queries_of(client, answer["Location"])) <= 12


def test_a_file_of_a_source_is_chosen_by_its_kind_and_shows_its_new_materials(client: Client) -> None:
    content = (Path(__file__).parent / "source_files" / "defra_2025_waste_disposal.csv").read_bytes()
    form = Page(client.get(UPLOAD))
    assert form.sent["layout"] == "own"
    typed = {name: value for name, value in TYPED.items() if name != "decimal"}
    file = SimpleUploadedFile("afval.csv", content)
    answer = client.post(UPLOAD, typed | {"layout": "defra-waste-disposal", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    page = Page(client.get(answer["Location"]))
    for words in (
        "Rijen in het bestand 21",
        "Factoren gelezen 8",
        "Rijen niet overgenomen 13",
        "Nieuwe materialen 8",
        "Defra: afval (Verenigd Koninkrijk)",
        "kleding, storten",
        "defra-waste-disposal-clothing-landfill",
        "Verbruiksstroom",
        "leeg is niet beschikbaar, geen 0",
        "UTF-8",
    ):
        assert words in page.text, words
    client.post(answer["Location"])
    assert FactorSetVersion.objects.filter(version="2", state="draft").exists()
    wrong = Page(client.post(UPLOAD, typed | {"layout": "ice-v2", "file": SimpleUploadedFile("a.csv", content)}))
    assert "Kolom energyPerMass" in wrong.text
    assert wrong.sent["layout"] == "ice-v2"


def test_plain_letters_are_utf8_whatever_was_chosen(client: Client) -> None:
    plain = as_csv([[*ROWS[0][:5], "x", 2025]])
    page = Page(client.get(send(client, plain, encoding="windows-1252")["Location"]))
    assert "UTF-8" in page.text
    assert "WINDOWS-1252" not in page.text
    accents = send(client, as_csv(encoding="windows-1252"), encoding="windows-1252")
    assert "WINDOWS-1252" in Page(client.get(accents["Location"])).text
    assert "geen Windows-1252" in Page(send(client, as_csv(), encoding="windows-1252")).text


def test_others_do_not_come_in(client: Client, new_person: Callable[..., Any]) -> None:
    place = send(client, as_csv())["Location"]
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    assert client.get(place).status_code == 404
    assert client.post(place).status_code == 404
    client.force_login(new_person(Role.NATIONAL_VIEWER))
    for address in (UPLOAD, place):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
    assert "Factoren inlezen" not in client.get("/factorsets/").content.decode()
    client.logout()
    assert client.get(UPLOAD).status_code == 302


def test_groups_of_a_foreign_list_stand_there_in_dutch(client: Client) -> None:
    content = (Path(__file__).parent / "source_files/ice_v2_2011_by_mass.csv").read_bytes()
    answer = send(client, content, "ice.csv", layout="ice-v2", factorSet="nl-open-2026", decimal="")
    assert answer.status_code == 302, answer.content.decode()
    stored = ImportPreview.objects.get().summary["newMaterials"]
    assert [row["category"] for row in stored] == ["Silicon"]
    page = Page(client.get(answer["Location"]))
    assert "<td>silicium</td>" in page.html
    assert "<td>Silicon</td>" not in page.html


def test_a_preview_that_an_earlier_release_stored_still_reads_the_same_everywhere(client: Client) -> None:
    place = send(client, as_csv())["Location"]
    preview = ImportPreview.objects.get()
    now = Page(client.get(place)).text
    later = {"declarations", "warnings", "recycledLost", "newMaterialCount"}
    summary = {name: value for name, value in preview.summary.items() if name not in later}
    ImportPreview.objects.update(summary=summary)
    assert Page(client.get(place)).text == now
    answer = client.get(f"/api/v1/imports/{preview.public_id}")
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["recycledLost"], answer.json()["declarations"]) == (0, [])
    assert client.post(place).status_code == 302


def test_page_and_api_say_the_same_of_a_preview(client: Client) -> None:
    place = send(client, as_csv())["Location"]
    told = client.get(f"/api/v1/imports/{ImportPreview.objects.get().public_id}").json()
    text = Page(client.get(place)).text
    counts = told["counts"]
    labels = {"Gewijzigd": "changed", "Erbij": "added", "Eruit": "removed", "Gelijk": "same"}
    assert counts["changed"] + counts["added"] + counts["same"] == told["read"] == 3
    for label, name in labels.items():
        assert f"{label} {counts[name]}" in text
