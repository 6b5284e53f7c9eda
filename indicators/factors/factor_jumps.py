"""Factors on their way into a concept beside the version that holds: values that jump are asked about."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.factors.exchange import Factors
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Path, Problem

from .factor_checks import Codes
from .version_losses import MOST_TIMES, Key, Values, jumped

MOST_ASKED = 10
ASKED_ABOUT = ("material", "indicator", "module", "unit", "value", "recycled_value")
_WHY = f"dat is meer dan {MOST_TIMES} keer zo groot of zo klein. Klopt het? Bevestig het met een reden."


def note_jumps(found: Factors, codes: Codes, old: Mapping[Key, Values]) -> None:
    """Adds a warning for each value that becomes more than ten times larger or smaller than the old one.

    With more than ten of them it is one question: nobody gives a thousand reasons.
    """
    jumps: list[tuple[Path, str]] = []
    if not old:
        return
    rows = zip(found.numbers, *(found.cells[name] for name in ASKED_ABOUT), strict=True)
    for number, material, indicator, module, unit, *values in rows:
        known, measured = codes.materials.get(material), codes.indicators.get(indicator)
        before = old.get((known[0], measured[0], module)) if known and measured else None
        if before is None:
            continue
        for name, was, value in zip(("value", "recycled_value"), before, values, strict=True):
            after = None if value is None else float(value)
            if jumped(was, after):
                both = f"van {formats.exact(was)} naar {formats.exact(after)} {unit}"
                jumps.append((found.place(number, name), f"{material}, {indicator}: {both}"))
    found.warnings += asked(jumps, found.place(1, "value")[:1], "plausibility", _WHY)


def asked(found: list[tuple[Path, str]], whole: Path, code: str, why: str) -> list[Problem]:
    """One question for each of these, or a single one when there are many of them."""
    if len(found) <= MOST_ASKED:
        return [Problem(path, code, f"{text}: {why}", confirmable=True) for path, text in found]
    first = "; ".join(text for _, text in found[:MOST_ASKED])
    values = formats.counted(len(found), "waarde", "waarden")
    return [Problem(whole, code, f"{values} ({first}; …): {why}", confirmable=True)]
