"""The name of a file that somebody sends: kept to show it, never used as a path."""

from __future__ import annotations

import re
import unicodedata

from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem

LONGEST = 200
_SEPARATORS = re.compile(r"[/\\]")
# What cannot be read or turns the reading order around: `factuur\u202efdp.exe` shows as `factuurexe.pdf`.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


def tidy(name: str) -> str:
    """The name as it is kept: letters with their accents in one sign each.

    >>> tidy("Cafe\u0301.pdf") == "Café.pdf"
    True
    """
    return unicodedata.normalize("NFC", name)


def name_problems(name: str) -> list[Problem]:
    """What is wrong with the name of a file; nothing of it is guessed or mended.

    >>> [each.code for each in name_problems("certificaat staal.pdf")]
    []
    >>> [each.code for each in name_problems("../staal.pdf")]
    ['filename']
    """
    said = _wrong(name)
    return [Problem(("file",), "filename", said)] if said else []


def ending(name: str) -> str:
    """What stands behind the last dot, in small letters.

    >>> ending("Staal.PDF"), ending("staal")
    ('pdf', '')
    """
    return name.rpartition(".")[2].lower() if "." in name else ""


def _wrong(name: str) -> str:
    if not name.strip(" ."):
        return "Geef het bestand een naam."
    if _SEPARATORS.search(name):
        return "In de naam van het bestand staat een map: stuur alleen de naam zelf."
    if any(unicodedata.category(sign) in _UNSEEN for sign in name):
        return "In de naam van het bestand staat een teken dat niet te zien is: geef het een andere naam."
    if len(name) > LONGEST:
        return worded("De naam van het bestand is te lang: hoogstens {longest} tekens.", longest=LONGEST)
    if name != name.strip(" ") or name.startswith(".") or name.endswith("."):
        return "De naam van het bestand begint of eindigt met een punt of spatie: haal die weg."
    if _NOT_IN_NAMES.search(name) or _OF_WINDOWS.fullmatch(name):
        return "Deze naam kan niet op elke computer: geef het bestand een andere naam."
    return ""
