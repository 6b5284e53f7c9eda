"""What was recorded of a contract: one described class per kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts import models
from contracts.models.records import Record
from indicators.resources.assessment import ConfirmedRow, confirmed_rows
from mvi_dashboard.ground.described import Described, Form

Day = date
DecimalText = Annotated[str | None, Form("decimal")]


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
        """Of this record, with the fields of its kind."""
        successor = getattr(record, "replaced_by", None)
        return cls(
            id=record.public_id,
            recorded_at=record.recorded_at,
            source_reference=record.source_reference,
            replaces=record.replaces.public_id if record.replaces else None,
            replaced_by=successor.public_id if successor is not None else None,
            reason=record.reason or None,
            void=record.void,
            confirmations=confirmed_rows(record.confirmations),
            **own,
        )


class DeliveredMaterial(Described):
    """A row of a bill of materials that was delivered."""

    component: str
    material: str
    share: Annotated[DecimalText, "Aandeel in de massa, fractie van 0 tot 1"]
    mass_kg: Annotated[DecimalText, "Massa in kg, in plaats van een aandeel"]
    recycled: Annotated[DecimalText, "Gerecycled deel, fractie van 0 tot 1"]
    added: Annotated[bool, "Nieuw toegevoegd aan een hergebruikt product"]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Of a row as it is kept."""
        return cls(
            component=stored.get("component") or "",
            material=stored["material"],
            share=stored.get("share"),
            mass_kg=stored.get("mass_kg"),
            recycled=stored.get("recycled"),
            added=bool(stored.get("added")),
        )


class DeliveryRecord(RecordOf):
    """What came in."""

    line: UUID
    date: Day
    count: Decimal
    mass_kg: Annotated[Decimal | None, "Massa per stuk in kg; null = zoals beloofd"]
    circular_strategy: Annotated[str | None, "null = zoals beloofd"]
    location: str | None
    period_start: Day | None
    period_end: Day | None
    bill_of_materials: Annotated[list[DeliveredMaterial] | None, "null = zoals beloofd"]
    received_from: Annotated[UUID | None, "De afvoer waarmee een ander contract deze stuks doorgaf"]

    @classmethod
    def of(cls, record: models.Delivery, **own: Any) -> Self:
        """Of this delivery."""
        return super().of(
            record,
            line=record.line.public_id,
            date=record.date,
            count=record.count,
            mass_kg=record.mass_kg,
            circular_strategy=record.strategy.code if record.strategy else None,
            location=record.location or None,
            period_start=record.period_start,
            period_end=record.period_end,
            bill_of_materials=None if record.bill is None else [DeliveredMaterial.of(row) for row in record.bill],
            received_from=record.received_from.public_id if record.received_from else None,
        )


class UseRecordOf(RecordOf):
    """What was used."""

    line: Annotated[UUID | None, "null = het hele contract"]
    flow: str
    quantity: Annotated[Decimal, "In `unit`"]
    unit: str
    period_start: Day
    period_end: Day
    items: Annotated[int | None, "Gemeten stuks; null = alles wat in gebruik was"]
    meter: str | None

    @classmethod
    def of(cls, record: models.UseRecord, **own: Any) -> Self:
        """Of this use."""
        return super().of(
            record,
            line=record.line.public_id if record.line else None,
            flow=record.flow.code,
            quantity=record.quantity,
            unit=record.flow.unit,
            period_start=record.period_start,
            period_end=record.period_end,
            items=record.items,
            meter=record.meter or None,
        )


class RepairRecord(RecordOf):
    """What was repaired."""

    line: UUID
    date: Day
    material: str
    mass_kg: Annotated[Decimal, "In de eenheid van het materiaal"]

    @classmethod
    def of(cls, record: models.Repair, **own: Any) -> Self:
        """Of this repair."""
        return super().of(
            record,
            line=record.line.public_id,
            date=record.date,
            material=record.material.code,
            mass_kg=record.mass_kg,
        )


class RepairPeriodRecord(RecordOf):
    """A period of which all repairs are recorded."""

    line: UUID
    period_start: Day
    period_end: Day

    @classmethod
    def of(cls, record: models.RepairPeriod, **own: Any) -> Self:
        """Of this period."""
        return super().of(
            record,
            line=record.line.public_id,
            period_start=record.period_start,
            period_end=record.period_end,
        )


class RetirementRecord(RecordOf):
    """What left use."""

    line: UUID
    delivery: Annotated[UUID | None, "De levering waar deze stuks uit komen"]
    date: Day
    count: Decimal
    destination: str
    receiver: str | None
    batch: Annotated[UUID | None, "Wat samen werd vastgelegd heeft hetzelfde kenmerk"]

    @classmethod
    def of(cls, record: models.Retirement, **own: Any) -> Self:
        """Of this retirement."""
        return super().of(
            record,
            line=record.line.public_id,
            delivery=record.delivery.public_id if record.delivery else None,
            date=record.date,
            count=record.count,
            destination=record.destination.code,
            receiver=record.receiver or None,
            batch=record.batch,
        )


RECORDS: dict[type[Record], Any] = {
    models.Delivery: DeliveryRecord,
    models.UseRecord: UseRecordOf,
    models.Repair: RepairRecord,
    models.RepairPeriod: RepairPeriodRecord,
    models.Retirement: RetirementRecord,
}
"""The resource of each kind of record"""


def record_of(record: Record) -> RecordOf:
    """A record as it was made, and what replaced it."""
    found: RecordOf = RECORDS[type(record)].of(record)
    return found
