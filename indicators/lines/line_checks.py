"""Whether the lines of a document can be calculated and are plausible: every problem of every line at once.

Source: method, sections 2 and 3; ranges and caps from the product group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.lines import Line
from indicators.lines.line import in_kg
from indicators.models import CircularStrategy, EndOfLifePlan, ProductGroup
from indicators.selectors import (
    BasisArrays,
    MaterialInfo,
    materials_visible_to,
    plans,
    reference_stamp,
    strategies,
)
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem, Problems
from mvi_dashboard.ground.shapes import nearest, quoted

from .bill_checks import check_bill
from .per_unit import check_amount, unit_of_bill
from .suggestions import unknown_flow, with_choices

SHORTEST_YEARS = 0.08
"""about a month: a shorter life is asked about where the group itself says nothing"""


@dataclass(frozen=True)
class Known:
    """The codes that lines may name, looked up once per document."""

    materials: Mapping[str, MaterialInfo]
    strategies: Mapping[str, CircularStrategy]
    plans: Mapping[str, EndOfLifePlan]


def known_to(actor: Actor, stamp: tuple[int, int, int] | None = None) -> Known:
    """What this actor may name: public reference data and the own private materials; two queries at most."""
    stamp = stamp or reference_stamp()
    return Known(materials_visible_to(actor, stamp), strategies(stamp), plans(stamp))


def check_lines(
    lines: Sequence[Line], *, group: ProductGroup, arrays: BasisArrays, known: Known
) -> tuple[list[Problem], list[Problem]]:
    """(problems, notices) of lines as `read` gave them; paths start with `lines`."""
    problems, notices = Problems(), Problems()
    for number, line in enumerate(lines):
        path: Path = ("lines", number)
        found, remarks = check_bill(line, path, group, known.materials)
        problems += found
        notices += remarks
        problems += check_type(line.product_type, (*path, "productType"), group)
        problems += _check_mass(line, path, group, known)
        problems += _check_lifetime(line, path, group)
        problems += _check_strategy(line, path, group, arrays, known)
        problems += _check_plan(line, path, group, known)
        problems += _check_use(line, path, known)
    meant = with_choices(problems, lines, known.materials, group)
    return [*meant, *_check_references(lines)], notices


def _check_references(lines: Sequence[Line]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for number, line in enumerate(lines):
        if not line.has("reference"):
            continue
        reference = line.reference
        if reference in seen:
            text = worded(
                "Kenmerk {reference} staat er al (regel {seen}).",
                reference=quoted(reference),
                seen=seen[reference] + 1,
            )
            problems.append(Problem(("lines", number, "reference"), "duplicate_line", text))
        seen.setdefault(reference, number)
    return problems


def check_type(code: str | None, place: Path, group: ProductGroup) -> list[Problem]:
    """Whether a product type is one of this group."""
    if code is None or code in group.types_by_code:
        return []
    if not group.types_by_code:
        text = worded("De productgroep {name_nl} heeft geen soorten: laat dit veld leeg.", name_nl=group.name_nl)
        return [Problem(place, "not_applicable", text)]
    text = worded(
        "{code} is geen soort van {name_nl}: {hint}",
        code=quoted(code),
        name_nl=group.name_nl,
        hint=nearest(code, list(group.types_by_code)),
    )
    return [Problem(place, "invalid_choice", text)]


def _check_mass(line: Line, path: Path, group: ProductGroup, known: Known) -> list[Problem]:
    if not line.has("mass_kg"):
        return []
    mass, place = line.mass_kg, (*path, "massKg")
    if mass is None:
        # Rows in kg ask for it with a message of their own.
        text = "Vul de hoeveelheid per eenheid in." if group.is_consumed else "Vul de massa per stuk in, in kg."
        return [] if in_kg(line.bill_of_materials) else [Problem(place, "required", text)]
    if group.is_consumed:
        codes = (row.material for row in line.bill_of_materials)
        return check_amount(mass, unit_of_bill(group, codes, known.materials), group, place)
    low, high = (group.limit(name, line.product_type) for name in ("mass_min_kg", "mass_max_kg"))
    return _outside(mass, low, high, place, worded("Een massa per stuk van {mass} kg", mass=_said(mass)))


def _check_lifetime(line: Line, path: Path, group: ProductGroup) -> list[Problem]:
    if not line.has("lifetime_years"):
        return []
    years, place = line.lifetime_years, (*path, "lifetimeYears")
    kind = line.product_type
    limit = group.limit("lifetime_limit_years", kind) or 100
    if float(years) > limit:
        return [
            Problem(
                place,
                "max_value",
                worded("Hoogstens {limit} jaar (maximum van deze productgroep).", limit=_said(limit)),
            )
        ]
    low, high = group.limit("lifetime_min_years", kind) or SHORTEST_YEARS, group.limit("lifetime_max_years", kind)
    return _outside(years, low, high, place, worded("Een levensduur van {years} jaar", years=_said(years)))


def _outside(value: Decimal, low: float | None, high: float | None, place: Path, subject: str) -> list[Problem]:
    if (low is None or float(value) >= low) and (high is None or float(value) <= high):
        return []
    usual = (
        worded("gewoon is {word} tot en met {high}", word=_said(low or 0), high=_said(high))
        if high is not None
        else "dat is erg weinig"
    )
    text = worded(
        "{subject} is ongewoon voor deze productgroep ({usual}). Klopt het? Bevestig het met een reden.",
        subject=subject,
        usual=usual,
    )
    return [Problem(place, "plausibility", text, confirmable=True)]


def _check_strategy(
    line: Line, path: Path, group: ProductGroup, arrays: BasisArrays, known: Known
) -> list[Problem]:
    if not line.has("circular_strategy"):
        return []
    code, place = line.circular_strategy, (*path, "circularStrategy")
    found = known.strategies.get(code)
    allowed = [each for each, row in known.strategies.items() if row.purchase_allowed]
    if found is None:
        return [
            Problem(
                place,
                "invalid_choice",
                worded("{code} kennen wij niet: {hint}", code=quoted(code), hint=nearest(code, allowed)),
            )
        ]
    if not found.purchase_allowed:
        text = worded(
            "{name_nl} ({r_ladder}) is geen aankoop. Leg het vast als vermeden behoefte.",
            name_nl=found.name_nl,
            r_ladder=found.r_ladder,
        )
        return [Problem(place, "invalid_choice", text)]
    factor = arrays.strategy_factors.get(code, 1.0)
    if group.is_consumed and factor != 1:
        text = "Deze productgroep wordt verbruikt: kies een nieuw product."
        return [Problem(place, "not_applicable", text)]
    # A method that bounds what kept parts count needs nothing confirmed: it says at the row what counts.
    kept = any(row.recycled and not row.added for row in line.bill_of_materials)
    if factor < 1 and kept and not arrays.kept_recycled:
        text = worded(
            "{name_nl} en gerecycled materiaal samen tellen dubbel. Geef aan welke delen nieuw "
            "zijn toegevoegd, of bevestig met een reden: dan rekenen wij de rest zonder "
            "gerecycled deel.",
            name_nl=found.name_nl,
        )
        return [Problem(place, "double_discount", text, confirmable=True)]
    return []


def _check_plan(line: Line, path: Path, group: ProductGroup, known: Known) -> list[Problem]:
    if not line.has("end_of_life_plan"):
        return []
    code, place = line.end_of_life_plan, (*path, "endOfLifePlan")
    if code not in known.plans:
        text = worded("{code} kennen wij niet: {hint}", code=quoted(code), hint=nearest(code, list(known.plans)))
        return [Problem(place, "invalid_choice", text)]
    if group.is_consumed and code != "none":
        return [Problem(place, "not_applicable", "Deze productgroep wordt verbruikt: kies geen plan.")]
    return []


def _check_use(line: Line, path: Path, known: Known) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(line.use):
        if not row.has("flow"):
            continue
        place, code = (*path, "use", number), row.flow
        found = known.materials.get(code)
        fits = found is not None and (found.is_flow or row.role == "repair")
        if found is None or not fits:
            problems.append(unknown_flow((*place, "flow"), code))
        elif row.has("unit") and row.unit != found.unit:
            text = worded("Deze stroom telt in {unit}: reken om en vul {unit} in.", unit=found.unit)
            problems.append(Problem((*place, "unit"), "unit_mismatch", text))
        key = (code, row.basis, row.role)
        if key in seen:
            problems.append(Problem((*place, "flow"), "duplicate_line", "Deze regel staat er al."))
        seen.add(key)
    return problems


def _said(number: Decimal | float) -> str:
    return formats.number(float(number))
