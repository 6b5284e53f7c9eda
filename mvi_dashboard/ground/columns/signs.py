"""The decimal sign and the form of dates of a file, found over all its values, and one value read with them.

Nothing is guessed: `1.250` may be a thousand or one and a quarter, and 3-4-2026 a day in April or in March. When
no value of the file decides, there is no answer here, and whoever brings the file in is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mvi_dashboard.ground.intake import Figure, Moment, as_typed
from mvi_dashboard.ground.numbers import read_plain
from mvi_dashboard.ground.shapes import quoted
from mvi_dashboard.ground.unreadable import Unreadable

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"
DATE_FORMS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
DATE_WORDS = {
    DAY_FIRST: "Dag, maand, jaar: 31-12-2026",
    MONTH_FIRST: "Maand, dag, jaar: 12/31/2026",
    YEAR_FIRST: "Jaar, maand, dag: 2026-12-31",
}
DECIMAL_WORDS = {",": "Een komma: 1.234,50", ".": "Een punt: 1,234.50"}
FIRST_YEAR, LAST_YEAR = 1900, 2200
_EURO = re.compile(r"€|\bEUR(?:O|OS)?\b", re.IGNORECASE)
_OTHER_MONEY = re.compile(r"[$£¥]|\b(?:USD|GBP|CHF|SEK|DKK|NOK|JPY|PLN|CZK|AUD|CAD)\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()-]+)\)").fullmatch
_SIGNS = re.compile(r"-?[0-9][0-9.,']*").fullmatch
_ONE_OF_THREE = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}").fullmatch
_GROUPED = {
    ",": re.compile(r"-?[1-9][0-9]{0,2}(?:[.'][0-9]{3})+(?:,[0-9]+)?").fullmatch,
    ".": re.compile(r"-?[1-9][0-9]{0,2}(?:[,'][0-9]{3})+(?:\.[0-9]+)?").fullmatch,
}
_PLAIN = {
    ",": re.compile(r"-?[0-9]+(?:,[0-9]+)?").fullmatch,
    ".": re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch,
}
_THREE_PARTS = re.compile(
    r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
).fullmatch
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})").fullmatch


@dataclass
class Votes:
    """What the values of a file say for each answer: the first row that does, by that answer."""

    first: dict[str, int]
    doubtful: int = 0
    """the first row with a value of which both readings are possible; 0 when there is none"""

    @property
    def answer(self) -> str:
        """The one answer; empty when there is none, or more than one."""
        return next(iter(self.first)) if len(self.first) == 1 else ""

    @property
    def contradicts(self) -> bool:
        """Whether values say different things."""
        return len(self.first) > 1

    @property
    def asks(self) -> bool:
        """Whether only a person knows."""
        return not self.first and self.doubtful > 0


def decimal_votes(cells: Iterable[tuple[int, str]]) -> Votes:
    """Which decimal sign these cells have, by row number; a `Figure` of a workbook has none.

    >>> decimal_votes([(2, "1.250"), (3, "17,5")]).answer
    ','
    >>> decimal_votes([(2, "1.250")]).asks
    True
    """
    votes = Votes({})
    for number, cell in cells:
        if type(cell) is not str or not cell:
            continue
        said = _said_by(bare(cell))
        if said == "?":
            votes.doubtful = votes.doubtful or number
        elif said:
            votes.first.setdefault(said, number)
    return votes


def date_votes(cells: Iterable[tuple[int, str]]) -> Votes:
    """Which form of dates these cells have, by row number; a `Moment` of a workbook is a day already.

    >>> date_votes([(2, "03-04-2026"), (3, "17-04-2026")]).answer
    'dmy'
    """
    votes = Votes({})
    for number, cell in cells:
        if isinstance(cell, Moment) or not cell:
            continue
        if _COMPACT(cell):
            votes.first.setdefault(YEAR_FIRST, number)
        elif parts := _THREE_PARTS(cell):
            said = _form_of(parts)
            if said == "?":
                votes.doubtful = votes.doubtful or number
            elif said:
                votes.first.setdefault(said, number)
    return votes


def is_number(cell: str) -> bool:
    """Whether this looks like a number, with whatever signs."""
    return isinstance(cell, Figure) or bool(_SIGNS(bare(_OTHER_MONEY.sub("", cell))))


def is_date(cell: str) -> bool:
    """Whether this looks like a day, in whatever form."""
    if isinstance(cell, Moment):
        return not cell.not_a_day()
    return bool(_THREE_PARTS(cell))


def bare(cell: str) -> str:
    """A number without euro sign, with its minus before it as bookkeeping writes it behind or as brackets.

    >>> bare("€ 1.250,00-"), bare("(80,00)"), bare("EUR 5")
    ('-1.250,00', '-80,00', '5')
    """
    text = as_typed(_EURO.sub("", cell).strip(), ",")
    if found := _IN_BRACKETS(text):
        text = f"-{found[1].strip()}"
    if text.endswith("-") and not text.startswith("-"):
        text = f"-{text[:-1].rstrip()}"
    return text.removeprefix("+")


def number_in(cell: str, decimal: str, *, digits: int = 13, decimals: int = 6) -> Decimal:
    """The number in this cell of a file with this decimal sign. Raises Unreadable with what to do."""
    if isinstance(cell, Figure):
        return read_plain(str(cell), digits_before=digits, decimals=decimals)
    if isinstance(cell, Moment):
        raise Unreadable("invalid_number", cell.unlike("number"))
    if _OTHER_MONEY.search(cell):
        text = f"{quoted(cell)} is geen bedrag in euro: reken het om naar euro, of laat deze regel weg."
        raise Unreadable("currency", text)
    text = bare(cell)
    if _PLAIN[decimal](text) or _GROUPED[decimal](text):
        other = "." if decimal == "," else ","
        text = text.replace(other, "").replace("'", "").replace(",", ".")
        return read_plain(text, digits_before=digits, decimals=decimals)
    other = "." if decimal == "," else ","
    if _PLAIN[other](text) or _GROUPED[other](text):
        told = {",": "een komma", ".": "een punt"}
        detail = (
            f"In {quoted(cell)} is {told[other]} het decimaalteken, in de rest van dit bestand {told[decimal]}."
        )
        raise Unreadable("mixed_decimal", f"{detail} Gebruik overal hetzelfde.")
    raise Unreadable("invalid_number", f"{quoted(cell)} is geen getal: vul alleen cijfers in.")


def date_in(cell: str, form: str) -> date:
    """The day in this cell of a file with dates of this form. Raises Unreadable with what to do."""
    if isinstance(cell, Moment):
        if wrong := cell.not_a_day():
            raise Unreadable("invalid_date", wrong)
        return date.fromisoformat(str(cell))
    if found := _COMPACT(cell):
        return _day(cell, *found.groups())
    found = _THREE_PARTS(cell)
    if found is None:
        text = f"{quoted(cell)} is geen datum: schrijf dag, maand en jaar met cijfers, bijvoorbeeld 31-12-2026."
        raise Unreadable("invalid_date", text)
    first, _, second, third = found.groups()
    if len(first) == 4:
        return _day(cell, first, second, third)
    if len(third) != 4:
        raise Unreadable("invalid_date", f"Schrijf bij {quoted(cell)} het jaar met vier cijfers.")
    return _day(cell, third, first, second) if form == MONTH_FIRST else _day(cell, third, second, first)


def _day(cell: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        text = f"De datum {quoted(cell)} bestaat niet: kijk naar dag en maand."
        raise Unreadable("invalid_date", text) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("range", f"Het jaar in {quoted(cell)} moet tussen {FIRST_YEAR} en {LAST_YEAR} liggen.")
    return found


def _said_by(text: str) -> str:
    """The decimal sign of this number, `?` when it may be either, empty when it says nothing."""
    if not _SIGNS(text):
        return ""
    commas, points = text.count(","), text.count(".")
    if commas and points:
        last = max(",.", key=text.rfind)
        return last if text.count(last) == 1 else ""
    if commas + points == 0:
        return ""
    sign = "," if commas else "."
    if commas + points > 1:
        return "." if sign == "," else ","
    return "?" if _ONE_OF_THREE(text) else sign


def _form_of(parts: re.Match[str]) -> str:
    first, _, second, third = parts.groups()
    if len(first) == 4:
        return YEAR_FIRST
    if len(third) != 4:
        return ""
    if int(first) > 12:
        return DAY_FIRST if int(second) <= 12 else ""
    if int(second) > 12:
        return MONTH_FIRST
    # A day with a point is no English one, and the fifth of May is one day in both.
    return "" if first.zfill(2) == second.zfill(2) else "?"
