"""The product types of a group in the words of its page: ranges, what making them costs, and their products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.lines.gaps import GroupGap, TypeGap
from indicators.models import Processing, ProductGroup
from indicators.selectors import IndicatorInfo, basis_arrays, current_basis, making_of
from mvi_dashboard.ground import formats

Making = Mapping[tuple[str, str], Processing]
"""By type code (empty: the group itself) and indicator code"""
_GROUP = ""
_INCLUDED = {"value": "in de materialen", "bounds": ""}


def types_shown(gap: GroupGap) -> dict[str, Any]:
    """A row per type, where what a type does not say itself its group says; and what holds without a type.

    Making has a column per core indicator, unless it is inside the materials of every type.
    """
    known = gap.products[0].indicators if gap.products else basis_arrays(current_basis()).indicators
    making, codes = making_of(gap.group), [_GROUP, *(each.product_type.code for each in gap.types)]
    shown = [
        info for info in known if info.core and any(made_of(making, code, info) != _INCLUDED for code in codes)
    ]
    return {
        "columns": [{"name": formats.capital(info.name), "unit": f"{info.unit} per kg"} for info in shown],
        "rows": [
            _type(gap.group, each) | {"making": [made_of(making, each.product_type.code, info) for info in shown]}
            for each in gap.types
        ],
        "without": [made_of(making, _GROUP, info) for info in shown],
    }


def made_of(making: Making, code: str, info: IndicatorInfo) -> dict[str, str]:
    """What making costs on one indicator, with its bounds: of this type, else of its group."""
    row = making.get((code, info.code)) or making.get((_GROUP, info.code))
    if row is not None and row.state == Processing.State.INCLUDED:
        return _INCLUDED
    if row is None or row.value is None:
        return {"value": formats.UNKNOWN, "bounds": ""}
    known = row.low is not None and row.high is not None
    bounds = f"tussen {formats.number(row.low)} en {formats.number(row.high)}" if known else ""
    return {"value": formats.number(row.value), "bounds": bounds}


def _type(group: ProductGroup, each: TypeGap) -> dict[str, Any]:
    row = each.product_type

    def limit(name: str) -> float | None:
        return group.limit(name, row.code)

    return {
        "row": row,
        "mass": _between(limit("mass_min_kg"), limit("mass_max_kg")),
        "usual": _between(limit("lifetime_usual_min_years"), limit("lifetime_usual_max_years")),
        "cap": limit("lifetime_cap_years"),
        "until": f"tot en met {formats.day(row.valid_to)}" if row.valid_to else "",
        "products": [gap.product.name_nl for gap in each.products],
    }


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return formats.UNKNOWN
    if low is None or high is None:
        return f"vanaf {formats.number(low)}" if high is None else f"tot {formats.number(high)}"
    return f"{formats.number(low)} tot {formats.number(high)}"
