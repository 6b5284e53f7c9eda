"""What somebody may mean by a material that we do not know: at most five to choose from, never filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from indicators.lines import Line
from indicators.models import Material, ProductGroup
from indicators.selectors import MaterialInfo, material_names, materials_list, materials_visible_to, rank
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.shapes import quoted, snake

MOST_GUESSES = 20
"""Ranking costs some ten milliseconds: a document full of unknown names gets choices for the first of them."""
UNKNOWN = ("unknown_material", "unknown_flow")
_NOWHERE = "zoek het op in de lijst met materialen."


def suggest(typed: str, known: Mapping[str, MaterialInfo], *, among: Collection[str] | None = None) -> list[str]:
    """Codes of materials, flows or foods that were probably meant, the likeliest first; none when nothing fits.

    `known` are those that the person who typed may use; `among` are the codes that fit in this place.
    """
    return rank(typed, material_names(known), among=known if among is None else among)


def materials_meant(actor: Actor, typed: str, *, kind: str = "") -> list[Material]:
    """The materials that this actor may have meant, the likeliest first; of one kind when that is given."""
    known = materials_visible_to(actor)
    codes = suggest(typed, known, among={code for code, info in known.items() if kind in ("", info.kind)})
    found = {row.code: row for row in materials_list(actor).filter(id__in=[known[code].id for code in codes])}
    return [found[code] for code in codes]


def unknown_material(place: Path, typed: str) -> Problem:
    """A row names a material that we do not know; `with_choices` tells which it may be."""
    return Problem(
        place,
        UNKNOWN[0],
        worded("Wij kennen geen materiaal {typed}: {nowhere}", typed=quoted(typed), nowhere=_NOWHERE),
    )


def unknown_flow(place: Path, typed: str) -> Problem:
    """A row names a flow that we do not know; `with_choices` tells which it may be."""
    return Problem(
        place,
        UNKNOWN[1],
        worded("{typed} is geen verbruik dat wij kennen: {nowhere}", typed=quoted(typed), nowhere=_NOWHERE),
    )


def with_choices(
    problems: Sequence[Problem],
    lines: Sequence[Line],
    known: Mapping[str, MaterialInfo],
    group: ProductGroup,
) -> list[Problem]:
    """The same problems; the first unknown names of these lines say what may have been meant."""
    asked = [problem for problem in problems if problem.code in UNKNOWN][:MOST_GUESSES]
    if not asked:
        return list(problems)
    flows = {code for code, info in known.items() if info.is_flow}
    solid = {code for code, info in known.items() if fits_bill(info, group)}
    told = {}
    for problem in asked:
        _, line, part, row, field = problem.path
        typed = getattr(getattr(lines[int(line)], snake(str(part)))[int(row)], str(field))
        told[problem.path] = choosing(problem, suggest(typed, known, among=flows if part == "use" else solid))
    return [told.get(problem.path, problem) if problem.code in UNKNOWN else problem for problem in problems]


def choosing(problem: Problem, choices: Sequence[str], names: Sequence[str] = ()) -> Problem:
    """The problem with its choices, said by their codes or by these names."""
    said = f"{problem.detail.removesuffix(_NOWHERE)}{question(names or choices)}"
    return replace(problem, detail=said, choices=tuple(choices))


def fits_bill(info: MaterialInfo | Material, group: ProductGroup | None) -> bool:
    """Whether a bill of this group may name this: goods are made of materials in kg, a meal of foods.

    What is used up is named in the unit of its bills, in any unit where the group has none (heat: MJ, m3).
    """
    if group is None:
        return info.kind == Material.Kind.MATERIAL and info.unit == "kg"
    unit = group.bill_unit or ("" if group.is_consumed else "kg")
    return fits_kind(info, group) and unit in ("", info.unit)


def fits_kind(info: MaterialInfo | Material, group: ProductGroup) -> bool:
    """Whether this is what the group is made of; money is no material of anything."""
    return info.kind == group.bill_kind if group.bill_kind else info.kind != Material.Kind.SPEND


def question(names: Sequence[str]) -> str:
    """A closing half sentence: which of these was meant, or where to look when nothing fits.

    >>> question(["staal", "staal, buis"])
    "bedoelde u 'staal' of 'staal, buis'? Kies er één."
    """
    if not names:
        return _NOWHERE
    *first, last = (f"'{name}'" for name in names)
    one = worded("{first} of {last}", first=", ".join(first), last=last) if first else last
    return worded("bedoelde u {one}?", one=one) + (" Kies er één." if first else "")
