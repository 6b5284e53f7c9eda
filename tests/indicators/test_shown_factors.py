"""A cell of a file of factors means what is shown, by REST and on the page; what cannot be meant is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook
from openpyxl.comments import Comment

from indicators.factors import factor_imports
from indicators.factors.factor_columns import unpack
from indicators.groups import category_schemes
from indicators.models import ImportPreview
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from tests import corpus
from tests.pages import Page

from .test_factor_import_pages import TYPED, UPLOAD
from .test_factor_imports import GIVEN, PLACE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
HEADER = ["materiaal", "indicator", "module", "waarde", "eenheid", "bron", "jaar"]
STEEL = ["steel", "climate", "production", 2.5, "kg CO2-eq/kg", "Proef", 2024]
Sent = Callable[..., Any]


def workbook(
    *rows: list[Any], formats: dict[str, str] | None = None, beside: dict[str, Any] | None = None
) -> bytes:
    """A file of factors with these number formats, and with this beside the table."""
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    for place, code in (formats or {}).items():
        book.active[place].number_format = code
    for place, text in (beside or {}).items():
        book.active[place].value = text
    return saved(book)


def saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def row(**changed: Any) -> list[Any]:
    """The row of steel with other cells."""
    return [changed.get(name, cell) for name, cell in zip(HEADER, STEEL, strict=True)]


def csv_of(*cells: str, encoding: str = "utf-8", ending: str = "\n") -> bytes:
    return ending.join([";".join(HEADER), ";".join(cells), ""]).encode(encoding)


@pytest.fixture
def send(client: Client, bearer: Callable[..., dict[str, str]]) -> Sent:
    """Previews a file as the reference manager, over REST."""
    token = bearer(Role.REFERENCE_MANAGER)

    def sent(content: bytes, name: str = "factoren.xlsx", **given: str) -> Any:
        headers = {**token, "Idempotency-Key": corpus.fresh_key()}
        return client.post(PLACE, {**GIVEN, **given, "file": SimpleUploadedFile(name, content)}, headers=headers)

    return sent


REFUSED = {
    "a value shown as percent": (
        workbook(row(waarde=0.025), formats={"D2": "0.0%"}), "cells.D2", "mixed_unit", "'2,5 %' is een percentage",
    ),
    "a value with a percent sign as text": (
        workbook(row(), formats={"D2": "0.0\\%"}), "cells.D2", "mixed_unit", "'2,5 %' is een percentage",
    ),
    "a value with a unit": (
        workbook(row(), formats={"D2": '0.0" g"'}), "cells.D2", "invalid_number", "de eenheid hoort er niet bij",
    ),
    "a value in thousands": (workbook(row(), formats={"D2": "0.0,"}), "cells.D2", "mixed_unit", "duizendtallen"),
    "a value not shown": (workbook(row(), formats={"D2": ";;;"}), "cells.D2", "hidden_cell", "niet te zien"),
    "a value that became a day": (
        workbook(row(waarde=date(2026, 5, 2))), "cells.D2", "invalid_number", "datum of tijd (2026-05-02)",
    ),
    "a year as a date": (
        workbook(row(jaar=date(2024, 1, 1)), formats={"G2": "yyyy-mm-dd h:mm:ss"}),
        "cells.G2", "invalid", "een datum (2024-01-01), geen jaar",
    ),
    "a source that became a time": (
        workbook(row(bron=0.0445), formats={"F2": "h:mm"}), "cells.F2", "invalid", "datum of tijd (1:04",
    ),
    "a remark beside the table": (
        workbook(row(), beside={"I2": "let op: geschat"}), "rows.2", "column_count", "9 kolommen, 7 verwacht",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_cell_that_shows_something_else_is_refused_at_its_place(what: str, send: Sent) -> None:
    content, place, code, words = REFUSED[what]
    answer = send(content)
    assert answer.status_code == 400, answer.content
    found = {(each["attr"], each["code"]): each["detail"] for each in answer.json()["errors"]}
    assert words in found[(place, code)]
    assert not ImportPreview.objects.exists()


def values(answer: Any) -> tuple[list[Any], list[Any]]:
    """What was read: values and years."""
    assert answer.status_code == 200, answer.content
    cells = unpack(bytes(ImportPreview.objects.get().content))
    return [float(each) for each in cells["value"]], list(cells["year"])


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (workbook(row(jaar=45292), formats={"G2": "yyyy"}), "a.xlsx", ([2.5], [2024])),
        (workbook(row(), *([" "] * 7 for _ in range(5))), "a.xlsx", ([2.5], [2024])),
        (workbook(row(), formats={"D2": "0.00E+00"}), "a.xlsx", ([2.5], [2024])),
        (csv_of(*STEEL[:2], "beyond", "−2,5", *STEEL[4:6], "2024"), "a.csv", ([-2.5], [2024])),
        (csv_of(*STEEL[:3], "2\u00a0500,5", *STEEL[4:6], "2024"), "a.csv", ([2500.5], [2024])),
        (csv_of(*STEEL[:3], "2\u202f500", *STEEL[4:6], "2024"), "a.csv", ([2500.0], [2024])),
        (csv_of(*STEEL[:3], "2,5E-03", *STEEL[4:6], "2024"), "a.csv", ([0.0025], [2024])),
    ],
    ids=["a year shown alone", "rows of spaces", "shown with an exponent", "a minus", "no-break space",
         "narrow space", "an exponent"],
)  # fmt: skip
def test_a_number_is_read_as_it_is_shown(
    content: bytes, name: str, expected: tuple[list[float], list[int]], send: Sent
) -> None:
    assert values(send(content, name, **{"factorSet": "nl-open-2026"})) == expected


@pytest.mark.parametrize(
    ("value", "decimal", "words"),
    [
        ("2,5e-300", ",", "0,001 en niet 1e-3"), ("2.5e-300", ".", "0.001 en niet 1e-3"),
        ("twee", ",", "bijvoorbeeld 12,5"), ("twee", ".", "bijvoorbeeld 12.5"), ("2,5-", ",", "minteken ervoor"),
        ("2.5E-3", ",", "heeft een punt, maar u koos een komma"),
    ],
)  # fmt: skip
def test_a_message_writes_numbers_with_the_sign_that_was_chosen(
    value: str, decimal: str, words: str, send: Sent
) -> None:
    answer = send(csv_of(*STEEL[:3], value, *STEEL[4:6], "2024"), "a.csv", decimal=decimal)
    assert [each["attr"] for each in answer.json()["errors"]] == ["rows.2.value"]
    assert words in answer.json()["errors"][0]["detail"]


MAC = csv_of(*STEEL[:3], "2,5", STEEL[4], "Proef België – café", "2024", encoding="macintosh", ending="\r")


def test_a_file_of_an_older_mac_is_named_and_read_when_that_is_chosen(send: Sent) -> None:
    for chosen in ({}, {"encoding": "windows-1252"}):
        answer = send(MAC, "a.csv", **chosen)
        assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [(None, "encoding")]
        assert "kies de codering Macintosh" in answer.json()["errors"][0]["detail"]
    assert send(MAC, "a.csv", encoding="macintosh").status_code == 200
    assert unpack(bytes(ImportPreview.objects.get().content))["source"] == ["Proef België – café"]


def test_a_workbook_of_a_bid_and_of_numbers_is_known(send: Sent) -> None:
    book = Workbook()
    for name in ("Uitleg", "Inschrijving", "Producten"):
        book.create_sheet(name).append(["Gegeven", "Uw antwoord"])
    answer = send(saved(book))
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [(None, "wrong_type")]
    assert "het werkboek van een inschrijving" in answer.json()["errors"][0]["detail"]
    summary = Workbook()
    summary.active.title = "Export Summary"
    summary.active.append(["This document was exported from Numbers."])
    factors = summary.create_sheet("Blad 1")
    for each in (HEADER, STEEL):
        factors.append(each)
    factors["D2"].comment = Comment("geschat", "Beheerder")
    answer = send(saved(summary))
    assert answer.status_code == 200
    told = [each["what"] for each in answer.json()["leftOut"]]
    assert {"Blad Export Summary", "Opmerkingen bij cellen"} <= set(told)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("bod/xl/workbook.xml", "een map om het werkboek"), ("xl/workbook.bin", "binair werkboek"),
        ("Index/Document.iwa", "bestand van Numbers"), ("word/document.xml", "Word-document"),
        ("content.xml", "OpenDocument"), ("factoren.xlsx", "zip met een werkboek"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_inside_is_named(part: str, words: str, send: Sent) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(part, b"<a/>")
    assert words in send(held.getvalue()).json()["errors"][0]["detail"]


def test_a_code_of_a_category_that_became_a_day_is_refused_at_its_cell() -> None:
    book = Workbook()
    for each in (["code", "naam"], [date(2026, 4, 1), "Stoelen"], [7, "Tafels"]):
        book.active.append(each)
    book.active["A3"].number_format = "000"
    with pytest.raises(Refused) as refused:
        category_schemes.categories_of(category_schemes.Sent("a.xlsx", saved(book)))
    assert [problem.attr for problem in refused.value.problems] == ["cells.A2"]
    book.active["A2"].value = "1-4"
    found = category_schemes.categories_of(category_schemes.Sent("a.xlsx", saved(book)))
    assert [each["code"] for each in found] == ["1-4", "007"]


def test_the_page_says_the_same_and_offers_the_encoding(client: Client, new_person: Callable[..., Any]) -> None:
    client.force_login(new_person(Role.REFERENCE_MANAGER))

    def upload(content: bytes, name: str, **typed: str) -> Any:
        return client.post(UPLOAD, {**TYPED, **typed, "file": SimpleUploadedFile(name, content)})

    page = Page(upload(REFUSED["a year as a date"][0], "a.xlsx"))
    assert page.status == 400
    assert "geen jaar" in page.text
    assert "kies de codering Macintosh" in Page(upload(MAC, "a.csv")).text
    assert upload(MAC, "a.csv", encoding="macintosh").status_code == 302
    assert factor_imports.intake.ENCODINGS[-1] == "macintosh"
