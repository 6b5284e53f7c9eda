"""What a contract does, at a date and on a basis."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from indicators.calculation.bridge import DEVIATION_PARTS
from mvi_dashboard.ground.described import Described, OneOf

Known = Annotated[float | None, "In `unit`; null = onbekend"]
Covered = Annotated[float | None, "Fractie van 0 tot 1; null = niet van toepassing"]


class Pair(Described):
    """The same at the award and as forecast now."""

    estimated: Known
    forecast: Known


class Coverage(Described):
    """How much of what should be known is recorded."""

    delivered: Covered
    use: Covered
    retired: Covered


class DeviationPart(Described):
    """A part of the deviation; the parts sum to the whole."""

    part: Annotated[str, OneOf(DEVIATION_PARTS)]
    value: Known


class EffectOnIndicator(Described):
    """The effect on one indicator."""

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
    reference: Annotated[Pair, "Wat de markt zou doen"]
    avoided: Annotated[Pair, "`reference` min het effect"]
    complete: Annotated[bool, "Waar als van niets een factor ontbreekt"]
    coverage: Coverage
    deviation: Annotated[list[DeviationPart], "Samen `forecast` min `estimated`"]
    function_forecast: Annotated[float | None, "Prognose voor dezelfde functie: over de beloofde levensduur"]
    function_deviation: Annotated[list[DeviationPart], "Samen `functionForecast` min `estimated`"]


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
