"""The product that each demand item is held beside, as lines of the core: for avoided, and for kept parts.

Source: method, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators import services as framework
from indicators.calculation.lines import Lines
from indicators.lines import Line
from indicators.models import ProductGroup
from indicators.selectors import BasisArrays, products_by_id
from tenders.models import LotItem

References = Mapping[int, Lines | None]
"""By the id of the demand item"""


def reference_lines(items: Sequence[LotItem], arrays: BasisArrays, group: ProductGroup) -> dict[int, Lines | None]:
    """One item of the reference product of each demand item, else of its baseline product, else None.

    It uses the energy that the buyer chose for that item, as every bid does. Items that ask the same share theirs.
    Two queries for any number.
    """
    products = {
        product.pk: product for item in items if (product := item.reference_product or item.baseline_product)
    }
    as_lines = dict(zip(products, framework.product_lines(list(products.values())), strict=True))
    known: dict[tuple[int, str], Lines] = {}
    found: dict[int, Lines | None] = {}
    for item in items:
        product = item.reference_product or item.baseline_product
        if product is None:
            found[item.pk] = None
            continue
        key = (product.pk, repr(item.use_energy))
        if key not in known:
            line = framework.with_energy(as_lines[product.pk], item.use_energy)
            known[key] = framework.lines_to_arrays(arrays, group, [line])
        found[item.pk] = known[key]
    return found


def kept_like(
    lines: Sequence[Line],
    answered: Sequence[LotItem | None],
    arrays: BasisArrays,
    group: ProductGroup,
    references: References | None = None,
) -> Sequence[Lines | None]:
    """Per line the reference product of its demand, whose recycled content bounds that of kept parts.

    Nothing is looked up where the method has no such bound or nothing is kept; else three queries at most.
    `references`: those of the whole demand, for who has them.
    """
    if not (arrays.kept_recycled and framework.keeps_parts(arrays, lines)):
        return ()
    products = [None if item is None else item.reference_product_id for item in answered]
    if references is not None:
        bounded = zip(answered, products, strict=True)
        return [
            references[item.pk] if item is not None and product is not None else None for item, product in bounded
        ]
    found = list(products_by_id({pk for pk in products if pk is not None}))
    as_lines = zip((each.pk for each in found), framework.product_lines(found), strict=True)
    known = {pk: framework.lines_to_arrays(arrays, group, [line]) for pk, line in as_lines}
    return [None if pk is None else known[pk] for pk in products]
