"""Numbers: quantities, fractions, money and counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mvi_dashboard.ground import numbers
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import json_number
from mvi_dashboard.ground.unreadable import Unreadable

from .scalars import Scalar, Schema

_ONE = Decimal(1)
_PERCENT = Decimal(100)


class Number(Scalar):
    """A Decimal as sent, with at most 9 digits before and 6 after the point unless said otherwise.

    Below the minimum is `range`, above the maximum `max_value`; `unit` is shown wherever the field is.
    """

    above: str = "max_value"

    def __init__(
        self,
        *,
        min: Decimal | int | str | None = None,
        max: Decimal | int | str | None = None,
        exclusive_min: bool = False,
        digits: int = numbers.DIGITS_BEFORE,
        decimals: int = numbers.DECIMALS,
        unit: str = "",
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.min = None if min is None else Decimal(min)
        self.max = None if max is None else Decimal(max)
        self.exclusive_min = exclusive_min
        self.digits = digits
        self.decimals = decimals
        self.unit = unit

    def read(self, value: Any) -> Decimal:
        """The number from JSON: a number or a text in plain notation."""
        try:
            number = numbers.read_plain(value, digits_before=self.digits, decimals=self.decimals)
        except Unreadable as unreadable:
            raise self._with_its_unit(unreadable) from None
        return self._checked(number)

    def read_typed(self, text: str) -> Decimal:
        """The number as people type it."""
        try:
            number = numbers.read_typed(text, digits_before=self.digits, decimals=self.decimals)
        except Unreadable as unreadable:
            raise self._with_its_unit(unreadable) from None
        return self._checked(number)

    def _with_its_unit(self, unreadable: Unreadable) -> Unreadable:
        unit = (
            worded(" De eenheid is {unit}.", unit=self.unit)
            if self.unit and unreadable.code == "invalid_number"
            else ""
        )
        return Unreadable(unreadable.code, unreadable.detail + unit)

    def _checked(self, number: Decimal) -> Decimal:
        low = self.min
        if low is not None and (number < low or (self.exclusive_min and number == low)):
            raise Unreadable("range", self._too_low(number), "zero" if number == 0 else "")
        if self.max is not None and number > self.max:
            raise Unreadable(self.above, self._too_high(number))
        return number

    def _too_low(self, number: Decimal) -> str:
        assert self.min is not None
        if self.exclusive_min:
            return worded("Vul een getal in dat groter is dan {min}.", min=numbers.written(self.min))
        if self.min == 0:
            return "Dit getal mag niet negatief zijn."
        return worded("Vul minstens {min} in.", min=self._with_unit(self.min))

    def _too_high(self, number: Decimal) -> str:
        assert self.max is not None
        return worded("Dit getal is te groot: hoogstens {max}.", max=self._with_unit(self.max))

    def _with_unit(self, number: Decimal) -> str:
        return f"{numbers.written(number)} {self.unit}".strip()

    def own_schema(self, *, live: bool) -> Schema:
        """A JSON number or a text in plain notation; limits and unit beside it."""
        schema: Schema = {
            "type": ["number", "string"],
            "pattern": rf"^-?[0-9]{{1,{self.digits}}}(\.[0-9]{{1,{self.decimals}}})?$",
        }
        if self.min is not None:
            schema["exclusiveMinimum" if self.exclusive_min else "minimum"] = json_number(self.min)
        highest = Decimal(10) ** self.digits if self.max is None else self.max
        schema["exclusiveMaximum" if self.max is None else "maximum"] = json_number(highest)
        if self.min is None:
            schema["exclusiveMinimum"] = json_number(-highest)
        return {**schema, "x-unit": self.unit} if self.unit else schema


class Fraction(Number):
    """A part of a whole, 0 to 1 in documents and 0 to 100 percent in forms."""

    above = "range"
    percent = True

    def __init__(self, *, exclusive_min: bool = False, **common: Any) -> None:
        super().__init__(min=0, max=1, exclusive_min=exclusive_min, digits=9, **common)

    def read_typed(self, text: str) -> Decimal:
        """The fraction behind a percentage."""
        number = numbers.read_percentage(text, decimals=self.decimals)
        if number > _ONE or number < 0:
            raise Unreadable("range", "Vul een percentage van 0 tot en met 100 in.")
        return self._checked(number)

    def _too_low(self, number: Decimal) -> str:
        if number < 0:
            return "Dit is een fractie van 0 tot 1 en mag niet negatief zijn."
        return "Dit is een fractie groter dan 0: laat de regel weg als het er niet in zit."

    def _too_high(self, number: Decimal) -> str:
        meant = (
            worded(" (bedoelde u {number}?)", number=numbers.written(number / _PERCENT))
            if number <= _PERCENT
            else ""
        )
        return worded("Dit is een fractie van 0 tot 1{meant}.", meant=meant)


class Money(Number):
    """An amount with at most 13 digits before and 2 after the point, never negative."""

    def __init__(self, *, currency: str = "EUR", **common: Any) -> None:
        super().__init__(min=common.pop("min", 0), digits=13, decimals=2, unit=currency, **common)


class Integer(Scalar):
    """A whole number; below the minimum is `range`, above the maximum `max_value`."""

    def __init__(
        self,
        *,
        min: int = 0,
        max: int = numbers.LARGEST_INTEGER,
        unit: str = "",
        **common: Any,
    ) -> None:
        super().__init__(**common)
        self.min = min
        self.max = max
        self.unit = unit

    def read(self, value: Any) -> int:
        """The number from JSON, or from a text of digits."""
        return self._checked(numbers.read_integer(value, largest=max(self.max, -self.min)))

    def read_typed(self, text: str) -> int:
        """The number typed in a form, where `1.200` is twelve hundred."""
        return self._checked(numbers.read_typed_integer(text, largest=max(self.max, -self.min)))

    def _checked(self, number: int) -> int:
        if number < self.min:
            detail = worded("Vul een geheel getal van minstens {min} in.", min=self.min)
            raise Unreadable("range", detail, "zero" if number == 0 else "")
        if number > self.max:
            raise Unreadable("max_value", worded("Dit getal is te groot: hoogstens {max}.", max=self.max))
        return number

    def own_schema(self, *, live: bool) -> Schema:
        """A JSON integer or a text of digits, with its limits."""
        schema: Schema = {
            "type": ["integer", "string"],
            "minimum": self.min,
            "maximum": self.max,
            "pattern": "^-?[0-9]+$",
        }
        return {**schema, "x-unit": self.unit} if self.unit else schema
