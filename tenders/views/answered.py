"""What a bidder answered beside what the calculation needs, in words, with what stayed unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from indicators.selectors import AskedField, Protocol, protocol_of
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
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
    rows, shares = [], [_shares_of(protocol, line["answers"] or {}) for line in lines]
    for field in protocol.answers(lot.group.kind):
        given = [(line["answers"] or {}).get(field.code) for line in lines]
        if field.asked_at(lot.request_level) or any(value is not None for value in given):
            cells = [
                {
                    "text": parts.get(field.code) or in_words(field, value),
                    "evidence": (line["evidence"] or {}).get(field.code, ""),
                }
                for line, value, parts in zip(lines, given, shares, strict=True)
            ]
            rows.append({"field": field, "cells": cells})
    return rows


def _shares_of(protocol: Protocol, answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers that together are the whole, as percentages that add up; only where all of them were given."""
    found: dict[str, str] = {}
    for _label, codes in protocol.sums:
        if all(answers.get(code) is not None for code in codes):
            parts = formats.shares([Decimal(str(answers[code])) for code in codes])
            found |= dict(zip(codes, parts, strict=True))
    return found


def in_words(field: AskedField, value: Any) -> str:
    """One answer as people read it; the word for unknown when there is none."""
    if value is None:
        return formats.unknown()
    if field.type == "yes-no":
        return worded(_WORDS.get(value, str(value)))
    if field.type == "choice":
        return worded(dict(field.choices).get(str(value), str(value)))
    if field.type == "fraction":
        return formats.percentage(Decimal(str(value)))
    if field.type in ("decimal", "integer"):
        return f"{formats.number(Decimal(str(value)))} {worded(field.unit)}".strip()
    return str(value)
