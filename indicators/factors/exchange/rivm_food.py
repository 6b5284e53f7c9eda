"""The RIVM database of the environmental load of foods: six indicators per kg, up to and including distribution.

The file has two header rows (the effect, then its unit), numbers with a point, and a note below the last row.
"""

from __future__ import annotations

from mvi_dashboard.ground.intake import read_cells
from mvi_dashboard.ground.shapes import quoted

from .factors import Factors, Layout, NewMaterial, NewSource, Options
from .source_tables import code_of, number_in, places_of

CODE = "rivm-voedsel"
_SOURCE = NewSource(
    "rivm-food-2019",
    "Database milieubelasting voedingsmiddelen (tot en met distributie)",
    "RIVM",
    "https://www.rivm.nl/voedsel-en-voeding/duurzaam-voedsel/database-milieubelasting-voedingsmiddelen",
    2019,
    "CC BY 4.0",
)
_NAME, _GROUP, _NUMBER = "Naam", "Productgroep", "NEVO code"
# Effect and unit of the source, our indicator and how it spells that unit: each is the same quantity.
_INDICATORS = {
    ("Global warming", "kg CO2 eq"): ("climate", "kg CO2-eq"),
    ("Terrestrial acidification", "kg SO2 eq"): ("acidification", "kg SO2-eq"),
    ("Freshwater eutrophication", "kg P eq"): ("eutrophication_freshwater", "kg P-eq"),
    ("Marine eutrophication", "kg N eq"): ("eutrophication_marine", "kg N-eq"),
    ("Land use", "m2a crop eq"): ("land_crop", "m2a crop-eq"),
    ("Water consumption", "m3"): ("water", "m3"),
}
_HEADERS = 2


def read_foods(content: bytes, name: str, options: Options) -> Factors:
    """Six factors per food. Raises Refused when it is not this database."""
    rows, delimiter, encoding = read_cells(content, name, encoding=options.encoding)
    found = Factors(file_rows=max(len(rows) - _HEADERS, 0), file=name, delimiter=delimiter, encoding=encoding)
    found.sources[_SOURCE.code] = _SOURCE
    columns, effects = _columns_of(rows[:_HEADERS], found)
    names = {field: pair[0] for pair, (field, _) in _INDICATORS.items()}
    found.place = lambda number, _: ("rows", number)
    for number, cells in rows[_HEADERS:]:
        held = [cell.strip() for cell in cells] + [""] * (max(columns.values()) + 1 - len(cells))
        values = {effect: held[column] for effect, column in effects.items()}
        food = held[columns[_NAME]]
        if not any(held[1:]):
            found.leave(number, "een voetnoot, geen voedingsmiddel")
        elif not any(values.values()):
            found.leave(number, "geen waarden: de bron heeft ze teruggetrokken")
        else:
            group, nevo = held[columns[_GROUP]], held[columns[_NUMBER]]
            key = f"{food} | {group} | NEVO {nevo}"
            new = NewMaterial(code_of(CODE, key, food), "food", "kg", food, category=group)
            for effect, text in values.items():
                value = number_in(text, ("rows", number, names[effect]), found.problems)
                if not text:
                    found.leave_value(number, names[effect], "geen waarde in de bron: leeg is onbekend, geen 0")
                if value is None:
                    continue
                for material in places_of(found, CODE, key, new):
                    _add(found, number, material, effect, value, key)
    return found


def _add(found: Factors, number: int, material: str, effect: str, value: object, key: str) -> None:
    unit = next(unit for field, unit in _INDICATORS.values() if field == effect)
    found.add(
        number,
        material=material,
        indicator=effect,
        module="production",
        value=value,
        unit=f"{unit}/kg",
        source=_SOURCE.code,
        source_reference=key,
        source_url=_SOURCE.url,
        year=_SOURCE.year,
        region="NL",
        quality="good",
        derivation="tot en met distributie, per kg voedingsmiddel",
    )


def _columns_of(header: list[tuple[int, list[str]]], found: Factors) -> tuple[dict[str, int], dict[str, int]]:
    """Where name, group and number stand, and where each indicator does. Raises Refused when one is missing."""
    top, below = ([cell.strip() for cell in cells] for _, cells in (header + [(0, [])] * _HEADERS)[:_HEADERS])
    top += [""] * (len(below) - len(top))
    pairs = {pair: column for column, pair in enumerate(zip(top, below, strict=False))}
    columns = {name: below.index(name) for name in (_NAME, _GROUP, _NUMBER) if name in below}
    effects = {field: pairs[pair] for pair, (field, _) in _INDICATORS.items() if pair in pairs}
    for name in (_NAME, _GROUP, _NUMBER):
        if name not in columns:
            text = f"De kolom {quoted(name)} ontbreekt in rij 2: is dit wel dit soort bestand?"
            found.problems.note(("columns", name), "missing_column", text)
    for effect, unit in _INDICATORS:
        where = [column + 1 for column, pair in enumerate(zip(top, below, strict=False)) if pair == (effect, unit)]
        if len(where) > 1:
            text = f"{effect} in {unit} staat in kolom {' en '.join(map(str, where))}: haal er één weg."
            found.problems.note(("columns", effect), "duplicate_column", text)
        if (effect, unit) not in pairs:
            text = f"De kolom {effect} in {unit} ontbreekt in rij 1 en 2: is dit wel dit soort bestand?"
            found.problems.note(("columns", effect), "missing_column", text)
    found.problems.refuse()
    return columns, effects


LAYOUT = Layout(CODE, "RIVM: milieubelasting van voedingsmiddelen", (".csv",), read_foods)
