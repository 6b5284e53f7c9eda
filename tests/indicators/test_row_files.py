"""Reference data as a file: what was downloaded comes in again, and only what differs lands in the proposal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from indicators.groups import proposals
from indicators.groups.reference_rows import KINDS
from indicators.models import ProductType, Proposal, RowPreview
from mvi_dashboard.ground.models import Role, User
from tests import corpus
from tests.pages import Page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.usefixtures("both_releases"),
]
PLACES = {
    "productgroepen": "product-groups",
    "soorten": "product-types",
    "producten": "products",
    "cpv": "cpv-prefixes",
    "materialen": "materials",
}


@pytest.fixture
def manager(client: Client, new_person: Callable[..., User]) -> Client:
    client.force_login(new_person(Role.REFERENCE_MANAGER))
    return client


def table(manager: Client, place: str) -> list[list[str]]:
    answer = manager.get(f"/referentie/{place}/rijen.csv")
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def preview(manager: Client, place: str, rows: list[list[str]]) -> Page:
    """The page after this file was sent: the preview, or the form with what is wrong."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    file = SimpleUploadedFile("rijen.csv", text.getvalue().encode())
    sent = {"decimal": ",", "file": file}
    return Page(manager.post(f"/referentie/{place}/inlezen/", sent, follow=True))


def bring_in(manager: Client, place: str, rows: list[list[str]], reason: str = "") -> Page:
    """The page after the preview of this file was taken over, with this reason for all that is unusual."""
    shown = preview(manager, place, rows)
    if shown.status != 200:
        return shown
    kept = RowPreview.objects.latest("pk")
    sent = {}
    for number, each in enumerate(kept.summary["warnings"]):
        given = {"attr": each["attr"], "code": each["code"], "reason": reason}
        sent |= {f"confirmations.{number}.{name}": value for name, value in given.items()}
    return Page(manager.post(f"/referentie/{place}/inlezen/{kept.public_id}/", sent, follow=True))


@pytest.mark.parametrize("place", PLACES)
def test_what_was_downloaded_says_the_same(place: str, manager: Client) -> None:
    rows = table(manager, place)
    assert len(rows) > 40
    told = bring_in(manager, place, rows)
    assert (told.status, "niets anders dan wat er al geldt" in told.text) == (400, True), told.text[:900]
    book = manager.get(f"/referentie/{place}/rijen.xlsx")
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert sheet.max_row == len(rows)
    file = SimpleUploadedFile("rijen.xlsx", book.content)
    again = Page(manager.post(f"/referentie/{place}/inlezen/", {"decimal": ",", "file": file}, follow=True))
    assert "niets anders dan wat er al geldt" in again.text
    assert not Proposal.objects.exists()


def changed(rows: list[list[str]], code: str, **cells: str) -> list[list[str]]:
    """The header and one row of a table with these cells changed, by the name of their column."""
    row = next(row for row in rows[1:] if row[0] == code)
    named = {"massa": "Gewone massa tot en met", "groep": "Productgroep", "cap": "Telt hoogstens mee"}
    values = {named.get(name, name): value for name, value in cells.items()}
    return [rows[0], [values.get(header, cell) for header, cell in zip(rows[0], row, strict=True)]]


def test_what_differs_is_in_the_proposal_cell_by_cell(manager: Client) -> None:
    told = bring_in(manager, "soorten", changed(table(manager, "soorten"), "bureaustoel", massa="33,5"))
    assert told.status == 200, told.text[:900]
    assert "33,5 kg" in told.text
    row = Proposal.objects.get().rows.get()
    assert (row.code, row.after["massMaxKg"]) == ("bureaustoel", "33.5")
    assert row.before == KINDS["product-types"].document("bureaustoel")


def test_every_mistake_is_named_at_once_and_nothing_is_stored(manager: Client) -> None:
    rows = table(manager, "soorten")
    wrong = (
        changed(rows, "bureaustoel", massa="0,001") + changed(rows, "laptop", groep="meubels", massa="veel")[1:]
    )
    told = bring_in(manager, "soorten", wrong)
    assert told.status == 400
    for text in ("Rij 3", "Rij 2", "lager dan de laagste", "Zie de tabel"):
        assert text in told.text, told.text[:1500]
    assert not Proposal.objects.exists()
    assert (
        "Onbekende of dubbele kolom" in bring_in(manager, "soorten", [["Code", "Gewicht"], ["laptop", "2"]]).text
    )


def test_what_is_unusual_comes_in_with_a_reason(manager: Client) -> None:
    rows = changed(table(manager, "soorten"), "bureaustoel", massa="9000")
    refused = bring_in(manager, "soorten", rows)
    assert (refused.status, "van 80 naar 9.000" in refused.text) == (400, True), refused.text[:1500]
    assert not Proposal.objects.exists()
    assert bring_in(manager, "soorten", rows, reason="Ook stoelen voor een hele zaal.").status == 200
    assert Proposal.objects.get().rows.get().confirmed[0]["reason"] == "Ook stoelen voor een hele zaal."


def test_a_product_of_a_file_is_a_new_product_with_its_whole_bill(manager: Client) -> None:
    rows = table(manager, "producten")
    own = [list(row) for row in rows if row[0] in ("Code", "bureaustoel-referentie-2")]
    own[1][own[0].index("Levensduur")] = "9"
    told = bring_in(manager, "producten", own)
    assert told.status == 200, told.text[:900]
    row = Proposal.objects.get().rows.get()
    assert (row.after["lifetimeYears"], row.after["newCode"]) == ("9", "bureaustoel-referentie-3")
    assert row.after["billOfMaterials"] == row.before["billOfMaterials"]


