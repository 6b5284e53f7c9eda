"""What reports answer, one described class per resource."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from contracts.models import BOUNDED
from contracts.resources.effects import Amounts, told
from mvi_dashboard.ground.described import LEFT_OUT, Described, Form, LeftOut, OneOf
from reporting.models import Cell
from reporting.models.cells import COUNTED_IN_ROWS

if TYPE_CHECKING:
    from reporting.selectors import LeftOut as NotCounted
    from reporting.selectors import Row


class Groups(Described):
    """What a total is of, as far as it was asked to group by it."""

    organisation: str | LeftOut = LEFT_OUT
    cluster: str | LeftOut = LEFT_OUT
    product_group: str | LeftOut = LEFT_OUT
    supplier: str | LeftOut = LEFT_OUT
    contract: UUID | LeftOut = LEFT_OUT
    theme: str | LeftOut = LEFT_OUT
    year: int | LeftOut = LEFT_OUT


class EffectTotal(Amounts, Groups):
    """One total. The first seven fields stand there when it was asked to group by them."""

    estimated_of_forecast: Annotated[
        float | None,
        "Wat is beloofd van de contracten waarvan `forecast` is verteld: vergelijk `forecast` daarmee",
    ]
    largest_share: Annotated[
        float | None,
        "Het deel van wat is vermeden (prognose) dat één contract maakt, van de contracten die u een voor een mag "
        "zien; null als er niets is vermeden",
    ]
    bounds_hidden: Annotated[
        bool,
        "Waar als er grenzen zijn die wij niet mogen vertellen: zij zouden minder dan vijf contracten verraden",
    ]
    elimination: Annotated[float | None, "Wat dubbel zou tellen en eraf is, in `unit`"]
    contracts: int
    contracts_with_reference: int
    contracts_without_forecast: Annotated[
        int,
        "Contracten waarvan alleen mag worden verteld wat is beloofd, omdat van minder dan vijf de prognose "
        "afwijkt",
    ]
    incomplete_contracts: int
    measured_share: Annotated[float | None, "Welk deel van wat is vastgelegd is gemeten, 0 tot 1; null = onbekend"]

    @classmethod
    def of(cls, row: Row, largest_share: float | None) -> Self:
        """Of this total, with the part of what is avoided that one contract makes."""
        found = row.values
        keys: dict[str, Any] = {_FIELDS.get(key, key): value[0] for key, value in row.keys.items()}
        counts: dict[str, Any] = {name: int(found[name] or 0) for name in COUNTED_IN_ROWS}
        return cls(
            **keys,
            indicator=row.indicator,
            unit=row.unit,
            **told(found, {code: row.bounds(code) for code in BOUNDED}) | {"bounded": row.bounded},
            bounds_hidden=row.bounds_hidden,
            estimated_of_forecast=found["estimated_of_forecast"],
            largest_share=largest_share,
            elimination=found["elimination"],
            **counts,
            measured_share=row.measured_share,
        )


_FIELDS = {"productGroup": "product_group"}


class NotTold(Described):
    """What does not count in an answer: telling it apart would betray fewer than five contracts."""

    contracts: int
    organisations: int

    @classmethod
    def of(cls, left: NotCounted) -> Self:
        """Of what was left out."""
        return cls(contracts=left.contracts, organisations=left.organisations)


class EffectsReport(Described):
    """One page of totals, with what they were made with."""

    basis: str
    as_of: date | None
    year_basis: Annotated[str, "Hoe jaren tellen", OneOf(Cell.YearView.values)]
    left_out: Annotated[
        NotTold,
        "Contracten van organisaties die alleen totalen delen en die in dit antwoord niet meetellen, of bij jaren "
        "niet in al hun jaren: apart tonen zou minder dan vijf contracten verraden",
    ]
    results: list[EffectTotal]
    next: Annotated[str | None, "Het adres van de volgende bladzijde; null op de laatste", Form("uri")]
