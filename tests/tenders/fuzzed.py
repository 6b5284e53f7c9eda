"""Bids as nobody means them: made from the shape of the lot, with nulls, nothing, extremes and odd Unicode."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mvi_dashboard.ground.shapes import (
    Boolean,
    Choice,
    Date,
    Field,
    Integer,
    ListOf,
    Number,
    Object,
    Text,
    Uuid,
    camel,
)
from mvi_dashboard.ground.shapes.quantities import Money

ODD_TEXTS = (
    "stoel",
    "ß",
    "İstanbul",
    "e\u0301 é",
    "\U0001f4ba" * 3,
    "مرحبا",
    "\u200d",
    "\u00a0x",
    "ﬁ",
    "0",
    "null",
    "'; --",
    "<b>",
    "=1+1",
    "\u0e33\u0300" * 4,
    "a\u0000b",
    "\ud800",
    "x\ny",
    "\u202e",
    "nan",
)
NOTHING = (None, None, None, "", " ", [], {}, False, 0)


@dataclass
class Fuzz:
    """Bids of one kind of lot; `codes` are what its fields may name."""

    shape: Object
    codes: Mapping[str, Sequence[str]]
    random: random.Random

    def bid(self, base: dict[str, Any]) -> dict[str, Any]:
        """The base bid with a few changes that its shape can name."""
        document = copy.deepcopy(base)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self._change(self.shape, document)
        return document

    def _change(self, shape: Object, document: dict[str, Any]) -> None:
        """One change somewhere in this object or deeper."""
        fields = list(shape.fields.items())
        # What may be left out breaks a bid seldom, and is where an opening could stumble.
        weights = [1 if field.required and not field.nested else 4 for _name, field in fields]
        name, field = self.random.choices(fields, weights)[0]
        key = camel(name)
        inner = document.get(key)
        if isinstance(field, Object) and isinstance(inner, dict) and self.random.random() < 0.8:
            self._change(field, inner)
        elif isinstance(field, ListOf) and isinstance(inner, list) and inner and self.random.random() < 0.85:
            self._change_row(field, inner)
        elif self.random.random() < 0.05:
            document.pop(key, None)
        else:
            document[key] = self.value(name, field)

    def _change_row(self, field: ListOf, rows: list[Any]) -> None:
        chance, place = self.random.random(), self.random.randrange(len(rows))
        if chance < 0.04:
            rows.append(copy.deepcopy(rows[place]))
        elif chance < 0.08:
            rows.append(self.value("", field.item))
        elif chance < 0.09:
            rows.append(None)
        elif isinstance(field.item, Object) and isinstance(rows[place], dict):
            self._change(field.item, rows[place])
        else:
            rows[place] = self.value("", field.item)

    def value(self, name: str, field: Field) -> Any:
        """Something for this field: often right, sometimes at the edge, sometimes nothing at all."""
        chance = self.random.random()
        if chance < 0.25:
            return self.random.choice(NOTHING)
        if name in self.codes and chance < 0.95:
            return self.random.choice(self.codes[name])
        if isinstance(field, Object):
            return {
                camel(key): self.value(key, part)
                for key, part in field.fields.items()
                if part.required or self.random.random() < 0.4
            }
        if isinstance(field, ListOf):
            return [self.value("", field.item) for _ in range(self.random.choice((1, 1, 2, 3)))]
        return self._leaf(field)

    def _leaf(self, field: Field) -> Any:
        pick = self.random.choice
        if isinstance(field, Choice):
            return pick([*field.values(), "onbekend"])
        if isinstance(field, Boolean):
            return pick((True, False))
        if isinstance(field, Date):
            return pick(("2000-01-01", "2100-12-31", "2028-02-29", "2027-02-29", "1999-12-31"))
        if isinstance(field, Uuid):
            return pick(("00000000-0000-0000-0000-000000000000", "x"))
        if isinstance(field, Integer):
            return pick((field.min, field.max, field.min + 1, 100, 150, 200, str(field.max), field.max + 1))
        if isinstance(field, Number):
            return self._number(field)
        assert isinstance(field, Text)
        text = pick(ODD_TEXTS)
        return pick((text, text, (text * field.max_length)[: field.max_length], "x" * (field.max_length + 1)))

    def _number(self, field: Number) -> Any:
        smallest = Decimal(1).scaleb(-field.decimals)
        largest = Decimal(10) ** field.digits - smallest if field.max is None else field.max
        low = smallest if field.min is None else field.min
        numbers = [low, low + smallest, largest, largest - smallest, Decimal(1), Decimal("0.5"), Decimal(12)]
        if isinstance(field, Money):
            numbers.append(Decimal("24999.99"))
        number = self.random.choice(numbers)
        return self.random.choice((number, f"{number:f}", f"{number:f}".replace(".", ","), "1e9"))


def as_sent(document: Any) -> bytes:
    """The bytes that a client sends; half a surrogate pair as its escape."""
    return json.dumps(document, default=lambda number: f"{number:f}").encode("ascii")
