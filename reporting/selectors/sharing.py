"""What an organisation that shares totals only shows: sums over parts that are never fewer than five contracts.

Its contracts are divided once, whatever is asked: by product group, each group by theme, each theme by year of
award. Every answer is a sum of such parts, so that no two answers differ by fewer contracts than a part holds.
What fits in no part counts nowhere. See docs/decisions/0011.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.calculation.factors import Floats
from reporting.models.cells import COUNTED

from .scopes import FEWEST_CONTRACTS

Place = tuple[int, int, int]
"""Product group, theme and year of award of a contract"""
Bools = npt.NDArray[np.bool_]
PROGRESS = ("estimated_to_date", "realised_to_date", "measured")
REFERENCE = ("reference_estimated", "reference_forecast")
AVOIDED = ("avoided_estimated", "avoided_forecast")
VOLUME = ("function_quantity", "function_promise", "function_known")
_ALONE = ("not_measured_to_date", "function_forecast", "elimination", "mass_kg")


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
    first_year: int = 0


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


def purchase_row(found: Amounts) -> dict[str, Any]:
    """The measures and counts of a part over the whole life of its contracts."""
    hidden = hidden_measures(found)
    values: dict[str, Any] = {
        name: None if name in hidden else _sum(column) for name, column in found.columns.items()
    }
    everyone = np.ones(len(found.complete), dtype=bool)
    return values | _counts(found, hidden, everyone, everyone)


def yearly_rows(found: Amounts, view: str) -> list[tuple[int | None, dict[str, Any]]]:
    """(calendar year, measures and counts) of a part in a year view; what may not be told per year has year None.

    Each year that is told has enough contracts of its own in every measure, and so have the others together.
    """
    hidden = hidden_measures(found)
    series = {name: table for (of, name), table in found.series.items() if of == view}
    there = _years_with_something(found, series)
    shown = [table != 0 for name, table in series.items() if name not in hidden]
    apart = _years_apart([there, *shown])
    begins = there & (np.cumsum(there, axis=1) == 1)
    places: list[tuple[int | None, Any]] = [(found.first_year + int(y), [y]) for y in np.flatnonzero(apart)]
    rest = np.flatnonzero(there.any(axis=0) & ~apart)
    if rest.size:
        places.append((None, rest))
    rows = []
    for year, columns in places:
        values: dict[str, Any] = {
            name: None if name in hidden or np.isnan(found.columns[name]).all() else float(table[:, columns].sum())
            for name, table in series.items()
        }
        counts = _counts(found, hidden, _anywhere(there, columns), _anywhere(begins, columns))
        rows.append((year, values | counts))
    return rows


def hidden_measures(found: Amounts) -> frozenset[str]:
    """The measures that few contracts of this part have, and those that would give such a measure away."""
    columns = found.columns

    def few(*names: str) -> bool:
        return any(is_few(columns[name]) for name in names)

    if few("estimated", "forecast"):
        return frozenset(columns)
    hidden = {name for name in _ALONE if few(name)}
    if few(*PROGRESS) or is_few(_without(np.abs(columns["realised_to_date"]), columns["measured"])):
        hidden |= {*PROGRESS}
    if few("incomplete_mass_kg") or is_few(_without(columns["mass_kg"], columns["incomplete_mass_kg"])):
        hidden.add("incomplete_mass_kg")
    if few(*REFERENCE, *AVOIDED):
        hidden |= {*REFERENCE, *AVOIDED}
    # What is avoided is the reference less the estimate: with both, the estimate of those with a reference
    # is known, and the estimate of all minus that is of those without one.
    for reference, own in zip(REFERENCE, ("estimated", "forecast"), strict=True):
        if not _same_contracts(columns[reference], columns[own]):
            hidden.add(reference)
    # In the same way the promise less the volume is the estimate of those of which the volume is known.
    if few(*VOLUME) or not _same_contracts(columns["function_quantity"], columns["estimated"]):
        hidden |= {*VOLUME}
    if not _same_contracts(columns["function_forecast"], columns["function_known"]):
        hidden |= {*VOLUME}
    return frozenset(hidden)


def is_few(column: Floats) -> bool:
    """Whether some contracts have this, but too few to tell."""
    return 0 < int(np.count_nonzero(np.nan_to_num(column))) < FEWEST_CONTRACTS


def _without(whole: Floats, part: Floats) -> Floats:
    """What of the whole is not in the part, without what only rounding left."""
    whole, part = np.nan_to_num(whole), np.nan_to_num(part)
    return np.where(np.isclose(whole, part), 0.0, whole - part)


def _same_contracts(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(np.isnan(one), np.isnan(other)))


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


def _years_apart(tables: list[Bools]) -> Bools:
    """(Y,) which years may be told, for tables (n, Y) of who has something in each measure."""
    numbers = tables[0].sum(axis=0)
    apart: Bools = np.asarray(numbers >= FEWEST_CONTRACTS, dtype=bool)
    for table in tables:
        apart &= np.asarray(~_too_few(table.sum(axis=0)), dtype=bool)
    while apart.any() and any(_too_few(table[:, ~apart].any(axis=1).sum()) for table in tables):
        apart[min(np.flatnonzero(apart), key=lambda year: (numbers[year], year))] = False
    return apart


def _anywhere(table: Bools, columns: Any) -> Bools:
    return np.asarray(table[:, columns].any(axis=1), dtype=bool)


def _too_few(numbers: Any) -> Any:
    return (numbers > 0) & (numbers < FEWEST_CONTRACTS)


def _years_with_something(found: Amounts, series: Mapping[str, Floats]) -> Bools:
    """(n, Y); a contract of which nothing is known or everything is zero stands in the year of its award."""
    there = np.zeros(next(iter(series.values())).shape, dtype=bool)
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
