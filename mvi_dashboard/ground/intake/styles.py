"""How a workbook shows its numbers, as far as that changes what they mean: a percentage, a day, a duration."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .files import corrupt

PLAIN, PERCENT, DAY, DURATION = range(4)
MOST_STYLES = 65_536
_LONGEST_FORMAT = 255
_BUILT_IN = {9: PERCENT, 10: PERCENT, 46: DURATION} | dict.fromkeys([*range(14, 23), 45, 47], DAY)
_ASIDE = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', re.IGNORECASE).sub
_OF_TIME = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE).search
_PASSED = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE).search


def read_styles(read: Callable[..., None]) -> bytes:
    """What each style of a cell makes of a number. Raises Refused when there are more than Excel can have."""
    formats: dict[str, int] = {}
    found = bytearray()
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            formats[given.get("numFmtId", "")] = kind_of(given.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            number = given.get("numFmtId", "0")
            known = _BUILT_IN.get(int(number), PLAIN) if number.isdecimal() and len(number) < 8 else PLAIN
            found.append(formats.get(number, known))
        if len(found) > MOST_STYLES or len(formats) > MOST_STYLES:
            raise corrupt()

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    read(start, end)
    return bytes(found)


def kind_of(code: str) -> int:
    """What a format makes of a number.

    >>> kind_of("0.0%") == PERCENT, kind_of("dd-mm-yyyy") == DAY, kind_of('0 "dagen"') == PLAIN
    (True, True, True)
    """
    shown: Any = _ASIDE("", code[:_LONGEST_FORMAT].split(";")[0])
    if _PASSED(shown):
        return DURATION
    if _OF_TIME(shown):
        return DAY
    return PERCENT if "%" in code[:_LONGEST_FORMAT] else PLAIN
