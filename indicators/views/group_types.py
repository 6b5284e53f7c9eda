"""The product types of a group in the words of its page: ranges, what making them costs, and their products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.lines.gaps import TypeGap
from indicators.models import Processing, ProductGroup
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats

Making = Mapping[tuple[str, str], Processing]
"""By type code (empty: the group itself) and indicator code"""
_GROUP = ""


def types_shown(
    group: ProductGroup, types: Sequence[TypeGap], making: Making, indicators: Sequence[IndicatorInfo]
) -> list[dict[str, Any]]:
    """One row per type: what it does not say itself, its group says."""
    return [_type(group, each, making, indicators) for each in types]


def making_shown(making: Making, indicators: Sequence[IndicatorInfo], code: str = _GROUP) -> list[dict[str, str]]:
    """What making costs on the core indicators: what is said of this type, else what is said of its group."""
    return [
        {
            "name": info.name,
            "text": _making(making.get((code, info.code)) or making.get((_GROUP, info.code)), info.unit),
        }
        for info in indicators
        if info.core
    ]


def _type(
    group: ProductGroup, each: TypeGap, making: Making, indicators: Sequence[IndicatorInfo]
) -> dict[str, Any]:
    row = each.product_type

    def limit(name: str) -> float | None:
        return group.limit(name, row.code)

    return {
        "row": row,
        "mass": _between(limit("mass_min_kg"), limit("mass_max_kg")),
        "usual": _between(limit("lifetime_usual_min_years"), limit("lifetime_usual_max_years")),
        "cap": limit("lifetime_cap_years"),
        "until": f"tot en met {formats.day(row.valid_to)}" if row.valid_to else "",
        "making": making_shown(making, indicators, row.code),
        "products": [gap.product.name_nl for gap in each.products],
    }


def _making(row: Processing | None, unit: str) -> str:
    if row is not None and row.state == Processing.State.INCLUDED:
        return "zit in de materialen"
    if row is None or row.value is None:
        return formats.UNKNOWN
    value = f"{formats.number(row.value)} {unit}"
    if row.low is None or row.high is None:
        return value
    return f"tussen {formats.number(row.low)} en {formats.number(row.high)} {unit}, wij rekenen met {value}"


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return formats.UNKNOWN
    if low is None or high is None:
        return f"vanaf {formats.number(low)}" if high is None else f"tot {formats.number(high)}"
    return f"{formats.number(low)} tot {formats.number(high)}"
