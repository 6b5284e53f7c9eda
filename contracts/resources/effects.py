"""What a contract does, at a date and on a basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.resources.bounds import Bounded, Bounds, BoundsOf
from mvi_dashboard.ground.described import Described, OneOf

Known = Annotated[float | None, "In `unit`; null = onbekend"]
Covered = Annotated[float | None, "Fractie van 0 tot 1; null = niet van toepassing"]


class Pair(Described):
    """The same at the award and as forecast now."""

    estimated: Known
    forecast: Known


class PairBounds(Described):
    """The bounds of the same, at the award and as forecast now."""

    estimated: BoundsOf
    forecast: BoundsOf


class Coverage(Described):
    """How much of what should be known is recorded."""

    delivered: Covered
    use: Covered
    retired: Covered


class DeviationPart(Described):
    """A part of the deviation; the parts sum to the whole."""

    part: Annotated[str, OneOf(DEVIATION_PARTS)]
    value: Known


class Amounts(Described):
    """What is told of an effect and of every total of effects: measures, each in the unit of the indicator."""

    indicator: str
    unit: str
    estimated: Annotated[float | None, "Zoals beloofd, over de hele looptijd bij de gunning"]
    estimated_to_date: Annotated[
        float | None,
        "Beloofd voor wat tot en met `asOf` vast hoort te liggen. Is een contract van verbruik verlengd, dan ook"
        " in die tijd; die zit niet in `estimated`, dus dit kan meer zijn",
    ]
    realised_to_date: Annotated[float | None, "Wat is vastgelegd, tot en met `asOf`"]
    not_measured_to_date: Annotated[
        float | None,
        "Beloofd verbruik en reparaties tot en met `asOf` waarover niets vastligt; staat apart, zit niet in"
        " `estimatedToDate`",
    ]
    forecast: Annotated[float | None, "Wat is vastgelegd, met een schatting van de rest"]
    function_forecast: Annotated[float | None, "Prognose voor dezelfde functie: over de beloofde levensduur"]
    reference: Annotated[Pair, "Wat de markt zou doen"]
    avoided: Annotated[Pair, "`reference` min het effect"]
    bounded: Bounded
    estimated_bounds: BoundsOf
    estimated_to_date_bounds: BoundsOf
    realised_to_date_bounds: BoundsOf
    not_measured_to_date_bounds: BoundsOf
    forecast_bounds: BoundsOf
    function_forecast_bounds: BoundsOf
    reference_bounds: PairBounds
    avoided_bounds: Annotated[
        PairBounds, "Wat effect en referentie delen, valt weg; van totalen de som per contract"
    ]


_BOUNDS = "_bounds"
_TOLD = tuple(
    field.name
    for field in fields(Amounts)
    if field.name not in ("indicator", "unit", "bounded") and not field.name.endswith(_BOUNDS)
)
_BETWEEN = tuple(field.name for field in fields(Amounts) if field.name.endswith(_BOUNDS))
Ends = tuple[float, float] | None
"""The lowest and the highest value; None = between no bounds"""


def told(values: Mapping[str, float | None], bounds: Mapping[str, Ends]) -> dict[str, Any]:
    """The measures among the fields of `Amounts` with their bounds, of both by the code of their measure."""
    amounts = {name: values[name] if name in values else _pair(name, values) for name in _TOLD}
    between = {name: _bounds(name.removesuffix(_BOUNDS), bounds) for name in _BETWEEN}
    return amounts | between | {"bounded": any(bounds.values())}


def bounds_told(ends: Ends) -> Bounds | None:
    """As they are answered."""
    return None if ends is None else Bounds.of(*ends)


def _pair(name: str, values: Mapping[str, float | None]) -> Pair:
    return Pair(estimated=values[f"{name}_estimated"], forecast=values[f"{name}_forecast"])


def _bounds(name: str, bounds: Mapping[str, Ends]) -> Bounds | PairBounds | None:
    if name in bounds:
        return bounds_told(bounds[name])
    both = (bounds_told(bounds[f"{name}_{column}"]) for column in ("estimated", "forecast"))
    return PairBounds(**dict(zip(("estimated", "forecast"), both, strict=True)))


class EffectOnIndicator(Amounts):
    """The effect on one indicator."""

    complete: Annotated[bool, "Waar als van niets een factor ontbreekt"]
    coverage: Coverage
    deviation: Annotated[list[DeviationPart], "Samen `forecast` min `estimated`"]
    deviation_bounds: BoundsOf
    function_deviation: Annotated[list[DeviationPart], "Samen `functionForecast` min `estimated`"]
    function_deviation_bounds: BoundsOf


class LineEffects(Described):
    """The effect of one line of a contract."""

    line: UUID
    name: str
    impacts: list[EffectOnIndicator]


class Effects(Described):
    """The effect of a contract at a date, as a whole and per line."""

    as_of: date
    basis: str
    measured: Annotated[bool, "Waar zodra er iets is vastgelegd"]
    impacts: list[EffectOnIndicator]
    lines: list[LineEffects]
