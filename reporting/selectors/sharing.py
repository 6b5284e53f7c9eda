"""What an organisation that shares totals only shows: sums over parts that are never fewer than five contracts.

Its contracts are divided once, whatever is asked: by product group, each group by theme, each theme by year of
award. Every answer is a sum of such parts, so that no two answers differ by fewer contracts than a part holds.
What fits in no part counts nowhere. See docs/decisions/0011.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from contracts.models import BOUNDS, ContractEffect
from indicators.calculation.factors import Bools, Floats
from mvi_dashboard.ground.models import Organisation
from reporting.models.cells import COUNTED, HIDDEN

from .adding import bounds_at
from .hidden import hidden_measures
from .hidden_bounds import any_bounds, may_tell_bounds
from .scopes import FEWEST_CONTRACTS
from .years_told import View, hidden_in_view, years_told

Place = tuple[int, int, int]
"""Product group, theme and year of award of a contract"""


@dataclass(frozen=True)
class Part:
    """Contracts that are told together; a group, theme or year that may not be told is None."""

    contracts: tuple[int, ...]
    group: int | None = None
    theme: int | None = None
    year: int | None = None
    shared: bool = True
    """False = these count nowhere"""


@dataclass(frozen=True)
class Amounts:
    """One indicator of the contracts of one part; unknown is NaN."""

    columns: Mapping[str, Floats]
    """(n,) per measure"""
    complete: Bools
    award: npt.NDArray[np.int64]
    """year of award"""
    series: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    """(n, Y) per year view and measure, 0 where unknown"""
    unknown: Mapping[str, Bools] = field(default_factory=dict)
    """(n, Y) per year view: something runs and nothing is known"""
    first_year: int = 0
    bounds: Mapping[str, Floats] = field(default_factory=dict)
    """(n,) per bound how far it lies from its measure over a whole life; NaN = between no bounds"""


def parts_of(places: Mapping[int, Place]) -> list[Part]:
    """The contracts of one organisation as parts that are shared, and at most one that is not.

    Groups with too few contracts stay together when they are enough for a part without a name; else they count
    nowhere, because the total minus the named groups would give them away.
    """
    groups = _by_value(places, places, 0)
    named = {group: found for group, found in groups.items() if len(found) >= FEWEST_CONTRACTS}
    others = [pk for group, found in groups.items() if group not in named for pk in found]
    parts = [part for group, found in sorted(named.items()) for part in _divided(places, found, 1, (group,))]
    if len(others) >= FEWEST_CONTRACTS:
        return parts + _divided(places, others, 1, (None,))
    return [*parts, Part(tuple(others), shared=False)] if others else parts


def told_together(basis_id: int) -> Iterator[tuple[int, ...]]:
    """The contracts with an effect on this basis in the parts that are told: of who shares single ones each apart.

    What counts nowhere is in none of them. Two queries.
    """
    sharing = Organisation.objects.filter(national_share=Organisation.NationalShare.TOTALS)
    totals = set(sharing.values_list("pk", flat=True))
    places: dict[int, dict[int, Place]] = defaultdict(dict)
    real = ContractEffect.objects.filter(basis_id=basis_id, organisation__practice_of=None)
    rows = real.order_by("contract_id")
    for pk, owner, *place in rows.values_list(
        "contract_id", "organisation_id", "group_id", "theme_id", "year"
    ).distinct():
        if owner in totals:
            places[owner][pk] = (place[0], place[1], place[2])
        else:
            yield (pk,)
    for of_owner in places.values():
        yield from (part.contracts for part in parts_of(of_owner) if part.shared)


def purchase_row(found: Amounts) -> dict[str, Any]:
    """The measures and counts of a part over the whole life of its contracts."""
    hidden = hidden_measures(found.columns)
    values: dict[str, Any] = {
        name: None if name in hidden else _sum(column) for name, column in found.columns.items()
    }
    everyone = np.ones(len(found.complete), dtype=bool)
    return values | _bounds(found, hidden, values) | _counts(found, hidden, everyone, everyone)


def _bounds(found: Amounts, hidden: Collection[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The bounds of what is told, or that they may not be."""
    if not any_bounds(found.bounds):
        return {}
    if not may_tell_bounds(found.columns, found.bounds, hidden):
        return {HIDDEN: len(found.complete)}
    far = {bound: None if BOUNDS[bound] in hidden else _sum(column) for bound, column in found.bounds.items()}
    return bounds_at({**values, **far})


