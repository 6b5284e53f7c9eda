"""What is said of the order of bids that rest on ranges: it holds whatever they are, or what it depends on.

Every sentence follows from the slopes of the core, never from bounds that overlap. Source: method, section 2b.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from indicators.calculation.order import Dependence, Order, Orders, State
from indicators.calculation.ties import tied
from indicators.services import NamedRange
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.wording import between, listed

_MOST_PAIRS = 6
_COUNTS = "In de gunning telt de gepubliceerde rekenwaarde."
_FEW = 3
"""so many ranges are named in one sentence"""


@dataclass(frozen=True)
class OrderSaid:
    """The order of the bids in words; `certain` is whether it holds for every value of the ranges."""

    certain: bool
    statement: str
    more: Sequence[str]
    title: str
    """empty: nothing about the order keeps the title from naming the lowest bid"""
    award: str
    ranges: Sequence[Mapping[str, Any]]
    """one row per range that counts"""
    tag: str
    """what is known between bounds, in a few words"""
    highest: str = ""
    """who is higher than those that can be the lowest, whatever the ranges are; empty: nobody"""


def said_of(found: Orders, ranges: Mapping[int, NamedRange], names: Sequence[str]) -> OrderSaid | None:
    """What holds of the order; None where no range moves anything, there are no two, or not all have a place.

    `ranges`: those of this indicator, by their number in the core. `names`: what each is called, in its order.
    """
    moving = _moving(found, ranges)
    if len(names) < 2 or not moving or np.isnan(found.values).any():
        return None
    said = _Said(found, ranges, names)
    pairs = list(combinations(found.ranking(), 2))
    open_pairs = [pair for pair in pairs if found.state(*pair) is State.DEPENDS]
    rows = [_row(each) for each in moving]
    if not open_pairs:
        return OrderSaid(True, said.for_every_value(moving), (), "", said.award(), rows, _tag(moving))
    sentences = [said.of_pair(*pair) for pair in open_pairs[:_MOST_PAIRS]]
    left, more = len(open_pairs) - len(sentences), sentences[1:]
    if left:
        more.append(f"Zo hangt ook de volgorde van nog {formats.counted(left, 'paar', 'paren')} ervan af.")
    return OrderSaid(
        False, sentences[0], more, said.title(), said.award(), rows, _tag(moving), highest=said.highest()
    )


def _moving(found: Orders, ranges: Mapping[int, NamedRange]) -> list[NamedRange]:
    """The ranges that move the impact of a bid."""
    wide = (found.slopes != 0).any(axis=0) & (found.ranges.low < found.ranges.high)
    return [ranges[int(number)] for number in found.places[wide]]


def _tag(moving: Sequence[NamedRange]) -> str:
    only = f"{formats.capital(moving[0].name)} is een bandbreedte"
    return only if len(moving) == 1 else f"Rust op {len(moving)} bandbreedtes"


def _row(each: NamedRange) -> dict[str, Any]:
    decimals = formats.decimals_of([each.low, each.central, each.high])
    low, central, high = (formats.in_column(value, decimals) for value in (each.low, each.central, each.high))
    return {
        "name": formats.capital(each.name), "unit": each.unit, "low": low, "central": central, "high": high,
        "source": each.source,
    }  # fmt: skip


@dataclass(frozen=True)
class _Said:
    """The words for the bids of one lot on one indicator."""

    found: Orders
    ranges: Mapping[int, NamedRange]
    names: Sequence[str]

    def for_every_value(self, moving: Sequence[NamedRange]) -> str:
        """That the order, or that they are equal, does not hang on these ranges."""
        equal = not (self.found.low_sign.any() or self.found.high_sign.any())
        holds = "Het effect is gelijk" if equal else "De volgorde geldt"
        if len(moving) == 1:
            only = moving[0]
            ends = between(only.low, only.high)
            return f"{holds} voor elke waarde van {only.name} {ends} {only.unit}."
        if len(moving) <= _FEW:
            return f"{holds} voor elke waarde van {listed([e.name for e in moving])} tussen hun grenzen."
        return f"{holds} voor elke waarde van alle {len(moving)} bandbreedtes tussen hun grenzen."

    def of_pair(self, first: int, second: int) -> str:
        """What the order of two bids depends on, the first being the lower one by what counts."""
        order = self.found.order(first, second)
        assert order is not None
        if not order.reverses:
            lower, other = (first, second) if self.found.high_sign[first, second] <= 0 else (second, first)
            return f"{self.names[lower]} is nooit hoger dan {self.names[other]}; wel kunnen zij gelijk zijn."
        if order.decides is not None and order.decides.break_even is not None:
            below, above = self._sides(order.decides, first, second)
            told = self._told(order.decides)
            return f"{below} is lager zolang {told.name} onder {told.value} blijft. Daarboven is {above} lager."
        return self._of_many(order, first, second)

    def _of_many(self, order: Order, first: int, second: int) -> str:
        one, other = self.names[first], self.names[second]
        said = [f"Of {one} of {other} lager is, hangt af van {self._ranges(order.depends_on)}."]
        if not order.turning:
            said.append("Geen daarvan draait de volgorde alleen om; samen kunnen zij dat wel.")
        for each in order.turning[:_FEW]:
            below, above = self._sides(each, first, second)
            told = self._told(each)
            said.append(
                f"Staan de andere op hun rekenwaarde, dan is {below} lager zolang {told.name} onder {told.value} "
                f"blijft, en daarboven {above}."
            )
        return " ".join(said)

    def title(self) -> str:
        """Who can be the lowest, and on what that hangs; empty when one bid is, whatever the ranges are."""
        lowest = self._contenders()
        if len(lowest) < 2:
            return ""
        pairs = [self.found.order(*pair) for pair in combinations(lowest, 2)]
        decisive = {each.place: each for order in pairs if order is not None for each in order.depends_on}
        if not decisive:
            return ""
        who = listed([self.names[each] for each in lowest], word="of")
        return f"{who}: dat hangt af van {self._ranges(list(decisive.values()))}"

    def award(self) -> str:
        """Which value counts in the award, and who is lowest by it."""
        first = self.found.ranking()[0]
        values = self.found.values
        lowest = [self.names[n] for n in self.found.ranking() if tied(values[n], values[first])]
        if len(lowest) > 1:
            return f"{_COUNTS} Daarmee delen {listed(lowest)} de eerste plaats."
        return f"{_COUNTS} Daarmee heeft {lowest[0]} het laagste effect."

    def highest(self) -> str:
        """Who is higher whatever the ranges are, when the others can be the lowest."""
        lowest = self._contenders()
        others = [self.names[bid] for bid in self.found.ranking() if bid not in lowest]
        if not others or len(others) > _FEW:
            return ""
        return f"{listed(others)} {'is' if len(others) == 1 else 'zijn'} altijd hoger."

    def _contenders(self) -> list[int]:
        """The bids that no other bid is certainly lower than, the lowest by what counts first."""
        sure = (self.found.low_sign > 0) & (self.found.high_sign > 0)
        return [bid for bid in self.found.ranking() if not sure[bid].any()]

    def _sides(self, each: Dependence, first: int, second: int) -> tuple[str, str]:
        """Who is lower below the break-even, and who above it."""
        pair = (self.names[first], self.names[second])
        return pair if each.first_is_lower_below else (pair[1], pair[0])

    def _told(self, each: Dependence) -> _Told:
        named = self.ranges[each.place]
        return _Told(named.name, f"{formats.number(each.break_even)} {named.unit}")

    def _ranges(self, depends: Sequence[Dependence]) -> str:
        names = [self.ranges[each.place].name for each in depends]
        return listed(names) if len(names) <= _FEW else f"{len(names)} bandbreedtes"


@dataclass(frozen=True)
class _Told:
    name: str
    value: str
