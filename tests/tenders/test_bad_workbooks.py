"""Workbooks that lie, break or say too little: refused at their cell, and nothing is stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tenders.models import Bid, Lot
from tenders.views.workbooks import workbook_of
from tests.worlds import World

from .filled import saved

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Send = Callable[..., Any]
THIRD_OF_MAY = date(2026, 5, 3)


def cell(heading: str, sheet: Any, row: int = 2) -> Any:
    """The cell under a heading."""
    headings = [each.value for each in sheet[1]]
    return sheet.cell(row=row, column=headings.index(heading) + 1)


def errors_of(answer: Any) -> list[tuple[str | None, str]]:
    """The places and codes of a refusal."""
    assert answer.status_code == 400, answer.content
    return [(each["attr"], each["code"]) for each in answer.json()["errors"]]


def put(sheet: str, heading: str, value: Any, row: int = 2) -> Callable[[Any], None]:
    """A change of one cell."""

    def change(book: Any) -> None:
        cell(heading, book[sheet], row).value = value

    return change


def hide_another(book: Any) -> None:
    book.create_sheet("Oud").append(["Materiaal", "Aandeel"])
    book["Oud"].sheet_state = "hidden"


def merge(book: Any) -> None:
    book["Materialen"].merge_cells("B2:B3")


def mix(book: Any) -> None:
    cell("Aandeel (%)", book["Materialen"], 2).value = "60,0"


def hide_row(book: Any) -> None:
    book["Materialen"].row_dimensions[3].hidden = True


def hide_column(book: Any) -> None:
    book["Materialen"].column_dimensions["F"].hidden = True


def count_from_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def another_column(book: Any) -> None:
    sheet = book["Materialen"]
    sheet.cell(row=1, column=sheet.max_column + 1).value = "CO2 per kg"


def without_products(book: Any) -> None:
    book.remove(book["Producten"])


def another_sheet(book: Any) -> None:
    book.create_sheet("Mijn aantekeningen").append(["iets"])


def unknown_product(book: Any) -> None:
    book["Materialen"].cell(row=3, column=1).value = "S-9"


def nobody_product(book: Any) -> None:
    book["Materialen"].cell(row=3, column=1).value = None


BAD = {
    "a formula": (put("Materialen", "Gerecycled (%)", "=1+1"), "cells.F2.Materialen", "formula"),
    "an error of Excel": (put("Materialen", "Aandeel (%)", "#DIV/0!"), "cells.D2.Materialen", "spreadsheet_error"),
    "numbers as text beside numbers": (mix, "cells.D2.Materialen", "mixed_decimal"),
    "cells that are merged": (merge, "cells.B2:B3", "merged_cells"),
    "a hidden row": (hide_row, "cells.A3.Materialen", "hidden_row"),
    "a hidden column": (hide_column, "cells.F2.Materialen", "hidden_column"),
    "a hidden sheet": (hide_another, None, "multiple_sheets"),
    "a sheet of somebody's own": (another_sheet, None, "multiple_sheets"),
    "days counted from 1904": (count_from_1904, None, "date_system"),
    "no sheet with products": (without_products, None, "missing_sheet"),
    "a column that we do not know": (another_column, "cells.H1.Materialen", "unknown_column"),
    "a material of a product that is not there": (unknown_product, "cells.A3.Materialen", "does_not_exist"),
    "a material of no product": (nobody_product, "cells.A3.Materialen", "required"),
    "a share above the whole": (put("Materialen", "Aandeel (%)", 160), "cells.D2.Materialen", "range"),
    "a share that became a day": (
        put("Materialen", "Aandeel (%)", THIRD_OF_MAY), "cells.D2.Materialen", "invalid_number",
    ),
    "a mass that became a day": (
        put("Producten", "Massa per stuk (kg)", THIRD_OF_MAY), "cells.E2.Producten", "invalid_number",
    ),
    "a negative mass": (put("Producten", "Massa per stuk (kg)", -1), "cells.E2.Producten", "range"),
    "half a chair": (put("Producten", "Aantal", 99.5), "cells.D2.Producten", "invalid_integer"),
    "an unknown material": (put("Materialen", "Materiaal", "onzin"), "cells.C2.Materialen", "unknown_material"),
    "a flow in another unit": (put("Verbruik", "Eenheid", "MJ"), "cells.D2.Verbruik", "unit_mismatch"),
    "an answer that is no choice": (
        put("Gegevens", "Losmaakbaarheid", "misschien"), "cells.C2.Gegevens", "invalid_choice",
    ),
    "a result of a product that is not there": (
        put("Eigen resultaten", "Kenmerk van het product", "S-9"), "cells.A2.Eigen resultaten", "does_not_exist",
    ),
    "no price": (lambda book: put_price(book, None), "cells.B4.Inschrijving", "required"),
}  # fmt: skip


def put_price(book: Any, value: Any) -> None:
    book["Inschrijving"]["B4"].value = value


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_workbook_is_refused_at_its_cell(what: str, book: Any, send: Send) -> None:
    change, place, code = BAD[what]
    change(book)
    answer = send(book)
    assert (place, code) in errors_of(answer)
    found = [each for each in answer.json()["errors"] if (each["attr"], each["code"]) == (place, code)]
    if place and place.count(".") == 2:
        _, at, sheet = place.split(".")
        assert f"Blad {sheet}, cel {at}: " in found[0]["detail"]
    assert not Bid.objects.exists()


def test_all_problems_of_a_workbook_come_at_once(book: Any, send: Send) -> None:
    put("Producten", "Massa per stuk (kg)", -1)(book)
    put("Materialen", "Materiaal", "onzin")(book)
    put_price(book, None)
    assert {place for place, _ in errors_of(send(book))} >= {
        "cells.E2.Producten", "cells.C2.Materialen", "cells.B4.Inschrijving",
    }  # fmt: skip


def test_a_bomb_is_refused_before_it_is_unpacked(book: Any, send: Send) -> None:
    stream = io.BytesIO(saved(book))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", b"A" * 60_000_000)
    assert errors_of(send(stream.getvalue())) == [(None, "zip_ratio")]


def test_an_entity_is_refused(book: Any, send: Send) -> None:
    stream = io.BytesIO(saved(book))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/extra.xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>')
    assert errors_of(send(stream.getvalue())) == [(None, "xml_entities")]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"\xd0\xcf\x11\xe0 x", "bod.xlsx", "encrypted"), (b"niets", "bod.xlsx", "wrong_type"),
     (b"a;b", "bod.csv", "wrong_type"),
     (b"PK\x03\x04 stuk", "bod.xlsx", "corrupt"), (b"x", "bod.pdf", "filename")],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(content: bytes, name: str, code: str, send: Send) -> None:
    assert [found for _, found in errors_of(send(content, name=name))] == [code]


def test_a_workbook_of_no_lot_is_asked_for_its_lot(send: Send, world: World) -> None:
    book = Workbook()
    book.active.title = "Materialen"
    book.active.append(["Materiaal"])
    assert errors_of(send(book)) == [("lot", "required")]
    strange = {"lot": "00000000-0000-0000-0000-000000000000"}
    assert errors_of(send(book, **strange)) == [("lot", "does_not_exist")]


def test_a_number_with_more_digits_than_we_keep_is_rounded_and_told(book: Any, send: Send) -> None:
    put("Materialen", "Aandeel (%)", 29.9999996)(book)
    put("Materialen", "Aandeel (%)", 70.0000004, row=3)(book)
    answer = send(book, confirm=False)
    assert answer.status_code == 200, answer.content
    shares = [row["share"] for row in answer.json()["document"]["lines"][0]["billOfMaterials"]]
    assert shares == ["0.30", "0.70"]
    assert [each["why"] for each in answer.json()["leftOut"]] == [
        "Blad Materialen, cel D2: 29,9999996 is gelezen als 30.",
        "Blad Materialen, cel D3: 70,0000004 is gelezen als 70.",
    ]
    assert not Bid.objects.exists()


def test_a_percentage_of_excel_means_what_it_shows(book: Any, send: Send) -> None:
    for row, part in ((2, 0.6), (3, 0.4)):
        found = cell("Aandeel (%)", book["Materialen"], row)
        found.value, found.number_format = part, "0%"
    document = send(book, confirm=False).json()["document"]
    assert [row["share"] for row in document["lines"][0]["billOfMaterials"]] == ["0.60", "0.40"]


def test_moved_columns_and_rows_pasted_out_of_order_read_the_same(book: Any, send: Send) -> None:
    before = send(book, confirm=False).json()["document"]
    sheet = book["Materialen"]
    rows = [[each.value for each in row] for row in sheet.iter_rows(min_row=1, max_row=3)]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate([row[0], *reversed(row[1:])], start=1):
            sheet.cell(row=number, column=column).value = value
    assert send(book, confirm=False).json()["document"] == before


def test_a_workbook_has_no_formulas_and_no_locks(world: World, lot: Lot) -> None:
    lot.items.all()[0].description = "=1+1"
    content = workbook_of(world.supplier_actor("leverancier-a"), lot)
    sheets = load_workbook(io.BytesIO(content))
    types = {each.data_type for sheet in sheets for row in sheet.iter_rows() for each in row}
    assert "f" not in types
    assert not any(sheet.protection.sheet for sheet in sheets)


def test_a_number_that_is_none_is_refused_at_its_cell(book: Any, send: Send) -> None:
    stream, lying = io.BytesIO(saved(book)), io.BytesIO()
    with zipfile.ZipFile(stream) as good, zipfile.ZipFile(lying, "w") as bad:
        for part in good.infolist():
            bad.writestr(part, good.read(part).replace(b"<v>18.5</v>", b"<v>NaN</v>"))
    assert errors_of(send(lying.getvalue())) == [("cells.E2.Producten", "corrupt")]


def test_a_hidden_column_without_values_and_a_hidden_empty_row_are_no_problem(book: Any, send: Send) -> None:
    sheet = book["Materialen"]
    unused = next(column for column in sheet.iter_cols(min_row=2) if all(cell.value is None for cell in column))
    sheet.column_dimensions[unused[0].column_letter].hidden = True
    sheet.row_dimensions[40].hidden = True
    assert send(book).status_code == 201


def test_a_part_of_a_percent_in_a_column_of_percentages_is_asked_at_its_cell(book: Any, send: Send) -> None:
    put("Materialen", "Gerecycled (%)", 0.6)(book)
    answer = send(book)
    assert answer.status_code == 409, answer.content
    found = answer.json()["errors"]
    assert [(each["attr"], each["code"], each["confirmable"]) for each in found] == [
        ("cells.F2.Materialen", "plausibility", True)
    ]
    assert "bedoelt u 60 %?" in found[0]["detail"]
    assert not Bid.objects.exists()


def test_a_life_of_an_hour_is_asked_at_its_cell(book: Any, send: Send) -> None:
    put("Producten", "Levensduur (jaar)", 0.0001)(book)
    answer = send(book)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "plausibility"
