"""What was recorded of a contract: what all records answer. Each kind of record adds its own fields."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.resources.assessment import ConfirmedRow, confirmed_rows
from mvi_dashboard.ground.described import Described


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


def kept(record: Any, name: str) -> Any:
    """A column as documents know it: what it points at is named by its code, or by its id where it has none."""
    value: Any = getattr(record, name)
    if not hasattr(value, "pk"):
        return value
    return value.code if hasattr(value, "code") else value.public_id


def _told(record: Any, name: str) -> Any:
    value = kept(record, name)
    return None if value == "" else value
