"""The effect of lines: impacts, how each number came about, and what it would cost society."""

from __future__ import annotations

from typing import Annotated, Any

from mvi_dashboard.ground.described import LEFT_OUT, Described, LeftOut
from mvi_dashboard.ground.problem_answers import Remark

from .bounds import Bounded, Bounds, BoundsOf
from .methods import VersionOf

Amount = Annotated[float | None, "In `unit`; null = onbekend"]


class MissingFactor(Described):
    """A factor that a result needs and that no source gives."""

    material: Annotated[str, "Code van een materiaal of stroom, of processing"]
    share_of_mass: Annotated[float | None, "Fractie van de massa; null bij maken in de fabriek en bij stromen"]
    term: Annotated[str | LeftOut, "Welke term ontbreekt, als dat niet het nieuwe materiaal is"] = LEFT_OUT


class FallbackPerItem(Described):
    """An indication beside an incomplete impact; it is in no other number."""

    label: str
    per_kg: Annotated[float, "In `unit` per kg product"]
    unit: str
    per_item: Annotated[float, "In `unit`, voor het maken van één stuk"]
    source: str


class Impact(Described):
    """What one line does on one indicator, for all its items."""

    indicator: str
    unit: str
    complete: Annotated[bool, "Waar als van niets een factor ontbreekt"]
    missing_factors: list[MissingFactor]
    weighted_per_kg: Annotated[float | None, "Effect per kg product, of per `billUnit`"]
    production: Amount
    production_before_eol: Annotated[float | None, "Maken zonder factor E"]
    credits_included: Annotated[float | None, "Wat anderen daardoor niet hoeven te maken; zit in `production`"]
    use: Amount
    lifetime_impact: Annotated[float | None, "Over de hele levensduur: maken en verbruik"]
    per_year: Annotated[float | None, "Over de hele levensduur, gedeeld door het aantal jaren"]
    bounded: Bounded
    bounds: Annotated[Bounds | None, "Grenzen van `lifetimeImpact`; null zonder bandbreedte"]
    weighted_per_kg_bounds: BoundsOf
    production_bounds: BoundsOf
    use_bounds: BoundsOf
    per_year_bounds: BoundsOf
    cluster_fallback: Annotated[FallbackPerItem | None, "Een indicatie als het effect niet volledig is"]


class TraceRow(Described):
    """A term of the weighted impact; the known `perKg` sum to `weightedPerKg`."""

    indicator: str
    item: Annotated[str, "Code van het materiaal, of processing"]
    term: str
    name: str
    component: str
    share: Annotated[float | None, "Fractie van de massa"]
    recycled: Annotated[float | None, "Gerecycled deel zoals opgegeven, fractie van 0 tot 1"]
    recycled_counted: Annotated[float | None, "Gerecycled deel dat telt, fractie van 0 tot 1"]
    part: Annotated[float | None, "Deel dat deze term aan het eind van de levensduur heeft"]
    intensity: Annotated[float | None, "Factor per kg materiaal; null = onbekend"]
    per_kg: Annotated[float | None, "Bijdrage per kg product; null = nodig en onbekend"]
    bounded: Annotated[bool, "Waar als de factor alleen tussen grenzen bekend is"]
    bounds: Annotated[Bounds | None, "Grenzen van `intensity`; hoe zij zijn afgeleid, staat bij `source`"]
    per_kg_bounds: BoundsOf
    source: str | None
    source_url: str | None
    quality: str | None


class UseTraceRow(Described):
    """A flow or repair of one item; times the count it is a term of `use`."""

    indicator: str
    item: str
    name: str
    quantity: Annotated[float, "In `unit`"]
    unit: str
    times: Annotated[float, "Het aantal jaren, of 1 als het eenmalig is"]
    intensity: Annotated[float | None, "Factor per eenheid; null = onbekend"]
    per_item: Annotated[float | None, "Bijdrage per stuk; null = nodig en onbekend"]
    bounded: Annotated[bool, "Waar als de factor alleen tussen grenzen bekend is"]
    bounds: Annotated[Bounds | None, "Grenzen van `intensity`; hoe zij zijn afgeleid, staat bij `source`"]
    per_item_bounds: BoundsOf
    source: str | None
    source_url: str | None


