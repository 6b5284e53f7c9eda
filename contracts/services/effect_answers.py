"""The effect of a contract as the typed answer."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.models import BOUNDED
from contracts.resources import Effects
from contracts.resources.effects import Coverage, DeviationPart, EffectOnIndicator, LineEffects, bounds_told, told
from indicators.calculation.actual import Actual
from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.calculation.factors import Floats
from indicators.calculation.known import known
from indicators.selectors import BasisArrays

from .assessing import Assessment
from .between import DEVIATION, FUNCTION_DEVIATION, Wide, amounts_of
from .references import Part


def effects_answer(found: Assessment) -> Effects:
    """The effect of a contract at a date, as a whole and per line."""
    arrays = found.core.arrays
    lines = zip(found.core.rows, found.lines, found.line_references, strict=True)
    return Effects(
        as_of=found.as_of,
        basis=arrays.code,
        measured=found.whole.recorded,
        impacts=_impacts(arrays, found.whole, found.reference, found.wide),
        lines=[
            LineEffects(
                line=row.public_id,
                name=str(row.offered),
                impacts=_impacts(arrays, line, reference, found.wide.line(number)),
            )
            for number, (row, line, reference) in enumerate(lines)
        ],
    )


def _impacts(arrays: BasisArrays, found: Actual, reference: Part, wide: Wide) -> list[EffectOnIndicator]:
    amounts, coverage = amounts_of(found, reference), found.coverage
    return [
        EffectOnIndicator(
            indicator=info.code,
            unit=info.unit,
            **told(
                {code: known(values[place]) for code, values in amounts.items()},
                {code: wide.between(code, place) for code in BOUNDED},
            ),
            complete=bool(found.complete[place]),
            coverage=Coverage(delivered=coverage.delivered, use=coverage.use, retired=coverage.retired),
            deviation=_parts(found.parts, place),
            deviation_bounds=bounds_told(wide.between(DEVIATION, place)),
            function_deviation=_parts(found.function_parts, place),
            function_deviation_bounds=bounds_told(wide.between(FUNCTION_DEVIATION, place)),
        )
        for place, info in enumerate(arrays.indicators)
    ]


def _parts(parts: Mapping[str, Floats], place: int) -> list[DeviationPart]:
    return [DeviationPart(part=part, value=known(parts[part][place])) for part in DEVIATION_PARTS]
