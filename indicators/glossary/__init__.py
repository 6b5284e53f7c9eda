"""The terms that the pages use, each with one definition: data in `terms.toml`, and the link to it.

Indicators are terms too; their definitions are rows of the reference data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded

_FILE = Path(__file__).with_name("terms.toml")
_OF_INDICATOR = "indicator-"


@dataclass(frozen=True)
class Term:
    """A word of the field, as it stands in the list of terms."""

    code: str
    name: str
    definition: str
    """at most two sentences in plain Dutch"""
    also: tuple[str, ...] = ()
    """other words under which it is found"""
    unit: str = ""
    section: str = ""
    """the heading in the description of the method"""
    more: str = ""
    """name of the page that tells more, with an anchor after #"""

    @property
    def url(self) -> str:
        """Where the definition stands."""
        return f"{reverse('indicators:terms')}#{self.code}"

    @property
    def more_url(self) -> str:
        """The page that tells more, or empty."""
        view, hash_sign, anchor = self.more.partition("#")
        return f"{reverse(view)}{hash_sign}{anchor}" if view else ""

    def answers(self, asked: str) -> bool:
        """Whether somebody who looks for this text is helped by this term."""
        words = (self.code, self.name, self.definition, worded(self.name), worded(self.definition), *self.also)
        return any(asked.casefold() in word.casefold() for word in words)


@cache
def terms() -> Mapping[str, Term]:
    """All terms but the indicators, by code."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: Term(code, **{**row, "also": tuple(row.get("also", ()))}) for code, row in rows.items()}


def of_indicator(code: str, name: str, definition: str, unit: str) -> Term:
    """An indicator as a term."""
    return Term(f"{_OF_INDICATOR}{code}", name, definition, unit=unit, section="Terms", more="indicators:bases")


def alphabetical(found: Iterable[Term]) -> list[Term]:
    """These terms as a reader looks for them."""
    return sorted(found, key=lambda term: worded(term.name).casefold())


def link(code: str, text: str = "") -> SafeString:
    """The word as a link to its definition, with the definition for `mvi.js` to show in place.

    `text` is what stands on the page, by default the name of the term. Raises KeyError for a code that is no term.
    """
    return marked(terms()[code], text)


def marked(term: Term, text: str = "") -> SafeString:
    """The same for a term that is not in the file, such as an indicator."""
    return format_html(
        '<a class="term" href="{}" data-term="{}" data-definition="{}">{}</a>',
        term.url,
        formats.capital(worded(term.name)),
        worded(term.definition),
        worded(text) or formats.capital(worded(term.name)),
    )
