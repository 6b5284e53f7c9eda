"""The carbon that plants take up and give back stands apart, both ways: else a product of wood pays for one."""

from __future__ import annotations

from decimal import Decimal

from .declaration import Declaration, Result
from .stages import Stage, known_in, stages_of
from .tables import Known
from .units import indicator_ratio

_TOTAL, _BIOGENIC = "GWP-total", "GWP-biogenic"
_PRODUCTION, _BEYOND = "production", "beyond"


def biogenic_of(
    result: Result, known: Known, stage: Stage, declaration: Declaration, apart: Result | None
) -> Decimal:
    """What this stage has of the carbon that plants took up, in the unit of the file; below zero is uptake.

    `apart` is the result that counts it. Of what comes free later, no more than was taken up.
    """
    if known.code != _TOTAL or apart is None or stage.module == _BEYOND:
        return Decimal(0)
    times = indicator_ratio(apart.unit, result.unit) or Decimal(0)
    stages = stages_of(apart.amounts, declaration.default_scenarios)
    made = next((row.value for row in stages if row.module == _PRODUCTION), None) or Decimal(0)
    taken_up = min(made * times, Decimal(0))
    if stage.module == _PRODUCTION:
        return taken_up
    comes_free = known_in(stage.module, apart.amounts, declaration.default_scenarios) * times
    return min(max(comes_free, Decimal(0)), -taken_up)


def is_biogenic(known: Known | None) -> bool:
    """Whether this indicator counts that carbon alone."""
    return known is not None and known.code == _BIOGENIC
