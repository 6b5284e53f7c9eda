"""What other factors or groups would do to the contracts that there are: an estimate before they are published.

The largest contracts are calculated again from their promise and records; over all contracts it is only counted
which would become incomplete. So the work is bounded, however many contracts there are.

Nobody learns from it what an organisation does not share. Its contracts count in whole parts of what it shares, as
in the national totals, and a part is told only when what changes, deviates or lies between bounds in it does so in
none of its contracts or in enough of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import F, Q

from contracts.models import Contract, ContractEffect, bound_of
from indicators.calculation.errors import CalculationError
from indicators.calculation.factors import Floats
from indicators.calculation.ties import EQUAL
from indicators.methods.trials import UNKNOWN, Between, Effect, Pair, Total
from indicators.models import ProductGroup
from indicators.selectors import BasisArrays

from .assessing import Assessment, assess_core
from .core_lines import core_contract

MOST_CALCULATED = 40
_LARGEST_PART = 200
"""a first part that is larger than this is not calculated either"""
_ESTIMATED, _FORECAST = "estimated", "forecast"
Part = Sequence[int]
"""ids of contracts that are told together; one alone is shared as it is"""
Divide = Callable[[int], Iterable[Part]]


@dataclass
class _Sharing:
    """Which contracts with an effect on a basis are told together, and in how many something must happen."""

    divide: Divide
    fewest: int


_sharing: list[_Sharing] = []


def register_sharing(divide: Divide, fewest: int) -> None:
    """Who knows what organisations share: the app above that has totals. Registering again replaces it."""
    _sharing[:] = [_Sharing(divide, fewest)]


@dataclass(frozen=True)
class Calculated:
    """One contract as it is stored, and calculated again."""

    stored: Mapping[str, ContractEffect]
    new: Assessment


def estimate(before: BasisArrays, after: BasisArrays) -> Effect:
    """The effect on the contracts of going from one basis to the other; nothing is stored."""
    core = [info.code for info in before.indicators if info.core]
    # What is practised counts nowhere.
    on_it = Contract.objects.filter(effects__basis_id=before.id, organisation__practice_of=None)
    every = set(on_it.values_list("pk", flat=True))
    parts = _parts(before, every)
    found, failed = _calculated(_largest(before, core, parts), before, after)
    return Effect(
        contracts=len(every),
        counted=sum(len(part) for part in found),
        incomplete=len(_incomplete(before, after, core)),
        completed=sum(1 for part in found for each in part if _gets_a_number(each, after, core)),
        failed=failed,
        totals=totals_of(after, found),
        untold=len(every) - sum(len(part) for part in parts),
    )


def estimate_of(
    ids: Collection[int], arrays: BasisArrays, groups: Mapping[str, ProductGroup]
) -> tuple[Sequence[Total], int]:
    """The totals of these contracts with these groups in the place of those that hold, and how many count nowhere.

    Nothing is stored.
    """
    core = [info.code for info in arrays.indicators if info.core]
    parts = _parts(arrays, set(ids))
    found, _ = _calculated(_largest(arrays, core, parts), arrays, arrays, groups)
    return totals_of(arrays, found), len(ids) - sum(len(part) for part in parts)


def totals_of(after: BasisArrays, found: Sequence[Sequence[Calculated]]) -> list[Total]:
    """The core indicators over these parts, so that both sides are of the same contracts."""
    return [_total(after, code, found) for code in (info.code for info in after.indicators if info.core)]


def _parts(before: BasisArrays, ids: Collection[int]) -> list[Part]:
    """These contracts as parts that may be told; of a part that is larger only when what is left is one too."""
    sharing = _sharing[0]
    found: list[Part] = []
    for part in sharing.divide(before.id):
        own = [each for each in part if each in ids]
        rest = len(part) - len(own)
        if own and (len(part) == 1 or (len(own) >= sharing.fewest and not 0 < rest < sharing.fewest)):
            found.append(own)
    return found


def _largest(before: BasisArrays, core: Sequence[str], parts: Sequence[Part]) -> list[Part]:
    """The parts with the contracts that have the largest forecast on the first core indicator."""
    rows = ContractEffect.objects.filter(basis_id=before.id, indicator__code__in=core[:1])
    order = rows.order_by(F("forecast").desc(nulls_last=True), "pk").values_list("contract_id", flat=True)
    place = {pk: number for number, pk in enumerate(order)}
    kept: list[Part] = []
    for part in sorted(parts, key=lambda each: min(place.get(pk, len(place)) for pk in each)):
        counted = sum(len(each) for each in kept)
        if counted + len(part) <= MOST_CALCULATED or (not kept and len(part) <= _LARGEST_PART):
            kept.append(part)
    return kept


def _calculated(
    parts: Sequence[Part],
    before: BasisArrays,
    after: BasisArrays,
    groups: Mapping[str, ProductGroup] | None = None,
) -> tuple[list[list[Calculated]], int]:
    """The contracts of these parts, calculated again; and how many could not be."""
    ids = [pk for part in parts for pk in part]
    known = Contract.objects.select_related("group", "award__lot__group", "award__lot__tender").in_bulk(ids)
    failed, found = 0, []
    for part in parts:
        of_part = []
        for pk in part:
            contract = known[pk]
            rows = contract.effects.filter(basis_id=before.id).select_related("indicator")
            stored = {row.indicator.code: row for row in rows}
            contract.count_on(groups or {})
            try:
                as_of = next(iter(stored.values())).as_of
                of_part.append(Calculated(stored, assess_core(core_contract(contract, after), as_of)))
            except CalculationError:
                failed += 1
        found.append(of_part)
    return found, failed


def _total(after: BasisArrays, code: str, found: Iterable[Sequence[Calculated]]) -> Total:
    """The sums over the contracts of which both are known."""
    place = after.position(code)
    info = after.indicators[place]
    estimated: list[Pair] = []
    forecast: list[Pair] = []
    hidden = False
    for part in found:
        both = [
            (_pair(each, code, place, _ESTIMATED), _pair(each, code, place, _FORECAST))
            for each in part
            if code in each.stored and each.stored[code].complete and bool(each.new.whole.complete[place])
        ]
        alone = len(part) == 1
        if not alone and (len(both) < _sharing[0].fewest or not may_be_told([pair for pair, _ in both])):
            continue
        promised = [pair for pair, _ in both]
        later = [pair for _, pair in both]
        told = alone or (may_be_told(later) and _may_stand_beside(both))
        if not alone and not _enough(_has_bounds(pair) for pair in promised + later):
            hidden = True
        estimated += promised
        forecast += later if told else []
    return Total(
        code,
        info.name,
        info.unit,
        _summed(estimated, hidden=hidden),
        _summed(forecast, hidden=hidden),
        len(estimated),
        len(forecast),
        bounds_hidden=hidden,
    )


def _pair(each: Calculated, code: str, place: int, measure: str) -> Pair:
    row = each.stored[code]
    low, high = (getattr(row, bound_of(measure, end)) for end in ("low", "high"))
    new = each.new.wide.between(measure, place) or (None, None)
    value = float(getattr(each.new.whole, measure)[place])
    return Between(getattr(row, measure), low, high), Between(None if np.isnan(value) else value, *new)


def may_be_told(pairs: Sequence[Pair]) -> bool:
    """Whether a change of these amounts points at none of their contracts: it is of none, or of enough of them."""
    return _enough(_changes(pair) for pair in pairs)


def _enough(each: Iterable[bool]) -> bool:
    """Whether this is so of none, or of enough contracts not to point at one of them."""
    return not 0 < sum(each) < _sharing[0].fewest


def _may_stand_beside(both: Sequence[tuple[Pair, Pair]]) -> bool:
    """Whether the forecast may be told beside the promise: it differs in none, or in enough contracts."""
    return all(_enough(_differ(one[at].value, two[at].value) for one, two in both) for at in (0, 1))


def _changes(pair: Pair) -> bool:
    return _differ(pair[0].value, pair[1].value)


def _has_bounds(pair: Pair) -> bool:
    return any(each.low is not None for each in pair)


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > EQUAL * max(abs(one), abs(other))


def _summed(pairs: Sequence[Pair], *, hidden: bool) -> Pair:
    """Both sums; bounds of a sum are sums of bounds, and what has none counts with its value."""
    if not pairs or any(each.value is None for pair in pairs for each in pair):
        return UNKNOWN, UNKNOWN
    first, second = (_sum([pair[at] for pair in pairs], hidden=hidden) for at in (0, 1))
    return first, second


def _sum(parts: Sequence[Between], *, hidden: bool) -> Between:
    value = sum(each.value or 0.0 for each in parts)
    if hidden or all(each.low is None for each in parts):
        return Between(value)
    low = sum((each.value if each.low is None else each.low) or 0.0 for each in parts)
    high = sum((each.value if each.high is None else each.high) or 0.0 for each in parts)
    return Between(value, low, high)


def _gets_a_number(each: Calculated, after: BasisArrays, core: Sequence[str]) -> bool:
    """Whether this contract has no whole number now on a core indicator, and would have one."""
    return any(
        not (code in each.stored and each.stored[code].complete)
        and bool(each.new.whole.complete[after.position(code)])
        for code in core
    )


def _incomplete(before: BasisArrays, after: BasisArrays, core: Sequence[str]) -> set[int]:
    """The contracts that are complete now and hold something that would have no factor any more."""
    found: set[int] = set()
    for code in core:
        primary = _lost(before, after, before.factors.primary, after.factors.primary, code)
        recycled = _lost(before, after, before.factors.secondary, after.factors.secondary, code)
        groups, types = _making_lost(before, after, code)
        if not primary and not recycled and not groups and not types:
            continue
        rows = Q(lines__bid_line__materials__material__code__in=primary)
        rows |= Q(
            lines__bid_line__materials__material__code__in=recycled, lines__bid_line__materials__recycled__gt=0
        )
        rows |= Q(lines__bid_line__use__flow__code__in=primary)
        rows |= Q(group__code__in=groups) | Q(lines__bid_line__item__product_type__code__in=types)
        complete = ContractEffect.objects.filter(basis_id=before.id, indicator__code=code, complete=True)
        real = Contract.objects.filter(organisation__practice_of=None)
        contracts = real.filter(rows, pk__in=complete.values("contract_id"))
        found |= set(contracts.values_list("pk", flat=True))
    return found


def _making_lost(before: BasisArrays, after: BasisArrays, code: str) -> tuple[list[str], list[str]]:
    """The groups, and the product types, of which making is known for this indicator now and would not be."""
    was, becomes = before.position(code), after.position(code)
    lost = []
    for old, new in ((before.group_index, after.group_index), (before.type_index, after.type_index)):
        known = {each for each, row in old.items() if not np.isnan(before.factors.processing[row, was])}
        kept = {each for each, row in new.items() if not np.isnan(after.factors.processing[row, becomes])}
        lost.append(sorted(known - kept))
    return lost[0], lost[1]


def _lost(before: BasisArrays, after: BasisArrays, old: Floats | None, new: Floats | None, code: str) -> list[str]:
    """The materials that have a value for this indicator now and would have none."""
    if old is None or new is None:
        return []
    was, becomes = before.position(code), after.position(code)
    known = {item for item, row in before.item_index.items() if not np.isnan(old[row, was])}
    kept = {item for item, row in after.item_index.items() if not np.isnan(new[row, becomes])}
    return sorted(known - kept)
