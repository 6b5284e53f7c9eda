"""What an organisation that shares totals only shows: sums of parts that are never fewer than five contracts.

Its contracts are divided once, whatever is asked: by product group, each group by theme, each theme by year of
award. Every answer is a sum of such parts, so that no two answers differ by fewer contracts than a part holds.
See docs/decisions/0011.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min

from indicators.models import Basis
from reporting.models import Cell

from .scopes import FEWEST_CONTRACTS

Atom = tuple[Any, ...]
"""Organisation, group, theme and year of award"""


@dataclass(frozen=True)
class Shares:
    """How contracts may be told apart; None = not apart."""

    labels: Mapping[Atom, tuple[int | None, int | None]] = field(default_factory=dict)
    """(organisation, group, theme) -> the group and the theme that may be named"""
    years: Mapping[Atom, int | None] = field(default_factory=dict)
    """(organisation, group, theme, year of award) -> the year that may be named"""


def shares_of(basis: Basis, organisations: Collection[int]) -> Shares:
    """The division of the contracts of these organisations, by how many there are in the year of award."""
    if not organisations:
        return Shares()
    cells = Cell.objects.filter(
        basis=basis, organisation_id__in=list(organisations), year_view=Cell.YearView.PURCHASE
    )
    counts = cells.values_list("organisation_id", "group_id", "theme_id", "year").annotate(Min("contracts"))
    own: dict[int, dict[Atom, int]] = defaultdict(dict)
    for organisation_id, *atom, number in counts.order_by():
        own[organisation_id][tuple(atom)] = number
    named = {
        (organisation_id, *atom): label
        for organisation_id, parts in own.items()
        for atom, label in _divided(parts).items()
    }
    return Shares(
        {atom[:3]: (label[0], label[1]) for atom, label in named.items()},
        {atom: label[2] for atom, label in named.items()},
    )


def years_apart(counts: Sequence[tuple[Hashable, int, int]]) -> list[int | None]:
    """The calendar year that may be named, for each (part, year, number of contracts with something in it).

    The same contracts come back in many years, so numbers of years do not add up: at least one of the years
    that stay together has to hold enough contracts.
    """
    found: dict[Hashable, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for part, year, number in counts:
        found[part][year] += number
    hidden = {part: _kept_together(years, max) for part, years in found.items()}
    return [None if year in hidden[part] else year for part, year, _number in counts]


def _divided(parts: Mapping[Atom, int], place: int = 0) -> dict[Atom, tuple[Any, ...]]:
    """Per (group, theme, year) what may be named of it; what is not, stays together and is divided further."""
    if place == len(next(iter(parts))):
        return dict.fromkeys(parts, ())
    values: dict[Any, dict[Atom, int]] = defaultdict(dict)
    for atom, number in parts.items():
        values[atom[place]][atom] = number
    hidden = _kept_together({value: sum(part.values()) for value, part in values.items()}, sum)
    groups: dict[Any, dict[Atom, int]] = defaultdict(dict)
    for value, part in values.items():
        groups[None if value in hidden else value] |= part
    return {
        atom: (value, *rest)
        for value, group in groups.items()
        for atom, rest in _divided(group, place + 1).items()
    }


def _kept_together(counts: Mapping[Any, int], together: Callable[[list[int]], int]) -> set[Any]:
    """The values that are not named: those with too few contracts, and with them the next smallest until the
    hidden ones are at least two with enough contracts; else the total minus what is shown gives them away."""
    hidden: dict[Any, int] = {}
    for value, number in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        safe = not hidden or (len(hidden) > 1 and together(list(hidden.values())) >= FEWEST_CONTRACTS)
        if number >= FEWEST_CONTRACTS and safe:
            break
        hidden[value] = number
    return set(hidden)
