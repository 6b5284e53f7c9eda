"""The workbook of a bid, to fill in: sheets with headings and lists to choose from; no locks, no formulas."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types
from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

from indicators.protocols.asked_types import LABEL
from indicators.selectors import LEVELS, materials_visible_to
from indicators.services import counts_in_use, fits_bill, other_than_usual
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.numbers import json_number
from mvi_dashboard.ground.shapes import Boolean, Fraction
from tenders.models import Lot, LotItem

from .layout import (
    BID,
    DEMAND,
    EXPLANATION,
    KEY,
    LISTS,
    LOT_HELP,
    MATERIALS,
    PRODUCTS,
    USE,
    Column,
    Layout,
    SheetLayout,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS_WITH_LISTS = 500
_WIDTH, _WIDE = 24, 70
_BOLD, _QUIET = Font(bold=True), Font(italic=True, color="FF555555")
_REQUIRED = PatternFill("solid", fgColor="FFDCE6F2")
_WRAP = Alignment(wrap_text=True, vertical="top")
_YES_NO = ("ja", "nee")
_NO_TYPE = "niet gevraagd"
_USUAL_ENERGY = "gewoon: de mix van net en pomp"


def bid_workbook(layout: Layout, actor: Actor, *, lot: Lot | None = None, items: Sequence[LotItem] = ()) -> bytes:
    """The workbook as bytes; of a lot with its demand and one product row per item, else empty."""
    book = Workbook()
    book.remove(book.active)
    lists = _Lists()
    _explain(book.create_sheet(EXPLANATION), layout)
    known = materials_visible_to(actor)
    if lot is not None:
        _demand(book.create_sheet(DEMAND), items, {code: info.name for code, info in known.items()})
    offered = {MATERIALS: "Materialen", USE: "Stromen"}
    lists.add("Materialen", [info.name for info in known.values() if fits_bill(info, layout.group)])
    energy = [item.use_energy for item in items] or [None]
    lists.add(
        "Stromen", [info.name for info in known.values() if info.is_flow and counts_in_use(info.code, energy)]
    )
    for sheet in layout.sheets:
        made = book.create_sheet(sheet.name)
        if sheet.name == BID:
            _bid_rows(made, sheet, lot)
        else:
            _headings(made, sheet, lists, offered.get(sheet.name, ""))
        if sheet.name == PRODUCTS:
            _product_rows(made, sheet, items)
    lists.write(book.create_sheet(LISTS))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Lists:
    """The lists to choose from: one column each on a sheet of their own."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {}

    def add(self, name: str, words: Sequence[str]) -> str:
        """The address of this list, for a column that offers it."""
        self.columns.setdefault(name, list(words))
        letter = get_column_letter(list(self.columns).index(name) + 1)
        return f"'{LISTS}'!${letter}$2:${letter}${len(self.columns[name]) + 1}"

    def write(self, sheet: Any) -> None:
        """Every list under its name."""
        for column, (name, words) in enumerate(self.columns.items(), start=1):
            _put(sheet, 1, column, name, font=_BOLD)
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
            for row, word in enumerate(words, start=2):
                _put(sheet, row, column, word)


