"""How an organisation itself divides what it buys."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.models import CategoryScheme
from mvi_dashboard.ground.described import Described


class OwnCategoryRow(Described):
    """One category; without a group it is not mapped yet."""

    code: str
    name: str
    product_group: str | None


class SchemeRow(Described):
    """A scheme in a list."""

    id: UUID
    organisation: str
    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    category_count: Annotated[int | None, "Hoeveel categorieën"]
    mapped_count: Annotated[int | None, "Hoeveel daarvan een productgroep hebben"]

    @classmethod
    def of(cls, row: CategoryScheme, **more: Any) -> Self:
        """Of this scheme, with its counts where they were read along."""
        return cls(
            id=row.public_id,
            organisation=row.organisation.code,
            code=row.code,
            name=row.name,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            category_count=getattr(row, "category_count", None),
            mapped_count=getattr(row, "mapped_count", None),
            **more,
        )


class Scheme(SchemeRow):
    """A scheme with all its categories."""

    categories: list[OwnCategoryRow]

    @classmethod
    def of(cls, row: CategoryScheme, **more: Any) -> Self:
        """Of this scheme, with its categories read."""
        return super().of(
            row,
            categories=[
                OwnCategoryRow(
                    code=each.code, name=each.name, product_group=each.group.code if each.group else None
                )
                for each in row.categories.all()
            ],
        )
