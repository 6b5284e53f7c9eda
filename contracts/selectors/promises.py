"""Whether a promise is kept: how far what happens lies from what was promised, apart from the volume.

Source: method, section 5 (deviation on the function basis).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Case, Count, F, FloatField, Q, QuerySet, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Abs, Cast, Coalesce

from contracts.models import Contract, ContractEffect

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
    if not effect.recorded:
        return 0.0
    parts = {
        part: math.nan if value is None else float(value) for part, value in effect.function_deviation.items()
    }
    if effect.estimated is None or VOLUME not in parts:
        return math.nan
    return off_promise(effect.estimated, parts)


_SIZE = Abs(F("realised_to_date"))
_CLASSES = ("range", "measured")


def _part_of(name: str) -> Coalesce:
    """How much of |what is realised| of an effect is in this class of data."""
    return Coalesce(Cast(KT(f"quality__{name}"), FloatField()) * _SIZE, 0.0)


@dataclass(frozen=True)
class PromiseCounts:
    """How many contracts keep their promise, by the same rule as one contract, and how sure that is."""

    kept: int = 0
    broken: int = 0
    realised: float | None = None
    measured: float | None = None
    """the part of what is realised that was metered"""
    unpromised: int = 0
    """contracts that were there already: of those the estimate counts where of others the promise does"""
    split: Mapping[str, float] = field(default_factory=dict)
    """of |what is realised| per contract, added up: `size`, and what of it rests on ranges and on meters alone"""

    @property
    def on_ranges_share(self) -> float:
        """The part of what is realised that rests on factors between bounds."""
        return min(1.0, self.split["range"] / self.split["size"]) if self.split.get("size") else 0.0

    @property
    def by_meter_share(self) -> float:
        """The part of what is realised that was metered and rests on no range."""
        return min(1.0, self.split["measured"] / self.split["size"]) if self.split.get("size") else 0.0

    @property
    def known(self) -> int:
        """Contracts of which something is recorded and both sides are known."""
        return self.kept + self.broken

    @property
    def measured_share(self) -> float | None:
        """The part of what is realised that was metered; unknown when nothing is realised."""
        if not self.realised or self.measured is None:
            return None
        return min(1.0, abs(self.measured) / abs(self.realised))


def with_promise(effects: QuerySet[ContractEffect]) -> QuerySet[ContractEffect]:
    """Effects with how far each lies from its promise (`off`) and what was promised for the real volume."""
    distance = F("function_forecast") - F("estimated") - F("function_quantity")
    # Without an award nothing was promised, so no promise is kept or broken.
    off = Case(When(contract__origin=Contract.Origin.AWARD, then=distance), output_field=FloatField())
    return effects.annotate(off=off, promised=Abs(F("estimated") + F("function_quantity")))


def promise_sums(which: Q) -> dict[str, Aggregate]:
    """What to aggregate on :func:`with_promise` for :func:`promise_counts`, of these effects of one indicator."""
    known = which & Q(off__isnull=False) & Q(recorded=True)
    beyond = Q(off__gt=KEPT * F("promised")) & Q(off__gt=_NOTHING) & Q(off__gt=_NOTHING * Abs(F("estimated")))
    return {
        "promises": Count("pk", filter=known),
        "broken": Count("pk", filter=known & beyond),
        "unpromised": Count("pk", filter=which & Q(contract__origin=Contract.Origin.REGISTER)),
        "realised": Sum("realised_to_date", filter=which),
        "metered": Sum("measured", filter=which),
        "split_size": Sum(_SIZE, filter=which),
        **{f"split_{name}": Sum(_part_of(name), filter=which) for name in _CLASSES},
    }


def promise_counts(found: Mapping[str, Any]) -> PromiseCounts:
    """The counts out of what :func:`promise_sums` gave."""
    kept = found["promises"] - found["broken"]
    split = {name: found[f"split_{name}"] or 0.0 for name in ("size", *_CLASSES)}
    told = (found["realised"], found["metered"], found["unpromised"])
    return PromiseCounts(kept, found["broken"], *told, split)
