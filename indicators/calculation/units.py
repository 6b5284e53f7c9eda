"""Units of factors: how a number in one unit becomes a number in another, or that the two do not fit.

A factor has the unit of its indicator per unit of its material (`kg CO2-eq/kg`). A short list does: what is not
in it must be spelled as we spell it, so that nothing is converted that was not meant.
"""

from __future__ import annotations

import re
from decimal import Decimal

_SIZES = {
    "mass": {
        "mg": "0.000001",
        "g": "0.001",
        "gram": "0.001",
        "kg": "1",
        "t": "1000",
        "ton": "1000",
        "tonne": "1000",
    },
    "energy": {
        "J": "0.000001",
        "kJ": "0.001",
        "MJ": "1",
        "GJ": "1000",
        "Wh": "0.0036",
        "kWh": "3.6",
        "MWh": "3600",
    },
    "volume": {"ml": "0.000001", "l": "0.001", "L": "0.001", "liter": "0.001", "m3": "1", "m³": "1"},
    "length": {"m": "0.001", "km": "1"},
    "goods": {"tkm": "1", "tonkm": "1"},
    "people": {"pkm": "1", "reizigerskm": "1"},
}
_KNOWN = {word: (kind, Decimal(size)) for kind, words in _SIZES.items() for word, size in words.items()}
WORDS = frozenset(_KNOWN)
"""The units that can be converted"""
_CARBON = re.compile(r"CO(?:2|₂)[ -]?(?:e|eq|equivalenten|equivalent)\.?", re.IGNORECASE)


def conversion(given: str, wanted: str) -> Decimal | None:
    """What a number in `given` is multiplied by to be in `wanted`; None when the units do not fit.

    >>> conversion("g CO2e/kg", "kg CO2-eq/kg"), conversion("kg CO2-eq/ton", "kg CO2-eq/kg")
    (Decimal('0.001'), Decimal('0.001'))
    >>> conversion("kg CO2-eq/kWh", "kg CO2-eq/kg") is None
    True
    """
    if given == wanted:
        return Decimal(1)
    top, _, bottom = given.rpartition("/")
    wanted_top, _, wanted_bottom = wanted.rpartition("/")
    above, below = _ratio(top, wanted_top), _ratio(bottom, wanted_bottom)
    return None if above is None or below is None else above / below


def _ratio(given: str, wanted: str) -> Decimal | None:
    """How many of the wanted unit go in one of the given unit, of the same substance."""
    word, of = _parts(given)
    wanted_word, wanted_of = _parts(wanted)
    if of != wanted_of:
        return None
    if word == wanted_word:
        return Decimal(1)
    kind, size = _KNOWN.get(word, ("", Decimal(0)))
    wanted_kind, wanted_size = _KNOWN.get(wanted_word, (None, Decimal(1)))
    return size / wanted_size if kind == wanted_kind else None


def _parts(unit: str) -> tuple[str, str]:
    word, _, of = unit.strip().partition(" ")
    spelled = " ".join(of.split())
    return word, "CO2-eq" if _CARBON.fullmatch(spelled) else spelled
