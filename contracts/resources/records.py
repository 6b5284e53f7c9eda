"""What was recorded of a contract: what all records answer. Each kind of record adds its own fields."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from contracts.models import SentContracts, SentRecords
from indicators.resources.assessment import ConfirmedRow, confirmed_rows
from mvi_dashboard.ground.described import Described
from mvi_dashboard.ground.problem_answers import Remark


class RecordOf(Described):
    """What all records have."""

    id: UUID
    recorded_at: datetime
    source_reference: Annotated[str | None, "Het kenmerk in uw eigen systeem"]
    replaces: Annotated[UUID | None, "De eerdere vastlegging die dit verbetert"]
    replaced_by: Annotated[UUID | None, "De latere vastlegging die dit verbetert"]
    reason: str | None
    void: Annotated[bool, "Vervallen: telt niet mee"]
    confirmations: list[ConfirmedRow]

    @classmethod
    def of(cls, record: Any, **own: Any) -> Self:
        """Of this record: what is its own is the column of the same name, unless `own` says something else."""
        successor = getattr(record, "replaced_by", None)
        shared = {field.name for field in fields(RecordOf)}
        plain = [field.name for field in fields(cls) if field.name not in shared | own.keys()]
        return cls(
            id=record.public_id,
            recorded_at=record.recorded_at,
            source_reference=record.source_reference,
            replaces=record.replaces.public_id if record.replaces else None,
            replaced_by=successor.public_id if successor is not None else None,
            reason=record.reason or None,
            void=record.void,
            confirmations=confirmed_rows(record.confirmations),
            **{name: _told(record, name) for name in plain},
            **own,
        )


class RowOfMany(Described):
    """What came of one row of those that were sent together."""

    index: Annotated[int, "De hoeveelste regel, vanaf 0"]
    status: Annotated[int, "201 = vastgelegd; anders wat het antwoord op deze regel alleen was geweest"]
    id: Annotated[UUID | None, "Het kenmerk van wat is vastgelegd; null = niets"]
    errors: Annotated[list[Remark], "Wat er mis is met deze regel; leeg als die is vastgelegd"]


class ManyRecords(Described):
    """What came of records or contracts that were sent together, row by row."""

    id: UUID
    recorded_at: datetime
    added: Annotated[int, "Zoveel regels zijn vastgelegd"]
    refused: Annotated[int, "Zoveel regels niet: alleen met `partial=true`"]
    results: list[RowOfMany]

    @classmethod
    def of(cls, sent: SentRecords | SentContracts) -> Self:
        """Of this sending."""
        rows = [
            RowOfMany(
                index=number,
                status=row.get("status", 201),
                id=UUID(row["record"]) if "record" in row else None,
                errors=[Remark(**error) for error in row.get("errors", ())],
            )
            for number, row in enumerate(sent.rows)
        ]
        added = sum(row.id is not None for row in rows)
        return cls(
            id=sent.public_id,
            recorded_at=sent.recorded_at,
            added=added,
            refused=len(rows) - added,
            results=rows,
        )


def kept(record: Any, name: str) -> Any:
    """A column as documents know it: what it points at is named by its code, or by its id where it has none."""
    value: Any = getattr(record, name)
    if not hasattr(value, "pk"):
        return value
    return value.code if hasattr(value, "code") else value.public_id


def _told(record: Any, name: str) -> Any:
    value = kept(record, name)
    return None if value == "" else value
