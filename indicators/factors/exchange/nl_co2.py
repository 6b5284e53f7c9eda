"""The Dutch list of CO2 emission factors (co2emissiefactoren.nl), as its columns v1..v4 with their heads h1..h4.

v1 is the total of the list (well to wheel, or collection for waste). Biogenic emissions stand beside it. The same
boundary holds for everything that we count: so the making of plant and grid, which the list gives apart, is added
to electricity and to what drives on the average mix, and all that treatment of waste emits is added to collection,
for burning and recycling alike. What is avoided belongs to another boundary.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .factors import Factors, Layout, NewMaterial, NewSource, Options
from .source_tables import SourceTable, code_of, open_source, places_of

CODE = "nl-co2emissiefactoren"
_WANTED = (
    *(
        "section",
        "subsection",
        "name",
        "v1",
        "v2",
        "v3",
        "v4",
        "unit",
        "mj_per_unit",
        "h1",
        "h2",
        "h3",
        "h4",
        "link",
    ),
)
_MAKING = "Infrastructuur"
_MIX = "gridmix"
_ON_THE_MIX = ("stroommix", "batterij/elektrisch")
_MJ_PER_KWH = Decimal("3.6")
_SIX = Decimal("0.000001")
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
    ("Montreal", "gerekend met oudere GWP-waarden (AR4); het totaal is nieuwer"),
)


def read_list(content: bytes, name: str, options: Options) -> Factors:
    """The factors of the list. Raises Refused when it is not this list."""
    source, found = open_source(content, name, options, wanted=_WANTED, value="v1")
    found.sources[_SOURCE.code] = _SOURCE
    grid = _making_of_mix(source)
    for number, row in source.rows():
        if row["v1"] in _GONE:
            found.leave(number, _GONE[row["v1"]])
        elif row["unit"] not in _UNITS:
            found.leave(number, f"eenheid {row['unit']}: daar rekenen wij niet mee")
        else:
            parts = _parts_of(source, number, row, grid)
            biogenic = row["v4"] if row["h4"].casefold() == "biogene emissies" else ""
            extra = source.number(number, "v4", biogenic)
            _leave_parts(found, number, row)
            if parts:
                value = sum((part for _, part in parts), Decimal(0))
                _add(found, number, row, _derivation(row, parts), value=value, biogenic=extra or None)
    return found


def _making_of_mix(source: SourceTable) -> Decimal | None:
    """What making plant and grid adds to a kWh of the average mix, in kg CO2-eq; None when the list has none."""
    for number, row in source.rows():
        if row["h4"].startswith(_MAKING) and row["name"].endswith(_MIX):
            return source.number(number, "v4", row["v4"])
    return None


def _parts_of(
    source: SourceTable, number: int, row: dict[str, str], grid: Decimal | None
) -> list[tuple[str, Decimal]]:
    """Everything that counts in this row with its name, in kg CO2-eq per unit of the list; the first is v1."""
    wanted = [("v1", row["h1"])]
    if row["h4"].startswith(_MAKING):
        wanted.append(("v4", "maken van centrale en net"))
    if row["section"] == "Afval" and "verbranding" not in row["h1"].casefold():
        wanted += [("v2", row["h2"]), ("v3", row["h3"])]
    found = []
    for column, name in wanted:
        part = source.number(number, column, row[column])
        if part is None and column == "v1":
            return []
        if part:
            found.append((name, part))
        elif column == "v1":
            found.append((name, Decimal(0)))
    if grid is not None and any(word in row["name"].casefold() for word in _ON_THE_MIX):
        energy = source.number(number, "mj_per_unit", row["mj_per_unit"])
        if energy:
            found.append(("maken van centrale en net", (energy / _MJ_PER_KWH * grid).quantize(_SIX).normalize()))
    return found


def _derivation(row: dict[str, str], parts: list[tuple[str, Decimal]]) -> str:
    """How the value came about, in the unit of the list."""
    if len(parts) == 1:
        return f"{row['h1']}, per {row['unit']}"
    return f"{' + '.join(f'{name} {part:f}' for name, part in parts)}, per {row['unit']}"


def _add(found: Factors, number: int, row: dict[str, str], derivation: str, **numbers: object) -> None:
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
            derivation=derivation,
            **numbers,
        )


def _leave_parts(found: Factors, number: int, row: dict[str, str]) -> None:
    for word, why in _PARTS:
        if row["h4"].startswith(word) and row["v4"]:
            found.leave_value(number, row["h4"], why)


LAYOUT = Layout(CODE, "Lijst CO2-emissiefactoren (Nederland)", (".csv", ".xlsx"), read_list)
