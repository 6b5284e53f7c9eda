"""Which sheets and columns the workbook of a bid has: they follow from the shape that form and REST read too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from indicators.models import ProductGroup
from indicators.protocols.asked_shapes import ANSWERS, EVIDENCE
from indicators.protocols.asked_types import with_types
from indicators.selectors import AskedField, Protocol, plans, strategies
from mvi_dashboard.ground.shapes import Choice, Field, Fraction, ListOf, Money, Object, camel
from tenders.services.shapes import bid_shape

BID, PRODUCTS, MATERIALS, USE = "Inschrijving", "Producten", "Materialen", "Verbruik"
MORE, PROOF, DECLARED = "Gegevens", "Bewijs", "Eigen resultaten"
FIGURES = "Getallen van de maker"
EXPLANATION, LISTS, DEMAND = "Uitleg", "Keuzelijsten", "De vraag"
NOT_READ = (EXPLANATION, LISTS, DEMAND)
"""Sheets that only tell something: whatever is written there is not part of a bid."""

LOT_HELP = "Hieraan herkennen wij het perceel: laat dit staan."
KEY = "Kenmerk van het product"
_LISTED = ("bill_of_materials", "use")
_PLACES = {PRODUCTS: "line", MATERIALS: "material", USE: "use", MORE: "answers", DECLARED: "declared"}
_BEFORE = {"massKg": ("massa per stuk (kg)", "massa van dit materiaal (kg)")}
"""Headings of workbooks that were downloaded before their field got its own words, without capitals."""
_FIRST = ("reference", "name", "item", "count", "mass_kg")
_ROLES = {"main": "hoofdproduct", "accessory": "toebehoren"}
_USE_ROLES = {"use": "gebruik", "repair": "reparatie"}
_PER = {"item-year": "per stuk per jaar", "item-once": "één keer per stuk"}
_PER_UNIT = {"item-year": "per eenheid", "item-once": "één keer per eenheid"}


@dataclass(frozen=True)
class Column:
    """One column: the field that it fills, and the words from which people choose, by code."""

    code: str
    heading: str
    field: Field
    names: Mapping[str, str]
    asked: AskedField | None = None
    offered: bool = True
    """False: no column of a new workbook, and read all the same, so that the rules answer who fills it in"""

    @property
    def required(self) -> bool:
        """Whether a bid without it is refused."""
        return self.field.required or (self.asked is not None and self.asked.always_required)

    def code_of(self, word: str) -> str:
        """The code behind a word to choose from, also one of a workbook from before; else what was written."""
        before = _PER.items() if self.names.keys() == _PER.keys() else ()
        by_name: dict[str, str] = {name.casefold(): code for code, name in (*before, *self.names.items())}
        return by_name.get(word.casefold(), word)


@dataclass(frozen=True)
class SheetLayout:
    """One sheet to fill in; `part` is where its rows go in a line of the bid (empty: they are the lines)."""

    name: str
    part: str
    columns: tuple[Column, ...]

    @property
    def keyed(self) -> bool:
        """Whether the first column says which product a row is about."""
        return self.name not in (BID, PRODUCTS, DECLARED)

    @property
    def offered(self) -> list[Column]:
        """The columns that a new workbook has."""
        return [column for column in self.columns if column.offered]

    def column_of(self, heading: str) -> Column | None:
        """The column under this heading; capitals and spaces do not matter, and its code will do."""
        wanted = " ".join(heading.split()).casefold()
        for column in self.columns:
            if wanted in (column.heading.casefold(), column.code.casefold(), *_BEFORE.get(column.code, ())):
                return column
        return None


@dataclass(frozen=True)
class Layout:
    """The whole workbook for one group, protocol and request level."""

    group: ProductGroup
    protocol: Protocol | None
    level: str
    shape: Object
    sheets: tuple[SheetLayout, ...]

    @cached_property
    def by_name(self) -> dict[str, SheetLayout]:
        """The sheets by name, without capitals."""
        return {sheet.name.casefold(): sheet for sheet in self.sheets}


def layout_of(group: ProductGroup, protocol: Protocol | None, level: str) -> Layout:
    """The workbook for a bid on goods of this group, as this protocol asks at this level."""
    protocol = with_types(protocol, group)
    shape = bid_shape(consumed=group.is_consumed, protocol=protocol, level=level)
    line = _row_of(shape.fields["lines"])
    single = {name: line.fields[name] for name in (*_FIRST, *line.fields) if not line.fields[name].nested}
    types = {code: row.name_nl for code, row in group.types_by_code.items()}
    own = {
        "role": _ROLES,
        "product_type": types,
        "circular_strategy": _strategies(),
        "end_of_life_plan": _plans(),
    }
    asked, per = _Asked(protocol, group.kind), _PER_UNIT if group.is_consumed else _PER
    sheets = [
        SheetLayout(BID, "", _columns(_of_bid(shape), asked, BID)),
        SheetLayout(PRODUCTS, "", _columns(single, asked, PRODUCTS, own)),
        SheetLayout(
            MATERIALS,
            "billOfMaterials",
            _columns(_row_of(line.fields["bill_of_materials"]).fields, asked, MATERIALS),
        ),
        SheetLayout(
            USE,
            "use",
            _columns(_row_of(line.fields["use"]).fields, asked, USE, {"basis": per, "role": _USE_ROLES}),
        ),
    ]
    for name, part in ((MORE, ANSWERS), (PROOF, EVIDENCE)):
        more = line.fields.get(part)
        if isinstance(more, Object):
            sheets.append(SheetLayout(name, part, _columns(more.fields, asked, name)))
    if protocol is not None and protocol.may_declare:
        figures = _row_of(line.fields["declared_production"]).fields
        sheets.append(SheetLayout(FIGURES, "declaredProduction", _columns(figures, asked, FIGURES)))
    declared = _row_of(shape.fields["declared_results"]).fields
    sheets.append(SheetLayout(DECLARED, "declaredResults", _columns(declared, asked, DECLARED)))
    return Layout(group, protocol, level, shape, tuple(sheets))


@dataclass(frozen=True)
class _Asked:
    protocol: Protocol | None
    kind: str

    def of(self, sheet: str, code: str) -> AskedField | None:
        place = _PLACES.get(sheet)
        fields: Iterable[AskedField] = self.protocol.of(place, self.kind) if self.protocol and place else ()
        return next((field for field in fields if field.code == code), None)


def _columns(
    fields: Mapping[str, Field], asked: _Asked, sheet: str, names: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Column, ...]:
    found = []
    for name, field in fields.items():
        words = (names or {}).get(name) or (field.names if isinstance(field, Choice) else {})
        code, offered = camel(name), name != "product_type" or bool(words)
        found.append(Column(code, _heading(field, code), field, words, asked.of(sheet, code), offered))
    return tuple(_told_apart(found))


def _told_apart(columns: list[Column]) -> list[Column]:
    """The columns with headings of their own: the same label twice gets its code behind it."""
    headings = [column.heading for column in columns]
    return [
        replace(column, heading=f"{column.heading} [{column.code}]")
        if headings.count(column.heading) > 1
        else column
        for column in columns
    ]


def _heading(field: Field, code: str) -> str:
    unit = "%" if isinstance(field, Fraction) else getattr(field, "unit", "")
    if isinstance(field, Money):
        unit = "euro"
    label = field.label or code
    return f"{label} ({unit})" if unit else label


def _of_bid(shape: Object) -> dict[str, Any]:
    return {name: shape.fields[name] for name in ("lot", "client_reference", "price")}


def _row_of(field: Field) -> Object:
    assert isinstance(field, ListOf)
    assert isinstance(field.item, Object)
    return field.item


def _strategies() -> dict[str, str]:
    return {code: row.name_nl for code, row in strategies().items() if row.purchase_allowed}


def _plans() -> dict[str, str]:
    return {code: row.name_nl for code, row in plans().items()}
