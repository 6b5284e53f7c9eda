"""The answers of tenders and bids as shapes, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from indicators.calculation.sensitivity import VARIATIONS
from indicators.services import FACTOR_CLASSES

RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["sha256", "salt", "receivedAt", "signature"],
    "properties": {
        "sha256": {"type": "string"},
        "salt": {"type": "string"},
        "receivedAt": {"type": "string", "format": "date-time"},
        "signature": {"type": "string"},
    },
}
IMPACT_TOTAL: dict[str, Any] = {
    "type": "object",
    "required": ["indicator", "unit", "lifetimeImpact", "perYear", "complete"],
    "properties": {
        "indicator": {"type": "string"},
        "unit": {"type": "string"},
        "lifetimeImpact": {"type": ["number", "null"]},
        "perYear": {"type": ["number", "null"]},
        "complete": {"type": "boolean"},
    },
}
BID_RECEIVED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "receipt", "impacts"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
        "receipt": RECEIPT,
        "impacts": {"type": "array", "items": IMPACT_TOTAL},
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}
BID_READ: dict[str, Any] = {
    "type": "object",
    "required": ["id", "read", "leftOut", "errors", "document"],
    "properties": {
        "id": {"type": "null", "description": "Er wordt niets opgeslagen: stuur het opnieuw met confirm=true."},
        "read": {"type": "object"},
        "leftOut": {"type": "array", "items": {"type": "object"}},
        "errors": {"type": "array", "items": {"type": "object"}},
        "document": {"type": "object"},
    },
}
BID: dict[str, Any] = {
    "type": "object",
    "required": ["id", "tender", "lot", "supplier", "state", "opened"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "tender": {"type": "string", "format": "uuid"},
        "lot": {"type": "string", "format": "uuid"},
        "supplier": {"type": "string"},
        "state": {"type": "string"},
        "opened": {"type": "boolean"},
        "setAside": {
            "type": ["object", "null"],
            "description": "Why this bid could not be opened, when it could not. _open tries it again.",
            "properties": {"at": {"type": "string", "format": "date-time"}, "reason": {"type": "string"}},
        },
        "outcome": {
            "type": ["object", "null"],
            "description": "The decision that stands about the lot of this bid; null while there is none.",
            "properties": {
                "awarded": {"type": "boolean"},
                "final": {"type": "boolean"},
                "decidedAt": {"type": "string", "format": "date-time"},
                "standstillUntil": {"type": "string", "format": "date-time"},
                "reason": {"type": "string"},
            },
        },
        "content": {"type": ["object", "null"]},
        "totals": {"type": "array", "items": IMPACT_TOTAL},
    },
}
TENDER_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "reference", "title", "status", "organisation", "lots", "ambitions"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "reference": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "string"},
        "organisation": {"type": "string"},
        "lots": {"type": "array", "items": {"type": "object"}},
        "ambitions": {"type": "array", "items": {"type": "object"}},
        "setAside": {"type": ["integer", "null"], "description": "How many bids could not be opened."},
        "proposals": {
            "type": "array",
            "description": "Decisions without a standstill that wait for a second person, per lot.",
            "items": {"type": "object"},
        },
    },
}
TENDER_ROW: dict[str, Any] = {
    "type": "object",
    "required": ["id", "reference", "title", "status", "organisation", "deadline"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "reference": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "string"},
        "organisation": {"type": "string"},
        "deadline": {"type": ["string", "null"], "format": "date-time"},
    },
}
AWARD: dict[str, Any] = {
    "type": "object",
    "required": ["lot", "bid", "decidedAt", "standstillUntil", "reason"],
    "properties": {
        "lot": {"type": "string", "format": "uuid"},
        "bid": {"type": "string", "format": "uuid"},
        "decidedAt": {"type": "string", "format": "date-time"},
        "standstillUntil": {
            "type": "string",
            "format": "date-time",
            "description": "The first moment after the standstill: midnight in Amsterdam, written in UTC.",
        },
        "standstillDays": {"type": ["integer", "null"]},
        "standstillGround": {"type": ["string", "null"]},
        "standstillReason": {"type": ["string", "null"]},
        "reason": {"type": "string"},
    },
}
AWARD_PROPOSAL: dict[str, Any] = {
    "type": "object",
    "description": "Nothing is decided yet: a second person of the organisation must say the same.",
    "required": ["waiting", "lot", "bid", "reason", "standstillGround", "standstillReason", "proposedAt"],
    "properties": {
        "waiting": {"type": "boolean"},
        "lot": {"type": "string", "format": "uuid"},
        "bid": {"type": "string", "format": "uuid"},
        "reason": {"type": "string"},
        "standstillGround": {"type": "string"},
        "standstillReason": {"type": "string"},
        "proposedAt": {"type": "string", "format": "date-time"},
        "proposedBy": {"type": "string"},
    },
}
MAYBE_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
COMPARED_BID: dict[str, Any] = {
    "type": "object",
    "required": ["bid", "supplier", "demandImpact", "complete", "dataQuality", "factorQuality"],
    "properties": {
        "bid": {"type": "string", "format": "uuid"},
        "supplier": {"type": "string"},
        "place": {
            "type": ["integer", "null"],
            "description": "1: least impact; shared when equal within 1e-9; null for all if one is incomplete.",
        },
        "price": MAYBE_NUMBER,
        "priceForDemand": {**MAYBE_NUMBER, "description": "Price per item and year of use, times the demand."},
        "priceOfWholePurchases": {
            **MAYBE_NUMBER,
            "description": "Price times how often the product must be bought.",
        },
        "demandImpact": MAYBE_NUMBER,
        "reference": MAYBE_NUMBER,
        "avoided": MAYBE_NUMBER,
        "complete": {"type": "boolean"},
        "dataQuality": {
            "type": "object",
            "description": "Share of |impact| per class: measured, verified, supplier, average, spend.",
            "additionalProperties": {"type": "number"},
        },
        "worstQuality": {"type": ["string", "null"], "description": "The worst class that makes up 5 % or more."},
        "assumption": {"type": "boolean", "description": "R or E of the method is below 1."},
        "factorQuality": {
            "type": "object",
            "description": "Share of |impact| by quality of the factors; empty with end-of-life terms.",
            "properties": {name: {"type": "number"} for name in FACTOR_CLASSES},
        },
        "bounds": {
            "type": ["object", "null"],
            "properties": {"low": {"type": "number"}, "high": {"type": "number"}},
        },
        "probabilityBest": MAYBE_NUMBER,
        "sensitivity": {
            "type": ["array", "null"],
            "description": "With uncertainty=true: the bid when R, E or its lifetime is another one.",
            "items": {
                "type": "object",
                "required": ["variation", "demandImpact", "changesPlace"],
                "properties": {
                    "variation": {"type": "string", "enum": list(VARIATIONS)},
                    "demandImpact": {"type": "number"},
                    "changesPlace": {"type": "boolean", "description": "It passes another bid."},
                },
            },
        },
    },
}
COMPARISON: dict[str, Any] = {
    "type": "object",
    "required": ["lot", "indicator", "unit", "basis", "bids"],
    "properties": {
        "lot": {"type": "string", "format": "uuid"},
        "indicator": {"type": "string"},
        "unit": {"type": "string"},
        "basis": {"type": "string"},
        "bids": {"type": "array", "items": COMPARED_BID},
        "setAside": {
            "type": "array",
            "description": "Bids that could not be opened; they are in no ranking.",
            "items": {
                "type": "object",
                "required": ["bid", "supplier", "reason"],
                "properties": {
                    "bid": {"type": "string", "format": "uuid"},
                    "supplier": {"type": "string"},
                    "reason": {"type": "string"},
                },
            },
        },
        "uncertaintyCounts": {"type": ["boolean", "null"]},
    },
}
