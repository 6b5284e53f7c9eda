"""A small contract to calculate with in tests: ten items for ten years from 1 January 2024."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np

from indicators.calculation.records import (
    ContractLine,
    Delivery,
    Product,
    Promise,
    PromisedFlow,
    Repair,
    RepairPeriod,
    Retirement,
    UseRecord,
    repair_key,
)

KNOWN = np.zeros(2, dtype=bool)


def day(text: str) -> datetime.date:
    """A date as in ISO 8601."""
    return datetime.date.fromisoformat(text)


def product(climate: float = 100.0, abiotic: float = 8.0) -> Product:
    """One item: climate, and the mass indicator that E does not multiply."""
    return Product(np.array([climate, abiotic]), KNOWN, KNOWN)


PROMISE = Promise(product(), 10, 10, 0.9, day("2024-01-01"), day("2027-12-31"), flows=(PromisedFlow("kwh", 20),))
LINE = ContractLine(
    PROMISE,
    {
        "kwh": np.array([0.5, 0.0]),
        "water": np.array([1.0, 0.0]),
        "packaging": np.array([2.0, 0.0]),
        repair_key("metal"): np.array([10.0, 1.0]),
        "mystery": np.array([np.nan, 0.0]),
    },
    np.array([True, False]),
)
MEALS = replace(
    LINE,
    promise=Promise(
        product(4.0, 0.5), 100, 2, 1.0, day("2024-01-01"), day("2025-12-31"),
        flows=(PromisedFlow("kwh", 0.1),), consumed=True,
    ),
)  # fmt: skip


def delivered(count: float = 10, on: str = "2024-01-01", **more: object) -> Delivery:
    """A delivery of items."""
    return Delivery(f"{on}-{count}", day(on), count, **more)  # type: ignore[arg-type]


def served(first: str, last: str, count: float) -> Delivery:
    """Units of a consumed group in a period."""
    return Delivery(first, day(last), count, None, day(first), day(last))


def used(quantity: float, first: str = "2024-01-01", last: str = "2024-12-31", **more: object) -> UseRecord:
    """Electricity used, by default in 2024."""
    values = {"flow": "kwh", "quantity": quantity, "first": day(first), "last": day(last)} | more
    return UseRecord(**values)  # type: ignore[arg-type]


def retired(count: float, on: str, factor: float | None, delivery: str | None = None) -> Retirement:
    """Items that left service."""
    return Retirement(day(on), count, factor, delivery)


def promising(line: ContractLine, **changes: object) -> ContractLine:
    """The line with another promise."""
    return replace(line, promise=replace(line.promise, **changes))  # type: ignore[arg-type]


STARTED = replace(LINE, deliveries=(delivered(),))
REPAIRED = promising(STARTED, flows=(PromisedFlow("kwh", 20), PromisedFlow("metal", 0.1, repair=True)))
FORTY = replace(promising(LINE, count=40), deliveries=(delivered(40),))
YEAR = (RepairPeriod(day("2024-01-01"), day("2024-12-31")),)
HALF = (RepairPeriod(day("2024-01-01"), day("2024-06-30")),)


def repaired(kg: float) -> tuple[Repair, ...]:
    """A repair halfway 2024."""
    return (Repair("metal", kg, day("2024-06-01")),)


CASES = {
    "nothing": (LINE, "2024-12-31"),
    "as-promised": (replace(STARTED, use_records=(used(200),)), "2024-12-31"),
    "over-delivery": (replace(LINE, deliveries=(delivered(12),)), "2024-12-31"),
    "closed-short": (
        replace(LINE, deliveries=(delivered(8),), deliveries_closed_on=day("2024-06-01")), "2024-12-31",
    ),
    "open-short": (replace(LINE, deliveries=(delivered(8),)), "2024-12-31"),
    "heavier": (replace(LINE, deliveries=(delivered(product=product(120.0)),)), "2024-12-31"),
    "early-retirement": (
        replace(STARTED, retirements=(retired(5, "2026-01-01", 0.95),)), "2026-12-31",
    ),
    "better-destination": (
        replace(STARTED, retirements=(retired(10, "2034-01-01", 0.8),)), "2034-12-31",
    ),
    "unreported-return": (
        replace(STARTED, retirements=(retired(10, "2034-01-01", None),)), "2034-12-31",
    ),
    "full-year-of-less-use": (replace(STARTED, use_records=(used(150),)), "2024-12-31"),
    "half-year-of-less-use": (
        replace(STARTED, use_records=(used(70, last="2024-06-30"),)), "2024-12-31",
    ),
    "small-sample": (replace(FORTY, use_records=(used(15, items=1),)), "2024-12-31"),
    "large-sample": (replace(FORTY, use_records=(used(60, items=4),)), "2024-12-31"),
    "unpromised-flow": (
        replace(STARTED, use_records=(used(30, flow="water"),)), "2024-12-31",
    ),
    "once-as-recorded": (
        replace(
            promising(STARTED, flows=(PromisedFlow("kwh", 20), PromisedFlow("packaging", 1, once=True))),
            use_records=(used(5, flow="packaging", last="2024-01-31"),),
        ),
        "2024-12-31",
    ),
    "silence-of-repairs": (replace(REPAIRED, repairs=repaired(0.5)), "2024-12-31"),
    "more-repairs": (replace(REPAIRED, repairs=repaired(3)), "2024-12-31"),
    "declared-repairs": (
        replace(REPAIRED, repairs=repaired(2), repair_periods=YEAR), "2024-12-31",
    ),
    "declared-silence": (replace(REPAIRED, repair_periods=YEAR), "2024-12-31"),
    "partly-declared": (replace(REPAIRED, repair_periods=HALF), "2024-12-31"),
    "meals-full-year": (
        replace(MEALS, deliveries=(served("2024-01-01", "2024-12-31", 120),)), "2024-12-31",
    ),
    "meals-half-year": (
        replace(MEALS, deliveries=(served("2024-01-01", "2024-06-30", 60),)), "2024-12-31",
    ),
    "meals-closed": (
        replace(
            MEALS, deliveries=(served("2024-01-01", "2024-12-31", 120),), deliveries_closed_on=day("2024-12-31"),
        ),
        "2024-12-31",
    ),
}  # fmt: skip
