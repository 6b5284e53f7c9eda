"""What is not sure of the average and reference products themselves: their bill, their use and their life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indicators.models import BaselineMaterial, BaselineProduct, BaselineUse, Factor, Processing
from mvi_dashboard.ground import formats

BILL, USE, LIFETIME = "product", "use", "lifetime"
KINDS = {BILL: "product", USE: "verbruik", LIFETIME: "levensduur"}
Place = tuple[str, int]
"""kind and id of a row"""
Factors = Mapping[int, Factor]
Makings = Mapping[tuple[int, int | None], Processing]
Bounded = tuple[float, float, float]
"""low, value and high; three times the same where nothing is known between bounds"""


@dataclass(frozen=True)
class Part:
    """A part of what one item does over its life, in the unit of the indicator."""

    own: Place
    """the figure of the product that it rests on"""
    shared: Place
    """the factor or making that this is multiplied by"""
    amount: Bounded


@dataclass(frozen=True)
class Figure:
    """One figure of a product with what rests on it; `value` None = not known."""

    kind: str
    row: BaselineProduct | BaselineUse
    name: str
    unit: str
    low: float | None
    value: float | None
    high: float | None


def figures_of(product: BaselineProduct, parts: Iterable[Part], unit: str) -> Iterator[Figure]:
    """The figures of a product: what one item does by its bill, and by each use, and how long it lives.

    Bounds are those of what rests on it; of a life those that are usual for its group or type.
    """
    sums: dict[Place, Bounded] = {}
    for part in parts:
        low, value, high = sums.get(part.own, (0.0, 0.0, 0.0))
        sums[part.own] = (low + part.amount[0], value + part.amount[1], high + part.amount[2])
    per_item = f"{unit} per {'eenheid' if product.group.is_consumed else 'stuk'}"
    yield _figure(BILL, product, f"{product.name_nl} ({formats.number(product.mass_kg)} kg)", per_item, sums)
    for use in product.use.all():
        amount = f"{formats.number(use.quantity)} {use.flow.unit} {use.get_basis_display()}"
        yield _figure(USE, use, f"{product.name_nl}: {use.flow.name_nl} ({amount})", per_item, sums)
    if not product.group.is_consumed:
        usual = [_limit(product, f"lifetime_usual_{end}_years") for end in ("min", "max")]
        least, most = (None, None) if None in usual else usual
        years = float(product.lifetime_years)
        yield Figure(LIFETIME, product, product.name_nl, "jaar", least, years, most)


def _figure(
    kind: str, row: BaselineProduct | BaselineUse, name: str, unit: str, sums: Mapping[Place, Bounded]
) -> Figure:
    found = sums.get((kind, row.pk))
    if found is None:
        return Figure(kind, row, name, unit, None, None, None)
    low, value, high = found
    return Figure(kind, row, name, unit, None if low == high else low, value, None if low == high else high)


def _limit(product: BaselineProduct, name: str) -> float | None:
    """Of the type where that says it, else of the group."""
    of_type: float | None = getattr(product.product_type, name) if product.product_type is not None else None
    of_group: float | None = getattr(product.group, name)
    return of_group if of_type is None else of_type


def parts_of(
    product: BaselineProduct,
    materials: Iterable[BaselineMaterial],
    uses: Iterable[BaselineUse],
    factors: Factors,
    making: Makings,
) -> Iterator[Part]:
    """What one item of this product does over its life, as far as it is known, in parts."""
    mass, life = float(product.mass_kg), float(product.lifetime_years)
    own = (BILL, product.pk)
    for part in materials:
        factor = factors.get(part.material_id)
        amount = float(part.amount) if part.amount is not None else mass * float(part.share)
        if factor is not None:
            yield Part(own, ("factor", factor.pk), _times(amount, _mixed(factor, float(part.recycled))))
    for use in uses:
        factor = factors.get(use.flow_id)
        times = life if use.basis == "item-year" else 1.0
        if factor is not None:
            yield Part((USE, use.pk), ("factor", factor.pk), _times(float(use.quantity) * times, _bounded(factor)))
    row = making.get((product.group_id, product.product_type_id)) or making.get((product.group_id, None))
    if row is not None and row.value is not None:
        yield Part(own, ("making", row.pk), _times(mass, _bounded(row)))


def _bounded(row: Factor | Processing) -> Bounded:
    value = row.value or 0.0
    return (value if row.low is None else row.low, value, value if row.high is None else row.high)


def _mixed(factor: Factor, recycled: float) -> Bounded:
    """A factor for a material of which this part is recycled."""
    primary = _bounded(factor)
    if factor.recycled_value is None:
        return primary
    value = factor.recycled_value
    other = (
        value if factor.recycled_low is None else factor.recycled_low,
        value,
        value if factor.recycled_high is None else factor.recycled_high,
    )
    low, middle, high = ((1 - recycled) * one + recycled * two for one, two in zip(primary, other, strict=True))
    return low, middle, high


def _times(amount: float, bounded: Bounded) -> Bounded:
    low, value, high = bounded
    return amount * low, amount * value, amount * high
