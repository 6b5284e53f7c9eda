"""Energy in use is the buyer's: which flow stands for electricity, gas, heat and fuel in every bid.

A bid gives quantities only, so that nobody wins by a contract that the buyer concludes. A demand item says which
flow counts for a purpose; what it does not name is the mix of grid and pump. Source: method, section 3.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

from indicators.lines import Line, UseRow
from indicators.selectors import MaterialInfo
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem

_TABLE = "fixtures/checks-2026.1/energy_in_use.csv"
OTHER_ENERGY = "energy_of_buyer"
_MOST_DECIMALS = Decimal("0.000001")

EnergyInUse = Mapping[str, str]
"""Per purpose (`electricity`) the flow that the buyer chose (`electricity-green-wind`)."""


def check_energy(
    lines: Sequence[Line],
    materials: Mapping[str, MaterialInfo],
    chosen: Sequence[EnergyInUse | None],
) -> list[Problem]:
    """A problem for every row of use that names another flow than the one that counts for its purpose.

    `chosen` is what the buyer chose, per line.
    """
    problems = []
    for number, (line, energy) in enumerate(zip(lines, chosen, strict=True)):
        for place, row in enumerate(line.use):
            flow, path = row.flow or "", ("lines", number, "use", place, "flow")
            wanted = flow_that_counts(flow, energy)
            if wanted == flow or wanted not in materials:
                continue
            text = worded(
                "Welk contract de energie levert, kiest de opdrachtgever. Kies '{name}': dat geldt "
                "voor elke leverancier. U geeft alleen de hoeveelheid.",
                name=materials[wanted].name,
            )
            problems.append(Problem(path, OTHER_ENERGY, text, choices=(wanted,)))
    return problems


def flow_that_counts(flow: str, chosen: EnergyInUse | None = None) -> str:
    """The flow that stands for this one in use: what the buyer chose for its purpose, else the usual one.

    Itself when it is no energy of the list.
    """
    if flow not in _rows():
        return flow
    row = _rows()[flow]
    return (chosen or {}).get(row["key"], row["counts"])


def counts_in_use(flow: str, chosen: Sequence[EnergyInUse | None] = (None,)) -> bool:
    """Whether this flow is the one that counts under one of these choices: what forms and files offer."""
    return any(flow_that_counts(flow, energy) == flow for energy in chosen)


def use_that_counts(use: Sequence[UseRow], chosen: EnergyInUse) -> list[UseRow]:
    """The use of a product with the energy of the buyer: as much energy, in amounts of what counts."""
    counted = ((row, flow_that_counts(row.flow, chosen)) for row in use)
    return [
        row
        if flow == row.flow
        else replace(row, flow=flow, quantity=_rounded(row.quantity * amount_of(row.flow, flow)))
        for row, flow in counted
    ]


def amount_of(flow: str, other: str) -> Decimal:
    """How much of the other flow gives the energy of one of this flow; both are for the same purpose."""
    return Decimal(_rows()[other]["amount"]) / Decimal(_rows()[flow]["amount"])


def megajoules_of(purpose: str) -> Decimal:
    """Roughly the energy in one of what counts for this purpose (its Dutch name)."""
    return next(Decimal(row["megajoules"]) for row in _rows().values() if row["purpose"] == purpose)


def energy_of_demand(chosen: EnergyInUse | None) -> dict[str, str]:
    """What counts for every purpose: what was chosen, and the usual flow for the rest."""
    given = {key: flow for key, flow in (chosen or {}).items() if flow}
    return {row["key"]: row["counts"] for row in _rows().values()} | given


def other_than_usual(chosen: EnergyInUse | None) -> dict[str, str]:
    """What the buyer chose that is not the usual flow, by the Dutch name of its purpose."""
    usual = energy_of_demand(None)
    names = purpose_names()
    return {names[key]: flow for key, flow in (chosen or {}).items() if flow != usual.get(key)}


def energy_to_choose() -> dict[str, tuple[str, ...]]:
    """Per purpose the flows from which a buyer may choose, the usual one first."""
    found: dict[str, tuple[str, ...]] = {}
    for flow, row in _rows().items():
        found[row["key"]] = (*found.get(row["key"], ()), flow)
    return found


def purpose_of(flow: str) -> str:
    """What this flow is used for (stroom, diesel); empty when it is no energy of the list."""
    return _rows()[flow]["purpose"] if flow in _rows() else ""


def purpose_names() -> dict[str, str]:
    """Per purpose its Dutch name."""
    return {row["key"]: row["purpose"] for row in _rows().values()}


def _rounded(quantity: Decimal) -> Decimal:
    return quantity.quantize(_MOST_DECIMALS)


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    with (settings.BASE_DIR / _TABLE).open(encoding="utf-8", newline="") as text:
        return {row["flow"]: row for row in csv.DictReader(text)}
