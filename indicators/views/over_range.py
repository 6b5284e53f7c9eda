"""Results over the one range on which their order depends: lines that cross, and the same numbers as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from indicators.calculation.order import Dependence, Orders, State
from indicators.services import NamedRange
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.charts import Crossing, Line, Lines
from mvi_dashboard.ground.wording import listed

MOST_LINES = 6
_KINDS = ("bid-b", "bid-a")
"""of the two lowest that cross; all others are drawn lightly"""


@dataclass(frozen=True)
class OverRange:
    """The impact of each of these at both ends of one range, with the other ranges at their central value."""

    named: NamedRange
    low: str
    """ends and central value of the range itself, as people read them"""
    central: str
    high: str
    amount_unit: str
    """of what the range counts for: kg of product, or of a material"""
    others: bool
    """whether there are other ranges, that stand at their central value here"""
    rows: Sequence[Mapping[str, Any]]
    """per name, the lowest first: what does not rest on the range, how much of it counts, and its values"""


def only_range(found: Orders) -> int | None:
    """The one range that moves these results; None where there are more, or none."""
    moving = _moving(found)
    return moving[0] if len(moving) == 1 else None


def deciding_range(found: Orders) -> int | None:
    """The one range on which the order of all open pairs depends; None for more, or an order that holds."""
    open_on = {on.place for _, _, each in _open_pairs(found) for on in each}
    return open_on.pop() if len(open_on) == 1 else None


def over_range(
    found: Orders, place: int, ranges: Mapping[int, NamedRange], names: Sequence[str], decimals: int
) -> OverRange:
    """The rows of the table over this range, in these decimals."""
    named = ranges[place]
    column = int(np.flatnonzero(found.places == place)[0])
    slopes = found.slopes[:, column]
    own = formats.decimals_of([named.low, named.central, named.high])
    amounts = formats.decimals_of(slopes)
    rows = [
        {
            "number": number,
            "name": names[number],
            "apart": formats.in_column(_at(found, number, column, 0.0), decimals),
            "amount": formats.in_column(float(slopes[number]), amounts),
            **{
                end: formats.in_column(_at(found, number, column, getattr(named, end)), decimals)
                for end in ("low", "central", "high")
            },
        }
        for number in found.ranking()
    ]
    low, central, high = (formats.in_column(each, own) for each in (named.low, named.central, named.high))
    unit = named.unit.rpartition(" per ")[2]
    return OverRange(named, low, central, high, unit, len(_moving(found)) > 1, rows)


def lines_over(
    found: Orders, place: int, ranges: Mapping[int, NamedRange], names: Sequence[str], unit: str
) -> Lines | None:
    """The lines of the lowest, and where they cross; None where none of them do."""
    named = ranges[place]
    column = int(np.flatnonzero(found.places == place)[0])
    crossing = [
        (first, second, float(on.break_even))
        for first, second, each in _open_pairs(found)
        for on in each
        if on.place == place and on.break_even is not None
    ]
    if not crossing:
        return None
    meeting = [number for number in found.ranking() if any(number in pair[:2] for pair in crossing)]
    others = [number for number in found.ranking() if number not in meeting]
    drawn = (meeting + others)[: max(MOST_LINES, 2)]
    shown = [each for each in crossing if each[0] in drawn and each[1] in drawn]
    kinds = dict(zip(meeting, _KINDS, strict=False))
    over = over_range(found, place, ranges, names, 0)
    return Lines(
        id="lijnen",
        title=_title(shown, names),
        unit=f"Effect bij elke waarde van {named.name}, in {unit}",
        source=_left_out(len(names) - len(drawn)),
        along=f"{formats.capital(named.name)}: {named.unit}",
        ticks=[(named.low, over.low), (named.central, over.central), (named.high, over.high)],
        lines=[
            Line(
                names[number],
                _at(found, number, column, named.low),
                _at(found, number, column, named.high),
                kinds.get(number, "bid-c"),
            )
            for number in drawn
        ],
        crossings=[
            Crossing(at, _at(found, first, column, at), formats.number(at)) for first, _second, at in shown
        ],
    )


def _open_pairs(found: Orders) -> list[tuple[int, int, Sequence[Dependence]]]:
    """Pairs that can be either way round, the lower one first, with what that hangs on."""
    pairs: list[tuple[int, int, Sequence[Dependence]]] = []
    for first, second in combinations(found.ranking(), 2):
        order = found.order(first, second)
        if order is not None and order.state is State.DEPENDS:
            pairs.append((first, second, order.depends_on))
    return pairs


def _moving(found: Orders) -> list[int]:
    wide = (found.slopes != 0).any(axis=0) & (found.ranges.low < found.ranges.high)
    return [int(place) for place in found.places[wide]]


def _at(found: Orders, number: int, column: int, value: float) -> float:
    """One result at this value of the range."""
    step = value - float(found.ranges.central[column])
    return float(found.values[number]) + float(found.slopes[number, column]) * step


def _title(crossing: Sequence[tuple[int, int, float]], names: Sequence[str]) -> str:
    if len(crossing) == 1:
        first, second, at = crossing[0]
        return f"De lijnen van {names[first]} en {names[second]} kruisen bij {formats.number(at)}"
    places = dict.fromkeys(formats.number(at) for at in sorted(each[2] for each in crossing))
    return f"De lijnen kruisen bij {listed(list(places))}"


def _left_out(many: int) -> str:
    return (
        f"Niet getekend: {formats.counted(many, 'inschrijving', 'inschrijvingen')}. Die staan in de tabel."
        if many
        else ""
    )
