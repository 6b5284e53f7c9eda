"""What kept parts can have had of recycled content: the reference products that a line is held beside.

Source: method, section 3 (version 2).
"""

from __future__ import annotations

from collections.abc import Sequence

from indicators.calculation.lines import Lines
from indicators.models import BaselineProduct, ProductGroup
from indicators.selectors import BasisArrays, offered_products
from mvi_dashboard.ground import clock

from .arrays import keeps_parts, lines_to_arrays
from .line import Line
from .product_lines import product_lines


def like_current_references(
    lines: Sequence[Line], group: ProductGroup, arrays: BasisArrays
) -> Sequence[Lines | None]:
    """Per line the reference products of today: of its type where it names one, else of its group.

    Those of a group that say no type stand for all of its types. Three queries at most, and none where the method
    has no such bound or nothing is kept.
    """
    if not (arrays.kept_recycled and keeps_parts(arrays, lines)):
        return ()
    today = clock.today()
    offered = offered_products().select_related("strategy", "plan", "product_type")
    found = list(offered.filter(group=group, kind=BaselineProduct.Kind.REFERENCE, valid_from__lte=today))
    as_lines = product_lines(found)
    return [lines_to_arrays(arrays, group, [each for each in as_lines if _beside(each, line)]) for line in lines]


def _beside(reference: Line, line: Line) -> bool:
    return None in (line.product_type, reference.product_type) or reference.product_type == line.product_type
