"""Whether a promise is kept: how far what happens lies from what was promised, apart from the volume.

Source: method, section 5 (deviation on the function basis).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from contracts.models import ContractEffect

KEPT = 0.01
"""Up to one percent more than promised still counts as kept: less than the rounding of most inputs."""
_NOTHING = 1e-9
VOLUME = "quantity"
"""The part of a deviation that is volume: more or fewer items is neither better nor worse."""


def told_apart(parts: Mapping[str, float]) -> tuple[float, float]:
    """(performance, volume): the deviation without, and with only, the number of items; NaN = unknown."""
    return sum(value for part, value in parts.items() if part != VOLUME), parts[VOLUME]


def off_promise(estimated: float, parts: Mapping[str, float]) -> float:
    """Performance as a fraction of what was promised for the real volume.

    NaN = unknown, infinite where nothing was promised; above :data:`KEPT` the promise is not kept.
    """
    performance, volume = told_apart(parts)
    promised = estimated + volume
    if math.isnan(performance):
        return performance
    if abs(performance) <= _NOTHING * max(1.0, abs(estimated)):
        return 0.0
    return performance / abs(promised) if promised else math.copysign(math.inf, performance)


def effect_off_promise(effect: ContractEffect) -> float:
    """The same of a stored effect; nothing deviates before something is recorded."""
    if effect.realised_to_date == 0:
        return 0.0
    parts = {
        part: math.nan if value is None else float(value) for part, value in effect.function_deviation.items()
    }
    if effect.estimated is None or VOLUME not in parts:
        return math.nan
    return off_promise(effect.estimated, parts)
