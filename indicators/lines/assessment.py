"""From checked lines to impacts, each with what it was made with.

Source: method, sections 1 to 3 and 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from indicators.calculation import impact, quality, storage
from indicators.calculation.bounds import Bounded, Bounds
from indicators.calculation.factors import Floats
from indicators.calculation.kept import counted_recycled, recycled_capped
from indicators.calculation.lines import Lines
from indicators.lines import Line, as_document, lines_to_arrays
from indicators.lines.shapes import assessment_shape
from indicators.models import ProductGroup
from indicators.selectors import (
    BasisArrays,
    Weighting,
    basis_arrays,
    find_basis,
    find_weighting,
    get_group,
    protocol_for,
    protocol_of,
)
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Kind, Problem, Refused, refuse
from mvi_dashboard.ground.shapes import lift_confirmed, read, snake

from .kept_parts import like_current_references
from .line_checks import check_lines, known_to
from .maker_figures import Figure, check_figures, figure_remarks, figures_of
from .ranged import RangedFactors

SUPPLIER, VERIFIED = "supplier", "verified"
# A term is one row of a bill or of use for one indicator: what an answer is made of, and grows with.
MOST_TERMS = 200_000
MOST_TRACED = 40_000


@dataclass(frozen=True)
class Assessed:
    """Lines as they were given and as arrays, with their results on one basis.

    `notices` are for the sender, `confirmed` is what was confirmed.
    """

    arrays: BasisArrays
    group: ProductGroup
    given: Sequence[Line]
    lines: Lines
    input_hash: str
    notices: Sequence[Problem] = ()
    confirmed: Sequence[Mapping[str, Any]] = ()
    weighting: Weighting | None = None
    together: RangedFactors | None = None
    """the factors of all that these lines are put beside; None = of these lines alone"""

    @cached_property
    def ranged(self) -> RangedFactors:
        """The factors with the ranges that count here."""
        return self.together or RangedFactors.of(self.arrays.factors, self.lines)

    @cached_property
    def bounds(self) -> Bounds:
        """What the lines do, and between what that lies."""
        return self.ranged.assess(self.lines)

    @cached_property
    def figures(self) -> list[Figure]:
        """The maker's own figures, with whether they count."""
        return figures_of(self.given, self.lines, self.arrays)

    @property
    def results(self) -> impact.Results:
        """What the lines do, with every range at its central value."""
        return self.bounds.results


def assess_lines(
    arrays: BasisArrays,
    group: ProductGroup,
    given: Sequence[Line],
    *,
    lifetimes: Sequence[float] | None = None,
    plan_counts: Sequence[bool] | None = None,
    kept_like: Sequence[Lines | None] = (),
    notices: Sequence[Problem] = (),
    confirmed: Sequence[Mapping[str, Any]] = (),
) -> Assessed:
    """The results of lines that were checked before; arguments as in `lines_to_arrays`."""
    lines = lines_to_arrays(
        arrays, group, given, lifetimes=lifetimes, plan_counts=plan_counts, kept_like=kept_like
    )
    inputs = {"group": group.code, "lines": [as_document(line) for line in given]}
    input_hash = storage.input_hash(inputs, arrays.code)
    return Assessed(arrays, group, given, lines, input_hash, notices, confirmed)


def assess_document(actor: Actor, *, document: Mapping[str, Any], typed: bool = False) -> Assessed:
    """The assessment of a document without storing anything; `typed` = from a Dutch form.

    Raises Refused with every problem of the document at once.
    """
    group = _group_of(document)
    consumed = group.is_consumed if group is not None else False
    data, problems = read(assessment_shape(consumed=consumed), document, typed=typed)
    if group is None and data.get("product_group") is not None:
        text = "Deze productgroep bestaat niet."
        problems.append(Problem(("productGroup",), "invalid_choice", text))
    arrays, missing = _arrays_of(data)
    problems += missing
    weighting, missing = _weighting_of(data)
    problems += missing
    notices: list[Problem] = []
    if group is not None and arrays is not None:
        problems += _check_figures(data.get("lines") or (), group, arrays)
        found, notices = check_lines(data.get("lines") or (), group=group, arrays=arrays, known=known_to(actor))
        problems += found
    standing, confirmed = lift_confirmed(problems, data.get("confirmations"))
    if standing:
        raise Refused(standing)
    assert group is not None
    assert arrays is not None
    _require_answerable(data["lines"], arrays)
    notices += [*_above_cap(data["lines"], group), *_type_left_open(data["lines"], group, arrays)]
    like = like_current_references(data["lines"], group, arrays)
    assessed = assess_lines(arrays, group, data["lines"], kept_like=like, confirmed=confirmed)
    return replace(assessed, weighting=weighting, notices=[*notices, *remarks_on(assessed)])


def _check_figures(lines: Sequence[Line], group: ProductGroup, arrays: BasisArrays) -> list[Problem]:
    """The figures of makers by the newest protocol of the group; it is read only when there are any."""
    if not any(line.declared_production for line in lines):
        return []
    return check_figures(lines, group, arrays, protocol_of(protocol_for(group)))


def remarks_on(assessed: Assessed) -> list[Problem]:
    """What is worth saying of calculated lines: what of them counts otherwise than declared."""
    return [*capped_remarks(assessed), *figure_remarks(assessed.figures, assessed.given)]


