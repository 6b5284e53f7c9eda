"""What somebody can work out of answers: contracts whose amounts tell in each sum which of them are in it.

Every contract has one or two amounts that are powers of two of its own, so that a sum names its parts exactly. An
answer is then a row of a linear system over the unknown amounts of contracts; :func:`isolated` tells whether rows
can be added and subtracted until only few contracts are left.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contracts.models import Contract, ContractEffect, StaleScope
from contracts.selectors import YearTable, pack_years
from indicators.models import ProductGroup, Theme
from mvi_dashboard.ground import guards
from reporting.selectors import Question, Row
from tests.reporting.made import _copy

YEARS = (2025, 2026)
MOST_CONTRACTS = 24
"""Two bits for each, and one for sums of two measures, are exact in a float"""
FEW = 5
_WHOLE = 1 - 1e-7
# In which unknown amounts a measure is made of: A is what is avoided, V volume; the rest stand for themselves.
UNKNOWNS = {
    "estimated": "E", "forecast": "F", "realised_to_date": "T", "measured": "T", "avoided_estimated": "A",
    "avoided_forecast": "B", "reference_estimated": "EA", "reference_forecast": "FB", "function_quantity": "V",
    "function_promise": "EV", "function_forecast": "G", "function_known": "G", "mass_kg": "M",
    "incomplete_mass_kg": "M",
}  # fmt: skip


@dataclass
class Secret:
    """A contract: where it stands, its amounts per calendar year in both year views, and what it has of what."""

    organisation: int
    group: str
    theme: str
    year: int
    spread: dict[int, float]
    realised: dict[int, float]
    has: dict[str, bool] = field(default_factory=dict)

    @property
    def whole(self) -> float:
        """Its amount over all years."""
        return sum(self.spread.values())


def secrets_of(seed: int, places: Iterable[tuple[int, str, str, int, int]]) -> list[Secret]:
    """Contracts at these places (organisation, group, theme, year of award, how many), by chance for the rest."""
    chance = random.Random(seed)
    often = {name: chance.choice((0.0, 0.3, 0.6, 0.8, 1.0)) for name in ("T", "measured", "R", "Q", "incomplete")}
    unknown = chance.choice((0.0, 0.0, 0.2))
    made: list[Secret] = []
    for organisation, group, theme, year, number in places:
        for _ in range(number):
            bits = [2.0 ** (2 * len(made)), 2.0 ** (2 * len(made) + 1)]
            first, second = chance.choice((YEARS, YEARS, (YEARS[0], YEARS[0]), (YEARS[1], YEARS[1])))
            spread = {first: bits[0]}
            spread[second] = spread.get(second, 0.0) + bits[1]
            where = chance.choice((YEARS, YEARS[::-1], (YEARS[0],) * 2, (YEARS[1],) * 2))
            realised: dict[int, float] = {}
            for place, amount in zip(where, bits, strict=True):
                realised[place] = realised.get(place, 0.0) + amount
            has = {name: chance.random() < part for name, part in often.items()}
            has["known"] = chance.random() >= unknown
            made.append(Secret(organisation, group, theme, year, spread, realised, has))
    assert len(made) <= MOST_CONTRACTS
    return made


def store(secrets: list[Secret]) -> None:
    """These contracts and no others, with effects on climate, as rows."""
    first = Contract.objects.get(reference="C-2024-001")
    like = ContractEffect.objects.get(contract=first, indicator__code="climate")
    groups = dict(ProductGroup.objects.values_list("code", "pk"))
    themes = dict(Theme.objects.values_list("code", "pk"))
    effects = []
    with guards.suspended():
        for number, secret in enumerate(secrets):
            contract, award = _copy(first), _copy(first.award)
            award.save()
            contract.award, contract.reference, contract.public_id = award, f"geheim {number}", uuid.uuid4()
            contract.organisation_id = secret.organisation
            contract.save()
            effect = _copy(like)
            effect.contract, effect.organisation_id, effect.year = contract, secret.organisation, secret.year
            effect.group_id, effect.theme_id = groups[secret.group], themes[secret.theme]
            for name, value in _fields(secret).items():
                setattr(effect, name, value)
            effects.append(effect)
        ContractEffect.objects.all().delete()
        ContractEffect.objects.bulk_create(effects)
    StaleScope.objects.all().delete()
    places = {(effect.organisation_id, effect.group_id) for effect in effects} | {
        (like.organisation_id, like.group_id)
    }
    StaleScope.objects.bulk_create(
        StaleScope(organisation_id=organisation, group_id=group, year=2024) for organisation, group in places
    )


def _fields(secret: Secret) -> dict[str, Any]:
    has, whole = secret.has, secret.whole
    known = whole if has["known"] else None
    reference = known if has["R"] else None
    happened = known if known is None or has["T"] else 0.0
    tables = {"spread": secret.spread, "realised": secret.realised}
    factors = {
        "estimated": 1,
        "forecast": 1,
        "realised": has["T"],
        "reference_estimated": 2,
        "reference_forecast": 2,
    }
    series = {
        (view, name): np.array([factor * amounts.get(year, 0.0) for year in YEARS])
        for view, amounts in tables.items()
        for name, factor in factors.items()
    }
    return {
        "estimated": known, "forecast": known, "realised_to_date": happened, "estimated_to_date": happened,
        "not_measured_to_date": 0.0, "measured": happened if has["measured"] else (None if known is None else 0.0),
        "avoided_estimated": reference, "avoided_forecast": reference, "elimination": None,
        "reference_estimated": reference and 2 * reference, "reference_forecast": reference and 2 * reference,
        "function_forecast": known, "function_quantity": known if has["Q"] else None,
        "mass_kg": whole, "incomplete_mass_kg": whole if has["incomplete"] else 0.0,
        "complete": known is not None, "spread_first_year": YEARS[0],
        "spread": pack_years(YearTable(YEARS[0], series)),
    }  # fmt: skip


def questions() -> Iterator[Question]:
    """What somebody may combine: groupings, filters and year views."""
    keys = ("organisation", "cluster", "productGroup", "theme", "year")
    groupings = [some for size in range(len(keys) + 1) for some in itertools.combinations(keys, size)]
    filters: list[dict[str, Any]] = [{}, {"cluster": "kantoorfaciliteiten"}]
    filters += [{"group": group} for group in ("kantoormeubilair", "ict-hardware", "papier", "catering")]
    filters += [{"theme": "klimaat"}, {"theme": "circulair"}]
    filters += [{"year": year} for year in (2023, 2024, *YEARS)]
    filters += [one | other for one, other in itertools.combinations(filters[1:], 2) if not set(one) & set(other)]
    for view in ("purchase", "spread", "realised"):
        for found, grouping in itertools.product(filters, groupings):
            yield Question(year_view=view, indicator="climate", group_by=grouping, **found)


Unknown = tuple[int, str, str]
"""Contract, what it is an amount of, and which of its three free amounts"""


def equations(rows: Iterable[Row], view: str, secrets: list[Secret]) -> Iterator[dict[Unknown, float]]:
    """Per number of these rows which unknown amounts it is the sum of."""
    for row in rows:
        for measure, blocks in UNKNOWNS.items():
            value = row.values[measure]
            if value:
                amounts = int(value) // len(blocks)
                assert amounts * len(blocks) == value, (measure, value)
                yield _equation(amounts, blocks, view, secrets)


def _equation(amounts: int, blocks: str, view: str, secrets: list[Secret]) -> dict[Unknown, float]:
    found: Counter[Unknown] = Counter()
    for number, secret in enumerate(secrets):
        for bit in (2 * number, 2 * number + 1):
            if amounts >> bit & 1:
                for block in blocks:
                    for name, sign in _free(secret, 1 << bit, view):
                        found[number, block, name] += sign
    return {unknown: float(sign) for unknown, sign in found.items() if sign}


def _free(secret: Secret, amount: int, view: str) -> list[tuple[str, int]]:
    """An amount in the free ones of its contract: both views have the same whole, and a year may have it all."""
    first = 1 if amount & 0x5555555555555555 else 0
    if view != "realised":
        together = len(secret.spread) == 1
        return [("s1", 1)] if together and first else [] if together else [("s1" if first else "s2", 1)]
    whole = [("s1", 1)] if len(secret.spread) == 1 else [("s1", 1), ("s2", 1)]
    if len(secret.realised) == 1:
        return whole if first else []
    in_first_year = int(secret.realised[YEARS[0]]) == amount
    return [("r1", 1)] if in_first_year else [*whole, ("r1", -1)]


def isolated(found: Iterable[Mapping[Unknown, float]], known: Iterable[int] = ()) -> list[tuple[int, ...]]:
    """Sets of fewer than five contracts of which answers together tell something; `known` are told anyway.

    With rows that are orthonormal a combination of them stands on some columns alone when those columns keep its
    whole length: when their part of the projection onto the rows has the eigenvalue one.
    """
    given = set(known)
    equal = {tuple(sorted((u, s) for u, s in row.items() if u[0] not in given)) for row in found}
    rows = [dict(row) for row in equal if row]
    if not rows:
        return []
    columns = sorted({unknown for row in rows for unknown in row})
    table = np.array([[row.get(unknown, 0.0) for unknown in columns] for row in rows])
    _left, sizes, right = np.linalg.svd(table, full_matrices=False)
    basis = right[sizes > 1e-9 * sizes[0]]
    projection = basis.T @ basis
    owners = np.array([unknown[0] for unknown in columns])
    places = {contract: np.flatnonzero(owners == contract) for contract in sorted(set(owners.tolist()))}
    alone = {contract: _largest(projection, at) for contract, at in places.items()}
    return [
        some
        for size in range(1, FEW)
        for some in itertools.combinations(places, size)
        # The largest eigenvalue of all is at most the sum of those of each.
        if sum(alone[contract] for contract in some) >= _WHOLE
        and _largest(projection, np.concatenate([places[contract] for contract in some])) >= _WHOLE
    ]


def _largest(projection: Any, places: Any) -> float:
    return float(np.linalg.eigvalsh(projection[np.ix_(places, places)])[-1])
