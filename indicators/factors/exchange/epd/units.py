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
    unit: spelled
    for spelled, units in {
        "kg": "kgs|kilo|kilogram|kilograms",
        "m^2": "qm|m²|sqm|sq m|square meter|square meters|square metre|square metres",
        "m^3": "m³|cbm|cu m|cubic meter|cubic meters|cubic metre|cubic metres",
        "m": "lfm|rm|lm|linear meter|linear meters|linear metre|linear metres",
        "foot^2": "sf|sqft|sq ft|sq. ft.|square foot|square feet",
        "foot^3": "cf|cft|cuft|cu ft|cu. ft.|cubic foot|cubic feet",
        "foot": "lf|linear foot|linear feet",
        "yard^2": "sy|sq yd|square yard|square yards",
        "yard^3": "cy|cu yd|cubic yard|cubic yards",
        "tonne": "t|mt|metric ton|metric tons|metric_ton|metric tonne|metric tonnes|tonnes",
        "short_ton": "short ton|short tons|us ton|us tons|ton_us|us_ton",
        "long_ton": "long ton|long tons|imperial ton|imperial tons",
        "pound": "lb|lbs|lb.|lbs.|pounds",
        "gallon": "gal|gal.|gallons|us gallon|us gallons",
        "piece": "stk|stk.|stück|stuk|stuks|pce|pcs|pcs.|pieces|item|items|item(s)|unit|units|p|ea|ea.|each|count",
        "liter": "l|litre|litres|liters",
        "tonne*km": "tkm|t*km",
    }.items()
    for unit in (spelled, *units.split("|"))
}
TONS = {"ton": "tonne", "tons": "tonne"}
TWO_TONS = "ton (1000 kg of 907 kg)"
"""A ton is 1000 kg in Europe and 907 kg in America: who writes openEPD may mean either."""
# No free expressions: in those a power of a power is a bomb.
_READABLE = re.compile(r"[A-Za-z_]{1,12}(?:\^[23])?(?:[*/][A-Za-z]{1,12}(?:\^[23])?)?").fullmatch
_POWER = re.compile(r"([A-Za-z])\s*(?:\*\*|\^)?\s*([23²³])(?![0-9])")
_LENGTH = re.compile(r"(?:m|mm|cm|dm|ft|yd|in)(?:\^[23])?", re.IGNORECASE).fullmatch
_POWERS = str.maketrans("²³", "23")
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
    >>> ratio("yd3", "m3"), ratio("m**2", "m2"), ratio("short ton", "kg")
    (Decimal('0.764554857984'), Decimal('1'), Decimal('907.18474'))
    """
    units = [_spelled(text) for text in (given, wanted)]
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


def _spelled(text: str) -> str:
    """The unit in the spelling of the registry: a word of ours first, and then its power."""
    words = " ".join(text.split())
    known = {**_SPELLINGS, **TONS}.get(words.casefold())
    if known:
        return known
    powered = _POWER.sub(lambda found: f"{found[1]}^{found[2].translate(_POWERS)}", words)
    return powered.lower() if _LENGTH(powered) else powered


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
