"""The use phase of a contract with the energy that the buyer chose, and beside it with the usual energy.

The first is market based (the contract of the buyer), the second location based (the mix of grid and pump). They
stand side by side and are never netted. Source: method, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indicators import services as framework
from indicators.calculation import actual, records
from indicators.calculation.factors import Floats

from .core_lines import CoreContract

SHOWN = ("estimated", "realised_to_date", "forecast")
Measures = dict[str, Floats]
"""(I,) by name; NaN = unknown"""


@dataclass(frozen=True)
class UseOnBoth:
    """Per measure of :data:`SHOWN` the use with the energy that the buyer chose, and with the usual one."""

    chosen: Measures
    usual: Measures


def use_on_both(core: CoreContract, as_of: date) -> UseOnBoth | None:
    """The use of all lines on both footings; None when the buyer chose nothing but what is usual."""
    demands = [row.offered.item for row in core.rows]
    if not any(framework.other_than_usual(each.use_energy) for each in demands if each is not None):
        return None
    usual = [_with(line, _usual_of(line, core)) for line in core.lines]
    return UseOnBoth(_use_of(core.lines, as_of), _use_of(usual, as_of))


def _use_of(lines: Sequence[records.ContractLine], as_of: date) -> Measures:
    """What use makes of each measure: the whole minus what is left when its flows do nothing."""
    whole = _assessed(lines, as_of)
    idle = [_with(line, {flow: line.intensity[flow] * 0 for flow in _flows(line)}) for line in lines]
    rest = _assessed(idle, as_of)
    unknown = np.any([np.isnan(line.intensity[flow]) for line in lines for flow in _flows(line)], axis=0)
    return {name: np.where(unknown, np.nan, getattr(whole, name) - getattr(rest, name)) for name in SHOWN}


def _assessed(lines: Sequence[records.ContractLine], as_of: date) -> actual.Actual:
    return actual.join_actuals([actual.assess_line(line, as_of) for line in lines])


def _with(line: records.ContractLine, intensity: Mapping[str, Floats]) -> records.ContractLine:
    return replace(line, intensity={**line.intensity, **intensity})


def _flows(line: records.ContractLine) -> list[str]:
    """The flows of use; repairs count apart."""
    return [name for name in line.intensity if not name.startswith(records.repair_key(""))]


def _usual_of(line: records.ContractLine, core: CoreContract) -> Measures:
    """Per flow the intensity of what is usual for its purpose, for as much energy."""
    found = {}
    for flow in _flows(line):
        usual = framework.flow_that_counts(flow)
        if usual != flow:
            intensity = records.flow_intensity(core.ranged.wide, core.arrays.item_index[usual])
            found[flow] = intensity * float(framework.amount_of(flow, usual))
    return found
