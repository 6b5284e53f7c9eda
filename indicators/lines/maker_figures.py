"""The maker's own figure for making one item: whether it may be given, whether it counts, and beside what.

It counts when its boundary fits (cradle to gate) and it lies between what making one new item can cost by our own
factors; else it stands beside, with the reason. Source: method, section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from indicators.calculation.bounds import new_production_between
from indicators.calculation.lines import Lines
from indicators.models import ProductGroup
from indicators.selectors import BasisArrays, Protocol
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.shapes import quoted

from .line import DeclaredProduction, Line

FITS = "cradle-to-gate"
COUNTS, OTHER_BOUNDARY, OUTSIDE, UNCHECKED = "counts", "other-boundary", "outside-range", "unchecked"
REASONS = {
    OTHER_BOUNDARY: "het telt een ander deel van de keten dan maken van grondstof tot fabriekspoort",
    OUTSIDE: "het ligt buiten de grenzen van wat het maken van zo'n product kan doen",
    UNCHECKED: "wij kunnen het niet toetsen: van een materiaal of van het maken is niets bekend",
}
"""Why a figure stands beside, as the end of a sentence"""


@dataclass(frozen=True)
class Figure:
    """One figure of one line beside our own number."""

    line: int
    given: DeclaredProduction
    state: str
    low: float
    """between what making one new item lies by our factors, in the unit of the indicator; NaN = not known"""
    high: float

    @property
    def counts(self) -> bool:
        """Whether it counts instead of materials and making."""
        return self.state == COUNTS


def figures_of(given: Sequence[Line], lines: Lines, arrays: BasisArrays) -> list[Figure]:
    """Every figure on an indicator of the basis, with whether it counts; nothing is done where there is none."""
    if not any(line.declared_production for line in given):
        return []
    low, high = new_production_between(arrays.factors, lines)
    place = {info.code: number for number, info in enumerate(arrays.indicators)}
    found = []
    for number, line in enumerate(given):
        for figure in line.declared_production:
            at = place.get(figure.indicator)
            if at is not None:
                ends = float(low[number, at]), float(high[number, at])
                found.append(Figure(number, figure, _state(figure, *ends), *ends))
    return found


def with_figures(lines: Lines, given: Sequence[Line], arrays: BasisArrays) -> Lines:
    """The lines with the figures that count."""
    counting = [each for each in figures_of(given, lines, arrays) if each.counts]
    if not counting:
        return lines
    table = np.full((len(lines), len(arrays.indicators)), np.nan)
    for each in counting:
        table[each.line, arrays.position(each.given.indicator)] = float(each.given.value)
    return replace(lines, declared_production=table)


def check_figures(
    lines: Sequence[Line], group: ProductGroup, arrays: BasisArrays, protocol: Protocol | None
) -> list[Problem]:
    """What is wrong with the figures as they were given: they may not be there, or are not of one item."""
    problems = []
    for number, line in enumerate(lines):
        seen: set[str] = set()
        for row, figure in enumerate(line.declared_production):
            path: Path = ("lines", number, "declaredProduction", row)
            problems += _check(figure, path, group, arrays, protocol)
            if figure.has("indicator") and figure.indicator in seen:
                text = "Van deze indicator staat er al een eigen getal."
                problems.append(Problem((*path, "indicator"), "duplicate_line", text))
            seen.add(figure.indicator)
    return problems


def figure_remarks(figures: Sequence[Figure], lines: Sequence[Line]) -> list[Problem]:
    """Say of each figure that stands beside why it does not count."""
    found = []
    for each in figures:
        if not each.counts:
            row = list(lines[each.line].declared_production).index(each.given)
            text = worded("Het eigen getal van de maker staat ernaast en telt niet: {each}.", each=said_of(each))
            found.append(Problem(("lines", each.line, "declaredProduction", row), "declared_beside", text))
    return found


def said_of(figure: Figure) -> str:
    """Why it does not count, with the bounds where they decide it."""
    said = REASONS[figure.state]
    if figure.state != OUTSIDE:
        return said
    decimals = formats.decimals_of([figure.low, figure.high])
    low, high = (formats.in_column(each, decimals) for each in (figure.low, figure.high))
    return worded(
        "{said} ({low} tot {high} {unit} per stuk)", said=said, low=low, high=high, unit=figure.given.unit
    )


def _state(figure: DeclaredProduction, low: float, high: float) -> str:
    if figure.boundary != FITS:
        return OTHER_BOUNDARY
    if np.isnan(low) or np.isnan(high):
        return UNCHECKED
    return COUNTS if low <= float(figure.value) <= high else OUTSIDE


def _check(
    figure: DeclaredProduction, path: Path, group: ProductGroup, arrays: BasisArrays, protocol: Protocol | None
) -> list[Problem]:
    if not figure.has("indicator"):
        return []
    infos = {info.code: info for info in arrays.indicators}
    if figure.indicator not in infos:
        text = worded("{indicator} is geen indicator van deze rekenbasis.", indicator=quoted(figure.indicator))
        return [Problem((*path, "indicator"), "invalid_choice", text)]
    if group.is_consumed or protocol is None or figure.indicator not in protocol.may_declare:
        text = "Voor dit product en deze indicator telt geen eigen getal van de maker. Laat dit weg."
        return [Problem((*path, "indicator"), "not_applicable", text)]
    problems = []
    if figure.per == "bid":
        text = "Geef het getal van één stuk, niet van alle stuks samen."
        problems.append(Problem((*path, "per"), "per_item", text))
    unit = infos[figure.indicator].unit
    if figure.has("unit") and figure.unit != unit:
        text = worded("Deze indicator telt in {unit}: reken om en vul {unit} in.", unit=unit)
        problems.append(Problem((*path, "unit"), "unit_mismatch", text))
    return problems
