"""A world in which the making of office furniture is known between bounds only, and bids with round numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from indicators.models import BaselineProduct, Factor, Indicator, Material, Processing, ProductGroup
from indicators.selectors import basis, current_basis
from mvi_dashboard.ground import triggers
from tenders.models import LotItem

from .conftest import lines

LOW, CENTRAL, HIGH = 1.2, 2.2, 4.0
"""kg CO2-eq per kg of making office furniture"""
STEEL, ELECTRICITY = 2.89, 0.244
"""kg CO2-eq per kg, and per kWh"""
NEEDED = 1000
"""item-years: 100 pieces for ten years"""


@contextmanager
def making_between(*, plastic: tuple[float, float] | None = None) -> Iterator[None]:
    """The making of office furniture, and if asked the plastic in it, between bounds; within a test alone."""
    version = current_basis().layers.get(rank=1).version
    climate = Indicator.objects.get(code="climate")
    with triggers.suspended():
        Processing.objects.create(
            version=version,
            group=ProductGroup.objects.get(code="kantoormeubilair"),
            indicator=climate,
            state=Processing.State.RANGE,
            low=LOW,
            value=CENTRAL,
            high=HIGH,
            unit="kg CO2-eq/kg",
            source=Factor.objects.filter(version=version).first().source,
            derivation="laagste, mediaan en hoogste van twaalf stoelen",
        )
        if plastic is not None:
            found = Factor.objects.filter(
                version=version,
                material=Material.objects.get(code="plastic"),
                indicator=climate,
                module="production",
            )
            found.update(low=plastic[0], high=plastic[1])
    basis._built.cache_clear()
    try:
        yield
    finally:
        basis._built.cache_clear()


def chair(mass: str, years: str = "10", kwh: str = "0", **changes: Any) -> list[dict[str, Any]]:
    """A line of 100 chairs of new steel, each using so much electricity a year."""
    use = [{"flow": "electricity", "quantity": kwh, "unit": "kWh", "basis": "item-year"}] if kwh != "0" else []
    bill = [{"material": "steel", "share": "1", "recycled": "0"}]
    return lines(1, **{"massKg": mass, "lifetimeYears": years, "billOfMaterials": bill, "use": use, **changes})


def held_beside(code: str) -> None:
    """Every demand item has this reference product."""
    with triggers.suspended():
        LotItem.objects.update(reference_product=BaselineProduct.objects.get(code=code))
