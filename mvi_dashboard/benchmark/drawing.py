"""Drawing a comparison 10,000 times beside the bare arithmetic: the same random numbers, nothing checked."""

from __future__ import annotations

import numpy as np

from indicators.calculation import uncertainty
from indicators.calculation.factors import Factors, Floats
from indicators.calculation.lines import Lines
from indicators.calculation.uncertainty import DRAWS, SEED, Question, Spread, stream

from .measuring import Engine, medians

BIDS, MATERIALS, INDICATORS = 5, 7, 8
_NEEDED_YEARS = 10.0
_SPREAD, _GSD = 0.1, 1.2
_BASIS = "meting"


def engines(rounds: int = 5) -> tuple[list[Engine], float]:
    """(engines, largest difference): 5 bids of 7 materials on 8 indicators, beside the bare numpy loop."""
    factors, question, spread = case()

    def house() -> Floats:
        return uncertainty.draw_demand_impacts(factors, question, spread, basis=_BASIS)

    def bare() -> Floats:
        return bare_draws(factors, question, spread)

    taken = medians({"bare": bare, "house": house}, rounds)
    fast, slow = house(), bare()
    said = f"{DRAWS:,} draws, {BIDS} bids x {MATERIALS} materials x {INDICATORS} indicators"
    found = [
        Engine(f"bare numpy loop: {said}", taken["bare"], 1.0),
        Engine(f"core: {said}", taken["house"], taken["house"] / taken["bare"]),
    ]
    return found, float(np.max(np.abs(fast - slow) / np.maximum(np.abs(slow), 1e-300)))


def case() -> tuple[Factors, Question, Spread]:
    """Made-up factors and one line per bid, all of the same materials, from a fixed seed."""
    random = np.random.default_rng(SEED)
    factors = Factors(
        indicators=tuple(f"indicator {number}" for number in range(INDICATORS)),
        items=tuple(f"material {number}" for number in range(MATERIALS)),
        primary=random.lognormal(size=(MATERIALS, INDICATORS)),
        is_material=np.ones(MATERIALS, dtype=bool),
        groups=("group",),
        processing=np.zeros((1, INDICATORS)),
        materials_only=np.zeros(1, dtype=bool),
    )
    rows, none = BIDS * MATERIALS, np.zeros(0)
    lines = Lines(
        group=np.zeros(BIDS, dtype=np.int64),
        mass_kg=random.random(BIDS) * 60 + 1,
        count=random.integers(1, 500, BIDS).astype(float),
        lifetime_years=random.random(BIDS) * 15 + 1,
        strategy_factor=np.ones(BIDS),
        end_of_life_factor=random.choice([1.0, 0.95, 0.9], BIDS),
        consumed=np.zeros(BIDS, dtype=bool),
        bill_start=np.arange(BIDS + 1) * MATERIALS,
        material=np.tile(np.arange(MATERIALS), BIDS),
        share=random.random(rows) + 0.05,
        recycled=random.random(rows),
        added=np.zeros(rows, dtype=bool),
        use_start=np.zeros(BIDS + 1, dtype=np.int64),
        flow=none.astype(np.int64),
        quantity=none,
        once=none.astype(bool),
        repair=none.astype(bool),
    )
    keys = [f"bid {number}" for number in range(BIDS)]
    spread = Spread(np.full(factors.primary.shape, _GSD), np.full((1, INDICATORS), np.nan), np.full(BIDS, _SPREAD))
    return factors, Question(lines, keys, np.arange(BIDS), lines.count * _NEEDED_YEARS), spread


def bare_draws(factors: Factors, question: Question, spread: Spread) -> Floats:
    """The least that gives the same numbers: draw each factor once, then multiply and add per bid."""
    lines, sigma = question.lines, np.log(spread.factor_gsd)
    drawn = np.empty((MATERIALS, INDICATORS, DRAWS))
    for row, item in enumerate(factors.items):
        for place, indicator in enumerate(factors.indicators):
            z = stream(SEED, _BASIS, f"item {item}", indicator).standard_normal(DRAWS)
            drawn[row, place] = factors.primary[row, place] * np.exp(sigma[row, place] * z)
    result = np.empty((BIDS, INDICATORS, DRAWS))
    for bid in range(BIDS):
        rows = slice(bid * MATERIALS, (bid + 1) * MATERIALS)
        given = lines.share[rows] / lines.share[rows].sum()
        z = stream(SEED, question.keys[bid]).standard_normal((MATERIALS + 1, DRAWS))
        mass = np.maximum(lines.mass_kg[bid] * (1 + _SPREAD * z[0]), 0.0)
        share = np.maximum(given[:, None] * (1 + _SPREAD * z[1:]), 0.0)
        share /= share.sum(axis=0)
        share *= (1 - lines.recycled[rows])[:, None]
        per_kg = np.zeros((INDICATORS, DRAWS))
        for row in range(MATERIALS):
            per_kg += drawn[row] * share[row]
        constant = lines.end_of_life_factor[bid] / lines.lifetime_years[bid] * question.scale[bid]
        result[bid] = per_kg * mass * constant
    return result