def _put(sheet: Any, row: int, column: int, value: Any, **style: Any) -> None:
    """A value in a cell; a text stays a text, also when it looks like a formula."""
    cell = sheet.cell(row=row, column=column, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    for name, given in style.items():
        setattr(cell, name, given)


def _headings(sheet: Any, layout: SheetLayout, lists: _Lists, offered: str) -> None:
    columns = ([KEY] if layout.keyed else []) + [column.heading for column in layout.offered]
    for number, heading in enumerate(columns, start=1):
        _put(sheet, 1, number, heading, font=_BOLD, alignment=_WRAP)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    for number, column in enumerate(layout.offered, start=2 if layout.keyed else 1):
        heading = sheet.cell(row=1, column=number)
        if column.required:
            heading.fill = _REQUIRED
        words = _words(column)
        if words:
            _offer(sheet, number, lists.add(f"{layout.name}: {column.heading}", words))
        elif offered and column.code in ("material", "flow"):
            _offer(sheet, number, lists.add(offered, ()))
    sheet.freeze_panes = "B2"


def _words(column: Column) -> Sequence[str]:
    return _YES_NO if isinstance(column.field, Boolean) else list(column.names.values())


def _offer(sheet: Any, column: int, address: str) -> None:
    # A list helps and never blocks: other words may be pasted, and are told when the workbook is read.
    rule = DataValidation(type="list", formula1=address, allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{_ROWS_WITH_LISTS + 1}")
    sheet.add_data_validation(rule)


def _bid_rows(sheet: Any, layout: SheetLayout, lot: Lot | None) -> None:
    for number, title in enumerate(("Gegeven", "Uw antwoord", "Uitleg"), start=1):
        _put(sheet, 1, number, title, font=_BOLD)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH * 2
    for row, column in enumerate(layout.columns, start=2):
        _put(sheet, row, 1, column.heading, font=_BOLD)
        _put(sheet, row, 3, column.field.help, alignment=_WRAP)
        if column.code == "lot":
            _put(sheet, row, 3, LOT_HELP, alignment=_WRAP)
            if lot is not None:
                _put(sheet, row, 2, str(lot.public_id))


def _product_rows(sheet: Any, layout: SheetLayout, items: Sequence[LotItem]) -> None:
    places = {column.code: number for number, column in enumerate(layout.offered, start=1)}
    for row, item in enumerate(items, start=2):
        if len(items) > 1:  # of a single one the form does not ask either which it is
            _put(sheet, row, places["item"], item.number)
        if item.product_type is not None:
            _put(sheet, row, places["productType"], item.product_type.name_nl)
        _put(sheet, row, places["count"], json_number(item.needed_count))


def _demand(sheet: Any, items: Sequence[LotItem], names: Mapping[str, str]) -> None:
    titles = ("Vraag", "Wat er nodig is", "Aantal nodig", "Jaren nodig", "Energie in het gebruik", LABEL)
    for number, title in enumerate(titles, start=1):
        _put(sheet, 1, number, title, font=_BOLD)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    for row, item in enumerate(items, start=2):
        energy = "; ".join(
            f"{purpose}: {names[flow]}" for purpose, flow in other_than_usual(item.use_energy).items()
        )
        count, years = json_number(item.needed_count), json_number(item.needed_years)
        kind = item.product_type.name_nl if item.product_type else _NO_TYPE
        cells = (item.number, item.description, count, years, energy or _USUAL_ENERGY, kind)
        for number, value in enumerate(cells, start=1):
            _put(sheet, row, number, value)


_ABOUT = (
    "Vul de bladen in en lees het werkboek in bij de inschrijving, of stuur het via de koppeling. Dat is "
    "hetzelfde als het formulier.",
    "Elk product heeft een kenmerk. Met dat kenmerk horen de rijen van de andere bladen bij het product.",
    "Percentages vult u in als 18 of als 18 %. Getallen zonder eenheid. U mag rijen plakken, kolommen verplaatsen "
    "en kolommen die u niet gebruikt weghalen.",
    "Schrijf geen formules: wij lezen alleen waarden. Wat op de bladen Uitleg, Keuzelijsten en De vraag staat, "
    "lezen wij niet.",
)


def _explain(sheet: Any, layout: Layout) -> None:
    name = f"{layout.protocol.name}, versie {layout.protocol.version}" if layout.protocol else "zonder protocol"
    lines = (f"Inschrijving: {layout.group.name_nl}", f"{name}; niveau {LEVELS[layout.level]}", *_ABOUT)
    for row, text in enumerate(lines, start=1):
        _put(sheet, row, 1, text, font=_BOLD if row == 1 else Font())
    titles = ("Blad", "Kolom", "Code", "Eenheid", "Gevraagd", "Verplicht", "Uitleg", "Kies uit", "Bron")
    start = len(lines) + 2
    for number, title in enumerate(titles, start=1):
        _put(sheet, start, number, title, font=_BOLD)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.column_dimensions["G"].width = _WIDE
    row = start
    for each in layout.sheets:
        for column in each.offered:
            row += 1
            for number, value in enumerate(_explained(each, column, layout.level), start=1):
                _put(sheet, row, number, value, alignment=_WRAP)


def _explained(sheet: SheetLayout, column: Column, level: str) -> tuple[str, ...]:
    asked = column.asked
    unit = "%" if isinstance(column.field, Fraction) else getattr(column.field, "unit", "")
    said = "ja" if asked is None or asked.asked_at(level) else "nee, mag wel"
    if asked is not None and not asked.weighs:
        said += "; alleen om te volgen, nooit om op te gunnen"
    source = " ".join(part for part in ((asked.source, asked.printed) if asked else ()) if part)
    choices = ", ".join(_words(column))
    required = "ja" if column.required else "nee"
    return (sheet.name, column.heading, column.code, unit, said, required, column.field.help, choices, source)
