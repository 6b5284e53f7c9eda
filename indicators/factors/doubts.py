"""How sure the data are that we calculate with: what is to be verified, old, wide or unknown, the largest first.

What a row matters is the same for every organisation: its part of the impact of the average products that ship
with the framework (making, materials and use over their life), as the mean over all of them. A row that is known
between bounds weighs by the width of its bounds times that part: so comes first what would help most to know.

The figures of the products themselves stand beside factors and making: their bill, use and life. What rests on
them is counted in the same way; of a reference product as the mean over all reference products. Their bounds are
those of the factors and the making that they are multiplied by; of a life what is usual for its group or type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indicators.models import (
    BaselineProduct,
    BaselineUse,
    Factor,
    FactorSetVersion,
    Indicator,
    Material,
    Processing,
)
from indicators.selectors import offered_products
from mvi_dashboard.ground import clock

from .bases import newest_layers
from .product_doubts import BILL, LIFETIME, Part, Place, figures_of, parts_of
from .product_doubts import KINDS as OF_PRODUCTS

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
KINDS = {MAKING: "maken", FACTOR: "factor", **OF_PRODUCTS}


@dataclass(frozen=True)
class Doubt:
    """One row that is not sure, with what it matters.

    `effect` is its mean part of the impact of the average products, 0 to 1; None where that is not known, as for
    making that is unknown. `width` is (high - low) / value; None without bounds.
    """

    kind: str
    row: Processing | Factor | BaselineProduct | BaselineUse
    version: FactorSetVersion | None
    """the version of the set that says so; None = it stands in a product"""
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
    def product(self) -> BaselineProduct | None:
        """The product in which it stands."""
        if isinstance(self.row, BaselineUse):
            return self.row.product
        return self.row if isinstance(self.row, BaselineProduct) else None

    @property
    def weight(self) -> float:
        """What orders the list: width times effect; unknown making stands before all that is known."""
        if "unknown" in self.why:
            return float("inf")
        return (self.width or 0.0) * (self.effect or 0.0)


def doubts_on(indicator: Indicator, *, why: str = "", kind: str = "") -> list[Doubt]:
    """What is not sure on this indicator, the widest times the largest first, then what is oldest.

    Of the newest published versions of the sets that the next basis rests on, and of the products that are
    offered; some fifteen queries.
    """
    layers = newest_layers()
    factors = _factors(layers, indicator)
    making = _making(layers, indicator)
    products = [
        (each, list(parts_of(each, each.materials.all(), each.use.all(), factors, making))) for each in _products()
    ]
    effects = _effects(products)
    found = [
        *_doubts_of_making(making.values()),
        *_doubts_of_factors(factors.values()),
        *(doubt for product, parts in products for doubt in _doubts_of_product(product, parts, indicator)),
    ]
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


def _products() -> list[BaselineProduct]:
    return list(
        offered_products()
        .select_related("group", "product_type", "source")
        .prefetch_related("materials", "use__flow")
        .order_by("pk")
    )


def _effects(products: Iterable[tuple[BaselineProduct, Sequence[Part]]]) -> dict[Place, float]:
    """The mean part of each row in the impact of the products of a kind; of what is known of them.

    What is shared (factors and making) is told of the average products only.
    """
    sums: dict[str, dict[Place, float]] = {kind: {} for kind in BaselineProduct.Kind.values}
    counted = dict.fromkeys(sums, 0)
    for product, parts in products:
        total = sum(each.amount[1] for each in parts)
        if total <= 0:
            continue
        counted[product.kind] += 1
        of_kind = sums[product.kind]
        for each in parts:
            places = [each.own]
            if each.own[0] == BILL:  # making and materials count over a life
                places.append((LIFETIME, product.pk))
            if product.kind == BaselineProduct.Kind.BASELINE:
                places.append(each.shared)
            for place in places:
                of_kind[place] = of_kind.get(place, 0.0) + each.amount[1] / total
    return {place: part / counted[kind] for kind, of_kind in sums.items() for place, part in of_kind.items()}


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


def _doubts_of_product(product: BaselineProduct, parts: Sequence[Part], indicator: Indicator) -> Iterator[Doubt]:
    """Its figures, when nobody verified them, or their source is old or poor."""
    year = product.source.year
    poor = product.quality == "poor"
    for each in figures_of(product, parts, indicator.unit):
        why = _why(verify=product.to_verify, unknown=False, ranged=each.low is not None, year=year, poor=poor)
        if set(why) - {"range"}:
            yield Doubt(
                each.kind,
                each.row,
                None,
                each.name,
                indicator.code,
                each.unit,
                each.low,
                each.value,
                each.high,
                year,
                why,
            )


def _why(*, verify: bool, unknown: bool, ranged: bool, year: int | None, poor: bool = False) -> tuple[str, ...]:
    old = year is not None and clock.today().year - year > OLD_AFTER
    said = {"verify": verify, "unknown": unknown, "range": ranged, "old": old, "poor": poor}
    return tuple(name for name in WHY if said[name])
