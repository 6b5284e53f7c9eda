"""A version of factors beside the one that holds now: what disappears from it, and what jumps.

Less than the whole difference: only what would break or bend what is calculated already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from indicators.calculation.ties import EQUAL
from indicators.models import Factor, FactorSetVersion, Indicator, Material, MethodVersion, WeightingSetVersion
from mvi_dashboard.ground import formats

MOST_TIMES = 10
"""a value that becomes more than so many times larger or smaller is asked about"""
MOST_LOST = 0.01
MOST_NAMED = 5
_AT_ONCE = 5_000

Key = tuple[int, int, str]
Values = tuple[float | None, float | None]
Named = Mapping[tuple[str, str], tuple[str, float]]
"""name and value by kind and code"""


@dataclass(frozen=True)
class Jump:
    """One value that becomes more than ten times larger or smaller, in words."""

    name: str
    before: float
    after: float
    unit: str = ""

    @property
    def said(self) -> str:
        """Both values in one line."""
        return f"{self.name} van {formats.exact(self.before)} naar {formats.exact(self.after)} {self.unit}".strip()


@dataclass(frozen=True)
class Losses:
    """What a version takes away from the one that holds: counts, and the first few by name.

    `materials` and `indicators` have no factor left at all; `recycled_lost` keeps a factor without its value for
    recycled material.
    """

    before: int = 0
    removed: int = 0
    recycled_lost: int = 0
    materials: tuple[str, ...] = ()
    material_count: int = 0
    indicators: tuple[str, ...] = ()
    jumps: tuple[Jump, ...] = field(default=())
    jump_count: int = 0

    @property
    def lost(self) -> int:
        """Factors that disappear, whole or for recycled material."""
        return self.removed + self.recycled_lost

    @property
    def loses_much(self) -> bool:
        """Whether more than one in a hundred disappears."""
        return self.lost > MOST_LOST * self.before


def jumped(before: float | None, after: float | None) -> bool:
    """Whether a known value becomes more than ten times larger or smaller, or changes its sign.

    >>> jumped(1.9, 19.0), jumped(1.9, 19.1), jumped(1.9, 0.18), jumped(0.0, 0.5), jumped(None, 5.0)
    (False, True, True, True, False)
    """
    if before is None or after is None or before == after:
        return False
    if before * after <= 0:
        return True
    return far_apart(after, before, MOST_TIMES)


def far_apart(one: float, other: float, times: float) -> bool:
    """Whether one is more than so many times larger or smaller than the other, neither of them 0.

    The last digits do not decide: 0.19 is ten times 0.019, whatever a division of floats says.
    """
    apart = abs(one / other)
    return max(apart, 1 / apart) > times * (1 + EQUAL)


def values_in(version: FactorSetVersion) -> dict[Key, Values]:
    """Both values of every factor, by material, indicator and module; one query."""
    names = ("material_id", "indicator_id", "module", "value", "recycled_value")
    modules = {str(module): str(module) for module in Factor.Module.values}  # one text for all rows
    rows = version.factors.order_by("pk").values_list(*names).iterator(chunk_size=_AT_ONCE)
    return {(material, indicator, modules[module]): tuple(values) for material, indicator, module, *values in rows}


def losses_between(before: FactorSetVersion | None, after: FactorSetVersion) -> Losses:
    """What `after` takes away from `before`; four queries for any number of factors."""
    if before is None:
        return Losses()
    old, new = values_in(before), values_in(after)
    removed = old.keys() - new.keys()
    both = sorted(old.keys() & new.keys())
    jumps = [(key, *pair) for key in both for pair in _pairs(old[key], new[key]) if jumped(*pair)]
    materials = {key[0] for key in old} - {key[0] for key in new}
    indicators = {key[1] for key in old} - {key[1] for key in new}
    return Losses(
        before=len(old),
        removed=len(removed),
        recycled_lost=sum(1 for key in both if old[key][1] is not None and new[key][1] is None),
        materials=_first(
            Material.objects.filter(pk__in=sorted(materials)[:MOST_NAMED]).values_list("name_nl", flat=True)
        ),
        material_count=len(materials),
        indicators=_first(Indicator.objects.filter(pk__in=indicators).values_list("name_nl", flat=True)),
        jumps=_named(jumps[:MOST_NAMED]),
        jump_count=len(jumps),
    )


def method_losses(before: MethodVersion | None, after: MethodVersion) -> Losses:
    """What a version of a method takes away: the assumed factors that jump or are gone; six queries."""
    return _by_name(_assumed(before), _assumed(after)) if before is not None else Losses()


def price_losses(before: WeightingSetVersion | None, after: WeightingSetVersion) -> Losses:
    """What a version of a weighting set takes away: the prices that jump or are gone; two queries."""
    return _by_name(_prices(before), _prices(after)) if before is not None else Losses()


def _by_name(old: Named, new: Named) -> Losses:
    both = sorted(old.keys() & new.keys())
    jumps = [Jump(old[key][0], old[key][1], new[key][1]) for key in both if jumped(old[key][1], new[key][1])]
    removed = len(old.keys() - new.keys())
    return Losses(len(old), removed, jumps=tuple(jumps[:MOST_NAMED]), jump_count=len(jumps))


def _prices(version: WeightingSetVersion) -> Named:
    rows = version.weights.values_list("code", "name_nl", "eur")
    return {(code, ""): (name, eur) for code, name, eur in rows}


def _pairs(before: Values, after: Values) -> Iterable[tuple[float | None, float | None]]:
    return zip(before, after, strict=True)


def _first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names)[:MOST_NAMED])


def _named(jumps: list[tuple[Key, float | None, float | None]]) -> tuple[Jump, ...]:
    keys = [key for key, _, _ in jumps]
    materials = Material.objects.in_bulk({key[0] for key in keys})
    indicators = Indicator.objects.in_bulk({key[1] for key in keys})
    return tuple(
        Jump(
            f"{materials[key[0]].name_nl} ({indicators[key[1]].name_nl})",
            before or 0.0,
            after or 0.0,
            f"{indicators[key[1]].unit}/{materials[key[0]].unit}",
        )
        for key, before, after in jumps
    )


def _assumed(version: MethodVersion) -> Named:
    """Name and factor of everything that a method assumes, by kind and code."""
    kinds = (
        ("strategy", version.strategy_factors), ("plan", version.plan_factors),
        ("destination", version.destination_factors),
    )  # fmt: skip
    rows = chain.from_iterable(
        ((kind, *row) for row in found.values_list(f"{kind}__code", f"{kind}__name_nl", "factor"))
        for kind, found in kinds
    )
    return {(kind, code): (name, factor) for kind, code, name, factor in rows}
