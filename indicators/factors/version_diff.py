"""Two versions of factors side by side: what came, what went, and what changed by how much; making too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.models import Factor, FactorSetVersion, Processing

from .made import Made

Key = tuple[str, str, str]
"""material, indicator, module"""
Bounds = tuple[float | None, float | None]
"""low and high; None where a value is not known between bounds"""
MakingKey = tuple[str, str, str]
"""group, type (empty: the whole group), indicator"""


@dataclass(frozen=True)
class Change:
    """One factor in both versions with another value; `ratio` is new / old, None when the old one was 0."""

    key: Key
    name: str
    indicator: str
    unit: str
    before: float
    after: float
    recycled_before: float | None
    recycled_after: float | None
    bounds_before: Bounds = (None, None)
    bounds_after: Bounds = (None, None)
    recycled_bounds_before: Bounds = (None, None)
    recycled_bounds_after: Bounds = (None, None)

    @property
    def module(self) -> str:
        """The stage of life in words."""
        return str(Factor.Module(self.key[2]).label)

    @property
    def ratio(self) -> float | None:
        """How many times the old value the new one is."""
        return self.after / self.before if self.before else None


@dataclass(frozen=True)
class MakingChange:
    """What both versions say of one making; None where a version says nothing of it."""

    key: MakingKey
    name: str
    indicator: str
    unit: str
    before: Made | None
    after: Made | None


@dataclass(frozen=True)
class Diff:
    """All differences between two versions, each sorted by material and indicator, or by group and type."""

    added: Sequence[Factor]
    removed: Sequence[Factor]
    changed: Sequence[Change]
    same: int
    making: Sequence[MakingChange] = ()


def diff_versions(before: FactorSetVersion, after: FactorSetVersion) -> Diff:
    """The differences from one version to another; four queries for any number of factors."""
    old, new = _by_key(before), _by_key(after)
    both = sorted(old.keys() & new.keys())
    changed = [_change(key, old[key], new[key]) for key in both if _values(old[key]) != _values(new[key])]
    return Diff(
        [new[key] for key in sorted(new.keys() - old.keys())],
        [old[key] for key in sorted(old.keys() - new.keys())],
        changed,
        len(both) - len(changed),
        _making_changes(before, after),
    )


def _by_key(version: FactorSetVersion) -> dict[Key, Factor]:
    rows = version.factors.select_related("material", "indicator", "source")
    return {(row.material.code, row.indicator.code, row.module): row for row in rows}


def _values(row: Factor) -> tuple[float | None, ...]:
    return row.value, row.recycled_value, row.low, row.high, row.recycled_low, row.recycled_high


def _change(key: Key, old: Factor, new: Factor) -> Change:
    return Change(
        key,
        new.material.name_nl,
        new.indicator.name_nl,
        new.unit,
        old.value,
        new.value,
        old.recycled_value,
        new.recycled_value,
        (old.low, old.high),
        (new.low, new.high),
        (old.recycled_low, old.recycled_high),
        (new.recycled_low, new.recycled_high),
    )


def _making_changes(before: FactorSetVersion, after: FactorSetVersion) -> list[MakingChange]:
    old, new = _making_by_key(before), _making_by_key(after)
    found = []
    for key in sorted(old.keys() | new.keys()):
        was, becomes = (None if key not in side else _made(side[key]) for side in (old, new))
        if was == becomes:
            continue
        row = new.get(key) or old[key]
        name = row.product_type.name_nl if row.product_type else row.group.name_nl
        found.append(MakingChange(key, name, row.indicator.name_nl, row.unit, was, becomes))
    return found


def _making_by_key(version: FactorSetVersion) -> dict[MakingKey, Processing]:
    rows = version.processing.select_related("group", "product_type", "indicator")
    return {
        (row.group.code, row.product_type.code if row.product_type else "", row.indicator.code): row
        for row in rows
    }


def _made(row: Processing) -> Made:
    return Made(row.state, row.low, row.value, row.high)
