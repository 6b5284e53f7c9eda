"""Whether a question of a protocol is right: every problem at once, whatever door it came in by."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from indicators.calculation.units import WORDS as MEASURES
from indicators.groups.row_shapes import typed_values
from indicators.models import Indicator, Material, ProductGroup, ProtocolVersion
from indicators.models.coded import State
from indicators.selectors.protocols import LEVELS, LIGHT, fields_of
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import camel, nearest, quoted, read

from .questions import ANSWERS, BOTH, Data, document_of, questions_in, shape_of

MOST_QUESTIONS = 150
FEWEST_OPTIONS = 2
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_CODE = re.compile(r"[a-z][A-Za-z0-9]{0,59}").fullmatch
_COUNTED = ("decimal", "integer")
_WITH_UNIT = (*_COUNTED, "fraction")
_COMMON_UNITS = frozenset(
    {
        *("jaar", "maand", "week", "dag", "uur", "minuut", "stuk", "keer", "punten", "personen"),
        *("%", "fractie", "EUR", "euro", "W", "kW", "Wp", "kWp", "V", "A", "Ah", "mAh", "lm", "lux", "K", "°C"),
        *("dB", "dB(A)", "mm", "cm", "mm2", "cm2", "m2", "m²", "ha", "g CO2", "km/h", "pk", "ppm", "bar"),
    }
)
_PER = re.compile(r" per |/")


@dataclass(frozen=True)
class Rests:
    """What a question is judged beside: the concept, the version that it rests on, and what was asked before."""

    definition: Data
    base: Data
    group: ProductGroup | None
    before: Mapping[str, set[tuple[str, str]]] = field(default_factory=dict)
    """kind and unit of answer of every code that was ever asked here"""
    units: frozenset[str] = frozenset()
    """those that we know"""


def rests_on(definition: Data, base: Data, code: str, group: ProductGroup | None) -> Rests:
    """What the questions of the protocol with this code are judged beside; three queries."""
    before: dict[str, set[tuple[str, str]]] = {}
    published = ProtocolVersion.objects.exclude(state=State.DRAFT).filter(code=code)
    for each in [base, *published.values_list("definition", flat=True)]:
        for row in fields_of(each):
            if row["place"] == ANSWERS:
                before.setdefault(row["code"], set()).add((row["type"], row.get("unit") or ""))
    used = {row.get("unit") or "" for row in fields_of(base)}
    known = set(Material.objects.values_list("unit", flat=True).distinct())
    known |= set(Indicator.objects.values_list("unit", flat=True).distinct())
    return Rests(definition, base, group, before, frozenset(used | known | _COMMON_UNITS | MEASURES) - {""})


def check_question(
    rests: Rests, key: str, document: Data, *, typed_over: Data | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """What could be read of a question, and every problem. `typed_over`: a person typed it over this in a form."""
    shape = shape_of(key)
    stored = typed_values(read(shape, typed_over)[0]) if typed_over else None
    data, found = read(shape, document, typed=typed_over is not None, stored=stored)
    problems = [*found, *_labels(rests, key, data), *_levels(data), *_kept(rests, key, data)]
    if shape_of(key) is not shape_of("line."):
        problems += [*_numbers(rests, data), *_options(data), *_kind_of_group(rests, key, data)]
    return data, problems


def check_code(rests: Rests, code: str) -> list[Problem]:
    """Whether a new question can have this code."""
    if not code:
        return []
    if not _CODE(code):
        text = "Begin met een kleine letter, daarna alleen letters en cijfers, bijvoorbeeld makingEnergy."
        return [Problem(("code",), "invalid", text)]
    if code in questions_in(rests.definition):
        return [Problem(("code",), "already_exists", "Er is al een vraag met deze sleutel.")]
    if len(questions_in(rests.definition)) >= MOST_QUESTIONS:
        return [Problem(("code",), "too_many", f"Een protocol heeft hoogstens {MOST_QUESTIONS} vragen.")]
    return []


def check_rename(rests: Rests, key: str, code: str) -> list[Problem]:
    """Whether a question may get another code: answers stand under it from the first time that it was asked."""
    if code == key:
        return []
    if key in questions_in(rests.base) or "." in key:
        text = "Deze vraag is al gesteld en antwoorden staan onder deze sleutel. Maak een nieuwe vraag."
        return [Problem(("code",), "frozen", text)]
    return check_code(rests, code)


def check_drop(rests: Rests, key: str) -> list[Problem]:
    """Whether a question can go: not when the calculation needs it."""
    if "." not in key:
        return []
    text = "Hiermee rekenen wij: deze vraag kan niet vervallen. Vraag die vanaf een hoger niveau als dat kan."
    return [Problem((), "needed", text)]


def check_declared(codes: Iterable[str], group: ProductGroup | None) -> list[Problem]:
    """Which of these indicators may not be declared by a maker."""
    known, seen, problems = set(Indicator.objects.values_list("code", flat=True)), set(), []
    for number, code in enumerate(codes):
        path = ("declaredProduction", number)
        if code not in known:
            text = f"{quoted(code)} is geen indicator; {nearest(code, known)}"
            problems.append(Problem(path, "does_not_exist", text))
        elif code in seen:
            problems.append(Problem(path, "duplicate_line", "Deze indicator staat er al."))
        elif group is not None and group.is_consumed:
            text = "Een eigen getal van de maker telt alleen bij gebruiksgoed, niet bij verbruik."
            problems.append(Problem(path, "not_applicable", text))
        seen.add(code)
    return problems


def _labels(rests: Rests, key: str, data: Data) -> list[Problem]:
    label, place = data.get("label_nl"), key.partition(".")[0] if "." in key else ANSWERS
    for other, row in questions_in(rests.definition).items():
        if other != key and row["place"] == place and label and row["label_nl"].casefold() == label.casefold():
            text = f"De vraag {other} heet al zo: in het werkboek is dit de naam van de kolom."
            return [Problem(("labelNl",), "already_exists", text)]
    return []


def _levels(data: Data) -> list[Problem]:
    asked = data.get("asked_from")
    return [
        Problem((camel(name),), "order", f"{said} kan niet vanaf een lichter niveau dan de vraag zelf.")
        for name, said in (("required_from", "Nodig zijn"), ("evidence_from", "Bewijs"))
        if asked and data.get(name) and _RANK[data[name]] < _RANK[asked]
    ]


def _kept(rests: Rests, key: str, data: Data) -> list[Problem]:
    """What a question keeps that was asked before, and what the calculation cannot do without."""
    base = questions_in(rests.base).get(key)
    if base is not None and base["place"] != ANSWERS:
        if base.get("required_from") != LIGHT:
            return []
        text = "Zonder dit kunnen wij niet rekenen: dit is bij elk niveau gevraagd en nodig."
        wrong = [name for name in ("asked_from", "required_from") if data.get(name, LIGHT) != LIGHT]
        return [Problem((camel(name),), "needed", text) for name in wrong]
    asked = rests.before.get(key)
    if not asked or not data.get("type") or (data["type"], data.get("unit") or "") in asked:
        return []
    text = "Deze sleutel is al gevraagd met een andere soort antwoord of eenheid. Maak een nieuwe vraag."
    name = "unit" if data["type"] in {kind for kind, _ in asked} else "type"
    return [Problem((name,), "frozen", text)]


def _numbers(rests: Rests, data: Data) -> list[Problem]:
    kind, unit = data.get("type"), data.get("unit")
    low, high = data.get("min"), data.get("max")
    problems = []
    if kind and unit and kind not in _WITH_UNIT:
        problems.append(Problem(("unit",), "not_applicable", "Alleen een getal heeft een eenheid: laat dit leeg."))
    elif unit and not _known_unit(unit, rests.units):
        text = f"Deze eenheid kennen wij niet; {nearest(unit, rests.units)} Of zet er per achter: kWh per jas."
        problems.append(Problem(("unit",), "invalid_unit", text))
    for name, value in (("min", low), ("max", high)):
        if kind and value is not None and kind not in _COUNTED:
            text = "Alleen een getal heeft een grens: laat dit leeg."
            problems.append(Problem((name,), "not_applicable", text))
        elif kind == "integer" and value is not None and value != value.to_integral_value():
            problems.append(Problem((name,), "invalid", "Bij een geheel getal hoort een hele grens."))
        elif kind == "integer" and name == "max" and value is not None and value < 1:
            problems.append(Problem((name,), "range", "Kies een grens van minstens 1."))
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
        problems.append(Problem(("max",), "order", "De hoogste grens is lager dan de laagste."))
    if kind and data.get("decimals") is not None and kind != "decimal":
        text = "Cijfers achter de komma kiest u alleen bij een getal."
        problems.append(Problem(("decimals",), "not_applicable", text))
    return problems


def _known_unit(unit: str, known: Collection[str]) -> bool:
    """Whether we know it, or what stands before the first `per`.

    >>> _known_unit("kWh per jas", {"kWh"}), _known_unit("kWu", {"kWh"}), _known_unit("/jas", {"kWh"})
    (True, False, False)
    """
    parts = _PER.split(unit)
    return unit in known or (len(parts) > 1 and parts[0] in known and all(part.strip() for part in parts))


def _options(data: Data) -> list[Problem]:
    kind, options = data.get("type"), data.get("choices") or ()
    if kind and kind != "choice" and options:
        return [Problem(("choices",), "not_applicable", "Keuzes horen alleen bij een keuze uit een lijst.")]
    if kind == "choice" and len(options) < FEWEST_OPTIONS:
        return [Problem(("choices",), "required", "Geef minstens twee keuzes, elk met een code en een naam.")]
    problems, seen = [], {"code": set[str](), "name_nl": set[str]()}
    for number, each in enumerate(options):
        for name, taken in seen.items():
            value = str(each.get(name) or "").casefold()
            if value and value in taken:
                problems.append(Problem(("choices", number, camel(name)), "duplicate_line", "Deze staat er al."))
            taken.add(value)
    return problems


def _kind_of_group(rests: Rests, key: str, data: Data) -> list[Problem]:
    wanted = data.get("applies_to")
    inherited = (document_of(rests.base, key) or {}).get("appliesTo")
    if rests.group is None or wanted in (None, BOTH, rests.group.kind, inherited):
        return []
    text = f"Deze groep is {rests.group.get_kind_display().lower()}: deze vraag zou niemand krijgen."
    return [Problem(("appliesTo",), "not_applicable", text)]


def check_all(rests: Rests) -> list[Problem]:
    """Every problem of every question in the concept, under its key, by the rules of now."""
    found = []
    for key in questions_in(rests.definition):
        _, problems = check_question(rests, key, document_of(rests.definition, key) or {})
        found += [each.under(key) for each in problems]
    gone = [key for key in questions_in(rests.base) if key not in questions_in(rests.definition)]
    found += [each.under(key) for key in gone for each in check_drop(rests, key)]
    return found + check_declared(rests.definition.get("declared_production") or (), rests.group)
