"""A filled-in workbook as the document that the form would have sent, with the cell behind every field.

So the same rules hold: what is read goes through the same `submit_bid`, and each problem comes back at its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from indicators.services import with_codes
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.intake import as_typed
from mvi_dashboard.ground.intake.sheets import EMPTY, Cell, Sheet, at_cell, read_sheets
from mvi_dashboard.ground.intake.tables import letters
from mvi_dashboard.ground.intake.workbooks import REMARKS, SUMMARY, is_summary
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import typed_again
from mvi_dashboard.ground.problems import Path, Problem, Problems, Refused, refuse
from mvi_dashboard.ground.shapes import Boolean, Date, Fraction, Integer, Number, nearest, quoted

from .cells import as_text, in_dutch, unlike
from .layout import (
    BID,
    DECLARED,
    FIGURES,
    KEY,
    LOT_HELP,
    MATERIALS,
    MORE,
    NOT_READ,
    PRODUCTS,
    PROOF,
    USE,
    Column,
    Layout,
    SheetLayout,
)
from .placed import Place, ReadWorkbook

_SHEETS = frozenset(name.casefold() for name in (BID, PRODUCTS, MATERIALS, USE, MORE, PROOF, FIGURES, DECLARED))
_OF_FACTORS = ({"materiaal", "indicator"}, {"material", "indicator"})
_FACTORS = "Dit is een bestand met factoren, geen inschrijving: de beheerder leest dat in bij Factoren."
_MOST_NAMED = 5
_BESIDE = "Deze kolom heeft geen naam en wordt niet gelezen: haal weg wat hier staat."
_FRACTION_DECIMALS = 4
_MOST_GUESSES = 20
_MOST_COMPARED = 500
_ONE_PER_PRODUCT = ("answers", "evidence")


def sheets_of(content: bytes, name: str) -> list[Sheet]:
    """The sheets of this workbook that a bid is read from. Raises Refused for a broken file and for another's."""
    sheets = read_sheets(content, name, ignored=NOT_READ)
    _refuse_others(sheets)
    return sheets


def _refuse_others(sheets: Sequence[Sheet]) -> None:
    """Raises Refused for a workbook that is no bid, with what it is."""
    if not sheets or any(sheet.name.casefold() in _SHEETS for sheet in sheets):
        return
    words = {cell.text.casefold() for sheet in sheets for _, cells in sheet.rows[:1] for cell in cells}
    if any(header <= words for header in _OF_FACTORS):
        raise refuse("wrong_type", _FACTORS, "file")
    names = ", ".join(quoted(sheet.name) for sheet in sheets[:_MOST_NAMED])
    text = worded(
        "Dit is geen werkboek van een inschrijving (bladen: {names}): haal het op bij het perceel.", names=names
    )
    raise refuse("wrong_type", text, "file")


def lot_named_in(sheets: Iterable[Sheet]) -> str:
    """The id of the lot on the sheet of the bid; empty when it is not there."""
    for sheet in sheets:
        if sheet.name.casefold() == BID.casefold():
            for _number, cells in sheet.rows:
                if cells[0].text.casefold() in ("perceel", "lot") and len(cells) > 1:
                    return cells[1].text
    return ""


def refuse_another_lot(sheets: Iterable[Sheet], lot: str) -> None:
    """Raises Refused when the workbook was made for another lot than this one."""
    named = lot_named_in(sheets)
    if named and named.strip().lower() != lot.lower():
        text = "Dit werkboek is van een ander perceel: haal dat van dit perceel op."
        raise refuse("mismatch", text, "lot")


def read_bid_workbook(sheets: Iterable[Sheet], layout: Layout, actor: Actor) -> ReadWorkbook:
    """The bid on these sheets. Raises Refused with every problem of sheets, columns and cells."""
    reading = _Reading(layout)
    for sheet in sheets:
        reading.take(sheet)
    if PRODUCTS not in reading.seen:
        reading.problems.add(
            Problem((), "missing_sheet", worded("Het blad {products} ontbreekt of is leeg.", products=PRODUCTS))
        )
    reading.attach()
    reading.problems.refuse()
    read = ReadWorkbook(with_codes(reading.document, actor), reading.places, reading.notes)
    wrong = reading.other_units(read.document)
    if wrong:
        raise Refused(read.at_cells(wrong))
    return read


