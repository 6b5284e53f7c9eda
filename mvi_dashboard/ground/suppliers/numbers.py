"""The number under which a firm stands in the register of its country: how it is checked, and its one spelling.

Only the form is checked: nothing is asked of a register outside.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from mvi_dashboard.ground.problems import Problem

HOME = "NL"
LONGEST_NUMBER = 40
_FILE = Path(__file__).with_name("countries.toml")
_SEPARATORS = re.compile(r"[\s.\-/_,]+")
_ANY = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,40}").fullmatch
_GERMAN = re.compile(r"(?:DE[0-9]{9}|(?:HRA|HRB|GNR|PR|VR)[0-9]{1,6}[A-ZÄÖÜ]{3,30})").fullmatch


def _kvk(number: str) -> bool:
    return re.fullmatch("[0-9]{8}", number) is not None


def _belgian(number: str) -> bool:
    """Ten digits, of which the last two follow from the others."""
    return re.fullmatch("[01][0-9]{9}", number) is not None and int(number[:8]) % 97 == 97 - int(number[8:])


def _french(number: str) -> bool:
    """SIREN: nine digits that add up to a multiple of ten, each second one doubled."""
    if re.fullmatch("[0-9]{9}", number) is None:
        return False
    doubled = (int(each) * (1 + place % 2) for place, each in enumerate(number))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def _german(number: str) -> bool:
    return _GERMAN(number) is not None


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "NL": (_kvk, "Een KvK-nummer heeft 8 cijfers. U vindt het op het uittreksel van de Kamer van Koophandel."),
    "BE": (_belgian, "Een Belgisch ondernemingsnummer heeft 10 cijfers, zoals 0403.170.701."),
    "DE": (
        _german,
        "Geef het nummer van het handelsregister met de plaats van de rechtbank, zoals HRB 12345 Köln, of een "
        "USt-IdNr, zoals DE123456789.",
    ),
    "FR": (_french, "Een SIREN-nummer heeft 9 cijfers. Geef niet het langere SIRET-nummer van een vestiging."),
}


@cache
def countries(language: str = "nl") -> dict[str, str]:
    """The name of each country by its code."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: names[language == "en"] for code, names in rows.items()}


def check_number(country: str, number: str) -> list[Problem]:
    """What is wrong with this number of this country; an empty number is for the caller to judge."""
    if not number:
        return []
    normal = normal_number(country, number)
    fits, detail = _FORMS.get(country, (None, ""))
    if fits is not None:
        return [] if fits(normal) else [Problem(("number",), "invalid", detail)]
    if _ANY(normal):
        return []
    detail = "Gebruik 2 tot 40 letters en cijfers, met minstens één cijfer."
    return [Problem(("number",), "invalid", detail)]


def normal_number(country: str, number: str) -> str:
    """The number without spaces, signs and small letters; of Belgium and France without the country before it."""
    found = _SEPARATORS.sub("", number.upper())
    if country == "BE":
        found = found.removeprefix("BE")
        return found.zfill(10) if len(found) == 9 else found
    return found.removeprefix("FR") if country == "FR" and len(found) == 11 else found


def number_key(country: str, number: str) -> str:
    """Country and number as one spelling; empty without either."""
    return f"{country}:{normal_number(country, number)}" if country and number else ""
