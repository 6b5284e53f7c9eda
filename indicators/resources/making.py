"""The making of groups and types in a version of a factor set, and what an import of it read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from indicators.models import ImportPreview, Processing
from mvi_dashboard.ground.described import Described, OneOf
from mvi_dashboard.ground.problem_answers import Remark, remarks_of
from mvi_dashboard.ground.problems import Problem

if TYPE_CHECKING:
    from indicators.factors.made import Made

StateOfMaking = Annotated[str, OneOf(Processing.State.values)]
TypeOrGroup = Annotated[str | None, "Code van het type; null als de rij voor de hele groep geldt"]


class MadeRow(Described):
    """What a version says of one making."""

    state: StateOfMaking
    value: Annotated[float | None, "In de eenheid van de rij; null = onbekend of inbegrepen"]
    low: Annotated[float | None, "Laagste waarde; null zonder grenzen"]
    high: Annotated[float | None, "Hoogste waarde; null zonder grenzen"]

    @classmethod
    def of(cls, made: Made | None) -> Self | None:
        """Of this, or nothing when a version says nothing of it."""
        if made is None:
            return None
        return cls(state=made.state, value=made.value, low=made.low, high=made.high)


class MakingRow(Described):
    """What a version says of one making, with its source."""

    product_group: str
    product_type: TypeOrGroup
    indicator: str
    state: StateOfMaking
    value: Annotated[float | None, "Effect van het maken, in `unit`; null = onbekend of inbegrepen"]
    low: Annotated[float | None, "Laagste waarde; null zonder grenzen"]
    high: Annotated[float | None, "Hoogste waarde; null zonder grenzen"]
    unit: str
    source: Annotated[str | None, "Code van de bron"]
    derivation: str | None
    to_verify: Annotated[bool, "Nog te verifiëren"]

    @classmethod
    def of(cls, row: Processing) -> Self:
        """Of this row, with what it names read."""
        return cls(
            product_group=row.group.code,
            product_type=row.product_type.code if row.product_type else None,
            indicator=row.indicator.code,
            state=row.state,
            value=row.value,
            low=row.low,
            high=row.high,
            unit=row.unit,
            source=row.source.code if row.source else None,
            derivation=row.derivation or None,
            to_verify=row.to_verify,
        )


class MakingChangeRow(Described):
    """What two versions say of one making; null where a version says nothing of it."""

    product_group: str
    product_type: TypeOrGroup
    indicator: str
    before: MadeRow | None
    after: MadeRow | None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Of a row of the summary of a preview."""
        return cls(
            product_group=stored["productGroup"],
            product_type=stored["productType"],
            indicator=stored["indicator"],
            before=None if stored["before"] is None else MadeRow(**stored["before"]),
            after=None if stored["after"] is None else MadeRow(**stored["after"]),
        )


class LeftOutOfMaking(Described):
    """A part of a file that was not read, and why."""

    what: str
    why: str
    rows: Annotated[int, "Hoeveel rijen; 0 als het geen rijen zijn"]


class MakingColumn(Described):
    """A column of the file, and the field that it became."""

    column: str
    field: str


class MakingCounts(Described):
    """How many rows would change."""

    added: int
    changed: int
    removed: int
    same: int
    kept: Annotated[int, "Blijven staan bij een aanvulling"]


class MakingImport(Described):
    """A preview: what would change in the making, and what was left out."""

    id: UUID
    read: Annotated[int, "Hoeveel rijen zijn gelezen"]
    left_out: list[LeftOutOfMaking]
    columns: list[MakingColumn]
    file: str | None
    delimiter: str | None
    encoding: str | None
    counts: MakingCounts
    added: Annotated[list[MakingChangeRow], "De eerste tweehonderd"]
    changed: Annotated[list[MakingChangeRow], "De eerste tweehonderd"]
    removed: Annotated[list[MakingChangeRow], "De eerste tweehonderd"]
    warnings: Annotated[list[Remark], "Wat u met een reden moet bevestigen"]
    errors: Annotated[list[Remark], "Altijd leeg: met fouten komt er geen voorbeeld"]
    factor_set: str
    version: Annotated[str, "Het concept waar het in komt"]
    mode: Annotated[str, OneOf(ImportPreview.Mode.values)]
    compared_with: Annotated[str | None, "De versie waarnaast dit ligt"]
    expires_at: datetime | None
    made: Annotated[str | None, "Het concept waar het in staat"]

    @classmethod
    def of(cls, preview: ImportPreview, warnings: Sequence[Problem], expires_at: datetime | None) -> Self:
        """Of this preview, with what it asks to confirm and how long it is kept."""
        found = preview.summary
        changes = {
            name: [MakingChangeRow.of(each) for each in found[name]] for name in ("added", "changed", "removed")
        }
        return cls(
            id=preview.public_id,
            read=found["read"],
            left_out=[LeftOutOfMaking(**each) for each in found["leftOut"]],
            columns=[MakingColumn(**each) for each in found["columns"]],
            file=found["file"],
            delimiter=found["delimiter"],
            encoding=found["encoding"],
            counts=MakingCounts(**found["counts"]),
            **changes,
            warnings=remarks_of(warnings),
            errors=[],
            factor_set=preview.factor_set.code,
            version=preview.version,
            mode=preview.mode,
            compared_with=found["comparedWith"],
            expires_at=expires_at,
            made=preview.made.version if preview.made else None,
        )
