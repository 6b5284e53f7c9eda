"""What a cell of a workbook says: what a person sees in it, or why it is not read."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from mvi_dashboard.ground.shapes import quoted

from .notations import (
    DAY,
    DURATION,
    GENERAL,
    MOMENT,
    NOTHING,
    PART_OF_DAY,
    PERCENT,
    PLAIN,
    SCALED,
    TIME,
    UNKNOWN,
    WORDS,
    YEAR,
    Notation,
    Shown,
)
from .tables import LONGEST_CELL, Figure, Moment
from .xlsx import Value

DECIMALS = 15
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_LONGEST_NUMBER = 400
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?").fullmatch
_PLAIN = re.compile(r"-?(?:[1-9][0-9]*|0(?=\.[0-9]*[1-9]))(?:\.[0-9]+)?").fullmatch
_NO_TIME = re.compile(r"(?:T00:00(?::00(?:\.0+)?)?Z?)?").fullmatch
_DAY_ONE = date(1899, 12, 30)
_LEAP_DAY_THAT_WAS_NOT = 60
_MOST_DAYS = 2_958_466  # the last day that Excel knows is 31 December 9999
_SECONDS = 24 * 60 * 60
_OF_TIME = frozenset({DAY, MOMENT, TIME, DURATION, PART_OF_DAY, YEAR})
_DASHES = frozenset("-−–—")
_NO_NUMBER = ("corrupt", "Hier staat een getal dat er geen is: typ het opnieuw.")
_FORMULA = ("formula", "Vervang de formule door de waarde: een uitkomst in een bestand kan verouderd zijn.")
_AS_IT_IS = "kies in Excel de celnotatie Standaard en kijk of het getal klopt."
_NOT_SHOWN = {
    NOTHING: ("hidden_cell", f"Hier staat een getal dat niet te zien is: {_AS_IT_IS}"),
    SCALED: ("mixed_unit", f"Deze cel toont het getal in duizendtallen of miljoenen: {_AS_IT_IS}"),
    UNKNOWN: ("number_format", f"Deze cel toont het getal in een vorm die wij niet lezen: {_AS_IT_IS}"),
}


class Said(NamedTuple):
    """What stands in a cell.

    `text` is a Figure where Excel holds a number and a Moment where it shows a day or a time; `percent` when the
    number is shown as a percentage, `unit` what is shown beside it; `was` what stood there before it was rounded;
    `wrong` the code and message of what is never read.
    """

    text: str
    percent: bool = False
    was: str = ""
    wrong: tuple[str, str] | None = None
    unit: str = ""


def said_by(value: Value) -> Said:
    """The value as text, a number in plain notation, a day as `jjjj-mm-dd`."""
    kind, text, notation = value
    if kind == "n":
        return _of_number(text.strip(), notation)
    if kind == "f" or text.startswith("="):
        return Said("", wrong=_FORMULA)
    if kind == "e" or text in _ERRORS:
        return Said("", wrong=_error(text))
    if kind == "b":
        return Said("ja" if text.strip() in ("1", "true") else "nee")
    if kind == "d":
        day, rest = text.strip()[:10], text.strip()[10:]
        return Said(Moment(day if _NO_TIME(rest) else f"{day} {rest.lstrip('T')}"[:40]))
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


def _of_number(text: str, notation: Notation) -> Said:
    if len(text) > _LONGEST_NUMBER or not _NUMBER(text) or not math.isfinite(float(text)):
        return Said("", wrong=_NO_NUMBER)
    shown = Shown() if notation is GENERAL else notation.shown_of(float(text))
    if shown.kind in _OF_TIME:
        return _of_time(float(text), shown.kind)
    if shown.kind in _NOT_SHOWN:
        return Said("", wrong=_NOT_SHOWN[shown.kind])
    if shown.kind == WORDS and not (float(text) == 0 and set(shown.unit) <= _DASHES):
        return Said(shown.unit)
    plain, was = figure_of(text)
    if shown.digits and "." not in plain:
        plain = Figure(plain.zfill(min(shown.digits, DECIMALS) + plain.startswith("-")))
    return Said(plain, shown.kind == PERCENT, was, unit=shown.unit if shown.kind == PLAIN else "")


def _of_time(days: float, kind: int) -> Said:
    """A day, a moment, or hours and minutes where no day is shown."""
    if not 0 <= days < _MOST_DAYS:
        return Said("", wrong=_error("#VALUE!"))
    if kind in (TIME, DURATION) or days < 1:
        return Said(Moment(_clock(days)))
    # Excel counts a 29 February 1900: before it days are one further than they say.
    day = (_DAY_ONE + timedelta(days=int(days) + (days < _LEAP_DAY_THAT_WAS_NOT))).isoformat()
    if days != int(days):
        return Said(Moment(f"{day} {_clock(days - int(days))}"))
    if kind == PART_OF_DAY:
        return Said(Moment(f"{day}, deels te zien"))
    return Said(Moment(day[:4] if kind == YEAR else day))


def _clock(days: float) -> str:
    minutes, seconds = divmod(round(days * _SECONDS), 60)
    short = f"{minutes // 60}:{minutes % 60:02}"
    return f"{short}:{seconds:02}" if seconds else short


def _error(text: str) -> tuple[str, str]:
    return "spreadsheet_error", f"In deze cel staat een fout van Excel ({quoted(text)[1:-1]})."
