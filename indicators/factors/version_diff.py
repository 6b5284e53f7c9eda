"""Two versions of factors side by side: what came, what went, and what changed by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.models import Factor, FactorSetVersion

Key = tuple[str, str, str]
"""material, indicator, module"""


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

    @property
    def module(self) -> str:
        """The stage of life in words."""
        return str(Factor.Module(self.key[2]).label)

    @property
    def ratio(self) -> float | None:
        """How many times the old value the new one is."""
        return self.after / self.before if self.before else None


@dataclass(frozen=True)
class Diff:
    """All differences between two versions, each sorted by material and indicator."""

    added: Sequence[Factor]
    removed: Sequence[Factor]
    changed: Sequence[Change]
    same: int


def diff_versions(before: FactorSetVersion, after: FactorSetVersion) -> Diff:
    """The differences from one version to another; two queries for any number of factors."""
    old, new = _by_key(before), _by_key(after)
    both = sorted(old.keys() & new.keys())
    changed = [_change(key, old[key], new[key]) for key in both if _values(old[key]) != _values(new[key])]
    return Diff(
        [new[key] for key in sorted(new.keys() - old.keys())],
        [old[key] for key in sorted(old.keys() - new.keys())],
        changed,
        len(both) - len(changed),
    )


def _by_key(version: FactorSetVersion) -> dict[Key, Factor]:
    rows = version.factors.select_related("material", "indicator", "source")
    return {(row.material.code, row.indicator.code, row.module): row for row in rows}


def _values(row: Factor) -> tuple[float, float | None]:
    return row.value, row.recycled_value


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
    )
