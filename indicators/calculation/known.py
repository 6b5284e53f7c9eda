"""From the arrays to what is told: the core says NaN where something is unknown, everybody else None."""

from __future__ import annotations

import math
from typing import SupportsFloat


def known(value: SupportsFloat) -> float | None:
    """The number, or None where the core does not know it.

    >>> known(1.5), known(float("nan"))
    (1.5, None)
    """
    number = float(value)
    return None if math.isnan(number) else number
