"""The workbook of a bid as somebody fills it in: the same things as a document of REST, cell by cell."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from mvi_dashboard.ground.shapes import Boolean, Date, Fraction, Integer, Number
from tenders.exchange.layout import BID, DECLARED, KEY, PRODUCTS, Column, Layout, SheetLayout


def filled_in(content: bytes, layout: Layout, document: Mapping[str, Any]) -> bytes:
    """The bytes of this workbook with the bid in it."""
    book = load_workbook(io.BytesIO(content))
    for sheet in layout.sheets:
        if sheet.name == BID:
            _fill_bid(book[BID], sheet, document)
        else:
            _fill_rows(book[sheet.name], sheet, _rows(sheet, document))
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook as bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(sheet: SheetLayout, document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if sheet.name == DECLARED:
        yield from document.get("declaredResults", ())
        return
    for line in document["lines"]:
        if sheet.name == PRODUCTS:
            yield line
            continue
        part = line.get(sheet.part, ())
        for row in [part] if isinstance(part, dict) else part:
            yield {KEY: line["reference"], **row}


def _fill_bid(made: Any, sheet: SheetLayout, document: Mapping[str, Any]) -> None:
    for row, column in enumerate(sheet.columns, start=2):
        if document.get(column.code) is not None:
            made.cell(row=row, column=2).value = as_cell(column, document[column.code])


def _fill_rows(made: Any, sheet: SheetLayout, rows: Iterable[Mapping[str, Any]]) -> None:
    places = {made.cell(row=1, column=number).value: number for number in range(1, made.max_column + 1)}
    for number, row in enumerate(rows, start=2):
        if KEY in row:
            made.cell(row=number, column=1).value = row[KEY]
        for column in sheet.columns:
            if row.get(column.code) is not None:
                made.cell(row=number, column=places[column.heading]).value = as_cell(column, row[column.code])


def as_cell(column: Column, value: Any) -> Any:
    """One value as Excel holds it: a number, a day, a word from the list."""
    if isinstance(column.field, Fraction):
        return float(Decimal(str(value)) * 100)
    if isinstance(column.field, Integer):
        return int(value)
    if isinstance(column.field, Number):
        return float(Decimal(str(value)))
    if isinstance(column.field, Boolean):
        return "ja" if value else "nee"
    if isinstance(column.field, Date):
        return date.fromisoformat(str(value))
    return column.names.get(value, value)


def whole_bid(lot: str) -> dict[str, Any]:
    """A bid in which every part of the protocol is filled in."""
    bill = [
        {"component": "onderstel", "material": "steel", "share": "0.6", "recycled": "0.25", "added": False},
        {"component": "zitting", "material": "wood", "share": "0.4", "recycled": "0", "added": False},
    ]
    use = [{"flow": "electricity", "quantity": "1.5", "unit": "kWh", "basis": "item-year", "role": "use"}]
    answers = {
        "dataOrigin": "measured", "detachability": "most", "sparePartsYears": "12", "recyclableShare": "0.875",
        "materialPassport": True, "energyLabel": "B", "maintenanceCost": "3.5", "takeBack": "take-back",
    }  # fmt: skip
    line = {
        "reference": "S-1", "name": "Bureaustoel", "role": "main", "massKg": "18.5", "count": 100,
        "lifetimeYears": "10", "circularStrategy": "new", "endOfLifePlan": "take-back",
        "promiseSurvives": True, "plannedDelivery": "2026-12-01", "warrantyYears": "5",
        "billOfMaterials": bill, "use": use,
        "answers": answers, "evidence": {"warrantyYears": "Garantiebewijs, bladzijde 2"},
    }  # fmt: skip
    declared = {
        "line": "S-1", "kind": "mki", "name": "MKI stoel", "value": "2.75", "unit": "euro per stuk",
        "method": "Bepalingsmethode", "methodVersion": "1.1", "tool": "Rekenprogramma X",
        "verification": "Toetsbureau", "validUntil": "2030-12-31", "document": "MKI-rapport",
    }  # fmt: skip
    return {
        "lot": lot, "clientReference": "OFF-7", "price": "24999.5", "currency": "EUR",
        "lines": [line], "declaredResults": [declared], "confirmations": [],
    }  # fmt: skip
