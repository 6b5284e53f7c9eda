"""Between what a value lies when it rests on ranges: the same shape beside every value."""

from __future__ import annotations

import math
from typing import Annotated, Self

from mvi_dashboard.ground.described import Described


class Bounds(Described):
    """The lowest and the highest that a value can be, in its own unit."""

    low: float
    high: float

    @classmethod
    def of(cls, low: float, high: float, *, bounded: bool = True) -> Self | None:
        """Of these ends; None where no range counts, or nothing is known."""
        return (
            None if not bounded or math.isnan(low) or math.isnan(high) else cls(low=float(low), high=float(high))
        )


Bounded = Annotated[bool, "Waar als het effect op een bandbreedte rust; dan staan de grenzen ernaast"]
BoundsOf = Annotated[
    Bounds | None, "Tussen deze grenzen ligt de waarde; null als zij niet op een bandbreedte rust"
]
