"""A cell of a bid workbook means what is shown, by REST and on the page; what cannot be meant is named there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.comments import Comment

from indicators.factors.exchange.factors import ELSEWHERE
from tenders.exchange.layout import BID as BID_SHEET
from tenders.models import Bid, Lot
from tests.pages import Page
from tests.worlds import World

from .filled import saved
from .test_bad_workbooks import cell, errors_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Send = Callable[..., Any]
Browser = Callable[[str], Client]
Change = Callable[[Any], None]


def put(sheet: str, heading: str, value: Any, code: str = "General", row: int = 2) -> Change:
    """A change of one cell and of how it is shown."""

    def change(book: Any) -> None:
        found = cell(heading, book[sheet], row)
        found.value, found.number_format = value, code

    return change


def both(*changes: Change) -> Change:
    """Several changes."""

    def change(book: Any) -> None:
        for each in changes:
            each(book)

    return change


def beside(sheet: str, place: str) -> Change:
    """A remark where no column is."""

    def change(book: Any) -> None:
        book[sheet][place].value = "let op: geschat"

    return change


def no_zeros(book: Any) -> None:
    put("Materialen", "Gerecycled (%)", 0)(book)
    book["Materialen"].sheet_view.showZeros = False


def filter_rows(book: Any) -> None:
    book["Materialen"].auto_filter.ref = "A1:G3"
    book["Materialen"].row_dimensions[3].hidden = True


SHARE, RECYCLED, MASS = "Aandeel (%)", "Gerecycled (%)", "Massa per stuk (kg)"
MOMENT = datetime(2027, 3, 31, 23, 59, 12)  # noqa: DTZ001  # a cell knows no zone
REFUSED = {
    "a date with a time just before midnight": (
        put("Producten", "Geplande levering", MOMENT, "yyyy-mm-dd h:mm:ss"), "cells.J2.Producten", "invalid_date",
    ),
    "a date with a time that is not shown": (
        put("Producten", "Geplande levering", MOMENT, "yyyy-mm-dd"), "cells.J2.Producten", "invalid_date",
    ),
    "a date just after midnight": (
        put("Producten", "Geplande levering", 46478.00032407408, "d-m-yyyy"), "cells.J2.Producten", "invalid_date",
    ),
    "a date of which no day is shown": (
        put("Producten", "Geplande levering", date(2027, 3, 1), "mmm-yy"), "cells.J2.Producten", "invalid_date",
    ),
    "an end of validity an hour before midnight": (
        put("Eigen resultaten", "Geldig tot en met", 46387.958333333336, "yyyy-mm-dd h:mm:ss"),
        "cells.L2.Eigen resultaten", "invalid_date",
    ),
    "a component that became a time": (
        put("Materialen", "Onderdeel", 0.04444444444444445, "h:mm"), "cells.B2.Materialen", "invalid",
    ),
    "a component that became a day": (
        put("Materialen", "Onderdeel", date(2026, 4, 1), "d-mmm"), "cells.B2.Materialen", "invalid",
    ),
    "a product that became a day": (
        put("Materialen", "Kenmerk van het product", date(2026, 1, 1), "d-m-yyyy"),
        "cells.A2.Materialen", "invalid",
    ),
    "a mass that is shown in per cent": (
        put("Producten", MASS, 0.185, "0.0%"), "cells.E2.Producten", "mixed_unit",
    ),
    "a mass that is shown in grams": (
        put("Producten", MASS, 18500, '#,##0" g"'), "cells.E2.Producten", "mixed_unit",
    ),
    "a mass with a percent sign as text": (put("Producten", MASS, 18, "0\\%"), "cells.E2.Producten", "mixed_unit"),
    "a share in per mille": (put("Materialen", SHARE, 600, '0"‰"'), "cells.D2.Materialen", "mixed_unit"),
    "a mass in thousands": (put("Producten", MASS, 18500, "0.0,"), "cells.E2.Producten", "mixed_unit"),
    "a number that is not shown": (put("Materialen", RECYCLED, 60, ";;;"), "cells.F2.Materialen", "hidden_cell"),
    "a zero that is not shown": (put("Materialen", RECYCLED, 0, "0;-0;;@"), "cells.F2.Materialen", "hidden_cell"),
    "a sheet that shows no zeros": (no_zeros, "cells.F2.Materialen", "hidden_cell"),
    "rows that a filter hides": (filter_rows, "cells.A3.Materialen", "hidden_row"),
    "a remark beside a table": (beside("Materialen", "I3"), "cells.I3.Materialen", "empty_header"),
    "a remark beside the answers": (beside("Inschrijving", "D4"), "cells.D4.Inschrijving", "empty_header"),
    "a price in dollars": (
        lambda book: setattr(book["Inschrijving"]["B4"], "number_format", "[$$-409]#,##0.00"),
        "cells.B4.Inschrijving", "mixed_unit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_cell_that_shows_something_else_is_refused_there(what: str, book: Any, send: Send) -> None:
    change, place, code = REFUSED[what]
    change(book)
    assert (place, code) in errors_of(send(book))
    assert not Bid.objects.exists()


def part_of(answer: Any, number: int = 0) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()["document"]["lines"][0]["billOfMaterials"][number]
    return found


READ = {
    "quoted and escaped percent signs": (
        both(
            put("Materialen", SHARE, 60, '0"%"'), put("Materialen", SHARE, 40, "0\\%", row=3),
            put("Materialen", RECYCLED, 25, '0"%"'),
        ),
        {"share": "0.60", "recycled": "0.25"},
    ),
    "real percentages": (
        both(
            put("Materialen", SHARE, 0.6, "0%"), put("Materialen", SHARE, 0.4, "0.0%;-0%", row=3),
            put("Materialen", RECYCLED, 0.25, "0%"),
        ),
        {"share": "0.60", "recycled": "0.25"},
    ),
    "a component with zeros in front": (put("Materialen", "Onderdeel", 7, "000"), {"component": "007"}),
    "a component in per cent": (put("Materialen", "Onderdeel", 0.5, "0%"), {"component": "50 %"}),
    "texts with a minus, spaces and an exponent": (
        both(
            put("Materialen", SHARE, "6E+1"), put("Materialen", SHARE, "40\u00a0%", row=3),
            put("Materialen", RECYCLED, "25\u202f%"), put("Materialen", RECYCLED, "0", row=3),
        ),
        {"share": "0.60", "recycled": "0.25"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_a_cell_is_read_as_it_is_shown(what: str, book: Any, send: Send) -> None:
    change, expected = READ[what]
    change(book)
    part = part_of(send(book, confirm=False))
    assert {name: part[name] for name in expected} == expected


def test_one_per_cent_with_its_sign_as_text_is_one_per_cent_and_asked(book: Any, send: Send) -> None:
    put("Materialen", RECYCLED, 1, "0\\%")(book)
    answer = send(book)
    assert answer.status_code == 409
    assert "Hier staat 1 % gerecycled" in answer.json()["errors"][0]["detail"]


def test_fractions_where_per_cent_are_asked_are_each_asked(book: Any, send: Send) -> None:
    put("Materialen", RECYCLED, 0.9)(book)
    put("Materialen", RECYCLED, 0.5, row=3)(book)
    answer = send(book)
    assert answer.status_code == 409
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [
        ("cells.F2.Materialen", "plausibility"),
        ("cells.F3.Materialen", "plausibility"),
    ]


def test_a_day_with_midnight_behind_it_is_a_day(book: Any, send: Send) -> None:
    put("Producten", "Geplande levering", datetime(2027, 3, 31), "yyyy-mm-dd h:mm:ss")(book)  # noqa: DTZ001
    answer = send(book, confirm=False)
    assert answer.json()["document"]["lines"][0]["plannedDelivery"] == "2027-03-31"


def test_the_same_material_twice_is_refused_at_its_cell(book: Any, send: Send) -> None:
    sheet = book["Materialen"]
    for column in (2, 3, 6):
        sheet.cell(row=3, column=column).value = sheet.cell(row=2, column=column).value
    assert ("cells.C3.Materialen", "duplicate_line") in errors_of(send(book))


def rezipped(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]], **more: bytes) -> bytes:
    """The same workbook with each part under another name or with other text."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return held.getvalue()


