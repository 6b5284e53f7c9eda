"""Energy in use is the buyer's: which flow stands for electricity, gas, heat and fuel in every bid.

A bid gives quantities only, so that nobody wins by a contract that the buyer concludes. Source: method, section 3.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from indicators.selectors import MaterialInfo
from mvi_dashboard.ground.problems import Problem

_TABLE = "fixtures/checks-2026.1/energy_in_use.csv"


def check_energy(lines: Sequence[Mapping[str, Any]], materials: Mapping[str, MaterialInfo]) -> list[Problem]:
    """A problem for every row of use that names another flow than the one that counts for its purpose."""
    problems = []
    for number, line in enumerate(lines):
        for place, row in enumerate(line.get("use") or ()):
            wanted = flow_that_counts(row.get("flow") or "")
            if wanted == row.get("flow") or wanted not in materials:
                continue
            text = (
                f"Welk contract de energie levert, kiest de opdrachtgever. Kies '{materials[wanted].name}': "
                "dat geldt voor elke leverancier. U geeft alleen de hoeveelheid."
            )
            problems.append(Problem(("lines", number, "use", place, "flow"), "energy_of_buyer", text))
    return problems


def flow_that_counts(flow: str) -> str:
    """The flow that stands for this one in use: itself, unless another stands for its purpose."""
    return _rows()[flow]["counts"] if flow in _rows() else flow


def purpose_of(flow: str) -> str:
    """What this flow is used for (stroom, diesel); empty when it is no energy of the list."""
    return _rows()[flow]["purpose"] if flow in _rows() else ""


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    with (settings.BASE_DIR / _TABLE).open(encoding="utf-8", newline="") as text:
        return {row["flow"]: row for row in csv.DictReader(text)}
