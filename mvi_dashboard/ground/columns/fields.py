"""What a kind of file is made of: each app declares the fields of its own once, and all the rest follows.

declare(Layout(
    code="letters", label="Brieven", permission=LETTER_EDIT, reads=LETTER_READ,
    fields=(
        Field(code="reference", label="Kenmerk", required=True, synonyms=("nummer", "reference")),
        Field(code="sent", label="Verstuurd op", value=Value.DATE, synonyms=("datum", "date")),
    ),
))

From it follow which column is which (`detecting`), the page on which that is put right (`page`), what a row says
(`applying`), the document of a profile over REST (`saving`), and the file to fill in (`template`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.shapes import nearest, quoted

_NO_WORD = re.compile(r"[^0-9a-z%]+")


class Value(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"


NUMERIC = frozenset({Value.WHOLE, Value.NUMBER, Value.MONEY})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a row of a file may say."""

    code: str
    label: str
    value: Value = Value.TEXT
    required: bool = False
    """whether every file has it, in every row"""
    synonyms: tuple[str, ...] = ()
    """what it is called in files of others, in Dutch and English; its label is one already"""
    help: str = ""
    example: str = ""
    """as it stands in the file to fill in"""
    most: int = 200
    """of how many signs a text may be"""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it is called, as `folded` spells it."""
        return tuple(dict.fromkeys(folded(name) for name in (self.label, self.code, *self.synonyms)))


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One kind of file."""

    code: str
    label: str
    """many of its rows, in Dutch, with a capital"""
    permission: str
    """of `ground.access`: who may bring such a file in, and so look after its profiles"""
    reads: str
    """the permission to see that there are profiles"""
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    """codes of fields of which a file has at least one"""

    @cached_property
    def by_code(self) -> dict[str, Field]:
        """Its fields by code."""
        return {field.code: field for field in self.fields}


_known: dict[str, Layout] = {}


def declare(layout: Layout) -> None:
    """Make this kind of file known; called when the app is ready."""
    if layout.code in _known:
        raise RuntimeError(f"two kinds of file are called {layout.code}")
    if len(layout.by_code) != len(layout.fields):
        raise RuntimeError(f"two fields of {layout.code} have one code")
    unknown = {code for group in layout.one_of for code in group} - set(layout.by_code)
    if unknown:
        raise RuntimeError(f"{layout.code} has no field {sorted(unknown)}")
    _known[layout.code] = layout


def layouts() -> list[Layout]:
    """Every kind of file, by its label."""
    return sorted(_known.values(), key=lambda layout: layout.label)


def layout_of(code: str) -> Layout:
    """This kind of file. Raises Refused 400."""
    if code not in _known:
        text = f"Wij kennen geen soort bestand {quoted(code)}: {nearest(code, sorted(_known))}"
        raise refuse("invalid_choice", text, "kind")
    return _known[code]


def folded(name: str) -> str:
    """A name as it is compared: without capitals, accents and signs.

    >>> folded("Bedrag_EUR (excl. BTW)"), folded("Catégorie")
    ('bedrag eur excl btw', 'categorie')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NO_WORD.sub(" ", letters).strip()
