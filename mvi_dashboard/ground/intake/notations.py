"""What a number format of a workbook shows of a number: read sign by sign, as Excel does.

    notation_of('0"%"').shown_of(55)   # Shown(kind=PLAIN, unit="%"): 55 is shown as 55%
    notation_of("0%").shown_of(0.55)   # Shown(kind=PERCENT): 0.55 is shown as 55%

A format has up to four sections (above zero, below, zero, text), or conditions of its own. In a section a sign is
a place for a digit, a part of a date, or a text that is shown as it is: in quotes, after a backslash, or bare.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import NamedTuple

PLAIN, PERCENT, DAY, MOMENT, TIME, DURATION, PART_OF_DAY, YEAR, SCALED, WORDS, NOTHING, UNKNOWN = range(12)
LONGEST = 255
_TEXT, _DIGIT, _PERCENT, _COMMA, _CLOCK, _QUOTED, _BRACKETS = range(7)
_DIGITS = "0#?"
_OF_A_DAY = "ymdgeb"
_OF_A_TIME = "hs"
_SILENT = " \u00a0\u202f\t()+-−/:.'’_"
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


class Shown(NamedTuple):
    """What is shown: the kind of thing, the text that stands with a number or instead of it, and how many digits
    a whole number has at least (`007`)."""

    kind: int = PLAIN
    unit: str = ""
    digits: int = 0


class Notation(NamedTuple):
    """A format: its sections for numbers, each with its condition (None: by the sign of the number)."""

    sections: tuple[Shown, ...] = (Shown(),)
    conditions: tuple[tuple[str, float] | None, ...] = (None,)

    def shown_of(self, number: float) -> Shown:
        """What this number is shown as."""
        sections = self.sections
        if len(sections) == 1:
            only = self.conditions[0]
            return sections[0] if only is None or _OPERATORS[only[0]](number, only[1]) else Shown(UNKNOWN)
        if any(self.conditions):
            return self._by_condition(number)
        if number < 0:
            return sections[1]
        return sections[2] if number == 0 and len(sections) > 2 else sections[0]

    def _by_condition(self, number: float) -> Shown:
        for section, condition in zip(self.sections[:-1], self.conditions[:-1], strict=True):
            sign, limit = condition or ("<", 0.0)
            if _OPERATORS[sign](number, limit):
                return section
        return self.sections[-1]


GENERAL = Notation()
BUILT_IN = (
    {number: Notation((Shown(PERCENT),)) for number in (9, 10)}
    | {number: Notation((Shown(DAY),)) for number in (14, 15)}
    | {number: Notation((Shown(PART_OF_DAY),)) for number in (16, 17)}
    | {number: Notation((Shown(TIME),)) for number in (18, 19, 20, 21, 45, 47)}
    | {22: Notation((Shown(MOMENT),)), 46: Notation((Shown(DURATION),))}
    | {number: Notation((Shown(UNKNOWN),)) for number in (*range(27, 37), *range(50, 59))}
)
"""The formats that a workbook names by number alone; what some of them show depends on the language of Excel."""


def notation_of(code: str) -> Notation:
    """The format with this code.

    >>> notation_of("0.0%").shown_of(1), notation_of('0" g"').shown_of(1), notation_of("dd-mm-yyyy").shown_of(1)
    (Shown(kind=1, unit='', digits=0), Shown(kind=0, unit='g', digits=0), Shown(kind=2, unit='', digits=0))
    """
    if not code:
        return GENERAL
    if len(code) > LONGEST:
        return Notation((Shown(UNKNOWN),))
    sections = [_Section()]
    for kind, sign in _signs(code):
        if kind == _TEXT and sign == ";":
            sections.append(_Section())
        else:
            sections[-1].take(kind, sign)
    of_numbers = sections[:3]
    if len(of_numbers) > 1 and any(section.condition for section in of_numbers) and not of_numbers[0].condition:
        return Notation((Shown(UNKNOWN),))
    return Notation(
        tuple(section.shown() for section in of_numbers), tuple(section.condition for section in of_numbers)
    )


class _Section:
    """One section while its signs go by."""

    def __init__(self) -> None:
        self.condition: tuple[str, float] | None = None
        self.text = self.places = ""
        self.clock: list[str] = []
        self.percents = self.commas = 0
        self.number = self.passed = False

    def take(self, kind: int, sign: str) -> None:
        """One more sign, or a text or brackets as a whole."""
        if kind == _QUOTED:
            self.text += sign
        elif kind == _BRACKETS:
            self._take_brackets(sign)
        elif kind == _CLOCK:
            self.clock.append(sign)
        elif kind == _PERCENT:
            self.percents += 1
        elif kind == _COMMA:
            self.commas += 1
        elif kind == _DIGIT:
            self.number, self.commas, self.places = True, 0, self.places + sign
        else:
            self.text += sign

    def _take_brackets(self, inside: str) -> None:
        if inside.startswith("$"):
            self.text += inside[1:].partition("-")[0]
        elif set(inside.lower()) in ({"h"}, {"m"}, {"s"}):
            self.passed = True
        else:
            sign = next((each for each in _OPERATORS if inside.startswith(each)), "")
            if sign:
                self.condition = (sign, _limit_in(inside[len(sign) :]))

    def shown(self) -> Shown:
        """What this section shows."""
        unit = self.text.strip(_SILENT)
        if self.passed:
            return Shown(DURATION)
        if self.clock:
            return Shown(_of_clock(self.clock))
        if not self.number:
            if self.percents or self.commas:
                return Shown(UNKNOWN)
            return Shown(WORDS, self.text.strip()) if self.text.strip() else Shown(NOTHING)
        if self.commas:
            return Shown(SCALED)
        if self.percents:
            return Shown(PERCENT if self.percents == 1 and unit in ("", "%") else UNKNOWN)
        whole = set(self.places) == {"0"} and not set(self.text) & {".", "/"}
        return Shown(PLAIN, unit, len(self.places) if whole and len(self.places) > 1 else 0)


def _signs(code: str) -> Iterator[tuple[int, str]]:
    """The signs of a format with what each is."""
    place = 0
    while place < len(code):
        sign = code[place]
        closing = {'"': '"', "[": "]"}.get(sign)
        if closing:
            end = code.find(closing, place + 1)
            end = len(code) if end < 0 else end
            yield (_QUOTED if sign == '"' else _BRACKETS), code[place + 1 : end]
            place = end + 1
        elif sign in "\\!":
            yield _QUOTED, code[place + 1 : place + 2]
            place += 2
        elif sign in "_*":  # the width of a sign, or a sign that fills the cell
            place += 2
        else:
            word, kind = _word_at(code, place)
            yield kind, word
            place += len(word)


def _word_at(code: str, place: int) -> tuple[str, int]:
    sign = code[place]
    for word, kind in (("general", _DIGIT), ("am/pm", _CLOCK), ("a/p", _CLOCK)):
        if code[place : place + len(word)].lower() == word:
            return code[place : place + len(word)], kind
    if sign in "eE" and code[place + 1 : place + 2] in ("+", "-"):
        return code[place : place + 2], _DIGIT
    if sign in _DIGITS or sign == "@":
        return sign, _DIGIT
    if sign.lower() in _OF_A_DAY + _OF_A_TIME:
        return sign, _CLOCK
    return sign, {"%": _PERCENT, ",": _COMMA}.get(sign, _TEXT)


def _of_clock(signs: list[str]) -> int:
    """What the parts of a date show together: `m` is a minute after an hour or before a second, else a month."""
    parts = [sign[0].lower() for number, sign in enumerate(signs) if number == 0 or sign != signs[number - 1]]
    shown = {_part_of(parts, number) for number in range(len(parts))}
    day, time = shown & set("ymd"), shown & set("hns")
    if not day:
        return TIME
    if time:
        return MOMENT if day == set("ymd") else PART_OF_DAY
    if day == {"y"}:
        return YEAR
    return DAY if day == set("ymd") else PART_OF_DAY


def _part_of(parts: list[str], number: int) -> str:
    part = parts[number]
    if part in "geb":
        return "y"
    if part == "a":
        return "h"
    if part == "m" and ("h" in parts[max(number - 1, 0) : number] or "s" in parts[number + 1 : number + 2]):
        return "n"
    return part


def _limit_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
