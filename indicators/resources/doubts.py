"""How sure the data are: rows that are to be verified, old, wide or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Self

from indicators.models import BaselineProduct, BaselineUse, Factor, Processing
from mvi_dashboard.ground.described import Described, OneOf

if TYPE_CHECKING:
    from indicators.factors.doubts import Doubt


class DoubtRow(Described):
    """One row that is not sure."""

    kind: Annotated[str, OneOf(["making", "factor", "product", "use", "lifetime"])]
    factor_set: Annotated[str | None, "Bij het maken en een factor"]
    version: Annotated[str | None, "Bij het maken en een factor"]
    product_group: Annotated[str | None, "Bij het maken en een product: code van de productgroep"]
    product_type: Annotated[str | None, "Bij het maken en een product: code van het type; null = de hele groep"]
    product: Annotated[str | None, "Bij een massa, levensduur of verbruik: code van het product"]
    material: Annotated[str | None, "Bij een factor of verbruik: code van het materiaal of de stroom"]
    module: Annotated[str | None, "Bij een factor: de levensfase"]
    name: str
    unit: str
    low: float | None
    value: float | None
    high: float | None
    year: int | None
    why: Annotated[list[str], "verify, unknown, range, old, poor"]
    width: Annotated[float | None, "(Hoogste min laagste) gedeeld door de waarde; null zonder grenzen"]
    effect: Annotated[float | None, "Gemiddeld deel van de impact van de producten, 0 tot 1; null = onbekend"]

    @classmethod
    def of(cls, doubt: Doubt) -> Self:
        """Of this row."""
        row, version = doubt.row, doubt.version
        product = doubt.product
        placed = row if isinstance(row, Processing) else product
        return cls(
            kind=doubt.kind,
            factor_set=None if version is None else version.factor_set.code,
            version=None if version is None else version.version,
            product_group=None if placed is None else placed.group.code,
            product_type=placed.product_type.code if placed is not None and placed.product_type else None,
            product=None if product is None else product.code,
            material=_material(row),
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


def _material(row: Processing | Factor | BaselineProduct | BaselineUse) -> str | None:
    if isinstance(row, Factor):
        return row.material.code
    return row.flow.code if isinstance(row, BaselineUse) else None


class DataQuality(Described):
    """What is not sure on one indicator, the widest times the largest first."""

    indicator: str
    total: Annotated[int, "Hoeveel rijen er zijn"]
    rows: Annotated[list[DoubtRow], "De eerste vijfhonderd"]

    @classmethod
    def of(cls, indicator: str, found: Sequence[Doubt], most: int) -> Self:
        """Of these rows, the first of them."""
        return cls(indicator=indicator, total=len(found), rows=[DoubtRow.of(each) for each in found[:most]])
