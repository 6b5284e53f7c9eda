"""What the trail is about: each app says how the objects of its tables are called, and on which page they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """What an object is called, and the path of its page; who may open that is decided there."""

    title: str
    url: str = ""


Find = Callable[[Iterable[str]], Mapping[str, Named]]
_finders: dict[str, Find] = {}


def register(table: str, find: Find) -> None:
    """Have the objects of this table (`app.model`) named: ids as in the trail -> names, in one query."""
    _finders[table] = find


def names_of(objects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Named]:
    """The names of these objects (table, id); one query per table that can be named."""
    ids: dict[str, set[str]] = {}
    for table, key in objects:
        ids.setdefault(table, set()).add(key)
    return {
        (table, key): named
        for table, keys in ids.items()
        if table in _finders
        for key, named in _finders[table](keys).items()
    }
