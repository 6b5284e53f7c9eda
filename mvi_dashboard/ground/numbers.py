"""Text to Decimal without surprises: what people type is read strictly, or refused with what to do.

Python and DRF accept `1_000`, full-width digits, `1e400` and spaces; spreadsheets and Dutch forms use commas.
Here a number is read in one of three ways only: plain (JSON, `1234.5`), Dutch (forms, `1.234,5`), or English
(forms of an English page, `1234.5`), in which `1,250` and `1.250` are both refused: readers of two countries type
there.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from mvi_dashboard.ground import languages
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.unreadable import Unreadable

DIGITS_BEFORE: Final = 9
DECIMALS: Final = 6
LARGEST_INTEGER: Final = 999_999_999
_SHOWN: Final = 40
_THOUSAND: Final = 3  # so many digits stand after the dot of a thousand

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
_PLAIN_INTEGER = re.compile(r"-?[0-9]+").fullmatch
_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+").fullmatch
_WITH_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:[., ][0-9]{3})+(?:[.,][0-9]+)?").fullmatch
_WITH_EXPONENT = re.compile(r"[-+]?[0-9][0-9.,]*[eE][-+]?[0-9]+").fullmatch
_MINUS_BEHIND = re.compile(r"[0-9][0-9.,]*\s*-|\([0-9][0-9.,]*\)").fullmatch
_WITH_UNIT = re.compile(r"-?[0-9][0-9.,]*\s*([^\W\d_%][^\d]*|%)").fullmatch

# Dutch: dots only between groups of three, a comma before the decimals.
_DUTCH = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?").fullmatch
# `0.125` and `1234.5` can only mean a decimal point; `1.250` can be read in two ways.
_ONE_DOT = re.compile(r"-?[0-9]+\.[0-9]+").fullmatch
_TWO_MEANINGS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}").fullmatch

# English: a point before the decimals. Groups of three after spaces, or after commas where only that can be meant.
_SPACED = re.compile(r"-?[1-9][0-9]{0,2}(?:[ \u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?").fullmatch
_COMMA_GROUPS = re.compile(
    r"-?[1-9][0-9]{0,2}(?:,[0-9]{3}(?:,[0-9]{3})+(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)"
).fullmatch
_ONE_GROUP = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}").fullmatch
_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(?:([, \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*").fullmatch
_ONE_SIGN = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}").fullmatch


class ExponentText(str):
    """A JSON number that was written with an exponent: kept as text, so that nobody calculates with it."""

    __slots__ = ()


def json_number(number: Decimal) -> int | float:
    """The same number as JSON and workbooks write it: whole ones without a point.

    >>> json_number(Decimal("12.00")), json_number(Decimal("0.5"))
    (12, 0.5)
    """
    return int(number) if number == number.to_integral_value() else float(number)


def read_plain(value: object, *, digits_before: int = DIGITS_BEFORE, decimals: int = DECIMALS) -> Decimal:
    """The Decimal as it was sent, from a JSON number or a text in plain notation.

    Trailing zeros count as decimals: the number is stored as sent, never rounded.
    Raises Unreadable: `decimal_comma`, `max_value`, `max_decimal_places` or `invalid_number`.

    >>> read_plain("12.50")
    Decimal('12.50')
    """
    kind = type(value)
    if kind is str and isinstance(value, str):
        if not _PLAIN(value):
            raise _why_not_plain(value)
        text = value
    elif kind is Decimal:
        # A Decimal that JSON wrote plainly prints plainly too, but very small ones get an exponent.
        text = _written_out(value)  # type: ignore[arg-type]
    elif kind is int:
        text = _written_out(Decimal(value))  # type: ignore[arg-type]
    else:
        raise _why_not_plain(value)
    return _within(text, digits_before, decimals)


def read_dutch(text: str, *, digits_before: int = DIGITS_BEFORE, decimals: int = DECIMALS) -> Decimal:
    """The Decimal that a Dutch form means: `1.234,5`, `1234,5`, and `0.125` with a point.

    Raises Unreadable; `1.250` can mean 1250 or 1,25 and is refused as `invalid_number` with both readings,
    unless three decimals are not possible, as with money.

    >>> read_dutch("1.234,5"), read_dutch("25.000", decimals=2)
    (Decimal('1234.5'), Decimal('25000'))
    """
    typed = text.strip()
    if decimals >= _THOUSAND and _TWO_MEANINGS(typed):
        comma, joined = typed.replace(".", ","), typed.replace(".", "")
        raise Unreadable(
            "invalid_number",
            worded(
                "Bedoelt u duizend of meer? Schrijf {joined}. Bedoelt u een komma? Schrijf {comma}.",
                joined=joined,
                comma=comma,
            ),
        )
    if _DUTCH(typed):
        return _within(typed.replace(".", "").replace(",", "."), digits_before, decimals)
    if _ONE_DOT(typed):
        return _within(typed, digits_before, decimals)
    raise _why_not_dutch(typed)


def read_english(text: str, *, digits_before: int = DIGITS_BEFORE, decimals: int = DECIMALS) -> Decimal:
    """The Decimal that a form of an English page means: `1234.5`, `1 234.5`, `1,234.5`, `12,5`.

    Raises Unreadable; `1,250` and `1.250` are refused with both readings, as a Dutch reader types there too. Where
    three decimals are not possible a comma stands between thousands.

    >>> read_english("1,234.5"), read_english("0.125"), read_english("25,000", decimals=2)
    (Decimal('1234.5'), Decimal('0.125'), Decimal('25000'))
    """
    typed = text.strip()
    if _ONE_SIGN(typed) and decimals > _THOUSAND:
        whole = re.sub("[.,]", "", typed)
        part = typed.replace(",", ".") + "0"
        raise Unreadable(
            "invalid_number",
            worded(
                "Bedoelt u duizend of meer? Schrijf {whole}. Bedoelt u een decimale punt? Schrijf {part}.",
                whole=whole,
                part=part,
            ),
        )
    if _SPACED(typed) or _COMMA_GROUPS(typed) or _ONE_GROUP(typed):
        return _within(re.sub("[^0-9.-]", "", typed), digits_before, decimals)
    if _PLAIN(typed) or _WITH_COMMA(typed):
        return _within(typed.replace(",", "."), digits_before, decimals)
    raise why_not(typed, ".")


def read_typed(text: str, *, digits_before: int = DIGITS_BEFORE, decimals: int = DECIMALS) -> Decimal:
    """The Decimal that was typed, as the page writes its numbers. Raises Unreadable."""
    read = read_english if languages.types_english() else read_dutch
    return read(text, digits_before=digits_before, decimals=decimals)


def typed_again(text: str) -> str:
    """A number in Dutch notation, such as a cell holds, as it is typed on this page; anything else as it is."""
    if not languages.types_english():
        return text
    body, percent = (text[:-1].rstrip(), " %") if text.endswith("%") else (text, "")
    try:
        return as_typed_in_english(read_dutch(body)) + percent
    except Unreadable:
        return text


def as_typed_in_english(number: Decimal) -> str:
    """The number as it stands in an input of an English page: never in a form that is read in two ways.

    >>> as_typed_in_english(Decimal("1.234")), as_typed_in_english(Decimal("1234.5"))
    ('1.2340', '1234.5')
    """
    plain = f"{number:f}"
    return f"{plain}0" if _ONE_SIGN(plain) else plain


def read_percentage(text: str, *, decimals: int = DECIMALS) -> Decimal:
    """The fraction behind a percentage typed in a form: `60`, `60%` and `62,5 %` are 0.60, 0.60 and 0.625.

    `decimals` are those of the fraction, so two fewer are left for the percentage.
    """
    number = read_typed(text.strip().removesuffix("%"), decimals=max(decimals - 2, 0))
    return number.scaleb(-2)


def read_integer(value: object, *, largest: int = LARGEST_INTEGER) -> int:
    """The whole number, from a JSON number without decimals or a text of digits.

    Raises Unreadable: `max_value` above `largest` (either sign), `invalid_integer` for all else.
    """
    number = _integer_of(value)
    if number is None:
        raise Unreadable("invalid_integer", "Vul een geheel getal in, alleen cijfers.")
    if Decimal(number).copy_abs() > largest:
        raise Unreadable(
            "max_value", worded("Dit getal is te groot: hoogstens {largest}.", largest=written(Decimal(largest)))
        )
    return int(number)


def read_typed_integer(text: str, *, largest: int = LARGEST_INTEGER) -> int:
    """The whole number typed in a form; `1.200` (in English `1,200`) has one reading here."""
    typed = text.strip()
    if languages.types_english():
        typed = re.sub("[, \u00a0\u202f]", "", typed) if _GROUPS(typed) else typed
    elif _DUTCH(typed) and "," not in typed:
        typed = typed.replace(".", "")
    return read_integer(typed, largest=largest)


def written(number: Decimal) -> str:
    """The number with every decimal that it has, in the language of now: `12.500,25`."""
    return f"{number:,f}".replace(",", "\u00a0") if languages.english() else dutch(number)


def dutch(number: Decimal) -> str:
    """The number as the Dutch write it, with every decimal that it has: `12.500,25`.

    >>> dutch(Decimal("12500.25"))
    '12.500,25'
    """
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def _integer_of(value: object) -> int | Decimal | None:
    if type(value) is int:
        return value
    if type(value) is Decimal:  # 100.0 is a whole number in JSON; 1.5 and NaN are not
        return value if value.is_finite() and value == value.to_integral_value() else None
    if type(value) is str and _PLAIN_INTEGER(value):
        return Decimal(value)  # int() refuses very long texts; a Decimal only gets large
    return None


def _written_out(number: Decimal) -> str:
    if not number.is_finite():
        raise _why_not_plain(str(number))
    # Written out, 1E+999999 would be a text of a megabyte; far too large is all we need to know.
    return format(number, "f") if number.adjusted() < _SHOWN else "9" * _SHOWN


def _within(text: str, digits_before: int, decimals: int) -> Decimal:
    whole, _, part = text.partition(".")
    if len(part) > decimals:
        raise Unreadable(
            "max_decimal_places",
            worded("Gebruik hoogstens {decimals} cijfers achter de komma.", decimals=decimals),
        )
    if len(whole) > digits_before and len(whole.lstrip("-0")) > digits_before:
        raise Unreadable(
            "max_value",
            worded(
                "Dit getal is te groot: hoogstens {digits_before} cijfers voor de komma.",
                digits_before=digits_before,
            ),
        )
    number = Decimal(text)
    return number or number.copy_abs()  # minus zero is zero


def is_plain(text: str) -> bool:
    """Whether this is a number in plain notation, however large."""
    return _PLAIN(text) is not None


def why_not(text: str, decimal: str) -> Unreadable:
    """Why this text is no number, in the words of somebody who writes numbers with this decimal sign."""
    sign, example = (worded("komma"), "12,5") if decimal == "," else (worded("punt"), "12.5")
    return _why_not(
        text,
        worded("Gebruik alleen cijfers en een {sign}, bijvoorbeeld {example}.", sign=sign, example=example),
        decimal,
    )


def _why_not_plain(value: object) -> Unreadable:
    if not isinstance(value, str):
        return Unreadable("invalid_number", "Hier hoort een getal, bijvoorbeeld 12.5.")
    if _WITH_COMMA(value):
        return Unreadable(
            "decimal_comma",
            worded(
                "Gebruik een punt in plaats van een komma: {replace}.", replace=value.replace(",", ".")[:_SHOWN]
            ),
        )
    return why_not(value, ".")


def _why_not_dutch(typed: str) -> Unreadable:
    return why_not(typed, ",")


def _why_not(text: str, otherwise: str, decimal: str) -> Unreadable:
    """The refusal that names what is wrong with this text, with the same code for all."""
    detail = otherwise
    if not text.strip():
        detail = "Vul een getal in: dit veld is verplicht."
    elif text.strip().lstrip("+-").lower() in ("nan", "snan", "inf", "infinity"):
        detail = worded("Hier hoort een getal, geen {word}.", word=text.strip())
    elif _WITH_EXPONENT(text):
        detail = worded("Schrijf het getal uit, zonder exponent: 0{decimal}001 en niet 1e-3.", decimal=decimal)
    elif _MINUS_BEHIND(text):
        detail = "Schrijf een getal onder nul met het minteken ervoor."
    elif _WITH_THOUSANDS(text):
        detail = "Gebruik geen scheiding tussen duizendtallen."
    elif text != text.strip():
        detail = "Gebruik geen spaties in of om het getal."
    elif any(character.isdigit() and character not in "0123456789" for character in text):
        detail = "Gebruik alleen de cijfers 0 tot en met 9."
    elif _WITH_UNIT(text):
        detail = "Vul alleen het getal in: de eenheid hoort er niet bij."
    return Unreadable("invalid_number", detail)
