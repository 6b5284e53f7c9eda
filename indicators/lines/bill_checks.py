"""Whether a bill of materials is right: its materials exist, its shares add up, nothing stands there twice.

Source: method, section 2 (shares).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from indicators.lines import BomRow, Line
from indicators.lines.line import in_kg
from indicators.models import Material, ProductGroup
from indicators.selectors import MaterialInfo
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import dutch
from mvi_dashboard.ground.problems import Path, Problem

from .suggestions import fits_kind, unknown_material

NOTICE = Decimal("0.005")
MOST_TO_CONFIRM = Decimal("0.05")
_LEAST_RECYCLED = Decimal("0.01")
_ONE, _HALF, _PERCENT = Decimal(1), Decimal("0.5"), Decimal(100)

_GOODS = {
    "mixed": "Geef op elke regel een aandeel, of op elke regel kg: niet door elkaar.",
    "amount": "Vul de kg van dit materiaal in.",
    "whole": "Geef ook de massa per stuk: de regels staan in kg.",
}
_CONSUMED = {
    "mixed": "Geef op elke regel een aandeel, of op elke regel een hoeveelheid: niet door elkaar.",
    "amount": "Vul in hoeveel hiervan in één eenheid zit.",
    "whole": "Geef ook de hoeveelheid per eenheid: de regels zijn hoeveelheden.",
}

_KINDS: Mapping[str, str] = {
    Material.Kind.MATERIAL: "een materiaal",
    Material.Kind.FLOW: "een verbruiksstroom",
    Material.Kind.FOOD: "een voedingsmiddel",
    Material.Kind.SPEND: "een bedrag",
}
_MADE_OF: Mapping[str, str] = {
    Material.Kind.MATERIAL: "Goederen zijn van materialen gemaakt: kies een materiaal.",
    Material.Kind.FLOW: "Deze productgroep telt in verbruiksstromen: kies een verbruiksstroom.",
    Material.Kind.FOOD: "Een maaltijd bestaat uit voedingsmiddelen: kies een voedingsmiddel.",
    "": "Dat telt hier niet mee: kies iets anders.",
}

Rows = Sequence[BomRow]


def check_bill(
    line: Line, path: Path, group: ProductGroup, materials: Mapping[str, MaterialInfo]
) -> tuple[list[Problem], list[Problem]]:
    """The problems of the bill of one line, and its notices; `path` is that of the line."""
    rows = line.bill_of_materials
    place = (*path, "billOfMaterials")
    problems = _check_materials(rows, place, group, materials) + _check_twice(rows, place)
    problems += _check_recycled(rows, place, materials)
    sums, notices = _check_sum(line, rows, path, _CONSUMED if group.is_consumed else _GOODS)
    return problems + sums, notices


def _check_materials(
    rows: Rows, place: Path, group: ProductGroup, materials: Mapping[str, MaterialInfo]
) -> list[Problem]:
    problems = []
    units = [materials[row.material].unit for row in rows if row.material in materials]
    wanted = group.bill_unit or (units[0] if units else "")
    for number, row in enumerate(rows):
        if not row.has("material"):
            continue
        found = materials.get(row.material)
        where = (*place, number, "material")
        if found is None:
            problems.append(unknown_material(where, row.material))
        elif found.unit != wanted:
            text = worded(
                "{name} telt in {unit}; deze lijst telt in {wanted}.",
                name=formats.capital(found.name),
                unit=found.unit,
                wanted=wanted,
            )
            problems.append(Problem(where, "unit_mismatch", text))
        elif not fits_kind(found, group):
            text = worded(
                "{name} is {kinds}. {made_of}",
                name=formats.capital(found.name),
                kinds=_KINDS[found.kind],
                made_of=_MADE_OF[group.bill_kind],
            )
            problems.append(Problem(where, "not_applicable", text))
    return problems


def _check_twice(rows: Rows, place: Path) -> list[Problem]:
    """The same material may stand there again as another part of the product, or with other recycled content."""
    seen: dict[tuple[str, str, Decimal], int] = {}
    problems = []
    for number, row in enumerate(rows):
        if not row.has("material") or not row.has("recycled"):
            continue
        key = (row.component or "", row.material, row.recycled)
        if key in seen:
            text = worded(
                "Materiaal {material} staat er al (regel {seen}), met hetzelfde onderdeel en "
                "hetzelfde gerecyclede deel. Tel de regels bij elkaar op.",
                material=row.material,
                seen=seen[key] + 1,
            )
            problems.append(Problem((*place, number, "material"), "duplicate_line", text))
        else:
            seen[key] = number
    return problems


def _check_recycled(rows: Rows, place: Path, materials: Mapping[str, MaterialInfo]) -> list[Problem]:
    """Only a material has recycled content; and nobody reports a part of a percent: 0.6 was written for 60."""
    problems = []
    for number, row in enumerate(rows):
        recycled, found = row.recycled, materials.get(row.material or "")
        if recycled and found is not None and found.kind != Material.Kind.MATERIAL:
            text = worded(
                "{name} is geen materiaal en dus niet gerecycled: vul hier 0 in.", name=formats.capital(found.name)
            )
            problems.append(Problem((*place, number, "recycled"), "not_applicable", text))
            continue
        if not row.has("recycled") or not 0 < recycled <= _LEAST_RECYCLED:
            continue
        said, meant = (dutch(_rounded(part)) for part in (recycled * _PERCENT, recycled * _PERCENT * _PERCENT))
        text = worded(
            "Hier staat {said} % gerecycled: bedoelt u {meant} %? Klopt het wel, bevestig het met een reden.",
            said=said,
            meant=meant,
        )
        problems.append(Problem((*place, number, "recycled"), "plausibility", text, confirmable=True))
    return problems


def _check_sum(
    line: Line, rows: Rows, path: Path, words: Mapping[str, str]
) -> tuple[list[Problem], list[Problem]]:
    place = (*path, "billOfMaterials")
    name = "mass_kg" if in_kg(rows) else "share"
    if name == "mass_kg" and any(row.share is not None for row in rows):
        return [Problem(place, "mixed_units", words["mixed"])], []
    # A row whose number could not be read is a problem already; a sum without it would be a second one.
    absent = [number for number, row in enumerate(rows) if row.has(name) and getattr(row, name) is None]
    if absent:
        label = "Vul het aandeel van dit materiaal in." if name == "share" else words["amount"]
        field = "share" if name == "share" else "massKg"
        return [Problem((*place, number, field), "required", label) for number in absent], []
    if not rows or any(not row.has(name) for row in rows):
        return [], []
    parts = [part for row in rows if (part := getattr(row, name)) is not None]
    if name == "share":
        return _judge(parts, _ONE, place)
    if not line.has("mass_kg"):
        return [], []
    if line.mass_kg is None:
        return [Problem((*path, "massKg"), "required", words["whole"])], []
    return _judge(parts, line.mass_kg, place)


def _judge(parts: list[Decimal], whole: Decimal, place: Path) -> tuple[list[Problem], list[Problem]]:
    """Exact: nothing. Within half a percent: a notice. Explained by rounding: confirm. Else refused."""
    total = sum(parts, Decimal(0)) / whole
    off = abs(total - _ONE)
    if off == 0:
        return [], []
    said = worded("De materialen tellen op tot {total} %", total=dutch(_rounded(total * _PERCENT)))
    if off <= NOTICE:
        return [], [Problem(place, "shares_sum", worded("{said}. Wij rekenen naar 100 %.", said=said))]
    finest = min(Decimal(1).scaleb(min(int(part.as_tuple().exponent), 0)) for part in parts)
    if off <= min(len(parts) * _HALF * finest / whole, MOST_TO_CONFIRM):
        text = worded("{said}. Wij rekenen naar 100 %. Klopt dat?", said=said)
        return [Problem(place, "shares_sum", text, confirmable=True)], []
    hint = " Schrijf procenten: 55 en niet 0,55." if abs(total - 1 / _PERCENT) <= NOTICE / _PERCENT else ""
    return [Problem(place, "shares_sum", worded("{said}: dat moet 100 % zijn.{hint}", said=said, hint=hint))], []


def _rounded(percentage: Decimal) -> Decimal:
    return percentage.quantize(Decimal("0.0001")).normalize() + 0
