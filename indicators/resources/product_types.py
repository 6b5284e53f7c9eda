"""Product types: the kinds of product within a group where making, life or use differ."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from indicators.models import ProductType
from mvi_dashboard.ground.described import Described

from .catalogue import RANGES, Named


class ProductTypeRow(Named):
    """A product type within a group; a range that is null is that of its group."""

    product_group: Annotated[str, "De productgroep waar de soort bij hoort"]
    functional_unit: str | None
    mass_min_kg: float | None
    mass_max_kg: float | None
    lifetime_min_years: float | None
    lifetime_max_years: float | None
    lifetime_usual_min_years: float | None
    lifetime_usual_max_years: float | None
    lifetime_limit_years: Annotated[float | None, "Langer kan niet"]
    lifetime_cap_years: Annotated[float | None, "Zoveel jaar telt hoogstens, tenzij er een garantie is"]
    search_words: Annotated[list[str], "Woorden waarmee een omschrijving deze soort oproept"]
    valid_from: date | None
    valid_to: date | None
    successor: Annotated[str | None, "De soort die ervoor in de plaats kwam"]
    note: str | None

    @classmethod
    def of(cls, row: ProductType, **more: Any) -> Self:
        """Of this type, with its group and successor read."""
        return super().of(
            row,
            product_group=row.group.code,
            functional_unit=row.functional_unit_nl or None,
            search_words=list(row.search_words),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            successor=row.successor.code if row.successor else None,
            note=row.note or None,
            **{name: getattr(row, name) for name in RANGES if not name.startswith("recycled")},
        )


class TypeSuggestions(Described):
    """Which product types may be meant, the best first."""

    name: Annotated[str, "Wat u vroeg"]
    suggestions: list[ProductTypeRow]
