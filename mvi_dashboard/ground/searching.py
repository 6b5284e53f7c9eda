"""The search box: what somebody types as words, and the rows in whose words all of them stand.

Whatever is typed is looked for and never refused: signs, wildcards and operators are no words. The last word is
the beginning of one, as somebody may still be typing. On PostgreSQL words are found by their Dutch stem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from .access import Actor
from .kept import INDEX, plain
from .models import SearchText

LONGEST, MOST_WORDS = 200, 8
_LONGEST_WORD = 40
# Those that the Dutch configuration of PostgreSQL leaves out of its index.
_STOPPED = Path(__file__).with_name("dutch_stop_words.txt").read_text(encoding="utf-8")
_SAY_NOTHING = frozenset(_STOPPED.split())
_FIND = {
    "postgresql": "stems @@ to_tsquery('dutch', %s)",
    "sqlite": f"id IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)",  # noqa: S608 (a name of our own)
}
# A whole word and the beginning of one as each index is asked for it, and what stands between two.
_ASK = {"postgresql": (("{}", "{}:*"), " & "), "sqlite": (('"{}"', '"{}"*'), " ")}
Row = TypeVar("Row", bound=Model)
Asked = tuple[str, bool]
"""A word, and whether it may go on"""
Hits = QuerySet[Any]
Sources = Mapping[type[Model], Callable[[Hits], Q | Exists]]
"""Per table whose words count: that a row of what is looked for hangs on one of its rows that were found"""


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
        if not self.words:
            return rows
        asked = [*((word, False) for word in self.words[:-1]), (self.words[-1], True)]
        first, *others = (_in_one(sources, [each]) for each in sorted(asked, key=_usual))
        rows = rows.filter(first)
        # Most rows have all words in one table. There the index itself brings them together, and those that have
        # a word that stands everywhere need not be read.
        return rows.filter(_in_one(sources, asked) | reduce(and_, others)) if others else rows


def by(key: str) -> Callable[[Hits], Exists]:
    """That the row with this key is one of those that were found.

    Asked per row and not as a list of keys: so the database may read all hits once, or those of one row, by how
    many there are, and what the first table says already is not asked of the next.
    """
    return lambda hits: Exists(hits.filter(row_id=OuterRef(key)))


itself = by("pk")
"""The rows that were found are those that are looked for."""


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


def _usual(asked: Asked) -> tuple[bool, int]:
    """In which order words are looked for: numbers and long words first, as fewer rows have them."""
    word, _ = asked
    return not any(sign.isdigit() for sign in word), -len(word)


def _in_one(sources: Sources, asked: Sequence[Asked]) -> Q:
    """That one of these tables has all of these words."""
    return reduce(or_, (Q(found(_hits(model, asked))) for model, found in sources.items()))


def _hits(model: type[Model], asked: Sequence[Asked]) -> Hits:
    """The keys of the rows of this table that have all of these words, or one that begins with the last."""
    words, between = _ASK[connection.vendor]
    text = between.join(words[unfinished].format(word) for word, unfinished in asked)
    found = SearchText.objects.filter(table_name=model._meta.db_table)
    if connection.vendor == "postgresql":
        # Told to the index of words too, so that it gives no rows of other tables.
        found = found.extra(where=["stems @@ quote_literal(%s)::tsquery"], params=[f"={model._meta.db_table}"])
    # `extra`, as Django knows neither index: the text of the words is a parameter.
    return found.extra(where=[_FIND[connection.vendor]], params=[text]).values("row_id")  # noqa: S610
