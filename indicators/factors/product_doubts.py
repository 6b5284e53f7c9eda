"""What is not sure of the average and reference products themselves: their mass, their use and their life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indicators.models import BaselineMaterial, BaselineProduct, BaselineUse, Factor, Processing

MASS, USE, LIFETIME = "product", "use", "lifetime"
KINDS = {MASS: "product", USE: "verbruik", LIFETIME: "levensduur"}
Place = tuple[str, int]
"""kind and id of a row"""
Factors = Mapping[int, Factor]
Makings = Mapping[tuple[int, int | None], Processing]


@dataclass(frozen=True)
class Figure:
    """One figure of a product: its own, and the bounds within which it is plausible for its group or type."""

    kind: str
    row: BaselineProduct | BaselineUse
    name: str
    unit: str
    low: float | None
    value: float
    high: float | None


def figures_of(product: BaselineProduct) -> Iterator[Figure]:
    """The figures of a product on which what it does rests."""
    mass, life = float(product.mass_kg), float(product.lifetime_years)
    low, high = _limits(product, "mass_min_kg", "mass_max_kg")
    yield Figure(MASS, product, product.name_nl, "kg", low, mass, high)
    if not product.group.is_consumed:
        low, high = _limits(product, "lifetime_min_years", "lifetime_max_years")
        yield Figure(LIFETIME, product, product.name_nl, "jaar", low, life, high)
    for use in product.use.all():
        name = f"{product.name_nl}: {use.flow.name_nl}"
        yield Figure(USE, use, name, f"{use.flow.unit} {use.get_basis_display()}", None, float(use.quantity), None)


def _limits(product: BaselineProduct, *names: str) -> tuple[float | None, float | None]:
    """A plausible range: of the type where that says it, else of the group; nothing where an end is absent."""
    found = []
    for name in names:
        of_type = getattr(product.product_type, name) if product.product_type is not None else None
        found.append(getattr(product.group, name) if of_type is None else of_type)
    low, high = found
    return (None, None) if low is None or high is None else (low, high)


def parts_of(
    product: BaselineProduct,
    materials: Iterable[BaselineMaterial],
    uses: Iterable[BaselineUse],
    factors: Factors,
    making: Makings,
) -> Iterator[tuple[Place, Place, float]]:
    """What one item of this product does over its life, in parts.

    Per part: the figure of the product that it rests on, the factor or making that this is multiplied by, and how
    much it is in the unit of the indicator.
    """
    mass, life = float(product.mass_kg), float(product.lifetime_years)
    own = (MASS, product.pk)
    for part in materials:
        factor = factors.get(part.material_id)
        amount = float(part.amount) if part.amount is not None else mass * float(part.share)
        if factor is not None:
            recycled = float(part.recycled)
            other = factor.recycled_value if factor.recycled_value is not None else factor.value
            yield own, ("factor", factor.pk), amount * ((1 - recycled) * factor.value + recycled * other)
    for use in uses:
        factor = factors.get(use.flow_id)
        times = life if use.basis == "item-year" else 1.0
        if factor is not None:
            yield (USE, use.pk), ("factor", factor.pk), float(use.quantity) * times * factor.value
    row = making.get((product.group_id, product.product_type_id)) or making.get((product.group_id, None))
    if row is not None and row.value is not None:
        yield own, ("making", row.pk), mass * row.value
