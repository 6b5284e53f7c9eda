"""What the declared unit weighs: without a mass that the declaration states itself, nothing is known per kg.

Every statement in the file is looked at. They must agree, and the density that follows must be possible: a slip of
a factor thousand in one field would otherwise go unnoticed into every assessment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from mvi_dashboard.ground.problems import Problems
from mvi_dashboard.ground.shapes import quoted

from . import tables
from .declaration import Declaration, Quantity
from .units import TWO_TONS, in_dutch, ratio

KG_PER_UNIT, UNITS_PER_KG = "kg_per_unit", "units_per_kg"
"""The two ways in which files mean a conversion factor: the format says units per kg, many write the weight."""
_AGREE = Decimal("0.05")
_SAME_TON = Decimal("0.005")
_PLACE = ("declaredUnit",)
_ASKED = ("conversionFactor",)
_FACTOR = "conversion factor to 1 kg"
_PER_UNIT = {"gross density": "m3", "bulk density": "m3", "grammage": "m2", "linear density": "m"}
_THICKNESS = "layer thickness"
_NAMES_NL = {
    "mass": "massa",
    "gross density": "dichtheid",
    "bulk density": "stortdichtheid",
    "grammage": "gewicht per vierkante meter",
    "linear density": "gewicht per meter",
    "weight per unit": "gewicht per stuk",
    _FACTOR: "omrekenfactor naar 1 kg",
}


@dataclass(frozen=True)
class Conversion:
    """The declared unit, and what one such unit weighs.

    `kg`: kilograms in the declared amount; `amount` and `unit` as declared, `how` which statement says so, and
    `remark` what a reader should know about it.
    """

    amount: Decimal
    unit: str
    kg: Decimal
    how: str
    remark: str = ""


def conversion_of(declaration: Declaration, problems: Problems, direction: str = "") -> Conversion | None:
    """The declared unit in kg; None, with every problem noted and both units named, when that cannot be said.

    `direction` is how a conversion factor is meant when the file has nothing else; empty is not told.
    """
    reference = next((each for each in declaration.quantities if each.reference), None)
    amount = declaration.declared_amount
    if reference is None or amount is None:
        text = "Dit bestand zegt niet voor welke eenheid de verklaring geldt, dus ook niet hoeveel kg dat is."
        if declaration.key and not declaration.quantities:
            text += " In ILCD-XML staat dat in een tweede bestand (flow): stuur beide samen in een zip."
        problems.note(_PLACE, "no_declared_unit", text)
        return None
    reference = _which_ton(reference, declaration)
    unit = _unit_of(reference, problems)
    if not unit:
        return None
    if reference.value is None and problems:
        return None
    if amount <= 0 or not reference.value or reference.value <= 0:
        shown = f"{_shown(amount)} x {_shown(reference.value)} {in_dutch(unit)}"
        text = f"De verklaring geldt voor {shown}: dat moet meer dan 0 zijn."
        problems.note(_PLACE, "range", text)
        return None
    declared = Declared(declaration, amount * reference.value, unit)
    stated = list(_statements(declared, problems))
    factor = _factor_of(declared, problems)
    if problems:
        return None
    name, kg, remark = _weighed(declared, stated, factor, direction, problems)
    if kg and (text := _impossible(declared, kg)):
        problems.note(_PLACE, "implausible_mass", text)
    return None if problems else Conversion(declared.amount, unit, kg, name, remark)


@dataclass(frozen=True)
class Declared:
    """How much of the product a declaration is about."""

    declaration: Declaration
    amount: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{_shown(self.amount)} {in_dutch(self.unit)}"


def _weighed(
    declared: Declared,
    stated: list[tuple[str, Decimal]],
    factor: Decimal | None,
    direction: str,
    problems: Problems,
) -> tuple[str, Decimal, str]:
    """Which statement counts, the kg it gives, and what a reader should know; what contradicts is noted."""
    shown = _NAMES_NL[_FACTOR]
    if not stated and factor is None:
        text = f"De verklaring geldt voor {declared} en zegt niet hoeveel kg dat is."
        problems.note(_PLACE, "no_mass", text)
        return "", Decimal(0), ""
    if not stated and factor is not None:
        return shown, *_of_factor(declared, factor, direction, problems)
    (name, kg), *others = stated
    remark = ""
    if factor is not None:
        other_way = not _agree(declared.amount * factor, kg) and _agree(declared.amount / factor, kg)
        if other_way:
            per = f"als {in_dutch(declared.unit)} per kg"
            remark = f"De {shown} {_shown(factor)} staat er andersom in, {per}: dat past bij de {name}."
        else:
            others.append((shown, declared.amount * factor))
    for other, weight in others:
        if not _agree(weight, kg):
            text = (
                f"Van {declared} naar kg staan er twee waarden: {_shown(kg)} kg ({name}) en {_shown(weight)} kg "
                f"({other}). Welke klopt, moet de uitgever zeggen."
            )
            problems.note(_PLACE, "mass_disagrees", text)
    return name, kg, remark


def _of_factor(declared: Declared, factor: Decimal, direction: str, problems: Problems) -> tuple[Decimal, str]:
    """The kg when only a conversion factor says so: it has two readings, and who sends the file says which."""
    one = in_dutch(declared.unit)
    readings = {KG_PER_UNIT: declared.amount * factor, UNITS_PER_KG: declared.amount / factor}
    straight, other = readings.values()
    possible = [way for way, kg in readings.items() if not _impossible(declared, kg)]
    if len(possible) > 1 and not direction and not _agree(straight, other):
        text = (
            f"Alleen een omrekenfactor ({_shown(factor)}) zegt wat dit weegt. Weegt {declared} "
            f"{_shown(straight)} kg (kg per {one}) of {_shown(other)} kg ({one} per kg)? "
            "Kies hoe de omrekenfactor is bedoeld."
        )
        problems.note(_ASKED, "ambiguous", text)
    way = direction or (possible[0] if len(possible) == 1 else KG_PER_UNIT)
    kg = readings[way]
    return kg, f"Alleen de {_NAMES_NL[_FACTOR]} zegt dat {declared} {_shown(kg)} kg weegt: kijk of dat kan."


def _agree(weight: Decimal, kg: Decimal) -> bool:
    return abs(weight - kg) <= _AGREE * kg


def _which_ton(reference: Quantity, declaration: Declaration) -> Quantity:
    """The reference with its ton named, when the mass beside it tells which of both it is."""
    masses = [each for each in declaration.quantities if not each.reference and each.name.casefold() == "mass"]
    if reference.unit != TWO_TONS or not reference.value or not masses:
        return reference
    stated = (masses[0].value or Decimal(0)) * (ratio(masses[0].unit, "kg") or Decimal(0))
    for unit in ("t", "short ton"):
        weighs = reference.value * (ratio(unit, "kg") or Decimal(0))
        if abs(stated - weighs) <= _SAME_TON * weighs:
            return replace(reference, unit=unit)
    return reference


def _unit_of(reference: Quantity, problems: Problems) -> str:
    """The unit of the reference property in our spelling; what contradicts it is noted."""
    name, official = tables.units_of_keys().get(reference.key, (reference.name, ""))
    _, of_group = tables.units_of_keys().get(reference.unit_group, ("", ""))
    written = reference.unit or official or of_group
    if written == TWO_TONS:
        text = (
            f"Een ton kan 1000 kg zijn of 907,185 kg (short ton). Zet {_shown(reference.value)} ton om naar kg in "
            "kg_per_declared_unit, of schrijf metric ton of short ton."
        )
        problems.note(_PLACE, "ambiguous_unit", text)
        return ""
    # Only units that we can count in: a declared unit in MJ or square-metre-years has no weight.
    spelled = next((unit for unit in ("kg", "m3", "m2", "m", "piece", "MJ", "t*km") if ratio(written, unit)), "")
    for other, what in ((official, name), (of_group, "de groep van eenheden")):
        if other and spelled and ratio(written, other) is None:
            text = f"De eenheid {quoted(written)} past niet bij {what}, want die telt in {other}."
            problems.note(_PLACE, "unit_disagrees", text)
            return ""
    if not spelled:
        problems.note(_PLACE, "invalid_unit", f"De eenheid {quoted(written)} kunnen wij niet omrekenen naar kg.")
        return ""
    # What is written may be a multiple (t, g): the amount stays in the written one.
    return written if ratio(written, spelled) != 1 else spelled


def _statements(declared: Declared, problems: Problems) -> Iterator[tuple[str, Decimal]]:
    """What the declared amount weighs, once for every statement about it, the strongest first."""
    declaration, unit = declared.declaration, declared.unit
    own = ratio(unit, "kg")
    if own is not None:
        yield _NAMES_NL["mass"], declared.amount * own
    for each in declaration.quantities:
        name, _ = tables.units_of_keys().get(each.key, (each.name, each.unit))
        if not each.reference and name.casefold() == "mass":
            # A mass beside the reference property belongs to one reference flow: the same amount.
            yield from _weight("mass", each, declaration.declared_amount or Decimal(0), unit, problems)
    for each in declaration.properties:
        name = each.name.casefold()
        if name in _PER_UNIT and (times := ratio(unit, _PER_UNIT[name])) is not None:
            yield from _weight(name, each, declared.amount * times, unit, problems)
        elif name == "weight per unit" and ratio(unit, "piece"):
            yield from _weight(name, each, declared.amount, unit, problems)


def _factor_of(declared: Declared, problems: Problems) -> Decimal | None:
    """The conversion factor of the file; two that differ are a contradiction."""
    given = [each for each in declared.declaration.properties if each.name.casefold() == _FACTOR]
    found = [kg for each in given for _, kg in _weight(_FACTOR, each, Decimal(1), declared.unit, problems)]
    if len(set(found)) > 1:
        both = " en ".join(_shown(each) for each in found[:2])
        problems.note(_PLACE, "mass_disagrees", f"Er staan twee omrekenfactoren in: {both}. Welke klopt?")
    return found[0] if found else None


def _weight(
    name: str, stated: Quantity, times: Decimal, unit: str, problems: Problems
) -> Iterator[tuple[str, Decimal]]:
    shown, one = _NAMES_NL[name], in_dutch(unit)
    if stated.value is None or stated.value <= 0:
        said = "leeg" if stated.value is None else _shown(stated.value)
        text = f"Van {one} naar kg: de {shown} is {said}. Dat moet meer dan 0 kg per {one} zijn."
        problems.note(_PLACE, "mass_conversion", text)
        return
    size = stated.unit.partition("/")[0].strip()
    in_kg = Decimal(1) if size in ("", "-") else ratio(size, "kg")
    if in_kg is None:
        text = f"De {shown} staat in {quoted(stated.unit)}, maar voor {one} hoort daar kg per {one}."
        problems.note(_PLACE, "invalid_unit", text)
        return
    yield shown, stated.value * times * in_kg


def _impossible(declared: Declared, kg: Decimal) -> str:
    """Why this kind of product cannot weigh so much per cubic metre; empty when it can."""
    kind = _kind_of(declared.declaration)
    for density in _densities(declared, kg):
        if not kind.least <= density <= kind.most:
            what = "Een product" if not kind.words else f"Een product als dit ({kind.name})"
            return (
                f"{_shown(kg)} kg voor {declared} is {_shown(density)} kg per m3. "
                f"{what} weegt dat niet: het kan {_shown(kind.least)} tot {_shown(kind.most)} kg per m3 zijn."
            )
    return ""


def _densities(declared: Declared, kg: Decimal) -> Iterator[Decimal]:
    """Every density in kg per cubic metre that follows from this weight or stands in the file."""
    unit = declared.unit
    volume = ratio(unit, "m3")
    if volume:
        yield kg / (declared.amount * volume)
    for each in declared.declaration.properties:
        size, _, below = each.unit.replace("^", "").partition("/")
        if each.name.casefold() == "gross density" and each.value and below.strip() == "m3" and not volume:
            yield each.value * (ratio(size, "kg") or Decimal(1))
        if each.name.casefold() == _THICKNESS and each.value and (area := ratio(unit, "m2")):
            thick = each.value * (ratio(each.unit, "m") or Decimal(1))
            yield kg / (declared.amount * area * thick) if thick > 0 else Decimal(0)


def _kind_of(declaration: Declaration) -> tables.Density:
    names = " ".join(declaration.names.values()).casefold()
    return next(each for each in tables.densities() if not each.words or any(word in names for word in each.words))


def _shown(number: Decimal | None) -> str:
    """A number of any size, as the Dutch write it, in at most six digits."""
    if number is None:
        return "onbekend"
    short = Decimal(f"{number:.6g}").normalize()
    return f"{short:f}".replace(".", ",")
