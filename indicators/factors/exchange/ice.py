"""The Inventory of Carbon and Energy v2 (University of Bath, 2011), by mass: MJ and kg CO2e per kg of material.

One material stands in several rows: virgin and recycled, averages of both, and bounds. Only rows from cradle to
gate or without a stated boundary are factors of a material; the others have other life stages inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .factors import Factors, Layout, NewMaterial, NewSource, Options
from .source_tables import SourceTable, code_of, dutch_name_of, open_source, places_of, stands_again

CODE = "ice-v2"
_ENERGY, _CARBON, _CARBON_DIOXIDE = "energyPerMass", "massCO2ePerMass", "massCO2PerMass"
_WANTED = ("material", "type", "subtype", _ENERGY, _CARBON_DIOXIDE, _CARBON, "boundary", "note", "source")
_SOURCE = NewSource(
    "ice-v2-2011",
    "Inventory of Carbon and Energy (ICE) v2",
    "University of Bath, G. Hammond and C. Jones",
    "http://people.bath.ac.uk/cj219/",
    2011,
    "Free to use with citation; no formal open licence seen",
)
_VIRGIN, _RECYCLED = {"Virgin", "Primary Glass"}, {"Recycled", "Secondary Glass"}
_AVERAGES = {"Average", "EU average", "Rest of world average", "World average"}
_BOUNDS = {"Lower", "Upper"}
_WORDS = _VIRGIN | _RECYCLED | _AVERAGES | _BOUNDS | {"Mean"}
_INSIDE = {"Cradle to gate", "Not specified", "Unknown"}
_INDICATORS = (("climate", _CARBON, "kg CO2e/kg"), ("energy_nonrenewable", _ENERGY, "MJ/kg"))
# The energy of the inventory has biomass in it where the note says so; that part is renewable.
_BIOMASS = re.compile(r"Includes ([0-9.]+) MJ bio-energy").search

_Row = tuple[int, Mapping[str, str]]


@dataclass
class _Material:
    """The rows of one material by what they are of."""

    new: list[_Row] = field(default_factory=list)
    recycled: list[_Row] = field(default_factory=list)
    averages: list[_Row] = field(default_factory=list)


def read_inventory(content: bytes, name: str, options: Options) -> Factors:
    """Climate and energy per material. Raises Refused when it is not this inventory."""
    source, found = open_source(content, name, options, wanted=_WANTED, value=_CARBON)
    found.sources[_SOURCE.code] = _SOURCE
    grouped: dict[str, _Material] = {}
    for number, row in source.rows():
        parts = [row[name] for name in ("material", "type", "subtype") if row[name]]
        words = _WORDS & set(parts)
        if row["boundary"] not in _INSIDE:
            found.leave(number, f"andere grens ({row['boundary'].lower()}): er zitten andere levensfasen in")
        elif words & _BOUNDS:
            found.leave(number, "onder- of bovengrens: wij nemen het gemiddelde van de bron")
        elif not (row[_CARBON] or row[_ENERGY]):
            found.leave(number, "geen waarde in de bron")
        else:
            material = grouped.setdefault(" | ".join(part for part in parts if part not in _WORDS), _Material())
            kind = material.recycled if words & _RECYCLED else material.new
            (material.averages if words & _AVERAGES else kind).append((number, row))
    for key, material in grouped.items():
        _add(source, found, key, material)
    return found


def _add(source: SourceTable, found: Factors, key: str, rows: _Material) -> None:
    if not rows.new and len(rows.averages) == 1:
        rows.new, rows.averages, mixed = rows.averages, [], "; gemiddelde van nieuw en gerecycled"
    else:
        mixed = ""
    for kind in (rows.new, rows.recycled):
        for number, row in kind[1:]:
            above = (kind[0][0], _values(kind[0][1]))
            stands_again(source, found, above, (number, _values(row)), _spelled(row), "material")
    for number, _ in rows.averages:
        found.leave(number, "mengsel van nieuw en gerecycled: die staan in andere rijen apart")
    for number, _ in [] if rows.new else rows.recycled:
        found.leave(number, "gerecycled, maar zonder waarde voor nieuw materiaal")
    if not rows.new:
        return
    label = ", ".join(key.split(" | "))
    new = NewMaterial(
        code_of(CODE, key), "material", "kg", dutch_name_of(CODE, key) or label, label, key.split(" | ")[0]
    )
    number, first = rows.new[0]
    again = rows.recycled[:1]
    added = 0
    for indicator, column, unit in _INDICATORS:
        value = _value_of(source, number, first, column)
        recycled = _value_of(source, *again[0], column) if again else None
        if value is None:
            continue
        for material in places_of(found, CODE, key, new):
            added += 1
            found.add(
                number,
                material=material,
                indicator=indicator,
                module="production",
                value=value,
                recycled_value=recycled,
                unit=unit,
                source=_SOURCE.code,
                source_reference="; ".join(_spelled(row) for _, row in [rows.new[0], *again]),
                source_url=first["source"] or _SOURCE.url,
                year=_SOURCE.year,
                region="UK",
                quality="poor",
                derivation=f"{first['boundary'].lower()}{mixed}",
            )
    _leave_carbon(found, [rows.new[0], *again])


def _leave_carbon(found: Factors, rows: list[_Row]) -> None:
    for number, row in rows:
        if row[_CARBON_DIOXIDE] and not row[_CARBON]:
            found.leave_value(number, "CO2 per kg", "alleen CO2, zonder de andere broeikasgassen: geen CO2-eq")


def _value_of(source: SourceTable, number: int, row: Mapping[str, str], column: str) -> Decimal | None:
    value = source.number(number, column, row[column])
    biomass = _BIOMASS(row["note"]) if column == _ENERGY else None
    return value - Decimal(biomass[1].rstrip(".")) if value is not None and biomass else value


def _values(row: Mapping[str, str]) -> str:
    return f"{row[_CARBON] or '-'} kg CO2e/kg en {row[_ENERGY] or '-'} MJ/kg"


def _spelled(row: Mapping[str, str]) -> str:
    return " | ".join(row[name] for name in ("material", "type", "subtype") if row[name])


LAYOUT = Layout(CODE, "Inventory of Carbon and Energy, versie 2 (2011)", (".csv", ".xlsx"), read_inventory)