class _Reading:
    """One workbook being read: rows first, then each with its product."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.problems = Problems()
        self.document: dict[str, Any] = {"lines": [], "declaredResults": []}
        self.places: dict[Path, Place] = {}
        self.notes: list[str] = []
        self.seen: set[str] = set()
        self.products: dict[str, int] = {}
        self.guesses = 0
        self.waiting: list[tuple[SheetLayout, str, int, dict[str, Any], dict[str, str]]] = []

    def take(self, sheet: Sheet) -> None:
        """Read one sheet; one that we do not know is refused, and the list that Numbers adds passed over."""
        if is_summary(sheet.name, (cell.text for _, cells in sheet.rows[:1] for cell in cells)):
            self.notes.append(worded("Blad {name}: {summary}.", name=sheet.name, summary=SUMMARY))
            return
        known = self.layout.by_name.get(sheet.name.casefold())
        if known is None:
            text = worded(
                "Het blad {name} is gevuld en niet van dit werkboek: haal het weg.", name=quoted(sheet.name)
            )
            self.problems.add(Problem((), "multiple_sheets", text))
            return
        self.seen.add(known.name)
        if sheet.remarked:
            self.notes.append(
                worded("Blad {name}: {remarks} zijn niet gelezen.", name=sheet.name, remarks=REMARKS.lower())
            )
        if known.name == BID:
            self._read_bid(sheet, known)
        else:
            self._read_rows(sheet, known)

    def attach(self) -> None:
        """Put the rows of the other sheets with their product."""
        for layout, key, number, row, cells in self.waiting:
            line = self.products.get(key)
            if line is None:
                if self.problems.full:
                    self.problems.counted()
                    continue
                known = self._meant(key)
                text = worded("Bij {key} hoort geen product; {known}", key=quoted(key), known=known)
                self._note(layout.name, f"A{number}", "does_not_exist", text)
                continue
            self._place_row(layout, line, number, row, cells)

    def _meant(self, key: str) -> str:
        """What was probably meant by a name of a product; comparing costs work, so only for the first of them."""
        if not self.products:
            return "vul eerst het blad Producten."
        self.guesses += 1
        if self.guesses > _MOST_GUESSES:
            return "zie het blad Producten."
        return nearest(key, list(self.products)[:_MOST_COMPARED])

    def other_units(self, document: Mapping[str, Any]) -> list[Problem]:
        """Flows for which another unit was filled in than the one that they have."""
        found = []
        for path, unit in self._units.items():
            own = document["lines"][path[1]]["use"][path[3]].get("unit")
            if own not in (None, "-") and unit.casefold() != str(own).casefold():
                text = worded(
                    "De eenheid is {own}: reken het om van {unit}, of maak deze cel leeg.",
                    own=own,
                    unit=quoted(unit),
                )
                found.append(Problem(path, "unit_mismatch", text))
        return found

    @property
    def _units(self) -> dict[tuple[Any, ...], str]:
        return {
            ("lines", number, "use", place, "unit"): row["unit"]
            for number, line in enumerate(self.document["lines"])
            for place, row in enumerate(line.get("use", ()))
            if row.get("unit")
        }

    def _read_bid(self, sheet: Sheet, layout: SheetLayout) -> None:
        for number, cells in sheet.rows:
            column = layout.column_of(cells[0].text)
            if column is None and number == sheet.rows[0][0]:
                continue  # the titles, unless somebody took them away
            self._note_remarks(sheet.name, number, cells, column)
            if column is None:
                text = worded("Dit gegeven kennen wij niet: {word}.", word=quoted(cells[0].text))
                self._note(sheet.name, f"A{number}", "unknown_column", text)
                continue
            place = f"B{number}"
            self.places[(column.code,)] = (sheet.name, place)
            value = self._value(column, cells[1] if len(cells) > 1 else EMPTY, sheet.name, place)
            if value:
                self.document[column.code] = value

    def _note_remarks(self, sheet: str, number: int, cells: Sequence[Cell], column: Column | None) -> None:
        """What was written beside an answer: told where the explanation stands, refused beyond it."""
        told = (column.field.help, LOT_HELP) if column is not None else ()
        if len(cells) > 2 and cells[2].text and cells[2].text not in told:
            self.notes.append(
                worded(
                    "Blad {sheet}, cel C{number}: {word} is niet gelezen.",
                    sheet=sheet,
                    number=number,
                    word=quoted(cells[2].text),
                )
            )
        for place, cell in enumerate(cells[3:], start=3):
            if cell.text:
                self._note(sheet, f"{letters(place)}{number}", "empty_header", _BESIDE)

    def _read_rows(self, sheet: Sheet, layout: SheetLayout) -> None:
        header, *rows = sheet.rows
        columns = self._columns(sheet, layout, header)
        if layout.keyed and 0 not in [n for n, column in columns.items() if column is None]:
            text = worded("Zet het {key} in de eerste kolom.", key=KEY.lower())
            self._note(sheet.name, f"A{header[0]}", "missing_column", text)
            return
        self._refuse_mixed(sheet, columns, rows)
        for number, cells in rows:
            row, where = {}, {}
            for place, column in columns.items():
                cell = cells[place] if place < len(cells) else EMPTY
                name = f"{letters(place)}{number}"
                value = self._value(column, cell, sheet.name, name)
                if column is not None:
                    where[column.code] = name
                if value:
                    row[KEY if column is None else column.code] = value
            self._keep(layout, number, row, where)

    def _columns(
        self, sheet: Sheet, layout: SheetLayout, header: tuple[int, Sequence[Cell]]
    ) -> dict[int, Column | None]:
        """The columns by their place; None for the one that names the product."""
        found: dict[int, Column | None] = {}
        number, cells = header
        for place in range(max(len(row) for _, row in sheet.rows)):
            cell = cells[place] if place < len(cells) else EMPTY
            name = f"{letters(place)}{number}"
            if not cell.text:
                filled = next((n for n, row in sheet.rows[1:] if len(row) > place and row[place].text), None)
                if filled is not None:
                    self._note(sheet.name, f"{letters(place)}{filled}", "empty_header", _BESIDE)
                continue
            if layout.keyed and place == 0 and cell.text.casefold() in (KEY.casefold(), "kenmerk", "reference"):
                found[place] = None
                continue
            column = layout.column_of(cell.text)
            if column is None:
                headings = [each.heading for each in layout.columns]
                text = worded(
                    "Deze kolom kennen wij niet: {word}; {word2}",
                    word=quoted(cell.text),
                    word2=nearest(cell.text, headings),
                )
                self._note(sheet.name, name, "unknown_column", text)
            elif column in found.values():
                self._note(sheet.name, name, "duplicate_column", "Deze kolom staat er dubbel in: haal er één weg.")
            else:
                found[place] = column
        return found

    def _refuse_mixed(self, sheet: Sheet, columns: Mapping[int, Column | None], rows: Sequence[Any]) -> None:
        """A column with numbers as Excel knows them and numbers as text was pasted from two places: ask."""
        for place, column in columns.items():
            if column is None or not isinstance(column.field, Number | Integer):
                continue
            cells = [(number, row[place]) for number, row in rows if place < len(row) and row[place].text]
            texts = [number for number, cell in cells if cell.number is None and not cell.moment]
            if texts and len(texts) < len(cells):
                text = "In deze kolom staan tekst en getallen door elkaar: maak er overal een getal van."
                self._note(sheet.name, f"{letters(place)}{texts[0]}", "mixed_decimal", text)

    def _value(self, column: Column | None, cell: Cell, sheet: str, place: str) -> str:
        """The cell as somebody would have typed it in the form; without a column it names a product."""
        wrong = unlike(None if column is None else column.field, cell)
        if wrong:
            self._note(sheet, place, *wrong)
            return ""
        if column is None:
            return as_text(cell)
        if isinstance(column.field, Number | Integer):
            if cell.number is None:
                return typed_again(as_typed(cell.text, ","))
            return self._number(column, cell, worded("Blad {sheet}, cel {place}", sheet=sheet, place=place))
        if column.names:
            return column.code_of(cell.text)
        if isinstance(column.field, Boolean):
            return {"ja": "true", "nee": "false"}.get(cell.text.casefold(), cell.text)
        if isinstance(column.field, Date):
            return _day(cell.text)
        return as_text(cell)

    def _number(self, column: Column, cell: Cell, where: str) -> str:
        """A number in Dutch notation, in percent for a fraction, with the digits that the field has room for."""
        assert cell.number is not None
        number = cell.number
        decimals = getattr(column.field, "decimals", 0)
        if isinstance(column.field, Fraction):
            decimals = _FRACTION_DECIMALS
            number = number.scaleb(2) if cell.percent else number
        kept = number
        if not isinstance(column.field, Integer) and -number.as_tuple().exponent > decimals:  # type: ignore[operator]
            kept = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
        if kept != number or cell.was:
            stood = cell.was.replace(".", ",") or in_dutch(number)
            self.notes.append(
                worded("{where}: {stood} is gelezen als {kept}.", where=where, stood=stood, kept=in_dutch(kept))
            )
        return typed_again(in_dutch(kept))

    def _keep(self, layout: SheetLayout, number: int, row: dict[str, Any], cells: dict[str, str]) -> None:
        if not row:
            return
        if layout.name == PRODUCTS:
            self._keep_product(number, row, cells)
        elif layout.name == DECLARED:
            self._place_at(("declaredResults", len(self.document["declaredResults"])), layout, number, cells)
            self.document["declaredResults"].append(row)
        elif KEY not in row:
            self._note(layout.name, f"A{number}", "required", worded("Vul het {key} in.", key=KEY.lower()))
        else:
            self.waiting.append((layout, str(row.pop(KEY)), number, row, cells))

    def _keep_product(self, number: int, row: dict[str, Any], cells: dict[str, str]) -> None:
        line, layout = len(self.document["lines"]), self.layout.by_name[PRODUCTS.casefold()]
        self.places.setdefault(("lines",), (PRODUCTS, f"A{number}"))
        self._place_at(("lines", line), layout, number, cells)
        self.products.setdefault(str(row.get("reference", "")), line)
        more: dict[str, Any] = {
            part: {} for part in _ONE_PER_PRODUCT if part in [sheet.part for sheet in self.layout.sheets]
        }
        self.document["lines"].append({**row, "billOfMaterials": [], **more})

    def _place_row(
        self, layout: SheetLayout, line: int, number: int, row: dict[str, Any], cells: dict[str, str]
    ) -> None:
        kept = self.document["lines"][line]
        if layout.part in _ONE_PER_PRODUCT:
            if kept.get(layout.part):
                self._note(
                    layout.name, f"A{number}", "duplicate_line", "Dit product staat er al: één rij per product."
                )
                return
            kept[layout.part] = row
            self._place_at(("lines", line, layout.part), layout, number, cells)
            return
        rows = kept.setdefault(layout.part, [])
        self.places.setdefault(("lines", line, layout.part), (layout.name, f"A{number}"))
        self._place_at(("lines", line, layout.part, len(rows)), layout, number, cells)
        rows.append(row)

    def _place_at(self, path: Path, layout: SheetLayout, number: int, cells: Mapping[str, str]) -> None:
        self.places[path] = (layout.name, f"A{number}")
        for code, cell in cells.items():
            self.places[(*path, code)] = (layout.name, cell)

    def _note(self, sheet: str, cell: str, code: str, text: str) -> None:
        self.problems.add(at_cell(sheet, cell, Problem((), code, text)))


def _day(text: str) -> str:
    """A day as Excel gives it (`jjjj-mm-dd`) as a person types it; anything else as it is."""
    try:
        return formats.short_day(date.fromisoformat(text))
    except ValueError:
        return text