def strict(name: str, part: bytes) -> tuple[str, bytes]:
    """As Strict Open XML names things, with a day as text."""
    part = part.replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    part = part.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    return name, part


def in_capitals(name: str, part: bytes) -> tuple[str, bytes]:
    """With other capitals in the names of parts than where they are named."""
    return name.replace("sharedStrings", "SharedStrings").replace("sheet5", "Sheet5").replace(
        "styles", "Styles"
    ), part


NOTES_OF_A_MAC = {"__MACOSX/xl/._workbook.xml": b"\x00\x05\x16\x07", "xl/.DS_Store": b"x"}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "on a Mac": lambda content: rezipped(content, lambda *part: part, **NOTES_OF_A_MAC),
    "with other capitals": lambda content: rezipped(content, in_capitals),
    "as Strict Open XML": lambda content: rezipped(content, strict),
}  # fmt: skip


@pytest.mark.parametrize("how", PACKED)
def test_a_workbook_that_was_packed_elsewhere_is_read(how: str, book: Any, send: Send) -> None:
    answer = send(PACKED[how](saved(book)), confirm=False)
    assert part_of(answer)["share"] == "0.60"


def test_the_list_of_sheets_that_numbers_adds_is_passed_over_and_told(book: Any, send: Send) -> None:
    sheet = book.create_sheet("Export Summary", 0)
    sheet["A1"].value = "This document was exported from Numbers. Each table was converted to an Excel worksheet."
    answer = send(book, confirm=False)
    assert part_of(answer)["share"] == "0.60"
    assert "Numbers" in answer.json()["leftOut"][0]["why"]
    sheet["A1"].value = "Mijn eigen aantekeningen"
    assert errors_of(send(book)) == [(None, "multiple_sheets")]


