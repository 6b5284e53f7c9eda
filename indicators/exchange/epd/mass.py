"""What the declared unit weighs: without a mass that the declaration states itself, nothing is known per kg.

Every statement in the file is looked at. They must agree, and the density that follows must be possible: a slip of
a factor thousand in one field would otherwise go unnoticed into every assessment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mvi_dashboard.ground.problems import Problems
from mvi_dashboard.ground.shapes import quoted

from . import tables
from .declaration import Declaration, Quantity
from .units import in_dutch, ratio

_AGREE = Decimal("0.05")
_PLACE = ("declaredUnit",)
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


def conversion_of(declaration: Declaration, problems: Problems) -> Conversion | None:
    """The declared unit in kg; None, with every problem noted and both units named, when that cannot be said."""
    reference = next((each for each in declaration.quantities if each.reference), None)
    amount = declaration.declared_amount
    if reference is None or amount is None:
        text = "Dit bestand zegt niet voor welke eenheid de verklaring geldt, dus ook niet hoeveel kg dat is."
        if declaration.key and not declaration.quantities:
            text += " In ILCD-XML staat dat in een tweede bestand (flow): stuur beide samen in een zip."
        problems.note(_PLACE, "no_declared_unit", text)
        return None
    unit = _unit_of(reference, problems)
    if not unit:
        return None
    if amount <= 0 or not reference.value or reference.value <= 0:
        shown = f"{_shown(amount)} x {_shown(reference.value)} {in_dutch(unit)}"
        text = f"De verklaring geldt voor {shown}: dat moet meer dan 0 zijn."
        problems.note(_PLACE, "range", text)
        return None
    declared = amount * reference.value
    stated = list(_statements(declaration, unit, declared, problems))
    if problems:
        return None
    if not stated:
        text = f"De verklaring geldt voor {_shown(declared)} {in_dutch(unit)} en zegt niet hoeveel kg dat is."
        problems.note(_PLACE, "no_mass", text)
        return None
    name, kg = stated[0]
    for other, weight in stated[1:]:
        if abs(weight - kg) > _AGREE * kg:
            text = (
                f"Van {_shown(declared)} {in_dutch(unit)} naar kg staan er twee waarden: "
                f"{_shown(kg)} kg ({name}) en {_shown(weight)} kg ({other}). Welke klopt, moet de uitgever zeggen."
            )
            problems.note(_PLACE, "mass_disagrees", text)
    _check_density(declaration, declared, unit, kg, problems)
    if problems:
        return None
    alone = name == _NAMES_NL[_FACTOR] and len(stated) == 1
    remark = f"Alleen de {name} zegt hoeveel kg 1 {in_dutch(unit)} is: kijk of dat kan." if alone else ""
    return Conversion(declared, unit, kg, name, remark)


def _unit_of(reference: Quantity, problems: Problems) -> str:
    """The unit of the reference property in our spelling; what contradicts it is noted."""
    name, official = tables.units_of_keys().get(reference.key, (reference.name, ""))
    _, of_group = tables.units_of_keys().get(reference.unit_group, ("", ""))
    written = reference.unit or official or of_group
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


def _statements(
    declaration: Declaration, unit: str, declared: Decimal, problems: Problems
) -> Iterator[tuple[str, Decimal]]:
    """What the declared amount weighs, once for every statement about it, the strongest first."""
    own = ratio(unit, "kg")
    if own is not None:
        yield _NAMES_NL["mass"], declared * own
    for each in declaration.quantities:
        name, _ = tables.units_of_keys().get(each.key, (each.name, each.unit))
        if not each.reference and name.casefold() == "mass":
            # A mass beside the reference property belongs to one reference flow: the same amount.
            yield from _weight("mass", each, declaration.declared_amount or Decimal(0), unit, problems)
    for each in declaration.properties:
        name = each.name.casefold()
        if name in _PER_UNIT and (times := ratio(unit, _PER_UNIT[name])) is not None:
            yield from _weight(name, each, declared * times, unit, problems)
        elif name == "weight per unit" and ratio(unit, "piece"):
            yield from _weight(name, each, declared, unit, problems)
    for each in declaration.properties:
        if each.name.casefold() == _FACTOR:
            yield from _weight(_FACTOR, each, declared, unit, problems)


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


def _check_density(
    declaration: Declaration, declared: Decimal, unit: str, kg: Decimal, problems: Problems
) -> None:
    """Notes a weight per cubic metre that this kind of product cannot have."""
    kind = _kind_of(declaration)
    volume = ratio(unit, "m3")
    found = [kg / (declared * volume)] if volume else []
    for each in declaration.properties:
        size, _, below = each.unit.replace("^", "").partition("/")
        if each.name.casefold() == "gross density" and each.value and below.strip() == "m3" and not volume:
            found.append(each.value * (ratio(size, "kg") or Decimal(1)))
        if each.name.casefold() == _THICKNESS and each.value and (area := ratio(unit, "m2")):
            thick = each.value * (ratio(each.unit, "m") or Decimal(1))
            found.append(kg / (declared * area * thick) if thick > 0 else Decimal(0))
    for density in found:
        if not kind.least <= density <= kind.most:
            what = "Een product" if not kind.words else f"Een product als dit ({kind.name})"
            text = (
                f"{_shown(kg)} kg voor {_shown(declared)} {in_dutch(unit)} is {_shown(density)} kg per m3. "
                f"{what} weegt dat niet: het kan {_shown(kind.least)} tot {_shown(kind.most)} kg per m3 zijn."
            )
            problems.note(_PLACE, "implausible_mass", text)
            return


def _kind_of(declaration: Declaration) -> tables.Density:
    names = " ".join(declaration.names.values()).casefold()
    return next(each for each in tables.densities() if not each.words or any(word in names for word in each.words))


def _shown(number: Decimal | None) -> str:
    """A number of any size, as the Dutch write it, in at most six digits."""
    if number is None:
        return "onbekend"
    short = Decimal(f"{number:.6g}").normalize()
    return f"{short:f}".replace(".", ",")
