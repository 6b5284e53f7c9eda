"""The search box: what somebody types as words, and the rows in whose words all of them stand.

Whatever is typed is looked for and never refused: signs, wildcards and operators are no words. The last word is
the beginning of one, as somebody may still be typing. On PostgreSQL words are found by their Dutch stem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from .access import Actor
from .kept import INDEX, plain
from .models import SearchText

LONGEST, MOST_WORDS = 200, 8
_LONGEST_WORD = 40
# Those that the Dutch configuration of PostgreSQL leaves out of its index.
_STOPPED = Path(__file__).with_name("dutch_stop_words.txt").read_text(encoding="utf-8")
_SAY_NOTHING = frozenset(_STOPPED.split())
_FIND = {
    "postgresql": "to_tsvector('dutch', words) @@ to_tsquery('dutch', %s)",
    "sqlite": f"id IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)",  # noqa: S608 (a name of our own)
}
Row = TypeVar("Row", bound=Model)
Hits = QuerySet[Any]
Sources = Mapping[type[Model], Callable[[Hits], QuerySet[Any]]]
"""Per table whose words count: from the keys of its rows that were found, those of what is looked for"""


@dataclass(frozen=True)
class Question:
    """What is looked for: words in small letters without accents, of which the last may go on."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, typed: str) -> Question:
        """The words in what somebody typed; the same one once.

        >>> Question.of("De stoelen* & (Café)").words, Question.of('"%_\\\\').words
        (('stoelen', 'cafe'), ())
        """
        folded = unicodedata.normalize("NFKD", typed[:LONGEST].lower())
        kept = "".join(each if each.isalnum() else " " for each in folded if not unicodedata.combining(each))
        every = [plain(word)[:_LONGEST_WORD] for word in kept.split()]
        telling = [word for word in every if word not in _SAY_NOTHING] or every
        return cls(tuple(dict.fromkeys(telling))[:MOST_WORDS])

    def among(self, rows: QuerySet[Row], sources: Sources) -> QuerySet[Row]:
        """Those of these rows that have every word, in one of their tables each."""
        for number, word in enumerate(self.words, start=1):
            last = number == len(self.words)
            first, *others = (keys(_hits(model, word, last=last)) for model, keys in sources.items())
            rows = rows.filter(pk__in=first.union(*others) if others else first)
        return rows


def itself(hits: Hits) -> QuerySet[Any]:
    """The rows that were found are those that are looked for."""
    return hits


@dataclass(frozen=True)
class Hit:
    """One result: its name, where it is opened, and what else it says; `dutch`: an organisation wrote the name."""

    title: str
    url: str
    detail: str = ""
    dutch: bool = False


@dataclass(frozen=True)
class FoundKind:
    """One kind of result.

    `rows` gives what this actor may see and open, narrowed by the question; `order` is that of its pages. `words`
    are for one and for more of them. `open_to` says who gets this kind at all.
    """

    code: str
    title: str
    words: tuple[str, str]
    rows: Callable[[Actor, Question], QuerySet[Any]]
    order: tuple[str, ...]
    hit: Callable[[Any], Hit]
    open_to: Callable[[Actor], bool] = lambda actor: True


def _hits(model: type[Model], word: str, *, last: bool) -> Hits:
    """The keys of the rows of this table that have this word, or a word that begins with it."""
    asked = {"postgresql": f"{word}:*" if last else word, "sqlite": f'"{word}"*' if last else f'"{word}"'}
    found = SearchText.objects.filter(table_name=model._meta.db_table)
    # `extra`, as Django knows neither index: the text of the word is a parameter.
    found = found.extra(where=[_FIND[connection.vendor]], params=[asked[connection.vendor]])  # noqa: S610
    return found.values("row_id")