def capped_remarks(assessed: Assessed) -> list[Problem]:
    """Say so at each row of which less recycled content counts than is declared, as the part was kept."""
    text = (
        "Dit onderdeel is gebleven. Het gerecyclede deel telt mee tot wat het referentieproduct van dit materiaal "
        "heeft: {counted}."
    )
    lines, found = assessed.lines, []
    counted = counted_recycled(lines)
    for row in np.flatnonzero(recycled_capped(lines)).tolist():
        number = int(np.searchsorted(lines.bill_start, row, side="right")) - 1
        place = ("lines", number, "billOfMaterials", row - int(lines.bill_start[number]), "recycled")
        said = text.format(counted=formats.percentage(float(counted[row])))
        found.append(Problem(place, "recycled_capped", said))
    return found


def quality_split(assessed: Assessed, number: int) -> dict[str, float]:
    """The share of each class in |impact| of a line: all of a bid is supplier data, or rests on ranges."""
    bounded = assessed.bounds.bounded_values("lifetime")
    years = np.array([float(assessed.lines.lifetime_years[number])])
    row = split_of(assessed, [number], bounded, years, 0)
    found = {name: float(part) for name, part in zip(quality.CLASSES, row, strict=True)}
    return {name: part for name, part in found.items() if part > 0}


def split_of(assessed: Assessed, numbers: Sequence[int], bounded: Bounded, years: Floats, place: int) -> Floats:
    """(6,) the share of each class in |impact| of these lines on one indicator.

    The maker's own figure is as sure as it was checked; the rest is what the supplier says, or rests on ranges.
    `years` (n,): how many times what a figure does per year counts in `bounded`.
    """
    chosen = list(numbers)
    own = quality.per_year_by_figure(assessed.arrays.factors, assessed.lines)[chosen, place] * years
    amounts, on_ranges = (table[chosen, place] for table in (bounded.value, quality.resting_on_ranges(bounded)))
    checked = {
        (each.line, each.given.indicator) for each in assessed.figures if each.counts and each.given.verified
    }
    code = assessed.arrays.indicators[place].code
    classes = [VERIFIED if (number, code) in checked else SUPPLIER for number in chosen]
    terms = np.concatenate([amounts - own, own])[:, None]
    resting = np.concatenate([on_ranges, np.zeros(len(chosen))])[:, None]
    return np.asarray(quality.class_split_on_ranges(terms, [SUPPLIER] * len(chosen) + classes, resting)[0])


def bill_unit(assessed: Assessed, number: int) -> str:
    """What the bill of a line counts in (kg, kWh, pkm): `weightedPerKg` and `perKg` are per one of these."""
    first = assessed.lines.material[assessed.lines.bill_start[number]]
    return assessed.arrays.units[assessed.arrays.factors.items[int(first)]]


def _group_of(document: Mapping[str, Any]) -> ProductGroup | None:
    code = document.get("productGroup") if isinstance(document, Mapping) else None
    if not isinstance(code, str) or "\x00" in code:
        return None
    try:
        return get_group(code)
    except Refused:
        return None


def _arrays_of(data: Mapping[str, Any]) -> tuple[BasisArrays | None, list[Problem]]:
    basis = find_basis(
        factor_set=data.get("factor_set") or "",
        version=data.get("factor_set_version") or "",
        method=data.get("method") or "",
    )
    if basis is None:
        names = [name for name in ("factorSet", "factorSetVersion", "method") if data.get(snake(name))]
        text = (
            "Deze factoren en methode gaan niet samen: kies bij 'Rekenen met' iets anders, of een andere methode."
        )
        return None, [Problem((name,), "does_not_exist", text) for name in names]
    return basis_arrays(basis), []


def _weighting_of(data: Mapping[str, Any]) -> tuple[Weighting | None, list[Problem]]:
    code = data.get("weighting_set")
    weighting = find_weighting(code) if code else None
    if code and weighting is None:
        text = "Deze weegset bestaat niet; laat het veld weg of kies er een uit de lijst met weegsets."
        return None, [Problem(("weightingSet",), "does_not_exist", text)]
    return weighting, []


def _above_cap(lines: Sequence[Line], group: ProductGroup) -> list[Problem]:
    found = []
    for number, line in enumerate(lines):
        cap = group.limit("lifetime_cap_years", line.product_type)
        if cap is not None and float(line.lifetime_years) > cap:
            text = worded(
                "In een vergelijking telt hoogstens {cap} jaar, tenzij u een garantie geeft.", cap=f"{cap:g}"
            )
            found.append(Problem(("lines", number, "lifetimeYears"), "above_cap", text))
    return found


def _type_left_open(lines: Sequence[Line], group: ProductGroup, arrays: BasisArrays) -> list[Problem]:
    """Say so when making differs by type and a line names none: it is then counted as the group as a whole."""
    own = arrays.group_index[group.code]
    if all(arrays.type_index.get(code, own) == own for code in group.types_by_code):
        return []
    text = "Noem de soort product: nu rekenen wij met wat voor de hele productgroep geldt, en dat is ruimer."
    return [
        Problem(("lines", number, "productType"), "type_left_open", text)
        for number, line in enumerate(lines)
        if line.product_type is None
    ]


def terms_of(line: Line, arrays: BasisArrays) -> int:
    """How many terms the answer for this line is made of at most."""
    return (1 + len(line.bill_of_materials) + len(line.use)) * len(arrays.indicators)


def _require_answerable(lines: Sequence[Line], arrays: BasisArrays) -> None:
    """Raises Refused when the answer would be larger than we give, before it is worked out."""
    terms = sum(terms_of(line, arrays) for line in lines)
    if terms > MOST_TERMS:
        most = formats.number(MOST_TERMS)
        text = worded(
            "Dit is te veel om in één keer uit te rekenen: regels maal indicatoren is {terms}, "
            "hoogstens {most}. Stuur de producten in delen.",
            terms=formats.number(terms),
            most=most,
        )
        raise refuse("too_large", text, "lines", kind=Kind.TOO_LARGE)
