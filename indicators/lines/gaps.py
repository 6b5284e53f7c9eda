"""What is still missing: the products of each group, and the indicators that they cannot be counted on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.calculation import explain
from indicators.calculation.bounds import used_ranges
from indicators.lines import Line, lines_to_arrays
from indicators.models import BaselineProduct, ProductGroup, ProductType
from indicators.selectors import (
    BasisArrays,
    IndicatorInfo,
    basis_arrays,
    current_basis,
    offered_products,
    offered_types,
    product_groups,
    product_types,
    products_of,
)

from .product_lines import line_of_product, product_lines

KINDS = (BaselineProduct.Kind.BASELINE, BaselineProduct.Kind.REFERENCE)


@dataclass(frozen=True)
class ProductGap:
    """One product of a group and what it lacks on a basis.

    `missing` names materials and flows per indicator code, only where something is missing. `line` is one item,
    `indicators` are those of the basis, `bounded` the codes of those that rest on a range here.
    """

    product: BaselineProduct
    missing: dict[str, list[str]]
    line: Line
    indicators: Sequence[IndicatorInfo]
    bounded: frozenset[str]

    def is_complete(self, indicator: str) -> bool:
        """Whether this indicator can be counted on it without a missing factor."""
        return not self.missing.get(indicator)


@dataclass(frozen=True)
class _Products:
    """Products that stand for one thing, and which kinds of product there are none of."""

    products: Sequence[ProductGap]

    @property
    def lacks(self) -> list[str]:
        """The kinds of product that are not there at all."""
        there = {each.product.kind for each in self.products}
        return [str(kind.label) for kind in KINDS if kind not in there]

    def state(self, indicator: str) -> str:
        """`complete` when every product can be counted on this indicator, `partly`, or `none` without products."""
        if not self.products:
            return "none"
        return "partly" if any(each.missing.get(indicator) for each in self.products) else "complete"


@dataclass(frozen=True)
class TypeGap(_Products):
    """One product type of a group: the products of that type."""

    product_type: ProductType


@dataclass(frozen=True)
class GroupGap(_Products):
    """One product group: all its products that are offered, and apart those of each of its types."""

    group: ProductGroup
    types: Sequence[TypeGap] = ()


def gap_of(group: ProductGroup, products: Sequence[ProductGap], types: Sequence[ProductType]) -> GroupGap:
    """These products of a group, also by its types."""
    by_type = [
        TypeGap([each for each in products if each.product.product_type_id == kind.pk], kind) for kind in types
    ]
    return GroupGap(products, group, by_type)


@dataclass(frozen=True)
class Gaps:
    """All groups on the current basis."""

    indicators: Sequence[IndicatorInfo]
    groups: Sequence[GroupGap]


def find_gaps() -> Gaps:
    """What is missing on the current basis; the same number of queries for any number of products."""
    arrays = basis_arrays(current_basis())
    groups = list(product_groups().order_by("cluster__position", "cluster_id", "name_nl"))
    products: dict[int, list[BaselineProduct]] = defaultdict(list)
    rows = offered_products().select_related("strategy", "plan", "product_type").order_by("kind", "code")
    for product in rows:
        products[product.group_id].append(product)
    every = [product for group in groups for product in products[group.pk]]
    lines = dict(zip((product.pk for product in every), product_lines(every), strict=True))
    types: dict[int, list[ProductType]] = defaultdict(list)
    for kind in offered_types(product_types().order_by("name_nl")):
        types[kind.group_id].append(kind)
    found = [
        gap_of(
            group,
            [_gap(arrays, group, product, lines[product.pk]) for product in products[group.pk]],
            types[group.pk],
        )
        for group in groups
    ]
    return Gaps([info for info in arrays.indicators if info.core], found)


def gaps_of_group(group: ProductGroup) -> list[ProductGap]:
    """The products of a group, baseline first, with what each lacks on the current basis; for every indicator.

    Also those that have a successor.
    """
    products = list(products_of(group).order_by("kind", "code"))
    arrays = basis_arrays(current_basis())
    return [_gap(arrays, group, product, _line(product)) for product in products]


def _line(product: BaselineProduct) -> Line:
    """The line of a product that was read with its bill and use."""
    bill = sorted(product.materials.all(), key=lambda row: row.pk)
    return line_of_product(product, bill, sorted(product.use.all(), key=lambda row: row.pk))


def _gap(arrays: BasisArrays, group: ProductGroup, product: BaselineProduct, line: Line) -> ProductGap:
    lines = lines_to_arrays(arrays, group, [line])
    names = {**arrays.names, explain.PROCESSING: "het maken van het product"}
    missing = {
        indicator: [names.get(each.item, each.item) for each in rows]
        for indicator, rows in explain.missing_factors(arrays.factors, lines, 0).items()
        if rows
    }
    ranges = used_ranges(arrays.factors, lines)
    bounded = frozenset(arrays.indicators[place].code for place in ranges.touched.tolist())
    return ProductGap(product, missing, line, arrays.indicators, bounded)
