"""What a version of a factor set says of making, beside each other: by group or type and indicator."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.models import FactorSetVersion, Processing

Key = tuple[int, int | None, int]
"""ids of group, type (None: the whole group) and indicator"""


@dataclass(frozen=True)
class Made:
    """What a version says of one making: its state, and numbers where it has them."""

    state: str
    low: float | None = None
    value: float | None = None
    high: float | None = None

    @property
    def known(self) -> bool:
        """Whether it can be counted with."""
        return self.state != Processing.State.UNKNOWN


def making_in(version: FactorSetVersion | None) -> dict[Key, Made]:
    """Everything that a version says of making; one query."""
    if version is None:
        return {}
    rows = version.processing.values_list("group", "product_type", "indicator", "state", "low", "value", "high")
    return {(group, kind, indicator): Made(*said) for group, kind, indicator, *said in rows}
