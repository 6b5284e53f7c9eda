"""How sure the data are that we calculate with: what is to be verified, old, wide or unknown, the largest first.

What a row matters is the same for every organisation: its part of the impact of the average products that ship
with the framework (making, materials and use over their life), as the mean over all of them. A row that is known
between bounds weighs by the width of its bounds times that part: so comes first what would help most to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indicators.models import (
    BaselineMaterial,
    BaselineProduct,
    BaselineUse,
    Factor,
    FactorSetVersion,
    Indicator,
    Material,
    Processing,
)
from indicators.selectors import current_basis, offered_products
from mvi_dashboard.ground import clock

from .bases import newest_layers

OLD_AFTER = 10
"""a figure of more than so many years ago is old"""
WHY = {
    "verify": "te verifiëren",
    "unknown": "onbekend",
    "range": "tussen grenzen",
    "old": f"ouder dan {OLD_AFTER} jaar",
    "poor": "matige bron",
}
MAKING, FACTOR = "making", "factor"
KINDS = {MAKING: "maken", FACTOR: "factor"}
Place = tuple[str, int]
"""kind and id of a row"""


@dataclass(frozen=True)
class Doubt:
    """One row that is not sure, with what it matters.

    `effect` is its mean part of the impact of the average products, 0 to 1; None where that is not known, as for
    making that is unknown. `width` is (high - low) / value; None without bounds.
    """

    kind: str
    row: Processing | Factor
    version: FactorSetVersion
    name: str
    indicator: str
    unit: str
    low: float | None
    value: float | None
    high: float | None
    year: int | None
    why: tuple[str, ...]
    effect: float | None = None

    @property
    def width(self) -> float | None:
        """How wide its bounds are, against its value."""
        if self.low is None or self.high is None or not self.value:
            return None
        return (self.high - self.low) / self.value

    @property
    def weight(self) -> float:
        """What orders the list: width times effect; unknown making stands before all that is known."""
        if "unknown" in self.why:
            return float("inf")
        return (self.width or 0.0) * (self.effect or 0.0)


def doubts_on(indicator: Indicator, *, why: str = "", kind: str = "") -> list[Doubt]:
    """What is not sure on this indicator, the widest times the largest first, then what is oldest; ten queries.

    Of the newest published versions of the sets that the current basis rests on.
    """
    layers = newest_layers(current_basis())
    factors = _factors(layers, indicator)
    making = _making(layers, indicator)
    effects = _effects(factors, making)
    found = [*_doubts_of_making(making.values()), *_doubts_of_factors(factors.values())]
    told = [replace(each, effect=effects.get((each.kind, each.row.pk))) for each in found]
    kept = [each for each in told if (not why or why in each.why) and (not kind or each.kind == kind)]
    return sorted(kept, key=lambda each: (-each.weight, -(each.effect or 0.0), each.year or 0, each.name))


def _factors(layers: Iterable[FactorSetVersion], indicator: Indicator) -> dict[int, Factor]:
    """By material the factor that counts: the first set that has it."""
    found: dict[int, Factor] = {}
    for version in layers:
        rows = Factor.objects.filter(version=version, indicator=indicator).exclude(module=Factor.Module.BEYOND)
        for row in rows.select_related("material", "indicator", "source", "version__factor_set").order_by("pk"):
            if row.material.kind == Material.Kind.FLOW or row.module == Factor.Module.PRODUCTION:
                found.setdefault(row.material_id, row)
    return found


def _making(layers: Iterable[FactorSetVersion], indicator: Indicator) -> dict[tuple[int, int | None], Processing]:
    """By group and type what is said of making: the first set that says anything."""
    found: dict[tuple[int, int | None], Processing] = {}
    for version in layers:
        rows = Processing.objects.filter(version=version, indicator=indicator)
        for row in rows.select_related(
            "group", "product_type", "indicator", "source", "version__factor_set"
        ).order_by("pk"):
            found.setdefault((row.group_id, row.product_type_id), row)
    return found


def _effects(factors: dict[int, Factor], making: dict[tuple[int, int | None], Processing]) -> dict[Place, float]:
    """The mean part of each row in the impact of the average products; of what is known of them."""
    products = list(
        offered_products()
        .filter(kind=BaselineProduct.Kind.BASELINE)
        .select_related("group", "product_type")
        .prefetch_related("materials", "use")
    )
    sums: dict[Place, float] = {}
    counted = 0
    for product in products:
        parts = dict(parts_of(product, product.materials.all(), product.use.all(), factors, making))
        total = sum(parts.values())
        if total <= 0:
            continue
        counted += 1
        for place, part in parts.items():
            sums[place] = sums.get(place, 0.0) + part / total
    return {place: part / counted for place, part in sums.items()}


def parts_of(
    product: BaselineProduct,
    materials: Iterable[BaselineMaterial],
    uses: Iterable[BaselineUse],
    factors: dict[int, Factor],
    making: dict[tuple[int, int | None], Processing],
) -> Iterator[tuple[Place, float]]:
    """What each row adds to one item of this product over its life, in the unit of the indicator."""
    mass, life = float(product.mass_kg), float(product.lifetime_years)
    amounts: dict[int, float] = {}
    for part in materials:
        factor = factors.get(part.material_id)
        amount = float(part.amount) if part.amount is not None else mass * float(part.share)
        if factor is not None:
            recycled = float(part.recycled)
            other = factor.recycled_value if factor.recycled_value is not None else factor.value
            impact = amount * ((1 - recycled) * factor.value + recycled * other)
            amounts[factor.pk] = amounts.get(factor.pk, 0.0) + impact
    for use in uses:
        factor = factors.get(use.flow_id)
        times = life if use.basis == "item-year" else 1.0
        if factor is not None:
            amounts[factor.pk] = amounts.get(factor.pk, 0.0) + float(use.quantity) * times * factor.value
    yield from (((FACTOR, key), amount) for key, amount in amounts.items())
    row = making.get((product.group_id, product.product_type_id)) or making.get((product.group_id, None))
    if row is not None and row.value is not None:
        yield (MAKING, row.pk), mass * row.value


def _doubts_of_making(rows: Iterable[Processing]) -> Iterator[Doubt]:
    for row in rows:
        year = row.source.year if row.source else None
        why = _why(
            verify=row.to_verify,
            unknown=row.state == Processing.State.UNKNOWN,
            ranged=row.low is not None,
            year=year,
        )
        if why:
            name = row.product_type.name_nl if row.product_type else row.group.name_nl
            yield Doubt(
                MAKING,
                row,
                row.version,
                name,
                row.indicator.code,
                row.unit,
                row.low,
                row.value,
                row.high,
                year,
                why,
            )


def _doubts_of_factors(rows: Iterable[Factor]) -> Iterator[Doubt]:
    for row in rows:
        year = row.year or row.source.year
        why = _why(verify=False, unknown=False, ranged=row.low is not None, year=year, poor=row.quality == "poor")
        if why:
            name = row.material.name_nl
            yield Doubt(
                FACTOR,
                row,
                row.version,
                name,
                row.indicator.code,
                row.unit,
                row.low,
                row.value,
                row.high,
                year,
                why,
            )


def _why(*, verify: bool, unknown: bool, ranged: bool, year: int | None, poor: bool = False) -> tuple[str, ...]:
    old = year is not None and clock.today().year - year > OLD_AFTER
    said = {"verify": verify, "unknown": unknown, "range": ranged, "old": old, "poor": poor}
    return tuple(name for name in WHY if said[name])
