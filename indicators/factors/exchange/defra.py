"""The British conversion factors (Defra / DESNZ): material use and waste disposal, in kg CO2e per tonne.

Empty means not available, never 0. Primary production is the value of new material, closed-loop that of recycled
material; re-used is a product that serves again, and open-loop material comes from another product.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from mvi_dashboard.ground.shapes import quoted

from .factors import Factors, Layout, NewMaterial, NewSource, Options
from .source_tables import SourceTable, code_of, dutch_name_of, open_source, places_of, stands_again

MATERIALS, WASTE = "defra-material-use", "defra-waste-disposal"
_VALUE = "GHG Conversion Factor 2025"
_WANTED = ("ID", "Level 1", "Level 2", "Level 3", "Column Text", "UOM", "GHG/Unit", _VALUE)
_UNIT = "kg CO2e/tonne"
_SOURCE = NewSource(
    "defra-2025",
    "Greenhouse gas reporting: conversion factors 2025",
    "UK Government (DESNZ / Defra)",
    "https://www.gov.uk/government/publications/greenhouse-gas-reporting-conversion-factors-2025",
    2025,
    "Open Government Licence v3.0 (to be checked: taken from a third-party copy)",
)
_PRIMARY, _RECYCLED = "Primary material production", "Closed-loop source"
_EMPTY = "geen waarde in de bron: leeg is niet beschikbaar, geen 0"
_OTHERS = {
    "Re-used": "hergebruik: een product dat opnieuw dient, geen materiaal",
    "Open-loop source": "gerecycled uit een ander soort product (open-loop): dat is een andere stroom",
}
_ROUTES = {
    "Re-use": "naar hergebruik",
    "Open-loop": "naar recycling tot een ander product",
    "Closed-loop": "naar recycling tot hetzelfde materiaal",
    "Incineration with Energy Recovery": "verbranden met energie",
    "Composting": "composteren",
    "Landfill": "storten",
    "Anaerobic digestion": "vergisten",
}
_CATEGORIES = {
    "Construction": "bouw",
    "Electrical items": "elektrische apparaten",
    "Metal": "metalen",
    "Organic": "organisch",
    "Other": "overig",
    "Paper": "papier en karton",
    "Plastic": "plastic",
    "Refuse": "afval",
}
_ABOUT = {
    "source": _SOURCE.code,
    "source_url": _SOURCE.url,
    "year": _SOURCE.year,
    "region": "UK",
    "quality": "fair",
    "indicator": "climate",
    "unit": _UNIT,
}


def read_materials(content: bytes, name: str, options: Options) -> Factors:
    """A factor per material, with its recycled value when there is one. Raises Refused for another file."""
    source, found = _opened(content, name, options, "Material use")
    recycled: dict[str, tuple[int, str, Decimal]] = {}
    primary: dict[str, tuple[int, dict[str, str], Decimal]] = {}
    for number, row in source.rows():
        value = _value_of(source, found, number, row)
        if value is None:
            continue
        kind = row["Column Text"]
        if kind in _OTHERS:
            found.leave(number, _OTHERS[kind])
        elif (first := (recycled if kind == _RECYCLED else primary).get(row["Level 3"])) is not None:
            stands_again(
                source, found, (first[0], first[2]), (number, value), f"{row['Level 3']}, {kind}", "Level 3"
            )
        elif kind == _RECYCLED:
            recycled[row["Level 3"]] = (number, row["ID"], value)
        elif source.one_of(number, "Column Text", kind, {_PRIMARY: kind}):
            primary[row["Level 3"]] = (number, row, value)
    for key, (number, row, value) in primary.items():
        _, again, recycled_value = recycled.pop(key, (0, "", None))
        place = f"Material use | {key} | {_PRIMARY} ({row['ID']})"
        new = NewMaterial(
            code_of(MATERIALS, key), "material", "kg", _dutch(key), key, _CATEGORIES.get(row["Level 2"], "")
        )
        for material in places_of(found, MATERIALS, key, new):
            found.add(
                number,
                material=material,
                module="production",
                value=value,
                recycled_value=recycled_value,
                source_reference=f"{place}; {_RECYCLED} ({again})" if again else place,
                derivation="per ton in de bron",
                **_ABOUT,
            )
    for number, _, _ in recycled.values():
        found.leave(number, "gerecycled, maar zonder waarde voor nieuw materiaal")
    return found


def read_waste(content: bytes, name: str, options: Options) -> Factors:
    """A factor per kind of waste and route. Raises Refused for another file."""
    source, found = _opened(content, name, options, "Waste disposal")
    for number, row in source.rows():
        value = _value_of(source, found, number, row)
        route = source.one_of(number, "Column Text", row["Column Text"], _ROUTES)
        if value is None or route is None:
            continue
        key = f"{row['Level 3']} | {row['Column Text']}"
        new = NewMaterial(
            code_of(WASTE, key),
            "flow",
            "kg",
            f"{_dutch(row['Level 3'])}, {route}",
            key.replace(" | ", ", "),
            "afval",
        )
        for material in places_of(found, WASTE, key, new):
            found.add(
                number,
                material=material,
                module="end",
                value=value,
                source_reference=f"Waste disposal | {key} ({row['ID']})",
                derivation="per ton in de bron",
                **_ABOUT,
            )
    return found


def _opened(content: bytes, name: str, options: Options, table: str) -> tuple[SourceTable, Factors]:
    source, found = open_source(content, name, options, wanted=_WANTED, value=_VALUE)
    found.sources[_SOURCE.code] = _SOURCE
    for other in sorted({row["Level 1"] for _, row in source.rows()} - {table}):
        text = f"Hier staat de tabel {quoted(other)}, niet {quoted(table)}: kies een andere soort bestand."
        found.problems.note(("columns", "Level 1"), "invalid_choice", text)
    found.problems.refuse()
    for number, row in source.rows():
        for column, wanted in (("UOM", "tonnes"), ("GHG/Unit", "kg CO2e")):
            source.one_of(number, column, row[column], {wanted: wanted})
    found.problems.refuse()
    return source, found


def _value_of(source: SourceTable, found: Factors, number: int, row: Mapping[str, str]) -> Decimal | None:
    value = source.number(number, _VALUE, row[_VALUE])
    if not row[_VALUE]:
        found.leave(number, _EMPTY)
    return value


def _dutch(key: str) -> str:
    return dutch_name_of("defra", key) or key


LAYOUTS = (
    Layout(MATERIALS, "Defra: materialen (Verenigd Koninkrijk)", (".csv", ".xlsx"), read_materials),
    Layout(WASTE, "Defra: afval (Verenigd Koninkrijk)", (".csv", ".xlsx"), read_waste),
)
