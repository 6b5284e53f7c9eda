"""Numbers as texts in a file: with the signs that spreadsheets and other programs write, never with a guess."""

from __future__ import annotations

import re
from decimal import Decimal

from mvi_dashboard.ground.shapes import quoted
from mvi_dashboard.ground.unreadable import Unreadable

from .tables import Figure

_NAMES = {",": "een komma", ".": "een punt"}
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?").fullmatch
_SPACES = "\u00a0\u2007\u2008\u2009\u200a\u202f"
_MINUSES = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_UNUSUAL = re.compile(f"[ eE+{_SPACES}{_MINUSES}]").search
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?").fullmatch
_EXPONENT = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)[eE]([-+]?[0-9]{1,2})").fullmatch
_AS_TYPED = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys(_MINUSES, "-"))


def as_typed(text: str, decimal: str) -> str:
    """A number with the signs of a keyboard: its minus, no space between thousands, written out.

    What is no number stays as it is.

    >>> as_typed("−1 234,5", ","), as_typed("2,5E-3", ","), as_typed("12 %", ","), as_typed("1 2", ",")
    ('-1234,5', '0,0025', '12 %', '1 2')
    """
    if not _UNUSUAL(text):
        return text
    body, percent = text.translate(_AS_TYPED).strip(), ""
    if body.endswith("%"):
        body, percent = body[:-1].rstrip(), " %"
    if body.startswith("- "):
        body = f"-{body[1:].lstrip()}"
    if _THOUSANDS(body):
        return body.replace(" ", "") + percent
    if (found := _EXPONENT(body)) and not set(found[1]) & ({",", "."} - {decimal}):
        mantissa = Decimal(found[1].replace(",", "."))
        return f"{mantissa.scaleb(int(found[2])):f}".replace(".", decimal) + percent
    return body + percent if _NUMBER(body) else text


def plain(text: str, decimal: str) -> str:
    """A number in a cell in plain notation (`1234.5`), ready to be read as a Decimal.

    Raises Unreadable: `formula`, `mixed_unit` for a percentage, `mixed_decimal` for the other sign. Whether
    the rest is a number is left to who reads it.
    """
    if isinstance(text, Figure):
        return str(text)
    if text.startswith("="):
        raise Unreadable("formula", "Vervang de formule door de waarde: formules lezen wij niet.")
    if text.endswith("%"):
        raise Unreadable("mixed_unit", f"{quoted(text)} is een percentage: vul het getal zelf in.")
    text = as_typed(text, decimal)
    other = "." if decimal == "," else ","
    if other in text and _NUMBER(text):
        told, found = _NAMES[decimal], _NAMES[other]
        detail = f"{quoted(text)} heeft {found}, maar u koos {told} als decimaalteken."
        raise Unreadable("mixed_decimal", f"{detail} Gebruik overal hetzelfde, zonder duizendtallen te scheiden.")
    return text.replace(",", ".") if decimal == "," else text
