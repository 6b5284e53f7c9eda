"""The values in a declaration: a number, or the many ways to say that a module was not declared."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground.problems import Path, Problems
from mvi_dashboard.ground.shapes import quoted

from .declaration import MODULES

_NOT_DECLARED = frozenset(
    {"", "-", "–", "nd", "n.d.", "mnd", "mna", "mnr", "nr", "na", "n/a", "ina", "x", "null", "none"}
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?").fullmatch
_COMMA = re.compile(r"[+-]?[0-9.]+,[0-9]+(?:[eE][+-]?[0-9]{1,6})?").fullmatch
_SMALLEST, _LARGEST = -60, 15
_LONGEST = 2_000
_RANGES = {"A1A2A3": "A1-A3", "A1TOA3": "A1-A3", "A1-A2-A3": "A1-A3", "A1–A3": "A1-A3", "C1–C4": "C1-C4"}


def read_value(raw: Any, place: Path, problems: Problems) -> Decimal | None:
    """The number as written; None when it was not declared (`ND`, `MND`, empty, null).

    A text that is neither is noted at its place: `1,5` with the point that it needs, `NaN` and words as no number.
    """
    if raw is None or (isinstance(raw, str) and raw.strip().casefold() in _NOT_DECLARED):
        return None
    text = str(raw).strip() if isinstance(raw, str | int | Decimal) and not isinstance(raw, bool) else ""
    if not _NUMBER(text):
        if _COMMA(text):
            meant = text.replace(".", "").replace(",", ".")
            problems.note(place, "decimal_comma", f"Schrijf {quoted(text)} met een punt: {meant[:40]}.")
        else:
            problems.note(
                place, "invalid_number", f"Hier staat {quoted(raw)}: dat is geen getal en geen ND of MND."
            )
        return None
    number = Decimal(text)
    if number and not _SMALLEST <= number.adjusted() <= _LARGEST:
        problems.note(place, "max_value", f"{quoted(text)} is te groot of te klein om te kunnen kloppen.")
        return None
    return number or number.copy_abs()


def plain_text(value: Any) -> str:
    r"""What a file says in words, on one line and without signs that nobody can see; not longer than we show.

    >>> plain_text("A\u0000 B\u202e\n C"), plain_text(None)
    ('A B C', '')
    """
    if value is None or isinstance(value, dict | list | bool):
        return ""
    text = " ".join(str(value)[:_LONGEST].split())
    return text if text.isprintable() else "".join(sign for sign in text if sign.isprintable())


def module_of(raw: Any) -> str:
    """The module in the spelling of EN 15804; another text as it is, so that it can be named.

    >>> module_of("a1-a3"), module_of("A1A2A3"), module_of("C 1")
    ('A1-A3', 'A1-A3', 'C1')
    """
    given = plain_text(raw)[:20]
    text = given.upper().replace(" ", "")
    text = _RANGES.get(text, text)
    return text if text in MODULES else given


def year_of(raw: Any) -> int | None:
    """A year of four digits, else None."""
    text = str(raw if raw is not None else "").strip()[:4]
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


def day_of(raw: Any) -> date | None:
    """A day from `2024-05-08`, `2024-05-08T00:00:00Z` or milliseconds since 1970; None for anything else."""
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        try:
            return datetime.fromtimestamp(int(raw) / 1000, tz=UTC).date()
        except (OverflowError, ValueError, OSError):
            return None
    try:
        return date.fromisoformat(str(raw or "").strip()[:10])
    except ValueError:
        return None


def last_day_of(raw: Any) -> date | None:
    """The last day of a year, as a declaration valid until 2025 holds until its end."""
    year = year_of(raw)
    return date(year, 12, 31) if year else None