class MakerFigure(Described):
    """The maker's own figure for making one item, beside what our factors say of it."""

    indicator: str
    value: Annotated[float, "In `unit`, voor het maken van één stuk"]
    unit: str
    boundary: str
    method: str
    year: int
    verified: Annotated[bool, "Getoetst door iemand anders dan de maker"]
    file: str
    counts: Annotated[bool, "Waar als dit getal telt in plaats van materialen en maken"]
    reason: Annotated[str | None, "Waarom het niet telt"]
    bounds: Annotated[Bounds | None, "Wat het maken van één nieuw stuk volgens onze factoren doet"]


class AssessedLine(Described):
    """One line with its impacts and how they came about."""

    reference: str | None
    name: str
    r_factor: Annotated[float, "R, van de circulaire strategie"]
    eol_factor: Annotated[float, "E, van het plan na gebruik"]
    data_quality: Annotated[dict[str, float], "Aandeel per soort gegevens, samen 1"]
    maker_figures: list[MakerFigure]
    bill_unit: Annotated[str, "De eenheid van de materialenlijst: kg, of een andere"]
    impacts: list[Impact]
    traced: Annotated[bool, "Onwaar als het antwoord te groot werd voor de herkomst van deze regel"]
    trace: list[TraceRow]
    use_trace: list[UseTraceRow]


class ImpactTotal(Described):
    """The sum over all lines on one indicator."""

    indicator: str
    unit: str
    lifetime_impact: Amount
    per_year: Amount
    bounded: Bounded
    bounds: Annotated[Bounds | None, "Grenzen van `lifetimeImpact`; null zonder bandbreedte"]
    per_year_bounds: BoundsOf
    complete: Annotated[bool, "Waar als elke regel volledig is"]
    incomplete_lines: Annotated[int, "Hoeveel regels niet volledig zijn"]


class CostPart(Described):
    """What one category costs."""

    category: str
    name: str
    amount: Annotated[float, "In `unit`"]
    unit: str
    eur_per_unit: float
    verified: bool
    value: Annotated[float, "In EUR"]
    bounds: BoundsOf


class EnvironmentalCost(Described):
    """The environmental cost over the whole lifetime: `categories` of `of` are known."""

    weighting_set: str
    weighting_set_version: str
    name: str
    source: str
    value: Annotated[float | None, "In EUR; null als geen enkele categorie bekend is"]
    bounded: Bounded
    bounds: Annotated[Bounds | None, "Grenzen van `value`, in EUR; null zonder bandbreedte"]
    unit: str
    categories: Annotated[int, "Hoeveel categorieën meetellen"]
    of: Annotated[int, "Hoeveel de weegset er heeft"]
    missing: Annotated[list[str], "De andere, bij naam"]
    parts: list[CostPart]


class ConfirmedRow(Described):
    """What was implausible and confirmed, with the reason."""

    attr: str | None
    code: str
    reason: str


class Assessment(Described):
    """The effect of lines on one basis."""

    basis: str
    method: VersionOf
    factor_set: VersionOf
    input_hash: Annotated[str, "Zegel van wat is ingestuurd en van de rekenbasis"]
    lines: list[AssessedLine]
    totals: list[ImpactTotal]
    environmental_cost: Annotated[EnvironmentalCost | None, "null zonder weegset"]
    confirmations: list[ConfirmedRow]
    warnings: list[Remark]


def confirmed_rows(stored: Any) -> list[ConfirmedRow]:
    """What was confirmed, as it was sent."""
    return [ConfirmedRow(attr=each.get("attr"), code=each["code"], reason=each["reason"]) for each in stored]
