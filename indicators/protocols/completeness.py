"""When a bid is complete: what it must answer, what it is asked beside that, and what it must show evidence of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.selectors import Protocol
from indicators.selectors.protocols import LEVELS

from .questions import SHOWN


@dataclass(frozen=True)
class Completeness:
    """What makes a bid complete at one level, by the words of the questions."""

    level: str
    name: str
    needed: Sequence[str]
    """without these a bid is refused"""
    may_be_empty: Sequence[str]
    """asked; what stays open is told and stays unknown"""
    evidence: Sequence[str]
    """a document is asked; that it misses is told, never a reason to refuse"""


def criteria_of(protocol: Protocol, kinds: Sequence[str]) -> list[Completeness]:
    """For every level, from light to full, for goods of these kinds. Declared results are always free to give."""
    fields = [
        field
        for place in SHOWN
        if place != "declared"
        for field in protocol.fields
        if field.place == place and set(kinds) & set(field.applies_to)
    ]
    return [
        Completeness(
            level,
            name,
            [field.label for field in fields if field.asked_at(level) and field.required_at(level)],
            [field.label for field in fields if field.asked_at(level) and not field.required_at(level)],
            [field.label for field in fields if field.evidence_at(level)],
        )
        for level, name in LEVELS.items()
    ]
