"""Units as declarations write them, read by pint at this edge only; inside the house units are texts.

A unit of an indicator has two parts: a size (`kg`) and of what (`CO2`). Sizes are converted, substances never.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pint import UnitRegistry
from pint.errors import PintError

_DUTCH = {"piece": "stuk"}
_COUNTS = "piece = [item] = pcs\n"
_SPELLINGS = {
    "qm": "m^2",
    "m2": "m^2",
    "m²": "m^2",
    "m3": "m^3",
    "m³": "m^3",
    "cbm": "m^3",
    "lfm": "m",
    "rm": "m",
    "t": "tonne",
    "ton": "tonne",
    "stk": "piece",
    "stk.": "piece",
    "stück": "piece",
    "stuk": "piece",
    "stuks": "piece",
    "pce": "piece",
    "pcs": "piece",
    "pcs.": "piece",
    "piece": "piece",
    "pieces": "piece",
    "item": "piece",
    "items": "piece",
    "item(s)": "piece",
    "unit": "piece",
    "p": "piece",
    "l": "liter",
    "tkm": "tonne*km",
    "t*km": "tonne*km",
}
# No free expressions: in those a power of a power is a bomb.
_READABLE = re.compile(r"[A-Za-z]{1,12}(?:\^[23])?(?:[*/][A-Za-z]{1,12}(?:\^[23])?)?").fullmatch
_EQUIVALENT = re.compile(r"[-. ]*(?:e|eq|eqv|equiv|equivalents?|äq|äqv|äquiv|äquivalente?)\.?$", re.IGNORECASE)
_SIZE = re.compile(r"(?P<size>k?g|mg|t|MJ|kJ|GJ|kWh|MWh|m3|m²|m³|l|mol|kBq)\s?(?P<of>.*)").fullmatch
_MARKS = str.maketrans({"_": None, "(": None, ")": None, "^": None, "+": None, "₂": "2", "₄": "4", "³": "3"})


@lru_cache(maxsize=1)
def _registry() -> UnitRegistry[Decimal]:
    # Its own registry, counting exactly: the units of the house must not depend on what a file defines.
    registry: UnitRegistry[Decimal] = UnitRegistry(non_int_type=Decimal, cache_folder=None)
    registry.load_definitions(_COUNTS.splitlines())
    return registry


def ratio(given: str, wanted: str) -> Decimal | None:
    """How many of `wanted` go in one `given`; None when the two measure something else or cannot be read.

    >>> ratio("t", "kg"), ratio("qm", "m2"), ratio("kWh", "MJ")
    (Decimal('1000'), Decimal('1'), Decimal('3.6'))
    >>> ratio("m3", "kg") is None
    True
    """
    units = [
        _SPELLINGS.get(text.strip().casefold(), text.strip().replace("m3", "m^3")) for text in (given, wanted)
    ]
    if not all(map(_READABLE, units)):
        return None
    try:
        times = _registry().Quantity(Decimal(1), units[0]).to(units[1]).magnitude
    except (PintError, ArithmeticError, ValueError, TypeError, AttributeError, AssertionError):
        return None
    return Decimal(times).normalize() + 0


def indicator_ratio(given: str, wanted: str) -> Decimal | None:
    """The same for units of an indicator, where the substance must be the same too.

    >>> indicator_ratio("kg CO_(2)-Äq.", "kg CO2-eq"), indicator_ratio("gCO2e", "kg CO2-eq")
    (Decimal('1'), Decimal('0.001'))
    >>> indicator_ratio("kg SO2-eqv.", "kg CO2-eq") is None
    True
    """
    (size, substance), (wanted_size, wanted_substance) = _parts(given), _parts(wanted)
    return ratio(size, wanted_size) if size and substance == wanted_substance else None


def in_dutch(unit: str) -> str:
    """The unit as the Dutch write it."""
    return _DUTCH.get(unit, unit)


def _parts(unit: str) -> tuple[str, str]:
    """The size and the substance without the many ways to write "equivalents"."""
    text = " ".join(unit.translate(_MARKS).split())
    found = _SIZE(text)
    if found is None:
        return "", text
    return found["size"], _EQUIVALENT.sub("", found["of"]).strip().upper() if found["of"] else ""
