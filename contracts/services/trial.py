"""What other factors would do to the contracts that there are: an estimate before they are published.

The largest contracts are calculated again from their promise and records; over all contracts it is only counted
which would become incomplete. So the work is bounded, however many contracts there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.db.models import F, Q

from contracts.models import Contract, ContractEffect
from indicators.calculation.errors import CalculationError
from indicators.calculation.factors import Floats
from indicators.methods.trials import Effect, Total
from indicators.selectors import BasisArrays

from .assessing import Assessment, assess_core
from .core_lines import core_contract

MOST_CALCULATED = 40
Pair = tuple[float | None, float | None]
Calculated = tuple[dict[str, ContractEffect], Assessment]


def estimate(before: BasisArrays, after: BasisArrays) -> Effect:
    """The effect on the contracts of going from one basis to the other; nothing is stored."""
    core = [info.code for info in before.indicators if info.core]
    found, failed = [], 0
    for contract in _largest(before, core):
        stored = {
            row.indicator.code: row
            for row in contract.effects.filter(basis_id=before.id).select_related("indicator")
        }
        try:
            as_of = next(iter(stored.values())).as_of
            found.append((stored, assess_core(core_contract(contract, after), as_of)))
        except CalculationError:
            failed += 1
    return Effect(
        contracts=Contract.objects.filter(effects__basis_id=before.id).distinct().count(),
        counted=len(found),
        incomplete=len(_incomplete(before, after, core)),
        completed=sum(1 for stored, new in found if _gets_a_number(stored, new, after, core)),
        failed=failed,
        totals=[_total(after, code, found) for code in core],
    )


def _largest(before: BasisArrays, core: Sequence[str]) -> list[Contract]:
    """The contracts with the largest forecast on the first core indicator."""
    rows = ContractEffect.objects.filter(basis_id=before.id, indicator__code__in=core[:1])
    ids = list(
        rows.order_by(F("forecast").desc(nulls_last=True), "pk").values_list("contract_id", flat=True)[
            :MOST_CALCULATED
        ]
    )
    known = Contract.objects.select_related("award__lot__group", "award__lot__tender").in_bulk(ids)
    return [known[pk] for pk in ids]


def _total(after: BasisArrays, code: str, found: Iterable[Calculated]) -> Total:
    """The sum over the contracts of which both are known, so that it compares the same contracts."""
    place = after.position(code)
    info = after.indicators[place]
    estimated, forecast = [], []
    for stored, new in found:
        row = stored.get(code)
        if row is None or not row.complete or not bool(new.whole.complete[place]):
            continue
        estimated.append((row.estimated, float(new.whole.estimated[place])))
        forecast.append((row.forecast, float(new.whole.forecast[place])))
    return Total(code, info.name, info.unit, _summed(estimated), _summed(forecast), len(estimated))


def _gets_a_number(
    stored: Mapping[str, ContractEffect], new: Assessment, after: BasisArrays, core: Sequence[str]
) -> bool:
    """Whether this contract has no whole number now on a core indicator, and would have one."""
    return any(
        not (code in stored and stored[code].complete) and bool(new.whole.complete[after.position(code)])
        for code in core
    )


def _summed(pairs: Sequence[tuple[float | None, float]]) -> Pair:
    if not pairs or any(old is None or np.isnan(new) for old, new in pairs):
        return None, None
    return sum(old or 0.0 for old, _ in pairs), sum(new for _, new in pairs)


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
        rows |= Q(award__lot__group__code__in=groups) | Q(lines__bid_line__item__product_type__code__in=types)
        complete = ContractEffect.objects.filter(basis_id=before.id, indicator__code=code, complete=True)
        contracts = Contract.objects.filter(rows, pk__in=complete.values("contract_id"))
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
