"""What stands in an input for a stored value, and the same value as REST spells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.time_zone import AMSTERDAM


def shown(value: Any, *, percent: bool = False) -> str:
    """The value as a person would type it; what a person typed stays as it is.

    >>> shown(Decimal("0.60"), percent=True), shown(Decimal("7.50")), shown(None)
    ('60', '7,5', '')
    """
    if value is None or isinstance(value, Mapping | list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float | int):
        return formats.field_percentage(value) if percent else formats.field_value(value)
    if isinstance(value, datetime):
        return _wall_clock(value)
    return formats.short_day(value) if isinstance(value, date) else str(value)


def spelled(value: Any) -> Any:
    """A stored value in the words of JSON, exact to the last digit."""
    if isinstance(value, Mapping):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else format(value, "f")


def _wall_clock(moment: datetime) -> str:
    """The clock in the Netherlands, with its seconds when there are any."""
    local = moment.astimezone(AMSTERDAM)
    return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second or local.microsecond else "%Y-%m-%dT%H:%M")
