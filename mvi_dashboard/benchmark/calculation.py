"""The core beside a plain Python loop that gives the same outputs, missing flags too."""

from __future__ import annotations

import numpy as np

from indicators.calculation import impact
from indicators.calculation.factors import Factors
from indicators.calculation.lines import Lines
from indicators.calculation.plain import plain_assess
from indicators.selectors import basis_arrays, current_basis

from .measuring import Engine, medians

MATERIALS, FLOWS = 7, 1
SEED = 20261
LOOP_LINES = 2_000
_OUTPUTS = ("weighted", "production", "use", "lifetime", "per_year")


def engines(lines: int, rounds: int = 3) -> tuple[list[Engine], float]:
    """(engines, largest difference): the core on all lines, the loop on some of them, per line."""
    factors = basis_arrays(current_basis()).factors
    many = made_up(factors, lines)
    few = many.part(0, min(lines, LOOP_LINES))
    taken = medians(
        {"core": lambda: impact.assess(factors, many), "loop": lambda: plain_assess(factors, few)}, rounds
    )
    core, loop = taken["core"] / len(many), taken["loop"] / len(few)
    found = [
        Engine("core", taken["core"], 1.0),
        Engine("plain Python loop, same outputs", loop * len(many), loop / core),
    ]
    return found, agreement(factors, few)


def agreement(factors: Factors, lines: Lines) -> float:
    """The largest difference between core and loop, relative to the number."""
    fast, slow = impact.assess(factors, lines), np.array(plain_assess(factors, lines), dtype=float)
    worst = 0.0
    for number, name in enumerate(_OUTPUTS):
        one, other = getattr(fast, name), slow[:, :, number]
        if (np.isnan(one) != np.isnan(other)).any():
            return float("inf")
        scale = np.maximum(np.abs(other), 1e-300)
        worst = max(worst, float(np.nanmax(np.abs(one - other) / scale, initial=0.0)))
    return worst if (fast.complete == slow[:, :, -1].astype(bool)).all() else float("inf")


def made_up(factors: Factors, count: int) -> Lines:
    """Lines of seven materials and one flow, from a fixed seed."""
    random = np.random.default_rng(SEED)
    solids = np.flatnonzero(factors.is_material)
    flows = np.flatnonzero(~factors.is_material)
    share = random.random(count * MATERIALS) + 0.05
    return Lines(
        group=random.integers(0, len(factors.groups), count),
        mass_kg=random.random(count) * 60 + 1,
        count=random.integers(1, 500, count).astype(float),
        lifetime_years=random.random(count) * 15 + 1,
        strategy_factor=random.choice([1.0, 0.8, 0.2], count),
        end_of_life_factor=random.choice([1.0, 0.95, 0.9], count),
        consumed=np.zeros(count, dtype=bool),
        bill_start=np.arange(count + 1) * MATERIALS,
        material=random.choice(solids, count * MATERIALS),
        share=share,
        recycled=random.random(count * MATERIALS),
        added=np.zeros(count * MATERIALS, dtype=bool),
        use_start=np.arange(count + 1) * FLOWS,
        flow=random.choice(flows, count * FLOWS),
        quantity=random.random(count * FLOWS) * 50,
        once=np.zeros(count * FLOWS, dtype=bool),
        repair=np.zeros(count * FLOWS, dtype=bool),
    )
