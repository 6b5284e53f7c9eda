"""Values of announcements as ours: what does not fit is left out with why, and never filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from mvi_dashboard.ground.shapes.moments import FIRST_YEAR, LAST_YEAR

PIECES = frozenset({"H87", "C62", "EA", "PCE"})
"""codes of UN/CEFACT that say a number of pieces"""
PIECE_NAMES = frozenset({"stuk", "stuks", "piece", "pieces", "each"})
_CPV = re.compile(r"([0-9]{8})(?:[-.][0-9])?").fullmatch
_MOST_MONEY = Decimal(10) ** 13


@dataclass
class Sorting:
    """What of an announcement was read, and what was left out."""

    read: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def count(self, what: str, many: int = 1) -> None:
        """So many of this were read."""
        if many:
            self.read[what] = self.read.get(what, 0) + many

    def leave(self, what: str, why: str) -> None:
        """This was not read; the same thing is said once."""
        if (what, why) not in self.left_out:
            self.left_out.append((what, why))

    def moment(self, what: str, text: str) -> datetime | None:
        """A moment with its time zone."""
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self.leave(what, f"{text[:40]} is geen moment dat wij kennen.")
            return None
        if found.tzinfo is None:
            self.leave(what, f"Bij {text[:40]} staat geen tijdzone.")
            return None
        if not FIRST_YEAR <= found.year < LAST_YEAR:
            self.leave(what, f"Het jaar {found.year} kan niet kloppen.")
            return None
        self.count(what)
        return found

    def day(self, what: str, text: str) -> date | None:
        """A day, also out of a moment or a day with its time zone."""
        if not text:
            return None
        try:
            found = date.fromisoformat(text[:10])
        except ValueError:
            self.leave(what, f"{text[:40]} is geen datum.")
            return None
        if not FIRST_YEAR <= found.year < LAST_YEAR:
            self.leave(what, f"Het jaar {found.year} kan niet kloppen.")
            return None
        self.count(what)
        return found

    def euros(self, what: str, amount: Any, currency: Any) -> Decimal | None:
        """An amount in euro; of another currency it is not converted."""
        number = decimal_of(amount)
        if number is None:
            return None
        if currency != "EUR":
            self.leave(
                what, f"Het bedrag is in {str(currency or 'een onbekende munt')[:10]}: wij rekenen niet om."
            )
            return None
        if not 0 <= number < _MOST_MONEY:
            self.leave(what, "Dit bedrag kan niet kloppen.")
            return None
        self.count(what)
        return number.quantize(Decimal("0.01"))

    def pieces(self, what: str, quantity: Any, code: str, name: str) -> Decimal | None:
        """A number of pieces; of any other unit it is not said how many pieces that is."""
        number = decimal_of(quantity)
        if number is None or number <= 0:
            return None
        if code in PIECES or (not code and name.strip().lower() in PIECE_NAMES):
            self.count("aantallen")
            return number
        unit = (name or code)[:40]
        self.leave(
            what,
            f"Het aantal is {number:f} {unit}: hoeveel stuks dat is, vult u zelf in."
            if unit
            else "Bij het aantal staat geen eenheid.",
        )
        return None

    def cpv(self, what: str, text: str, scheme: str = "CPV") -> str:
        """Eight digits, without their check digit."""
        if not text:
            return ""
        found = _CPV(text.strip()) if scheme.upper() == "CPV" else None
        if found is None:
            self.leave(what, f"{scheme[:20]} {text[:20]} is geen CPV-code.")
            return ""
        self.count("CPV-codes")
        return found[1]


def text_of(value: Any) -> str:
    """A text or number as text in one line; empty for anything else."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else ""


def object_of(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def decimal_of(value: Any) -> Decimal | None:
    """A number, also as text; None for anything else."""
    try:
        found = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
