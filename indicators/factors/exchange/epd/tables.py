"""The tables behind the readers, from `fixtures/epd-2026.1`: which indicator is ours, units, and what can be."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

_FOLDER = "fixtures/epd-2026.1"
_CODE = re.compile(r"\(([^()]+)\)\s*$").search


@dataclass(frozen=True)
class Known:
    """An indicator of EN 15804: ours when it is the same quantity, else why it is not taken over.

    `standard` is `A1`, `A2` or empty for both, `indicator` the code of ours that looks like it (may be empty),
    `most_per_kg` what one kg of a product made in bulk or in series hardly exceeds, in `unit`.
    """

    standard: str
    key: str
    code: str
    names: tuple[str, ...]
    openepd: tuple[str, ...]
    indicator: str
    unit: str
    same_quantity: bool
    most_per_kg: Decimal | None
    reason: str
    place: int


@dataclass(frozen=True)
class Density:
    """What a cubic metre of a kind of product can weigh, in kg; words that name the kind, none for all."""

    words: tuple[str, ...]
    name: str
    least: Decimal
    most: Decimal


@lru_cache(maxsize=1)
def indicators() -> tuple[Known, ...]:
    """Every indicator that we know, in the order in which they are preferred."""
    return tuple(
        Known(
            row["standard"],
            row["id"],
            row["code"],
            tuple(row["names"].split("|")),
            tuple(part for part in row["openepd"].split("|") if part),
            row["indicator"],
            row["unit"],
            row["same_quantity"] == "true",
            Decimal(row["most_per_kg"]) if row["most_per_kg"] else None,
            row["reason"],
            place,
        )
        for place, row in enumerate(_rows("indicators.csv"))
    )


@lru_cache(maxsize=1)
def _by_key() -> dict[str, Known]:
    return {known.key: known for known in indicators()}


def by_key(key: str) -> Known | None:
    """The indicator with this identifier."""
    return _by_key().get(key)


def by_name(name: str, standard: str) -> Known | None:
    """The indicator with this name or with the abbreviation behind it, after the given standard.

    >>> by_name("Versauerungspotential (AP)", "A1").unit
    'kg SO2-eq'
    """
    spelled = _CODE(name)
    fitting = [known for known in indicators() if not known.standard or known.standard == standard]
    if standard == "":
        # An abbreviation that both standards use says nothing when the file does not tell which one it follows.
        fitting = [known for known in indicators() if not known.standard or known.code.startswith("GWP")]
    for known in fitting:
        if name in known.names or (spelled and spelled.group(1) == known.code):
            return known
    return None


def by_openepd(name: str, standard: str) -> Known | None:
    """The indicator behind a key of openEPD, after the given standard."""
    fitting = (known for known in indicators() if not known.standard or known.standard == standard)
    return next((known for known in fitting if name in known.openepd), None)


@lru_cache(maxsize=1)
def units_of_keys() -> dict[str, tuple[str, str]]:
    """Flow properties and unit groups by identifier: their name and their unit."""
    return {row["id"]: (row["name"], row["unit"]) for row in _rows("flow_properties.csv")}


@lru_cache(maxsize=1)
def densities() -> tuple[Density, ...]:
    """What products can weigh per cubic metre, the most specific first and one for everything last."""
    return tuple(
        Density(
            tuple(word for word in row["words"].split("|") if word),
            row["name"],
            Decimal(row["least_kg_m3"]),
            Decimal(row["most_kg_m3"]),
        )
        for row in _rows("densities.csv")
    )


def _rows(file: str) -> list[dict[str, str]]:
    with (settings.BASE_DIR / _FOLDER / file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
