"""The bought reference of a contract: what the market would do for what is bought, per line and per column.

Source: method, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indicators.calculation.actual import Actual
from indicators.calculation.comparison import bought_reference
from indicators.calculation.factors import Floats

from .core_lines import CoreContract

Part = tuple[Floats, Floats]
"""The bought reference of the estimated and of the forecast column, (I,) each."""
Moments = Mapping[str, Floats]
"""What the reference adds per item-year of a line: when items are `made`, `used` and have `ended`, (I,) each."""


def references_of(core: CoreContract, lines: Sequence[Actual]) -> tuple[list[Part], list[Moments]]:
    """The bought reference per line: 0 for accessories, unknown without a market standard.

    As wide as the lines: with a column more for each range of the contract.
    """
    mains: dict[int, float] = {}
    for row in core.rows:
        if row.offered.role == "main" and row.offered.item is not None:
            mains[row.offered.item.pk] = mains.get(row.offered.item.pk, 0.0) + float(row.offered.count)
    width = len(core.ranged.wide.indicators)
    parts: list[Part] = []
    moments: list[Moments] = []
    for row, line in zip(core.rows, lines, strict=True):
        item, is_main = row.offered.item, row.offered.role == "main"
        unit = core.references[item.pk] if item is not None and item.reference_product_id is not None else None
        if not is_main or item is None or unit is None:
            same = np.full(width, np.nan if is_main else 0.0)
            parts.append((same, same))
            moments.append({"used": same})
            continue
        hole = np.where(unit.missing[0], np.nan, 0.0)
        needed, main = float(item.needed_count), mains[item.pk]
        per_year = unit.per_year[0] + hole
        parts.append(
            (
                bought_reference(per_year, needed, main, line.count_promised, line.years_promised),
                bought_reference(per_year, needed, main, line.count_forecast, line.years_forecast),
            )
        )
        moments.append({when: needed / main * each[0] + hole for when, each in unit.per_year_by_moment.items()})
    return parts, moments


def joined(references: Sequence[Part]) -> Part:
    """The reference of a contract: the sum over its lines, unknown where one of them is."""
    return (
        np.asarray(np.sum([each[0] for each in references], axis=0)),
        np.asarray(np.sum([each[1] for each in references], axis=0)),
    )


def function_reference_of(line: Actual, reference: Part) -> Floats:
    """(I,) the reference of a line for what is bought now over the promised time: proportional to the years."""
    scale = line.years_promised / line.years_forecast if line.years_forecast > 0 else 1.0
    return reference[1] * scale
