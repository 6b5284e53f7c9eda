"""The parameters of the circular footprint formula as arrays, and where each material goes by each plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indicators.calculation.end_of_life import INCINERATE, LANDFILL, CircularFootprint
from indicators.calculation.factors import Bools, Floats
from indicators.calculation.units import conversion
from indicators.models import Material, MaterialParameter, MethodVersion

_FRACTIONS = ("allocation", "energy_allocation", "quality_in", "quality_out")
NO_PLAN = "none"
"""What happens when nothing is promised, or the promise does not hold."""


@dataclass(frozen=True)
class Routes:
    """Where a kilogram goes at the end: R2 and R3 per plan, and what a material allows.

    Empty for a method that multiplies by E.
    """

    plans: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)
    """the treatment of each destination that is known"""
    recyclable: Bools | None = None
    """(M,)"""
    combustible: Bools | None = None
    factors: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """by material and treatment the item whose factor is used, where it is not the material itself"""

    def parts(self, plan: str, materials: Sequence[int]) -> tuple[list[float], list[float]]:
        """R2 and R3 of these materials (rows of the factor tables) by this plan.

        What cannot be recycled goes the way of what is burnt, what does not burn is landfilled.
        """
        if self.recyclable is None or self.combustible is None:
            return [0.0] * len(materials), [0.0] * len(materials)
        recycled, recovered = self.plans[plan]
        rows = np.asarray(materials, dtype=int)
        first = np.where(self.recyclable[rows], recycled, 0.0)
        second = np.where(self.combustible[rows], recovered + recycled - first, 0.0)
        return first.tolist(), second.tolist()


def routes_of(method: MethodVersion, materials: Sequence[Material]) -> Routes:
    """Where materials go by this version; two queries."""
    plans = {
        row.plan.code: (row.recycled, row.recovered)
        for row in method.plan_factors.select_related("plan")
        if row.recycled is not None and row.recovered is not None
    }
    destinations = dict(
        method.destination_factors.exclude(treatment="").values_list("destination__code", "treatment")
    )
    recyclable, combustible = np.ones(len(materials), dtype=bool), np.ones(len(materials), dtype=bool)
    place = {material.pk: row for row, material in enumerate(materials)}
    factors: dict[tuple[str, str], str] = {}
    for row in method.material_parameters.all():
        at = place[row.material_id]
        recyclable[at], combustible[at] = row.recyclable, row.combustible
        for treatment, flow in ((INCINERATE, row.recovery_flow_id), (LANDFILL, row.disposal_flow_id)):
            if flow is not None:
                factors[materials[at].code, treatment] = materials[place[flow]].code
    return Routes(plans, destinations, recyclable, combustible, factors)


def footprint_of(
    method: MethodVersion, materials: Sequence[Material], primary: Floats, recycled: Floats
) -> CircularFootprint:
    """The parameters of this version for these materials, on these factors (M, I); NaN where one is not known."""
    place = {material.pk: row for row, material in enumerate(materials)}
    vectors = {name: np.full(len(materials), np.nan) for name in _FRACTIONS}
    recovery, disposal, energy = (np.full(primary.shape, np.nan) for _ in range(3))
    substituted = primary.copy()
    heat, electricity = (_per_megajoule(method, name, materials, primary) for name in ("heat", "electricity"))
    for row in method.material_parameters.all():
        at = place[row.material_id]
        for name in _FRACTIONS:
            vectors[name][at] = _number(getattr(row, name))
        if row.recovery_flow_id is not None:
            recovery[at] = primary[place[row.recovery_flow_id]]
        if row.disposal_flow_id is not None:
            disposal[at] = primary[place[row.disposal_flow_id]]
        if row.substituted_id is not None:
            substituted[at] = primary[place[row.substituted_id]]
        energy[at] = _energy(row, heat, electricity)
    return CircularFootprint(
        **vectors,
        recycling=recycled,
        substituted=substituted,
        recovery=recovery,
        energy_credit=energy,
        disposal=disposal,
    )


def _energy(row: MaterialParameter, heat: Floats, electricity: Floats) -> Floats:
    """(I,) LHV (Xheat Eheat + Xel Eel); what does not burn replaces no energy."""
    if row.heating_value == 0:
        return np.zeros_like(heat)
    replaced = np.zeros_like(heat)
    for share, impact in ((row.heat_share, heat), (row.electricity_share, electricity)):
        if share != 0:
            replaced = replaced + _number(share) * impact
    return np.asarray(_number(row.heating_value) * replaced)


def _per_megajoule(method: MethodVersion, name: str, materials: Sequence[Material], primary: Floats) -> Floats:
    """(I,) impact per MJ of the heat or electricity that burning waste replaces; NaN when it is not named."""
    code = method.parameters.get(f"{name}_flow")
    for row, material in enumerate(materials):
        if material.code == code and not material.is_private:
            size = conversion(f"1/{material.unit}", "1/MJ")
            return np.asarray(primary[row] * (np.nan if size is None else float(size)))
    return np.full(primary.shape[1], np.nan)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
