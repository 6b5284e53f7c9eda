"""The seal of a factor set version: a hash over everything that it says."""

from __future__ import annotations

import hashlib
from typing import Any

from indicators.calculation.storage import canonical_json
from indicators.models import FactorSetVersion

_FACTOR = ("material__code", "indicator__code", "module", "value", "recycled_value")
_FACTOR_BOUNDS = ("low", "high", "recycled_low", "recycled_high")
_PROCESSING = ("group__code", "indicator__code", "state", "value")
_PER_EURO = ("cpv_division", "group__code", "indicator__code", "low", "value", "high", "price_year", "currency")
_PROCESSING_BOUNDS = ("product_type__code", "low", "high")


def content_hash(version: FactorSetVersion) -> str:
    """The hash over all factors and processing of a version.

    Bounds and types are in it where a row has them, so that the hash of a version from
    before there were any holds.
    """
    factors = [_content(row, len(_FACTOR)) for row in version.factors.values_list(*_FACTOR, *_FACTOR_BOUNDS)]
    found = version.processing.values_list(*_PROCESSING, *_PROCESSING_BOUNDS)
    processing = [_content(row, len(_PROCESSING)) for row in found]
    content: list[Any] = [sorted(factors, key=lambda row: row[:3]), sorted(processing, key=_by_group)]
    per_euro = sorted(map(list, version.spend_factors.values_list(*_PER_EURO)), key=_by_what)
    if per_euro:
        content.append(per_euro)
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _content(row: tuple[Any, ...], always: int) -> list[Any]:
    return list(row) if any(value is not None for value in row[always:]) else list(row[:always])


def _by_group(row: list[Any]) -> tuple[str, str, str]:
    kind = row[len(_PROCESSING)] if len(row) > len(_PROCESSING) else None
    return row[0], row[1], kind or ""


def _by_what(row: list[Any]) -> tuple[str, str, str]:
    return row[0], row[1] or "", row[2]
