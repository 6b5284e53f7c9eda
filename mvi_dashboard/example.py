"""The example of the public start page: two sofas, calculated here and now as any other product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from indicators import services
from indicators.models.materials import CLIMATE
from indicators.resources.assessment import ImpactTotal
from indicators.selectors import reference_stamp
from indicators.services import Sofa
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import NOBODY
from mvi_dashboard.ground.languages import spoken, worded
from mvi_dashboard.ground.problems import Refused


@dataclass(frozen=True)
class Bar:
    """One row: a name, its number with the digits of the other row, and how long its bar is (per mille)."""

    name: str
    text: str
    length: int
    css: str


@dataclass(frozen=True)
class Example:
    """What the figure says, in which unit, and its rows."""

    title: str
    unit: str
    years: str
    bars: tuple[Bar, ...]


def example() -> Example | None:
    """The example, or None as long as there is no reference data to calculate it with."""
    return _calculated(reference_stamp(), spoken())


@lru_cache(maxsize=2)
def _calculated(_stamp: tuple[int, int, int], _language: str) -> Example | None:
    """Calculated once for the reference data that there is, and the language in which it is told."""
    new, used = services.new_sofa(), services.source_sofa()
    try:
        first, second = _impact(new), _impact(used)
    except Refused:
        return None
    before, after = first.lifetime_impact, second.lifetime_impact
    if not before or after is None:
        return None
    less = formats.percentage((before - after) / before, 0)
    return Example(
        title=worded("Een opgeknapte bank geeft {less} minder uitstoot dan een nieuwe", less=less),
        unit=first.unit,
        years=formats.number(new.lifetime_years),
        bars=(
            Bar(worded("Nieuwe bank"), formats.number(before, 0), 1000, "c-estimated"),
            Bar(worded("Opgeknapte bank"), formats.number(after, 0), round(1000 * after / before), "c-actual"),
        ),
    )


def _impact(sofa: Sofa) -> ImpactTotal:
    """The total of this sofa on the indicator that is shown. Raises Refused."""
    assessed, _remarks = services.assess_sofa(NOBODY, sofa)
    return next(row for row in services.totals_answer(assessed) if row.indicator == CLIMATE)
