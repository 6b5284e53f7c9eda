"""What a cell of a workbook says: a text, a number as a person would write it, or why it is not read."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from mvi_dashboard.ground.shapes import quoted

from .styles import DAY, DURATION, PERCENT
from .tables import LONGEST_CELL, Figure
from .xlsx import Value

DECIMALS = 15
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_LONGEST_NUMBER = 400
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?").fullmatch
_PLAIN = re.compile(r"-?(?:[1-9][0-9]*|0(?=\.[0-9]*[1-9]))(?:\.[0-9]+)?").fullmatch
_DAY_ONE = date(1899, 12, 30)
_LEAP_DAY_THAT_WAS_NOT = 60
_MOST_DAYS = 2_958_466  # the last day that Excel knows is 31 December 9999
_NO_NUMBER = ("corrupt", "Hier staat een getal dat er geen is: typ het opnieuw.")
_FORMULA = ("formula", "Vervang de formule door de waarde: een uitkomst in een bestand kan verouderd zijn.")


class Said(NamedTuple):
    """What stands in a cell. `text` is a Figure where Excel holds a number, and `was` what stood there before it
    was rounded; `wrong` is the code and message of what is never read."""

    text: str
    percent: bool = False
    was: str = ""
    wrong: tuple[str, str] | None = None


def said_by(value: Value) -> Said:
    """The value as text, a number in plain notation, a day as `jjjj-mm-dd`."""
    kind, text, style = value
    if kind == "n":
        return _of_number(text.strip(), style)
    if kind == "f" or text.startswith("="):
        return Said("", wrong=_FORMULA)
    if kind == "e" or text in _ERRORS:
        return Said("", wrong=_error(text))
    if kind == "b":
        return Said("ja" if text.strip() in ("1", "true") else "nee")
    if kind == "d":
        return Said(text[:10])
    if len(text) > LONGEST_CELL:
        return Said("", wrong=("field_too_long", f"Deze cel is te lang: hoogstens {LONGEST_CELL} tekens."))
    return Said(text)


def figure_of(text: str) -> tuple[str, str]:
    """A number in plain notation with the 15 digits that Excel itself has, and what it was when that is less.

    >>> figure_of("1.50"), figure_of("0.30000000000000004"), figure_of("1E-2")
    (('1.5', ''), ('0.3', '0.30000000000000004'), ('0.01', ''))
    """
    if len(text) <= DECIMALS and _PLAIN(text):
        return Figure(text.rstrip("0").rstrip(".") if "." in text else text), ""
    number = float(text) if set(text) & set(".eE") else int(text)
    exact = Decimal(repr(number))
    kept = Decimal(format(number, f".{DECIMALS}g"))
    if kept and kept.as_tuple().exponent < -DECIMALS:  # type: ignore[operator]
        kept = round(kept, DECIMALS)
    plain = format(kept, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return Figure(plain), repr(number) if kept != exact else ""


def _of_number(text: str, style: int) -> Said:
    if len(text) > _LONGEST_NUMBER or not _NUMBER(text) or not math.isfinite(float(text)):
        return Said("", wrong=_NO_NUMBER)
    if style in (DAY, DURATION):
        return _of_time(float(text), style)
    plain, was = figure_of(text)
    return Said(plain, style == PERCENT, was)


def _of_time(days: float, style: int) -> Said:
    """A day; or hours and minutes, where no day is meant."""
    if not 0 <= days < _MOST_DAYS:
        return Said("", wrong=_error("#VALUE!"))
    if style == DAY and days >= 1:
        # Excel counts a 29 February 1900: before it days are one further than they say.
        return Said((_DAY_ONE + timedelta(days=int(days) + (days < _LEAP_DAY_THAT_WAS_NOT))).isoformat())
    minutes = round(days * 24 * 60)
    return Said(f"{minutes // 60}:{minutes % 60:02}")


def _error(text: str) -> tuple[str, str]:
    return "spreadsheet_error", f"In deze cel staat een fout van Excel ({quoted(text)[1:-1]})."
