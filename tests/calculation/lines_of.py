"""Small factor tables and lines to calculate with in tests."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from indicators.calculation.factors import Factors
from indicators.calculation.lines import Lines

WORKED_EXAMPLES = Path(__file__).parent.parent / "worked_examples"
NAN = np.nan
INDICATORS = ("climate", "primary_abiotic", "climate_biogenic")
ITEMS = ("metal", "plastic", "food", "mystery", "kwh", "packaging", "unknown-flow")
METAL, PLASTIC, FOOD, MYSTERY, KWH, PACKAGING, UNKNOWN_FLOW = range(7)
GROUPS = ("ict-hardware", "refurbished", "materials-only", "included", "unknown")
ICT, REFURBISHED, MATERIALS_ONLY, INCLUDED, UNKNOWN = range(5)


def worked_example(name: str) -> list[dict[str, str]]:
    """The rows of a worked example; each says where its number comes from."""
    with (WORKED_EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def small_factors() -> Factors:
    """Three indicators (ordinary, mass, apart), four materials and three flows, with holes."""
    return Factors(
        indicators=INDICATORS,
        items=ITEMS,
        primary=[
            [10, 1, 0], [4, 1, 1], [4, 0, 0], [NAN, 1, NAN], [0.4, 0, 0], [2.5, 0, 0], [NAN, NAN, NAN],
        ],
        is_material=[1, 1, 1, 1, 0, 0, 0],
        groups=GROUPS,
        processing=[[156, 0, 0], [150.6, 0, 0], [NAN, NAN, NAN], [0, 0, 0], [NAN, NAN, NAN]],
        materials_only=[0, 0, 1, 0, 0],
    )  # fmt: skip


def a_line(
    bill: list[tuple],  # type: ignore[type-arg]
    use: list[tuple] = (),  # type: ignore[type-arg,assignment]
    *,
    group: int = INCLUDED,
    mass: float = 1.0,
    count: float = 1.0,
    years: float = 4.0,
    r: float = 1.0,
    e: float = 1.0,
    consumed: bool = False,
) -> Lines:
    """One line: bill (material, share, recycled[, added]); use (flow, quantity[, once[, repair]])."""
    bill = [(*row, 0)[:4] for row in bill]
    use = [(*row, 0, 0)[:4] for row in use]
    material, share, recycled, added = zip(*bill, strict=True) if bill else ((), (), (), ())
    flow, quantity, once, repair = zip(*use, strict=True) if use else ((), (), (), ())
    return Lines(
        [group], [mass], [count], [years], [r], [e], [consumed], [0, len(bill)], material, share, recycled,
        added, [0, len(use)], flow, quantity, once, repair,
    )  # fmt: skip


def joined(*lines: Lines) -> Lines:
    """Several lines as one batch."""
    columns = {}
    for name in Lines.__dataclass_fields__:
        parts = [getattr(each, name) for each in lines]
        if parts[0] is None:
            continue
        if name.endswith("_start"):
            sizes = np.concatenate([np.diff(part) for part in parts])
            columns[name] = np.concatenate([[0], np.cumsum(sizes)])
        else:
            columns[name] = np.concatenate(parts)
    return Lines(**columns)


def random_lines(seed: int, length: int) -> tuple[Factors, Lines]:
    """A factor table with holes and lines of every kind, seed-fixed."""
    draw = np.random.default_rng(seed)
    indicators = ("climate", "primary_abiotic", "climate_biogenic", "energy", "water")
    primary = draw.lognormal(size=(30, 5))
    primary[draw.random((30, 5)) < 0.2] = NAN
    processing = draw.random((6, 5))
    processing[draw.random((6, 5)) < 0.3] = NAN
    processing[draw.random((6, 5)) < 0.3] = 0
    factors = Factors(
        indicators, [f"m{n}" for n in range(30)], primary, draw.random(30) < 0.8,
        [f"g{n}" for n in range(6)], processing, draw.random(6) < 0.3,
    )  # fmt: skip
    bill = np.concatenate([[0], np.cumsum(draw.integers(1, 8, length))])
    use = np.concatenate([[0], np.cumsum(draw.integers(0, 4, length))])
    consumed = draw.random(length) < 0.2
    one = lambda low: np.where(consumed | (draw.random(length) < 0.5), 1.0, low)  # noqa: E731
    lines = Lines(
        draw.integers(0, 6, length), draw.random(length) * 50 + 1, draw.integers(1, 20, length),
        draw.integers(1, 20, length), one(0.8), one(0.9), consumed, bill, draw.integers(0, 30, bill[-1]),
        draw.random(bill[-1]) + 0.01, draw.choice([0.0, 0.3, 1.0], bill[-1]), draw.random(bill[-1]) < 0.2,
        use, draw.integers(0, 30, use[-1]), draw.choice([0.0, 1.5], use[-1]), draw.random(use[-1]) < 0.3,
        draw.random(use[-1]) < 0.4,
    )  # fmt: skip
    return factors, lines
