"""Which contracts rest on a row of reference data: counted only, whoever they belong to."""

from __future__ import annotations

from collections import defaultdict

from contracts.models import Contract, ContractEffect
from indicators.groups.proposal_effects import Contracts, Total
from indicators.models import ProposedRow
from indicators.selectors import basis_arrays, current_basis
from tenders.models import Lot
from tenders.selectors.naming import lots_naming


def contracts_naming(row: ProposedRow) -> Contracts:
    """How many contracts name it, and their forecast together on the core indicators of the current basis."""
    lots = Lot.objects.filter(lots_naming(row)).values("pk")
    ids = Contract.objects.filter(award__lot__in=lots).values("pk")
    arrays = basis_arrays(current_basis())
    known: dict[str, list[float | None]] = defaultdict(list)
    effects = ContractEffect.objects.filter(contract__in=ids, basis_id=arrays.id)
    for code, forecast, complete in effects.values_list("indicator__code", "forecast", "complete"):
        known[code].append(forecast if complete else None)
    totals = [Total(info.name, info.unit, _summed(known[info.code])) for info in arrays.indicators if info.core]
    return Contracts(count=ids.count(), totals=totals)


def _summed(values: list[float | None]) -> float | None:
    return None if not values or None in values else sum(value or 0.0 for value in values)
