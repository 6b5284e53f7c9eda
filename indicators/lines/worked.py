"""The sofa of the source with the numbers of the reader: the same service and core as any other product.

Source: Metabolic, *Op weg naar klimaatneutraal en circulair inkopen*; method, section 10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from indicators.calculation import golden
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import Problem, Refused

from .assessment import Assessed, assess_document

REPAIR = "textile"
"""What a sofa is repaired with in the example: new covering."""
_GROUP, _FACTOR_SET = "kantoormeubilair", "metabolic-bankstel"
_REASON = "Rekenvoorbeeld van de uitleg."


@dataclass(frozen=True)
class Sofa:
    """What the reader may change; shares and recycled parts as fractions by material."""

    shares: Mapping[str, Decimal]
    recycled: Mapping[str, Decimal]
    mass_kg: Decimal
    count: int
    lifetime_years: Decimal
    strategy: str = "new"
    plan: str = "none"
    repair_kg_per_year: Decimal = Decimal(0)

    @property
    def materials(self) -> list[str]:
        """The materials that it holds any of, in the order of the source."""
        return [code for code in golden.MATERIALS if self.shares[code]]


def source_sofa() -> Sofa:
    """The refurbished sofa as the source gives it."""
    return Sofa(
        shares=_by_material(golden.REFURBISHED_SHARE),
        recycled=_by_material(golden.REFURBISHED_RECYCLED),
        mass_kg=Decimal(str(sum(golden.BASELINE_KG))),
        count=1,
        lifetime_years=Decimal(golden.LIFETIME_YEARS),
    )


def new_sofa() -> Sofa:
    """The new sofa of the source: the same mass and life, nothing recycled."""
    whole = sum(golden.BASELINE_KG)
    return replace(
        source_sofa(),
        shares=_by_material([round(kg / whole, 6) for kg in golden.BASELINE_KG]),
        recycled=_by_material([0] * len(golden.MATERIALS)),
    )


def assess_sofa(actor: Actor, sofa: Sofa) -> tuple[Assessed, Sequence[Problem]]:
    """The assessment, and what is unusual: the example goes on with it, as nothing hangs on it.

    Raises Refused with every problem of what cannot be calculated; paths as in an assessment, with the row
    of a material counted among those of which there is any.
    """
    document = _document(sofa)
    try:
        assessed = assess_document(actor, document=document)
    except Refused as refused:
        if not all(problem.confirmable for problem in refused.problems):
            raise
        confirmed = [{"attr": each.attr, "code": each.code, "reason": _REASON} for each in refused.problems]
        return assess_document(actor, document=document | {"confirmations": confirmed}), refused.problems
    return assessed, ()


def _by_material(values: Sequence[float]) -> dict[str, Decimal]:
    return {code: Decimal(str(value)) for code, value in zip(golden.MATERIALS, values, strict=True)}


def _document(sofa: Sofa) -> dict[str, Any]:
    repair = {"flow": REPAIR, "quantity": sofa.repair_kg_per_year, "unit": "kg"}
    line = {
        "reference": "bank",
        "massKg": sofa.mass_kg,
        "count": sofa.count,
        "lifetimeYears": sofa.lifetime_years,
        "circularStrategy": sofa.strategy,
        "endOfLifePlan": sofa.plan,
        "billOfMaterials": [
            {"material": code, "share": sofa.shares[code], "recycled": sofa.recycled[code]}
            for code in sofa.materials
        ],
        "use": [repair | {"basis": "item-year", "role": "repair"}] if sofa.repair_kg_per_year else [],
    }
    return {"productGroup": _GROUP, "factorSet": _FACTOR_SET, "lines": [line]}
