"""A number that is known between bounds, by the name that people know it by. Source: method, section 2b."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.selectors import Provenance


@dataclass(frozen=True)
class NamedRange:
    """One number that is known between bounds."""

    factor: str
    """code of the material or flow, or `processing`"""
    name: str
    """inside a sentence"""
    making_of: str | None
    """of processing: the group, or group/type, that it belongs to"""
    unit: str
    low: float
    central: float
    high: float
    source: Provenance | None
