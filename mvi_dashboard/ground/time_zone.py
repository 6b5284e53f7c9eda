"""In what time people here live. Apart from the clock, which asks the database: who reads files has no Django."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
