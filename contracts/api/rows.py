"""Contracts, records and effects as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from contracts.models import Contract, Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.selectors import lines_of
from contracts.services import Assessment, avoided_of
from contracts.services.assessing import Part
from indicators.calculation.actual import Actual
from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.calculation.factors import Floats
from indicators.selectors import BasisArrays


def contract_row(contract: Contract) -> dict[str, Any]:
    """A contract in a list."""
    return {
        "id": contract.public_id,
        "reference": contract.reference,
        "organisation": contract.organisation.code,
        "supplier": contract.supplier.code,
        "productGroup": contract.award.lot.group.code,
        "start": contract.start,
        "end": contract.end,
    }


def contract_answer(contract: Contract) -> dict[str, Any]:
    """A contract with its lines and the frozen promise."""
    group = contract.award.lot.group.code
    return {
        **contract_row(contract),
        "title": contract.award.lot.title,
        "tender": contract.award.lot.tender.public_id,
        "parent": contract.parent.public_id if contract.parent else None,
        "promisedEffect": contract.promised_effect,
        "lines": [
            {
                "id": row.public_id,
                "name": str(row.bid_line),
                "reference": row.bid_line.reference,
                "productGroup": group,
                "role": row.bid_line.role,
                "count": row.bid_line.count,
                "delivered": row.delivered_count,
                "retired": row.retired_count,
                "deliveriesClosedOn": row.deliveries_closed_on,
            }
            for row in lines_of(contract)
        ],
    }


def record_answer(record: Record) -> dict[str, Any]:
    """A record as it was made, and what replaced it."""
    successor = getattr(record, "replaced_by", None)
    return {
        "id": record.public_id,
        "recordedAt": record.recorded_at,
        "sourceReference": record.source_reference,
        "replaces": record.replaces.public_id if record.replaces else None,
        "replacedBy": successor.public_id if successor is not None else None,
        "reason": record.reason or None,
        "void": record.void,
        "confirmations": record.confirmations,
        **_own(record),
    }


def effects_answer(found: Assessment) -> dict[str, Any]:
    """The effect of a contract at a date, as a whole and per line."""
    arrays = found.core.arrays
    return {
        "asOf": found.as_of,
        "basis": arrays.code,
        "measured": found.whole.recorded,
        "impacts": _impacts(arrays, found.whole, found.reference),
        "lines": [
            {
                "line": row.public_id,
                "name": str(row.bid_line),
                "impacts": _impacts(arrays, line, reference),
            }
            for row, line, reference in zip(found.core.rows, found.lines, found.line_references, strict=True)
        ],
    }


def _impacts(arrays: BasisArrays, found: Actual, reference: Part) -> list[dict[str, Any]]:
    avoided = avoided_of(found, reference)
    return [
        {
            "indicator": info.code,
            "unit": info.unit,
            "estimated": _known(found.estimated, place),
            "estimatedToDate": _known(found.estimated_to_date, place),
            "realisedToDate": _known(found.realised_to_date, place),
            "notMeasuredToDate": _known(found.not_measured_to_date, place),
            "forecast": _known(found.forecast, place),
            "reference": _pair(reference, place),
            "avoided": _pair(avoided, place),
            "complete": bool(found.complete[place]),
            "coverage": {
                "delivered": found.coverage.delivered,
                "use": found.coverage.use,
                "retired": found.coverage.retired,
            },
            "deviation": _parts(found.parts, place),
            "functionForecast": _known(found.function_forecast, place),
            "functionDeviation": _parts(found.function_parts, place),
        }
        for place, info in enumerate(arrays.indicators)
    ]


def _pair(values: Part, place: int) -> dict[str, float | None]:
    return {"estimated": _known(values[0], place), "forecast": _known(values[1], place)}


def _parts(parts: Mapping[str, Floats], place: int) -> list[dict[str, Any]]:
    return [{"part": part, "value": _known(parts[part], place)} for part in DEVIATION_PARTS]


def _known(values: Floats, place: int) -> float | None:
    value = float(values[place])
    return None if np.isnan(value) else value


def _own(record: Record) -> dict[str, Any]:
    if isinstance(record, Delivery):
        return {
            "line": record.line.public_id,
            "date": record.date,
            "count": record.count,
            "massKg": record.mass_kg,
            "circularStrategy": record.strategy.code if record.strategy else None,
            "location": record.location or None,
            "periodStart": record.period_start,
            "periodEnd": record.period_end,
            "billOfMaterials": record.bill,
            "receivedFrom": record.received_from.public_id if record.received_from else None,
        }
    if isinstance(record, UseRecord):
        return {
            "line": record.line.public_id if record.line else None,
            "flow": record.flow.code,
            "quantity": record.quantity,
            "unit": record.flow.unit,
            "periodStart": record.period_start,
            "periodEnd": record.period_end,
            "items": record.items,
            "meter": record.meter or None,
        }
    if isinstance(record, Repair):
        return {
            "line": record.line.public_id,
            "date": record.date,
            "material": record.material.code,
            "massKg": record.mass_kg,
        }
    if isinstance(record, RepairPeriod):
        return {
            "line": record.line.public_id,
            "periodStart": record.period_start,
            "periodEnd": record.period_end,
        }
    assert isinstance(record, Retirement)
    return {
        "line": record.line.public_id,
        "delivery": record.delivery.public_id if record.delivery else None,
        "date": record.date,
        "count": record.count,
        "destination": record.destination.code,
        "receiver": record.receiver or None,
        "batch": record.batch,
    }