def test_a_remark_at_a_cell_or_in_the_column_of_the_explanation_is_told(book: Any, send: Send) -> None:
    book["Inschrijving"]["C4"].value = "exclusief montage"
    book["Materialen"]["C2"].comment = Comment("geschat", "Leverancier")
    notes = [each["why"] for each in send(book, confirm=False).json()["leftOut"]]
    assert notes == [
        "Blad Inschrijving, cel C4: 'exclusief montage' is niet gelezen.",
        "Blad Materialen: opmerkingen bij cellen zijn niet gelezen.",
    ]


def test_an_answer_counts_when_somebody_took_the_titles_away(book: Any, send: Send) -> None:
    book["Inschrijving"].delete_rows(1)
    assert send(book, confirm=False).json()["document"]["clientReference"] == "OFF-7"


def test_a_workbook_of_another_lot_is_named_before_its_cells(book: Any, send: Send, lot: Lot) -> None:
    put("Producten", MASS, -1)(book)
    elsewhere = "00000000-0000-0000-0000-000000000000"
    assert errors_of(send(book, lot=elsewhere)) == [("lot", "mismatch")]
    book["Inschrijving"]["B2"].value = elsewhere
    assert errors_of(send(book, lot=str(lot.public_id))) == [("lot", "mismatch")]
    answer = send(book)
    assert errors_of(answer) == [("lot", "does_not_exist")]
    assert "Dit werkboek is van een perceel" in answer.json()["errors"][0]["detail"]


def test_a_file_of_factors_and_any_other_workbook_are_named_as_such(send: Send) -> None:
    factors, other = Workbook(), Workbook()
    factors.active.append(["materiaal", "indicator", "module", "waarde", "eenheid", "bron", "jaar"])
    other.active.append(["Begroting", 2026])
    for sent, words in ((factors, "bestand met factoren"), (other, "geen werkboek van een inschrijving")):
        answer = send(sent)
        assert errors_of(answer) == [("file", "wrong_type")]
        assert words in answer.json()["errors"][0]["detail"]
    assert BID_SHEET in ELSEWHERE


def test_the_page_says_the_same_at_the_same_cell(
    book: Any,
    lot: Lot,
    world: World,
    browser: Browser,
) -> None:
    world.supplier_actor("leverancier-a")
    client, address = browser("leverancier-a-1"), reverse("tenders:bid_form", args=[lot.tender.public_id])

    def upload() -> Page:
        return Page(client.post(address, {"upload": "1", "file": SimpleUploadedFile("bod.xlsx", saved(book))}))

    READ["quoted and escaped percent signs"][0](book)
    page = upload()
    assert page.sent["lines.0.billOfMaterials.0.share"] == "60"
    for what in ("a date with a time just before midnight", "a mass that is shown in grams"):
        REFUSED[what][0](book)
    beside("Materialen", "I3")(book)
    wrong = upload()
    assert wrong.status == 400
    for words in ("ook een tijd (2027-03-31 23:59:12)", "18500 g", "Blad Materialen, cel I3"):
        assert words in wrong.text, words
    assert not Bid.objects.exists()
