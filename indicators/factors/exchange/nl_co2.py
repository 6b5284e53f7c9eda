"""The Dutch list of CO2 emission factors (co2emissiefactoren.nl), as its columns v1..v4 with their heads h1..h4.

v1 is the total that counts (well to wheel, or the value after the GHG Protocol for waste). Biogenic emissions
stand beside it. What is avoided belongs to another boundary; infrastructure of electricity stands apart too.
"""

from __future__ import annotations

from dataclasses import dataclass

from .factors import Factors, Layout, NewMaterial, NewSource, Options
from .source_tables import code_of, open_source, places_of

CODE = "nl-co2emissiefactoren"
_WANTED = ("section", "subsection", "name", "v1", "v2", "v3", "v4", "unit", "h1", "h2", "h3", "h4", "link")
_SOURCE = NewSource(
    "nl-co2-2026",
    "Lijst emissiefactoren 2026",
    "co2emissiefactoren.nl",
    "https://co2emissiefactoren.nl/factoren/2026/",
    2026,
    "Free to use with reference; no formal open licence seen",
)


@dataclass(frozen=True)
class _Unit:
    """How a unit of the list is spelled in ours, and the unit of a material that is counted in it."""

    spelled: str
    of_material: str


_UNITS = {
    "liter": _Unit("l", "l"),
    "kg": _Unit("kg", "kg"),
    "kg ds": _Unit("kg", "kg"),
    "Nm3": _Unit("m3", "m3"),
    "kWh": _Unit("kWh", "kWh"),
    "GJ": _Unit("GJ", "MJ"),
    "ton": _Unit("ton", "kg"),
    "voertuigkilometer": _Unit("km", "km"),
    "reizigerskilometer": _Unit("pkm", "pkm"),
    "tonkilometer": _Unit("tkm", "tkm"),
}
_MODULES = {"Personenvervoer": "transport", "Goederenvervoer": "transport", "Afval": "end"}
_GONE = {
    "Vervallen": "vervallen: de bron geeft er geen waarde meer voor",
    "Variabel": "variabel: de bron geeft geen vaste waarde",
    "": "geen totaal: de bron geeft er alleen een deel van",
}
_PARTS = (
    ("Vermeden", "vermeden uitstoot hoort bij een andere grens en telt nooit mee in een voetafdruk"),
    ("Infrastructuur", "infrastructuur staat apart en zit niet in het totaal"),
    ("Montreal", "gerekend met oudere GWP-waarden (AR4); het totaal is nieuwer"),
)


def read_list(content: bytes, name: str, options: Options) -> Factors:
    """The factors of the list. Raises Refused when it is not this list."""
    source, found = open_source(content, name, options, wanted=_WANTED, value="v1")
    found.sources[_SOURCE.code] = _SOURCE
    for number, row in source.rows():
        if row["v1"] in _GONE:
            found.leave(number, _GONE[row["v1"]])
        elif row["unit"] not in _UNITS:
            found.leave(number, f"eenheid {row['unit']}: daar rekenen wij niet mee")
        else:
            value = source.number(number, "v1", row["v1"])
            biogenic = row["v4"] if row["h4"].casefold() == "biogene emissies" else ""
            extra = source.number(number, "v4", biogenic)
            _leave_parts(found, number, row)
            if value is not None:
                _add(found, number, row, value=value, biogenic=extra or None)
    return found


def _add(found: Factors, number: int, row: dict[str, str], **numbers: object) -> None:
    key = " | ".join((row["section"], row["subsection"], row["name"]))
    unit = _UNITS[row["unit"]]
    dry = " (droge stof)" if row["unit"] == "kg ds" else ""
    label = f"{row['name']}{dry}, {row['subsection']}"
    new = NewMaterial(code_of(CODE, key, row["name"]), "flow", unit.of_material, label, category=row["section"])
    for material in places_of(found, CODE, key, new):
        found.add(
            number,
            material=material,
            indicator="climate",
            module=_MODULES.get(row["section"], "use"),
            unit=f"kg CO2-eq/{unit.spelled}",
            source=_SOURCE.code,
            source_reference=key,
            source_url=row["link"],
            year=_SOURCE.year,
            region="NL",
            quality="good",
            derivation=f"{row['h1']}, per {row['unit']}",
            **numbers,
        )


def _leave_parts(found: Factors, number: int, row: dict[str, str]) -> None:
    for word, why in _PARTS:
        if row["h4"].startswith(word) and row["v4"]:
            found.leave_value(number, row["h4"], why)


LAYOUT = Layout(CODE, "Lijst CO2-emissiefactoren (Nederland)", (".csv", ".xlsx"), read_list)