def test_the_preview_shows_what_changes_and_stores_nothing_else(manager: Client) -> None:
    rows = changed(table(manager, "soorten"), "bureaustoel", massa="33,5")
    rows += [list(row) for row in table(manager, "soorten") if row[0] == "laptop"]
    new = [cell if header != "Code" else "proefstoel" for header, cell in zip(rows[0], rows[1], strict=True)]
    shown = preview(manager, "soorten", [*rows, new])
    assert shown.status == 200, shown.text[:1500]
    for text in ("Er is nog niets veranderd", "33,5 kg", "proefstoel, rij 4", "Al gelijk, niet overgenomen"):
        assert text in shown.text, shown.text
    counts = RowPreview.objects.get().summary["counts"]
    assert counts == {"added": 1, "changed": 1, "same": 1}
    assert not Proposal.objects.exists()


def test_a_preview_is_ones_own_and_taken_over_once(manager: Client, new_person: Callable[..., User]) -> None:
    rows = changed(table(manager, "soorten"), "bureaustoel", massa="33,5")
    assert bring_in(manager, "soorten", rows).status == 200
    kept = RowPreview.objects.get()
    at = f"/referentie/soorten/inlezen/{kept.public_id}/"
    assert manager.post(at).status_code == 409
    assert "Dit is overgenomen" in Page(manager.get(at)).text
    assert manager.get(f"/referentie/producten/inlezen/{kept.public_id}/").status_code == 404
    manager.force_login(new_person(Role.REFERENCE_MANAGER))
    assert manager.get(at).status_code == 404


def test_a_row_that_changed_since_the_preview_asks_for_a_new_one(manager: Client) -> None:
    assert (
        preview(manager, "soorten", changed(table(manager, "soorten"), "bureaustoel", massa="33,5")).status == 200
    )
    ProductType.objects.filter(code="bureaustoel").update(mass_max_kg=70)
    kept = RowPreview.objects.get()
    refused = Page(manager.post(f"/referentie/soorten/inlezen/{kept.public_id}/"))
    assert (refused.status, "intussen gewijzigd" in refused.text) == (409, True)
    assert not Proposal.objects.exists()


def test_over_rest_a_file_is_shown_first_and_then_lands_in_the_concept(
    client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    token = bearer(Role.REFERENCE_MANAGER)
    answer = client.get("/api/v1/reference-rows/cpv-prefixes", headers={**token, "Accept": "text/csv"})
    assert b"CPV-code begint met" in b"".join(answer)  # type: ignore[arg-type]
    content = "code;group;productType\n391134;kantoormeubilair;bank\n"

    def send(text: str) -> Any:
        file = SimpleUploadedFile("rijen.csv", text.encode())
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        return client.post("/api/v1/reference-rows/cpv-prefixes/_import", {"file": file}, headers=headers)

    shown = send(content)
    assert (shown.status_code, shown.json()["counts"]) == (200, {"added": 1, "changed": 0, "same": 0})
    assert shown.json()["rows"][0]["line"] == 2
    assert not Proposal.objects.exists()
    place = shown.headers["Location"]
    assert client.get(place, headers=token).json() == shown.json()
    headers = {**token, "Idempotency-Key": corpus.fresh_key()}
    made = client.post(f"{place}/_confirm", {}, content_type="application/json", headers=headers)
    assert (made.status_code, made.json()["rows"][0]["after"]["productType"]) == (201, "bank"), made.json()
    assert client.get(place, headers=token).json()["made"] == made.json()["id"]
    wrong = send("code;group\n99x;kantoormeubilair\n")
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "invalid")
    assert proposals.Proposal.objects.get().rows.count() == 1


BAD = {
    "negative": ("massMaxKg", "Gewone massa tot en met", "-1", "range"),
    "lower": ("massMaxKg", "Gewone massa tot en met", "0,0001", "order"),
    "no number": ("massMaxKg", "Gewone massa tot en met", "veel", "invalid_number"),
    "limit under the cap": ("lifetimeLimitYears", "Langer dan dit weigeren wij", "1", "order"),
    "unknown successor": ("successor", "Opvolger", "zetel", "invalid_choice"),
    "a day that is none": ("validTo", "Geldig tot en met", "32-13-2027", "invalid_date"),
}


@pytest.mark.parametrize("name", BAD)
def test_every_door_refuses_the_same(
    name: str, manager: Client, client: Client, bearer: Callable[..., dict[str, str]]
) -> None:
    field, label, typed, code = BAD[name]
    place = "/referentie/soorten/bureaustoel/"
    form = Page(manager.get(place))
    answer = manager.post(place, form.sent | {f"values.{field}": typed})
    assert answer.status_code == 400
    assert f'id="veld-values-{field}-fout"' in answer.content.decode()
    rows = [list(row) for row in table(manager, "soorten") if row[0] in ("Code", "bureaustoel")]
    rows[1][rows[0].index(label)] = typed
    told = bring_in(manager, "soorten", rows)
    assert (told.status, f"Rij 2, kolom {label}" in told.text) == (400, True), told.text[:1500]
    manager.logout()
    token = bearer(Role.REFERENCE_MANAGER)
    at = "/api/v1/reference-rows/product-types/bureaustoel"
    headers = {**token, "If-Match": client.get(at, headers=token)["ETag"]}
    body = {"values": {field: typed.replace(",", ".")}}
    sent = client.patch(at, body, content_type="application/json", headers=headers)
    assert sent.status_code == 400
    assert (f"values.{field}", code) in [(each["attr"], each["code"]) for each in sent.json()["errors"]]
    assert not Proposal.objects.exists()
