"""What publishing a concept would do to totals, before it is published: an estimate that stores nothing.

What is recalculated is the business of apps above: they register who estimates it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indicators.factors import bases
from indicators.models import Basis, FactorSetVersion, MethodVersion
from indicators.selectors import BasisArrays, basis_arrays, current_basis
from mvi_dashboard.ground.access import Actor


@dataclass(frozen=True)
class Between:
    """An amount, and the bounds between which it lies; None = unknown, or between no bounds."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


UNKNOWN = Between()
Pair = tuple[Between, Between]
"""As it is, and as it would be"""


@dataclass(frozen=True)
class Total:
    """One core indicator over the contracts that were counted: as it is, and as it would be.

    What organisations share decides which contracts count in each: those of the forecast may be fewer.
    """

    indicator: str
    name: str
    unit: str
    estimated: Pair = (UNKNOWN, UNKNOWN)
    forecast: Pair = (UNKNOWN, UNKNOWN)
    contracts: int = 0
    forecast_contracts: int = 0
    bounds_hidden: bool = False
    """there are bounds that would give away what an organisation does not share"""


@dataclass(frozen=True)
class Effect:
    """What a concept does to everything that runs: `counted` of `contracts` were calculated again, the largest.

    `incomplete` is over all contracts: those with something that would have no factor any more. `failed` could
    not be calculated. `untold` are the contracts that count in no total: their organisation shares totals only,
    and has too few of them.
    """

    contracts: int = 0
    counted: int = 0
    incomplete: int = 0
    failed: int = 0
    totals: Sequence[Total] = ()
    completed: int = 0
    """of those that were calculated again: what has a number then and has none now"""
    untold: int = 0
    published_ahead: Sequence[str] = ()
    """names of other versions that were published and are not calculated yet: the difference holds theirs too"""


@dataclass(frozen=True)
class TenderChange:
    """A running tender of which what is asked has another expected effect then; it keeps its own basis.

    `pinned` on its own basis and `after` on the new one, in `unit`; None = unknown, or no reference was chosen.
    `making`: what is asked would weigh otherwise in the making, so every bid would.
    """

    reference: str
    title: str
    organisation: str
    status: str
    indicator: str
    unit: str
    pinned: float | None
    after: float | None
    making: bool


@dataclass(frozen=True)
class TenderEffect:
    """What a concept means for tenders: `running` keep their basis, `drafts` go to the new one.

    `would_differ` of the `looked_at` newest would have another expected effect; `differing` are those of them that
    the reader may see.
    """

    running: int = 0
    looked_at: int = 0
    drafts: int = 0
    would_differ: int = 0
    differing: Sequence[TenderChange] = ()


Estimate = Callable[[BasisArrays, BasisArrays], Effect]
OfTenders = Callable[[Actor, BasisArrays, BasisArrays], TenderEffect]
_estimates: list[Estimate] = []
_of_tenders: list[OfTenders] = []


def register(estimate: Estimate) -> None:
    """Who estimates; the one app above that has totals. Registering again replaces it."""
    _estimates[:] = [estimate]


def register_tenders(estimate: OfTenders) -> None:
    """Who knows which tenders run. Registering again replaces it."""
    _of_tenders[:] = [estimate]


def tenders_beside(actor: Actor, version: FactorSetVersion | MethodVersion) -> TenderEffect | None:
    """What this concept means for tenders, of which this person sees their own by name.

    None when what is calculated now does not rest on its set or method.
    """
    pair = bases.arrays_beside(version)
    if pair is None or not _of_tenders:
        return None
    return _of_tenders[0](actor, *pair)


def effect_of_basis(basis: Basis) -> Effect | None:
    """The estimate for making this basis the current one; None when nobody has totals."""
    if not _estimates:
        return None
    return _estimates[0](basis_arrays(current_basis()), basis_arrays(basis))


def effect_of(version: FactorSetVersion | MethodVersion) -> Effect | None:
    """The estimate for this concept; None when what is calculated now does not rest on its set or method."""
    pair = bases.arrays_beside(version)
    if pair is None or not _estimates:
        return None
    return replace(_estimates[0](*pair), published_ahead=bases.published_ahead(version))
