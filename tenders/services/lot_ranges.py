"""The ranges that a lot rests on, by name: what people call them, their bounds, and where these come from.

Source: method, section 2b.
"""

from __future__ import annotations

from indicators.calculation import explain
from indicators.services import NamedRange
from mvi_dashboard.ground.wording import in_sentence

from .comparing import LotComparison

MAKING = "het maken"


def named_ranges(comparison: LotComparison, place: int) -> dict[int, NamedRange]:
    """The ranges of one indicator on which a bid or a reference of the lot rests, by their number in the core."""
    ranges, arrays = comparison.ranged.factors.ranges, comparison.arrays
    if ranges is None:
        return {}
    mine = [k for k in range(len(ranges)) if ranges.indicator[k] == place]
    several = sum(bool(ranges.is_processing[k]) for k in mine) > 1
    info, found = arrays.indicators[place], {}
    for k in mine:
        row = int(ranges.row[k])
        low, central, high = (float(each[k]) for each in (ranges.low, ranges.central, ranges.high))
        if ranges.is_processing[k]:
            of, kind = arrays.factors.groups[row], arrays.factors.groups[row].partition("/")[2] or None
            name = f"{MAKING} van {in_sentence(_types(comparison).get(of, comparison.lot.group.name_nl))}"
            source = arrays.making_source(comparison.lot.group.code, kind, info.code)
            unit, name = f"{info.unit} per kg", name if several else MAKING
            found[k] = NamedRange(explain.PROCESSING, name, of, unit, low, central, high, source)
            continue
        code = arrays.factors.items[row]
        recycled = "gerecycled " if ranges.recycled[k] else ""
        unit = f"{info.unit} per {arrays.units[code]}"
        name = f"{recycled}{in_sentence(arrays.names[code])}"
        found[k] = NamedRange(code, name, None, unit, low, central, high, arrays.provenance.get((code, info.code)))
    return found


def _types(comparison: LotComparison) -> dict[str, str]:
    """Names of the product types that are asked and offered, by their row in the table of making."""
    group = comparison.lot.group.code
    types = [line.product_type for each in comparison.bids for line in each.lines]
    products = [item.reference_product or item.baseline_product for item in comparison.items]
    types += [product.product_type for product in products if product is not None]
    return {f"{group}/{each.code}": each.name_nl for each in types if each is not None}