def yearly_rows(found: Amounts) -> list[tuple[str, int | None, dict[str, Any]]]:
    """(year view, calendar year, measures and counts) of a part; what may not be told per year has year None."""
    hidden = hidden_measures(found.columns)
    whole = {name: column for name, column in found.columns.items() if name not in hidden}
    series: dict[str, dict[str, Floats]] = defaultdict(dict)
    for (view, name), table in found.series.items():
        series[view][name] = table
    gone: dict[str, frozenset[str]] = {}
    views: dict[str, View] = {}
    for view, tables in series.items():
        gone[view] = hidden | hidden_in_view(tables, whole)
        told = {name: table for name, table in tables.items() if name not in gone[view]}
        views[view] = View(_years_with_something(found, view, tables), told)
    return [
        (view, year, _year_row(found, gone[view], series[view], views[view].there, columns))
        for view, apart in years_told(views, whole).items()
        for year, columns in _told(found, views[view].there, apart)
    ]


def _told(found: Amounts, there: Bools, apart: Bools) -> Iterator[tuple[int | None, Any]]:
    """(calendar year, places of years) of what is told of one view."""
    for year in np.flatnonzero(apart):
        yield found.first_year + int(year), [year]
    rest = np.flatnonzero(there.any(axis=0) & ~apart)
    if rest.size:
        yield None, rest


def _year_row(
    found: Amounts, hidden: Collection[str], series: Mapping[str, Floats], there: Bools, columns: Any
) -> dict[str, Any]:
    here = _anywhere(there, columns)
    values: dict[str, Any] = {
        name: None
        if name in hidden or np.isnan(found.columns[name][here]).all()
        else float(table[:, columns].sum())
        for name, table in series.items()
    }
    begins = there & (np.cumsum(there, axis=1) == 1)
    # Bounds per year would be one more set of amounts that tell years apart: only whole lives tell theirs.
    bounds = {HIDDEN: int(here.sum())} if any_bounds(found.bounds) else {}
    return values | bounds | _counts(found, hidden, here, _anywhere(begins, columns))


def _divided(
    places: Mapping[int, Place], contracts: Collection[int], place: int, labels: tuple[int | None, ...]
) -> list[Part]:
    """These contracts by theme and then by year; the values that are not named stay together, divided further."""
    if place == len(next(iter(places.values()))):
        group, theme, year = labels
        return [Part(tuple(sorted(contracts)), group, theme, year)]
    values = _by_value(places, contracts, place)
    hidden = _kept_together({value: len(found) for value, found in values.items()})
    groups: dict[int | None, list[int]] = defaultdict(list)
    for value, found in sorted(values.items()):
        groups[None if value in hidden else value] += found
    return [
        part for value, found in groups.items() for part in _divided(places, found, place + 1, (*labels, value))
    ]


def _by_value(places: Mapping[int, Place], contracts: Collection[int], place: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for contract in contracts:
        found[places[contract][place]].append(contract)
    return found


def _kept_together(counts: Mapping[int, int]) -> set[int]:
    """The values that are not named: those with too few contracts, and with them the next smallest until the
    hidden ones are enough together; else the total minus what is shown gives them away."""
    hidden: dict[int, int] = {}
    for value, number in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if number >= FEWEST_CONTRACTS and (not hidden or sum(hidden.values()) >= FEWEST_CONTRACTS):
            break
        hidden[value] = number
    return set(hidden)


def _anywhere(table: Bools, columns: Any) -> Bools:
    return np.asarray(table[:, columns].any(axis=1), dtype=bool)


def _years_with_something(found: Amounts, view: str, series: Mapping[str, Floats]) -> Bools:
    """(n, Y); a contract of which everything is zero stands in the year of its award."""
    there = np.zeros(next(iter(series.values())).shape, dtype=bool)
    there |= found.unknown.get(view, False)
    for table in series.values():
        there |= table != 0
    nothing = np.flatnonzero(~there.any(axis=1))
    there[nothing, found.award[nothing] - found.first_year] = True
    return there


def _counts(found: Amounts, hidden: Collection[str], there: Bools, new: Bools) -> dict[str, int]:
    """Contracts of which a measure is hidden are not said to have it."""
    nothing = "estimated" in hidden
    has_reference = ~np.isnan(found.columns["reference_estimated"]) & ("avoided_estimated" not in hidden)
    incomplete = ~found.complete | nothing
    counts: dict[str, int] = {}
    for prefix, who in (("", there), ("new_", new)):
        numbers = (who.sum(), (who & has_reference).sum(), (who & incomplete).sum())
        counts |= {f"{prefix}{name}": int(number) for name, number in zip(COUNTED, numbers, strict=True)}
    return counts


def _sum(column: Floats) -> float | None:
    known = column[~np.isnan(column)]
    return float(known.sum()) if known.size else None
