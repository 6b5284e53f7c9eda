"""What each kind of message says, in the languages of its readers: data in `texts.toml`.

A text is a subject and paragraphs with the names of facts in braces. `{deadline:moment}` is a moment as the
language writes it; so are `:time` and `:until` (the end of a term). A kind may have a link that is made at the
moment of sending, by who knows how (`register_link`): such a link works once and stands in no table.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from mvi_dashboard.ground import formats, languages

_FILE = Path(__file__).with_name("texts.toml")
LANGUAGES = tuple(languages.LANGUAGES)
Facts = Mapping[str, str]
MakeLink = Callable[[Facts], str | None]
_links: dict[str, MakeLink] = {}


@dataclass(frozen=True)
class Words:
    """What one kind of message says in one language."""

    subject: str
    body: str


@dataclass(frozen=True)
class KindOfMessage:
    """A kind: its words by language, and whether a mail goes out whatever somebody prefers."""

    code: str
    words: Mapping[str, Words]
    always_mailed: bool
    """for what the law or safety needs"""

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts that its text asks for."""
        return frozenset().union(*(facts_of(each) for each in self.words.values()))


def facts_of(words: Words) -> frozenset[str]:
    """The names that stand in braces in these words."""
    found = (name for text in (words.subject, words.body) for _, name, _, _ in string.Formatter().parse(text))
    return frozenset(name for name in found if name)


@cache
def kinds() -> Mapping[str, KindOfMessage]:
    """Every kind of message by its code."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        code: KindOfMessage(
            code,
            {language: Words(row[language]["subject"], row[language]["body"].strip()) for language in LANGUAGES},
            row.get("always_mailed", False),
        )
        for code, row in found.items()
    }


def words_of(kind: str, facts: Facts, language: str) -> Words:
    """Subject and body of a message, filled in; a language that we do not have is Dutch."""
    words = kinds()[kind].words.get(language) or kinds()[kind].words["nl"]
    known = {name: _Fact(value, language) for name, value in facts.items()}
    return Words(words.subject.format_map(known), words.body.format_map(known))


class _Fact:
    """A fact in a text, in the language of that text."""

    def __init__(self, value: str, language: str) -> None:
        self._value, self._language = value, language

    def __format__(self, written: str) -> str:
        if not written:
            return self._value
        with languages.speaking(self._language):
            return _WRITTEN[written](datetime.fromisoformat(self._value))


_WRITTEN: dict[str, Callable[[datetime], str]] = {
    "moment": formats.moment,
    "time": formats.clock_time,
    "until": formats.until,
}


def register_link(kind: str, make: MakeLink) -> None:
    """Have the link of this kind made when it is sent; a link that is None says that nobody needs it any more."""
    _links[kind] = make


def makes_link(kind: str) -> MakeLink | None:
    """What makes the link of this kind, if it is made at all."""
    return _links.get(kind)


def address_on_site(path: str) -> str:
    """The whole address of a page of this site."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
