"""How sure the data are: rows that are to be verified, old, wide or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Self

from indicators.models import Factor
from mvi_dashboard.ground.described import Described, OneOf

if TYPE_CHECKING:
    from indicators.factors.doubts import Doubt


class DoubtRow(Described):
    """One row that is not sure."""

    kind: Annotated[str, OneOf(["making", "factor"])]
    factor_set: str
    version: str
    product_group: Annotated[str | None, "Bij het maken: code van de productgroep"]
    product_type: Annotated[str | None, "Bij het maken: code van het type; null = de hele groep"]
    material: Annotated[str | None, "Bij een factor: code van het materiaal"]
    module: Annotated[str | None, "Bij een factor: de levensfase"]
    name: str
    unit: str
    low: float | None
    value: float | None
    high: float | None
    year: int | None
    why: Annotated[list[str], "verify, unknown, range, old, poor"]
    width: Annotated[float | None, "(Hoogste min laagste) gedeeld door de waarde; null zonder grenzen"]
    effect: Annotated[float | None, "Gemiddeld deel van de impact van de basisproducten, 0 tot 1; null = onbekend"]

    @classmethod
    def of(cls, doubt: Doubt) -> Self:
        """Of this row."""
        row = doubt.row
        return cls(
            kind=doubt.kind,
            factor_set=doubt.version.factor_set.code,
            version=doubt.version.version,
            product_group=None if isinstance(row, Factor) else row.group.code,
            product_type=row.product_type.code if not isinstance(row, Factor) and row.product_type else None,
            material=row.material.code if isinstance(row, Factor) else None,
            module=row.module if isinstance(row, Factor) else None,
            name=doubt.name,
            unit=doubt.unit,
            low=doubt.low,
            value=doubt.value,
            high=doubt.high,
            year=doubt.year,
            why=list(doubt.why),
            width=doubt.width,
            effect=doubt.effect,
        )


class DataQuality(Described):
    """What is not sure on one indicator, the widest times the largest first."""

    indicator: str
    total: Annotated[int, "Hoeveel rijen er zijn"]
    rows: Annotated[list[DoubtRow], "De eerste vijfhonderd"]

    @classmethod
    def of(cls, indicator: str, found: Sequence[Doubt], most: int) -> Self:
        """Of these rows, the first of them."""
        return cls(indicator=indicator, total=len(found), rows=[DoubtRow.of(each) for each in found[:most]])
