"""Taking the time of things that are compared: interleaved, in one process, medians."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from os import cpu_count
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Engine:
    """One way to do something, and how long that took beside the way that it is held against."""

    name: str
    seconds: float
    ratio: float

    def as_json(self) -> dict[str, Any]:
        """The fixed shape of the report."""
        return {"name": self.name, "seconds": self.seconds, "ratio": self.ratio}


def medians(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds per way: each round does all of them, so that a slow moment of the machine hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, act in ways.items():
            start = time.perf_counter()
            act()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def machine() -> str:
    """What it was measured on."""
    database = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    system = f"{platform.system()} {platform.machine()}, {cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}, {database}"
