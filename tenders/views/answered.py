"""What a bidder answered beside what the calculation needs, in words, with what stayed unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators.selectors import AskedField, protocol_of
from mvi_dashboard.ground import formats
from tenders.models import Lot

_WORDS = {True: "ja", False: "nee", "true": "ja", "false": "nee"}


def answered(lot: Lot, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per field: what each line answered, and the document that proves it.

    `lines` have `title`, `answers` and `evidence`, as REST spells them. A field that is not asked at the level of
    the lot is only there when somebody answered it.
    """
    protocol = protocol_of(lot.protocol)
    if protocol is None:
        return []
    rows = []
    for field in protocol.answers(lot.group.kind):
        given = [(line["answers"] or {}).get(field.code) for line in lines]
        if field.asked_at(lot.request_level) or any(value is not None for value in given):
            cells = [
                {"text": in_words(field, value), "evidence": (line["evidence"] or {}).get(field.code, "")}
                for line, value in zip(lines, given, strict=True)
            ]
            rows.append({"field": field, "cells": cells})
    return rows


def in_words(field: AskedField, value: Any) -> str:
    """One answer as people read it; the word for unknown when there is none."""
    if value is None:
        return formats.UNKNOWN
    if field.type == "yes-no":
        return _WORDS.get(value, str(value))
    if field.type == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.type == "fraction":
        return formats.percentage(Decimal(str(value)))
    if field.type in ("decimal", "integer"):
        return f"{formats.number(Decimal(str(value)))} {field.unit}".strip()
    return str(value)
