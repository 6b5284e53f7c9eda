"""A version of factors beside the one that holds now: what disappears from it, and what jumps.

Less than the whole difference: only what would break or bend what is calculated already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from indicators.calculation.ties import EQUAL
from indicators.models import (
    Factor,
    FactorSetVersion,
    Indicator,
    Material,
    MethodVersion,
    ProductGroup,
    ProductType,
    WeightingSetVersion,
)
from mvi_dashboard.ground import formats

from .made import Key as MadeKey
from .made import Made, making_in

MOST_TIMES = 10
"""a value that becomes more than so many times larger or smaller is asked about"""
VALUES = ("value", "recycled_value", "low", "high", "recycled_low", "recycled_high")
MOST_LOST = 0.01
MOST_NAMED = 5
_AT_ONCE = 5_000

Key = tuple[int, int, str]
Values = tuple[float | None, ...]
"""value and recycled value, then the bounds of both: low, high, recycled low, recycled high"""
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
    making_lost: int = 0
    makings: tuple[str, ...] = ()
    """making that was known and is so no longer; the first few by name"""

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
    """All values of every factor, by material, indicator and module; one query."""
    names = ("material_id", "indicator_id", "module", *VALUES)
    modules = {str(module): str(module) for module in Factor.Module.values}  # one text for all rows
    rows = version.factors.order_by("pk").values_list(*names).iterator(chunk_size=_AT_ONCE)
    return {(material, indicator, modules[module]): tuple(values) for material, indicator, module, *values in rows}


def losses_between(before: FactorSetVersion | None, after: FactorSetVersion) -> Losses:
    """What `after` takes away from `before`; some ten queries for any number of factors."""
    if before is None:
        return Losses()
    old, new = values_in(before), values_in(after)
    removed = old.keys() - new.keys()
    both = sorted(old.keys() & new.keys())
    jumps = [(key, *pair) for key in both for pair in _pairs(old[key], new[key]) if jumped(*pair)]
    materials = {key[0] for key in old} - {key[0] for key in new}
    indicators = {key[1] for key in old} - {key[1] for key in new}
    unmade, made_jumps = _making_between(making_in(before), making_in(after))
    names = _MakingNames() if unmade or made_jumps else None
    return Losses(
        before=len(old),
        removed=len(removed),
        recycled_lost=sum(1 for key in both if old[key][1] is not None and new[key][1] is None),
        materials=_first(
            Material.objects.filter(pk__in=sorted(materials)[:MOST_NAMED]).values_list("name_nl", flat=True)
        ),
        material_count=len(materials),
        indicators=_first(Indicator.objects.filter(pk__in=indicators).values_list("name_nl", flat=True)),
        jumps=(*_named(jumps[:MOST_NAMED]), *(names.jump(*each) for each in made_jumps if names))[:MOST_NAMED],
        jump_count=len(jumps) + len(made_jumps),
        making_lost=len(unmade),
        makings=_first(names.of(key) for key in unmade if names),
    )


def _making_between(
    old: Mapping[MadeKey, Made], new: Mapping[MadeKey, Made]
) -> tuple[list[MadeKey], list[tuple[MadeKey, float, float]]]:
    """The making that is known no longer, and that of which the value jumps."""
    lost = [key for key, was in old.items() if was.known and not (key in new and new[key].known)]
    pairs = [(key, old[key].value, new[key].value) for key in old.keys() & new.keys()]
    jumps = [(key, was or 0.0, is_now or 0.0) for key, was, is_now in pairs if jumped(was, is_now)]
    return lost, sorted(jumps, key=lambda each: (each[0][0], each[0][2], each[0][1] or 0))


class _MakingNames:
    """What the making of a group or a type is called; three queries."""

    def __init__(self) -> None:
        self._groups = dict(ProductGroup.objects.values_list("pk", "name_nl"))
        self._types = dict(ProductType.objects.values_list("pk", "name_nl"))
        self._indicators = Indicator.objects.in_bulk()

    def of(self, key: MadeKey) -> str:
        """In words: what is made, and on which indicator."""
        group, kind, indicator = key
        name = self._types[kind] if kind is not None else self._groups[group]
        return f"Maken van {name} ({self._indicators[indicator].name_nl})"

    def jump(self, key: MadeKey, before: float, after: float) -> Jump:
        """The jump of its value."""
        return Jump(self.of(key), before, after)


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
    return zip(before[:2], after[:2], strict=True)


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
