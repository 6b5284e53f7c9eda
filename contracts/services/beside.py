"""One contract by every method and on earlier factors, beside what holds now: the same records, at the same date.

The difference between an earlier basis of the same method and the current one is the *factorwijziging*: nothing
happened, only the factors changed. Source: method, sections 3b and 5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from contracts.models import Contract
from contracts.selectors import KEPT, active_records, off_promise
from indicators.calculation.known import known
from indicators.models import Basis
from indicators.selectors import bases_beside, basis_arrays, current_basis
from mvi_dashboard.ground import clock

from .assessing import Assessment, assess_core, function_reference
from .core_lines import core_contract, last_day

MOST_EARLIER = 3


@dataclass(frozen=True)
class OnBasis:
    """The contract on one basis, for one indicator; None = unknown."""

    basis: Basis
    kind: str
    """``current``, ``method`` (another method, same factors) or ``earlier`` (same method, older factors)"""
    complete: bool
    estimated: float | None
    realised_to_date: float | None
    function_forecast: float | None
    """over the promised time, so that it compares with the promise"""
    avoided: float | None
    """of that forecast"""
    off_promise: float
    """apart from the volume, as a fraction; NaN = unknown"""

    @property
    def verdict(self) -> int | None:
        """-1 when the forecast is better than promised, 1 worse, 0 as promised; None when it is not known."""
        if math.isnan(self.off_promise):
            return None
        return 0 if abs(self.off_promise) <= KEPT else int(math.copysign(1, self.off_promise))


def beside(contract: Contract, indicator: str, as_of: date | None = None) -> list[OnBasis]:
    """The contract on the current basis, by the other methods and on earlier factors; a basis that does not have
    the indicator is left out. The records are read once."""
    as_of, records = as_of or last_day(clock.today()), active_records(contract)
    current = current_basis()
    own = current.method_version.method_id
    chosen = [(current, "current")]
    chosen += [(each, "method") for each in bases_beside(current) if each.method_version.method_id != own]
    chosen += [(basis, "earlier") for basis in _earlier(current)]
    found = []
    for basis, kind in chosen:
        if indicator in basis.indicators:
            arrays = basis_arrays(basis)
            assessed = assess_core(core_contract(contract, arrays, found=records), as_of)
            found.append(_on_basis(assessed, basis, kind, arrays.position(indicator)))
    return found


def verdict_depends(found: Sequence[OnBasis]) -> bool:
    """Whether one method calls the contract better than promised and another worse."""
    return {-1, 1} <= {each.verdict for each in found if each.kind != "earlier"}


def _earlier(current: Basis) -> list[Basis]:
    """The bases that the current one came after, the newest first."""
    found: list[Basis] = []
    before = current.replaces
    while before is not None and len(found) < MOST_EARLIER:
        found.append(before)
        before = before.replaces
    return found


def _on_basis(found: Assessment, basis: Basis, kind: str, place: int) -> OnBasis:
    whole = found.whole
    hole = 0.0 if whole.complete[place] else np.nan
    parts = {part: float(values[place]) for part, values in whole.function_parts.items()}
    return OnBasis(
        basis,
        kind,
        bool(whole.complete[place]),
        known(whole.estimated[place]),
        known(whole.realised_to_date[place]),
        known(whole.function_forecast[place]),
        known(function_reference(found)[place] - whole.function_forecast[place] + hole),
        off_promise(float(whole.estimated[place]), parts),
    )
