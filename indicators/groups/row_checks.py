"""Whether a row of reference data is right: every problem at once, whatever door it came in by.

Paths start at `values`, as screen and REST have them; a file says them by row and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators.factors.version_losses import MOST_TIMES, jumped
from indicators.lines import BomRow, Line, UseRow
from indicators.lines.line_checks import Known, check_lines, check_type
from indicators.models import BaselineProduct, Cpv, MaterialName, ProductGroup, ProductType, ProposedRow
from indicators.models.groups import LIMITS
from indicators.selectors import basis_arrays, current_basis, plans, reference_stamp, strategies
from mvi_dashboard.ground.numbers import dutch
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.shapes import camel, nearest, quoted, read

from .reference_rows import KINDS, Data, RowKind, World, public_materials
from .row_shapes import canonical, typed_values

VALUES = "values"
_K = ProposedRow.Kind
_PREFIX = re.compile(r"[0-9]{2,8}").fullmatch
_WORDS = {
    ("mass_min_kg", "mass_max_kg"): "De hoogste gewone massa is lager dan de laagste.",
    ("lifetime_min_years", "lifetime_max_years"): "Deze levensduur is korter dan de kortste.",
    (
        "lifetime_usual_min_years",
        "lifetime_usual_max_years",
    ): ("De langste gewone levensduur is korter dan de kortste."),
    ("lifetime_max_years", "lifetime_limit_years"): (
        "Wat wij weigeren is korter dan wat gewoon is: kies minstens zo veel jaar."
    ),
    ("lifetime_cap_years", "lifetime_limit_years"): (
        "Wat wij weigeren is korter dan wat hoogstens meetelt: kies minstens zo veel jaar."
    ),
    ("recycled_min", "recycled_max"): "Het hoogste gerecyclede deel is lager dan het laagste.",
}


def check_row(
    kind: RowKind,
    code: str,
    document: Data,
    others: Sequence[ProposedRow],
    *,
    before: Data | None,
    typed_over: Data | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """What could be read of a row, and every problem; `others` are the other rows of its proposal.

    `before` is the row as it holds now, None for a new one. `typed_over`: a person typed it in a form, over the
    row as it stood there (empty for a new one).
    """
    world = World(others)
    shape = kind.shape_of(world, document)
    stored = typed_values(read(shape, typed_over)[0]) if typed_over else None
    data, found = read(shape, document, typed=typed_over is not None, stored=stored)
    if kind.code in (_K.GROUP, _K.TYPE):
        world = World([*others, ProposedRow(kind=kind.code, code=code, after=canonical(data))])
    problems = [*found, *_check_fixed(kind, data, before), *_CHECKS[_K(kind.code)](code, data, world, before)]
    return data, [problem.under(VALUES) for problem in problems]


def _check_fixed(kind: RowKind, data: Data, before: Data | None) -> list[Problem]:
    now = canonical(data)
    return [
        Problem((camel(name),), "frozen", "Dit ligt vast: maak een nieuwe rij en beëindig deze.")
        for name in kind.fixed
        if before is not None and name in data and now.get(camel(name)) != before.get(camel(name))
    ]


def _check_group(code: str, data: Data, world: World, before: Data | None) -> list[Problem]:
    problems = _unknown(data, "cluster", world.clusters, "Dit cluster kennen wij niet")
    problems += _check_order(data, data, None)
    problems += _check_limits_of_types(code, data, world)
    problems += _check_cap(data, before)
    return problems + _check_jumps(data, before) + _check_end(code, data, world.groups, before)


def _check_type(code: str, data: Data, world: World, before: Data | None) -> list[Problem]:
    problems = _unknown(data, "group", world.groups, "Deze productgroep kennen wij niet")
    group = world.groups.get(data.get("group") or "")
    problems += _check_order(data, data, group)
    if group is not None and group.is_consumed and any(data.get(name) is not None for name in LIMITS):
        problems.append(
            Problem(
                (camel(_first(data)),),
                "not_applicable",
                "Wat wordt verbruikt, heeft geen massa per stuk of levensduur.",
            )
        )
    problems += _check_end(code, data, world.types, before)
    successor = world.types.get(data.get("successor") or "")
    if successor is not None and group is not None and successor.code not in group.types_by_code:
        text = f"{quoted(successor.code)} is een soort van een andere productgroep."
        problems.append(Problem(("successor",), "other_group", text))
    return problems + _check_jumps(data, before)


def _first(data: Data) -> str:
    return next(name for name in LIMITS if data.get(name) is not None)


def _check_order(data: Data, own: Data, group: ProductGroup | None) -> list[Problem]:
    """Low before high; what a type leaves open is what its group says."""

    def value(name: str) -> Decimal | None:
        said: Decimal | None = data.get(name)
        of_group = None if group is None or said is not None else getattr(group, name, None)
        return Decimal(repr(of_group)) if of_group is not None else said

    problems = []
    for (low, high), text in _WORDS.items():
        least, most = value(low), value(high)
        if least is None or most is None or most >= least:
            continue
        if own.get(low) is None and own.get(high) is None:
            continue
        place = high if own.get(high) is not None else low
        of = "" if own.get(low) is not None and own.get(high) is not None else " Dat zegt de productgroep."
        problems.append(Problem((camel(place),), "order", f"{text} ({dutch(most)} en {dutch(least)}).{of}"))
    return problems


def _check_limits_of_types(code: str, data: Data, world: World) -> list[Problem]:
    """A group whose limits no longer fit those that one of its types has beside them."""
    group = world.groups.get(code)
    kinds = [] if group is None else list(group.types_by_code.values())
    problems = []
    for kind in kinds:
        for (low, high), text in _WORDS.items():
            own = {name: getattr(kind, name, None) for name in (low, high)}
            if list(own.values()).count(None) != 1:
                continue
            least, most = (
                data.get(name) if own[name] is None else Decimal(repr(own[name])) for name in (low, high)
            )
            if least is not None and most is not None and most < least:
                place = low if own[low] is None else high
                said = f"Bij de soort {kind.name_nl}: {text[:1].lower()}{text[1:]}"
                problems.append(Problem((camel(place),), "order", said))
    return problems


def _check_cap(data: Data, before: Data | None) -> list[Problem]:
    held = (before or {}).get("lifetimeCapYears") is not None
    if held and "lifetime_cap_years" in data and data["lifetime_cap_years"] is None:
        text = "Zonder dit getal telt elke levensduur mee, hoe lang ook: vul het in."
        return [Problem(("lifetimeCapYears",), "required", text)]
    return []


def _check_jumps(data: Data, before: Data | None) -> list[Problem]:
    """A limit that becomes more than ten times larger or smaller is asked about, with both values."""
    problems = []
    for name in LIMITS:
        old, new = (before or {}).get(camel(name)), data.get(name)
        if old is None or new is None or not jumped(float(old), float(new)):
            continue
        text = (
            f"Dit gaat van {dutch(Decimal(old))} naar {dutch(new)}: meer dan {MOST_TIMES} keer anders. "
            "Klopt het? Bevestig het met een reden."
        )
        problems.append(Problem((camel(name),), "plausibility", text, confirmable=True))
    return problems


def _check_end(
    code: str, data: Data, known: Mapping[str, ProductGroup] | Mapping[str, ProductType], before: Data | None
) -> list[Problem]:
    """From when to when it holds, and what comes after it."""
    problems = []
    first, last, successor = data.get("valid_from"), data.get("valid_to"), data.get("successor")
    if first and last and last < first:
        problems.append(Problem(("validTo",), "order", "Het einde ligt voor het begin."))
    if not successor:
        return problems
    place: Path = ("successor",)
    if successor == code:
        problems.append(Problem(place, "circular", "Iets volgt zichzelf niet op: kies een ander."))
    elif successor not in known:
        problems.append(
            Problem(place, "invalid_choice", f"{quoted(successor)} kennen wij niet: {nearest(successor, known)}")
        )
    elif before is None:
        problems.append(Problem(place, "not_applicable", "Wat nieuw is, heeft nog geen opvolger: laat dit leeg."))
    elif _leads_back(code, known):
        problems.append(Problem(place, "circular", "Zo volgen zij elkaar in een kring op: kies een ander."))
    if last is None:
        problems.append(Problem(("validTo",), "required", "Zeg tot en met wanneer dit geldt: er is een opvolger."))
    return problems


def _leads_back(code: str, known: Mapping[str, Any]) -> bool:
    seen, row = set(), known.get(code)
    while row is not None and row.code not in seen:
        seen.add(row.code)
        row = known.get(row.successor.code) if row.successor is not None else None
    return row is not None


def _check_prefix(code: str, data: Data, world: World, before: Data | None) -> list[Problem]:
    problems = _unknown(data, "group", world.groups, "Deze productgroep kennen wij niet")
    group = world.groups.get(data.get("group") or "")
    if group is not None:
        problems += check_type(data.get("product_type") or None, ("productType",), group)
    return problems


def check_prefix_code(code: str) -> list[Problem]:
    """Whether these digits are the beginning of a CPV code."""
    if not _PREFIX(code):
        return [Problem(("code",), "invalid", "Vul de eerste 2 tot en met 8 cijfers van de CPV-code in.")]
    if not Cpv.objects.filter(code__startswith=code.rstrip("0") or code).exists():
        return [Problem(("code",), "does_not_exist", f"Geen enkele CPV-code begint met {code}.")]
    return []


def _check_material(code: str, data: Data, world: World, before: Data | None) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    own = {str(data.get("name_nl") or "").casefold()}
    for number, row in enumerate(data.get("names") or ()):
        name = str(row.get("name") or "").casefold()
        key = f"{row.get('language')} {name}"
        if name and key in seen:
            problems.append(Problem(("names", number, "name"), "duplicate_line", "Deze naam staat er al."))
        seen.add(key)
        own.add(name)
    others = MaterialName.objects.filter(material__in=public_materials()).exclude(material__code=code)
    taken = {name.casefold(): of for name, of in others.values_list("name", "material__name_nl")}
    taken |= {
        name.casefold(): name for name in public_materials().exclude(code=code).values_list("name_nl", flat=True)
    }
    held = {str(each["name"]).casefold() for each in (before or {}).get("names", ())}
    held.add(str((before or {}).get("nameNl", "")).casefold())
    for number, row in enumerate(data.get("names") or ()):
        name = str(row.get("name") or "").casefold()
        if name in taken and name not in held:
            text = (
                f"Zo heet ook {taken[name]}: wie dit typt, moet dan kiezen. Klopt het? Bevestig het met een reden."
            )
            problems.append(Problem(("names", number, "name"), "plausibility", text, confirmable=True))
    name = str(data.get("name_nl") or "").casefold()
    if name in taken and name not in held:
        problems.append(Problem(("nameNl",), "duplicate", f"Zo heet {taken[name]} al: kies een andere naam."))
    return problems


def _check_product(code: str, data: Data, world: World, before: Data | None) -> list[Problem]:
    problems = _unknown(data, "group", world.groups, "Deze productgroep kennen wij niet")
    problems += _unknown(data, "source", world.sources, "Deze bron kennen wij niet")
    new = data.get("new_code")
    if new and (new == code or BaselineProduct.objects.filter(code=new).exists()):
        problems.append(Problem(("newCode",), "already_exists", f"De code {quoted(new)} is al gebruikt."))
    if before is not None and BaselineProduct.objects.filter(code=code, successor__isnull=False).exists():
        text = "Voor dit product is al een beter product gekomen: wijzig dat."
        problems.append(Problem((), "frozen", text))
    group = world.groups.get(data.get("group") or "")
    if group is None:
        return problems
    stamp = reference_stamp()
    known = Known(world.materials, strategies(stamp), plans(stamp))
    line = line_of(code, data, known)
    found, _ = check_lines([line], group=group, arrays=basis_arrays(current_basis(), stamp), known=known)
    return problems + [
        Problem(each.path[2:], each.code, each.detail, each.confirmable, each.choices) for each in found
    ]


def line_of(code: str, data: Data, known: Known) -> Line:
    """A product of a proposal as a line, so that it is checked and calculated as every other."""
    names = (*("product_type", "mass_kg", "lifetime_years", "circular_strategy", "end_of_life_plan"),)
    said = {name: data[name] for name in names if name in data}
    bill = [BomRow.of({**row, "added": False}) for row in data.get("bill_of_materials") or ()]
    use = [UseRow.of(_with_unit(row, known) | {"supplied_under": ""}) for row in data.get("use") or ()]
    return Line.of(said | {"reference": code, "count": 1, "bill_of_materials": bill, "use": use})


def _with_unit(row: Data, known: Known) -> dict[str, Any]:
    flow = known.materials.get(row.get("flow") or "")
    if row.get("unit") or flow is None:
        return {name: value for name, value in row.items() if value is not None}
    return {**row, "unit": flow.unit}


def _unknown(data: Data, name: str, known: Mapping[str, Any], text: str) -> list[Problem]:
    code = data.get(name)
    if code is None or code in known:
        return []
    return [Problem((camel(name),), "invalid_choice", f"{text}: {quoted(code)}; {nearest(code, known)}")]


_CHECKS = {
    _K.GROUP: _check_group,
    _K.TYPE: _check_type,
    _K.PREFIX: _check_prefix,
    _K.PRODUCT: _check_product,
    _K.MATERIAL: _check_material,
}


def sorted_rows(rows: Sequence[ProposedRow]) -> list[ProposedRow]:
    """In the order in which they are stored: what is new first, and what others rest on before those."""
    order = list(KINDS)
    return sorted(rows, key=lambda row: (order.index(row.kind), row.before is not None, row.code))
