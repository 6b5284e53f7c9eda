"""How a workbook shows its numbers: the notation of each style of its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .files import corrupt
from .notations import BUILT_IN, GENERAL, Notation, notation_of

MOST_STYLES = 65_536


def read_styles(read: Callable[..., None]) -> Sequence[Notation]:
    """The notation of each style. Raises Refused when there are more than Excel can have."""
    formats: dict[str, Notation] = {}
    found: list[Notation] = []
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            formats[given.get("numFmtId", "")] = notation_of(given.get("formatCode", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            number = given.get("numFmtId", "0")
            known = BUILT_IN.get(int(number), GENERAL) if number.isdecimal() and len(number) < 8 else GENERAL
            found.append(formats.get(number, known))
        if len(found) > MOST_STYLES or len(formats) > MOST_STYLES:
            raise corrupt()

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    read(start, end)
    return found
