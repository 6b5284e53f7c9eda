"""What somebody can work out of answers: contracts whose amounts tell in each sum which of them are in it.

Every contract has two amounts that are powers of two of its own, so that a sum names its parts exactly. An
answer is then a row of a linear system over the unknown amounts of contracts; :func:`isolated` tells whether rows
can be added and subtracted until only few contracts are left.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contracts.models import BOUNDED, BOUNDS, Contract, ContractEffect, StaleScope, bound_of
from contracts.models.measures import MEASURES
from contracts.selectors import SERIES, VIEWS, YearTable, pack_years
from indicators.models import ProductGroup, Theme
from mvi_dashboard.ground import triggers
from reporting.selectors import Question, Row
from tests.reporting.made import _copy

YEARS = (2025, 2026)
MOST_CONTRACTS = 24
"""Two bits for each, and one for sums of two measures, are exact in a float"""
FEW = 5
_WHOLE = 1 - 1e-7
CHANCES = ("T", "measured", "R", "Q", "incomplete", "F", "volume", "later", "constant", "N")
"""What a contract may have: something that happened (T) and of that a meter, a reference, a known volume, lines of
which nothing is known, another forecast than the estimate (F) that is volume or not, what falls in the last year,
the same amount every year, a promise that was not measured. A world may be over: what happened is the forecast."""
Amounts = dict[str, tuple[int, dict[str, int]]]


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

    @property
    def deviates(self) -> bool:
        """Whether its forecast is not its estimate: never when nothing happened."""
        return self.has["T"] and self.has["F"]

    def amounts(self) -> Amounts:
        """What is known of it: per measure how many times its amount, and of which unknowns that is the sum.

        What has nothing of its own is tied: without records the forecast *is* the estimate (E), and so is what is
        avoided by it. Letters differ exactly where numbers do: F forecast, T to date, D its promise, A and B
        avoided, M mass. The times are the same for all contracts but for their sign, so that sums can be read.
        """
        if not self.has["known"]:
            return self._mass()
        times, own, avoided = (-1, "F", "B") if self.deviates else (1, "E", "A")
        forecast = (times, {own: 1})
        found: Amounts = {
            "estimated": (1, {"E": 1}),
            "estimated_of_forecast": (1, {"E": 1}),
            "forecast": forecast,
            "function_forecast": forecast,
        }
        if self.has["T"]:
            # As promised so far, unless it deviates.
            promised = (-3, {"D": 1}) if self.deviates else (3, {"T": 1})
            to_date, promised = (forecast, (1, {"E": 1})) if self.has["over"] else ((3, {"T": 1}), promised)
            found |= {"realised_to_date": to_date, "estimated_to_date": promised}
            if self.has["measured"]:
                found["measured"] = to_date
        elif self.has["over"] and self.has["N"]:
            found["not_measured_to_date"] = (1, {"E": 1})
        if self.has["Q"]:
            by_volume = self.deviates and self.has["volume"]
            found["function_quantity"] = (-2, {"F": 1, "E": -1}) if by_volume else (0, {})
            found["function_promise"] = forecast if by_volume else (1, {"E": 1})
            found["function_known"] = forecast
        if self.has["R"]:
            found |= {
                "avoided_estimated": (1, {"A": 1}),
                "avoided_forecast": (times, {avoided: 1}),
                "reference_estimated": (2, {"E": 1, "A": 1}),
                "reference_forecast": (2 * times, {own: 1, avoided: 1}),
            }
        return found | self._ends(found) | self._mass()

    def _ends(self, found: Amounts) -> Amounts:
        """What lies between bounds may be nothing as well: one end is zero, the other is itself."""
        nothing = (0, {})
        ends: Amounts = {}
        for code in BOUNDED:
            if code in found:
                low, high = ("low", "high") if found[code][0] >= 0 else ("high", "low")
                ends[bound_of(code, low)] = nothing if self.has.get("between") else found[code]
                ends[bound_of(code, high)] = found[code]
        return ends

    def is_later(self, measure: str) -> bool:
        """Whether this falls later than what was promised."""
        return self.has["T"] and self.has["later"] and not measure.endswith("estimated")

    def _mass(self) -> Amounts:
        mass = (1, {"M": 1})
        return {"mass_kg": mass, "incomplete_mass_kg": mass} if self.has["incomplete"] else {"mass_kg": mass}


def secrets_of(
    seed: int, places: Iterable[tuple[int, str, str, int, int]], having: Collection[str] | None = None
) -> list[Secret]:
    """Contracts at these places (organisation, group, theme, year of award, how many); what each has is by chance,
    or what is given of all."""
    chance, ranged = random.Random(seed), random.Random(f"ranges {seed}")
    between = ranged.choice((0.0, 0.3, 0.6, 0.8, 1.0))
    over = chance.random() < 0.5
    made: list[Secret] = []
    for organisation, group, theme, year, number in places:
        often = {name: chance.choice((0.0, 0.3, 0.6, 0.8, 1.0)) for name in CHANCES}
        often["constant"] = chance.choice((0.0, 0.0, 0.4, 1.0))
        unknown = chance.choice((0.0, 0.0, 0.0, 0.2))
        for _ in range(number):
            bits = [2.0 ** (2 * len(made)), 2.0 ** (2 * len(made) + 1)]
            has = {name: chance.random() < part for name, part in often.items()}
            has |= {"known": chance.random() >= unknown, "over": over, "between": ranged.random() < between}
            if having is not None:
                has = {name: name in having for name in has}
            spread = _years(bits, chance.choice((YEARS, YEARS, (YEARS[0],) * 2, (YEARS[1],) * 2)))
            realised = _years(bits, chance.choice((YEARS, YEARS[::-1], (YEARS[0],) * 2, (YEARS[1],) * 2)))
            if has["constant"]:  # twice the first is the second
                spread = realised = dict.fromkeys(YEARS, bits[0])
            made.append(Secret(organisation, group, theme, year, spread, realised, has))
    assert len(made) <= MOST_CONTRACTS
    return made


def _years(bits: Sequence[float], years: Sequence[int]) -> dict[int, float]:
    found: dict[int, float] = {}
    for year, amount in zip(years, bits, strict=True):
        found[year] = found.get(year, 0.0) + amount
    return found


def store(secrets: list[Secret]) -> None:
    """These contracts and no others, with effects on climate, as rows."""
    first = Contract.objects.get(reference="C-2024-001")
    like = ContractEffect.objects.get(contract=first, indicator__code="climate")
    groups = dict(ProductGroup.objects.values_list("code", "pk"))
    themes = dict(Theme.objects.values_list("code", "pk"))
    effects = []
    with triggers.suspended():
        for number, secret in enumerate(secrets):
            contract, award = _copy(first), _copy(first.award)
            award.save()
            contract.award, contract.reference, contract.public_id = award, f"geheim {number}", uuid.uuid4()
            contract.organisation_id = secret.organisation
            contract.save()
            effect = _copy(like)
            effect.contract, effect.organisation_id, effect.year = contract, secret.organisation, secret.year
            effect.group_id, effect.theme_id = groups[secret.group], themes[secret.theme]
            for name, value in fields_of(secret).items():
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


def fields_of(secret: Secret) -> dict[str, Any]:
    """Its measures as they are stored in an effect; None = unknown."""
    found = secret.amounts()
    known = 0.0 if secret.has["known"] else None
    # Nothing is known to have happened, where the estimate is known.
    nothing = {"realised_to_date": known, "estimated_to_date": known, "measured": known}
    values = dict.fromkeys(MEASURES) | nothing | {"not_measured_to_date": known}
    values |= {"incomplete_mass_kg": 0.0}
    values |= {name: times * secret.whole for name, (times, _letters) in found.items()}
    series = {
        (view, name): _series(secret, view, _MEASURE_OF.get(name, name), found)
        for view in VIEWS
        for name in SERIES
    }
    stored = dict.fromkeys(BOUNDS) | {name: value for name, value in values.items() if name not in _DERIVED}
    for bound, code in BOUNDS.items():
        if not secret.has.get("between") or not values[code]:
            stored[bound] = None
    table = pack_years(YearTable(YEARS[0], series))
    return (
        stored
        | {"complete": secret.has["known"], "spread_first_year": YEARS[0], "spread": table}
        | {"spread_bounds": None}
    )


_MEASURE_OF = {"realised": "realised_to_date"}
_DERIVED = ("function_promise", "function_known", "estimated_of_forecast")


def _series(secret: Secret, view: str, measure: str, found: Amounts) -> Any:
    """(Y,) of one measure; what is later than promised falls in the last year."""
    times, _letters = found.get(measure, (0, {}))
    amounts = secret.spread if view == "spread" else secret.realised
    if secret.is_later(measure):
        amounts = {YEARS[-1]: secret.whole}
    return np.array([times * amounts.get(year, 0.0) for year in YEARS])


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
"""Contract, what it is an amount of, and which of its three free amounts: per year and view they add up alike"""


def equations(rows: Iterable[Row], view: str, secrets: list[Secret]) -> Iterator[dict[Unknown, float]]:
    """Per number of these rows which unknown amounts it is the sum of."""
    known = [secret.amounts() for secret in secrets]
    factors = {name: abs(times) for one in known for name, (times, _letters) in one.items() if times}
    for row in rows:
        for measure, factor in factors.items():
            if value := row.values.get(measure):
                amounts = int(value) // factor
                assert amounts * factor == value, (measure, value)
                yield _equation(amounts, [one.get(measure, (0, {})) for one in known], view, secrets)


def _equation(
    amounts: int, known: Sequence[tuple[int, dict[str, int]]], view: str, secrets: list[Secret]
) -> dict[Unknown, float]:
    """A sum of signed powers of two: with those that count negative added to it, the bits say what is in it."""
    masks = [0b11 << 2 * number for number in range(len(secrets))]
    amounts += sum(mask for mask, (times, _letters) in zip(masks, known, strict=True) if times < 0)
    found: Counter[Unknown] = Counter()
    for number, (secret, mask, (times, letters)) in enumerate(zip(secrets, masks, known, strict=True)):
        there = amounts & mask if times >= 0 else mask & ~amounts
        assert times or not there
        free = _free(secret, there >> 2 * number, view)
        for letter, sign in letters.items():
            for name, many in free.items():
                found[number, letter, name] += sign * many
    return {unknown: float(many) for unknown, many in found.items() if many}


def _free(secret: Secret, bits: int, view: str) -> Counter[str]:
    """Bits in the free amounts of their contract: what is the same every year has one.

    Else both views have the same whole, of one or two amounts (s1, s2) as it is spread; in the other view one year
    has an amount of its own (r1) and the other the rest.
    """
    if secret.has["constant"]:
        return Counter({"s1": bits})
    whole = Counter({"s1": 1}) if len(secret.spread) == 1 else Counter({"s1": 1, "s2": 1})
    if bits == 0b11:
        return whole
    if view != "realised" or secret.realised == secret.spread:
        return Counter({"s1": bits & 1, "s2": bits >> 1})
    if not bits:
        return Counter()
    in_first_year = int(np.log2(secret.realised[YEARS[0]])) % 2
    return Counter({"r1": 1} if bits >> in_first_year & 1 else {**whole, "r1": -1})


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
