"""How numbers, money and dates are written, in the language that is spoken now (`ground/languages.py`).

One place decides on significant digits, separators and the minus sign, so that page, chart label and
export agree to the last digit. Unknown (None, NaN) is never written as 0. In English a point stands before the
decimals and a space between thousands, so that nobody reads `1,234` or `1.234` in two ways.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, SupportsFloat

from . import languages, rounding
from .languages import UNKNOWN as UNKNOWN
from .languages import says_unknown, worded
from .languages import unknown as unknown
from .moments import NO_BREAK as NO_BREAK
from .moments import clock_time as clock_time
from .moments import day as day
from .moments import moment as moment
from .moments import short_day as short_day
from .moments import until as until
from .numbers import as_typed_in_english
from .rounding import EXACT, Shown

Number = Decimal | float | int

MINUS: Final = "\u2212"
_SIGNIFICANT: Final = 3
_MOST_DECIMALS: Final = 12
_WHOLE_FROM: Final = Decimal(1000)
_EVERYTHING: Final = Decimal(100)
_TIMES: Final = 10  # from so many times as much a change is no percentage
_LESS: Final = {"meer": ("minder", "veel"), "hoger": ("lager", "hoog")}
_IN_ENGLISH: Final = {
    "meer": ("more", "much"),
    "minder": ("less", "little"),
    "hoger": ("higher", "high"),
    "lager": ("lower", "low"),
}
_TO_DUTCH = str.maketrans(",.-", ".," + MINUS)
_TO_ENGLISH = str.maketrans(",-", NO_BREAK + MINUS)


def is_unknown(value: object) -> bool:
    """Whether there is no number here: None, an empty text, NaN or an infinity."""
    if value is None or value == "":
        return True
    return isinstance(value, SupportsFloat) and not math.isfinite(value)


def number(value: Number | None, decimals: int | None = None) -> str:
    """The number in three significant digits and whole from 1.000, or with exactly `decimals` decimals.

    Without `decimals` zeros at the end of the decimals stay away, as nobody measured them.

    >>> number(1.8945066667), number(42.67), number(12384.5), number(-9530)
    ('1,89', '42,7', '12.385', '−9.530')
    >>> number(8.8, 2), number(None)
    ('8,80', 'onbekend')
    """
    if value is None or is_unknown(value):
        return unknown()
    exact = decimal(value)
    if decimals is not None:
        return _written(rounding.rounded(exact, decimals))
    return _written(_without_zeros(rounding.rounded(exact, decimals_for(exact))))


def in_column(value: Number | None, decimals: int) -> str:
    """The number with the decimals of its column; what is too small for those is not written as nothing.

    >>> in_column(6362.4, 0), in_column(0.0289, 0).replace(NO_BREAK, " "), in_column(0, 0), in_column(None, 1)
    ('6.362', '< 1', '0', 'onbekend')
    """
    if value is None or is_unknown(value):
        return unknown()
    exact = decimal(value)
    if exact > 0 and not rounding.rounded(exact, decimals):
        return f"<{NO_BREAK}{_written(Decimal(1).scaleb(-decimals))}"
    return number(exact, decimals)


def counted(value: Number | None, one: str, many: str) -> str:
    """How many there are, with the words for one or for another number: never `1 regels`.

    >>> counted(1, "regel telt", "regels tellen"), counted(12000, "regel", "regels")
    ('1 regel telt', '12.000 regels')
    >>> counted(0, "stuk", "stuks"), counted(1.0, "stuk", "stuks")
    ('0 stuks', '1 stuk')
    """
    written = number(value)
    pair = worded(f"{one},{many}") if languages.english() else ""
    if pair.count(",") == 1:
        one, many = pair.split(",")
    return f"{written} {one if written == '1' else many}"


def part_counted(part: Number | None, whole: Number | None, one: str, many: str) -> str:
    """So many of so many: `3 van 12 regels`; of one alone there is nothing to take a part of.

    >>> part_counted(3, 12, "regel", "regels"), part_counted(1, 1, "regel", "regels")
    ('3 van 12 regels', '1 regel')
    """
    if number(whole) == "1":
        return counted(part, one, many)
    of = "of" if languages.english() else "van"
    return f"{number(part)} {of} {counted(whole, one, many)}"


def change(value: Number | None, decimals: int | None = None) -> str:
    """The number with its sign, for a difference: `+57`, `−12`, and a plain `0`.

    >>> change(57), change(-12.0), change(0.0)
    ('+57', '−12', '0')
    """
    return _signed(number(value, decimals))


def percentage(fraction: Number | None, decimals: int | None = None) -> str:
    """A fraction as whole percentages with a no-break space: 0.67 is `67 %`.

    What is not nothing is not written as 0 %, and what is not everything not as 100 %.

    >>> percentage(0.67).replace(NO_BREAK, " "), percentage(0.003).replace(NO_BREAK, " ")
    ('67 %', '< 1 %')
    >>> percentage(0.9991).replace(NO_BREAK, " "), percentage(0.128, 1).replace(NO_BREAK, " ")
    ('> 99 %', '12,8 %')
    """
    if fraction is None or is_unknown(fraction):
        return unknown()
    percent = decimal(fraction).scaleb(2, context=EXACT)
    if decimals is None:
        if 0 < percent < Decimal("0.5"):
            return f"<{NO_BREAK}1{_percent_sign()}"
        if Decimal("99.5") <= percent < 100:
            return f">{NO_BREAK}99{_percent_sign()}"
    return f"{number(percent, decimals or 0)}{_percent_sign()}"


def percentage_change(fraction: Number | None, decimals: int | None = None) -> str:
    """A fraction as a signed percentage; a change under half a percent keeps one decimal, and from ten times as
    much it is said in words.

    >>> percentage_change(-0.67).replace(NO_BREAK, " "), percentage_change(0.003).replace(NO_BREAK, " ")
    ('−67 %', '+0,3 %')
    >>> percentage_change(27.96), percentage_change(4000), percentage_change(-52.0)
    ('29 keer zo veel', 'veel meer', 'veel minder')
    """
    if fraction is None or is_unknown(fraction):
        return unknown()
    if abs(float(fraction)) >= _TIMES - 1:
        return compared(fraction).rpartition(" ")[0]
    percent = decimal(fraction).scaleb(2, context=EXACT)
    if decimals is None:
        decimals = 1 if abs(percent) < Decimal("0.5") else 0
        percent = rounding.rounded(percent, decimals) or Decimal(0)
        decimals = 0 if not percent else decimals
    return f"{_signed(number(percent, decimals))}{_percent_sign()}"


def compared(fraction: Number, more: str = "meer") -> str:
    """How far a number is from another, for a sentence that goes on with that other; `more` is meer or hoger.

    Percentages end where nobody reads them: from ten times as much it is so many times, and from a thousand (of
    nearly nothing) only much more.

    >>> compared(0.12).replace(NO_BREAK, " "), compared(-0.005, "hoger").replace(NO_BREAK, " ")
    ('12 % meer dan', '1 % lager dan')
    >>> compared(27.96, "hoger"), compared(math.inf), compared(-52.0, "hoger")
    ('29 keer zo hoog als', 'veel meer dan', 'veel lager dan')
    """
    less, as_much = _LESS[more]
    change, way = float(fraction), more if fraction > 0 else less
    if languages.english():
        return _compared_in_english(change, _IN_ENGLISH[way][0], _IN_ENGLISH[more][1])
    if abs(change) < _TIMES - 1:
        return f"{percentage(abs(change))} {way} dan"
    return f"{number(change + 1, 0)} keer zo {as_much} als" if _TIMES <= change + 1 < 1000 else f"veel {way} dan"


def _compared_in_english(change: float, way: str, as_much: str) -> str:
    if abs(change) < _TIMES - 1:
        return f"{percentage(abs(change))} {way} than"
    times = f"{number(change + 1, 0)} times as {as_much} as"
    return times if _TIMES <= change + 1 < 1000 else f"much {way} than"


def euros(amount: Number | None, decimals: int | None = None) -> str:
    """An amount of money: whole euros from 1.000, cents below unless there are none.

    >>> euros(Decimal("31200.40")).replace(NO_BREAK, " "), euros(Decimal("12.5")).replace(NO_BREAK, " ")
    ('€ 31.200', '€ 12,50')
    """
    if amount is None or is_unknown(amount):
        return unknown()
    exact = decimal(amount)
    if decimals is None:
        whole = abs(exact) >= _WHOLE_FROM or exact == exact.to_integral_value()
        decimals = 0 if whole else 2
    return f"€{'' if languages.english() else NO_BREAK}{number(exact, decimals)}"


def exact(value: Number | None) -> str:
    """The number with every digit that it has, for a trace: `1,8945066667`, never an exponent.

    >>> exact(1.8945066667), exact(12384.5), exact(1e-7), exact(Decimal("0.80"))
    ('1,8945066667', '12.384,5', '0,0000001', '0,80')
    """
    if value is None or is_unknown(value):
        return unknown()
    written = decimal(value)
    # A float has no trailing zeros of its own: 67.0 is just how Python prints 67.
    return _written(_without_zeros(written) if isinstance(value, float) else written)


def field_value(value: Number | None) -> str:
    """The number as it stands in an input: comma, no thousand separator, plain minus; empty when unknown.

    >>> field_value(Decimal("36000.00")), field_value(0.125), field_value(None)
    ('36000', '0,125', '')
    """
    if value is None or is_unknown(value):
        return ""
    if languages.types_english():
        return as_typed_in_english(_without_zeros(decimal(value)))
    return in_file(value)


def in_file(value: Number) -> str:
    """The number as it stands in a file for a Dutch spreadsheet, whatever language is spoken: `36000`, `0,125`."""
    return f"{_without_zeros(decimal(value)):f}".replace(".", ",")


def field_percentage(fraction: Number | None) -> str:
    """A fraction as the percentage in an input: 0.6 is `60`."""
    if fraction is None or is_unknown(fraction):
        return ""
    return field_value(decimal(fraction).scaleb(2, context=EXACT))


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def adding_up(
    parts: Sequence[Number | None],
    total: Number | None = None,
    *,
    decimals: int | None = None,
    page: Shown | None = None,
) -> tuple[list[str], str]:
    """Parts and their total as they stand together: the parts are rounded by largest remainder to the digits of
    the total, so that they add up to it; nothing else is changed.

    Without `decimals` the largest number sets them (three significant digits). An unknown part is said as such
    and the others add up; with a total that is not their sum every number is just rounded. With a `page` a number
    that was shown on it before is shown the same.

    >>> adding_up([1.4, 1.4, 1.4], decimals=0)
    (['2', '1', '1'], '4')
    >>> adding_up([-12.4, 57.4, 45.4], decimals=0), adding_up([0.5, None], decimals=1)
    ((['−12', '57', '45'], '90'), (['0,5', 'onbekend'], '0,5'))
    """
    page = page or Shown()
    if is_unknown(total) and total is not None:
        return [on_page(part, decimals, page) for part in parts], unknown()
    known = [decimal(part) for part in parts if part is not None and not is_unknown(part)]
    if total is None and not known:
        return [unknown() for _part in parts], unknown()
    whole = sum(known, Decimal(0)) if total is None else decimal(total)
    places = decimals_of([*known, whole]) if decimals is None else decimals
    said = page.once(whole, places)
    shown = iter(page.column(known, said, places))
    texts = [unknown() if is_unknown(part) else _written(next(shown)) for part in parts]
    return texts, _written(said)


def on_page(value: Number | None, decimals: int | None, page: Shown) -> str:
    """The number with so many decimals, as it was shown on this page before."""
    if value is None or is_unknown(value) or decimals is None:
        return number(value, decimals)
    return _written(page.once(decimal(value), decimals))


def shares(fractions: Sequence[Number]) -> list[str]:
    """The parts of one whole as whole percentages that add up to 100 %, where the fractions add up to 1.

    What is not nothing is not written as 0 %, and what is not everything not as 100 %.

    >>> [text.replace(NO_BREAK, " ") for text in shares([0.335, 0.335, 0.33])]
    ['34 %', '33 %', '33 %']
    >>> [text.replace(NO_BREAK, " ") for text in shares([0.003, 0.997, 0])]
    ['< 1 %', '> 99 %', '0 %']
    """
    parts = [decimal(each).scaleb(2, context=EXACT) for each in fractions]
    found = rounding.largest_remainder(parts, rounding.rounded(sum(parts, Decimal(0)), 0), 0)
    return [_percent(whole, part) for whole, part in zip(found, parts, strict=True)]


def _percent(whole: Decimal, part: Decimal) -> str:
    """The percentage that a part was rounded to, unless that says nothing or everything and it is not."""
    if not whole and part > 0:
        return f"<{NO_BREAK}1{_percent_sign()}"
    if whole >= _EVERYTHING > part:
        return f">{NO_BREAK}99{_percent_sign()}"
    return f"{number(whole, 0)}{_percent_sign()}"


def _percent_sign() -> str:
    return "%" if languages.english() else f"{NO_BREAK}%"


def rounded(value: Number, decimals: int) -> Decimal:
    """The number as it is shown with so many decimals, to go on calculating with what is shown."""
    return rounding.rounded(decimal(value), decimals)


def bridged(start: Number, parts: Sequence[Number], end: Number, decimals: int) -> list[Decimal]:
    """The parts between two numbers that also stand elsewhere: rounded so that they lead from the rounded start
    to the rounded end, which are just rounded.

    >>> bridged(1.4, [0.3, 0.4, 0.5], 2.6, 0)
    [Decimal('0'), Decimal('1'), Decimal('1')]
    """
    whole = rounding.rounded(decimal(end), decimals) - rounding.rounded(decimal(start), decimals)
    return rounding.largest_remainder([decimal(part) for part in parts], whole, decimals)


def decimals_of(values: Iterable[Number | None]) -> int:
    """How many decimals numbers that stand together get: as many as the largest needs; none when all are whole.

    >>> decimals_of([0.25, 1432.0]), decimals_of([8.25, None]), decimals_of([3, 4]), decimals_of([])
    (0, 2, 0, 0)
    """
    known = [decimal(value) for value in values if value is not None and not is_unknown(value)]
    if all(value == value.to_integral_value() for value in known):
        return 0
    return decimals_for(max(known, key=abs))


def decimals_for(value: Number) -> int:
    """How many decimals three significant digits leave for this number; 0 from 100 on."""
    exact_value = abs(decimal(value))
    if not exact_value or exact_value >= _WHOLE_FROM:
        return 0
    return min(max(_SIGNIFICANT - 1 - exact_value.adjusted(), 0), _MOST_DECIMALS)


def decimal(value: Number) -> Decimal:
    """The number as it is written: 0.1 is 0,1."""
    if isinstance(value, Decimal):
        return value
    # numpy has whole numbers of its own; they too know their index.
    # repr is the shortest text that reads back as the same float: 0.1 stays 0.1.
    return Decimal(int(value)) if hasattr(value, "__index__") else Decimal(repr(float(value)))


def _without_zeros(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize(context=EXACT)


def _written(value: Decimal) -> str:
    value = value or value.copy_abs()  # minus zero is zero
    return f"{value:,f}".translate(_TO_ENGLISH if languages.english() else _TO_DUTCH)


def _signed(text: str) -> str:
    return text if says_unknown(text) or text[0] == MINUS or not text.strip("0,.") else f"+{text}"
