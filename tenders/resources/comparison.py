"""The bids of a lot side by side."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from indicators.calculation.comparison import PARTS
from indicators.calculation.order import State
from indicators.calculation.sensitivity import VARIATIONS
from indicators.resources.bounds import Bounded, Bounds, BoundsOf
from mvi_dashboard.ground.described import Described, OneOf

Known = Annotated[float | None, "In `unit`; null = onbekend"]
Euro = Annotated[Decimal | None, "In EUR, zonder btw; null = onbekend"]


class AvoidedPart(Described):
    """A part of what is avoided; the parts sum to `avoided`."""

    part: Annotated[str, OneOf(PARTS)]
    value: Known
    bounds: BoundsOf


class Variation(Described):
    """The bid when R, E or its lifetime is another one."""

    variation: Annotated[str, OneOf(VARIATIONS)]
    demand_impact: Annotated[float, "In `unit`"]
    changes_place: Annotated[bool, "Zij haalt dan een andere inschrijving in"]


class ComparedBid(Described):
    """One bid beside the demand, on one indicator."""

    bid: UUID
    supplier: str
    place: Annotated[int | None, "1 = het minste effect; gedeeld bij gelijk; null als er één niet volledig is"]
    price: Euro
    price_for_demand: Annotated[Decimal | None, "Prijs per stuk en jaar van gebruik, maal de vraag, in EUR"]
    price_of_whole_purchases: Annotated[Decimal | None, "Prijs maal hoe vaak het moet worden gekocht, in EUR"]
    demand_impact: Known
    reference: Known
    avoided: Annotated[float | None, "`reference` min `demandImpact`; null = onbekend"]
    bounded: Bounded
    demand_impact_bounds: BoundsOf
    reference_bounds: BoundsOf
    avoided_bounds: Annotated[
        Bounds | None,
        "Grenzen van `avoided`; wat inschrijving en referentie delen, valt weg",
    ]
    avoided_parts: list[AvoidedPart]
    environmental_cost: Annotated[float | None, "In EUR; null zonder weegset"]
    score: float | None
    complete: Annotated[bool, "Waar als van niets een factor ontbreekt"]
    data_quality: Annotated[dict[str, float], "Aandeel in het effect per soort gegevens, samen 1"]
    worst_quality: Annotated[str | None, "De slechtste soort die 5 % of meer uitmaakt"]
    assumption: Annotated[bool, "R of E van de methode is kleiner dan 1"]
    factor_quality: Annotated[dict[str, float], "Aandeel in het effect per kwaliteit van de factoren"]
    whole_purchases: Annotated[dict[str, int], "Hoe vaak elk product moet worden gekocht, per kenmerk"]
    bounds: Annotated[
        Bounds | None,
        "Grenzen van `demandImpact`: over alle bandbreedtes, of met `uncertainty=true` van negen van de tien keer",
    ]
    probability_best: Annotated[float | None, "De kans op het minste effect, 0 tot 1"]
    sensitivity: list[Variation] | None


class Dependence(Described):
    """A range that can turn the order of two bids."""

    factor: Annotated[str, "Code van het materiaal of de stroom, of processing"]
    name: Annotated[str, "In gewone woorden"]
    making_of: Annotated[str | None, "Productgroep, of productgroep/soort, waarvan dit het maken is"]
    unit: Annotated[str, "Van `breakEven` en de grenzen"]
    bounds: Bounds
    central: Annotated[float, "De waarde die telt"]
    break_even: Annotated[float | None, "Waar beide gelijk zijn, met de andere bandbreedtes op hun rekenwaarde"]
    better_below: Annotated[bool, "Waar als `better` de laagste is onder `breakEven`; anders erboven"]


class PairOrder(Described):
    """Two bids beside each other: what holds whatever the ranges are."""

    better: Annotated[UUID, "De inschrijving met het laagste effect, of bij gelijk de eerste"]
    worse: UUID
    certainty: Annotated[str, OneOf([state.value for state in State])]
    difference: Annotated[float, "`worse` min `better`, in `unit`"]
    bounds: Annotated[Bounds | None, "Grenzen van `difference`; null als geen bandbreedte het verschil raakt"]
    depends_on: list[Dependence]


class BidSetAside(Described):
    """A bid that could not be opened; it is in no ranking."""

    bid: UUID
    supplier: str
    reason: str


class Comparison(Described):
    """The bids of a lot side by side on one indicator."""

    lot: UUID
    indicator: str
    unit: str
    basis: str
    as_of: datetime
    reference_is_baseline: Annotated[bool, "Er is vergeleken met een gemiddeld product"]
    only_mass_and_life: Annotated[
        bool,
        "Waar als het maken overal het grootste deel is en geen eigen getal van een maker telt: dan maken binnen "
        "deze soort alleen massa en levensduur verschil",
    ]
    bids: list[ComparedBid]
    order: Annotated[list[PairOrder], "Elk paar inschrijvingen; leeg als niet elke inschrijving een plaats heeft"]
    set_aside: list[BidSetAside]
    uncertainty_counts: Annotated[bool | None, "Of de onzekerheid meetelt; tijdens de beoordeling niet"]
    not_drawn: Annotated[list[str] | None, "Wat bij de onzekerheid vast staat: R, E, T"]
    drawn_as_certain: Annotated[list[str] | None, "Materialen en stromen waarvan de spreiding onbekend is"]
