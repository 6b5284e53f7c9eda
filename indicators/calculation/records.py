"""What a contract promised and what was recorded, per line, as the calculation reads it.

Days are dates; a period has its first and its last day. Only active records come in here: corrections and
withdrawals are resolved before. Source: method, section 5.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .end_of_life import TREATMENTS
from .factors import Bools, Factors, Floats, Kind
from .impact import UnitProducts

Day = datetime.date


@dataclass(frozen=True)
class Product:
    """One item (or one unit of a consumed group), (I,) each."""

    production: Floats
    """with R, before E; of what is known"""
    missing: Bools
    null: Bools
    ends: Mapping[str | None, Floats] = field(default_factory=dict)
    """end-of-life terms by the plan (None) and per treatment; empty for a method that multiplies by E"""
    ends_unknown: Mapping[str | None, Bools] = field(default_factory=dict)

    def finished(self, end_of_life: Floats, treatment: str | None = None) -> Floats:
        """(I,) production with E, or with the end-of-life terms of this treatment; None = the plan."""
        whole: Floats = self.production * end_of_life
        return whole + self.ends[treatment] if treatment in self.ends else whole

    def taken_over(self, rest: float, shared: Bools) -> Product:
        """The same item with who took it over: this rest of its production counts where two owners share it (I,);
        elsewhere the giver keeps the whole and nothing is left. Its end counts whole."""
        return replace(self, production=self.production * np.where(shared, rest, 0.0))

    def unknown_when(self, treatment: str | None) -> Bools:
        """(I,) a factor is missing when it ends this way."""
        unknown = self.ends_unknown.get(treatment)
        return self.missing if unknown is None else self.missing | unknown


def product_of(unit: UnitProducts, line: int) -> Product:
    """One line of :func:`indicators.calculation.impact.unit_products` as promised or delivered product."""
    ends: dict[str | None, Floats] = {}
    unknown: dict[str | None, Bools] = {}
    if unit.ends is not None:
        ends = {None: unit.ends.plan[line]} | {
            way: unit.ends.treated[place, line] for place, way in enumerate(TREATMENTS)
        }
        unknown = {way: unit.ends.unknown[place, line] for place, way in enumerate(TREATMENTS)}
    return Product(unit.production_before_e[line], unit.missing[line], unit.null[line], ends, unknown)


@dataclass(frozen=True)
class PromisedFlow:
    """A flow or repair that the bid promised, per item-year or once (per unit for a consumed group)."""

    flow: str
    quantity: float
    once: bool = False
    repair: bool = False


@dataclass(frozen=True)
class Promise:
    """What the awarded bid line promised.

    Args:
        product: one item as offered.
        count: items, or units per year of a consumed group.
        lifetime_years: the T of the award (capped); the contract years for a consumed group.
        end_of_life_factor: E_plan as it counts (1 when the promise does not survive the contract).
        contract_start, contract_end: first and last day.
        planned_delivery: None = the start of the contract.
        flows: promised use and repairs.
        consumed: a consumed group.
    """

    product: Product
    count: float
    lifetime_years: float
    end_of_life_factor: float
    contract_start: Day
    contract_end: Day
    planned_delivery: Day | None = None
    flows: Sequence[PromisedFlow] = ()
    consumed: bool = False


@dataclass(frozen=True)
class Delivery:
    """Items that came in; a consumed group names the period in which the units were used up."""

    key: str
    day: Day
    count: float
    product: Product | None = None
    """as delivered (mass, strategy, bill of materials); None = as promised"""
    period_start: Day | None = None
    period_end: Day | None = None


@dataclass(frozen=True)
class UseRecord:
    """A quantity of one flow in a period, for the whole line or for the items of a meter."""

    flow: str
    quantity: float
    first: Day
    last: Day
    items: float | None = None
    meter: str | None = None


@dataclass(frozen=True)
class Repair:
    """Kilograms of a (primary) material, or units of a flow, that a repair took."""

    flow: str
    quantity: float
    day: Day


@dataclass(frozen=True)
class RepairPeriod:
    """A period of which all repairs are recorded."""

    first: Day
    last: Day


@dataclass(frozen=True)
class Retirement:
    """Items that left the service of the organisation.

    ``end_of_life_factor`` None = the plan until the destination is reported (returned to the supplier).
    """

    day: Day
    count: float
    end_of_life_factor: float | None
    delivery: str | None = None
    """key of the delivery that was named; None = the oldest first"""
    treatment: str | None = None
    """for a method with end-of-life terms: where the items went (``end_of_life``), None = by the plan"""
    passed_on: bool = False
    """the items live on with a receiver who is known, who bears what is left of their production"""

    @property
    def known(self) -> bool:
        """The destination is known."""
        return self.end_of_life_factor is not None


@dataclass(frozen=True)
class ContractLine:
    """One line of a contract: the promise beside all its records.

    ``intensity`` holds (I,) per flow code that the promise or a record names, NaN = unknown; made with
    :func:`flow_intensity` (use) and, under :func:`repair_key`, for repairs.
    """

    promise: Promise
    intensity: dict[str, Floats]
    e_applies: Bools
    """(I,) false for indicators that E does not multiply: ``e_applies(factors)``"""
    deliveries: Sequence[Delivery] = ()
    use_records: Sequence[UseRecord] = ()
    repairs: Sequence[Repair] = ()
    repair_periods: Sequence[RepairPeriod] = ()
    retirements: Sequence[Retirement] = ()
    deliveries_closed_on: Day | None = None
    purchase_year: int | None = None
    """year of the award decision; None = the year in which the contract starts"""


def e_applies(factors: Factors) -> Bools:
    """(I,) the indicators of which the production is multiplied by E."""
    return np.asarray(factors.kinds == Kind.ORDINARY)


def repair_key(flow: str) -> str:
    """The key of a repair in ``ContractLine.intensity``: a repair may count where use of that flow does not."""
    return f"repair:{flow}"


def flow_intensity(factors: Factors, row: int, *, repair: bool = False) -> Floats:
    """(I,) impact per unit of a flow, or per kg of a material in a repair; NaN = unknown.

    Mass indicators count materials of repairs and never a flow.
    """
    values: Floats = factors.primary[row].copy()
    if not (repair and factors.is_material[row]):
        values[factors.is_mass] = 0.0
    return values
